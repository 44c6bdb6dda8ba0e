"""The ledger of what was pulled: which days of an answer held nothing, and which ranges nobody has pulled yet."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone

from hos_pipelines.domain.sync import ProfilePull, Stream

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Span:
    """A range of UTC instants: `start` belongs to it, `end` does not."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Gap:
    """A range of one profile's stream that was never pulled, or only in vain, or may hold by now what came in late."""

    profile_id: str
    stream: Stream
    span: Span
    has_failed: bool
    is_late: bool = False


def covered_span(pull: ProfilePull) -> Span | None:
    """What a pull covers once it is committed; None where it brought no answer, or asked for nothing."""
    return None if pull.problem is not None else _span_asked(pull)


def failed_span(pull: ProfilePull) -> Span | None:
    """What a pull asked for in vain."""
    return None if pull.problem is None else _span_asked(pull)


def empty_spans(stream: Stream, pull: ProfilePull) -> list[Span]:
    """The days of a good answer for which Sahha had nothing, as instants of the user's days.

    The offset is the newest one delivered in the answer, UTC where it holds no row. Sahha archetypes have a row a week
    at most; for them only an answer without any row is empty.
    """
    span = covered_span(pull)
    if span is None:
        return []
    if not pull.rows:
        return [span]
    if stream is Stream.SAHHA_ARCHETYPES:
        return []
    zone = _zone(pull)
    held = {row.local_date for row in pull.rows}
    days = _days(span.start.astimezone(zone).date(), span.end.astimezone(zone).date())
    return list(_merge(_clip(day, zone, span) for day in days if day not in held))


def gaps_within(expected: Span, covered: Sequence[Span]) -> list[Span]:
    """What of an expected range is not covered. `covered` is sorted and free of overlaps, as the ledger keeps it."""
    gaps = []
    start = expected.start
    for span in covered:
        if span.start > start:
            gaps.append(Span(start, min(span.start, expected.end)))
        start = max(start, span.end)
        if start >= expected.end:
            return gaps
    return [*gaps, Span(start, expected.end)]


def _span_asked(pull: ProfilePull) -> Span | None:
    span = Span(pull.window.start, pull.window.end)
    return span if span.start < span.end else None


def _zone(pull: ProfilePull) -> timezone:
    _, minutes = max((row.local_date, row.utc_offset_minutes) for row in pull.rows)
    return timezone(timedelta(minutes=minutes))


def _days(first: date, last: date) -> Iterable[date]:
    return (first + ONE_DAY * number for number in range((last - first).days + 1))


def _clip(day: date, zone: timezone, span: Span) -> Span:
    midnight = datetime.combine(day, time.min, zone).astimezone(UTC)
    return Span(max(midnight, span.start), min(midnight + ONE_DAY, span.end))


def _merge(spans: Iterable[Span]) -> Iterable[Span]:
    """Neighbours become one; a span without length is dropped."""
    current: Span | None = None
    for span in spans:
        if span.start >= span.end:
            continue
        if current is not None and current.end == span.start:
            current = Span(current.start, span.end)
            continue
        if current is not None:
            yield current
        current = span
    if current is not None:
        yield current
