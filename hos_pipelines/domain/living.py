"""How somebody lives by the clock: by night or by day, at changing hours, drifting, moved, on a journey; never why.

One decision for both analyses: advice on timing that cannot be followed, or may be wrong, is given by neither.
"""

from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np

from hos_pipelines.domain.circadian.chronotype import DAY_SLEEP, NIGHT_WORKER, is_shift_worker
from hos_pipelines.domain.clock import Floats, circular_mean, circular_sd, wrap, wrap_all
from hos_pipelines.domain.nights import SETTLES_BY_DAY, Flags, SleepHistory

Kind = Literal["unknown", "by_night", "by_day", "changing", "drifting", "moved", "irregular", "on_journey"]

# The thresholds are ours.
FEWEST_NIGHTS = 5
FEWEST_TO_GROUP = 8
APART_HOURS = 4.0
TIGHT_PART = 0.28
LEAST_SHARE, FEW_SHARE = 0.25, 0.1
# Of a night worker's sleeps five of seven lie in the day; of rotating shifts a quarter or so.
MOSTLY_SHARE, OFTEN_SHARE = 0.5, 0.15
FEWEST_OF_MODE = 3
BY_KIND_SHARE = 0.9
TIGHT_HOURS = 1.5
FEWEST_TO_DRIFT = 10
LEAST_DRIFT_HOURS = 4.0
LEAST_R2 = 0.85
USUAL_BY_DAY = (9.0, 20.0)
OWN_RHYTHM_HOURS = 1.0
# Beyond this hardly half of the days lie within the hour and a half that makes an hour the usual one.
IRREGULAR_HOURS = 1.5
OUTLYING_HOURS, OUTLYING_MADS = 4.0, 5.0
MAD_TO_SD = 1.482602218505602
MINUTE = 1 / 60
# From here on an event of work and of free days has two usual hours, and a mean of both is told by nobody.
TWO_HOURS_APART = 0.5


class NightGroup(NamedTuple):
    """One of two groups of nights: circular means as local clock hours, 0 to 24, and how many nights."""

    onset: float
    wake: float
    midpoint: float
    nights: int


@dataclass(frozen=True, slots=True)
class Living:
    """How somebody lives. `modes` are two where sleep falls into two groups, the larger first, else none.

    `by_day_kind`: the groups are those of work and of free days. `drift` is in hours a day, of who drifts.
    """

    kind: Kind
    modes: tuple[NightGroup, ...] = ()
    by_day_kind: bool = False
    drift: float | None = None

    @property
    def has_usual_hours(self) -> bool:
        """Whether one hour may be told as the usual one."""
        return self.no_usual_hour is None

    @property
    def no_usual_hour(self) -> str | None:
        """Why no single hour may be told as the usual one; None where one may."""
        if self.modes:
            return "one usual hour: sleep falls into two groups"
        return UNUSUAL.get(self.kind)

    @property
    def no_mean_hour(self) -> str | None:
        """Why the mean of all nights is nobody's hour; None where it may be told."""
        return SCATTERED if self.kind == "irregular" else self.no_usual_hour

    @property
    def may_be_regular(self) -> bool:
        """Whether advice on steadier times can be followed."""
        return self.kind in ("by_night", "irregular")

    @property
    def tells_chronotype(self) -> bool:
        """Whether midsleep on free days speaks for the own rhythm."""
        return self.kind not in ("by_day", "changing", "drifting", "moved", "irregular", "on_journey")

    @property
    def refusal(self) -> str | None:
        """Why midsleep tells no chronotype and no phase; None where it does."""
        return REFUSALS.get(self.kind)


UNUSUAL = {
    "changing": "one usual hour: sleep lies at changing hours",
    "drifting": "one usual hour: the hours drift from day to day",
    "moved": "one usual hour: sleep has moved by hours",
}
SCATTERED = "one usual hour: nights lie too far apart"
REFUSALS = {
    "by_day": "sleep at night: whether sleep by day is the own rhythm or work at night cannot be told",
    "changing": "sleep at one time of day: midsleep between changing hours tells no chronotype",
    "drifting": "sleep at one time of day: the hours drift from day to day",
    "moved": "some weeks at the new hours: sleep has moved by hours, the cause is not known",
    "irregular": "nights nearer to each other: midsleep between scattered hours tells no chronotype",
    "on_journey": "a day for each hour of the journey: the body clock is still on its way",
}


