"""Biomarker answers: the rows one person has between two bounds, newest window first, as the wire writes them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime

from hos_pipelines.simulator.catalogue import CATALOGUE
from hos_pipelines.simulator.identity import account_id, profile_id, stable_id
from hos_pipelines.simulator.queries import Bounds
from hos_pipelines.simulator.readings import Reading, Value, activity_readings, sleep_readings, weekly_readings
from hos_pipelines.simulator.vantage import Vantage
from hos_pipelines.simulator.windows import DayWindows, windows_of
from hos_pipelines.simulator.wire import Wire, iso, iso_z

Row = dict[str, object]


@dataclass(frozen=True, slots=True)
class BiomarkerQuery:
    """What a caller asks for. Empty `types` means every type of the categories."""

    categories: frozenset[str]
    types: frozenset[str]
    bounds: Bounds

    def names(self) -> frozenset[str]:
        """The known types asked for; unknown names vanish here, as they do at Sahha."""
        return frozenset(
            name
            for name, entry in CATALOGUE.items()
            if entry.category in self.categories and (not self.types or name in self.types)
        )


@dataclass(frozen=True, slots=True)
class _Span:
    """One kind of window on one day: its bounds, its periodicity, and the readings that belong to it."""

    start: datetime
    end: datetime
    periodicity: str
    readings: Callable[[Vantage, date], list[Reading]]


def biomarker_rows(view: Vantage, query: BiomarkerQuery, wire: Wire) -> list[Row]:
    """Rows whose window overlaps the bounds. Inside a window the order is arbitrary but fixed, as on the real wire."""
    names = query.names()
    return [
        row
        for day in view.days(query.bounds.start, query.bounds.end)
        for row in _day_rows(view, day, names, query.bounds, wire)
    ]


def _day_rows(view: Vantage, day: date, names: frozenset[str], bounds: Bounds, wire: Wire) -> list[Row]:
    windows = windows_of(view.person, day)
    rows: list[Row] = []
    evening: list[Row] = []
    for span in _spans(view, windows, wire):
        if not bounds.overlap(span.start, span.end):
            continue
        readings = [reading for reading in span.readings(view, day) if reading[0] in names]
        target = rows if span.end is windows.next_midnight else evening
        target.extend(_written(view, day, span, readings, wire))
    return sorted(rows, key=_id) + sorted(evening, key=_id)


def _id(row: Row) -> str:
    return str(row["id"])


def _spans(view: Vantage, windows: DayWindows, wire: Wire) -> list[_Span]:
    def periodicity(end: datetime) -> str:
        return "daily" if view.is_settled(end) else "intraday"

    week_start = windows.week_evening if wire.year == "2024" else windows.long_week_evening
    midnight, evening = windows.next_midnight, windows.next_evening
    return [
        _Span(windows.midnight, midnight, periodicity(midnight), activity_readings),
        _Span(windows.evening, evening, periodicity(evening), sleep_readings),
        _Span(week_start, evening, "weekly", weekly_readings),
    ]


def _written(view: Vantage, day: date, span: _Span, readings: list[Reading], wire: Wire) -> Iterator[Row]:
    start, end = iso(span.start), wire.window_end(span.end)
    for name, value in readings:
        row_id = stable_id(view.person.seed, view.person.external_id, name, day)
        row: Row = {"id": row_id}
        if wire.year == "2024":
            row |= envelope(view, row_id)
        row |= _measured(name, value, span.periodicity, wire)
        row["startDateTime"], row["endDateTime"] = start, end
        yield row


def _measured(name: str, value: Value, periodicity: str, wire: Wire) -> Row:
    entry = CATALOGUE[name]
    unit, aggregation, value_type = entry.labels(wire.year)
    return {
        "category": entry.category,
        "type": name,
        "periodicity": periodicity,
        "aggregation": aggregation,
        "value": wire.value(value),
        "unit": unit,
        "valueType": value_type,
    }


def envelope(view: Vantage, row_id: str) -> Row:
    """The extra keys every row of a 2024 answer carried."""
    person, received = view.person, view.received or view.connected
    return {
        "requestId": stable_id("request", row_id, received),
        "profileId": profile_id(person.seed, person.external_id),
        "accountId": account_id(person.seed),
        "externalId": person.external_id,
        "receivedAtUtc": iso_z(received.astimezone(UTC)),
    }
