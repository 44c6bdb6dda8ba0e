"""Several sleep windows of one local day, after a journey, a nap or a doze on a plane: what belongs to which of them.

Start and end are never of two windows, and neither is a duration: the day's are those of its longest sleep. Another
sleep of that day is told as a row of its own.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from hos_pipelines.domain.history import END, OTHER_SLEEP, START, Row, StoredReading

StoredRow = Sequence[Any]
NO_SLEEP = timedelta(0)
FIELDS = len(StoredReading._fields)


class _DaySleep(NamedTuple):
    start: datetime
    end: datetime
    text: str

    def meets(self, other: "_DaySleep") -> bool:
        return self.start < other.end and other.start < self.end


def assign_windows(rows: Iterable[StoredRow]) -> list[Row]:
    """The rows of some days as they are taken by an analysis.

    A row with a fifth field is of a day that has several sleep windows, and of the window with this number.
    """
    every = list(map(tuple, rows))
    assigned: list[Row] = [row for row in every if len(row) == FIELDS]
    if len(assigned) == len(every):
        return assigned
    days: dict[str, dict[int, list[Row]]] = {}
    for row in every:
        if len(row) > FIELDS:
            kind, day, value, unit, window = row
            days.setdefault(day, {}).setdefault(window, []).append((kind, day, value, unit))
    for day, windows in days.items():
        assigned += _of_day(day, windows)
    return assigned


def _of_day(day: str, windows: Mapping[int, list[Row]]) -> list[Row]:
    """The rows of the longest sleep, the later of two equally long; of windows without both ends the fullest."""
    sleeps = {number: sleep for number, rows in windows.items() if (sleep := _sleep(rows)) is not None}
    if not sleeps:
        return max(windows.values(), key=len)
    main = max(sleeps, key=lambda number: (sleeps[number].end - sleeps[number].start, sleeps[number].end))
    others = [one for number, one in sorted(sleeps.items()) if number != main and not one.meets(sleeps[main])]
    return [*windows[main], *((OTHER_SLEEP, day, one.text, "datetime") for one in others)]


def _sleep(rows: Iterable[Row]) -> _DaySleep | None:
    """When the sleep of a window began and ended; None where it does not say so, or says it the wrong way round."""
    values = {kind: value for kind, _, value, _ in rows if kind in (START, END)}
    start, end = values.get(START), values.get(END)
    if start is None or end is None:
        return None
    try:
        sleep = _DaySleep(datetime.fromisoformat(start), datetime.fromisoformat(end), f"{start}/{end}")
        return sleep if sleep.end - sleep.start > NO_SLEEP else None
    except (ValueError, TypeError):  # no time, or one with an offset and one without
        return None
