"""The two weekly formulas, against single figures of the sandbox sample profile (answers of 2025-07-11)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hos_pipelines.simulator.weekly_sleep import sleep_debt, sleep_regularity

# Nights of the sample profile by wake-up day, in hours from that day's midnight: 06-28 to 07-11.
_NIGHTS = {
    "06-28": (-2, 8), "06-29": (-1, 8), "06-30": (-1, 6), "07-01": (-2, 6), "07-02": (-2, 6), "07-03": (-2, 6),
    "07-04": (-2, 6), "07-05": (-2, 8), "07-06": (-1, 8), "07-07": (-1, 6), "07-08": (-2, 6), "07-09": (-2, 6),
    "07-10": (-2, 6), "07-11": (-2, 6),
}  # fmt: skip


def _until(day: str) -> list[tuple[float, float]]:
    return [(onset * 60, wake * 60) for one, (onset, wake) in _NIGHTS.items() if one <= day]


@pytest.mark.parametrize(
    ("day", "delivered"),
    [("06-30", 0.938), ("07-01", 0.944), ("07-04", 0.972), ("07-05", 0.965), ("07-09", 0.958), ("07-11", 0.972)],
)
def test_sleep_regularity_gives_what_the_sandbox_delivered(day: str, delivered: float) -> None:
    assert sleep_regularity(_until(day)) == delivered


@pytest.mark.parametrize(
    ("day", "delivered"),
    [("06-30", 0.375), ("07-01", 0.5), ("07-02", 0.469), ("07-03", 0.45), ("07-04", 0.438), ("07-07", 0.875)],
)
def test_sleep_debt_gives_what_the_sandbox_delivered(day: str, delivered: float) -> None:
    assert sleep_debt([wake - onset for onset, wake in _until(day)]) == delivered


def test_two_nights_are_too_few_for_either_figure() -> None:
    assert sleep_regularity(_until("06-29")) is None
    assert sleep_debt([480, 480]) is None


def test_nights_that_never_follow_each_other_have_no_regularity() -> None:
    night = (-120.0, 360.0)
    assert sleep_regularity([night, None, night, None, night]) is None


@given(st.lists(st.tuples(st.integers(-360, 300), st.integers(301, 1080)), min_size=3, max_size=9))
def test_regularity_is_a_share(nights: list[tuple[int, int]]) -> None:
    figure = sleep_regularity(nights)
    assert figure is not None
    assert 0 <= figure <= 1


@given(st.lists(st.integers(480, 900), min_size=3, max_size=9))
def test_long_nights_never_leave_a_debt(minutes: list[int]) -> None:
    assert sleep_debt(minutes) == 0
