"""The facts of sleep timing: chronotype, usual hours, regularity, probable phase, sleep need and debt of one person."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, tzinfo
from functools import lru_cache
from math import sqrt
from statistics import median_low
from typing import NamedTuple

import numpy as np

from hos_pipelines.domain.circadian.chronotype import (
    TYPES_SOURCE,
    WEEK_DAYS,
    Mctq,
    Timing,
    mctq,
    munich_type,
    percentile_of,
    usual_timing,
)
from hos_pipelines.domain.circadian.intervals import (
    Resampled,
    Sides,
    in_seconds,
    resample_timing,
    sri_interval,
    type_certainty,
)
from hos_pipelines.domain.circadian.phase import add_phase, phase_refusal
from hos_pipelines.domain.circadian.regularity import (
    composite_phase_deviation,
    consecutive_pairs,
    day_pairs,
    deviation_about_mean,
)
from hos_pipelines.domain.circadian.sleep_need import DEBT_NIGHTS
from hos_pipelines.domain.clock import circular_mean, circular_sd
from hos_pipelines.domain.clock_text import clock_text
from hos_pipelines.domain.facts import Basis, FactSheet, Interval
from hos_pipelines.domain.few_days import mean_of, variance_of
from hos_pipelines.domain.gates import (
    DEBT,
    FREE_NIGHTS,
    LOW,
    MEDIUM,
    NEED_NIGHTS,
    NO_CAP,
    REGULARITY,
    TIMING,
    VARIABILITY,
    WORK_NIGHTS,
    Confidence,
    Gate,
    Status,
    surest,
)
from hos_pipelines.domain.living import Living, living_of, outlying, telling_sides
from hos_pipelines.domain.nights import FARTHEST_DAYS, NOON, SetAside, SleepHistory, SleepWindow, read_nights
from hos_pipelines.domain.resampling import Resampling, resample_days
from hos_pipelines.domain.sleep import SleepStanding, data_seed, sleep_standing
from hos_pipelines.domain.usual_hours import USUAL_METHOD, spread_interval, usual_hour
from hos_pipelines.domain.work_week import WorkWeek

DAY_HOURS = 24.0
HOUR_SECONDS = 3600.0
HOUR, LOCAL_HOUR = "hour", "local hour"
SECOND, LOCAL_SECOND = "second", "second of the local day"

MCTQ_METHOD = "{} (MCTQ, Roenneberg 2012) of circular mean onset and wake, free days estimated"
MIDSLEEPS = ("msw", "msf", "msf_sc")
SHIFT_RULE = "sleep at changing hours: two groups 4 h apart in turns, or a quarter by day with SD >= 2 h; never why"
NAP_METHOD = "days on which sleep beside the main sleep ends"
REGULARITY_METHOD = "SD of falling asleep: steady up to 30 min, fairly steady up to 60 (MESA classes)"
STEADY_SD, FAIRLY_STEADY_SD = 0.5, 1.0
SOURCES = {"delivered": "reported sleep durations", "windows": "main sleep and nap windows"}
SLEEP_WEEK = Gate("nights", 7, 14, 21)
PERCENT = "percent of people"
NO_FREE_DAYS = "no free days in the work week"
NO_WORK_DAYS = "no work days in the work week"


class _NightCounts(NamedTuple):
    """How many settled nights of either kind are known, and how many work days a week has: what each side allows."""

    free_nights: int
    work_nights: int
    work_days: int

    def of_free(self, method: str) -> Basis:
        basis = Basis.of(FREE_NIGHTS, self.free_nights, method, MEDIUM)
        return basis.refuse(NO_FREE_DAYS) if self.work_days == WEEK_DAYS else basis

    def of_work(self, method: str) -> Basis:
        basis = Basis.of(WORK_NIGHTS, self.work_nights, method, MEDIUM)
        return basis.refuse(NO_WORK_DAYS) if self.work_days == 0 else basis

    def of_both(self, method: str) -> Basis:
        """Free and work nights, of which a week without work days needs the former only."""
        if self.work_days in (0, WEEK_DAYS):
            return self.of_free(method)
        return Basis.of_all({FREE_NIGHTS: self.free_nights, WORK_NIGHTS: self.work_nights}, method, MEDIUM)

    def of_week(self, method: str) -> Basis:
        """The nights a mean over the week needs: those of work days alone where there are no others."""
        return self.of_work(method) if self.work_days == WEEK_DAYS else self.of_both(method)


# Each value of the questionnaire: the basis it rests on, and its method.
QUESTIONNAIRE: Mapping[str, tuple[Callable[[_NightCounts, str], Basis], str]] = {
    "onset_work": (_NightCounts.of_work, MCTQ_METHOD.format("mean onset on work days")),
    "wake_work": (_NightCounts.of_work, MCTQ_METHOD.format("mean waking on work days")),
    "onset_free": (_NightCounts.of_free, MCTQ_METHOD.format("mean onset on free days")),
    "wake_free": (_NightCounts.of_free, MCTQ_METHOD.format("mean waking on free days")),
    "sd_work": (_NightCounts.of_work, MCTQ_METHOD.format("sleep duration on work days")),
    "sd_free": (_NightCounts.of_free, MCTQ_METHOD.format("sleep duration on free days")),
    "msw": (_NightCounts.of_work, MCTQ_METHOD.format("MSW")),
    "msf": (_NightCounts.of_free, MCTQ_METHOD.format("MSF")),
    "sd_week": (_NightCounts.of_week, MCTQ_METHOD.format("SDweek")),
    "sloss_week": (_NightCounts.of_both, MCTQ_METHOD.format("SLOSSweek")),
    "msf_sc": (_NightCounts.of_both, MCTQ_METHOD.format("MSFsc")),
    "sjl_rel": (_NightCounts.of_both, MCTQ_METHOD.format("MSF - MSW, above -12 h up to 12 h")),
    "sjl": (_NightCounts.of_both, MCTQ_METHOD.format("SJL")),
    "sjl_sc": (_NightCounts.of_both, MCTQ_METHOD.format("SJLsc (Jankowski 2017)")),
    "chronotype": (_NightCounts.of_both, f"MSFsc in the {TYPES_SOURCE}; free days estimated"),
}


@lru_cache(maxsize=4096)
def _bases(known: _NightCounts) -> Mapping[str, Basis]:
    """What each value of the questionnaire rests on; of the same counts always the same."""
    return {fact_id: allowed(known, method) for fact_id, (allowed, method) in QUESTIONNAIRE.items()}


@dataclass(frozen=True, slots=True)
class _Split:
    """Settled nights by kind of day, what the questionnaire makes of them, and what each of its values rests on.

    Nights far from the others of their kind are left out; `outlying` says how many. `sampled` has the intervals.
    `spread` is the circular SD of midsleep on free days or on work days, whichever is larger, in hours.
    """

    free: Timing | None
    work: Timing | None
    known: _NightCounts
    mctq: Mctq
    bases: Mapping[str, Basis]
    spread: float | None
    outlying: int
    sampled: Resampled
    sides: Sides


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


def add_timing_facts(
    sheet: FactSheet,
    sleep: SleepHistory,
    week: WorkWeek,
    standing: SleepStanding | None = None,
    living: Living | None = None,
) -> None:
    """Enters every fact of sleep timing on a sheet; its window tells which nights are missing and which are the last.

    `standing` and `living` are those of the same person, made of these nights where they are left out. Clock hours are
    local; free and work nights are the settled ones, neither on a journey nor in the days after.
    """
    bounds = _window_days(sheet)
    through = int(sleep.days[-1]) if bounds is None and sleep.days.size else 0 if bounds is None else bounds[1]
    standing = standing or sleep_standing(sleep, week)
    living = living or living_of(sleep, through)
    resampled = resample_days(sleep.days, through, data_seed(sleep.days, sleep.onsets, sleep.hours))
    split = _split_sides(sleep, week, living, resampled)
    shifts = living.kind == "changing"
    _add_counts(sheet, sleep, split, standing, bounds)
    _add_usual(sheet, split, living)
    _add_sides(sheet, split)
    _add_differences(sheet, split)
    _add_mctq(sheet, split, LOW if shifts else NO_CAP)
    _add_chronotype(sheet, split, living)
    _add_regularity(sheet, sleep, living, through)
    _add_living(sheet, sleep, living, through)
    _add_phase(sheet, split, living)
    _add_sleep(sheet, standing)
    _add_need_and_debt(sheet, standing)


def _split_sides(sleep: SleepHistory, week: WorkWeek, living: Living, resampled: Resampling) -> _Split:
    free, work = telling_sides(sleep.midpoints, sleep.free, sleep.settled, living)
    on_free = usual_timing(sleep.onsets[free], sleep.wakes[free])
    on_work = usual_timing(sleep.onsets[work], sleep.wakes[work])
    spread = max(filter(None, (circular_sd(sleep.midpoints[side]) for side in (free, work))), default=None)
    known = _NightCounts(int(np.count_nonzero(free)), int(np.count_nonzero(work)), week.work_days)
    found = mctq(on_work, on_free, week.work_days)
    sides = Sides(sleep, free, work)
    sampled = resample_timing(found, sides, week.work_days, resampled)
    outside = int(np.count_nonzero(sleep.settled)) - known.free_nights - known.work_nights
    return _Split(on_free, on_work, known, found, _bases(known), spread, outside, sampled, sides)


def _window_days(sheet: FactSheet) -> tuple[int, int] | None:
    """The first and last day of the sheet's window as ordinals."""
    if sheet.window is None:
        return None
    first, last = sheet.window.split("/")
    return date.fromisoformat(first).toordinal(), date.fromisoformat(last).toordinal()


