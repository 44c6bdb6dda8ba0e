"""Chronotype from sleep timing: the Munich questionnaire's formulas on recorded nights, its types, and shift work.

A behavioral phase, not the phase of melatonin: free days are an estimate, and nobody tells us of an alarm clock.
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from hos_pipelines.domain.clock import circular_mean, circular_sd, wrap
from hos_pipelines.domain.nights import SleepHistory

Floats = npt.NDArray[np.float64]

DAY_HOURS = 24.0
WEEK_DAYS = 7
# Six in the evening, counted from midnight: where the circle is cut, as far as can be from where people sleep.
CUT = -6.0

# Half-hour bins of the Munich distribution (Roenneberg) gathered into seven types: upper edge in clock hours, name,
# name of the five-level type, share of people up to that edge.
TYPES = (
    (2.25, "extreme_early", "extreme_morning", 2.0),
    (3.25, "moderate_early", "moderate_morning", 15.0),
    (4.25, "slight_early", "moderate_morning", 46.5),
    (5.25, "intermediate", "intermediate", 75.0),
    (6.25, "slight_late", "moderate_evening", 90.0),
    (7.25, "moderate_late", "moderate_evening", 96.5),
    (CUT + DAY_HOURS, "extreme_late", "extreme_evening", 100.0),
)
# The same bins added up: an hour, and the percent of people whose midsleep lies before it.
BEFORE_HOUR = (1.75, 2.25, 2.75, 3.25, 3.75, 4.25, 4.75, 5.25, 5.75, 6.25, 6.75, 7.25, 7.75, 8.25, 8.75)
BEFORE_PERCENT = (0.0, 2.0, 5.5, 15.0, 29.5, 46.5, 62.5, 75.0, 84.0, 90.0, 94.0, 96.5, 98.5, 99.5, 100.0)
TYPES_SOURCE = "Munich distribution of corrected free-day midsleep (Roenneberg), half-hour bins"


DAY_SLEEP = (8.0, 20.0)
SHIFT_SHARE = 0.25
SHIFT_SLEEPS = 3
ROTATING_SD = 2.0
NIGHT_WORKER = (10.0, 20.0)


class Timing(NamedTuple):
    """Usual local clock hours of falling asleep and of waking on one kind of day."""

    onset: float
    wake: float

    @property
    def duration(self) -> float:
        """SD of the MCTQ, in hours."""
        return (self.wake - self.onset) % DAY_HOURS

    @property
    def midsleep(self) -> float:
        """MS of the MCTQ, a clock hour from 0 to 24."""
        return (self.onset + self.duration / 2) % DAY_HOURS


class Mctq(NamedTuple):
    """The variables of the questionnaire in hours, midsleeps as clock hours from 0 to 24; None where undefined."""

    sd_work: float | None = None
    sd_free: float | None = None
    msw: float | None = None
    msf: float | None = None
    sd_week: float | None = None
    sloss_week: float | None = None
    msf_sc: float | None = None
    sjl_rel: float | None = None
    sjl: float | None = None
    sjl_sc: float | None = None


class MunichType(NamedTuple):
    """A type: one of seven names, one of five, and the band of the population in percent it spans."""

    name: str
    primary: str
    share_from: float
    share_to: float

    @property
    def share(self) -> float:
        """Percent of people who are of this type."""
        return self.share_to - self.share_from


def usual_timing(onsets: Floats, wakes: Floats) -> Timing | None:
    """The circular means of local clock hours of onset and waking; None without any, or where they cancel out."""
    onset, wake = circular_mean(onsets), circular_mean(wakes)
    return None if onset is None or wake is None else Timing(onset % DAY_HOURS, wake % DAY_HOURS)


def mctq(work: Timing | None, free: Timing | None, work_days: int) -> Mctq:
    """The Munich ChronoType Questionnaire (Roenneberg 2003, 2012; sleep-corrected jetlag Jankowski 2017).

    `work_days` is WD, of a week of seven. Without work days the corrected midsleep is the free-day one and jetlag and
    loss are zero (a rule of R's `mctq`, which the questionnaire's authors do not endorse). Without free-day sleep
    nothing is defined that needs it; the week's duration then is the work days' if all seven are.

    Raises:
        ValueError: `work_days` is not from 0 to 7.
    """
    if not 0 <= work_days <= WEEK_DAYS:
        raise ValueError(f"A week has 0 to 7 work days, not {work_days}.")
    if work_days == 0:
        return _without_work(free)
    if work is None or free is None:
        whole_week = work.duration if work is not None and work_days == WEEK_DAYS else None
        return _halves(work, free)._replace(sd_week=whole_week)
    return _week(work, free, work_days)


def _without_work(free: Timing | None) -> Mctq:
    if free is None:
        return Mctq()
    return _halves(None, free)._replace(
        sd_week=free.duration, sloss_week=0.0, msf_sc=free.midsleep, sjl_rel=0.0, sjl=0.0, sjl_sc=0.0
    )


def _halves(work: Timing | None, free: Timing | None) -> Mctq:
    return Mctq(
        sd_work=work.duration if work else None,
        sd_free=free.duration if free else None,
        msw=work.midsleep if work else None,
        msf=free.midsleep if free else None,
    )


def _week(work: Timing, free: Timing, work_days: int) -> Mctq:
    free_days = WEEK_DAYS - work_days
    week = (work.duration * work_days + free.duration * free_days) / WEEK_DAYS
    lost_on_work_days = week > work.duration
    jetlag = wrap(free.midsleep - work.midsleep)
    return _halves(work, free)._replace(
        sd_week=week,
        sloss_week=(week - work.duration) * work_days if lost_on_work_days else (week - free.duration) * free_days,
        msf_sc=(free.midsleep - max(0.0, free.duration - week) / 2) % DAY_HOURS,
        sjl_rel=jetlag,
        sjl=abs(jetlag),
        sjl_sc=_sleep_corrected_jetlag(work, free),
    )


def _sleep_corrected_jetlag(work: Timing, free: Timing) -> float:
    """Between the onsets, or between the ends where free days are slept shorter and yet not ended earlier."""
    between_ends = wrap(free.wake - work.wake)
    if work.duration > free.duration and between_ends >= 0:
        return between_ends
    return abs(wrap(free.onset - work.onset))


def munich_type(msf_sc: float) -> MunichType:
    """The type of a corrected free-day midsleep, a clock hour from 0 to 24; from six in the evening on it is early.

    Edges lie a quarter of an hour beside the centres of the half-hour bins of the Munich distribution.
    """
    hour = from_cut(msf_sc)
    below = 0.0
    for edge, name, primary, share in TYPES[:-1]:
        if hour < edge:
            return MunichType(name, primary, below, share)
        below = share
    _, name, primary, share = TYPES[-1]
    return MunichType(name, primary, below, share)


def from_cut(hour: float) -> float:
    """A clock hour as hours from midnight, -6 to 18: those of the evening come first."""
    return (hour - CUT) % DAY_HOURS + CUT


def percentile_of(msf_sc: float) -> float:
    """Percent of people in the Munich distribution whose corrected free-day midsleep lies before this clock hour."""
    return float(np.interp(from_cut(msf_sc), BEFORE_HOUR, BEFORE_PERCENT))


def five_level_edges() -> Mapping[str, tuple[float, float]]:
    """From which hour to which, counted from midnight, each five-level type spans: the cut, 2:15, 4:15, 5:15, 7:15."""
    edges: dict[str, tuple[float, float]] = {}
    low = CUT
    for edge, _, primary, _ in TYPES:
        edges[primary] = (edges.get(primary, (low, low))[0], edge)
        low = edge
    return edges


def is_shift_worker(sleep: SleepHistory) -> bool:
    """Whether main sleep falls into the day so often that midsleep says nothing of a chronotype.

    At least three main sleeps and a quarter of all have their midpoint from 08:00 to 20:00, and either midpoints
    spread by a circular SD of 2 hours or more (rotating shifts, or a jetlag that cannot be told from its complement)
    or the usual midpoint lies from 10:00 to 20:00 (always at night). The rule is ours; a drifting sleeper meets it too.
    """
    midpoints = sleep.midpoints
    by_day = int(((midpoints >= DAY_SLEEP[0]) & (midpoints < DAY_SLEEP[1])).sum())
    if by_day < SHIFT_SLEEPS or by_day < SHIFT_SHARE * midpoints.size:
        return False
    usual, spread = circular_mean(midpoints), circular_sd(midpoints)
    if usual is None or spread is None:
        return True
    return spread >= ROTATING_SD or NIGHT_WORKER[0] <= usual < NIGHT_WORKER[1]
