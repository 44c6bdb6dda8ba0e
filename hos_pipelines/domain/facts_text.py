"""How a fact is shown: its name, its value in words, what it means and what is usual."""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import NamedTuple

from hos_pipelines.domain.behavior.wording import duration_text, number_text
from hos_pipelines.domain.clock_text import clock_text
from hos_pipelines.domain.facts import Fact, Interval

HOUR_SECONDS, HOUR_MINUTES = 3600, 60
SMALLEST_P = 0.001
FEW_DIGITS, SHORT, MANY_DIGITS = 0.1, 10, 1000
PER_DAY = " per day"
WEEKS: Mapping[str, str] = {"_week": "last 7 days", "_week_before": "the 7 days before"}

TITLES: Mapping[str, str] = {
    "activity_consistency": "steadiness of steps",
    "advice_bed": "going to bed",
    "advice_caffeine_last": "last coffee",
    "advice_dim": "dim light",
    "advice_earlier": "bedtime earlier by",
    "advice_exercise": "training",
    "advice_last_meal": "last meal",
    "advice_light": "bright light",
    "advice_wake": "getting up",
    "advice_wind_down": "end of the day",
    "awake_median": "time awake at night",
    "cbt_min": "minimum of core body temperature",
    "chronotype": "type by five names",
    "chronotype_munich": "type in the Munich distribution",
    "chronotype_percentile": "people with an earlier midsleep",
    "chronotype_share": "share of people with this type",
    "circadian_health_score": "a measure of health from timing",
    "clock_change_day": "night of the clock change",
    "consistency_score": "days on which habits are kept",
    "cosinor_amplitude": "amplitude of the cosine",
    "cosinor_harmonics": "cosines in the curve",
    "cosinor_mesor": "mean level of the cosine (mesor)",
    "cosinor_p": "chance behind the cosine",
    "cosinor_peak_hour": "peak of the cosine",
    "cosinor_r2": "share explained by the cosine (R²)",
    "cpd": "composite phase deviation",
    "cpd_about_mean": "composite phase deviation about the own mean",
    "data_coverage": "share of days recorded",
    "dlmo": "onset of melatonin in dim light",
    "drift": "drift of midsleep",
    "duration_mean": "usual length of main sleep",
    "duration_sd": "spread of sleep duration",
    "energy_max_hour": "hour of most energy",
    "energy_min_hour": "hour of least energy",
    "energy_phase": "phase of the energy model",
    "entropy_rate": "how hard active days are to foresee",
    "established_habits": "habits that hold",
    "exercise_weekly_days": "days of exercise a week",
    "exercise_weekly_lacking": "exercise missing to what is advised",
    "exercise_weekly_minutes": "exercise a week",
    "free_minus_work_wake": "waking on free days less waking on work days",
    "free_nights": "nights before free days",
    "free_work_steps_ratio": "steps on free days against work days",
    "hrv_state": "heart rate variability against the own baseline",
    "hrv_state_q": "chance behind heart rate variability",
    "is": "likeness of the days (IS)",
    "iv": "breaks within a day (IV)",
    "journey_hours": "hours off the local time",
    "l5": "activity of the least active 5 h (L5)",
    "l5_start_hour": "least active 5 h begin",
    "lie_in": "sleeping in on free days",
    "living": "way of living",
    "m10": "activity of the most active 10 h (M10)",
    "m10_start_hour": "most active 10 h begin",
    "midpoint_mean": "usual midsleep",
    "mode_1_nights": "nights of the larger group",
    "mode_1_onset": "falling asleep, larger group",
    "mode_1_wake": "waking, larger group",
    "mode_2_nights": "nights of the smaller group",
    "mode_2_onset": "falling asleep, smaller group",
    "mode_2_wake": "waking, smaller group",
    "midpoint_sd": "spread of midsleep",
    "midpoint_sd_within": "spread of midsleep among days of one kind",
    "msf": "midsleep on free days (MSF)",
    "msf_sc": "midsleep on free days, corrected for sleep owed (MSFsc)",
    "msw": "midsleep on work days (MSW)",
    "nap_days": "days with a nap",
    "offset_sd": "spread of waking",
    "onset_free": "falling asleep on free days",
    "onset_mean": "usually falls asleep",
    "onset_sd": "spread of falling asleep",
    "onset_work": "falling asleep on work days",
    "outlying_nights": "nights far from the others, left out",
    "predicted_bed": "expected bedtime",
    "predicted_next_wake": "expected waking on the day after",
    "predicted_wake": "expected waking",
    "ra": "contrast of rest and activity (RA)",
    "recovery_after_a_miss": "misses followed by a day done",
    "recovery_consistency": "steadiness of the readiness score",
    "regularity_band": "regularity of bedtimes",
    "regularity_plain": "regularity in a word",
    "rhythm_peak_hour": "peak of the fitted curve",
    "rhythm_trough_hour": "trough of the fitted curve",
    "rhr_flag": "resting heart rate against the own baseline",
    "routine_index": "likeness of one night to the next",
    "sahha_sleep_debt": "sleep debt as Sahha delivers it",
    "sd_free": "sleep on free days",
    "sd_week": "sleep over the week",
    "sd_work": "sleep on work days",
    "second_opinion_peak_hour": "peak by a second model",
    "shift_work": "sleep at changing hours",
    "sjl": "social jetlag",
    "sjl_rel": "social jetlag, with its sign",
    "sjl_sc": "social jetlag, corrected for sleep owed",
    "sleep_consistency": "steadiness of sleep",
    "sleep_debt_14": "balance of sleep over the last 14 nights",
    "sleep_debt_now": "balance of sleep now, older nights fading",
    "sleep_efficiency_median": "usual sleep efficiency",
    "sleep_latency_median": "usual time to fall asleep",
    "sleep_mean": "hours asleep a day",
    "sleep_measure": "what sleep is measured by",
    "sleep_need": "sleep needed",
    "sleep_pressure_bed": "modelled sleep pressure at bedtime (0 to 1)",
    "sleep_pressure_wake": "modelled sleep pressure at waking (0 to 1)",
    "sleep_standing": "sleep against the need",
    "sloss_week": "sleep lost over the week",
    "sophistication_score": "self-regulation, as points",
    "sri": "sleep regularity index (-100 to 100)",
    "timing_steadiness": "steadiness of timing",
    "typical_onset": "usually falls asleep (habits)",
    "typical_wake": "usually wakes (habits)",
    "usual_onset": "falls asleep on most nights",
    "usual_onset_free": "falls asleep on most nights before free days",
    "usual_onset_work": "falls asleep on most nights before work days",
    "usual_wake": "wakes on most days",
    "usual_wake_free": "wakes on most free days",
    "usual_wake_work": "wakes on most work days",
    "wake_free": "waking on free days",
    "wake_mean": "usually wakes",
    "wake_work": "waking on work days",
    "work_nights": "nights before work days",
    "zone_maintenance_minutes": "time at moderate energy",
    "zone_peak_minutes": "time at high energy",
    "zone_recovery_minutes": "time at low energy",
    "zone_sleep_minutes": "time asleep, expected",
    "zone_threshold_peak": "energy from which an hour is high",
    "zone_threshold_recovery": "energy up to which an hour is low",
}