def _add_counts(
    sheet: FactSheet,
    sleep: SleepHistory,
    split: _Split,
    standing: SleepStanding,
    bounds: tuple[int, int] | None,
) -> None:
    nights = len(sleep.nights)
    starts = "noon" if sleep.day_starts_at == NOON else f"{clock_text(sleep.day_starts_at)}, 12 h from usual midsleep"
    _count(sheet, "nights", nights, "night", f"main sleeps of 3 to 16 h, the longest of each day from {starts}")
    missing = 0 if bounds is None else missing_nights(sleep, bounds[1])
    _count(sheet, "missing_nights", missing, "night", "days without main sleep since the first of the window")
    _count(sheet, "free_nights", split.known.free_nights, "night", "settled main sleeps that end on a free day")
    _count(sheet, "work_nights", split.known.work_nights, "night", "settled main sleeps that end on a work day")
    left_out = "settled main sleeps left out of the means: over 4 h and five MADs from the others of their kind of day"
    _count(sheet, "outlying_nights", split.outlying, "night", left_out)
    naps = Basis(len({nap.end.date() for nap in sleep.naps}), NAP_METHOD, Status.OK, NO_CAP, None)
    if standing.has_hidden_sleep:
        naps = naps.refuse("windows of naps: more sleep was delivered than the main windows hold")
    sheet.add("nap_days", float(naps.n), "day", naps)


