"""Whether somebody is analysed anew: the threshold table, and the order of the reasons."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from hos_pipelines.domain.analysis_due import AnalysisState, Decision, decide, threshold
from hos_pipelines.domain.analysis_scope import AnalysisMode, AnalysisScope

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
THROUGH = date(2026, 10, 30)
STANDING = AnalysisState(
    profile_id="someone",
    rows_changed=0,
    has_new_night=False,
    analyzed_at=NOW - timedelta(days=1),
    data_through=THROUGH,
    next_due_at=None,
    data_complexity=5,
    behavior_count=1,
    circadian_count=1,
)
# former-system.md 4.1: by memory (rich, developing, sparse), complexity of the archetype (3, 5, 8) and age in days.
TABLE = {
    (5, 5): {3: (31, 26, 21), 5: (35, 29, 24), 8: (40, 34, 28)},
    (1, 1): {3: (37, 31, 25), 5: (42, 35, 29), 8: (48, 40, 33)},
    (0, 0): {3: (54, 45, 37), 5: (60, 51, 42), 8: (69, 58, 48)},
}
CASES = [
    (behavior, circadian, complexity, days, limit)
    for (behavior, circadian), by_complexity in TABLE.items()
    for complexity, limits in by_complexity.items()
    for days, limit in zip((0, 3, 5), limits, strict=True)
]


@pytest.mark.parametrize(("behavior", "circadian", "complexity", "days", "limit"), CASES)
def test_the_threshold_follows_memory_archetype_and_age(
    behavior: int, circadian: int, complexity: int, days: int, limit: int
) -> None:
    standing = replace(STANDING, behavior_count=behavior, circadian_count=circadian, data_complexity=complexity)
    assert threshold(standing, NOW, timedelta(days=days)) == limit


@pytest.mark.parametrize(
    ("counts", "second", "fifth", "limit"),
    [
        ((0, 0), 0, 0, 60),
        ((1, 0), 0, 0, 42),
        ((1, 1), 0, 0, 42),
        ((3, 1), 14, 14, 35),
        ((3, 1), 0, 15, 42),
        ((4, 5), 14, None, 35),
        ((4, 5), 15, None, 42),
        ((5, 5), None, None, 35),
    ],
)
def test_what_memory_holds_counts_beside_past_analyses(
    counts: tuple[int, int], second: int | None, fifth: int | None, limit: int
) -> None:
    confirmed = [None if age is None else NOW.date() - timedelta(days=age) for age in (second, fifth)]
    standing = replace(
        STANDING,
        behavior_count=counts[0],
        circadian_count=counts[1],
        second_confirmed=confirmed[0],
        fifth_confirmed=confirmed[1],
    )
    assert threshold(standing, NOW, timedelta(0)) == limit


def test_whoever_was_never_analysed_is_due_as_for_the_first_time() -> None:
    verdict = decide(replace(STANDING, analyzed_at=None, data_through=None), NOW)
    assert (verdict.decision, verdict.scope) == (Decision.FRESH, AnalysisScope())


def test_below_the_threshold_the_stored_result_stands() -> None:
    verdict = decide(replace(STANDING, rows_changed=41), NOW)
    assert (verdict.is_due, verdict.threshold) == (False, 42)
    assert verdict.reason == "41 new or changed readings, fewer than 42"


def test_at_the_threshold_it_is_analysed_as_a_follow_up_since_the_last_day_it_used() -> None:
    verdict = decide(replace(STANDING, rows_changed=42), NOW)
    assert (verdict.decision, verdict.scope) == (Decision.FRESH, AnalysisScope(AnalysisMode.FOLLOW_UP, THROUGH))


def test_a_new_night_is_enough() -> None:
    assert decide(replace(STANDING, rows_changed=5, has_new_night=True), NOW).reason == "a new night"


def test_older_than_a_week_is_analysed_as_for_the_first_time() -> None:
    verdict = decide(replace(STANDING, rows_changed=1, analyzed_at=NOW - timedelta(days=8)), NOW)
    assert (verdict.decision, verdict.scope) == (Decision.STALE, AnalysisScope())


def test_without_any_change_the_stored_result_stands_however_old_it_is() -> None:
    verdict = decide(replace(STANDING, analyzed_at=NOW - timedelta(days=80)), NOW)
    assert (verdict.decision, verdict.reason) == (Decision.STORED, "nothing has changed since")


def test_a_forced_request_always_runs() -> None:
    assert decide(STANDING, NOW, is_forced=True).is_due


def test_a_clock_that_runs_behind_makes_nothing_negative() -> None:
    assert decide(replace(STANDING, rows_changed=42), NOW - timedelta(days=9)).threshold == 42


def test_after_a_failure_it_waits_unless_it_is_asked_for() -> None:
    failed = replace(STANDING, rows_changed=90, next_due_at=NOW + timedelta(minutes=1))
    assert decide(failed, NOW).reason == "failed, and is tried again a while later"
    assert decide(failed, NOW, is_forced=True).is_due
    assert decide(failed, NOW + timedelta(minutes=1)).is_due
