"""Raw rows to typed rows: real rows of both wire formats, what is known to vary, and what goes to quarantine why."""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hos_pipelines.domain.measurements import Biomarker, SahhaArchetype, Score
from hos_pipelines.sahha.translate import (
    Translation,
    Whose,
    translate_archetypes,
    translate_biomarkers,
    translate_scores,
)

Row = dict[str, Any]
Translate = Callable[[Sequence[object], Whose], Translation]

ASKED_AT = datetime(2025, 7, 11, 17, 42, 42, tzinfo=UTC)
ANNA = Whose("anna", "anna", ASKED_AT)
AUCKLAND = timezone(timedelta(hours=12))

NIGHT_2025: Row = {
    "id": "fbee22b8-9dc5-59b0-9864-d9a853a0270b", "category": "sleep", "type": "sleep_start_time",
    "periodicity": "intraday", "aggregation": "none", "value": "2025-07-10T22:00+12:00", "unit": "datetime",
    "valueType": "datetime", "startDateTime": "2025-07-10T18:00:00+12:00", "endDateTime": "2025-07-11T17:59:59+12:00",
}  # fmt: skip
STEPS_2025: Row = {
    "id": "c78bc687-2326-5471-8608-fcc1ca14bb4e", "category": "activity", "type": "steps", "periodicity": "intraday",
    "aggregation": "total", "value": "3263", "unit": "count", "valueType": "integer",
    "startDateTime": "2025-07-11T00:00:00+12:00", "endDateTime": "2025-07-11T23:59:59+12:00",
}  # fmt: skip
DEBT_2024: Row = {
    "id": "f7fbc21a-409e-5e32-8a36-84fd3debe34e", "requestId": "58b430fa-08f8-4d9f-b2e2-6f038e523bde",
    "profileId": "0583027d-0831-5577-adde-457b0fc6c4b6", "accountId": "019d6834-dffd-45dc-851a-5139f183c416",
    "externalId": "anna", "receivedAtUtc": "2024-06-08T03:21:13.396Z", "category": "sleep", "type": "sleep_debt",
    "periodicity": "weekly", "aggregation": "average", "value": "0.", "unit": "hour", "valueType": "double",
    "startDateTime": "2024-05-30T18:00:00+00:00", "endDateTime": "2024-06-06T18:00:00+00:00",
}  # fmt: skip
STEPS_2024: Row = DEBT_2024 | {
    "id": "47c8bb1e-df1f-5ce1-b1e2-3ca34b55dfb1", "category": "activity", "type": "steps", "periodicity": "daily",
    "aggregation": "total", "value": "2714", "unit": "count", "valueType": "long",
    "startDateTime": "2024-06-05T00:00:00-03:00", "endDateTime": "2024-06-06T00:00:00-03:00",
}  # fmt: skip
FACTOR: Row = {
    "id": "ca63e511-31a0-5203-a507-47a450b748c3", "name": "sleep_duration", "value": 480, "goal": 480,
    "score": 0.9900000095367432, "state": "high", "unit": "minute",
}  # fmt: skip
SCORE_2025: Row = {
    "id": "310c9b9e-12fc-5433-99f9-ef1c263c8181", "type": "sleep", "state": "high", "score": 0.96, "factors": [FACTOR],
    "dataSources": ["sleep"], "scoreDateTime": "2025-07-12T00:00:00+12:00",
    "createdAtUtc": "2025-07-11T17:02:26+00:00", "version": 1,
}  # fmt: skip
SCORE_2024: Row = {
    "id": "62a706ad-833f-513a-9966-c875043dfc93", "requestId": "26ed2bc5-d9cb-46be-968e-016d6eb1375c",
    "profileId": "a6767532-713d-5736-8b54-13b586429273", "accountId": "019d6834-dffd-45dc-851a-5139f183c416",
    "externalId": "anna", "type": "wellbeing", "score": 0.79, "state": "medium",
    "factors": [{"goal": 10, "name": "floors_climbed", "score": None, "state": None, "unit": "count", "value": None}],
    "dataSources": ["age", "gender", "sleep"], "scoreDateTime": "2024-06-05T00:00:00-03:00",
    "createdAt": "2024-06-08T03:21:13.396Z", "version": 1.0,
}  # fmt: skip
WEEK_2025: Row = {
    "id": "6f2ea1e9-4549-52fd-9dff-2de423782f4b", "name": "overall_wellness", "value": "good_wellness",
    "dataType": "ordinal", "periodicity": "weekly", "startDateTime": "2025-06-30T00:00:00+12:00",
    "endDateTime": "2025-07-06T00:00:00+12:00", "ordinality": 2, "version": 1,
}  # fmt: skip


