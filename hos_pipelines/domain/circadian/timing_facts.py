"""The facts of sleep timing: chronotype, usual hours, regularity, probable phase, sleep need and debt of one person."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, tzinfo
from functools import lru_cache
from statistics import median_low
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from hos_pipelines.domain.circadian.chronotype import (
    TYPES_SOURCE,
    WEEK_DAYS,
    Mctq,
    Timing,
    is_shift_worker,
    mctq,
    munich_type,
    usual_timing,
)
from hos_pipelines.domain.circadian.phase import add_phase, phase_refusal
from hos_pipelines.domain.circadian.regularity import (
    composite_phase_deviation,
    consecutive_pairs,
    deviation_about_mean,
    sleep_regularity_index,
)
from hos_pipelines.domain.circadian.sleep_need import (
    DEBT_NIGHTS,
    SleepDebt,
    known_nights,
    sleep_debt,
    sleep_need,
)
from hos_pipelines.domain.clock import circular_mean, circular_sd
from hos_pipelines.domain.facts import Basis, FactSheet
from hos_pipelines.domain.gates import (
    DEBT,
    FREE_NIGHTS,
    LOW,
    MEDIUM,
    NO_CAP,
    REGULARITY,
    TIMING,
    VARIABILITY,
    WORK_NIGHTS,
    Status,
)
from hos_pipelines.domain.history import Series
from hos_pipelines.domain.nights import FARTHEST_DAYS, SetAside, SleepHistory, SleepWindow, read_nights
from hos_pipelines.domain.work_week import WorkWeek

Ordinals = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

DAY_HOURS = 24.0
HOUR_SECONDS = 3600.0
HOUR, LOCAL_HOUR = "hour", "local hour"
SECOND, LOCAL_SECOND = "second", "second of the local day"

MCTQ_METHOD = "{} (MCTQ, Roenneberg 2012) of circular mean onset and wake, free days estimated"
MIDSLEEPS = ("msw", "msf", "msf_sc")
SHIFT_RULE = "3 and a quarter of main sleeps centred 08:00-20:00, with SD >= 2 h or usual midsleep 10:00-20:00"
SHIFTS_TELL_NOTHING = "sleep outside of shift work: midsleep between shifts tells no chronotype"
NO_FREE_DAYS = "no free days in the work week"
NO_WORK_DAYS = "no work days in the work week"


class _Known(NamedTuple):
    """How many settled nights of either kind are known, and how many work days a week has: what each side allows."""

    free_nights: int
    work_nights: int
    work_days: int

    def of_free(self, method: str) -> Basis:
        basis = Basis.of(FREE_NIGHTS, self.free_nights, method, MEDIUM)
        return basis.refused(NO_FREE_DAYS) if self.work_days == WEEK_DAYS else basis

    def of_work(self, method: str) -> Basis:
        basis = Basis.of(WORK_NIGHTS, self.work_nights, method, MEDIUM)
        return basis.refused(NO_WORK_DAYS) if self.work_days == 0 else basis

    def of_both(self, method: str) -> Basis:
        """Free and work nights, of which a week without work days needs the former only."""
        if self.work_days in (0, WEEK_DAYS):
            return self.of_free(method)
        return Basis.of_all({FREE_NIGHTS: self.free_nights, WORK_NIGHTS: self.work_nights}, method, MEDIUM)

    def of_week(self, method: str) -> Basis:
        """The nights a mean over the week needs: those of work days alone where there are no others."""
        return self.of_work(method) if self.work_days == WEEK_DAYS else self.of_both(method)


# Each value of the questionnaire: the basis it rests on, and its method.
QUESTIONNAIRE: Mapping[str, tuple[Callable[[_Known, str], Basis], str]] = {
    "onset_work": (_Known.of_work, MCTQ_METHOD.format("mean onset on work days")),
    "wake_work": (_Known.of_work, MCTQ_METHOD.format("mean waking on work days")),
    "onset_free": (_Known.of_free, MCTQ_METHOD.format("mean onset on free days")),
    "wake_free": (_Known.of_free, MCTQ_METHOD.format("mean waking on free days")),
    "sd_work": (_Known.of_work, MCTQ_METHOD.format("sleep duration on work days")),
    "sd_free": (_Known.of_free, MCTQ_METHOD.format("sleep duration on free days")),
    "msw": (_Known.of_work, MCTQ_METHOD.format("MSW")),
    "msf": (_Known.of_free, MCTQ_METHOD.format("MSF")),
    "sd_week": (_Known.of_week, MCTQ_METHOD.format("SDweek")),
    "sloss_week": (_Known.of_both, MCTQ_METHOD.format("SLOSSweek")),
    "msf_sc": (_Known.of_both, MCTQ_METHOD.format("MSFsc")),
    "sjl_rel": (_Known.of_both, MCTQ_METHOD.format("MSF - MSW, above -12 h up to 12 h")),
    "sjl": (_Known.of_both, MCTQ_METHOD.format("SJL")),
    "sjl_sc": (_Known.of_both, MCTQ_METHOD.format("SJLsc (Jankowski 2017)")),
    "chronotype": (_Known.of_both, f"MSFsc in the {TYPES_SOURCE}; free days estimated"),
}


@lru_cache(maxsize=4096)
def _bases(known: _Known) -> Mapping[str, Basis]:
    """What each value of the questionnaire rests on; of the same counts always the same."""
    return {fact_id: allowed(known, method) for fact_id, (allowed, method) in QUESTIONNAIRE.items()}


@dataclass(frozen=True, slots=True)
class _Split:
    """Settled nights by kind of day, what the questionnaire makes of them, and what each of its values rests on.

    `spread` is the circular SD of midsleep on free days or on work days, whichever is larger, in hours.
    """

    free: Timing | None
    work: Timing | None
    known: _Known
    mctq: Mctq
    bases: Mapping[str, Basis]
    spread: float | None


def windows_facts(
    windows: Iterable[SleepWindow], week: WorkWeek, zone: tzinfo | None = None
) -> tuple[FactSheet, SleepHistory]:
    """The timing facts of all of some sleep windows, and the nights they were read as."""
    near, far = _near(list(windows))
    sleep = read_nights(near, week, zone)
    sleep = replace(sleep, set_aside=(*sleep.set_aside, *far))
    window = f"{sleep.nights[0].day}/{sleep.nights[-1].day}" if sleep.nights else None
    sheet = FactSheet(window)
    add_timing_facts(sheet, sleep, week)
    return sheet, sleep


def _near(windows: Sequence[SleepWindow]) -> tuple[list[SleepWindow], list[SetAside]]:
    """The windows that lie within some years of the others, and the rest."""
    if not windows:
        return [], []
    middle = median_low(window.end.toordinal() for window in windows)
    far = [window for window in windows if abs(window.end.toordinal() - middle) > FARTHEST_DAYS]
    aside = [SetAside("sleep_window", window.end.date(), "lies years from the others") for window in far]
    return [window for window in windows if window not in far], sorted(set(aside), key=str)


def add_timing_facts(sheet: FactSheet, sleep: SleepHistory, week: WorkWeek, asleep_hours: Series | None = None) -> None:
    """Enters every fact of sleep timing on a sheet; its window tells which nights are missing and which are the last.

    `asleep_hours` are hours asleep by local day of waking; without them, elapsed hours of main sleep and naps stand in.
    Clock hours are local; free and work nights are the settled ones, neither on a journey nor in the days after.
    """
    split = _split(sleep, week)
    shifts = is_shift_worker(sleep)
    _add_counts(sheet, sleep, split)
    _add_usual(sheet, sleep)
    _add_sides(sheet, split)
    _add_mctq(sheet, split, LOW if shifts else NO_CAP)
    _add_chronotype(sheet, split, SHIFTS_TELL_NOTHING if shifts else None)
    _add_regularity(sheet, sleep)
    sheet.add("shift_work", "yes" if shifts else "no", "label", Basis.of(TIMING, len(sleep.nights), SHIFT_RULE))
    _add_phase(sheet, split, shifts=shifts)
    days, hours = _asleep(sleep) if asleep_hours is None else (asleep_hours.days, asleep_hours.values)
    source = "main sleep and nap windows" if asleep_hours is None else "reported sleep durations"
    _add_need_and_debt(sheet, days, hours, week, source)


def _split(sleep: SleepHistory, week: WorkWeek) -> _Split:
    free, work = sleep.settled & sleep.free, sleep.settled & ~sleep.free
    on_free = usual_timing(sleep.onsets[free], sleep.wakes[free])
    on_work = usual_timing(sleep.onsets[work], sleep.wakes[work])
    spread = max(filter(None, (circular_sd(sleep.midpoints[side]) for side in (free, work))), default=None)
    known = _Known(int(np.count_nonzero(free)), int(np.count_nonzero(work)), week.work_days)
    return _Split(on_free, on_work, known, mctq(on_work, on_free, week.work_days), _bases(known), spread)


def _window_days(sheet: FactSheet) -> tuple[int, int] | None:
    """The first and last day of the sheet's window as ordinals."""
    if sheet.window is None:
        return None
    first, last = sheet.window.split("/")
    return date.fromisoformat(first).toordinal(), date.fromisoformat(last).toordinal()


