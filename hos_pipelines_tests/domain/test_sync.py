"""Decisions of the incremental sync: what is asked for, how far the watermark moves, what a pull has come to, and when
what failed is tried again.
"""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hos_pipelines.domain.measurements import Reading
from hos_pipelines.domain.sync import (
    REFUSALS_UNTIL_PAUSED,
    Outcome,
    ProfilePull,
    ProfileReport,
    PullWindow,
    QuarantinedRow,
    SyncRules,
    SyncTarget,
    UpsertCounts,
    breaker_wait,
    decide_outcome,
    is_given_up,
    newest_instant,
    next_watermark,
    plan_window,
    retry_wait,
)
from hos_pipelines_tests.postgres.rows import MIDNIGHT, NOON, archetype, biomarker, score

INSTANTS = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
WINDOWS = st.tuples(INSTANTS, INSTANTS).map(lambda pair: PullWindow(min(pair), max(pair)))


def _target(watermark: datetime | None, enrolled_days_ago: float = 100) -> SyncTarget:
    return SyncTarget("anna", "anna", NOON - timedelta(days=enrolled_days_ago), watermark)


@pytest.mark.parametrize(
    ("target", "days", "back"),
    [
        (_target(None), None, timedelta(days=7)),
        (_target(None, 0), None, timedelta(days=7)),
        (_target(NOON - timedelta(hours=2)), None, timedelta(days=3, hours=2)),
        (_target(NOON - timedelta(days=40)), None, timedelta(days=43)),
        (_target(NOON - timedelta(hours=2), 13.9), None, timedelta(days=14, hours=2)),
        (_target(NOON - timedelta(hours=2), 14), None, timedelta(days=3, hours=2)),
        (_target(NOON + timedelta(days=5)), None, timedelta(days=3)),
        (_target(None), 30, timedelta(days=30)),
        (_target(NOON - timedelta(hours=2)), 1, timedelta(days=1)),
    ],
)
def test_a_pull_reaches_back_as_far_as_its_history_asks(target: SyncTarget, days: int | None, back: timedelta) -> None:
    window = plan_window(target, NOON, days)
    assert (window.start, window.end) == (NOON - back, NOON)


@pytest.mark.parametrize(("days", "moves"), [(None, True), (2, False), (3, False), (4, True), (30, True)])
def test_a_pull_that_reaches_back_less_than_a_live_one_leaves_the_watermark(days: int | None, *, moves: bool) -> None:
    watermark = NOON - timedelta(hours=2)
    window = plan_window(_target(watermark), NOON, days)
    assert next_watermark(watermark, window) == (NOON if moves else watermark)


@given(INSTANTS, INSTANTS, INSTANTS)
def test_a_planned_pull_always_meets_its_watermark(enrolled_at: datetime, watermark: datetime, now: datetime) -> None:
    window = plan_window(SyncTarget("anna", "anna", enrolled_at, watermark), now)
    assert window.start < min(watermark, now)
    assert next_watermark(watermark, window) == max(watermark, now)


RULES = SyncRules(first_sync=timedelta(days=30), overlap_after_connect=timedelta(days=5), overlap=timedelta(days=1))


@pytest.mark.parametrize(
    ("target", "days", "back"),
    [
        (_target(None), None, timedelta(days=30)),
        (_target(NOON - timedelta(hours=2), 13.9), None, timedelta(days=5, hours=2)),
        (_target(NOON - timedelta(hours=2), 14), None, timedelta(days=1, hours=2)),
        (_target(None), 3, timedelta(days=3)),
    ],
)
def test_how_far_a_pull_reaches_back_is_a_matter_of_the_rules(
    target: SyncTarget, days: int | None, back: timedelta
) -> None:
    window = plan_window(target, NOON, days, RULES)
    assert (window.start, window.end) == (NOON - back, NOON)


def test_without_an_overlap_a_pull_starts_at_its_watermark() -> None:
    rules = SyncRules(overlap=timedelta(0))
    watermark = NOON - timedelta(hours=2)
    assert plan_window(_target(watermark), NOON, rules=rules).start == watermark


def test_a_request_asks_for_two_days_more_on_each_side() -> None:
    assert PullWindow(MIDNIGHT, NOON).dates == (date(2026, 10, 29), date(2026, 11, 3))


def test_a_request_for_a_range_of_the_past_asks_for_two_days_more_than_it() -> None:
    window = PullWindow(MIDNIGHT - timedelta(days=20), NOON, until=MIDNIGHT - timedelta(days=10))
    assert window.dates == (date(2026, 10, 9), date(2026, 10, 23))


