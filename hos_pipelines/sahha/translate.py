"""Turns raw rows of Sahha's answers into typed rows, and says of each row it cannot turn why.

Both wire formats are read by the same rules. What the API is known to vary (text or number values, `Z` or offsets,
dropped seconds, six-digit fractions, missing and unknown fields) parses; unknown fields are kept in `data`.
"""

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Any, TypeVar

from hos_pipelines.domain.contradictions import ResolvedRows, resolve_archetypes, resolve_biomarkers, resolve_scores
from hos_pipelines.domain.measurements import (
    Biomarker,
    Reading,
    SahhaArchetype,
    Score,
    window_local_date,
)
from hos_pipelines.domain.sync import QuarantinedRow
from hos_pipelines.domain.utc_times import day_told, in_zone, is_told_in_utc, window_date
from hos_pipelines.sahha.bodies import UnparsedRow

LONGEST_NAME = 200
LONGEST_OFFSET = timedelta(hours=18)
EARLIEST_YEAR = 1900
LATEST_YEAR = 9000
LARGEST_INT = 2**31 - 1

# Who asked and when, not what was measured: some of it differs at every request.
ENVELOPE = frozenset({"id", "requestId", "profileId", "accountId", "externalId", "receivedAtUtc"})
BIOMARKER_FIELDS = ENVELOPE | {
    "category", "type", "periodicity", "aggregation", "value", "unit", "valueType", "startDateTime", "endDateTime",
}  # fmt: skip
SCORE_FIELDS = ENVELOPE | {
    "type", "state", "score", "factors", "dataSources", "scoreDateTime", "createdAtUtc", "createdAt", "version",
}  # fmt: skip
ARCHETYPE_FIELDS = ENVELOPE | {
    "name", "value", "dataType", "periodicity", "startDateTime", "endDateTime", "ordinality", "version",
}  # fmt: skip


class UnreadableRowError(ValueError):
    """A row that cannot be stored as what it claims to be; the text names the field and never quotes its value."""


@dataclass(frozen=True, slots=True)
class Whose:
    """Whom an answer was asked for, and when (a UTC instant); times told in UTC (`Z`) are read in `zone`, if known."""

    profile_id: str
    external_id: str
    observed_at: datetime
    zone: tzinfo | None = None


@dataclass(slots=True)
class Translation:
    """The typed rows of one answer and those that go to quarantine."""

    rows: list[Any] = field(default_factory=list)
    quarantined: list[QuarantinedRow] = field(default_factory=list)


def translate_biomarkers(raw: Sequence[object], whose: Whose) -> Translation:
    """Typed biomarkers of an answer; of two rows of one window that contradict each other, one goes to quarantine."""
    sources: dict[int, object] = {}
    translation = _translate(raw, whose, _biomarker, sources)
    resolved = resolve_biomarkers(translation.rows, lambda row: _made_at(sources[id(row)]))
    return _keep_resolved(translation, resolved, sources, "value", "type and window")


def translate_scores(raw: Sequence[object], whose: Whose) -> Translation:
    """Typed scores of an answer; contradictions as with biomarkers."""
    sources: dict[int, object] = {}
    translation = _translate(raw, whose, _score, sources)
    return _keep_resolved(translation, resolve_scores(translation.rows), sources, "score", "type and day")


def translate_archetypes(raw: Sequence[object], whose: Whose) -> Translation:
    """Typed Sahha archetypes of an answer; contradictions as with biomarkers."""
    sources: dict[int, object] = {}
    translation = _translate(raw, whose, _archetype, sources)
    return _keep_resolved(translation, resolve_archetypes(translation.rows), sources, "value", "name and period")


def _keep_resolved(
    translation: Translation, resolved: ResolvedRows[Any], sources: Mapping[int, object], what: str, shared: str
) -> Translation:
    translation.rows = resolved.rows
    for field_name, dropped in (("aggregation", resolved.other_aggregation), (what, resolved.other_value)):
        reason = f"{field_name}: another row of the same answer has the same {shared} but another {field_name}."
        translation.quarantined += [QuarantinedRow(_raw_text(sources[id(row)]), reason) for row in dropped]
    return translation


def _made_at(row: object) -> datetime | None:
    """When Sahha says it received or made a row, where it does."""
    for name in ("receivedAtUtc", "createdAtUtc", "createdAt"):
        said = row.get(name) if isinstance(row, dict) else None
        if isinstance(said, str) and (instant := _read_instant(said[:LONGEST_NAME])[0]) is not None:
            return instant
    return None


AnyReading = TypeVar("AnyReading", bound=Reading)
Fields = Mapping[str, Any]


