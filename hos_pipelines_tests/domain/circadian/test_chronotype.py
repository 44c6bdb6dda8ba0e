"""Chronotype: the questionnaire's formulas against R's mctq, their edges, types, jetlag bands and shift work."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hos_pipelines.domain.circadian.chronotype import (
    Mctq,
    Timing,
    five_level_edges,
    is_shift_worker,
    mctq,
    munich_type,
    percentile_of,
    usual_timing,
)
from hos_pipelines.domain.nights import SleepWindow
from hos_pipelines_tests.domain.circadian.strategies import every_night, night, read

SECOND = 1 / 3600
SLEEP = st.builds(
    lambda onset, hours: Timing(onset, (onset + hours) % 24), st.floats(0, 24, exclude_max=True), st.floats(3, 16)
)


def timing(onset: int, wake: int) -> Timing:
    return Timing(onset / 3600, wake / 3600)


# Rows of `micro_mctq` and `vignette_mctq` as R's mctq scores them (ropensci/mctq, MIT), in seconds, rounded there:
# onset and wake on work days, on free days, work days; then SDweek, SLOSSweek, MSFsc, SJLrel, SJLsc.
SCORED = {
    "micro 1": (78300, 33300, 2100, 21600, 2, 25757, 31286, 11850, -750, 10200),
    "micro 2, every day a work day": (83700, 23100, 84300, 26400, 7, 25800, 0, 10800, 1950, 600),
    "micro 3": (82800, 21000, 11100, 37800, 5, 25200, 3000, 23700, 15750, 14700),
    "micro 4": (6300, 23400, 9900, 43200, 5, 21729, 23143, 20764, 11700, 3600),
    "micro 7": (81000, 27300, 6300, 39600, 3, 33043, 1029, 22821, 12000, 11700),
    "micro 16": (0, 26100, 5400, 49800, 3, 36557, 31371, 23679, 14550, 5400),
    "micro 24, one work day": (84300, 28200, 0, 38100, 1, 36986, 6686, 18493, 6000, 2100),
    "micro 30": (79500, 17400, 10800, 43800, 1, 31757, 7457, 26679, 22050, 17700),
    "micro 38, shorter on free days": (78000, 19800, 10200, 38100, 3, 28029, 514, 24150, 18450, 18300),
    "micro 41, no jetlag": (83400, 25200, 83400, 25200, 5, 28200, 0, 11100, 0, 0),
    "micro 47": (0, 34800, 5700, 39900, 5, 34629, 857, 22800, 5400, 5100),
    "vignette 1": (85800, 24900, 1200, 36600, 5, 28328.571429, 14142.857143, 15364.285714, 6750, 1800),
    "vignette 2": (77700, 18300, 84600, 26400, 2, 27857.142857, 1714.285714, 12128.571429, 7500, 6900),
    "vignette 3": (0, 28800, 2400, 36300, 5, 30257.142857, 7285.714286, 17528.571429, 4950, 2400),
    "vignette 4, free days earlier": (5100, 32100, 4800, 27000, 2, 23571.428571, 6857.142857, 15900, -2700, 300),
    "vignette 5": (81900, 30000, 2100, 28500, 7, 34500, 0, 15300, 2550, 6600),
}


@pytest.mark.parametrize("row", SCORED.values(), ids=SCORED)
def test_the_week_is_scored_as_r_scores_it(row: tuple[float, ...]) -> None:
    work, free, work_days = Timing(row[0] / 3600, row[1] / 3600), Timing(row[2] / 3600, row[3] / 3600), int(row[4])
    found = mctq(work, free, work_days)
    scored = (found.sd_week, found.sloss_week, found.msf_sc, found.sjl_rel, found.sjl_sc)
    assert [hours * 3600 for hours in scored if hours is not None] == pytest.approx(row[5:], abs=0.5)
    assert found.sjl == abs(found.sjl_rel or 0)


def test_midsleep_and_duration_go_across_midnight() -> None:
    found = mctq(timing(78300, 33300), timing(2100, 21600), 2)
    assert (found.sd_work, found.msw) == pytest.approx((41400 * SECOND, 12600 * SECOND))
    assert (found.sd_free, found.msf) == pytest.approx((19500 * SECOND, 11850 * SECOND))


@pytest.mark.parametrize(
    ("midsleep", "work", "free", "work_days", "corrected"),
    [
        (4.0, 6.0, 8.0, 5, (3 * 3600 + 17 * 60 + 8.571) * SECOND),
        (23.5, 7.0, 9.0, 3, (23 * 3600 + 4 * 60 + 17.143) * SECOND),
        (4.0, 9.0, 7.0, 5, 4.0),
    ],
)
def test_longer_sleep_on_free_days_is_corrected_for(
    midsleep: float, work: float, free: float, work_days: int, corrected: float
) -> None:
    """Documented examples of R's mctq, `msf_sc` (ropensci/mctq, MIT)."""
    on_work = Timing((2 - work / 2) % 24, 2 + work / 2)
    on_free = Timing((midsleep - free / 2) % 24, (midsleep + free / 2) % 24)
    assert mctq(on_work, on_free, work_days).msf_sc == pytest.approx(corrected, abs=SECOND)