@pytest.mark.parametrize(
    ("until", "end"),
    [
        (None, NOON),
        (MIDNIGHT, MIDNIGHT),
        (NOON, NOON),
        (NOON + timedelta(days=1), NOON),
    ],
)
def test_a_pull_vouches_up_to_where_it_asked_and_never_for_the_future(until: datetime | None, end: datetime) -> None:
    assert PullWindow(MIDNIGHT - timedelta(days=7), NOON, until).end == end


@given(WINDOWS)
def test_the_dates_of_a_request_cover_its_window_in_every_time_zone(window: PullWindow) -> None:
    first, last = window.dates
    assert first < (window.start - timedelta(hours=14)).date()
    assert last > (window.observed_at + timedelta(hours=14)).date()


@given(INSTANTS, st.lists(WINDOWS, max_size=8))
def test_the_watermark_never_goes_backwards(watermark: datetime, windows: list[PullWindow]) -> None:
    for window in windows:
        moved = next_watermark(watermark, window)
        assert moved is not None
        assert moved >= watermark
        watermark = moved


@given(WINDOWS, st.lists(WINDOWS, max_size=8))
def test_everything_between_the_first_pull_and_the_watermark_was_fetched(
    first: PullWindow, windows: list[PullWindow]
) -> None:
    watermark = next_watermark(None, first)
    assert watermark == first.observed_at
    pulls = [first]
    for window in windows:
        watermark = next_watermark(watermark, window)
        pulls.append(window)
    reached = first.observed_at
    for window in sorted(pulls, key=lambda one: one.start):
        if window.start <= reached:
            reached = max(reached, window.observed_at)
    assert watermark is not None
    assert first.observed_at <= watermark <= reached


def test_a_window_behind_a_gap_leaves_the_watermark_where_it_is() -> None:
    later = PullWindow(NOON + timedelta(seconds=1), NOON + timedelta(days=1))
    assert next_watermark(NOON, later) == NOON


def test_a_backfill_leaves_the_watermark_where_it_is() -> None:
    assert next_watermark(NOON, PullWindow(NOON - timedelta(days=30), NOON - timedelta(days=20))) == NOON


def test_a_window_that_starts_at_the_watermark_moves_it() -> None:
    window = PullWindow(NOON, NOON + timedelta(days=1))
    assert next_watermark(NOON, window) == NOON + timedelta(days=1)


@given(INSTANTS, WINDOWS, INSTANTS)
def test_a_pull_of_a_range_moves_the_watermark_no_further_than_its_end(
    watermark: datetime, window: PullWindow, until: datetime
) -> None:
    ranged = PullWindow(window.start, window.observed_at, until)
    assert next_watermark(None, ranged) == ranged.end
    assert next_watermark(watermark, ranged) in {watermark, max(watermark, ranged.end)}
    if ranged.start > watermark:
        assert next_watermark(watermark, ranged) == watermark


def test_filling_a_gap_of_the_past_leaves_the_watermark_where_it_is() -> None:
    gap = PullWindow(MIDNIGHT - timedelta(days=20), NOON, until=MIDNIGHT - timedelta(days=10))
    assert next_watermark(MIDNIGHT, gap) == MIDNIGHT


BAD_ROW = (QuarantinedRow("{}", "type: is missing, so the row cannot be told apart."),)


@pytest.mark.parametrize(
    ("rows", "quarantined", "counts", "outcome"),
    [
        ((biomarker(),), (), UpsertCounts(inserted=1), Outcome.UPDATED),
        ((biomarker(),), BAD_ROW, UpsertCounts(updated=1, unchanged=5), Outcome.UPDATED),
        ((biomarker(),), (), UpsertCounts(unchanged=1), Outcome.UNCHANGED),
        ((biomarker(),), BAD_ROW, UpsertCounts(stale=1), Outcome.UNCHANGED),
        ((), BAD_ROW, UpsertCounts(), Outcome.QUARANTINED),
        ((), (), UpsertCounts(), Outcome.EMPTY),
    ],
)
def test_the_outcome_of_an_answered_pull_is_what_it_did_to_the_table(
    rows: tuple[Reading, ...], quarantined: tuple[QuarantinedRow, ...], counts: UpsertCounts, outcome: Outcome
) -> None:
    pull = ProfilePull("anna", PullWindow(MIDNIGHT, NOON), rows=rows, quarantined=quarantined)
    assert decide_outcome(pull, counts) is outcome


