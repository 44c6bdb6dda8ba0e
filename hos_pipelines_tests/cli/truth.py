"""What a served row must have become in its table: an independent reading of the wire, in both formats."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from hos_pipelines_tests.cli.answers import rows_of

Row = dict[str, Any]
Stored = tuple[Any, ...]

QUERIES = {
    "biomarkers": (
        "SELECT profile_id, type, start_date_time, end_date_time, category, periodicity, aggregation, value, unit, "
        "value_type, sahha_biomarker_id, utc_offset_minutes, local_date, data FROM biomarkers"
    ),
    "scores": (
        "SELECT profile_id, type, score_date_time, score, state, factors, data_sources, version, calculated_at, "
        "sahha_score_id, utc_offset_minutes, local_date, data FROM scores"
    ),
    "sahha_archetypes": (
        "SELECT profile_id, name, periodicity, start_date_time, end_date_time, value, data_type, ordinality, version, "
        "sahha_archetype_id, utc_offset_minutes, local_date, data FROM sahha_archetypes"
    ),
}
ENVELOPE = {"id", "requestId", "profileId", "accountId", "externalId", "receivedAtUtc"}
KNOWN = {
    "biomarkers": ENVELOPE | {
        "category", "type", "periodicity", "aggregation", "value", "unit", "valueType", "startDateTime", "endDateTime",
    },
    "scores": ENVELOPE | {
        "type", "state", "score", "factors", "dataSources", "scoreDateTime", "version", "createdAtUtc", "createdAt",
    },
    "sahha_archetypes": ENVELOPE | {
        "name", "value", "dataType", "periodicity", "ordinality", "version", "startDateTime", "endDateTime",
    },
}  # fmt: skip


def stored(url: str, stream: str) -> list[Stored]:
    """The rows of a table, comparable and in order; instants in UTC."""
    return sorted((_comparable(row) for row in rows_of(url, QUERIES[stream])), key=repr)


def expected(stream: str, served: Iterable[tuple[str, Row]]) -> list[Stored]:
    """What the table must hold after these rows, each with its profile id, have been served."""
    read = {"biomarkers": _biomarker, "scores": _score, "sahha_archetypes": _archetype}[stream]
    return sorted((_comparable((who, *read(row), _unknown(stream, row))) for who, row in served), key=repr)


def _biomarker(row: Row) -> Stored:
    start, end = _instant(row["startDateTime"]), _instant(row.get("endDateTime"))
    assert start is not None
    day = start.date() if end is None or end <= start else (end - timedelta(seconds=1)).date()
    names = ("category", "periodicity", "aggregation")
    what = (_text(row.get("value")), row.get("unit"), row.get("valueType"), row["id"])
    return (row["type"], start, end, *(row.get(name) for name in names), *what, _offset(start), day)


def _score(row: Row) -> Stored:
    day = _instant(row["scoreDateTime"])
    assert day is not None
    score = None if row.get("score") is None else float(row["score"])
    version = None if row.get("version") is None else float(row["version"])
    made = _instant(row.get("createdAtUtc") or row.get("createdAt"))
    rest = (row.get("state"), row.get("factors"), row.get("dataSources"), version, made, row["id"])
    return (row["type"], day, score, *rest, _offset(day), day.date())


def _archetype(row: Row) -> Stored:
    start, end = _instant(row["startDateTime"]), _instant(row.get("endDateTime"))
    assert start is not None
    version = None if row.get("version") is None else float(row["version"])
    what = (_text(row.get("value")), row.get("dataType"), row.get("ordinality"), version, row["id"])
    return (row["name"], row.get("periodicity"), start, end, *what, _offset(start), start.date())


def _instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _offset(instant: datetime) -> int:
    offset = instant.utcoffset()
    assert offset is not None
    return int(offset.total_seconds() // 60)


def _text(value: object) -> str | None:
    return value if value is None or isinstance(value, str) else json.dumps(value)


def _unknown(stream: str, row: Row) -> Row | None:
    return {name: value for name, value in row.items() if name not in KNOWN[stream]} or None


def _comparable(row: Stored) -> Stored:
    return tuple(_plain(cell) for cell in row)


def _plain(cell: object) -> object:
    if isinstance(cell, datetime):
        return cell.astimezone(UTC)
    return json.dumps(cell, sort_keys=True) if isinstance(cell, (dict, list)) else cell