def _biomarker(**changes: object) -> Biomarker:
    """The one reading made of the 2025 steps with these fields changed; `...` takes a field away."""
    translation = translate_biomarkers([_changed(STEPS_2025, changes)], ANNA)
    assert translation.quarantined == []
    (reading,) = translation.rows
    assert isinstance(reading, Biomarker)
    return reading


def _changed(row: Row, changes: Row) -> Row:
    return {name: value for name, value in (row | changes).items() if value is not ...}


def _reasons(translate: Translate, row: object) -> list[str]:
    translation = translate([row], ANNA)
    assert translation.rows == []
    return [quarantined.reason for quarantined in translation.quarantined]


def test_a_2025_night_belongs_to_the_morning_it_ends_on() -> None:
    assert translate_biomarkers([NIGHT_2025], ANNA).rows == [
        Biomarker(
            profile_id="anna",
            type="sleep_start_time",
            start_date_time=datetime(2025, 7, 10, 18, tzinfo=AUCKLAND),
            end_date_time=datetime(2025, 7, 11, 17, 59, 59, tzinfo=AUCKLAND),
            category="sleep",
            periodicity="intraday",
            aggregation="none",
            value="2025-07-10T22:00+12:00",
            unit="datetime",
            value_type="datetime",
            sahha_biomarker_id="fbee22b8-9dc5-59b0-9864-d9a853a0270b",
            utc_offset_minutes=720,
            local_date=date(2025, 7, 11),
            data=None,
            observed_at=ASKED_AT,
        )
    ]


def test_a_2024_week_keeps_its_trailing_dot_and_nothing_of_its_envelope() -> None:
    assert translate_biomarkers([DEBT_2024], ANNA).rows == [
        Biomarker(
            profile_id="anna",
            type="sleep_debt",
            start_date_time=datetime(2024, 5, 30, 18, tzinfo=UTC),
            end_date_time=datetime(2024, 6, 6, 18, tzinfo=UTC),
            category="sleep",
            periodicity="weekly",
            aggregation="average",
            value="0.",
            unit="hour",
            value_type="double",
            sahha_biomarker_id="f7fbc21a-409e-5e32-8a36-84fd3debe34e",
            utc_offset_minutes=0,
            local_date=date(2024, 6, 6),
            data=None,
            observed_at=ASKED_AT,
        )
    ]


def test_an_activity_day_is_its_own_local_day_in_both_formats() -> None:
    rows = translate_biomarkers([STEPS_2025, STEPS_2024], ANNA).rows
    assert [(row.value, row.local_date, row.utc_offset_minutes) for row in rows] == [
        ("3263", date(2025, 7, 11), 720),
        ("2714", date(2024, 6, 5), -180),
    ]


def test_a_2025_score_turns_into_its_tuple() -> None:
    assert translate_scores([SCORE_2025], ANNA).rows == [
        Score(
            profile_id="anna",
            type="sleep",
            score_date_time=datetime(2025, 7, 12, tzinfo=AUCKLAND),
            score=0.96,
            state="high",
            factors=json.dumps([FACTOR], sort_keys=True, separators=(",", ":")),
            data_sources=["sleep"],
            version=1.0,
            calculated_at=datetime(2025, 7, 11, 17, 2, 26, tzinfo=UTC),
            sahha_score_id="310c9b9e-12fc-5433-99f9-ef1c263c8181",
            utc_offset_minutes=720,
            local_date=date(2025, 7, 12),
            data=None,
            observed_at=ASKED_AT,
        )
    ]


def test_a_score_from_a_clock_that_runs_ahead_was_not_made_after_it_was_seen() -> None:
    ahead = {**SCORE_2024, "createdAt": "2099-01-01T00:00:00+00:00"}
    (score,) = translate_scores([ahead], ANNA).rows
    assert score.calculated_at == ASKED_AT


def test_a_2024_score_is_read_by_its_older_names_and_keeps_its_empty_factors() -> None:
    (score,) = translate_scores([SCORE_2024], ANNA).rows
    assert score.calculated_at == datetime(2024, 6, 8, 3, 21, 13, 396_000, tzinfo=UTC)
    assert json.loads(score.factors) == SCORE_2024["factors"]
    assert (score.score, score.state, score.version, score.data) == (0.79, "medium", 1.0, None)
    assert (score.local_date, score.utc_offset_minutes) == (date(2024, 6, 5), -180)