def _translate(
    raw: Sequence[object], whose: Whose, parse: Callable[[Fields, Whose], AnyReading], sources: dict[int, object]
) -> Translation:
    translation = Translation()
    for row in raw:
        try:
            reading = parse(_fields(row, whose), whose)
        except UnreadableRowError as error:
            translation.quarantined.append(QuarantinedRow(_raw_text(row), str(error)))
        else:
            sources[id(reading)] = row
            translation.rows.append(reading)
    return translation


def _fields(row: object, whose: Whose) -> Fields:
    if isinstance(row, UnparsedRow):
        raise UnreadableRowError("row: is no JSON that can be read, too deep or with a number of thousands of digits.")
    if not isinstance(row, dict):
        raise UnreadableRowError("row: is not a JSON object.")
    owner = row.get("externalId")
    if owner is not None and owner != whose.external_id:
        raise UnreadableRowError("externalId: the row belongs to another profile than the one asked for.")
    return row


def _biomarker(row: Fields, whose: Whose) -> Biomarker:
    start = _instant(row, "startDateTime")
    end = _optional_instant(row, "endDateTime")
    zone = _zone_for(row, "startDateTime", whose)
    return Biomarker(
        profile_id=whose.profile_id,
        type=_name(row, "type"),
        start_date_time=start,
        end_date_time=end,
        category=_text(row, "category"),
        periodicity=_text(row, "periodicity"),
        aggregation=_text(row, "aggregation"),
        value=_value(row, "value"),
        unit=_text(row, "unit"),
        value_type=_text(row, "valueType"),
        sahha_biomarker_id=_text(row, "id"),
        utc_offset_minutes=_offset_minutes(start, zone),
        local_date=window_local_date(start, end) if zone is None else window_date(start, end, zone),
        data=_unknown_fields(row, BIOMARKER_FIELDS),
        observed_at=whose.observed_at,
    )


def _score(row: Fields, whose: Whose) -> Score:
    day = _instant(row, "scoreDateTime")
    zone = _zone_for(row, "scoreDateTime", whose)
    return Score(
        profile_id=whose.profile_id,
        type=_name(row, "type"),
        score_date_time=day,
        score=_number(row, "score"),
        state=_text(row, "state"),
        factors=_json(row, "factors"),
        data_sources=_texts(row, "dataSources"),
        version=_number(row, "version"),
        calculated_at=_calculated_at(row, whose.observed_at),
        sahha_score_id=_text(row, "id"),
        utc_offset_minutes=_offset_minutes(day, zone),
        local_date=day.date() if zone is None else day_told(day, zone),
        data=_unknown_fields(row, SCORE_FIELDS),
        observed_at=whose.observed_at,
    )


def _archetype(row: Fields, whose: Whose) -> SahhaArchetype:
    start = _instant(row, "startDateTime")
    zone = _zone_for(row, "startDateTime", whose)
    periodicity = _text(row, "periodicity")
    if periodicity is not None and len(periodicity) > LONGEST_NAME:
        raise UnreadableRowError(f"periodicity: is longer than {LONGEST_NAME} characters.")
    return SahhaArchetype(
        profile_id=whose.profile_id,
        name=_name(row, "name"),
        periodicity=periodicity,
        start_date_time=start,
        end_date_time=_optional_instant(row, "endDateTime"),
        value=_value(row, "value"),
        data_type=_text(row, "dataType"),
        ordinality=_integer(row, "ordinality"),
        version=_number(row, "version"),
        sahha_archetype_id=_text(row, "id"),
        utc_offset_minutes=_offset_minutes(start, zone),
        local_date=start.date() if zone is None else day_told(start, zone),
        data=_unknown_fields(row, ARCHETYPE_FIELDS),
        observed_at=whose.observed_at,
    )


def _calculated_at(row: Fields, observed_at: datetime) -> datetime | None:
    """When Sahha says it made the score, but never later than it was seen.

    A score from a server whose clock runs ahead would otherwise beat every later one for good.
    """
    said = _optional_instant(row, "createdAtUtc" if row.get("createdAtUtc") is not None else "createdAt")
    return None if said is None else min(said, observed_at)


def _instant(row: Fields, name: str) -> datetime:
    instant = _optional_instant(row, name)
    if instant is None:
        raise UnreadableRowError(f"{name}: is missing, so the row cannot be placed in time.")
    return instant


def _optional_instant(row: Fields, name: str) -> datetime | None:
    value = row.get(name)
    if value is None:
        return None
    if not isinstance(value, str):
        raise UnreadableRowError(f"{name}: is not a text.")
    instant, fault = _read_instant(value[:LONGEST_NAME])
    if instant is None:
        raise UnreadableRowError(f"{name}: {fault}")
    return instant


