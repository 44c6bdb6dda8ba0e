"""Reads the body of an answer as JSON, within limits; a row that cannot be read does not take the others along."""

import json
import re

import orjson

from hos_pipelines.sahha.errors import NotSahhaError, PermanentError

# Ten years of thirty types are 110,000 rows, which no one asks for at once; further rows are not read.
MOST_ROWS = 100_000
# Each value costs up to a hundred bytes once it is parsed, however short it was: 200 MB at most, one answer at a time.
MOST_VALUES = 2_000_000

CHECK_HOST = "check that SAHHA_API_BASE_URL is the API host."

# Of integers with so many digits orjson makes fractions, where json keeps all of them.
ROUNDED_DIGITS = b"0" * 19
EVERY_DIGIT_0 = bytes.maketrans(b"123456789", b"0" * 9)

TOKENS = re.compile(r'"(?:[^"\\]|\\.)*+"|[\[\]{},]', re.DOTALL)


NOT_QUICKLY = object()


class UnparsedRow(str):
    """The text of a row that no parser takes: nested too deep, or with a number of thousands of digits."""

    __slots__ = ()


def parse_body(content: bytes) -> object:
    """What the body says; None where it is blank. Rows that cannot be parsed alone are UnparsedRow.

    Bytes that are no UTF-8 become half characters, which no row is stored with: they cost their row, not the answer.

    Raises:
        NotSahhaError: it is no JSON, nor anything that began as such.
        PermanentError: it is JSON that breaks off or is malformed, or holds more than is ever asked for.
    """
    if not content.strip():
        return None
    # No body holds more values than bytes, so that of most there is nothing to count.
    if len(content) > MOST_VALUES and sum(map(content.count, (b",", b"[", b"{"))) > MOST_VALUES:
        raise PermanentError(f"Sahha's answer holds more than {MOST_VALUES:,} values; pull fewer days at a time.")
    body = _parse_quickly(content)
    if body is NOT_QUICKLY:
        body = _parse(_text(content))
    if isinstance(body, list) and len(body) > MOST_ROWS:
        raise PermanentError(
            f"Sahha's answer holds {len(body):,} rows, more than {MOST_ROWS:,}; pull fewer days at a time."
        )
    return body


def _parse_quickly(content: bytes) -> object:
    """What json makes of it, in a third of the time; NOT_QUICKLY where that is not sure, or it may be broken."""
    if ROUNDED_DIGITS in content.translate(EVERY_DIGIT_0):
        return NOT_QUICKLY
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError:
        return NOT_QUICKLY


def _text(content: bytes) -> str:
    try:
        return content.decode(json.detect_encoding(content), "surrogateescape")
    except UnicodeError as error:
        raise NotSahhaError(f"Sahha answers something that is not JSON; {CHECK_HOST}") from error


def _parse(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        begins = text.lstrip()[:1]
        rows = _row_texts(text) if begins == "[" else None
        if rows is not None:
            return [_row(row) for row in rows]
        if begins in ("[", "{"):
            raise PermanentError("Sahha answers JSON that breaks off or is malformed.") from error
        kind = "HTML" if begins == "<" else "something"
        raise NotSahhaError(f"Sahha answers {kind} that is not JSON; {CHECK_HOST}") from error


def _row_texts(text: str) -> list[str] | None:
    """The text of each row of a list, told by brackets alone; None where they do not close or a row is no object."""
    rows: list[str] = []
    depth, begin, end = 0, 0, len(text)
    for token in TOKENS.finditer(text):
        mark = token[0]
        if mark in "[{":
            depth += 1
            begin = token.end() if depth == 1 else begin
        elif mark in "]}":
            depth -= 1
        if (mark == "," and depth == 1) or depth == 0:
            rows.append(text[begin : token.start()].strip())
            begin = end = token.end()
        if depth == 0:
            break
    is_list = depth == 0 and not text[end:].strip() and all(row[:1] == "{" for row in rows)
    return rows if is_list else None


def _row(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return UnparsedRow(text)