class Meaning(NamedTuple):
    """What a term means, and what is usual with the source of that norm; `usual` is empty where there is none."""

    text: str
    usual: str = ""


MESA = "steadiest class up to 30 min, least steady above 90 (MESA, Huang 2020)"

# By id, or by a pattern of ids; the first that fits counts.
MEANINGS: Mapping[str, Meaning] = {
    "living": Meaning("how sleep lies on the clock; never why"),
    "shift_work": Meaning("whether sleep lies now at night, now by day; never why"),
    "drift": Meaning("how far midsleep moves from one day to the next", "0 of who lives by the day"),
    "onset_mean|wake_mean|midpoint_mean|typical_.*": Meaning("mean clock time over all nights"),
    "onset_(work|free)|wake_(work|free)": Meaning("mean clock time; free days are estimated from the calendar"),
    "usual_.*": Meaning("where most nights lie; days are judged by it"),
    "mode_.*": Meaning("one of two groups of nights"),
    "clock_change_day": Meaning("the hour of which days before and after differ"),
    "free_minus_work_wake|lie_in": Meaning(
        "how much later waking is on free days", "up to 2 h is catching up (NSF 2023)"
    ),
    "nap_days": Meaning("days with sleep beside the main sleep"),
    "sleep_measure": Meaning("delivered durations where they cover the nights, else the time from onset to waking"),
    "sleep_mean": Meaning("time asleep, naps included", "7 h or more (AASM/SRS 2015)"),
    "sleep_standing": Meaning("the mean against what is enough, with signs of the day"),
    "sleep_need": Meaning("what free nights last, drawn towards 8 h", "7 to 9 h for adults (NSF 2015)"),
    "sleep_debt_14": Meaning("need less sleep over 14 nights; below 0 is ahead", "about 0"),
    "sleep_debt_now": Meaning("the same, older nights counting less; below 0 is ahead", "about 0"),
    "sahha_sleep_debt": Meaning("as delivered, by a rule that Sahha does not publish"),
    "duration_mean": Meaning("from falling asleep to waking, time awake in between included"),
    "sd_(work|free|week)": Meaning("from falling asleep to waking, of the mean hours (MCTQ)"),
    "sloss_week": Meaning("what work days take from the mean night, over a week (MCTQ)"),
    "sleep_efficiency_median": Meaning("time asleep by time in bed", "85 % or more (NSF 2017)"),
    "sleep_latency_median": Meaning("from going to bed to falling asleep", "30 min or less (NSF 2017)"),
    "awake_median": Meaning("awake between falling asleep and waking", "20 min or less (NSF 2017)"),
    "sleep_pressure_.*": Meaning("how much the model says sleep is wanted (Borbely 1982)"),
    "chronotype": Meaning("the Munich types gathered to five"),
    "chronotype_munich": Meaning("by corrected midsleep", "intermediate: 04:15 to 05:15 (Roenneberg)"),
    "chronotype_percentile": Meaning("of 100 people, how many have their midsleep earlier"),
    "chronotype_share": Meaning("of 100 people, how many are of this type"),
    "msf_sc": Meaning("midsleep as it would be without sleep to make up", "about 04:15 (Munich, Roenneberg)"),
    "msf": Meaning("halfway between falling asleep and waking"),
    "msw": Meaning("halfway between falling asleep and waking"),
    "sjl.*": Meaning("how far midsleep on free days lies from work days", "about 1 h; 2 h or more is much"),
    "dlmo": Meaning("estimated from sleep times, 1.5 h either way", "about 2 h before sleep (Burgess 2003)"),
    "cbt_min": Meaning("estimated from sleep times, 1.5 h either way", "about 3 h before waking (Burgess 2003)"),
    "energy_phase": Meaning("clock hour the energy model is set by"),
    "regularity_(plain|band)": Meaning("by the spread of falling asleep", "steady: up to 30 min (MESA, Huang 2020)"),
    "timing_steadiness|circadian_health_score": Meaning("our points for steady timing; says nothing of health"),
    "(onset|offset)_sd|regular_.*_timing_sd(_within)?": Meaning("standard deviation over the nights", MESA),
    "midpoint_sd(_within)?": Meaning("standard deviation over the nights", "below 65 min (RU-SATED)"),
    "duration_sd": Meaning("standard deviation over the nights", "at most 60 min (MESA, Huang 2020)"),
    "sri": Meaning("100: asleep and awake at the same minutes every day; no norm for sleep windows"),
    "cpd": Meaning("distance of midsleep from free days and from the day before; no norm"),
    "cpd_about_mean": Meaning("distance of midsleep from its mean and from the day before; no norm"),
    "routine_index": Meaning("1: one night lies where the last one lay"),
    "predicted_.*": Meaning("mean of days of that kind, to a quarter of an hour"),
    r"zone_(peak|maintenance|recovery|sleep)_\d+_.*": Meaning("modelled; level 0 to 100 within the own day"),
    "zone_(peak|maintenance|recovery|sleep)_minutes": Meaning("how long of the predicted day"),
    "zone_threshold_.*": Meaning("edge between zones, from the own day"),
    "energy_curve|energy_m.*": Meaning("modelled from sleep times; ranks the hours of one day"),
    "second_opinion_peak_hour": Meaning("by the three-process model (Ingre 2014), which knows no dip at midday"),
    "advice_.*": Meaning("a time in the advice"),
    "hrv_state": Meaning("last 7 days against the 28 before (Plews 2014)", "within"),
    "rhr_flag": Meaning("raised: 5 bpm above usual two days in a row"),
    ".*_median": Meaning("the middle of 28 days, and how far days spread about it"),
    ".*_latest": Meaning("the newest reading, against the own days"),
    "hrv_state_q": Meaning("how likely by chance, with many looks counted"),
    ".*_trend_slope": Meaning("change a day over 28 days; q, p: how likely by chance, with many looks counted or not"),
    ".*_change_day": Meaning("first day at a new level, before and since"),
    ".*_week": Meaning("mean of the last 7 days"),
    ".*_week_before": Meaning("mean of the 7 days before those"),
    ".*_adherence": Meaning("days it was done, of those recorded"),
    ".*_streak": Meaning("recorded days in a row"),
    ".*_recovery|recovery_after_a_miss": Meaning("how often it is done on the day after"),
    ".*_habit_strength": Meaning("0 to 1, grows with repetition", "near 1 takes 66 days (Lally 2010)"),
    ".*_predictability": Meaning("above 0: the day of the week foretells it"),
    ".*_weekly_rhythm": Meaning("how much goes with the day of the week"),
    "exercise_weekly_.*": Meaning("vigorous minutes count double", "150 min or more (WHO 2020)"),
    "established_habits": Meaning("habits of strength 0.6 or more"),
    "consistency_score": Meaning("mean over all habits"),
    "association_.*": Meaning("-1 to 1: how two series move together; says nothing of causes"),
    "free_work_steps_ratio": Meaning("1: as many steps on free days as on work days"),
    "entropy_rate": Meaning("in bits; 0: active days follow a fixed pattern, 1: like a coin"),
    ".*_consistency": Meaning("1: every day alike"),
    "sophistication_score": Meaning("our points for days recorded, habits, coming back and regularity"),
    "recovery_emphasis": Meaning("how much rest a plan should hold, 0 to 1"),
    "outlying_nights": Meaning("more than 4 h from the other nights of their kind"),
    "(work|free)_nights": Meaning("not on a journey nor just after one"),
    "nights|missing_nights|recorded_days|data_coverage": Meaning("of the days looked at"),
    "new_.*": Meaning("since the analysis before"),
}


