"""What must not be told of anybody: advice of both halves that fights, and sentences that what is delivered belies.

A row is a name and the question whether it happened to one person. Kinds of people are told by their truth, never by
what the analyses make of them.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from hos_pipelines.domain.facts import Fact
from hos_pipelines_tests.domain.told.looking import Told, reaches, tell
from hos_pipelines_tests.domain.told.population import Person, people
from hos_pipelines_tests.domain.told.speech import (
    DECIMALS,
    NOTHING_OWED,
    OWED,
    ZERO,
    all_sentences,
    asks_for_exercise,
    asks_for_more_sleep,
    asks_for_regularity,
    calls_sleep_enough,
    hour_of,
    kinds,
    pieces,
    says_sleep_is_owed,
    sentences,
    usual_onsets,
    usual_wakes,
)

# Whose times of sleep are not theirs to choose, or do not stand still.
UNSTEADY = frozenset(
    {
        "rotating shifts", "permanent nights", "early and late shift", "drifting", "day sleeper",
        "traveller east", "traveller west",
    }
)  # fmt: skip
TRAVELLERS = frozenset({"traveller east", "traveller west"})
ON_SHIFTS = frozenset({"rotating shifts", "permanent nights", "early and late shift"})
HIDDEN_NAPS = frozenset({"napper", "delivered longer"})
EXERCISERS = frozenset({"three times a week", "active"})
EVENING, MORNING, LATE = 21.0, 6.0, 22.0
WITHIN_HOURS, LEAST_SHARE = 1.0, 0.15
CATCH_UP_HOURS = 2.0
SAME_HOUR = 0.5


@dataclass(frozen=True)
class Case:
    """A person and what is told of them."""

    person: Person
    told: Told

    @cached_property
    def more_sleep(self) -> tuple[bool, bool]:
        """Whether either half asks for more sleep."""
        return asks_for_more_sleep(self.told)

    @cached_property
    def regularity(self) -> tuple[bool, bool]:
        """Whether either half asks for steadier times."""
        return asks_for_regularity(self.told)

    @cached_property
    def sentences(self) -> list[str]:
        """All that is said."""
        return all_sentences(self.told)

    @property
    def both_advise(self) -> bool:
        """Whether both halves give any advice, so that what one leaves out is left out on purpose."""
        timing = self.told.circadian.schedule_recommendations.recommendations
        return bool(timing) and self.told.behavior.primary_goal is not None

    def fact(self, fact_id: str) -> Fact:
        """A fact of the circadian result."""
        return self.told.circadian.facts[fact_id]

    def hour(self, fact_id: str) -> float | None:
        """The clock hour a fact of the circadian result says."""
        value = self.fact(fact_id).value
        return value if isinstance(value, float) else None


@lru_cache(maxsize=1)
def cases() -> tuple[Case, ...]:
    """All five hundred people with what is told of them."""
    return tuple(Case(one, tell(one.rows, one.today, one.timezone)) for one in people())


def apart(one: float, other: float) -> float:
    """Hours between two clock hours, the shorter way round."""
    return abs((one - other + 12) % 24 - 12)


def is_kept(hours: Sequence[float], hour: float) -> bool:
    """Whether somebody's days come within an hour of a clock hour often enough to call it theirs."""
    return sum(apart(one, hour) <= WITHIN_HOURS for one in hours) >= LEAST_SHARE * len(hours)


def overlaps(start: str, end: str, begins: float, ends: float) -> bool:
    """Whether two spans of the clock share more than a moment."""
    length = (hour_of(end) - hour_of(start)) % 24
    to_begin, to_start = (begins - hour_of(start)) % 24, (hour_of(start) - begins) % 24
    return to_begin < length or to_start < (ends - begins) % 24


def more_sleep_beside_enough(case: Case) -> bool:
    return case.more_sleep[0] and calls_sleep_enough(case.told.behavior)


def more_sleep_by_one_half(case: Case) -> bool:
    return case.both_advise and case.more_sleep[0] != case.more_sleep[1]


def owed_beside_enough(case: Case) -> bool:
    owed = any(OWED.search(text) and not NOTHING_OWED.search(text) for text in sentences(case.told.circadian))
    return owed and calls_sleep_enough(case.told.behavior)


def owed_where_it_may_be_nothing(case: Case) -> bool:
    debt = case.fact("sleep_debt_14")
    return says_sleep_is_owed(case.told) and (debt.interval is None or reaches(debt, 0.0))


