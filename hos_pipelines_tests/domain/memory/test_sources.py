"""What each source shows as evidence, and that words of a person, plans of ours and readings show nothing."""

from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from hos_pipelines.domain.analysis_scope import AnalysisType
from hos_pipelines.domain.memory.evidence import Observation
from hos_pipelines.domain.memory.memory_key import KEY, VALUE, category_of, key_hash
from hos_pipelines.domain.memory.meta_memory import MetaMemory, plan_days, reporting_rate, task_tolerance
from hos_pipelines.domain.memory.remember import MemorySources, remember
from hos_pipelines.domain.memory.sources.analysis_labels import AnalysisLabels
from hos_pipelines.domain.memory.sources.from_analyses import seen_in_analyses
from hos_pipelines.domain.memory.sources.from_checkins import offered_in, seen_in_checkins
from hos_pipelines.domain.memory.sources.from_facts import said_in_facts
from hos_pipelines.domain.memory.sources.from_insights import (
    InsightReaction,
    applied_and_not,
    seen_in_reactions,
    shown_in,
)
from hos_pipelines.domain.memory.sources.from_journals import seen_in_journals
from hos_pipelines.domain.memory.sources.levels import level_of, part_of_day
from hos_pipelines.domain.memory.wording import basis_text, memory_text
from hos_pipelines.domain.memory.working import of_today
from hos_pipelines.domain.person.checkin import Checkin, Completion, SkipReason
from hos_pipelines.domain.person.engagement import Engagement
from hos_pipelines.domain.person.fact_keys import FactKey, FactSource
from hos_pipelines.domain.person.journal import SCALES, SWITCHES, Journal
from hos_pipelines.domain.person.plan_item import PlanItem
from hos_pipelines.domain.person.profile_facts import ProfileFact
from hos_pipelines_tests.domain.memory.made import EMPTY, NOW, TODAY, moment

BERLIN = ZoneInfo("Europe/Berlin")
DAY = timedelta(days=1)
Seen = tuple[str, str, bool]


def item(number: int, age: int = 0, at: time | None = time(7), category: str | None = "Exercise") -> PlanItem:
    return PlanItem(
        "anna", UUID(int=number), "walk", TODAY - age * DAY, "My secret walk", category, at, True, NOW - age * DAY
    )


def checkin(number: int, age: int = 0, status: Completion = Completion.COMPLETED, **more: Any) -> Checkin:
    told: dict[str, Any] = {"done_at": None, "satisfaction": None, "again": None, "skip_reason": None} | more
    day = TODAY - age * DAY
    return Checkin(
        "anna",
        UUID(int=1000 + number),
        UUID(int=number),
        day,
        status,
        has_note=True,
        recorded_at=NOW - age * DAY,
        **told,
    )


def shown(observations: list[Observation]) -> list[Seen]:
    return sorted((one.key, one.value, one.supports) for one in observations)


@pytest.mark.parametrize(
    ("hour", "part"),
    [(4, "night"), (5, "morning"), (10, "morning"), (11, "midday"), (14, "afternoon"), (17, "evening"), (22, "night")],
)
def test_parts_of_the_day(hour: int, part: str) -> None:
    assert part_of_day(time(hour, 59)) == part


def test_levels_of_five() -> None:
    assert [level_of(rating) for rating in range(1, 6)] == ["low", "low", "mid", "high", "high"]


def test_what_was_done_shows_when_by_the_persons_own_clock_and_how_it_was_liked() -> None:
    done_at = datetime(2026, 11, 1, 16, 30, tzinfo=UTC)
    assert shown(seen_in_checkins([item(1)], [checkin(1, done_at=done_at, satisfaction=5)], BERLIN)) == [
        ("liking.exercise", "high", True),
        ("timing.exercise", "evening", True),
    ]


def test_what_was_left_out_speaks_against_its_hour_and_for_its_reason_unless_it_was_done_otherwise() -> None:
    skipped = checkin(1, status=Completion.SKIPPED, skip_reason=SkipReason.NO_TIME)
    assert shown(seen_in_checkins([item(1), item(2, 1)], [skipped, checkin(2, 1)], BERLIN)) == [
        ("barrier.exercise", "no_time", False),
        ("barrier.exercise", "no_time", True),
        ("timing.exercise", "morning", False),
        ("timing.exercise", "morning", True),
    ]


