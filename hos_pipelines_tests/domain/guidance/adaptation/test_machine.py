"""The whole of adaptation over many simulated lives: it leaves steady people in peace, and calls nothing a success that
is none.
"""

from collections import Counter
from itertools import pairwise

import numpy as np
import pytest

from hos_pipelines.domain.guidance.adaptation.change import ChangeEvaluation, PlanChange
from hos_pipelines.domain.guidance.routine.limits import Stage
from hos_pipelines_tests.domain.guidance.adaptation.simulated import SimulatedPerson

PEOPLE, DAYS = 1500, 56


def steady(p: float, cap: int, people: int = PEOPLE, days: int = DAYS) -> list[SimulatedPerson]:
    """People whose true completion never changes, whatever their plans."""
    chance = np.random.default_rng(20261128)
    lives = [SimulatedPerson(cap, lambda _day, _stage: p, chance) for _ in range(people)]
    for life in lives:
        life.live(days)
    return lives


def changes_of(life: SimulatedPerson) -> list[PlanChange]:
    """The changes of plans, without proposals, in their order."""
    return sorted((one for one in life.record.changes if one.watch is not None), key=lambda one: one.to_version)


def last_judgements(life: SimulatedPerson) -> list[ChangeEvaluation]:
    """The last judgement of each change."""
    return list({one.change_id: one for one in life.record.evaluations}.values())


@pytest.mark.parametrize(
    ("p", "cap", "changes", "easy"),
    [(0.65, 2, 2.2, 0.10), (0.65, 4, 2.2, 0.045), (0.80, 4, 2.2, 0.001), (0.90, 4, 2.05, 0.0)],
)
def test_a_steady_person_is_left_in_peace(p: float, cap: int, changes: float, easy: float) -> None:
    """Changes in eight weeks, and the share of days in SIMPLIFY, within what the table alone gives."""
    lives = steady(p, cap)
    assert sum(len(changes_of(life)) for life in lives) / PEOPLE <= changes
    assert sum(life.easy_days for life in lives) / (PEOPLE * DAYS) <= easy


def test_where_nothing_changes_hardly_any_change_is_called_better() -> None:
    """A low week sets the change off and the next is as ever: the interval alone would call 2.5 % of changes better."""
    first: Counter[str] = Counter()
    last: Counter[str] = Counter()
    for p, cap in ((0.55, 2), (0.65, 2), (0.65, 4)):
        for life in steady(p, cap, 800):
            first.update(one.verdict for one in life.record.evaluations if one.attempt == 1)
            last.update(one.verdict for one in last_judgements(life))
    assert first.total() > 3000
    assert 0.005 <= first["better"] / first.total() <= 0.035
    assert last["better"] / last.total() <= 0.05


def test_one_thing_changes_at_a_time_and_versions_follow_each_other() -> None:
    for life in steady(0.6, 4, 200, 84):
        judged = changes_of(life)
        for one, following in pairwise(judged):
            assert one.closed_on is not None
            assert one.closed_on <= following.decided_on
        versions = [one.version for one in life.record.states]
        assert versions == list(range(1, len(versions) + 1))
        for change in judged:
            assert change.watch is not None
            assert change.watch.baseline_to < change.decided_on
        for week, after in pairwise(sorted(life.record.weeks, key=lambda one: one.week_from)):
            assert week.week_to < after.week_from


def test_a_fall_is_answered_within_about_a_week() -> None:
    """By easier plans, or by taking back what was changed before it."""
    chance = np.random.default_rng(7)
    answered = []
    for _ in range(300):
        life = SimulatedPerson(4, lambda day, _stage: 0.7 if day < 28 else 0.3, chance)
        life.live(49)
        fell = life.days[28].day
        answered.append(min((one.decided_on - fell).days for one in life.record.states if one.decided_on > fell))
    assert np.median(answered) <= 9
    assert max(answered) <= 21


def test_whom_easier_plans_help_is_found_out() -> None:
    """Two items go well and four do not: most are made easy, and mostly it is said that this helped."""
    chance = np.random.default_rng(3)
    verdicts: Counter[str] = Counter()
    for _ in range(150):
        life = SimulatedPerson(
            4, lambda day, stage: 0.95 if stage is Stage.SIMPLIFY else 0.65 if day < 28 else 0.25, chance
        )
        life.live(49)
        easy = {one.id for one in changes_of(life) if one.action == "simplify" and one.decided_on > life.days[28].day}
        verdicts.update(one.verdict for one in last_judgements(life) if one.change_id in easy)
    assert verdicts.total() >= 100
    assert verdicts["better"] / verdicts.total() >= 0.7