def _add_counts(sheet: FactSheet, sleep: SleepHistory, split: _Split) -> None:
    nights = len(sleep.nights)
    bounds = _window_days(sheet)
    in_window = 0 if bounds is None else int(np.count_nonzero((sleep.days >= bounds[0]) & (sleep.days <= bounds[1])))
    missing = 0 if bounds is None else bounds[1] - bounds[0] + 1 - in_window
    nap_days = len({nap.end.date() for nap in sleep.naps})
    _count(sheet, "nights", nights, "night", "main sleeps of 3 to 16 h")
    _count(sheet, "missing_nights", missing, "night", "days of the window without main sleep")
    _count(sheet, "free_nights", split.known.free_nights, "night", "settled main sleeps that end on a free day")
    _count(sheet, "work_nights", split.known.work_nights, "night", "settled main sleeps that end on a work day")
    _count(sheet, "nap_days", nap_days, "day", "days on which sleep beside the main sleep ends")


def _count(sheet: FactSheet, fact_id: str, count: int, unit: str, method: str) -> None:
    """A count is what it is, however little it counts."""
    sheet.add(fact_id, float(count), unit, Basis(count, method, Status.OK, NO_CAP, None))


def _add_usual(sheet: FactSheet, sleep: SleepHistory) -> None:
    nights = len(sleep.nights)
    usual = Basis.of(TIMING, nights, "circular mean of local clock hours of all nights")
    spread = Basis.of(VARIABILITY, nights, "circular SD of local clock hours, sqrt(-2 ln R) (Mardia 1972)")
    for name, hours in (("onset", sleep.onsets), ("wake", sleep.wakes), ("midpoint", sleep.midpoints)):
        _clock(sheet, f"{name}_mean", circular_mean(hours), usual)
    for name, hours in (("onset", sleep.onsets), ("offset", sleep.wakes), ("midpoint", sleep.midpoints)):
        deviation = circular_sd(hours)
        sheet.add(f"{name}_sd", None if deviation is None else abs(deviation), HOUR, spread)
    elapsed = sleep.hours
    mean = float(elapsed.mean()) if nights else None
    varies = float(elapsed.std(ddof=1)) if nights > 1 else None
    sheet.add("duration_mean", mean, HOUR, Basis.of(TIMING, nights, "mean elapsed hours of main sleep"))
    sheet.add("duration_sd", varies, HOUR, Basis.of(VARIABILITY, nights, "sample SD of elapsed hours"))


