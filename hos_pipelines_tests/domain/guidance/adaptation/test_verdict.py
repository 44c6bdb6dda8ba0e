import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hos_pipelines.domain.guidance.adaptation.verdict import (
    Done,
    Monitored,
    difference,
    rollback_reason,
    verdict_of,
)

counts = st.integers(1, 60).flatmap(lambda due: st.builds(Done, st.integers(0, due).map(float), st.just(due)))


@pytest.mark.parametrize(
    ("before", "after", "text", "verdict"),
    [
        (Done(14, 28), Done(19, 28), "+0.1786 [-0.0753, +0.4030]", "inconclusive"),
        (Done(12, 28), Done(22, 28), "+0.3571 [+0.1013, +0.5554]", "better"),
        (Done(20, 28), Done(12, 28), "-0.2857 [-0.4966, -0.0272]", "worse"),
        (Done(6, 14), Done(10, 14), "+0.2857 [-0.0725, +0.5587]", "inconclusive"),
    ],
)
def test_differences_and_their_intervals_are_those_of_the_design(
    before: Done, after: Done, text: str, verdict: str
) -> None:
    value, low, high = difference(before, after)
    assert f"{value:+.4f} [{low:+.4f}, {high:+.4f}]" == text
    assert verdict_of(before, after) == verdict


def test_nothing_due_has_no_difference_and_too_little_no_verdict() -> None:
    with pytest.raises(ValueError, match="something due on both sides"):
        difference(Done(0, 0), Done(3, 4))
    assert verdict_of(Done(0, 13), Done(28, 28)) == "inconclusive"
    assert verdict_of(Done(20, 28), Done(0, 0)) == "inconclusive"


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        (Done(20, 28), Monitored(Done(12, 28)), "worse"),
        (Done(12, 20), Monitored(Done(6, 15)), "fell"),
        (Done(12, 20), Monitored(Done(3, 7)), None),
        (Done(12, 20), Monitored(Done(12, 20), satisfaction=2), "satisfaction"),
        (Done(12, 20), Monitored(Done(12, 20), satisfaction=2.5), None),
        (Done(12, 20), Monitored(Done(12, 20), low_readiness_days=3), "readiness"),
        (Done(1, 2), Monitored(Done(0, 14)), None),
    ],
)
def test_a_change_is_taken_back_for_a_reason(before: Done, after: Monitored, reason: str | None) -> None:
    assert rollback_reason(before, after) == reason


@given(counts, counts)
def test_an_interval_holds_its_difference_and_turns_with_it(before: Done, after: Done) -> None:
    there, back = difference(before, after), difference(after, before)
    assert -1 <= there.low <= there.value <= there.high <= 1
    assert (back.low, back.high) == pytest.approx((-there.high, -there.low))


def test_a_bad_week_followed_by_a_usual_one_is_no_success() -> None:
    """People of p = .55 whose week fell under one half do as ever the week after, with nothing done."""
    draws = np.random.default_rng(5).binomial(14, 0.55, size=(4000, 6))
    bad = draws[draws[:, 4] < 7]
    against_the_bad_week = np.mean(bad[:, 5] - bad[:, 4]) / 14
    judged = [verdict_of(Done(float(row[:4].sum()), 56), Done(float(row[5]), 14)) for row in bad]
    assert against_the_bad_week == pytest.approx(0.17, abs=0.02)
    assert judged.count("better") / len(judged) < 0.05
