"""The whole of adaptation over many simulated lives: it leaves steady people in peace, and calls nothing a success that
is none.
"""

from collections import Counter
from itertools import pairwise

import numpy as np
import pytest

from hos_pipelines.domain.guidance.routine.limits import Stage
from hos_pipelines_tests.domain.guidance.adaptation.simulated import SimulatedPerson

PEOPLE, WEEKS = 1500, 8


def steady(p: float, cap: int, people: int = PEOPLE, weeks: int = WEEKS) -> list[SimulatedPerson]:
    """People whose true completion never changes, whatever their plans."""
    chance = np.random.default_rng(20261128)
    lives = [SimulatedPerson(cap, lambda _day, _stage: p, chance) for _ in range(people)]
    for life in lives:
        life.live(7 * weeks)
    return lives


@pytest.mark.parametrize(
    ("p", "cap", "changes", "simplified"),
    [(0.65, 2, 2.2, 0.115), (0.65, 4, 2.2, 0.05), (0.80, 4, 2.2, 0.001), (0.90, 4, 2.0, 0.0)],
)
def test_a_steady_person_is_left_in_peace(p: float, cap: int, changes: float, simplified: float) -> None:
    lives = steady(p, cap)
    counted = [one for life in lives for one in life.record.changes]
    print(p, cap, len(counted) / PEOPLE, sum(life.easy_days for life in lives) / (PEOPLE * 7 * WEEKS))
    assert len(counted) / PEOPLE <= changes
    assert sum(life.easy_days for life in lives) / (PEOPLE * 7 * WEEKS) <= simplified


def test_of_people_in_whom_nothing_changes_few_changes_are_called_better() -> None:
    verdicts: Counter[str] = Counter()
    looks: Counter[str] = Counter()
    for p, cap in ((0.55, 2), (0.65, 2), (0.65, 4)):
        for life in steady(p, cap, 1500, 12):
            last = {one.change_id: one for one in life.record.evaluations}
            verdicts.update(one.verdict for one in last.values())
            looks.update(one.verdict for one in life.record.evaluations if one.attempt == 1)
    print(verdicts, looks, verdicts["better"] / verdicts.total(), looks["better"] / looks.total())
    assert looks["better"] / looks.total() <= 0.04


def test_one_thing_changes_at_a_time_and_versions_follow_each_other() -> None:
    for life in steady(0.6, 4, 200, 12):
        judged = sorted((one for one in life.record.changes if one.watch is not None), key=lambda one: one.to_version)
        for one, following in pairwise(judged):
            assert one.closed_on is not None
            assert one.closed_on <= following.decided_on
        versions = [one.version for one in life.record.states]
        assert versions == list(range(1, len(versions) + 1))
        for change in judged:
            assert change.watch is not None
            assert change.watch.baseline_to < change.decided_on


def test_a_fall_is_answered_by_the_end_of_its_week_or_by_taking_back_what_came_before() -> None:
    chance = np.random.default_rng(7)
    answered = []
    for _ in range(300):
        life = SimulatedPerson(4, lambda day, _stage: 0.7 if day < 28 else 0.3, chance)
        life.live(28 + 21)
        first = [one.decided_on for one in life.record.states if (one.decided_on - life.days[28].day).days > 0]
        answered.append((min(first) - life.days[28].day).days if first else 99)
    print(np.percentile(answered, (25, 50, 75, 90)))
    assert np.median(answered) <= 9


def test_who_is_asked_too_much_recovers_and_stays() -> None:
    """Two items go well, four do not: plans become easy, and the judgement says that it helped."""
    chance = np.random.default_rng(3)
    helped = 0
    for _ in range(100):
        life = SimulatedPerson(
            4, lambda day, stage: 0.9 if stage is Stage.SIMPLIFY else 0.72 if day < 21 else 0.3, chance
        )
        life.live(7 * 7)
        better = [one for one in life.record.evaluations if one.verdict == "better"]
        easy = [one for one in life.record.changes if one.action == "simplify"]
        helped += bool(better) and bool(easy)
    print(helped)
    assert helped >= 60