def steadiness_that_cannot_be_had(case: Case) -> bool:
    return case.person.kind in UNSTEADY and any(case.regularity)


def steady_times_kept_and_mended(case: Case) -> bool:
    """The gap between free and work days is one of waking; a spread is one of both ends."""
    goal = case.told.behavior.primary_goal
    kept = goal.goal if goal is not None else ""
    mended = pieces(case.told.circadian, "regularity")
    by_gap = any("catch_up_hours" in one.constant_ids for one in mended)
    by_spread = any("spread_minutes" in one.constant_ids for one in mended)
    is_steady = case.told.behavior.behavioral_signature.regularity == "high"
    return (by_gap and kept == "Keep a regular wake time") or (by_spread and (kept.startswith("Keep a") or is_steady))


def wake_goal_beside_catch_up(case: Case) -> bool:
    return "catch_up_sleep" in kinds(case.told.circadian) and any(
        re.search(r"wake at a steady time|one wake time|regular wake", text, re.IGNORECASE)
        for text in [
            *sentences(case.told.behavior.primary_goal),
            *sentences(case.told.behavior.recommendations),
            *sentences(case.told.behavior.habit_analysis.friction_points),
        ]
        if not text.startswith(("Keep a regular", "Done on"))
    )


def getting_up_beyond_the_gap(case: Case) -> bool:
    structure, on_work_days = (
        case.told.circadian.schedule_recommendations.optimal_daily_structure,
        case.hour("wake_work"),
    )
    gap = any("catch_up_hours" in one.constant_ids for one in pieces(case.told.circadian, "regularity"))
    if not gap or structure is None or structure.wake_window is None or on_work_days is None:
        return False
    wake = hour_of(structure.wake_window.ideal_time)
    return (wake - on_work_days + 12) % 24 - 12 > CATCH_UP_HOURS + 0.25


def light_in_the_dark(case: Case) -> bool:
    begins = [hour_of(one.start) for one in pieces(case.told.circadian, "morning_light") if one.start]
    return any(hour < MORNING or hour >= EVENING for hour in begins)


def light_before_the_minimum(case: Case) -> bool:
    minimum = case.hour("cbt_min")
    begins = [hour_of(one.start) for one in pieces(case.told.circadian, "morning_light") if one.start]
    return minimum is not None and any(0.01 < (minimum - hour) % 24 < 6 for hour in begins)


def light_on_a_journey(case: Case) -> bool:
    return case.person.kind in TRAVELLERS and bool({"morning_light", "evening_dimming"} & kinds(case.told.circadian))


def training_at_night(case: Case) -> bool:
    windows = case.told.circadian.integration_recommendations.for_routine_agent.exercise_timing_windows
    spans = [(one.start, one.end) for one in pieces(case.told.circadian, "exercise") if one.start and one.end]
    spans += [(start, end) for start, _, end in (window.partition("-") for window in windows)]
    return any(overlaps(start, end, LATE, MORNING) for start, end in spans)


def training_in_sleep(case: Case) -> bool:
    bed, wake = case.hour("predicted_bed"), case.hour("predicted_wake")
    spans = [(one.start, one.end) for one in pieces(case.told.circadian, "exercise") if one.start and one.end]
    return bed is not None and wake is not None and any(overlaps(*span, bed, wake) for span in spans)


def training_named_for_the_night(case: Case) -> bool:
    peaks = case.told.circadian.energy_zone_analysis.peak_windows
    named = [one.time_range.partition("-") for one in peaks if "training" in one.optimal_activities]
    return any(overlaps(start, end, LATE, MORNING) for start, _, end in named)


def coffee_before_waking(case: Case) -> bool:
    bed, wake = case.hour("predicted_bed"), case.hour("predicted_wake")
    if bed is None or wake is None:
        return False
    times = [hour_of(one.start) for one in pieces(case.told.circadian, "caffeine_cut_off") if one.start]
    return any((hour - wake) % 24 > (bed - wake) % 24 for hour in times)


def usual_hour_nobody_keeps(case: Case) -> bool:
    person, told = case.person, case.told
    return any(not is_kept(person.wakes, hour) for hour in usual_wakes(told)) or any(
        not is_kept(person.onsets, hour) for hour in usual_onsets(told)
    )


def anchor_nobody_keeps(case: Case) -> bool:
    anchor = case.told.behavior.habit_analysis.anchor
    if anchor is None:
        return False
    hours = case.person.wakes if anchor.event == "waking up" else case.person.onsets
    return not is_kept(hours, anchor.clock_hour)


