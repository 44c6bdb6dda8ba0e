"""Reads and writes the coverage ledger: what was pulled, what was found empty, what failed."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from psycopg import Connection, Cursor
from psycopg.types.multirange import TimestamptzMultirange
from psycopg.types.range import TimestamptzRange

from hos_pipelines.domain.coverage import Gap, Span, covered_span, empty_spans, failed_span, gaps_within
from hos_pipelines.domain.sync import ProfilePull, Stream

WRITE_COVERAGE = """
INSERT INTO sync_coverage AS c (profile_id, stream, covered, empty, failed, updated_at)
SELECT profile_id, %s, covered, empty, failed, updated_at
FROM unnest(%s::text[], %s::tstzmultirange[], %s::tstzmultirange[], %s::tstzmultirange[], %s::timestamptz[])
     AS pulled (profile_id, covered, empty, failed, updated_at)
ON CONFLICT (profile_id, stream) DO UPDATE SET
    covered = c.covered + excluded.covered,
    empty = (c.empty - excluded.covered) + excluded.empty,
    failed = (c.failed + excluded.failed) - (c.covered + excluded.covered),
    updated_at = greatest(c.updated_at, excluded.updated_at)
"""

# An answer from before the last good one: what it found empty may hold rows by now.
WRITE_OVERTAKEN = """
INSERT INTO sync_coverage AS c (profile_id, stream, covered, updated_at)
SELECT profile_id, %s, covered, updated_at
FROM unnest(%s::text[], %s::tstzmultirange[], %s::timestamptz[]) AS pulled (profile_id, covered, updated_at)
ON CONFLICT (profile_id, stream) DO UPDATE SET
    covered = c.covered + excluded.covered,
    failed = c.failed - (c.covered + excluded.covered)
"""

LEDGER = """
SELECT p.profile_id, stream.name, p.enrolled_at, s.watermark, c.covered, c.failed
FROM profiles AS p
CROSS JOIN unnest(%(streams)s::text[]) AS stream (name)
JOIN sync_state AS s ON s.profile_id = p.profile_id AND s.stream = stream.name AND s.watermark IS NOT NULL
LEFT JOIN sync_coverage AS c ON c.profile_id = p.profile_id AND c.stream = stream.name
WHERE p.status = 'active' AND (%(profile_ids)s::text[] IS NULL OR p.profile_id = ANY(%(profile_ids)s))
  AND (coalesce(c.failed, '{}') <> '{}'
       OR NOT coalesce(c.covered, '{}') @> tstzrange(least(greatest(p.enrolled_at - %(first)s, %(since)s), s.watermark),
                                                     s.watermark))
ORDER BY p.profile_id, stream.name
"""


def write_coverage(cursor: Cursor[Any], stream: Stream, pulls: Sequence[ProfilePull]) -> None:
    """Enters pulls of one stream into the ledger, inside the caller's transaction."""
    if not pulls:
        return
    cursor.execute(
        WRITE_COVERAGE,
        (
            stream,
            [pull.profile_id for pull in pulls],
            [_multirange([covered_span(pull)]) for pull in pulls],
            [_multirange(empty_spans(stream, pull)) for pull in pulls],
            [_multirange([failed_span(pull)]) for pull in pulls],
            [pull.window.observed_at for pull in pulls],
        ),
    )


def write_overtaken(cursor: Cursor[Any], stream: Stream, pulls: Sequence[ProfilePull]) -> None:
    """Enters good pulls of one stream that a later one has overtaken."""
    if not pulls:
        return
    covered = [_multirange([covered_span(pull)]) for pull in pulls]
    cursor.execute(
        WRITE_OVERTAKEN,
        (stream, [pull.profile_id for pull in pulls], covered, [pull.window.observed_at for pull in pulls]),
    )


def find_gaps(
    connection: Connection[Any],
    since: datetime,
    first_sync: timedelta,
    profile_ids: Sequence[str] | None = None,
) -> list[Gap]:
    """What was never pulled between the first contact of each profile (or `since`, if later) and its watermark.

    `first_sync` is how far before the enrolment a first contact reaches. A range that was asked for in vain and not
    covered since is a gap too, wherever it lies.
    """
    values = {
        "streams": list(Stream),
        "profile_ids": None if profile_ids is None else list(profile_ids),
        "since": since,
        "first": first_sync,
    }
    gaps = []
    for profile_id, stream, enrolled_at, watermark, covered, failed in connection.execute(LEDGER, values):
        expected = Span(max(enrolled_at - first_sync, since), watermark)
        vain = _spans(failed)
        open_spans = gaps_within(expected, _spans(covered)) if expected.start < expected.end else []
        gaps += [Gap(profile_id, Stream(stream), span, _meets(span, vain)) for span in open_spans]
        gaps += [
            Gap(profile_id, Stream(stream), span, has_failed=True)
            for span in vain
            if span.end > since and not _meets(span, open_spans)
        ]
    return gaps


def _multirange(spans: Iterable[Span | None]) -> TimestamptzMultirange:
    return TimestamptzMultirange([TimestamptzRange(span.start, span.end) for span in spans if span is not None])


def _spans(ranges: TimestamptzMultirange | None) -> list[Span]:
    return [] if ranges is None else [Span(one.lower, one.upper) for one in ranges if one.lower and one.upper]


def _meets(span: Span, others: Iterable[Span]) -> bool:
    return any(span.start < other.end and other.start < span.end for other in others)