@pytest.mark.parametrize(("on_work", "on_free", "jetlag"), [(23, 1, 2), (1, 23, -2), (11, 18.5, 7.5), (4, 16, 12)])
def test_jetlag_goes_the_shorter_way_round(on_work: float, on_free: float, jetlag: float) -> None:
    found = mctq(Timing(on_work - 4, on_work + 4), Timing(on_free - 4, on_free + 4), 5)
    assert (found.sjl_rel, found.sjl) == (jetlag, abs(jetlag))


def test_free_days_slept_shorter_and_ended_later_are_compared_by_their_ends() -> None:
    assert mctq(Timing(22, 7), Timing(1, 8), 5).sjl_sc == 1.0
    assert mctq(Timing(22, 7), Timing(23.5, 6.5), 5).sjl_sc == 1.5


def test_without_work_days_there_is_no_jetlag_and_nothing_to_correct() -> None:
    found = mctq(None, Timing(0, 9), 0)
    assert found == Mctq(
        sd_free=9.0, msf=4.5, sd_week=9.0, sloss_week=0.0, msf_sc=4.5, sjl_rel=0.0, sjl=0.0, sjl_sc=0.0
    )
    assert mctq(Timing(23, 7), None, 0) == Mctq()


def test_without_free_sleep_only_the_working_week_is_known() -> None:
    """Row 14 of R's `micro_mctq`: seven work days, nothing told of free ones (ropensci/mctq, MIT)."""
    found = mctq(timing(85200, 23400), None, 7)
    assert found == pytest.approx(Mctq(sd_work=24600 * SECOND, msw=11100 * SECOND, sd_week=24600 * SECOND))
    assert mctq(timing(85200, 23400), None, 5).sd_week is None
    assert mctq(None, timing(81900, 21600), 6).msf == pytest.approx(8550 * SECOND)


@pytest.mark.parametrize("work_days", [-1, 8, 10])
def test_a_week_of_other_than_seven_days_is_refused(work_days: int) -> None:
    with pytest.raises(ValueError, match="0 to 7 work days"):
        mctq(Timing(23, 7), Timing(0, 9), work_days)


@given(SLEEP, SLEEP, st.integers(0, 7), st.floats(0, 24))
def test_later_clocks_move_midsleep_and_nothing_else(work: Timing, free: Timing, work_days: int, later: float) -> None:
    def scored(by: float) -> Mctq:
        on_work = Timing((work.onset + by) % 24, (work.wake + by) % 24)
        return mctq(on_work, Timing((free.onset + by) % 24, (free.wake + by) % 24), work_days)

    before, after = scored(0), scored(later)
    for name in ("sd_free", "sd_week", "sloss_week", "sjl"):
        assert getattr(after, name) == pytest.approx(getattr(before, name), abs=1e-6)
    for name in ("msf", "msf_sc"):
        moved = getattr(after, name) - getattr(before, name) - later
        assert (moved + 12) % 24 - 12 == pytest.approx(0, abs=1e-6)


