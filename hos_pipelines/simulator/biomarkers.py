"""Biomarker answers: the rows one person has between two bounds, newest window first, as the wire writes them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from operator import itemgetter
from zoneinfo import ZoneInfo

from hos_pipelines.simulator.catalogue import CATALOGUE, BiomarkerType, Span
from hos_pipelines.simulator.identity import account_id, profile_id, stable_id
from hos_pipelines.simulator.people import zone_on
from hos_pipelines.simulator.person_view import PersonView
from hos_pipelines.simulator.queries import Bounds
from hos_pipelines.simulator.readings import Reading, activity_readings, sleep_readings, weekly_readings
from hos_pipelines.simulator.settings import WireYear
from hos_pipelines.simulator.windows import zone_windows
from hos_pipelines.simulator.wire import Wire, iso, iso_z

Row = dict[str, object]
_ID = itemgetter("id")
_REMEMBERED_DAYS = 4096


@dataclass(frozen=True, slots=True)
class BiomarkerQuery:
    """What a caller asks for. Empty `types` means every type of the categories."""

    categories: frozenset[str]
    types: frozenset[str]
    bounds: Bounds

    def names(self) -> frozenset[str]:
        """The known types asked for; unknown names vanish here, as they do at Sahha."""
        return _known_names(self.categories, self.types)


@dataclass(frozen=True, slots=True, eq=False)
class _ReadingSpan:
    """One kind of window on one day: its bounds and the instant at which it settles, UTC, and its readings.

    `open_rows` and `final_rows` are what the wire says of each reading besides its id and value, by type.
    """

    start: datetime
    end: datetime
    final_at: datetime
    open_rows: dict[str, Row]
    final_rows: dict[str, Row]
    readings: Callable[[PersonView, date], list[Reading]]


def biomarker_rows(view: PersonView, query: BiomarkerQuery, wire: Wire) -> list[Row]:
    """Rows whose window overlaps the bounds. Inside a window the order is arbitrary but fixed, as on the real wire."""
    days = view.days(query.bounds.start, query.bounds.end)
    return [row for day in days for row in _day_rows(view, day, query, wire)]


@lru_cache(maxsize=256)
def _known_names(categories: frozenset[str], types: frozenset[str]) -> frozenset[str]:
    return frozenset(
        name for name, entry in CATALOGUE.items() if entry.category in categories and (not types or name in types)
    )


def _day_rows(view: PersonView, day: date, query: BiomarkerQuery, wire: Wire) -> list[Row]:
    activity, sleep, week = _spans(zone_on(view.person, day), day, view.flip_after, wire.year)
    rows = _write_span(view, day, activity, query, wire)
    evening = _write_span(view, day, sleep, query, wire) + _write_span(view, day, week, query, wire)
    return sorted(rows, key=_ID) + sorted(evening, key=_ID)


@lru_cache(maxsize=_REMEMBERED_DAYS)
def _spans(
    zone: ZoneInfo, day: date, flip_after: timedelta, year: WireYear
) -> tuple[_ReadingSpan, _ReadingSpan, _ReadingSpan]:
    windows = zone_windows(zone, day)
    week_start = windows.week_evening if year == "2024" else windows.long_week_evening
    activity = windows.midnight, windows.next_midnight
    sleep, week = (windows.evening, windows.next_evening), (week_start, windows.next_evening)
    return (
        _span("activity", activity, flip_after, year, activity_readings),
        _span("sleep", sleep, flip_after, year, sleep_readings),
        _span("week", week, flip_after, year, weekly_readings),
    )


def _span(
    kind: Span,
    window: tuple[datetime, datetime],
    flip_after: timedelta,
    year: WireYear,
    readings: Callable[[PersonView, date], list[Reading]],
) -> _ReadingSpan:
    start, end = window
    labels = {"startDateTime": iso(start), "endDateTime": Wire(year).window_end(end)}
    open_name, final_name = ("weekly", "weekly") if kind == "week" else ("intraday", "daily")
    entries = [entry for entry in CATALOGUE.values() if entry.span == kind]
    return _ReadingSpan(
        start=start.astimezone(UTC),
        end=end.astimezone(UTC),
        final_at=(end + flip_after).astimezone(UTC),
        open_rows={entry.name: _blank(entry, open_name, year) | labels for entry in entries},
        final_rows={entry.name: _blank(entry, final_name, year) | labels for entry in entries},
        readings=readings,
    )


def _blank(entry: BiomarkerType, periodicity: str, year: WireYear) -> Row:
    unit, aggregation, value_type = entry.labels(year)
    return {
        "id": None,
        "category": entry.category,
        "type": entry.name,
        "periodicity": periodicity,
        "aggregation": aggregation,
        "value": None,
        "unit": unit,
        "valueType": value_type,
    }


def _write_span(view: PersonView, day: date, span: _ReadingSpan, query: BiomarkerQuery, wire: Wire) -> list[Row]:
    if not query.bounds.overlap(span.start, span.end):
        return []
    names, blanks = query.names(), span.final_rows if view.now >= span.final_at else span.open_rows
    owner, end_of_name = f"{view.person.seed}|{view.person.external_id}|", f"|{day}"
    rows: list[Row] = []
    for name, value in span.readings(view, day):
        if name in names:
            row = blanks[name].copy()
            row["id"] = row_id = stable_id(owner + name + end_of_name)
            row["value"] = wire.value(value)
            rows.append({"id": row_id} | envelope(view, row_id) | row if wire.year == "2024" else row)
    return rows


def envelope(view: PersonView, row_id: str) -> Row:
    """The extra keys every row of a 2024 answer carried."""
    person, received = view.person, view.received or view.connected
    return {
        "requestId": stable_id(f"request|{row_id}|{received}"),
        "profileId": profile_id(person.seed, person.external_id),
        "accountId": account_id(person.seed),
        "externalId": person.external_id,
        "receivedAtUtc": iso_z(received.astimezone(UTC)),
    }