def test_a_weekly_archetype_turns_into_its_tuple() -> None:
    assert translate_archetypes([WEEK_2025], ANNA).rows == [
        SahhaArchetype(
            profile_id="anna",
            name="overall_wellness",
            periodicity="weekly",
            start_date_time=datetime(2025, 6, 30, tzinfo=AUCKLAND),
            end_date_time=datetime(2025, 7, 6, tzinfo=AUCKLAND),
            value="good_wellness",
            data_type="ordinal",
            ordinality=2,
            version=1.0,
            sahha_archetype_id="6f2ea1e9-4549-52fd-9dff-2de423782f4b",
            utc_offset_minutes=720,
            local_date=date(2025, 6, 30),
            data=None,
            observed_at=ASKED_AT,
        )
    ]


def test_a_2026_archetype_without_id_version_and_ordinality_is_read() -> None:
    row = {
        "name": "sleep_pattern", "value": "consistent_late_sleeper", "dataType": "categorical",
        "periodicity": "monthly", "startDateTime": "2026-05-01T00:00:00Z",
        "endDateTime": "2026-06-01T00:00:00Z",
    }  # fmt: skip
    (archetype,) = translate_archetypes([row], ANNA).rows
    assert archetype.start_date_time == datetime(2026, 5, 1, tzinfo=UTC)
    assert (archetype.ordinality, archetype.version, archetype.sahha_archetype_id) == (None, None, None)


@pytest.mark.parametrize(
    ("delivered", "stored"),
    [
        ("3263", "3263"), ("0.", "0."), ("1.0", "1.0"), ("", ""), (" 7 ", " 7 "), (384, "384"), (0.5, "0.5"),
        (-3, "-3"), (0, "0"), (True, "true"), (10**400, "1" + "0" * 400), (None, None), (..., None),
    ],
)  # fmt: skip
def test_a_value_is_kept_as_delivered_and_numbers_become_their_text(delivered: object, stored: str | None) -> None:
    assert _biomarker(value=delivered).value == stored


@pytest.mark.parametrize(
    ("written", "instant", "offset_minutes"),
    [
        ("2025-07-11T06:00+12:00", datetime(2025, 7, 10, 18, tzinfo=UTC), 720),
        ("2025-07-11T06:00Z", datetime(2025, 7, 11, 6, tzinfo=UTC), 0),
        ("2025-07-11T06:00:00.396Z", datetime(2025, 7, 11, 6, 0, 0, 396_000, tzinfo=UTC), 0),
        ("2025-02-01T13:08:53.322886Z", datetime(2025, 2, 1, 13, 8, 53, 322_886, tzinfo=UTC), 0),
        ("2025-07-11T06:00:00-09:30", datetime(2025, 7, 11, 15, 30, tzinfo=UTC), -570),
        ("2025-07-11T06:00:00+05:45", datetime(2025, 7, 11, 0, 15, tzinfo=UTC), 345),
        (" 2025-07-11T06:00:00+00:00 ", datetime(2025, 7, 11, 6, tzinfo=UTC), 0),
    ],
)
def test_a_start_parses_in_every_spelling_seen(written: str, instant: datetime, offset_minutes: int) -> None:
    reading = _biomarker(startDateTime=written, endDateTime=None)
    assert (reading.start_date_time, reading.utc_offset_minutes) == (instant, offset_minutes)
    assert reading.end_date_time is None
    assert reading.local_date == reading.start_date_time.date()


@pytest.mark.parametrize("absent", [None, ...])
def test_absent_optional_fields_are_null(absent: object) -> None:
    names = ("category", "periodicity", "aggregation", "value", "unit", "valueType", "endDateTime", "id")
    reading = _biomarker(**dict.fromkeys(names, absent))
    assert reading[3:11] == (None,) * 8
    scores = ("state", "score", "factors", "dataSources", "createdAtUtc", "version", "id")
    (score,) = translate_scores([_changed(SCORE_2025, dict.fromkeys(scores, absent))], ANNA).rows
    assert score[3:10] == (None,) * 7
    archetypes = ("periodicity", "value", "dataType", "endDateTime", "ordinality", "version", "id")
    (archetype,) = translate_archetypes([_changed(WEEK_2025, dict.fromkeys(archetypes, absent))], ANNA).rows
    assert (archetype[2], *archetype[4:10]) == (None,) * 7


