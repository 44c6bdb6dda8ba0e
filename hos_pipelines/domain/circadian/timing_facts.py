"""The facts of sleep timing: chronotype, usual hours, regularity, probable phase, sleep need and debt of one person."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, tzinfo
from math import sqrt
from statistics import median_low

import numpy as np

from hos_pipelines.domain.circadian.chronotype import (
    munich_type,
    percentile_of,
)
from hos_pipelines.domain.circadian.intervals import (
    in_seconds,
    sri_interval,
    type_certainty,
)
from hos_pipelines.domain.circadian.night_split import NightSplit, split_sides
from hos_pipelines.domain.circadian.phase import add_phase, phase_refusal
from hos_pipelines.domain.circadian.regularity import (
    composite_phase_deviation,
    consecutive_pairs,
    day_pairs,
    deviation_about_mean,
)
from hos_pipelines.domain.circadian.sleep_facts import add_sleep_facts
from hos_pipelines.domain.clock import circular_mean
from hos_pipelines.domain.clock_text import clock_text
from hos_pipelines.domain.facts import Basis, FactSheet, Interval
from hos_pipelines.domain.few_days import mean_of, variance_of
from hos_pipelines.domain.gates import (
    LOW,
    MEDIUM,
    NO_CAP,
    REGULARITY,
    TIMING,
    VARIABILITY,
    Confidence,
    Status,
    surest,
)
from hos_pipelines.domain.in_step import Steps, to_the_end
from hos_pipelines.domain.living import Living, living_of, outlying
from hos_pipelines.domain.nights import FARTHEST_DAYS, NOON, SetAside, SleepHistory, SleepWindow, read_nights
from hos_pipelines.domain.resampling import resample_days
from hos_pipelines.domain.sleep import SleepStanding, data_seed, sleep_standing
from hos_pipelines.domain.usual_hours import USUAL_METHOD, spread_interval, usual_hour
from hos_pipelines.domain.work_week import WorkWeek

DAY_HOURS = 24.0
HOUR_SECONDS = 3600.0
HOUR, LOCAL_HOUR = "hour", "local hour"
SECOND, LOCAL_SECOND = "second", "second of the local day"

MIDSLEEPS = ("msw", "msf", "msf_sc")
SHIFT_RULE = "sleep at changing hours: two groups 4 h apart in turns, or a quarter by day with SD >= 2 h; never why"
NAP_METHOD = "days on which sleep beside the main sleep ends"
REGULARITY_METHOD = "SD of falling asleep: steady up to 30 min, fairly steady up to 60 (MESA classes)"
STEADY_SD, FAIRLY_STEADY_SD = 0.5, 1.0
PERCENT = "percent of people"


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
    to_the_end(timing_steps(sheet, sleep, week, standing, living))


def timing_steps(
    sheet: FactSheet,
    sleep: SleepHistory,
    week: WorkWeek,
    standing: SleepStanding | None = None,
    living: Living | None = None,
) -> Steps[None]:
    """The same in parts, to be made of many people in step."""
    bounds = _window_days(sheet)
    through = int(sleep.days[-1]) if bounds is None and sleep.days.size else 0 if bounds is None else bounds[1]
    standing = standing or sleep_standing(sleep, week)
    living = living or living_of(sleep, through)
    resampled = resample_days(sleep.days, through, data_seed(sleep.days, sleep.onsets, sleep.hours))
    split = split_sides(sleep, week, living, resampled)
    yield
    shifts = living.kind == "changing"
    _add_counts(sheet, sleep, split, standing, bounds)
    _add_usual(sheet, split, living)
    yield
    _add_sides(sheet, split)
    _add_differences(sheet, split)
    _add_mctq(sheet, split, LOW if shifts else NO_CAP)
    _add_chronotype(sheet, split, living)
    yield
    _add_regularity(sheet, sleep, living, through)
    yield
    _add_living(sheet, sleep, living, through)
    _add_phase(sheet, split, living)
    add_sleep_facts(sheet, standing)


def _window_days(sheet: FactSheet) -> tuple[int, int] | None:
    """The first and last day of the sheet's window as ordinals."""
    if sheet.window is None:
        return None
    first, last = sheet.window.split("/")
    return date.fromisoformat(first).toordinal(), date.fromisoformat(last).toordinal()


def _add_counts(
    sheet: FactSheet,
    sleep: SleepHistory,
    split: NightSplit,
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


def _add_usual(sheet: FactSheet, split: NightSplit, living: Living) -> None:
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


def _add_sides(sheet: FactSheet, split: NightSplit) -> None:
    for kind, side in (("work", split.work), ("free", split.free)):
        for name, hour in (("onset", side and side.onset), ("wake", side and side.wake)):
            _clock(sheet, f"{name}_{kind}", hour, split.bases[f"{name}_{kind}"])


def _add_differences(sheet: FactSheet, split: NightSplit) -> None:
    """How much later free days begin, and how midsleep wanders among days of one kind."""
    sampled = split.sampled
    both = split.known.of_both("circular mean waking on free days less that on work days")
    sheet.add("lie_in", sampled.lie_in, HOUR, both, sampled.ranges.get("lie_in"))
    nights = split.known.free_nights + split.known.work_nights
    basis = Basis.of(VARIABILITY, nights, "circular SD of midsleep, free and work days each about their own mean")
    sheet.add("midpoint_sd_within", sampled.within, HOUR, basis, sampled.ranges.get("midpoint_sd_within"))


def _add_mctq(sheet: FactSheet, split: NightSplit, cap: Confidence) -> None:
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


def _add_chronotype(sheet: FactSheet, split: NightSplit, living: Living) -> None:
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


def _add_phase(sheet: FactSheet, split: NightSplit, living: Living) -> None:
    basis = split.bases["chronotype"]
    refusal = living.refusal or phase_refusal(sheet.number("sri"), split.spread)
    if basis.status is not Status.INSUFFICIENT and refusal is not None:
        basis = basis.refuse(refusal)
    add_phase(sheet, split.mctq.msf, basis)