def missing_nights(sleep: SleepHistory, through: int) -> int:
    """Days without main sleep from the first night to the day `through` (an ordinal)."""
    return max(0, through - int(sleep.days[0]) + 1 - sleep.days.size) if sleep.days.size else 0


def _count(sheet: FactSheet, fact_id: str, count: int, unit: str, method: str) -> None:
    """A count is what it is, however little it counts."""
    sheet.add(fact_id, float(count), unit, Basis(count, method, Status.OK, NO_CAP, None))


def _add_usual(sheet: FactSheet, split: _Split, living: Living) -> None:
    sleep, ranges = split.sides.sleep, split.sampled.ranges
    nights = len(sleep.nights)
    near = ~outlying(sleep.midpoints)
    usual = Basis.of(
        TIMING, int(np.count_nonzero(near)), "circular mean of local clock hours of all nights not outlying"
    )
    spread = Basis.of(VARIABILITY, nights, "circular SD of local clock hours, sqrt(-2 ln R) (Mardia 1972)")
    mode = usual.by(USUAL_METHOD)
    if usual.status is not Status.INSUFFICIENT and living.no_mean_hour is not None:
        usual = usual.refuse(living.no_mean_hour)
    if mode.status is not Status.INSUFFICIENT and living.no_usual_hour is not None:
        mode = mode.refuse(living.no_usual_hour)
    are_all_near = bool(near.all())
    for name, hours, every in (
        ("onset", sleep.onsets, sleep.onset),
        ("wake", sleep.wakes, sleep.wake),
        ("midpoint", sleep.midpoints, sleep.midpoint),
    ):
        _clock(sheet, f"{name}_mean", every.mean if are_all_near else circular_mean(hours[near]), usual)
    for name, hours in (("onset", sleep.onsets), ("wake", sleep.wakes)):
        said = mode.status is not Status.INSUFFICIENT
        _clock(sheet, f"usual_{name}", usual_hour(hours) if said else None, mode)
    for name, every in (("onset", sleep.onset), ("offset", sleep.wake), ("midpoint", sleep.midpoint)):
        value = None if every.sd is None else abs(every.sd)
        sheet.add(f"{name}_sd", value, HOUR, spread, ranges.get(f"{name}_sd"))
    elapsed = sleep.hours
    mean = mean_of(elapsed) if nights else None
    varies = sqrt(variance_of(elapsed)) if nights > 1 else None
    sheet.add("duration_mean", mean, HOUR, Basis.of(TIMING, nights, "mean elapsed hours of main sleep"))
    reach = None if mean is None or varies is None else spread_interval(elapsed - mean, varies)
    sheet.add("duration_sd", varies, HOUR, Basis.of(VARIABILITY, nights, "sample SD of elapsed hours"), reach)


