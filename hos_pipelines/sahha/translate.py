"""Turns raw rows of Sahha's answers into typed rows, and says of each row it cannot turn why.

Both wire formats are read by the same rules. What the API is known to vary (text or number values, `Z` or offsets,
dropped seconds, six-digit fractions, missing and unknown fields) parses; unknown fields are kept in `data`.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from operator import itemgetter
from typing import Any, TypeVar

from hos_pipelines.domain.contradictions import ResolvedRows, resolve_archetypes, resolve_biomarkers, resolve_scores
from hos_pipelines.domain.measurements import (
    Biomarker,
    Reading,
    SahhaArchetype,
    Score,
)
from hos_pipelines.domain.sync import QuarantinedRow
from hos_pipelines.sahha.bodies import UnparsedRow
from hos_pipelines.sahha.fields import (
    LONGEST_NAME,
    Fields,
    UnreadableRowError,
    integer_of,
    json_of,
    name_of,
    number_of,
    text_of,
    texts_of,
    unknown_fields,
    value_of,
)
from hos_pipelines.sahha.row_times import day_of, instant_of, read_instant, window_of

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
# The texts of a row, in the order in which they are taken from it.
BIOMARKER_TEXTS = itemgetter(
    "type", "category", "periodicity", "aggregation", "value", "unit", "valueType", "id",
)  # fmt: skip


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
        if isinstance(said, str) and (instant := read_instant(said[:LONGEST_NAME])[0]) is not None:
            return instant
    return None


AnyReading = TypeVar("AnyReading", bound=Reading)


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
    window = window_of(row, whose.zone)
    texts = _plain_texts(row)
    if texts is None or not 0 < len(texts[0]) <= LONGEST_NAME:
        texts = (
            name_of(row, "type"),
            text_of(row, "category"),
            text_of(row, "periodicity"),
            text_of(row, "aggregation"),
            value_of(row, "value"),
            text_of(row, "unit"),
            text_of(row, "valueType"),
            text_of(row, "id"),
        )
    kind, category, periodicity, aggregation, value, unit, value_type, biomarker_id = texts
    return Biomarker(
        whose.profile_id,
        kind,
        window.start,
        window.end,
        category,
        periodicity,
        aggregation,
        value,
        unit,
        value_type,
        biomarker_id,
        window.offset_minutes,
        window.local_date,
        None if BIOMARKER_FIELDS.issuperset(row) else unknown_fields(row, BIOMARKER_FIELDS),
        whose.observed_at,
    )


def _plain_texts(row: Fields) -> tuple[Any, ...] | None:
    """All texts of a biomarker at one look, where all are there, of ASCII and without NUL; as nearly always."""
    try:
        texts: tuple[Any, ...] = BIOMARKER_TEXTS(row)
        joined = "".join(texts)
    except (KeyError, TypeError):
        return None
    return texts if joined.isascii() and "\x00" not in joined else None


def _score(row: Fields, whose: Whose) -> Score:
    day = day_of(row, "scoreDateTime", whose.zone)
    return Score(
        profile_id=whose.profile_id,
        type=name_of(row, "type"),
        score_date_time=day.start,
        score=number_of(row, "score"),
        state=text_of(row, "state"),
        factors=json_of(row, "factors"),
        data_sources=texts_of(row, "dataSources"),
        version=number_of(row, "version"),
        calculated_at=_calculated_at(row, whose.observed_at),
        sahha_score_id=text_of(row, "id"),
        utc_offset_minutes=day.offset_minutes,
        local_date=day.local_date,
        data=unknown_fields(row, SCORE_FIELDS),
        observed_at=whose.observed_at,
    )


def _archetype(row: Fields, whose: Whose) -> SahhaArchetype:
    day = day_of(row, "startDateTime", whose.zone)
    periodicity = text_of(row, "periodicity")
    if periodicity is not None and len(periodicity) > LONGEST_NAME:
        raise UnreadableRowError(f"periodicity: is longer than {LONGEST_NAME} characters.")
    return SahhaArchetype(
        profile_id=whose.profile_id,
        name=name_of(row, "name"),
        periodicity=periodicity,
        start_date_time=day.start,
        end_date_time=instant_of(row, "endDateTime"),
        value=value_of(row, "value"),
        data_type=text_of(row, "dataType"),
        ordinality=integer_of(row, "ordinality"),
        version=number_of(row, "version"),
        sahha_archetype_id=text_of(row, "id"),
        utc_offset_minutes=day.offset_minutes,
        local_date=day.local_date,
        data=unknown_fields(row, ARCHETYPE_FIELDS),
        observed_at=whose.observed_at,
    )


def _calculated_at(row: Fields, observed_at: datetime) -> datetime | None:
    """When Sahha says it made the score, but never later than it was seen.

    A score from a server whose clock runs ahead would otherwise beat every later one for good.
    """
    said = instant_of(row, "createdAtUtc" if row.get("createdAtUtc") is not None else "createdAt")
    return None if said is None else min(said, observed_at)


def _raw_text(row: object) -> str:
    """The row's JSON, plain ASCII, so that whatever it holds can be kept as text; without what is nested too deep."""
    try:
        return json.dumps(row, sort_keys=True)
    except RecursionError:
        plain = row.items() if isinstance(row, dict) else ()
        return json.dumps(
            {name: "nested too deep" if isinstance(value, (dict, list)) else value for name, value in plain}
        )
