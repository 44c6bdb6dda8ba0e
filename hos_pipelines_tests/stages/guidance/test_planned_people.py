"""Both plans of people whose days are not like others': by night, without a zone, where the clock is moved."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from psycopg import Connection

from hos_pipelines.domain.analysis_scope import AnalysisType
from hos_pipelines.domain.guidance.guidance_kind import GuidanceKind
from hos_pipelines.postgres.guidance_checks import count_violations
from hos_pipelines.postgres.plan_store import StoredPlan, read_plan
from hos_pipelines.settings.settings import Settings
from hos_pipelines.stages.analysis.analysis_request import AnalysisRequest
from hos_pipelines.stages.analysis.analysis_runner import AnalysisRunner
from hos_pipelines.stages.database import Database
from hos_pipelines.stages.guidance.guidance_runner import GuidanceRunner
from hos_pipelines.stages.person.say_facts import RawFact, say_facts
from hos_pipelines.stages.profile_outcome import ProfileOutcome
from hos_pipelines_tests.postgres.lives import enrol_people, life, store
from hos_pipelines_tests.postgres.rows import NOON

PLANS = {GuidanceKind.ROUTINE_PLAN: "routine", GuidanceKind.NUTRITION_PLAN: "nutrition"}
BODY = {"birth_date": "1990-03-04", "sex": "female", "height": "168 cm", "weight": "64.5 kg"}
NIGHTS = {"pattern": ["night", "night", "night", "off", "off"], "starts": "2026-10-26"}
ROWS = """
SELECT to_jsonb(l) FROM plans AS l UNION ALL SELECT to_jsonb(i) - 'recorded_at' FROM plan_items AS i ORDER BY 1
"""


def plans_of(connection: Connection[Any], url: str, at: datetime, **facts: object) -> dict[str, StoredPlan]:
    """The plans of anna at an instant, after she has said something."""
    settings = Settings.from_mapping({"HOS_DATABASE_URL": url, "USE_SAHHA_DIRECT": "false"})
    said = at - timedelta(minutes=5)
    say_facts(connection, "anna", [RawFact(key, value) for key, value in {**BODY, **facts}.items()], UTC, said)
    runner = GuidanceRunner(lambda: settings, Database(lambda: settings), lambda: at)
    for kind in PLANS:
        (outcome,) = runner.run(kind, ["anna"], nothing)
        assert not outcome.is_bad, outcome.error
        assert not any(count_violations(connection, kind, at).values())
    found = {name: read_plan(connection, "anna", name) for name in PLANS.values()}
    return {name: plan for name, plan in found.items() if plan is not None}


def nothing(_chunk: Sequence[ProfileOutcome]) -> None:
    """Marks nobody."""


def hours(start: datetime | None, end: datetime | None) -> float:
    assert start is not None
    assert end is not None
    return (end.astimezone(UTC) - start.astimezone(UTC)) / timedelta(hours=1)


@pytest.fixture
def anna(connection: Connection[Any]) -> Connection[Any]:
    enrol_people(connection, "anna")
    return connection


def test_a_night_worker_gets_up_in_the_afternoon_and_eats_before_the_shift(
    anna: Connection[Any], migrated_url: str
) -> None:
    plans = plans_of(anna, migrated_url, NOON, timezone="Europe/Berlin", roster=NIGHTS)
    routine, meals = plans["routine"], plans["nutrition"]
    assert (routine.status, meals.status) == ("ok", "ok")
    assert routine.wakes_at is not None
    assert routine.beds_at is not None
    lunch = datetime.fromisoformat(meals.plan["nutrition"]["Lunch"]["ends_at"])
    assert routine.plan["anchors"]["source"] == "roster"
    assert meals.wakes_at == routine.wakes_at
    assert routine.beds_at.astimezone(UTC).date() >= routine.plan_date
    assert routine.wakes_at < lunch < routine.beds_at


@pytest.mark.parametrize(
    ("facts", "notes", "status"),
    [
        (
            {"roster": NIGHTS, "wake_time": "06:30", "sleep_time": "22:30"},
            ["preference_at_work"],
            "partial",
        ),
        (
            {"work_hours": "22:00-06:00", "work_days": "sunday,monday,tuesday,wednesday,thursday"},
            ["around_work"],
            "ok",
        ),
    ],
    ids=["roster", "work_hours"],
)
def test_no_night_is_planned_within_work_whatever_is_stated_and_the_note_says_so(
    anna: Connection[Any], migrated_url: str, facts: dict[str, object], notes: list[str], status: str
) -> None:
    for at in (NOON, NOON + timedelta(days=1)):
        plans = plans_of(anna, migrated_url, at, timezone="Europe/Berlin", **facts)
        routine, meals = plans["routine"], plans["nutrition"]
        assert (routine.refusal, meals.refusal) == (None, None)
        assert (meals.wakes_at, meals.beds_at) == (routine.wakes_at, routine.beds_at)
    assert routine.wakes_at is not None
    assert routine.beds_at is not None
    berlin = ZoneInfo("Europe/Berlin")
    clocks = [f"{instant.astimezone(berlin):%H:%M}" for instant in (routine.wakes_at, routine.beds_at)]
    assert (clocks, hours(routine.wakes_at, routine.beds_at)) == (["14:00", "07:00"], 17)
    assert (routine.status, [one for one in routine.notes if one in notes]) == (status, notes)
    assert "default_times" not in routine.notes
    lunch = datetime.fromisoformat(meals.plan["nutrition"]["Lunch"]["ends_at"])
    assert lunch <= datetime.combine(routine.plan_date, time(22), berlin)


@pytest.mark.parametrize(
    ("fact", "wake", "bed"), [({"wake_time": "05:30"}, "05:30", "21:30"), ({"sleep_time": "22:00"}, "06:00", "22:00")]
)
def test_one_time_of_sleep_that_is_said_anchors_the_day(
    anna: Connection[Any], migrated_url: str, fact: dict[str, object], wake: str, bed: str
) -> None:
    routine = plans_of(anna, migrated_url, NOON, timezone="UTC", **fact)["routine"]
    assert routine.wakes_at is not None
    assert routine.beds_at is not None
    assert (f"{routine.wakes_at.astimezone(UTC):%H:%M}", f"{routine.beds_at.astimezone(UTC):%H:%M}") == (wake, bed)
    assert routine.plan["anchors"]["source"] == "stated"
    assert {"default_times", "other_time_laid"} & {*routine.notes} == {"other_time_laid"}


@pytest.mark.parametrize("hours", ["22:00-06:00", "19:00-07:00", "23:00-07:00"])
@pytest.mark.parametrize(
    ("dates", "starts_before_shift"),
    [("night night night", True), ("off night night", True), ("night off off", False)],
)
def test_each_day_around_nights_at_work_has_both_plans_and_its_meals_before_the_shift(
    anna: Connection[Any], migrated_url: str, hours: str, dates: str, *, starts_before_shift: bool
) -> None:
    days = [NOON.date() + timedelta(days=n) for n in (-1, 0, 1)]
    roster = {
        "dates": {day.isoformat(): shift for day, shift in zip(days, dates.split(), strict=True)},
        "hours": {"night": hours},
    }
    at = NOON if starts_before_shift else NOON + timedelta(hours=2, minutes=30)
    plans = plans_of(anna, migrated_url, at, timezone="Europe/Berlin", roster=roster)
    routine, meals = plans["routine"], plans["nutrition"]
    assert (routine.refusal, meals.refusal, routine.plan_date) == (None, None, NOON.date())
    assert {"short_night", "long_night"}.isdisjoint(routine.notes)
    assert meals.wakes_at == routine.wakes_at
    assert meals.beds_at == routine.beds_at
    shift = datetime.combine(NOON.date(), time.fromisoformat(hours[:5]), ZoneInfo("Europe/Berlin"))
    lunch = datetime.fromisoformat(meals.plan["nutrition"]["Lunch"]["ends_at"])
    assert (lunch <= shift - timedelta(minutes=15)) or not starts_before_shift


@pytest.mark.parametrize(
    ("zone", "at", "day"),
    [
        ("America/New_York", datetime(2026, 3, 8, 13, tzinfo=UTC), "2026-03-08"),
        ("America/New_York", datetime(2026, 11, 1, 13, tzinfo=UTC), "2026-11-01"),
        ("Australia/Lord_Howe", datetime(2026, 4, 4, 22, tzinfo=UTC), "2026-04-05"),
        ("Australia/Lord_Howe", datetime(2026, 10, 3, 22, tzinfo=UTC), "2026-10-04"),
        ("America/Santiago", datetime(2026, 9, 6, 14, tzinfo=UTC), "2026-09-06"),
        ("America/Santiago", datetime(2026, 4, 5, 14, tzinfo=UTC), "2026-04-05"),
    ],
)
def test_where_the_clock_is_moved_a_waking_day_keeps_its_sixteen_hours(
    anna: Connection[Any], migrated_url: str, zone: str, at: datetime, day: str
) -> None:
    anna.execute("UPDATE profiles SET timezone = %s", (zone,))
    plans = plans_of(anna, migrated_url, at, timezone=zone)
    for plan in plans.values():
        assert str(plan.plan_date) == day
        assert hours(plan.wakes_at, plan.beds_at) == 16
    clocks = anna.execute(
        "SELECT bool_and(scheduled_time = (starts_at AT TIME ZONE %s)::time) FROM plan_items", (zone,)
    ).fetchone()
    assert clocks == (True,)


def test_without_a_zone_both_plans_are_refused_with_the_remedy_and_nothing_is_half_stored(
    anna: Connection[Any], migrated_url: str
) -> None:
    plans = plans_of(anna, migrated_url, NOON)
    for plan in plans.values():
        assert (plan.status, plan.refusal_code) == ("refused", "unknown_timezone")
        assert "timezone" in str(plan.refusal)
    assert anna.execute("SELECT count(*) FROM plan_items").fetchone() == (0,)


def test_an_offset_of_the_newest_reading_stands_for_a_zone_with_the_clock_of_its_side(
    anna: Connection[Any], migrated_url: str
) -> None:
    store(anna, life("anna", days=3))
    anna.execute("UPDATE profiles SET timezone = NULL")
    plans = plans_of(anna, migrated_url, NOON)
    assert plans["routine"].zone == "UTC+01:00"
    row = anna.execute(
        "SELECT bool_and(scheduled_time = (starts_at AT TIME ZONE 'UTC' + interval '1 hour')::time) FROM plan_items"
    ).fetchone()
    assert row == (True,)


def test_somebody_of_seventeen_is_refused_a_routine_and_gets_meals_without_figures(
    anna: Connection[Any], migrated_url: str
) -> None:
    plans = plans_of(anna, migrated_url, NOON, birth_date="2009-05-01", timezone="Europe/Berlin")
    assert plans["routine"].refusal_code == "not_an_adult"
    assert plans["nutrition"].plan["numbers_refused"]["code"] == "below_19"


def test_made_again_from_nothing_both_plans_are_the_same_to_the_byte(anna: Connection[Any], migrated_url: str) -> None:
    store(anna, life("anna"))
    settings = Settings.from_mapping({"HOS_DATABASE_URL": migrated_url, "USE_SAHHA_DIRECT": "false"})
    for kind in AnalysisType:
        AnalysisRunner(lambda: settings, Database(lambda: settings), lambda: NOON).run(
            AnalysisRequest(kind, ["anna"]), nothing
        )
    facts = {"timezone": "Europe/Berlin", "diet": "vegetarian", "allergies": "sesame, soy"}
    plans_of(anna, migrated_url, NOON, **facts)
    first = anna.execute(ROWS).fetchall()
    anna.execute("TRUNCATE plans, plan_items, guidance_states CASCADE")
    plans_of(anna, migrated_url, NOON, **facts)
    assert anna.execute(ROWS).fetchall() == first
    assert len(first) > 10