def _clock(sheet: FactSheet, fact_id: str, hours: float | None, basis: Basis) -> None:
    sheet.add(fact_id, None if hours is None else hours % DAY_HOURS, LOCAL_HOUR, basis)


def _add_sides(sheet: FactSheet, split: _Split) -> None:
    for kind, side in (("work", split.work), ("free", split.free)):
        for name, hour in (("onset", side and side.onset), ("wake", side and side.wake)):
            _clock(sheet, f"{name}_{kind}", hour, split.bases[f"{name}_{kind}"])


def _add_differences(sheet: FactSheet, split: _Split) -> None:
    """How much later free days begin, and how midsleep wanders among days of one kind."""
    sampled = split.sampled
    both = split.known.of_both("circular mean waking on free days less that on work days")
    sheet.add("lie_in", sampled.lie_in, HOUR, both, sampled.ranges.get("lie_in"))
    nights = split.known.free_nights + split.known.work_nights
    basis = Basis.of(VARIABILITY, nights, "circular SD of midsleep, free and work days each about their own mean")
    sheet.add("midpoint_sd_within", sampled.within, HOUR, basis, sampled.ranges.get("midpoint_sd_within"))


def _add_mctq(sheet: FactSheet, split: _Split, cap: Confidence) -> None:
    """The variables of the questionnaire in seconds, under the names they have there."""
    for fact_id, hours in split.mctq._asdict().items():
        basis = split.bases[fact_id]
        if surest(cap, basis.confidence) is not basis.confidence:
            basis = basis._replace(confidence=cap)
        interval = split.sampled.ranges.get(fact_id)
        if fact_id in MIDSLEEPS:
            value = None if hours is None else hours % DAY_HOURS * HOUR_SECONDS
            sheet.add(fact_id, value, LOCAL_SECOND, basis, interval and in_seconds(interval, DAY_HOURS))
        else:
            value = None if hours is None else hours * HOUR_SECONDS
            sheet.add(fact_id, value, SECOND, basis, interval and in_seconds(interval))