def _clock(sheet: FactSheet, fact_id: str, hours: float | None, basis: Basis) -> None:
    sheet.add(fact_id, None if hours is None else hours % DAY_HOURS, LOCAL_HOUR, basis)


def _add_sides(sheet: FactSheet, split: _Split) -> None:
    for kind, side in (("work", split.work), ("free", split.free)):
        for name, hour in (("onset", side and side.onset), ("wake", side and side.wake)):
            _clock(sheet, f"{name}_{kind}", hour, split.bases[f"{name}_{kind}"])


def _add_mctq(sheet: FactSheet, split: _Split, cap: float) -> None:
    """The variables of the questionnaire in seconds, under the names they have there."""
    for fact_id, hours in split.mctq._asdict().items():
        basis = split.bases[fact_id]
        if basis.confidence > cap:
            basis = basis._replace(confidence=cap)
        if fact_id in MIDSLEEPS:
            sheet.add(fact_id, None if hours is None else hours % DAY_HOURS * HOUR_SECONDS, LOCAL_SECOND, basis)
        else:
            sheet.add(fact_id, None if hours is None else hours * HOUR_SECONDS, SECOND, basis)


def _add_chronotype(sheet: FactSheet, split: _Split, refusal: str | None) -> None:
    basis = split.bases["chronotype"]
    if basis.status is not Status.INSUFFICIENT and refusal is not None:
        basis = basis.refused(refusal)
    kind = None if split.mctq.msf_sc is None else munich_type(split.mctq.msf_sc)
    sheet.add("chronotype", kind and kind.primary, "label", basis)
    sheet.add("chronotype_munich", kind and kind.name, "label", basis)
    sheet.add("chronotype_share", kind and kind.share, "percent of people", basis)