def test_categories_written_freely_become_a_closed_name_and_items_of_others_say_nothing() -> None:
    words = [item(1, category="my ex-wife's yoga!"), item(2, category=None), item(3, at=None)]
    seen = seen_in_checkins(words, [checkin(number, satisfaction=1) for number in (1, 2, 3, 99)], BERLIN)
    assert shown(seen) == [
        ("liking.exercise", "low", True),
        ("liking.other", "low", True),
        ("timing.other", "morning", True),
    ]
    assert [(one.key, one.value) for one in offered_in(words)] == [("timing.other", "morning")]


def test_journals_show_levels_and_practices() -> None:
    nothing: dict[str, Any] = dict.fromkeys((*SCALES, "hydration_glasses", *SWITCHES))
    told = nothing | {"energy_level": 2, "stress_level": 3, "sunlight_exposure_completed": False, "is_ill": True}
    journal = Journal(profile_id="anna", id=UUID(int=1), journal_date=TODAY, has_text=True, recorded_at=NOW, **told)
    assert shown(seen_in_journals([journal])) == [
        ("feeling.energy", "low", True),
        ("feeling.stress", "mid", True),
        ("habit.sunlight", "kept", False),
    ]


def labels(status: str = "ok", kind: AnalysisType = AnalysisType.BEHAVIOR, **told: str | None) -> AnalysisLabels:
    habits = {"regular_bedtime": "early_formation", "exercise": None}
    return AnalysisLabels(kind, "f" * 64, status, NOW - DAY / 2, TODAY, told, habits)


def test_analyses_show_labels_of_whole_results_and_the_same_result_is_the_same_evidence() -> None:
    seen = seen_in_analyses([labels(sophistication="Intermediate", anchor="falling asleep")])
    assert shown(seen) == [
        ("habit.regular_bedtime", "early_formation", True),
        ("rhythm.anchor", "falling_asleep", True),
        ("rhythm.self_regulation", "intermediate", True),
    ]
    assert {one.evidence_id for one in seen} == {f"behavior_analysis:{'f' * 16}"}
    for status in ("preliminary", "stale", "insufficient_data"):
        assert seen_in_analyses([labels(status)]) == []


def test_only_what_the_person_states_is_a_statement_and_an_allergy_is_the_stricter() -> None:
    facts = [
        fact(FactKey.RESTRICTIONS, ["peanut", "milk"]),
        fact(FactKey.ALLERGIES, ["peanut"]),
        fact(FactKey.DIET, ["vegan"]),
        fact(FactKey.GOAL, "sleep_better"),
        fact(FactKey.WAKE_TIME_WORK, "06:30"),
        fact(FactKey.OPT_OUT_OF_NUMBERS, True),
        fact(FactKey.ALLOW_SWITCH, False),
        fact(FactKey.WEIGHT, 70),
        fact(FactKey.HEALTH_FLAGS, ["pregnancy"]),
        fact(FactKey.ROSTER, {"pattern": ["night"], "starts": "2026-11-01"}),
        fact(FactKey.BIRTH_DATE, "1980-01-01"),
        fact(FactKey.COUNTRY, "DE", FactSource.DELIVERED),
    ]
    said = {one.key: one.value for one in said_in_facts(facts, BERLIN)}
    assert said == {
        "goal.primary": "sleep_better",
        "health.pregnancy": "present",
        "preference.diet_vegan": "followed",
        "preference.numbers": "unwanted",
        "preference.wake_time_work": "h06_30",
        "preference.work": "shifts",
        "restriction.milk": "avoided",
        "restriction.peanut": "allergic",
    }
    assert all(KEY.fullmatch(key) and VALUE.fullmatch(value) and category_of(key) for key, value in said.items())