@lru_cache(maxsize=8192)
def _read_instant(value: str) -> tuple[datetime | None, str]:
    """The instant, or what is wrong with it. The rows of a day share their windows, so most are read from the cache."""
    try:
        instant = datetime.fromisoformat(value.strip())
    except ValueError:
        return None, "is not an ISO 8601 date and time."
    offset = instant.utcoffset()
    if offset is None:
        return None, "has no UTC offset, so its instant is unknown."
    if abs(offset) > LONGEST_OFFSET or offset % timedelta(minutes=1):
        return None, "has a UTC offset that no place on earth uses."
    if not EARLIEST_YEAR <= instant.year < LATEST_YEAR:
        return None, f"lies outside the years {EARLIEST_YEAR} to {LATEST_YEAR}."
    return instant, ""


def _zone_for(row: Fields, name: str, whose: Whose) -> tzinfo | None:
    """The zone to read a row in; None where its time says an offset of its own."""
    return whose.zone if whose.zone is not None and is_told_in_utc(row[name]) else None


def _offset_minutes(instant: datetime, zone: tzinfo | None) -> int:
    local = instant if zone is None else in_zone(instant, zone)
    return (local.utcoffset() or timedelta()) // timedelta(minutes=1)


def _name(row: Fields, name: str) -> str:
    text = _text(row, name)
    if not text:
        raise UnreadableRowError(f"{name}: is missing, so the row cannot be told apart.")
    if len(text) > LONGEST_NAME:
        raise UnreadableRowError(f"{name}: is longer than {LONGEST_NAME} characters.")
    return text


def _text(row: Fields, name: str) -> str | None:
    value = row.get(name)
    if value is None:
        return None
    if not isinstance(value, str):
        raise UnreadableRowError(f"{name}: is not a text.")
    return _storable(value, name)


def _storable(value: str, name: str) -> str:
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise UnreadableRowError(f"{name}: holds half a character, which PostgreSQL cannot store.") from error
    if "\x00" in value:
        raise UnreadableRowError(f"{name}: holds a NUL character, which PostgreSQL cannot store.")
    return value


def _value(row: Fields, name: str) -> str | None:
    """Text as delivered; numbers and booleans, which some answers hold instead, in their JSON form."""
    value = row.get(name)
    if value is None or isinstance(value, str):
        return _text(row, name)
    if isinstance(value, int) or (isinstance(value, float) and math.isfinite(value)):
        return json.dumps(value)
    raise UnreadableRowError(f"{name}: is neither a text nor a number.")


def _number(row: Fields, name: str) -> float | None:
    """A number, or a text that is one: `"0."` and `"1.0"` have been seen."""
    value = row.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise UnreadableRowError(f"{name}: is not a number.")
    try:
        number = float(value)
    except (ValueError, OverflowError) as error:
        raise UnreadableRowError(f"{name}: is not a number.") from error
    if not math.isfinite(number):
        raise UnreadableRowError(f"{name}: is not a finite number.")
    return number


def _integer(row: Fields, name: str) -> int | None:
    number = _number(row, name)
    if number is None:
        return None
    if not number.is_integer() or abs(number) > LARGEST_INT:
        raise UnreadableRowError(f"{name}: is not a whole number.")
    return int(number)


def _texts(row: Fields, name: str) -> list[str] | None:
    values = row.get(name)
    if values is None:
        return None
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise UnreadableRowError(f"{name}: is not a list of texts.")
    return [_storable(value, name) for value in values]


def _json(row: Fields, name: str) -> str | None:
    value = row.get(name)
    return None if value is None else _json_text(value, name)


def _unknown_fields(row: Fields, known: frozenset[str]) -> str | None:
    if row.keys() <= known:
        return None
    return _json_text({name: row[name] for name in row if name not in known}, "unknown fields")


def _json_text(value: object, name: str) -> str:
    try:
        text = json.dumps(value, allow_nan=False, ensure_ascii=False, sort_keys=True)
    except (ValueError, RecursionError) as error:
        raise UnreadableRowError(f"{name}: is not JSON that can be stored.") from error
    if "\\u0000" in text.replace("\\\\", ""):
        raise UnreadableRowError(f"{name}: holds a NUL character, which PostgreSQL cannot store.")
    return _storable(text, name)


def _raw_text(row: object) -> str:
    """The row's JSON, plain ASCII, so that whatever it holds can be kept as text; without what is nested too deep."""
    try:
        return json.dumps(row, sort_keys=True)
    except RecursionError:
        plain = row.items() if isinstance(row, dict) else ()
        return json.dumps(
            {name: "nested too deep" if isinstance(value, (dict, list)) else value for name, value in plain}
        )