@given(SLEEP, SLEEP, st.integers(1, 6))
def test_a_week_lies_between_its_days_and_no_loss_is_negative(work: Timing, free: Timing, work_days: int) -> None:
    found = mctq(work, free, work_days)
    shorter, longer = sorted((work.duration, free.duration))
    assert found.sd_week is not None
    assert found.sloss_week is not None
    assert found.sjl is not None
    assert shorter - 1e-6 <= found.sd_week <= longer + 1e-6
    assert found.sloss_week >= -1e-9
    assert 0 <= found.sjl <= 12


@pytest.mark.parametrize(
    ("midsleep", "name", "primary", "share"),
    [
        (23.0, "extreme_early", "extreme_morning", 2.0),
        (18.0, "extreme_early", "extreme_morning", 2.0),
        (2.2, "extreme_early", "extreme_morning", 2.0),
        (2.25, "moderate_early", "moderate_morning", 13.0),
        (3.25, "slight_early", "moderate_morning", 31.5),
        (4.25, "intermediate", "intermediate", 28.5),
        (5.25, "slight_late", "moderate_evening", 15.0),
        (6.25, "moderate_late", "moderate_evening", 6.5),
        (7.25, "extreme_late", "extreme_evening", 3.5),
        (12.0, "extreme_late", "extreme_evening", 3.5),
        (17.9, "extreme_late", "extreme_evening", 3.5),
    ],
)
def test_a_type_begins_at_its_edge_and_is_as_common_as_the_bins_say(
    midsleep: float, name: str, primary: str, share: float
) -> None:
    kind = munich_type(midsleep)
    assert (kind.name, kind.primary, kind.share) == (name, primary, share)


def test_the_shares_of_all_types_add_up_to_everybody() -> None:
    kinds = {munich_type(hour / 4) for hour in range(96)}
    assert len(kinds) == 7
    assert sum(kind.share for kind in kinds) == 100.0


@pytest.mark.parametrize(
    ("midsleep", "percentile"),
    [
        (20.0, 0.0),
        (1.75, 0.0),
        (2.25, 2.0),
        (3.25, 15.0),
        (4.25, 46.5),
        (4.5, 54.5),
        (5.25, 75.0),
        (7.25, 96.5),
        (12.0, 100.0),
    ],
)
def test_a_percentile_runs_through_the_edges_of_the_types(midsleep: float, percentile: float) -> None:
    assert percentile_of(midsleep) == pytest.approx(percentile)


def test_five_levels_join_the_seven_types_at_their_edges() -> None:
    assert five_level_edges() == {
        "extreme_morning": (-6.0, 2.25),
        "moderate_morning": (2.25, 4.25),
        "intermediate": (4.25, 5.25),
        "moderate_evening": (5.25, 7.25),
        "extreme_evening": (7.25, 18.0),
    }


def test_usual_hours_are_circular_means() -> None:
    usual = usual_timing(np.array([23.5, 0.75]), np.array([7.0, 8.0]))
    assert usual is not None
    assert (usual.onset, usual.wake) == pytest.approx((0.125, 7.5), abs=1e-9)
    assert usual_timing(np.array([]), np.array([])) is None
    assert usual_timing(np.array([0.0, 12.0]), np.array([7.0, 19.0])) is None


@pytest.mark.parametrize(
    ("windows", "expected"),
    [
        (every_night(range(14), -1, 8), False),
        (every_night(range(14), 8, 8), True),
        ([night(day, -1 if day % 14 < 7 else 8, 8) for day in range(28)], True),
        (every_night(range(14), 4, 8), False),
        ([*every_night(range(12), -1, 8), night(12, 8, 8), night(13, 8, 8)], False),
        ([], False),
    ],
    ids=["nights", "always by day", "rotating", "an extreme evening type", "two days of an illness", "nothing"],
)
def test_shift_work_is_much_sleep_by_day(windows: list[SleepWindow], expected: bool) -> None:
    assert is_shift_worker(read(windows)) is expected