def title(fact_id: str) -> str:
    """What a fact is called in a table or a list."""
    if fact_id in TITLES:
        return TITLES[fact_id]
    for ending, when in WEEKS.items():
        if fact_id.endswith(ending):
            return f"{title(fact_id.removesuffix(ending))}, {when}"
    return fact_id.replace("_", " ")


def display(fact: Fact) -> str:
    """The value in words: clock times as HH:MM, durations in hours and minutes, shares in per cent.

    A fact without a value says what it lacks, a curve its extent.
    """
    value = fact.value
    if value is None:
        return not_enough([fact.missing] if fact.missing else [])
    if isinstance(value, str):
        return value.replace("_", " ")
    if isinstance(value, list):
        return _curve(value, fact.unit)
    return _number(value, fact.unit)


def interval_text(fact: Fact) -> str:
    """The 95 % interval as `7 h 02 min to 7 h 25 min`, of a category the others it may be; else empty."""
    interval = fact.interval
    if interval is None or fact.value is None:
        return ""
    if interval.may_be:
        return f"or {' or '.join(one.replace('_', ' ') for one in interval.may_be)}"
    return _ends_text(interval, fact.unit)


def _ends_text(interval: Interval, unit: str) -> str:
    if interval.low is None or interval.high is None:
        return ""
    low, high = _number(interval.low, unit), _number(interval.high, unit)
    return low if low == high else f"{low} to {high}"


