"""Packs rows in the binary format of COPY. What comes together again and again (the window of a day, all that a type
says) is packed once per load: each instant costs as much as all else of a row.
"""

import struct
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from functools import partial
from itertools import chain, repeat
from operator import itemgetter
from typing import Any, NamedTuple

import psycopg
from sqlalchemy import ARRAY, Date, DateTime, Double, Integer, SmallInteger, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

# The server takes in a piece while the next one is packed.
PIECE_ROWS = 4_000

SIGNATURE = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
TRAILER = b"\xff\xff"
NULL = b"\xff\xff\xff\xff"
JSONB_VERSION = b"\x01"
TEXT_OID = 25
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
EPOCH_DAY = EPOCH.date().toordinal()
SECONDS_OF_A_DAY = 86_400
MICROS_OF_A_SECOND = 1_000_000

LENGTHS = [length.to_bytes(4) for length in range(256)]

Pack = Callable[[Any], bytes]


class RowPacker:
    """Packs rows of one table, given as tuples of some of its columns in this order.

    `together` are groups of columns whose values come together; `columns` is the order in which all are packed.
    """

    def __init__(self, table: Table, names: Sequence[str], together: Iterable[Sequence[str]]) -> None:
        groups = [*together]
        groups += [(name,) for name in names if not any(name in group for group in groups)]
        self.columns = [name for group in groups for name in group]
        self._values = [itemgetter(*map(names.index, group)) for group in groups]
        self._packs = [_fields_of(table, group) for group in groups]
        self._head = struct.pack(">h", len(names))

    def pack(self, rows: Sequence[tuple[Any, ...]]) -> Iterator[bytes]:
        """All that COPY takes for these rows, piece by piece.

        Raises:
            psycopg.DataError: a number does not fit its column.
            UnicodeError: a text holds half a character.
        """
        packs = [(_Packed(fields.pack).__getitem__ if fields.come_again else fields.pack) for fields in self._packs]
        yield SIGNATURE
        for start in range(0, len(rows), PIECE_ROWS):
            piece = rows[start : start + PIECE_ROWS]
            fields = [map(pack, map(values, piece)) for pack, values in zip(packs, self._values, strict=True)]
            try:
                yield b"".join(chain.from_iterable(zip(repeat(self._head), *fields, strict=False)))
            except struct.error as error:
                raise psycopg.DataError("a number does not fit its column.") from error
        yield TRAILER


class _Fields(NamedTuple):
    """How a group of fields is packed, and whether its values come again and again, as those of an id do not."""

    pack: Pack
    come_again: bool


class _Packed(dict[Any, bytes]):
    """What is packed already, by value."""

    def __init__(self, pack: Pack) -> None:
        super().__init__()
        self._pack = pack

    def __missing__(self, value: object) -> bytes:
        packed = self[value] = self._pack(value)
        return packed


def _fields_of(table: Table, names: Sequence[str]) -> "_Fields":
    packs = [_pack_of(table, name) for name in names]
    if len(names) > 1:
        return _Fields(partial(_pack_group, packs), come_again=True)
    return _Fields(packs[0], come_again=packs[0] in REMEMBERED and not names[0].endswith("_id"))


def _pack_group(packs: Sequence[Pack], values: tuple[Any, ...]) -> bytes:
    return b"".join(pack(value) for pack, value in zip(packs, values, strict=True))


def _pack_of(table: Table, name: str) -> Pack:
    column_type = table.c[name].type
    return next(pack for kind, pack in PACKS if isinstance(column_type, kind))


def _pack_text(value: str | None) -> bytes:
    if value is None:
        return NULL
    text = value.encode()
    return LENGTHS[len(text)] + text if len(text) < len(LENGTHS) else len(text).to_bytes(4) + text


def _pack_json(value: str | None) -> bytes:
    if value is None:
        return NULL
    text = value.encode()
    return (len(text) + 1).to_bytes(4) + JSONB_VERSION + text


def _pack_texts(values: Sequence[str | None] | None) -> bytes:
    if values is None:
        return NULL
    packed = b"".join(map(_pack_text, values))
    shape = struct.pack(">ii", len(values), 1) if values else b""
    array = struct.pack(">iii", len(shape) // 8, None in values, TEXT_OID) + shape + packed
    return len(array).to_bytes(4) + array


def _pack_instant(value: datetime | None) -> bytes:
    if value is None:
        return NULL
    since = value - EPOCH
    seconds = since.days * SECONDS_OF_A_DAY + since.seconds
    return struct.pack(">iq", 8, seconds * MICROS_OF_A_SECOND + since.microseconds)


def _pack_day(value: date | None) -> bytes:
    return NULL if value is None else struct.pack(">ii", 4, value.toordinal() - EPOCH_DAY)


def _pack_short(value: int | None) -> bytes:
    return NULL if value is None else struct.pack(">ih", 2, value)


def _pack_integer(value: int | None) -> bytes:
    return NULL if value is None else struct.pack(">ii", 4, value)


def _pack_double(value: float | None) -> bytes:
    return NULL if value is None else struct.pack(">id", 8, value)


PACKS: tuple[tuple[type, Pack], ...] = (
    (JSONB, _pack_json),
    (ARRAY, _pack_texts),
    (Text, _pack_text),
    (DateTime, _pack_instant),
    (SmallInteger, _pack_short),
    (Integer, _pack_integer),
    (Double, _pack_double),
    (Date, _pack_day),
)

# Not lists, which have no hash; not fractions, of which 0.0 and -0.0 are equal; not JSON, which seldom comes twice.
REMEMBERED = frozenset({_pack_text, _pack_instant, _pack_day, _pack_short, _pack_integer})