@pytest.mark.parametrize("problem", [Outcome.FAILED, Outcome.GONE, Outcome.RATE_LIMITED])
def test_a_problem_is_the_outcome_whatever_was_counted(problem: Outcome) -> None:
    pull = ProfilePull("anna", PullWindow(MIDNIGHT, NOON), rows=(biomarker(),), problem=problem)
    assert decide_outcome(pull, UpsertCounts(inserted=1)) is problem


def test_only_pulls_without_an_answer_are_bad() -> None:
    assert {outcome for outcome in Outcome if outcome.is_bad} == {Outcome.RATE_LIMITED, Outcome.FAILED, Outcome.GONE}


@pytest.mark.parametrize(
    ("counts", "changed"),
    [
        (UpsertCounts(inserted=1), True),
        (UpsertCounts(updated=1), True),
        (UpsertCounts(unchanged=9, stale=9), False),
        (UpsertCounts(), False),
    ],
)
def test_a_report_has_changed_only_where_a_row_was_written(counts: UpsertCounts, changed: bool) -> None:
    assert ProfileReport("anna", Outcome.UPDATED, counts).has_changed is changed


def test_counts_add_up_field_by_field() -> None:
    assert UpsertCounts(1, 2, 3, 4) + UpsertCounts(10, 20, 30, 40) == UpsertCounts(11, 22, 33, 44)


@pytest.mark.parametrize(
    ("rows", "newest"),
    [
        ([], None),
        ([biomarker(day=-1), biomarker(day=0), biomarker(day=-2)], MIDNIGHT + timedelta(seconds=86_399)),
        ([biomarker(day=1)], NOON),
        ([biomarker()._replace(end_date_time=None)], MIDNIGHT),
        ([score()], MIDNIGHT),
        ([archetype()], NOON),
        ([archetype()._replace(end_date_time=None)], MIDNIGHT),
        ([biomarker()._replace(end_date_time=None), biomarker(day=-3)], MIDNIGHT),
    ],
)
def test_the_newest_reading_ends_with_its_window_or_with_the_pull_where_the_window_is_open(
    rows: list[Reading], newest: datetime | None
) -> None:
    assert newest_instant(ProfilePull("anna", PullWindow(MIDNIGHT, NOON), rows=rows)) == newest


ATTEMPTS = st.integers(1, 10_000)
PEOPLE = [f"person-{number}/biomarkers" for number in range(300)]


def _longest_wait(attempts: int) -> timedelta:
    return timedelta(minutes=min(2 ** (attempts - 1), 360))


@given(ATTEMPTS, st.text())
def test_a_profile_that_failed_is_left_alone_for_six_hours_at_most(attempts: int, who: str) -> None:
    assert timedelta(0) <= retry_wait(attempts, who) <= _longest_wait(attempts)


@given(ATTEMPTS, st.text())
def test_a_wait_that_is_worked_out_again_is_the_same_wait(attempts: int, who: str) -> None:
    assert retry_wait(attempts, who) == retry_wait(attempts, who)


@pytest.mark.parametrize("attempts", [1, 2, 3, 6, 9, 10, 50])
def test_who_failed_together_comes_back_apart_all_over_a_bound_that_doubles(attempts: int) -> None:
    shares = sorted(retry_wait(attempts, who) / _longest_wait(attempts) for who in PEOPLE)
    assert len(set(shares)) == len(PEOPLE)
    assert all(sum(quarter <= share * 4 < quarter + 1 for share in shares) > 50 for quarter in range(4))
    assert shares[0] < 0.02
    assert shares[-1] > 0.98


def test_a_profile_waits_anew_after_each_attempt() -> None:
    assert len({retry_wait(attempts, "anna/scores") / _longest_wait(attempts) for attempts in range(1, 30)}) == 29


def test_sahha_is_left_alone_for_two_minutes_and_twice_as_long_after_each_try_up_to_thirty() -> None:
    waits = [breaker_wait(failures) for failures in (1, 2, 3, 4, 5, 6, 1000)]
    assert waits == [timedelta(minutes=minutes) for minutes in (2, 4, 8, 16, 30, 30, 30)]


def test_a_profile_is_given_up_only_where_sahha_refuses_it_time_and_again() -> None:
    assert [is_given_up(refusals) for refusals in (0, REFUSALS_UNTIL_PAUSED - 1, REFUSALS_UNTIL_PAUSED)] == [
        False,
        False,
        True,
    ]