@pytest.mark.parametrize(
    ("translate", "row"),
    [(translate_biomarkers, STEPS_2025), (translate_scores, SCORE_2025), (translate_archetypes, WEEK_2025)],
)
def test_unknown_fields_are_kept_and_the_envelope_is_not(translate: Translate, row: Row) -> None:
    envelope = {
        "requestId": "r", "profileId": "p", "accountId": "a", "externalId": "anna",
        "receivedAtUtc": "2024-06-08T03:21:13.396Z",
    }  # fmt: skip
    (reading,) = translate([row | envelope | {"mood": "größer", "additionalProperties": {"b": [1, None]}}], ANNA).rows
    assert reading.data == '{"additionalProperties":{"b":[1,null]},"mood":"größer"}'
    (plain,) = translate([row | envelope], ANNA).rows
    assert plain.data is None


def test_unknown_categories_types_and_periodicities_pass_through() -> None:
    reading = _biomarker(category="moon", type="tides_felt", periodicity="fortnightly", aggregation="median")
    assert (reading.category, reading.type, reading.periodicity, reading.aggregation) == (
        "moon", "tides_felt", "fortnightly", "median",
    )  # fmt: skip


def test_a_backslash_before_u0000_is_no_nul_character() -> None:
    assert _biomarker(note="\\u0000").data == '{"note":"\\\\u0000"}'


SECRET = "s3cret-health-value"  # noqa: S105
LONG = SECRET * 20
KINDS: dict[str, tuple[Translate, Row]] = {
    "reading": (translate_biomarkers, STEPS_2025),
    "score": (translate_scores, SCORE_2025),
    "score of 2024": (translate_scores, SCORE_2024),
    "archetype": (translate_archetypes, WEEK_2025),
}
NO_ISO, NO_OFFSET = "is not an ISO 8601 date and time.", "has no UTC offset, so its instant is unknown."
NO_PLACE, NO_YEAR = "has a UTC offset that no place on earth uses.", "lies outside the years 1900 to 9000."
NO_TIME, NO_NAME = "is missing, so the row cannot be placed in time.", "is missing, so the row cannot be told apart."
NUL = "holds a NUL character, which PostgreSQL cannot store."
HALF = "holds half a character, which PostgreSQL cannot store."
FOREIGN = "externalId: the row belongs to another profile than the one asked for."
UNREADABLE: list[tuple[str, Row, str]] = [
    ("reading", {"startDateTime": None}, f"startDateTime: {NO_TIME}"),
    ("reading", {"startDateTime": ...}, f"startDateTime: {NO_TIME}"),
    ("reading", {"startDateTime": SECRET}, f"startDateTime: {NO_ISO}"),
    ("reading", {"startDateTime": "2025-02-30T00:00Z"}, f"startDateTime: {NO_ISO}"),
    ("reading", {"startDateTime": ""}, f"startDateTime: {NO_ISO}"),
    ("reading", {"startDateTime": "\ud800"}, f"startDateTime: {NO_ISO}"),
    ("reading", {"startDateTime": 1752192000}, "startDateTime: is not a text."),
    ("reading", {"startDateTime": "2025-07-11"}, f"startDateTime: {NO_OFFSET}"),
    ("reading", {"startDateTime": "2025-07-11T00:00:00"}, f"startDateTime: {NO_OFFSET}"),
    ("reading", {"startDateTime": "2025-07-11T00:00:00+23:59"}, f"startDateTime: {NO_PLACE}"),
    ("reading", {"startDateTime": "2025-07-11T00:00:00+01:00:30"}, f"startDateTime: {NO_PLACE}"),
    ("reading", {"startDateTime": "0001-01-01T00:00:00+00:00"}, f"startDateTime: {NO_YEAR}"),
    ("reading", {"endDateTime": "9999-12-31T23:59:59Z"}, f"endDateTime: {NO_YEAR}"),
    ("reading", {"endDateTime": "not-a-date"}, f"endDateTime: {NO_ISO}"),
    ("reading", {"type": None}, f"type: {NO_NAME}"),
    ("reading", {"type": ""}, f"type: {NO_NAME}"),
    ("reading", {"type": 7}, "type: is not a text."),
    ("reading", {"type": LONG}, "type: is longer than 200 characters."),
    ("reading", {"value": {"amount": SECRET}}, "value: is neither a text nor a number."),
    ("reading", {"value": [SECRET]}, "value: is neither a text nor a number."),
    ("reading", {"value": float("nan")}, "value: is neither a text nor a number."),
    ("reading", {"value": f"{SECRET}\x00"}, f"value: {NUL}"),
    ("reading", {"unit": f"{SECRET}\ud83d"}, f"unit: {HALF}"),
    ("reading", {"category": [SECRET]}, "category: is not a text."),
    ("reading", {"id": 12}, "id: is not a text."),
    ("reading", {"note": {"deep": f"{SECRET}\x00"}}, f"unknown fields: {NUL}"),
    ("reading", {"note": "\\\x00"}, f"unknown fields: {NUL}"),
    ("reading", {f"{SECRET}\ud83d": 1}, f"unknown fields: {HALF}"),
    ("reading", {"note": float("inf")}, "unknown fields: is not JSON that can be stored."),
    ("reading", {"externalId": SECRET}, FOREIGN),
    ("reading", {"externalId": 7}, FOREIGN),
    ("score", {"externalId": SECRET}, FOREIGN),
    ("score", {"scoreDateTime": None}, f"scoreDateTime: {NO_TIME}"),
    ("score", {"score": SECRET}, "score: is not a number."),
    ("score", {"score": {"amount": 1}}, "score: is not a number."),
    ("score", {"score": True}, "score: is not a number."),
    ("score", {"score": 10**400}, "score: is not a number."),
    ("score", {"score": float("inf")}, "score: is not a finite number."),
    ("score", {"score": "NaN"}, "score: is not a finite number."),
    ("score", {"factors": [{"value": float("nan")}]}, "factors: is not JSON that can be stored."),
    ("score", {"dataSources": SECRET}, "dataSources: is not a list of texts."),
    ("score", {"dataSources": [SECRET, 1]}, "dataSources: is not a list of texts."),
    ("score", {"dataSources": ["\x00"]}, f"dataSources: {NUL}"),
    ("score", {"createdAtUtc": SECRET}, f"createdAtUtc: {NO_ISO}"),
    ("score of 2024", {"createdAt": SECRET}, f"createdAt: {NO_ISO}"),
    ("archetype", {"externalId": SECRET}, FOREIGN),
    ("archetype", {"name": ...}, f"name: {NO_NAME}"),
    ("archetype", {"periodicity": LONG}, "periodicity: is longer than 200 characters."),
    ("archetype", {"ordinality": 1.5}, "ordinality: is not a whole number."),
    ("archetype", {"ordinality": 2**31}, "ordinality: is not a whole number."),
    ("archetype", {"version": [1]}, "version: is not a number."),
]