def _add_chronotype(sheet: FactSheet, split: _Split, living: Living) -> None:
    """The type, as sure as its midsleep lies within the type's edges; the others its interval reaches are named."""
    basis = split.bases["chronotype"]
    if basis.status is not Status.INSUFFICIENT and not living.tells_chronotype:
        basis = basis.refuse(living.refusal or "")
    midsleep, interval = split.mctq.msf_sc, split.sampled.ranges.get("msf_sc")
    kind = None if midsleep is None else munich_type(midsleep)
    may_be: Interval | None = None
    if midsleep is not None and kind is not None and basis.status is not Status.INSUFFICIENT:
        level, others = type_certainty(midsleep, kind.primary, interval)
        basis = basis._replace(confidence=surest(level, LOW if basis.status is Status.PRELIMINARY else NO_CAP))
        may_be = Interval(None, None, None, others)
    sheet.add("chronotype", kind and kind.primary, "label", basis, may_be)
    sheet.add("chronotype_munich", kind and kind.name, "label", basis)
    sheet.add("chronotype_share", kind and kind.share, "percent of people", basis)
    percentile = basis if basis.missing else basis.by("percent of the Munich distribution with an earlier MSFsc")
    sheet.add("chronotype_percentile", None if midsleep is None else percentile_of(midsleep), PERCENT, percentile)


def _add_regularity(sheet: FactSheet, sleep: SleepHistory, living: Living, through: int) -> None:
    pairs = int(consecutive_pairs(sleep.days).sum())
    windows = Basis.of(REGULARITY, pairs, "windows: SRI of main sleep and naps, 1-min epochs (Phillips 2017); no norms")
    counted = day_pairs(sleep)
    sheet.add("sri", counted.sri, "index", windows, sri_interval(counted, through))
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
    _add_plain_regularity(sheet, living)


def _add_plain_regularity(sheet: FactSheet, living: Living) -> None:
    """The spread of falling asleep in a word, by the classes of MESA, and the words its interval reaches."""
    spread = sheet["onset_sd"]
    basis = Basis(spread.n, REGULARITY_METHOD, spread.status, spread.confidence, spread.missing)
    if basis.status is not Status.INSUFFICIENT and living.no_usual_hour is not None:
        basis = basis.refuse(living.no_usual_hour)
    value, reach = sheet.number("onset_sd"), spread.interval
    word = None if value is None else regularity_word(value)
    ends = () if reach is None or reach.low is None or reach.high is None else (reach.low, reach.high)
    others = tuple(dict.fromkeys(one for end in ends if (one := regularity_word(end)) != word))
    sheet.add("regularity_plain", word, "label", basis, Interval(None, None, None, others))


def regularity_word(sd: float) -> str:
    """`steady` up to 30 minutes of SD of falling asleep, `fairly steady` up to an hour, else `changeable`."""
    return "steady" if sd <= STEADY_SD else "fairly steady" if sd <= FAIRLY_STEADY_SD else "changeable"


