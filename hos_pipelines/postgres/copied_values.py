"""How values become what COPY takes, where psycopg would do it slower or otherwise: instants and days, which come again
and again, and JSON, which is a text already.
"""

import struct
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from psycopg import Cursor, postgres
from psycopg.abc import AdaptContext
from psycopg.adapt import Dumper
from psycopg.pq import Format

JSONB_VERSION = b"\x01"
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
EPOCH_DAY = EPOCH.date().toordinal()
SECONDS_OF_A_DAY = 86_400
MICROS_OF_A_SECOND = 1_000_000


def adapt_to_rows(cursor: Cursor[Any]) -> None:
    """Lets a cursor copy rows as they are defined in `domain.measurements`."""
    for dumper in (_JsonText, _InstantDumper, _DayDumper):
        cursor.adapters.register_dumper(None, dumper)


class _Packed(dict[Any, bytes]):
    """What is packed already, by value."""

    def __init__(self, pack: Callable[[Any], bytes]) -> None:
        super().__init__()
        self._pack = pack

    def __missing__(self, value: object) -> bytes:
        packed = self[value] = self._pack(value)
        return packed


def _pack_instant(value: datetime) -> bytes:
    since = value - EPOCH
    seconds = since.days * SECONDS_OF_A_DAY + since.seconds
    return struct.pack(">q", seconds * MICROS_OF_A_SECOND + since.microseconds)


def _pack_day(value: date) -> bytes:
    return struct.pack(">i", value.toordinal() - EPOCH_DAY)


class _JsonText(Dumper):
    """Takes the text of JSON for what it is: psycopg would encode it once more."""

    oid = postgres.types["jsonb"].oid
    format = Format.BINARY

    def dump(self, obj: str) -> bytes:
        return JSONB_VERSION + obj.encode()


class _InstantDumper(Dumper):
    """Packs each instant once for a column and a load: the rows of a day share theirs."""

    oid = postgres.types["timestamptz"].oid
    format = Format.BINARY

    def __init__(self, cls: type, context: AdaptContext | None = None) -> None:
        super().__init__(cls, context)
        self._packed = _Packed(_pack_instant)

    def dump(self, obj: datetime) -> bytes:
        return self._packed[obj]


class _DayDumper(Dumper):
    """Packs each day once for a load."""

    oid = postgres.types["date"].oid
    format = Format.BINARY

    def __init__(self, cls: type, context: AdaptContext | None = None) -> None:
        super().__init__(cls, context)
        self._packed = _Packed(_pack_day)

    def dump(self, obj: date) -> bytes:
        return self._packed[obj]