@pytest.mark.parametrize(("kind", "changes", "reason"), UNREADABLE)
def test_an_unreadable_row_goes_to_quarantine_with_its_field_and_never_its_value(
    kind: str, changes: Row, reason: str
) -> None:
    translate, row = KINDS[kind]
    changed = _changed(row, changes)
    good = row | {"id": "good"}
    translation = translate([changed, good], ANNA)
    assert [reading.observed_at for reading in translation.rows] == [ASKED_AT]
    (quarantined,) = translation.quarantined
    assert quarantined.reason == reason
    assert SECRET not in quarantined.reason
    assert quarantined.payload == json.dumps(changed, sort_keys=True)
    assert quarantined.payload.isascii()


@pytest.mark.parametrize("row", [None, 7, "steps", [STEPS_2025], True, 0.5])
def test_what_is_no_object_goes_to_quarantine(row: object) -> None:
    assert _reasons(translate_biomarkers, row) == ["row: is not a JSON object."]


def test_of_two_aggregations_the_total_stays_and_the_other_is_quarantined_with_its_own_json() -> None:
    other = STEPS_2025 | {"id": "other", "aggregation": "maximum", "value": "99"}
    for raw in ([STEPS_2025, other], [other, STEPS_2025]):
        translation = translate_biomarkers(raw, ANNA)
        assert [row.value for row in translation.rows] == ["3263"]
        assert [(row.payload, row.reason) for row in translation.quarantined] == [
            (
                json.dumps(other, sort_keys=True),
                "aggregation: another row of the same answer has the same type and window but another aggregation.",
            )
        ]


def test_an_empty_answer_translates_to_nothing() -> None:
    for translate in (translate_biomarkers, translate_scores, translate_archetypes):
        assert translate([], ANNA) == Translation([], [])