def _add_regularity(sheet: FactSheet, sleep: SleepHistory) -> None:
    pairs = int(consecutive_pairs(sleep.days).sum())
    windows = Basis.of(REGULARITY, pairs, "windows: SRI of main sleep and naps, 1-min epochs (Phillips 2017); no norms")
    sheet.add("sri", sleep_regularity_index(sleep), "index", windows)
    about_mean = deviation_about_mean(sleep.days, sleep.midpoints)
    reference = sheet.number("msf_sc")
    if reference is None:
        deviation, about = about_mean, "mean midsleep"
    else:
        deviation = composite_phase_deviation(sleep.days, sleep.midpoints, reference / HOUR_SECONDS)
        about = "MSFsc"
    method = "composite phase deviation about {} (Fischer 2016)"
    sheet.add("cpd", deviation, HOUR, Basis.of(REGULARITY, pairs, method.format(about)))
    sheet.add("cpd_about_mean", about_mean, HOUR, Basis.of(REGULARITY, pairs, method.format("mean midsleep")))


def _add_phase(sheet: FactSheet, split: _Split, *, shifts: bool) -> None:
    basis = split.bases["chronotype"]
    refusal = phase_refusal(sheet.number("sri"), split.spread, shift_worker=shifts)
    if basis.status is not Status.INSUFFICIENT and refusal is not None:
        basis = basis.refused(refusal)
    add_phase(sheet, split.mctq.msf, basis)


def _asleep(sleep: SleepHistory) -> tuple[Ordinals, Floats]:
    """Hours of each night, and of the naps that end on its day."""
    hours = sleep.hours.copy()
    place = {night.day: index for index, night in enumerate(sleep.nights)}
    for nap in sleep.naps:
        index = place.get(nap.end.date())
        if index is not None:
            hours[index] += (nap.end - nap.start).total_seconds() / HOUR_SECONDS
    return sleep.days, hours


def _add_need_and_debt(sheet: FactSheet, days: Ordinals, hours: Floats, week: WorkWeek, source: str) -> None:
    free = np.array([week.is_free(date.fromordinal(day)) for day in days.tolist()], dtype=np.bool_)
    method = f"median of free nights of {source}, drawn to 8 h by ten nights, 7 to 9 h; age unknown, taken as 18-64"
    need = sleep_need(days, hours, free)
    telling = 0 if need is None else need.nights
    sheet.add("sleep_need", need and need.hours, HOUR, Basis.of(FREE_NIGHTS, telling, method, MEDIUM))
    bounds = _window_days(sheet)
    known = 0 if bounds is None else known_nights(days, bounds[1])
    debt = None if bounds is None or need is None else sleep_debt(days, hours, need.hours, bounds[1])
    _add_debt(sheet, debt, known, telling)


def _add_debt(sheet: FactSheet, debt: SleepDebt | None, known: int, telling: int) -> None:
    both = Basis.of_all({DEBT: known, FREE_NIGHTS: telling}, "", MEDIUM)._replace(n=known)
    missing = f"{DEBT_NIGHTS - known} of the last {DEBT_NIGHTS} nights missing, taken as the 28-day median"
    summed = f"sum of need - sleep where short, last {DEBT_NIGHTS} nights; {missing}"
    faded = f"need - sleep fading with 4.06 days (Rajdev 2013), below 0 is ahead; {missing}"
    sheet.add("sleep_debt_14", debt and debt.last_14, HOUR, both._replace(method=summed))
    sheet.add("sleep_debt_now", debt and debt.now, HOUR, both._replace(method=faded))