def _add_living(sheet: FactSheet, sleep: SleepHistory, living: Living, through: int) -> None:
    nights = len(sleep.nights)
    basis = Basis.of(TIMING, nights, "by where midsleep lies and how it moves (ours, domain/living.py); never why")
    sheet.add("living", living.kind.replace("_", " "), "label", basis)
    shifts = Basis.of(TIMING, nights, SHIFT_RULE)
    sheet.add("shift_work", "yes" if living.kind == "changing" else "no", "label", shifts)
    for place, mode in enumerate(living.modes, start=1):
        of_mode = Basis.of(TIMING, mode.nights, "circular mean of one of two groups of nights 4 h or more apart")
        for name, hour in (("onset", mode.onset), ("wake", mode.wake)):
            _clock(sheet, f"mode_{place}_{name}", hour, of_mode)
        _count(sheet, f"mode_{place}_nights", mode.nights, "night", "nights of this group")
    if living.kind == "on_journey":
        left = abs(sleep.lag) - (through - int(sleep.days[-1]))
        crossed = "hours crossed by changes of the UTC offset, less one a day (Eastman & Burgess 2009)"
        sheet.add("journey_hours", left, HOUR, Basis(nights, crossed, Status.OK, MEDIUM, None))
    if living.drift is not None:
        sheet.add("drift", living.drift, "hour per day", basis.by("least squares of midsleep over the days"))


def _add_phase(sheet: FactSheet, split: _Split, living: Living) -> None:
    basis = split.bases["chronotype"]
    refusal = living.refusal or phase_refusal(sheet.number("sri"), split.spread)
    if basis.status is not Status.INSUFFICIENT and refusal is not None:
        basis = basis.refuse(refusal)
    add_phase(sheet, split.mctq.msf, basis)


def _add_sleep(sheet: FactSheet, standing: SleepStanding) -> None:
    """The measure of sleep both analyses go by, its mean, and whether that is enough."""
    n, mean = len(standing.recent), standing.mean
    chosen = Basis.of(TIMING, n, "delivered durations where they cover 80 % of the nights, else sleep windows")
    sheet.add("sleep_measure", standing.measure, "label", chosen)
    source = SOURCES[standing.measure]
    basis = Basis.of(TIMING, n, f"mean of {source} of 28 days")
    interval = None if mean is None else Interval(mean.low, mean.high, (mean.high - mean.low) / 2 * sqrt(2))
    sheet.add("sleep_mean", mean and mean.hours, HOUR, basis, interval)
    signs = "; ".join(standing.signs) or "none"
    word = standing.verdict
    rule = f"against 7 h (AASM/SRS 2015) or the lower end of the need, with signs of too little sleep ({signs})"
    verdict = Basis.of(SLEEP_WEEK, n, rule)
    sheet.add("sleep_standing", word, "label", verdict)


def _add_need_and_debt(sheet: FactSheet, standing: SleepStanding) -> None:
    source, need = SOURCES[standing.measure], standing.need
    method = f"median of free nights of {source}, drawn to 8 h by ten nights, 7 to 9 h; age unknown, taken as 18-64"
    basis = Basis.of(NEED_NIGHTS, standing.need_nights, method, MEDIUM)
    if standing.is_bound:
        bound = f"at least: every free night of {source} follows short ones and tells no need; least of adults, 18-64"
        basis = Basis(len(standing.recent), bound, Status.PRELIMINARY, LOW, None)
    sheet.add("sleep_need", need and need.hours, HOUR, basis, need and Interval(need.low, need.high))
    known = standing.known_nights
    both = Basis.of_all({DEBT: known, NEED_NIGHTS: standing.need_nights}, "", MEDIUM)._replace(n=known)
    if standing.is_bound and DEBT.status(known) is not Status.INSUFFICIENT:
        both = Basis(known, "", Status.PRELIMINARY, LOW, None)
    missing = f"{DEBT_NIGHTS - known} of the last {DEBT_NIGHTS} nights missing, taken as the 28-day median"
    least = "at least: " if standing.is_bound else ""
    summed = f"{least}need - sleep, last {DEBT_NIGHTS} nights, long ones set against short ones; {missing}"
    faded = f"{least}need - sleep fading with 4.06 days (Rajdev 2013), below 0 is ahead; {missing}"
    owed = standing.balance
    interval = owed and Interval(owed.low, owed.high)
    sheet.add("sleep_debt_14", owed and owed.hours, HOUR, both._replace(method=summed), interval)
    sheet.add("sleep_debt_now", standing.fading, HOUR, both._replace(method=faded))