TEXTS = st.text(max_size=20) | st.sampled_from(["\x00", "\ud800", "\\u0000", "0.", "Z"])
JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.integers(10**300, 10**320) | st.floats() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)
STAMPS = st.datetimes(timezones=st.timezones() | st.just(UTC)).map(datetime.isoformat) | st.sampled_from(
    ["2025-07-11T06:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-18:00", "1900-01-01T00:00+18:00"]
)


def _rows_like(*examples: Row) -> st.SearchStrategy[list[object]]:
    """Rows that are real but for a few fields, and rows that are anything."""
    names = sorted({name for example in examples for name in example} | {"externalId", "createdAt", "extra"})
    changes = st.dictionaries(st.sampled_from(names), JSON | STAMPS, max_size=3)
    near = st.builds(lambda example, change: example | change, st.sampled_from(examples), changes)
    return st.lists(near | JSON, max_size=5)


def _assert_storable(row: tuple[object, ...]) -> None:
    for field in row:
        texts = field if isinstance(field, list) else [field]
        for text in texts:
            if isinstance(text, str):
                assert "\x00" not in text
                assert text.encode().decode() == text
        if isinstance(field, datetime):
            assert field.tzinfo is not None
            assert field.astimezone(UTC)
        if isinstance(field, float):
            assert abs(field) <= 1.8e308
    named = row._asdict()  # type: ignore[attr-defined]
    assert abs(named["utc_offset_minutes"]) < 2**15
    assert abs(named.get("ordinality") or 0) < 2**31
    for name in ("data", "factors"):
        if named.get(name) is not None:
            json.loads(named[name], parse_constant=pytest.fail)


@given(_rows_like(SCORE_2025, SCORE_2024))
def test_any_scores_end_up_as_rows_or_in_quarantine(raw: list[object]) -> None:
    translation = translate_scores(raw, ANNA)
    assert len(translation.rows) + len(translation.quarantined) == len(raw)
    for row in translation.rows:
        _assert_storable(row)


@given(_rows_like(WEEK_2025))
def test_any_archetypes_end_up_as_rows_or_in_quarantine(raw: list[object]) -> None:
    translation = translate_archetypes(raw, ANNA)
    assert len(translation.rows) + len(translation.quarantined) == len(raw)
    for row in translation.rows:
        _assert_storable(row)


@example([STEPS_2025, STEPS_2025 | {"unit": None}])
@given(_rows_like(STEPS_2025, NIGHT_2025, DEBT_2024, STEPS_2025 | {"aggregation": "maximum", "type": "steps"}))
def test_any_biomarkers_end_up_as_rows_in_quarantine_or_merged_with_a_row_of_their_key(raw: list[object]) -> None:
    translation = translate_biomarkers(raw, ANNA)
    alone = [translate_biomarkers([row], ANNA) for row in raw]
    readable = [row for one in alone for row in one.rows]
    stays = {row[:4]: row for row in translation.rows}
    merged = sum(_agrees(row, stays[row[:4]]) for row in readable) - len(translation.rows)
    assert len(stays) == len(translation.rows)
    assert merged >= 0
    assert len(translation.rows) + len(translation.quarantined) + merged == len(raw)
    for row in translation.rows:
        _assert_storable(row)


def _agrees(row: Biomarker, stays: Biomarker) -> bool:
    """An open row is an earlier version of the closed one; of two alike the unit and value must be."""
    says_the_same = row.periodicity != stays.periodicity or (row.value, row.unit) == (stays.value, stays.unit)
    return row.aggregation == stays.aggregation and says_the_same


@given(_rows_like(STEPS_2025, SCORE_2025, WEEK_2025))
def test_what_goes_to_quarantine_is_plain_text_with_a_field_in_its_reason(raw: list[object]) -> None:
    for translate in (translate_biomarkers, translate_scores, translate_archetypes):
        for row in translate(raw, ANNA).quarantined:
            assert row.payload.isascii()
            assert row.reason.partition(": ")[0].isascii()
            assert row.reason.endswith(".")


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=12,
)


@given(st.dictionaries(st.text(max_size=4), JSON_VALUES, max_size=4))
def test_unknown_fields_say_what_was_delivered_or_go_to_quarantine(value: dict[str, object]) -> None:
    translation = translate_biomarkers([STEPS_2025 | {"note": value}], ANNA)
    if "\\u0000" in json.dumps(value).replace("\\\\", ""):
        assert translation.quarantined[0].reason == f"unknown fields: {NUL}"
    else:
        assert json.loads(translation.rows[0].data) == {"note": value}
