"""What people say of their days, what they do of a plan, what is remembered of them, and what their analyses say."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import numpy as np
import pytest

from benchmarks.null import history_of
from hos_pipelines.domain.facts import Fact, Interval
from hos_pipelines.domain.gates import Confidence, Status
from hos_pipelines.domain.guidance.insights.candidates import CredibleInsight
from hos_pipelines.domain.guidance.insights.concerns import StoredConcern
from hos_pipelines.domain.guidance.insights.lived import lived_series
from hos_pipelines.domain.guidance.insights.make import KnownOfPerson
from hos_pipelines.domain.guidance.insights.remembered import HeldTrue
from hos_pipelines.domain.history import Series
from hos_pipelines.domain.person.checkin import Checkin, Completion
from hos_pipelines.domain.person.engagement import Engagement
from hos_pipelines.domain.person.journal import Journal
from hos_pipelines.domain.person.plan_item import PlanItem
from hos_pipelines_tests.domain.guidance.insights.people import found_in, somebody

TODAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
DAYS = 56


def told_with(known: KnownOfPerson, number: int = 1) -> list[CredibleInsight]:
    return [insight for insight, _ in found_in(history_of(somebody(number)), known).chosen.new]


def levels(number: int, late: float = 0.0, days: int = 14) -> Series:
    """A journal's level of every day, of which the last are higher or lower."""
    through = somebody(number).last.toordinal()
    values = 3 + np.random.default_rng([3, number]).normal(0, 0.7, DAYS)
    values[-days:] += late
    return Series(np.arange(through - DAYS + 1, through + 1), np.clip(np.round(values), 1, 5))


def test_stress_that_has_risen_is_told_and_levels_that_only_vary_are_not() -> None:
    risen = [told_with(KnownOfPerson(lived={"stress": levels(number, 1.5)}), number) for number in range(12)]
    of_stress = [one for some in risen for one in some if one.subject.name == "stress"]
    assert len(of_stress) >= 9
    assert all(one.found.effect > 0 and one.found.text.startswith("Since ") for one in of_stress)
    names = ("stress", "mood", "energy")
    plain = [
        told_with(KnownOfPerson(lived={name: levels(100 * place + number) for place, name in enumerate(names)}), number)
        for number in range(40)
    ]
    assert sum(any(one.subject.name in names for one in some) for some in plain) <= 4


def item(number: int, day: date) -> PlanItem:
    at = datetime.combine(day, datetime.min.time(), UTC)
    return PlanItem("anna", UUID(int=number), f"item-{number}", day, "Walk", "movement", None, True, at, None)


def checkin(number: int, day: date, status: Completion) -> Checkin:
    at = datetime.combine(day, datetime.min.time(), UTC) + timedelta(hours=20)
    return Checkin("anna", UUID(int=1000 + number), UUID(int=number), day, status, None, None, None, None, False, at)


def journal(day: date, mood: int | None) -> Journal:
    at = datetime.combine(day, datetime.min.time(), UTC) + timedelta(hours=20)
    return Journal("anna", UUID(int=day.toordinal()), day, False, at, mood_rating=mood)


def test_a_day_on_which_nothing_was_said_is_no_refusal() -> None:
    days = [TODAY - timedelta(days=back) for back in (5, 4, 3)]
    done = Engagement(
        [item(number, day) for number, day in enumerate(days)],
        [checkin(0, days[0], Completion.COMPLETED), checkin(1, days[1], Completion.PARTIAL)],
        [journal(days[0], 4), journal(days[1], None)],
    )
    found = lived_series(done, None, NOW)
    assert found["plan_completion"].days.tolist() == [one.toordinal() for one in days[:2]]
    assert found["plan_completion"].values.tolist() == [1.0, 0.5]
    assert (found["mood"].days.tolist(), found["mood"].values.tolist()) == ([days[0].toordinal()], [4.0])
    assert set(found) == {"plan_completion", "mood"}
    assert lived_series(Engagement(), None, NOW) == {}


def held(key: str = "timing.exercise", value: str = "morning", supports: int = 14, against: int = 1) -> HeldTrue:
    return HeldTrue(key, value, 0.85, supports, against, date(2026, 10, 1))


@pytest.mark.parametrize(
    ("row", "is_told"),
    [
        (held(), True),
        (held("strategy.timing", "worked"), True),
        (held("barrier.exercise", "too_hard"), True),
        (held("strategy.timing", "failed"), False),
        (held("insight.steps", "applied"), False),
        (held(supports=3, against=1), False),
        (held(supports=7, against=6), False),
    ],
    ids=lambda one: f"{one.key}={one.value}" if isinstance(one, HeldTrue) else "",
)
def test_what_is_remembered_is_told_where_days_show_it_and_it_can_be_acted_on(row: HeldTrue, is_told: bool) -> None:
    told = [one for one in told_with(KnownOfPerson(held_true=[row])) if one.kind == "memory"]
    assert bool(told) is is_told
    for one in told:
        assert one.found.text.startswith("Since 1 October 2026")
        assert "because" not in one.found.text
        assert one.candidate.action


def concern(fact_id: str, value: float, low: float, high: float, unit: str) -> StoredConcern:
    return StoredConcern(
        "Do this.",
        [
            Fact(
                fact_id, value, unit, 28, "2026-10-20/2026-11-16", "made", Confidence.MEDIUM, Status.OK, None,
                Interval(low, high),
            )
        ],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("stored", "subject"),
    [
        (concern("sleep_mean", 6.0, 5.7, 6.3, "hour"), "sleep_duration"),
        (concern("exercise_weekly_minutes", 40.0, 10.0, 70.0, "minute"), "exercise_week"),
        (concern("regular_wake_timing_sd_within", 1.8, 1.4, 2.4, "hour"), "steady_times"),
        (concern("sleep_mean", 6.9, 6.4, 7.4, "hour"), None),
        (concern("sleep_mean", 7.9, 7.5, 8.3, "hour"), None),
        (concern("readiness_score_latest", 0.2, 0.1, 0.3, "index"), None),
    ],
    ids=lambda one: one.facts[0].id if isinstance(one, StoredConcern) else str(one),
)
def test_a_concern_of_an_analysis_is_told_where_its_interval_is_clear(
    stored: StoredConcern, subject: str | None
) -> None:
    told = [one for one in told_with(KnownOfPerson([stored])) if one.kind == "concern"]
    assert [one.subject.name for one in told] == ([subject] if subject else [])
    assert all(one.candidate.action == "Do this." for one in told)
    assert all(one.found.text.startswith("Since 20 October 2026 ") for one in told)
