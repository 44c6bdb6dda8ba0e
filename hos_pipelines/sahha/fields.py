"""Reads one field of a raw row as what it claims to be: a text, a number, JSON. A fault names the field alone."""

import json
import math
from collections.abc import Mapping
from typing import Any

import orjson

LONGEST_NAME = 200
LARGEST_INT = 2**31 - 1

Fields = Mapping[str, Any]


class UnreadableRowError(ValueError):
    """A row that cannot be stored as what it claims to be; the text names the field and never quotes its value."""


def name_of(row: Fields, name: str) -> str:
    text = text_of(row, name)
    if not text:
        raise UnreadableRowError(f"{name}: is missing, so the row cannot be told apart.")
    if len(text) > LONGEST_NAME:
        raise UnreadableRowError(f"{name}: is longer than {LONGEST_NAME} characters.")
    return text


def text_of(row: Fields, name: str) -> str | None:
    value = row.get(name)
    if value is None:
        return None
    if not isinstance(value, str):
        raise UnreadableRowError(f"{name}: is not a text.")
    return _storable(value, name)


def _storable(value: str, name: str) -> str:
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError as error:
            raise UnreadableRowError(f"{name}: holds half a character, which PostgreSQL cannot store.") from error
    if "\x00" in value:
        raise UnreadableRowError(f"{name}: holds a NUL character, which PostgreSQL cannot store.")
    return value


def value_of(row: Fields, name: str) -> str | None:
    """Text as delivered; numbers and booleans, which some answers hold instead, in their JSON form."""
    value = row.get(name)
    if value is None or isinstance(value, str):
        return text_of(row, name)
    if isinstance(value, int) or (isinstance(value, float) and math.isfinite(value)):
        return json.dumps(value)
    raise UnreadableRowError(f"{name}: is neither a text nor a number.")


def number_of(row: Fields, name: str) -> float | None:
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


def integer_of(row: Fields, name: str) -> int | None:
    number = number_of(row, name)
    if number is None:
        return None
    if not number.is_integer() or abs(number) > LARGEST_INT:
        raise UnreadableRowError(f"{name}: is not a whole number.")
    return int(number)


def texts_of(row: Fields, name: str) -> list[str] | None:
    values = row.get(name)
    if values is None:
        return None
    try:
        joined = "".join(values) if isinstance(values, list) else None
    except TypeError:
        joined = None
    if joined is None:
        raise UnreadableRowError(f"{name}: is not a list of texts.")
    return list(values) if joined.isascii() and "\x00" not in joined else [_storable(value, name) for value in values]


def json_of(row: Fields, name: str) -> str | None:
    value = row.get(name)
    return None if value is None else _json_text(value, name)


def unknown_fields(row: Fields, known: frozenset[str]) -> str | None:
    if known.issuperset(row):
        return None
    return _json_text({name: row[name] for name in row if name not in known}, "unknown fields")


def _json_text(value: object, name: str) -> str:
    text = _quick_json(value)
    if text is not None:
        return text
    try:
        text = json.dumps(value, allow_nan=False, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    except (ValueError, RecursionError) as error:
        raise UnreadableRowError(f"{name}: is not JSON that can be stored.") from error
    if "\\u0000" in text.replace("\\\\", ""):
        raise UnreadableRowError(f"{name}: holds a NUL character, which PostgreSQL cannot store.")
    return _storable(text, name)


def _quick_json(value: object) -> str | None:
    """What json would write, in a seventh of the time; None where it has to be asked.

    That is where there is a null, which stands for what is no number too, an escaped character, which may be NUL, and
    where orjson gives up: half characters, numbers beyond 64 bits, what is nested deep.
    """
    try:
        packed = orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except TypeError:
        return None
    text = packed.decode()  # which is looked through in half the time
    return None if "null" in text or ("\\" in text and "\\u" in text) else text
