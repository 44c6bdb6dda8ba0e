from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from hos_pipelines.domain.guidance.adaptation.decision import PlanStanding, Reason, StageDecision, decide
from hos_pipelines.domain.guidance.routine.limits import Stage
from hos_pipelines.domain.person.reporting import ReportedDay, Reporting

S, M, P, HARD = Stage.SIMPLIFY, Stage.MAINTAIN, Stage.PROGRESS, Stage.INTENSIFY
MONDAY = date(2026, 11, 2)
ITEMS = 100


def plan_days(done: Iterable[float], items: int, silent: int = 0) -> Reporting:
    """Days of so many items with this much done of them, and then days of which nothing was said."""
    days = [ReportedDay(MONDAY, items, items, items, one, is_reported=True) for one in done]
    days += [ReportedDay(MONDAY, items, 0, 0, 0.0, is_reported=False)] * silent
    return Reporting(tuple(replace(day, day=MONDAY + timedelta(days=n)) for n, day in enumerate(days)))


def standing(stage: Stage, week: float, fortnight: float | None = None, dwell: int = 14) -> PlanStanding:
    """A wholly reported week and fortnight with these shares of what was due."""
    share = week if fortnight is None else fortnight
    return PlanStanding(stage, dwell, plan_days([week * ITEMS] * 7, ITEMS), plan_days([share * ITEMS] * 14, ITEMS))


@pytest.mark.parametrize(
    ("given", "stage", "reason"),
    [
        (standing(M, 0.49), S, "poor_adherence"),
        (standing(M, 0.50), M, "steady"),
        (standing(M, 0.74, 0.80), M, "steady"),
        (standing(M, 0.75, 0.72), P, "ready_for_more"),
        (standing(M, 0.75, 0.71), M, "steady"),
        (standing(P, 0.49), S, "poor_adherence"),
        (standing(P, 0.64), M, "slipped"),
        (standing(P, 0.65), P, "steady"),
        (standing(P, 0.80, 0.85), HARD, "ready_for_more"),
        (standing(P, 0.79, 0.85), P, "steady"),
        (standing(P, 0.80, 0.84), P, "steady"),
        (standing(P, 0.90, 0.90, dwell=13), P, "steady"),
        (standing(HARD, 0.74), P, "slipped"),
        (standing(HARD, 0.75), HARD, "steady"),
        (standing(HARD, 0.49), S, "poor_adherence"),
        (standing(S, 0.59), S, "steady"),
        (standing(S, 0.49), S, "poor_adherence"),
        (standing(S, 0.60), M, "recovered"),
        (standing(S, 1.00), M, "recovered"),
    ],
)
def test_stages_change_by_the_table_and_an_edge_belongs_to_the_better_side(
    given: PlanStanding, stage: Stage, reason: Reason
) -> None:
    assert decide(given) == StageDecision(stage, reason)


@pytest.mark.parametrize("stage", Stage)
def test_safety_comes_before_everything(stage: Stage) -> None:
    for safe in (
        replace(standing(stage, 1.0), low_readiness_days=3),
        replace(standing(stage, 1.0), illness_or_pain=True),
    ):
        assert decide(safe) == StageDecision(S, "safety")


def test_after_a_safety_stop_nothing_is_made_harder_until_it_is_over() -> None:
    assert decide(replace(standing(M, 1.0), held=True)) == StageDecision(M, "steady")
    assert decide(replace(standing(S, 1.0), held=True)) == StageDecision(M, "recovered")


def test_silence_is_no_failure() -> None:
    silent = replace(standing(P, 0.0), week=plan_days([0.0] * 3, 2, silent=4))
    assert decide(silent) == StageDecision(P, "engagement_decline")


def test_a_week_with_little_due_decides_nothing() -> None:
    assert decide(replace(standing(M, 0.0), week=plan_days([0.0] * 4, 2, silent=3))).reason == "too_few_due"
    assert decide(replace(standing(M, 0.0), week=plan_days([0.0] * 5, 1, silent=2))).reason == "poor_adherence"


def test_the_first_week_can_progress_and_cannot_intensify() -> None:
    week = plan_days([2.0] * 7, 2)
    assert decide(PlanStanding(M, 7, week, week)).stage is P
    assert decide(PlanStanding(P, 14, week, week)).stage is P


def weeks_of(p: float, cap: int, people: int) -> tuple[float, float]:
    """Mean changes of stage in eight weeks of constant true completion, and the share of days in SIMPLIFY."""
    draws = np.random.default_rng(20261128).binomial(cap, p, size=(people, 8, 7))
    changes = simplified = 0
    for person in draws:
        stage, dwell, days = Stage.MAINTAIN, 0, list[float]()
        for week in person:
            days += [float(done) for done in week]
            simplified += 7 * (stage is Stage.SIMPLIFY)
            dwell += 7
            given = PlanStanding(stage, dwell, plan_days(days[-7:], cap), plan_days(days[-14:], cap))
            following = decide(given).stage
            if following is not stage:
                stage, dwell, changes = following, 0, changes + 1
    return changes / people, simplified / (people * 56)


@pytest.mark.parametrize(
    ("p", "cap", "changes", "simplified"), [(0.65, 2, 2.5, 0.10), (0.80, 4, 2.3, 0.001), (0.90, 4, 2.1, 0.0)]
)
def test_a_steady_person_is_left_in_peace(p: float, cap: int, changes: float, simplified: float) -> None:
    """Fifteen hundred people in whom nothing changes: their plans change about twice, up and then no more."""
    mean_changes, share = weeks_of(p, cap, 1500)
    assert mean_changes <= changes
    assert share <= simplified
