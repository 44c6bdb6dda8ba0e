"""A library file as text, and its entries as they are read: a fault is a sentence with file, entry, field, remedy."""

import csv
import io
import math
import re
import tomllib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

IDENTIFIER = re.compile(r"[a-z][a-z0-9_]*")
LONGEST_CELL = 400


class LibraryFaultError(ValueError):
    """A library that is not as it must be: it does not load at all, and the sentence says what to mend where."""


@dataclass(frozen=True, slots=True)
class LibraryFile:
    """The text of one file, the version it states, and how many entries it is known to hold."""

    name: str
    version: str
    entries: int
    text: str

    def fault(self, what: str) -> LibraryFaultError:
        """What is wrong with the whole file."""
        return LibraryFaultError(f"{self.name}: {what}")


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of a table or one block of a TOML file; fields are read by name and checked as they are read."""

    file: str
    place: str
    cells: Mapping[str, object]

    def fault(self, field: str, what: str) -> LibraryFaultError:
        """What is wrong with a field of it."""
        return LibraryFaultError(f"{self.file}, {self.place}, {field}: {what}")

    def text(self, field: str, *, may_be_empty: bool = False) -> str:
        """One line of text."""
        value = self.cells.get(field, "")
        if not isinstance(value, str):
            raise self.fault(field, "is not a text; put it in quotes.")
        if not value.strip() and not may_be_empty:
            raise self.fault(field, "is empty; write it.")
        if len(value) > LONGEST_CELL or not value.isprintable():
            raise self.fault(field, f"is longer than {LONGEST_CELL} characters or not one printable line; shorten it.")
        return value.strip()

    def identifier(self, field: str) -> str:
        """An id: lower case, digits and underscores."""
        value = self.text(field)
        if not IDENTIFIER.fullmatch(value):
            raise self.fault(field, f"{value!r} is no id; use lower-case letters, digits and underscores.")
        return value

    def choice(self, field: str, allowed: Collection[str]) -> str:
        """One of a closed set of words."""
        value = self.text(field)
        if value not in allowed:
            raise self.fault(field, f"{value!r} is not known; use one of {', '.join(sorted(allowed))}.")
        return value

    def words(self, field: str, allowed: Collection[str] | None = None, separator: str = ";") -> tuple[str, ...]:
        """Words between separators, or a list of texts; none where it is empty."""
        value = self.cells.get(field, "")
        if isinstance(value, str):
            value = [part for part in self.text(field, may_be_empty=True).split(separator) if part]
        if not isinstance(value, list) or not all(isinstance(word, str) and word.strip() for word in value):
            raise self.fault(field, "is not a list of words; write each as a text.")
        words = tuple(word.strip() for word in value)
        unknown = [] if allowed is None else [word for word in words if word not in allowed]
        if unknown:
            raise self.fault(field, f"{unknown[0]!r} is not known; use {', '.join(sorted(allowed or ()))}.")
        return words

    def decimal(self, field: str, low: float, high: float) -> Decimal:
        """A number within bounds; NaN and infinity lie outside of all."""
        value = self.optional_decimal(field, low, high)
        if value is None:
            raise self.fault(field, "is empty; write the number.")
        return value

    def optional_decimal(self, field: str, low: float, high: float) -> Decimal | None:
        """The same, or None where the cell is blank: unknown, which is not 0."""
        raw = self.cells.get(field, "")
        if isinstance(raw, str) and not raw.strip():
            return None
        value = as_decimal(raw)
        if value is None or not low <= value <= high:
            raise self.fault(field, f"{raw!r} is no number from {low:g} to {high:g}; correct it.")
        return value

    def whole(self, field: str, low: int, high: int) -> int:
        """A whole number within bounds."""
        value = self.decimal(field, low, high)
        if value != value.to_integral_value():
            raise self.fault(field, f"{value} is no whole number; round it.")
        return int(value)


def as_decimal(raw: object) -> Decimal | None:
    """A finite number as it is written; None for anything else."""
    if isinstance(raw, bool) or not isinstance(raw, str | int | float):
        return None
    if isinstance(raw, float) and not math.isfinite(raw):
        return None
    try:
        value = Decimal(str(raw).strip())
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def table_entries(file: LibraryFile, columns: Sequence[str], key: str) -> list[Entry]:
    """The rows of a CSV file, each under its key.

    Raises:
        LibraryFaultError: the file is empty, cut off, lacks a column or holds another number of rows than is known.
    """
    reader = csv.reader(io.StringIO(file.text), strict=True)
    try:
        header, *lines = [line for line in reader if line]
    except csv.Error as error:
        raise file.fault(f"line {reader.line_num} is no CSV ({error}); restore the file.") from None
    except ValueError:
        raise file.fault("is empty; restore it from the release it came with.") from None
    lacking = [column for column in columns if column not in header]
    if lacking or len(set(header)) < len(header):
        raise file.fault(f"the header lacks {', '.join(lacking) or 'single names'}; restore its first line.")
    for number, line in enumerate(lines, 2):
        if len(line) != len(header):
            raise file.fault(f"row {number} has {len(line)} cells instead of {len(header)}; restore or complete it.")
    place = header.index(key)
    entries = [
        Entry(file.name, f"row {number} ({line[place] or 'no id'})", dict(zip(header, line, strict=True)))
        for number, line in enumerate(lines, 2)
    ]
    _check_count(file, len(entries))
    return entries


def toml_entries(file: LibraryFile, table: str) -> list[Entry]:
    """The blocks `[[table]]` of a TOML file, each under its id.

    Raises:
        LibraryFaultError: the file is empty, cut off, no TOML, or holds another number of blocks than is known.
    """
    if not file.text.strip():
        raise file.fault("is empty; restore it from the release it came with.")
    try:
        content = tomllib.loads(file.text)
    except tomllib.TOMLDecodeError as error:
        raise file.fault(f"is no TOML or was cut off ({error}); restore it.") from None
    blocks = content.get(table, [])
    if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks) or content.keys() - {table}:
        raise file.fault(f"holds something else than [[{table}]] blocks; take it out.")
    _check_count(file, len(blocks))
    return [Entry(file.name, f"{table} {n} ({block.get('id', 'no id')})", block) for n, block in enumerate(blocks, 1)]


def _check_count(file: LibraryFile, found: int) -> None:
    if found != file.entries:
        raise file.fault(
            f"holds {found} entries and the manifest says {file.entries}: "
            "it was cut off, or entries were added without counting them in manifest.toml; restore or count them."
        )


def check_single(entries: Sequence[Entry], fields: Sequence[str]) -> None:
    """No two entries under one key.

    Raises:
        LibraryFaultError: two have the same.
    """
    seen: dict[tuple[object, ...], str] = {}
    for entry in entries:
        key = tuple(entry.cells.get(field) for field in fields)
        if key in seen:
            named = " + ".join(map(str, key))
            raise entry.fault(fields[0], f"{named!r} stands already in {seen[key]}; rename one or take it out.")
        seen[key] = entry.place


def pairs_of(entry: Entry, field: str) -> Iterator[list[object]]:
    """The rows of a list of lists.

    Raises:
        LibraryFaultError: it is something else, or empty.
    """
    rows = entry.cells.get(field)
    if not isinstance(rows, list) or not rows or not all(isinstance(row, list) for row in rows):
        raise entry.fault(field, "is not a list of lists; write at least one.")
    yield from rows
