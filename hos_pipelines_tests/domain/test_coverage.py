"""The ledger of what was pulled: what an answer covers, which of its days are empty, what is still missing."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta, timezone
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hos_pipelines.domain.coverage import Span, covered_span, empty_spans, failed_span, gaps_within
from hos_pipelines.domain.measurements import Reading
from hos_pipelines.domain.sync import Outcome, ProfilePull, PullWindow, QuarantinedRow, Stream
from hos_pipelines_tests.postgres.rows import MIDNIGHT, NOON, archetype, biomarker, score

ONE_DAY = timedelta(days=1)
WEEK = PullWindow(NOON - timedelta(days=7), NOON)
BAD = (Outcome.FAILED, Outcome.GONE, Outcome.RATE_LIMITED)

# Whole hours, so that windows and midnights meet often.
INSTANTS = st.integers(-24 * 10, 24 * 10).map(lambda hours: NOON + timedelta(hours=hours))
OFFSETS = st.sampled_from([-720, -660, -300, -240, 0, 60, 120, 330, 345, 765, 840])
BOUNDS = st.tuples(INSTANTS, INSTANTS).map(sorted).filter(lambda pair: pair[0] < pair[1])
SPANS = BOUNDS.map(lambda pair: Span(*pair))
WINDOWS = st.builds(lambda bounds, until: PullWindow(bounds[0], bounds[1], until), BOUNDS, st.none() | INSTANTS)


def _row(day: int, offset_minutes: int) -> Reading:
    """A reading of the local day, `day` days after 31 October 2026, of a person so many minutes east of UTC."""
    row = biomarker(day=day)
    shift = timedelta(minutes=offset_minutes)
    return row._replace(
        start_date_time=row.start_date_time - shift,
        end_date_time=row.start_date_time - shift + timedelta(seconds=86_399),
        utc_offset_minutes=offset_minutes,
    )


ROWS = st.lists(st.builds(_row, st.integers(-14, 14), OFFSETS), min_size=1, max_size=12)


def _pull(window: PullWindow, rows: Sequence[Reading] = (), problem: Outcome | None = None) -> ProfilePull:
    return ProfilePull("anna", window, rows=rows, problem=problem)


def _local_day(day: date, offset_minutes: int) -> Span:
    midnight = datetime.combine(day, time.min, timezone(timedelta(minutes=offset_minutes)))
    return Span(midnight, midnight + ONE_DAY)


def _meet(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end


def _normal(spans: Sequence[Span]) -> list[Span]:
    """Sorted and without overlaps or borders in between, as the ledger keeps them."""
    merged: list[Span] = []
    for span in sorted(spans, key=lambda one: one.start):
        if merged and span.start <= merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return merged


@given(WINDOWS, ROWS | st.just([]), st.sampled_from([None, *BAD]))
def test_a_pull_enters_its_window_as_covered_or_as_failed_and_never_as_both(
    window: PullWindow, rows: list[Reading], problem: Outcome | None
) -> None:
    pull = _pull(window, rows, problem)
    asked = Span(window.start, window.end) if window.start < window.end else None
    assert (covered_span(pull), failed_span(pull)) == ((asked, None) if problem is None else (None, asked))


def test_a_window_that_ends_before_it_begins_is_entered_nowhere() -> None:
    window = PullWindow(NOON, NOON + ONE_DAY, NOON - ONE_DAY)
    assert covered_span(_pull(window)) is None
    assert failed_span(_pull(window, problem=Outcome.FAILED)) is None
    assert empty_spans(Stream.BIOMARKERS, _pull(window)) == []


@given(st.sampled_from(Stream), WINDOWS, ROWS | st.just([]), st.sampled_from([None, *BAD]))
def test_what_is_empty_is_covered_in_order_and_free_of_overlaps(
    stream: Stream, window: PullWindow, rows: list[Reading], problem: Outcome | None
) -> None:
    pull = _pull(window, rows, problem)
    empty = empty_spans(stream, pull)
    covered = covered_span(pull)
    assert covered is not None or not empty
    assert all(covered is not None and covered.start <= span.start < span.end <= covered.end for span in empty)
    assert _normal(empty) == empty


@given(WINDOWS, ROWS, st.integers(-16, 16))
def test_a_day_of_an_answer_is_either_held_or_empty(window: PullWindow, rows: list[Reading], number: int) -> None:
    _, offset = max((row.local_date, row.utc_offset_minutes) for row in rows)
    day = MIDNIGHT.date() + ONE_DAY * number
    local = _local_day(day, offset)
    asked = Span(max(local.start, window.start), min(local.end, window.end))
    empty = empty_spans(Stream.BIOMARKERS, _pull(window, rows))
    if any(row.local_date == day for row in rows):
        assert not any(_meet(local, span) for span in empty)
    elif asked.start < asked.end:
        assert any(span.start <= asked.start and asked.end <= span.end for span in empty)


@given(st.sampled_from(Stream), WINDOWS, ROWS, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_of_an_answer_does_not_matter(
    stream: Stream, window: PullWindow, rows: list[Reading], chance: Random
) -> None:
    shuffled = list(rows)
    chance.shuffle(shuffled)
    assert empty_spans(stream, _pull(window, shuffled)) == empty_spans(stream, _pull(window, rows))


@pytest.mark.parametrize("stream", Stream)
def test_an_answer_without_a_row_is_empty_from_end_to_end(stream: Stream) -> None:
    assert empty_spans(stream, _pull(WEEK)) == [Span(WEEK.start, NOON)]


def test_an_answer_of_unreadable_rows_alone_is_covered_and_empty() -> None:
    pull = ProfilePull("anna", WEEK, quarantined=[QuarantinedRow("{}", "type: is missing.")])
    assert covered_span(pull) == Span(WEEK.start, NOON)
    assert empty_spans(Stream.BIOMARKERS, pull) == [Span(WEEK.start, NOON)]


@pytest.mark.parametrize("problem", BAD)
def test_an_answer_that_did_not_come_is_not_empty(problem: Outcome) -> None:
    assert empty_spans(Stream.BIOMARKERS, _pull(WEEK, problem=problem)) == []


def test_the_days_without_a_row_are_the_persons_days() -> None:
    window = PullWindow(MIDNIGHT - timedelta(days=4), NOON)
    new_york = [_row(-3, -240), _row(0, -240)]
    four = timedelta(hours=4)
    assert empty_spans(Stream.BIOMARKERS, _pull(window, new_york)) == [
        Span(MIDNIGHT - timedelta(days=4), MIDNIGHT - timedelta(days=3) + four),
        Span(MIDNIGHT - timedelta(days=2) + four, MIDNIGHT + four),
        Span(MIDNIGHT + ONE_DAY + four, NOON),
    ]


def test_of_a_night_when_the_clocks_change_no_hour_is_left_over() -> None:
    """Berlin leaves summer time on 25 October 2026: that day has 25 hours, and no row of its own here."""
    window = PullWindow(datetime(2026, 10, 23, 23, tzinfo=UTC), datetime(2026, 10, 27, 23, tzinfo=UTC))
    rows = [_row(-7, 120), _row(-5, 60), _row(-4, 60)]
    assert empty_spans(Stream.BIOMARKERS, _pull(window, rows)) == [
        Span(datetime(2026, 10, 24, 23, tzinfo=UTC), datetime(2026, 10, 25, 23, tzinfo=UTC))
    ]


def test_the_days_of_a_traveller_are_those_of_the_newest_offset() -> None:
    seven = timedelta(hours=7)
    window = PullWindow(MIDNIGHT - timedelta(days=2) + seven, MIDNIGHT + ONE_DAY)
    rows = [_row(-2, 540), _row(0, -420)]
    assert empty_spans(Stream.BIOMARKERS, _pull(window, rows)) == [
        Span(MIDNIGHT - ONE_DAY + seven, MIDNIGHT + seven),
    ]


def test_scores_are_empty_by_the_day_too() -> None:
    window = PullWindow(MIDNIGHT - ONE_DAY, NOON)
    assert empty_spans(Stream.SCORES, _pull(window, [score()])) == [
        Span(MIDNIGHT - ONE_DAY, MIDNIGHT),
        Span(MIDNIGHT + ONE_DAY, NOON),
    ]


def test_a_week_with_a_sahha_archetype_has_no_empty_day() -> None:
    assert empty_spans(Stream.SAHHA_ARCHETYPES, _pull(WEEK, [archetype()])) == []


@given(SPANS, st.lists(SPANS, max_size=8))
def test_gaps_and_what_is_covered_are_disjoint_and_together_the_expected_range(
    expected: Span, pulled: list[Span]
) -> None:
    covered = _normal(pulled)
    gaps = gaps_within(expected, covered)
    assert _normal(gaps) == gaps
    assert all(span.start < span.end for span in gaps)
    assert not any(_meet(gap, span) for gap in gaps for span in covered)
    within = [Span(max(span.start, expected.start), min(span.end, expected.end)) for span in covered]
    assert _normal([*gaps, *(span for span in within if span.start < span.end)]) == [expected]


def test_what_nobody_pulled_is_one_gap() -> None:
    assert gaps_within(Span(MIDNIGHT, NOON), []) == [Span(MIDNIGHT, NOON)]


def test_what_was_pulled_from_end_to_end_has_no_gap() -> None:
    assert gaps_within(Span(MIDNIGHT, NOON), [Span(MIDNIGHT, NOON)]) == []
