"""A row that nobody can read is one quarantined row, whatever the reason; the others of its answer are stored."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from hos_pipelines.sahha.bodies import parse_body
from hos_pipelines.sahha.pull import Translate
from hos_pipelines.sahha.translate import Whose, translate_archetypes, translate_biomarkers, translate_scores

ANNA = Whose("anna", "anna", datetime(2025, 7, 11, 18, tzinfo=UTC))
STEPS = {
    "id": "good", "category": "activity", "type": "steps", "periodicity": "daily", "aggregation": "total",
    "value": "3263", "unit": "count", "valueType": "integer",
    "startDateTime": "2025-07-10T00:00:00+12:00", "endDateTime": "2025-07-10T23:59:59+12:00",
}  # fmt: skip
SCORE = {"id": "good", "type": "sleep", "score": 0.5, "scoreDateTime": "2025-07-10T00:00:00+12:00"}
WEEK = {"id": "good", "name": "sleep_pattern", "value": "x", "startDateTime": "2025-07-07T00:00:00+12:00"}
DIGITS = b"7" * 5_000

UNREADABLE = {
    "5,000 digits": DIGITS,
    "5,000 digits deep inside": b'{"deep": [' + DIGITS + b"]}",
    "a list nested 5,000 deep": b"[" * 5_000 + b"]" * 5_000,
    "an object nested 5,000 deep": b'{"a":' * 5_000 + b"1" + b"}" * 5_000,
    "a word cut short": b"tru",
    "a line break in a text": b'"a\nb"',
    "no number": b"NaN",
    "more than any number": b"-1e400",
    "bytes that are no text": b'"\xff\xfe"',
    "half a character": b'"\\ud800"',
}


def rows_of(*texts: bytes) -> list[object]:
    rows = parse_body(b"[" + b", ".join(texts) + b"]\n")
    assert isinstance(rows, list)
    return rows


def written(row: Mapping[str, object], odd: bytes) -> bytes:
    """The row with one more field, which holds what nobody can read."""
    return json.dumps(row).encode()[:-1] + b', "odd": ' + odd + b"}"


@pytest.mark.parametrize("what", UNREADABLE)
@pytest.mark.parametrize(
    ("translate", "row"), [(translate_biomarkers, STEPS), (translate_scores, SCORE), (translate_archetypes, WEEK)]
)
def test_one_unreadable_row_is_quarantined_and_the_others_are_kept(
    what: str, translate: Translate, row: Mapping[str, object]
) -> None:
    good = json.dumps(row).encode()
    other = json.dumps({**row, "type": "other", "name": "other"}).encode()
    translation = translate(rows_of(good, written(row, UNREADABLE[what]), other), ANNA)
    assert len(translation.rows) == 2
    (kept,) = translation.quarantined
    assert "odd" in kept.payload
    assert kept.payload.isascii()
    assert kept.reason.endswith(".")


def test_what_can_be_read_and_not_be_written_is_quarantined_without_its_depths() -> None:
    for depth in (100, 900, 990):
        translation = translate_biomarkers(rows_of(written(STEPS, b"[" * depth + b"]" * depth)), ANNA)
        assert len(translation.rows) + len(translation.quarantined) == 1