def living_of(sleep: SleepHistory, through: int) -> Living:
    """How the nights up to the day `through` (an ordinal) were lived."""
    if _is_lagging(sleep, through):
        return Living("on_journey")
    if len(sleep.nights) < FEWEST_NIGHTS:
        return Living("by_day" if _sleeps_by_day(sleep) else "unknown")
    if lie_close(sleep.midpoints):
        # Nothing below can be so; for most people this is all that is asked.
        return Living("by_day" if _sleeps_by_day(sleep) else "by_night")
    drift = _drift(sleep)
    if drift is not None:
        return Living("drifting", drift=drift)
    if _has_moved(sleep.midpoints):
        return Living("moved")
    return _living_by_night(sleep)


def _living_by_night(sleep: SleepHistory) -> Living:
    group = _two_groups(sleep.midpoints)
    modes = () if group is None else _night_groups(sleep, group)
    by_kind = group is not None and _goes_by_kind(group, sleep.free)
    if group is not None and not by_kind:
        if _changes_once(group):
            return Living("moved")
        # The mean of a wide group is nobody's hour.
        spreads = [circular_sd(sleep.midpoints[side]) or 0.0 for side in (group, ~group)]
        return Living("changing", modes if max(spreads) <= TIGHT_HOURS else ())
    if _sleeps_by_day(sleep):
        return Living("by_day", modes, by_kind)
    if group is None and is_shift_worker(sleep):
        return Living("changing")
    spread = _spread_within(sleep)
    if spread is not None and spread >= IRREGULAR_HOURS:
        often = group is None and _share_by_day(sleep, NIGHT_WORKER) >= OFTEN_SHARE
        return Living("changing") if often else Living("irregular", modes, by_kind)
    return Living("by_night", modes, by_kind)


def outlying(hours: Floats) -> Flags:
    """Which clock hours lie so far from the others that a mean with them is nobody's time.

    More than 4 hours, and more than five scaled MADs, from the medoid of the group; none where that is half of them.
    """
    if hours.size < FEWEST_OF_MODE or lie_close(hours):
        return np.zeros(hours.size, dtype=np.bool_)
    away = np.abs(wrap_all(hours[:, np.newaxis] - hours))
    from_centre = away[int(away.sum(axis=1).argmin())]
    limit = max(OUTLYING_HOURS, OUTLYING_MADS * MAD_TO_SD * float(np.median(from_centre)))
    return np.asarray(from_centre > limit, dtype=np.bool_)


def telling_sides(midpoints: Floats, free: Flags, settled: Flags, living: Living) -> tuple[Flags, Flags]:
    """Which nights speak for free and which for work days: settled ones, not far from the others of their kind.

    Of who lives at changing hours all of them: no hour is strange there.
    """
    sides = free & settled, ~free & settled
    if living.kind != "changing":
        for side in sides:
            side[side] = ~outlying(midpoints[side])
    return sides


def lie_close(hours: Floats) -> bool:
    """Whether all clock hours lie within four hours of the first, and of each other."""
    if hours.size == 0:
        return True
    away = wrap_all(hours - hours[0])
    return float(away.max() - away.min()) < APART_HOURS - MINUTE


def _is_lagging(sleep: SleepHistory, through: int) -> bool:
    if not sleep.lag:
        return False
    return abs(sleep.lag) > SETTLES_BY_DAY * max(0, through - int(sleep.days[-1]))


def _drift(sleep: SleepHistory) -> float | None:
    """Hours a day by which midsleep moves on and on; None where it does not. Steps are taken the shorter way round."""
    days = sleep.days.astype(np.float64)
    if days.size < FEWEST_TO_DRIFT:
        return None
    course = np.concatenate(([0.0], np.cumsum(wrap_all(np.diff(sleep.midpoints)))))
    if abs(course[-1]) < LEAST_DRIFT_HOURS:
        return None
    days -= days.mean()
    away = course - course.mean()
    slope = float(days @ away) / float(days @ days)
    rest = away - slope * days
    varies = float(away @ away)
    is_line = varies > 0 and 1 - float(rest @ rest) / varies >= LEAST_R2
    return slope if is_line and abs(slope) * np.ptp(days) >= LEAST_DRIFT_HOURS else None


def _has_moved(hours: Floats) -> bool:
    """Whether sleep lies hours away from one night on, and stays there."""
    away = np.abs(wrap_all(hours[:, np.newaxis] - hours))
    far = away[int(away.sum(axis=1).argmin())] >= APART_HOURS
    if not _changes_once(far):
        return False
    parts = hours[far], hours[~far]
    return all(part.size >= FEWEST_OF_MODE and (circular_sd(part) or 0.0) <= TIGHT_HOURS for part in parts)