def waking_predicted_when_nobody_wakes(case: Case) -> bool:
    wake = case.hour("predicted_wake")
    return wake is not None and not is_kept(case.person.wakes, wake)


def two_usual_hours_for_one_thing(case: Case) -> bool:
    wakes, onsets = usual_wakes(case.told), usual_onsets(case.told)
    return any(apart(one, hours[0]) > SAME_HOUR for hours in (wakes, onsets) for one in hours)


def trend_against_its_shift(case: Case) -> bool:
    for one in case.told.behavior.baselines.values():
        if one.trend in (None, "stable") or one.trend_slope is None:
            continue
        if one.change_before is None or one.change_after is None:
            continue
        if one.trend_slope * (one.change_after - one.change_before) < 0:
            return True
    return False


def movement_of_a_rolling_sum(case: Case) -> bool:
    debt = case.told.behavior.baselines.get("sleep_debt")
    return debt is not None and (debt.trend not in (None, "stable") or debt.change_day is not None)


def plan_for_a_past_day(case: Case) -> bool:
    circadian, behavior = case.told
    plan = circadian.energy_zone_analysis.predicted_day, circadian.schedule_recommendations.recommendations
    return case.person.is_stale and (plan[0] is not None or bool(plan[1]) or bool(behavior.recommendations))


def phase_that_cannot_be_known(case: Case) -> bool:
    return case.person.kind in UNSTEADY and (case.hour("dlmo") is not None or case.hour("cbt_min") is not None)


def no_naps_beside_longer_durations(case: Case) -> bool:
    return case.person.kind in HIDDEN_NAPS and case.fact("nap_days").value is not None


def exercise_asked_of_who_exercises(case: Case) -> bool:
    return case.person.kind in EXERCISERS and asks_for_exercise(case.told.behavior)


def shift_work_of_who_works_none(case: Case) -> bool:
    said = any(re.search("shift.?work", text) for text in case.sentences)
    return case.person.kind not in ON_SHIFTS and (said or case.fact("shift_work").value == "yes")


def nothing_told_as_something(case: Case) -> bool:
    return any(map(ZERO.search, case.sentences))


def digits_nobody_reads(case: Case) -> bool:
    return any(map(DECIMALS.search, case.sentences))


CONTRADICTIONS: Mapping[str, Callable[[Case], bool]] = {
    "an earlier bedtime is advised, and enough sleep is a habit": more_sleep_beside_enough,
    "more sleep is asked for by one half only": more_sleep_by_one_half,
    "sleep is owed in one half, and enough in the other": owed_beside_enough,
    "sleep is owed where the interval includes zero": owed_where_it_may_be_nothing,
    "steadier times are asked of who cannot have them": steadiness_that_cannot_be_had,
    "steady times are to be kept in one half, to be mended in the other": steady_times_kept_and_mended,
    "a steady wake time is a goal, and catching up is fine": wake_goal_beside_catch_up,
    "getting up is timed beyond the gap that is advised": getting_up_beyond_the_gap,
    "light is advised in the dark": light_in_the_dark,
    "light is advised before the temperature minimum": light_before_the_minimum,
    "light is advised on a journey": light_on_a_journey,
    "training is placed at night": training_at_night,
    "training is placed in sleep": training_in_sleep,
    "training is named as fit for the night": training_named_for_the_night,
    "the last coffee is before waking": coffee_before_waking,
    "an hour nobody keeps is called usual": usual_hour_nobody_keeps,
    "a habit is hung on an hour nobody keeps": anchor_nobody_keeps,
    "waking is predicted when nobody wakes": waking_predicted_when_nobody_wakes,
    "the two halves call different hours usual": two_usual_hours_for_one_thing,
    "a trend goes against its own shift": trend_against_its_shift,
    "a rolling sum has a trend or a shift": movement_of_a_rolling_sum,
    "a past day is planned": plan_for_a_past_day,
    "a phase is told that cannot be known": phase_that_cannot_be_known,
    "no naps are told beside longer durations": no_naps_beside_longer_durations,
    "exercise is asked of who exercises": exercise_asked_of_who_exercises,
    "shift work is told of who works none": shift_work_of_who_works_none,
    "nothing is told as something": nothing_told_as_something,
    "digits are told that nobody reads": digits_nobody_reads,
}