def least_change_text(fact: Fact) -> str:
    """From which size on a difference between two such values counts, as `20 min`; empty where nobody knows."""
    interval = fact.interval
    if interval is None or interval.least_change is None:
        return ""
    return _number(interval.least_change, DURATIONS.get(fact.unit, fact.unit))


@lru_cache(maxsize=4096)
def meaning(fact_id: str) -> Meaning | None:
    """What is meant by a fact of this id; None where nothing needs to be said."""
    return next((one for ids, one in MEANINGS.items() if re.fullmatch(ids, fact_id)), None)


def not_enough(missing: list[str]) -> str:
    """The sentence that stands where nothing can be said."""
    return f"Not enough data: {'; '.join(missing)}" if missing else "Not enough data"


def _curve(values: list[float], unit: str) -> str:
    extent = f", {_number(min(values), unit)} to {_number(max(values), unit)}" if values else ""
    return f"{len(values)} values{extent}"


def _number(value: float, unit: str) -> str:
    if unit.endswith(PER_DAY):
        return _slope(value, unit.removesuffix(PER_DAY))
    if unit in SAID:
        return SAID[unit](value)
    value = round(value, 1) if unit in WHOLE_OR_TENTHS else value
    return f"{_digits(value)} {_many(unit) if abs(value) != 1 else unit}"


