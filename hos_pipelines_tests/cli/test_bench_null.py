"""`hos bench null`: people in whom nothing changes are told of nothing, and changes that are there are seen."""

import numpy as np
import pytest

from benchmarks.null import DAYS, PLANTED, PLANTED_DAYS, history_of, is_found, made_up, measure_null, told_of
from hos_pipelines.domain.behavior.behavior_analysis import analyze_behavior
from hos_pipelines.domain.circadian.circadian_analysis import analyze_circadian
from hos_pipelines_tests.cli.conftest import Hos

FINDINGS = {"trend", "shift", "association", "weekday_pattern", "hrv_state", "heart_rate", "style_or_driver", "drift"}


def test_the_answer_counts_who_was_asked_told_and_found(hos: Hos) -> None:
    answer = hos("bench", "null", "--people", "6", "--phi", "0.3").succeeded().json
    assert (answer["people"], answer["phi"]) == (6, 0.3)
    assert answer["told"].keys() >= FINDINGS
    assert answer["asked_people"]["weekday_pattern"] == 3
    assert {answer["asked_people"][name] for name in FINDINGS - {"weekday_pattern"}} == {6}
    assert answer["found"].keys() == PLANTED.keys()
    for name, share in answer["told"].items():
        assert share == pytest.approx(answer["told_people"][name] / answer["asked_people"][name], abs=1e-4)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["null", "--phi", "nan"], "'--phi': 'nan' is no number; give it in plain digits"),
        (["tick", "--changed", "nan"], "'--changed': 'nan' is no number; give it in plain digits"),
        (["null", "--phi", "inf"], "'--phi': 'inf' is no number; give it in plain digits"),
    ],
    ids=["phi", "changed", "inf"],
)
def test_a_share_that_is_no_number_is_refused(hos: Hos, arguments: list[str], sentence: str) -> None:
    hos("bench", *arguments).refused_with(sentence)


def test_the_same_people_come_out_every_time() -> None:
    one, again, other = (made_up(np.random.default_rng([1, number]), 0.3, has_weekend=False) for number in (5, 5, 6))
    assert one.steps.tolist() == again.steps.tolist()
    assert one.steps.tolist() != other.steps.tolist()


@pytest.mark.parametrize("phi", [0.0, 0.7])
def test_the_days_of_these_people_resemble_each_other_as_they_should(phi: float) -> None:
    courses = [made_up(np.random.default_rng(number), phi, has_weekend=False).pulse for number in range(300)]
    away = np.array([course - course.mean() for course in courses])
    found = (away[:, 1:] * away[:, :-1]).sum() / (away * away).sum()
    # The mean of 56 days takes (1 + 3 phi) / 56 off (Kendall 1954).
    assert found == pytest.approx(phi - (1 + 3 * phi) / DAYS, abs=0.03)
    assert np.std(courses, axis=0).mean() == pytest.approx(5, abs=0.3)


@pytest.mark.parametrize("name", PLANTED)
def test_a_change_is_planted_in_the_last_two_weeks_only(name: str) -> None:
    person = made_up(np.random.default_rng(1), 0.3, has_weekend=True)
    planted = PLANTED[name](person)
    changed = [key for key in ("asleep", "steps", "pulse") if getattr(planted, key) is not getattr(person, key)]
    assert len(changed) == 1
    before, after = getattr(person, changed[0]), getattr(planted, changed[0])
    assert (before != after).tolist() == [False] * (DAYS - PLANTED_DAYS) + [True] * PLANTED_DAYS


def test_a_change_in_the_wrong_direction_is_not_found() -> None:
    person = made_up(np.random.default_rng(4), 0.0, has_weekend=False)
    halved = analyze_behavior(history_of(PLANTED["steps_halved"](person)))
    assert is_found("steps_halved", halved)
    assert not is_found("sleep_less_45_min", halved)
    told = told_of(halved, analyze_circadian(history_of(person)))
    assert told["trend_or_shift"]
    assert told["trend"] != told["shift"]


@pytest.mark.parametrize(("phi", "least"), [(0.0, 0.6), (0.5, 0.2)])
def test_few_are_told_of_what_is_not_there_and_most_of_what_is(phi: float, least: float) -> None:
    """The promise is 5 %, of thousands; of 60 people six may happen."""
    answer = measure_null(60, phi)
    assert max(answer["told_people"].values()) <= 6
    assert answer["found"]["steps_halved"] >= 0.75
    assert min(answer["found"].values()) >= least