def fact(key: FactKey, value: object, source: FactSource = FactSource.STATED) -> ProfileFact:
    return ProfileFact(key, value, source, NOW, NOW, id=1)


def reaction(number: int, **told: Any) -> InsightReaction:
    nothing = {"applied_at": None, "rating": None, "rated_at": None, "ended_at": None}
    return InsightReaction(f"i{number}", "sleep_duration", NOW - 5 * DAY, **nothing | told)


def test_applied_insights_and_ratings_are_evidence_and_shown_ones_exposure() -> None:
    reactions = [reaction(1, applied_at=NOW), reaction(2, ended_at=NOW), reaction(3, rating=1, rated_at=NOW)]
    assert shown(seen_in_reactions(reactions, UTC)) == [
        ("insight.sleep_duration", "applied", False),
        ("insight.sleep_duration", "applied", True),
        ("liking.insight_sleep_duration", "disliked", True),
    ]
    assert len(shown_in(reactions, UTC)) == 3
    assert applied_and_not(reactions) == {"sleep_duration": (1, 1)}


def test_working_memory_is_of_the_last_day_alone() -> None:
    told = of_today([labels(readiness="High")], NOW)
    assert [(row.key, row.value, row.expired_at) for row in told] == [
        ("analysis.behavior", "ok", NOW + DAY / 2),
        ("readiness.today", "high", NOW + DAY / 2),
    ]
    assert of_today([labels(readiness="High")], NOW + DAY / 2) == ()
    assert [row.key for row in of_today([labels("stale", readiness="High")], NOW)] == ["analysis.behavior"]


def test_how_many_days_are_reported_and_how_many_items_are_managed() -> None:
    items = [item(100 * age + number, age) for age in range(1, 15) for number in range(2 if age > 7 else 4)]
    told = [
        checkin(100 * age + number, age, Completion.COMPLETED if age > 7 or number == 0 else Completion.SKIPPED)
        for age in range(1, 13)
        for number in range(2 if age > 7 else 4)
    ]
    days = plan_days(Engagement(items, told), UTC, moment())
    assert reporting_rate(days) == round(12 / 14, 4)
    assert task_tolerance(days) == 2
    assert (reporting_rate(days[:6]), task_tolerance(days[:6])) == (None, None)


def test_what_a_forgotten_key_showed_is_not_noted_either() -> None:
    sources = MemorySources(UTC, analyses=[labels(anchor="waking")])
    assert set(remember(EMPTY, sources, moment()).short) == {"rhythm.anchor", "habit.regular_bedtime"}
    without = type(EMPTY)("anna", forgotten=frozenset({key_hash("anna", "rhythm.anchor")}))
    assert set(remember(without, sources, moment()).short) == {"habit.regular_bedtime"}


def test_nothing_comes_of_nothing() -> None:
    nothing = remember(EMPTY, MemorySources(UTC), moment())
    assert (nothing.short, nothing.steps, nothing.meta, nothing.working) == ({}, (), MetaMemory(), ())


@pytest.mark.parametrize(
    ("key", "value", "text"),
    [
        ("timing.exercise", "morning", "Exercise is mostly done in the morning"),
        ("barrier.exercise", "no_time", "Exercise is mostly left out for lack of time"),
        ("habit.regular_bedtime", "early_formation", "Regular bedtime as a habit: early formation"),
        ("restriction.tree_nut", "avoided", "Tree nut is avoided"),
        ("goal.primary", "sleep_better", "The goal is to sleep better"),
        ("preference.wake_time_work", "h06_30", "Wants to wake on work days at 06:30"),
        ("preference.diet_gluten_free", "followed", "The diet is gluten free"),
        ("rhythm.chronotype", "moderate_evening", "Chronotype: moderate evening"),
    ],
)
def test_what_is_remembered_is_told_in_words(key: str, value: str, text: str) -> None:
    assert memory_text(key, value) == text


def test_what_it_rests_on_is_told() -> None:
    assert [basis_text("stated", 1, 0), basis_text("learned", 1, 0), basis_text("learned", 12, 2)] == [
        "said",
        "seen on 1 day",
        "seen on 12 days, 2 against",
    ]
