"""The two dialects of the wire: how 2024 and 2025 answers label windows, print numbers and name things."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from hos_pipelines.simulator.settings import WireYear

_ONE_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Wire:
    """One dialect. 2024: exclusive ends, trailing-dot numbers, extra envelope keys. 2025: inclusive ends, lean rows."""

    year: WireYear

    def window_end(self, end: datetime) -> str:
        """The label of a half-open window's end: one second before it in 2025, itself in 2024."""
        return iso(end if self.year == "2024" else end - _ONE_SECOND)

    def number(self, value: float) -> str:
        """A number as text, three decimals at most. A whole fraction keeps its dot in 2024: `0.`, `1.`."""
        text = f"{value:.3f}".rstrip("0")
        return text if self.year == "2024" else text.removesuffix(".")

    def moment(self, value: datetime) -> str:
        """A datetime value: full in 2024; in 2025 seconds are dropped when zero, as Java prints them."""
        if self.year == "2025" and value.second == 0:
            return value.isoformat(timespec="minutes")
        return iso(value)

    def value(self, value: float | datetime) -> str:
        """Any value of a biomarker, as the text both dialects send."""
        if isinstance(value, int):
            return str(value)
        return self.moment(value) if isinstance(value, datetime) else self.number(value)


@lru_cache(maxsize=4096)
def iso_utc(instant: datetime) -> str:
    """What `iso` makes of an instant in UTC. Remembered, because the rows of a day share few instants."""
    return iso(instant)


def iso(instant: datetime) -> str:
    """Full seconds and a numeric offset: `2025-07-11T17:02:26+00:00`."""
    return instant.isoformat(timespec="seconds")


def iso_z(instant: datetime) -> str:
    """Milliseconds and Z, as 2024 stamps are: `2024-06-08T03:21:13.396Z`. `instant` may be in any zone."""
    return instant.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"