def _slope(value: float, unit: str) -> str:
    if value == 0:
        return "no change per day"
    if unit == "hour":
        value, unit = value * HOUR_MINUTES, "minute"
    if unit == "share":
        value, unit = value * 100, "percentage point"
    number = f"{value:+.2g}" if abs(value) < SHORT else f"{value:+,.0f}"
    return f"{number}{PER_DAY}" if unit in BARE else f"{number} {_many(unit)}{PER_DAY}"


def _many(unit: str) -> str:
    return f"{unit}s" if unit in COUNTED else unit


def _digits(value: float) -> str:
    """Two significant digits below a tenth, else as in a sentence; thousands apart."""
    if 0 < abs(value) < FEW_DIGITS:
        return f"{value:.2g}"
    return f"{value:,.0f}" if abs(value) >= MANY_DIGITS else number_text(value)


def _clock_of_seconds(value: float) -> str:
    return clock_text(value / HOUR_SECONDS)


def _duration_of_seconds(value: float) -> str:
    return duration_text(value / HOUR_SECONDS)


def _probability(value: float) -> str:
    return f"below {SMALLEST_P}" if value < SMALLEST_P else _digits(value)


def _percent(value: float) -> str:
    """Of people: no sample has more digits than whole ones."""
    return f"{value:.0f} %" if value >= 1 else f"{number_text(value)} %"


def _share(value: float) -> str:
    return f"{round(100 * value)} %"


def _beats(value: float) -> str:
    return f"{value:.0f} bpm"


def _milliseconds(value: float) -> str:
    return f"{value:.0f} ms"


def _deviations(value: float) -> str:
    return f"{value:+.1f} deviations from usual" if round(value, 1) else "no deviation from usual"


def _duration_of_minutes(value: float) -> str:
    return duration_text(value / HOUR_MINUTES)


# A difference of clock times is a duration.
DURATIONS: Mapping[str, str] = {"second of the local day": "second", "local hour": "hour", "clock hour": "hour"}
BARE = frozenset({"count", "index", "ratio"})
COUNTED = frozenset({"night", "day", "point", "hour", "minute", "bit", "millisecond", "percentage point"})
WHOLE_OR_TENTHS = frozenset({"night", "day"})
SAID: Mapping[str, Callable[[float], str]] = {
    "second": _duration_of_seconds,
    "second of the local day": _clock_of_seconds,
    "hour": duration_text,
    "minute": _duration_of_minutes,
    "local hour": clock_text,
    "clock hour": clock_text,
    "share": _share,
    "percent of people": _percent,
    "percentage": _share,
    "p": _probability,
    "q": _probability,
    "z": _deviations,
    "bpm": _beats,
    "millisecond": _milliseconds,
    "relative energy": _digits,
    "index": _digits,
    "ratio": _digits,
    "rho": _digits,
    "count": _digits,
    "score": _digits,
    "sleep pressure S": _digits,
}
