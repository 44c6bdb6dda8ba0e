"""Bodies of answers: what is JSON is read as JSON reads it, and a row that cannot be costs itself alone."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hos_pipelines.sahha.bodies import UnparsedRow, parse_body
from hos_pipelines.sahha.errors import NotSahhaError, PermanentError

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=12,
)
DEEP = "[" * 5000 + "]" * 5000
DIGITS = "9" * 5000


@given(VALUES)
def test_json_is_read_as_it_is(value: object) -> None:
    assert parse_body(json.dumps(value).encode()) == value


NUMBERS = (
    "-0", "-0.0", "1E5", "0.1", "9007199254740993", "18446744073709551615", "18446744073709551616",
    "-9223372036854775808", "-9223372036854775809", "123456789012345678901234567890", "1e400", "-1e400", "1e-400",
    "0.30000000000000004", "0.1234567890123456789012345", "NaN", "Infinity",
)  # fmt: skip


@given(st.sampled_from(NUMBERS) | st.integers().map(str) | st.floats().map(json.dumps))
def test_a_number_keeps_its_kind_and_every_digit(number: str) -> None:
    assert repr(parse_body(f'[{{"value": {number}}}]'.encode())) == repr([{"value": json.loads(number)}])


@pytest.mark.parametrize("text", ['{"a": 1, "b": 2, "a": 3}', '["\\ud800"]', '["\\ud83d\\ude00"]', '["\\u0000"]'])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_what_parsers_disagree_on_is_read_as_json_reads_it(text: str, encoding: str) -> None:
    assert repr(parse_body(text.encode(encoding))) == repr(json.loads(text))


@given(st.lists(st.dictionaries(st.text(max_size=6), VALUES, max_size=3), max_size=4), st.data())
def test_rows_beside_an_unreadable_one_stay_what_they_are(rows: list[dict[str, object]], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(rows)))
    texts = [json.dumps(row, ensure_ascii=data.draw(st.booleans())) for row in rows]
    bad = data.draw(st.sampled_from([f'{{"value": {DIGITS}}}', f'{{"a,]}}": {DEEP}}}', '{"a": }']))
    texts.insert(place, bad)
    space = data.draw(st.sampled_from(["", " ", "\n"]))
    body = parse_body(f"{space}[{f'{space},{space}'.join(texts)}]{space}".encode())
    assert isinstance(body, list)
    assert body.pop(place) == UnparsedRow(bad)
    assert body == rows


def test_bytes_that_are_no_utf_8_become_half_characters() -> None:
    assert parse_body(b'[{"unit": "\xff"}]') == [{"unit": "\udcff"}]


@pytest.mark.parametrize("blank", [b"", b" \n"])
def test_nothing_is_nothing(blank: bytes) -> None:
    assert parse_body(blank) is None


MALFORMED = [f"[{DIGITS}]", f"[{DEEP}", f"{DEEP}]", '[{"a": 1}', '[{"a": }, 1]', "[1,]", '{"a": ', "[{]"]


@pytest.mark.parametrize("text", MALFORMED)
def test_what_begins_as_json_and_is_none_blames_no_setting(text: str) -> None:
    with pytest.raises(PermanentError, match="breaks off or is malformed") as refusal:
        parse_body(text.encode())
    assert not isinstance(refusal.value, NotSahhaError)


@pytest.mark.parametrize("content", [b"<html>", b"Bad Request", b"\xff\xfe\x00\xd8", b"NUL\x00"])
def test_what_is_no_json_at_all_may_be_another_hosts(content: bytes) -> None:
    with pytest.raises(NotSahhaError, match="SAHHA_API_BASE_URL"):
        parse_body(content)