def _changes_once(group: Flags) -> bool:
    """Whether all nights of one group come before all of the other."""
    return int(np.count_nonzero(group[1:] != group[:-1])) == 1


def _two_groups(hours: Floats) -> Flags | None:
    """Which nights belong to the second of two groups at least 4 hours apart; None where there are no two.

    Cut at the two widest gaps round the clock; single nights far from all others are left out of account.
    """
    if hours.size < FEWEST_TO_GROUP:
        return None
    kept = np.ones(hours.size, dtype=np.bool_)
    for _ in range(FEWEST_OF_MODE):
        second = _beyond_gaps(hours, kept)
        few = min(int(np.count_nonzero(second)), int(np.count_nonzero(kept & ~second)))
        if few > FEW_SHARE * hours.size:
            break
        smaller = second if np.count_nonzero(second) == few else kept & ~second
        kept &= ~smaller
    groups = hours[kept & ~second], hours[second]
    if min(map(len, groups)) < max(FEWEST_OF_MODE, LEAST_SHARE * hours.size):
        return None
    return _nearer(hours, *groups)


def _beyond_gaps(hours: Floats, kept: Flags) -> Flags:
    """The nights between the two widest gaps of those kept."""
    places = np.flatnonzero(kept)
    order = places[np.argsort(hours[places])]
    gaps = np.diff(hours[order], append=hours[order[0]] + 24.0)
    first, last = np.sort(np.argsort(gaps)[-2:])
    second = np.zeros(hours.size, dtype=np.bool_)
    second[order[first + 1 : last + 1]] = True
    return second


def _nearer(hours: Floats, one: Floats, other: Floats) -> Flags | None:
    """Each night by the nearer centre of two groups, if those are apart and each is tight; the larger is the first."""
    larger, smaller = (one, other) if len(one) >= len(other) else (other, one)
    first, second = circular_mean(larger), circular_mean(smaller)
    spreads = [sd for group in (larger, smaller) if (sd := circular_sd(group)) is not None]
    if first is None or second is None or len(spreads) < len((first, second)):
        return None
    apart = abs(wrap(first - second))
    # Clock times are whole minutes or so: four hours are four hours.
    if apart < APART_HOURS - MINUTE or max(spreads) > TIGHT_PART * apart:
        return None
    return np.asarray(np.abs(wrap_all(hours - second)) < np.abs(wrap_all(hours - first)), dtype=np.bool_)


def _night_groups(sleep: SleepHistory, second: Flags) -> tuple[NightGroup, ...]:
    modes = []
    for group in (~second, second):
        means = (circular_mean(hours[group]) for hours in (sleep.onsets, sleep.wakes, sleep.midpoints))
        onset, wake, midpoint = (mean or 0.0 for mean in means)
        modes.append(NightGroup(onset, wake, midpoint, int(np.count_nonzero(group))))
    return tuple(modes)


def _goes_by_kind(second: Flags, free: Flags) -> bool:
    agree = float((second == free).mean())
    return agree >= BY_KIND_SHARE or agree <= 1 - BY_KIND_SHARE


def _sleeps_by_day(sleep: SleepHistory) -> bool:
    """Whether sleep usually lies in the day, and not ever later on free days, which would speak for the own rhythm."""
    usual = sleep.midpoint.mean
    if usual is None or not USUAL_BY_DAY[0] <= usual < USUAL_BY_DAY[1]:
        return False
    if _share_by_day(sleep, DAY_SLEEP) < MOSTLY_SHARE:
        return False
    on_free, on_work = circular_mean(sleep.midpoints[sleep.free]), circular_mean(sleep.midpoints[~sleep.free])
    return on_free is None or on_work is None or wrap(on_free - on_work) < OWN_RHYTHM_HOURS


def _share_by_day(sleep: SleepHistory, hours: tuple[float, float]) -> float:
    """The share of nights whose midsleep lies between two hours of the day."""
    return float(((sleep.midpoints >= hours[0]) & (sleep.midpoints < hours[1])).mean())


def _spread_within(sleep: SleepHistory) -> float | None:
    """The circular SD of midsleep on free or on work days, whichever is larger."""
    sides = (sleep.midpoints[sleep.free], sleep.midpoints[~sleep.free])
    found = [sd for side in sides if side.size > 1 and (sd := circular_sd(side[~outlying(side)])) is not None]
    return max(found, default=None)
