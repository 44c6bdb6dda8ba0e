"""What one simulator is told at the start. No behaviour beyond refusing settings that make no sense."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Literal, cast

from hos_pipelines.simulator.people import KINDS, Kind

WireYear = Literal["2024", "2025"]
_YEARS = range(1990, 2201)


@dataclass(frozen=True)
class SimulatorSettings:
    """Settings of one simulated Sahha account.

    `days` counts from each person's connection to `at`; Sahha backfills 14 days more before it. `at` is the virtual
    start instant (any aware datetime), `flip_after_hours` the time between the end of a window and the change of its
    rows from `intraday` to `daily`, `token_lifetime_s` real seconds. `kinds` are the kinds of people, in turn; none
    means all twelve. `watch_sync_days` is how many days pass between two syncs of a watch, each watch on a day of its
    own, while its phone goes on; 0 syncs it with the phone. `lives_from` is the first day people live with plans, who
    then are those of `temperaments` and not of `kinds`. Raises ValueError naming the field and the remedy.
    """

    users: int = 25
    days: int = 30
    seed: int = 7
    at: datetime = datetime(2026, 11, 1, 12, tzinfo=UTC)
    running: bool = False
    latency_ms: int = 0
    fault_rate: float = 0.0
    wire_format: WireYear = "2025"
    client_id: str = "simulator"
    client_secret: str = field(default="simulator", repr=False)
    token_lifetime_s: int = 86400
    flip_after_hours: float = 12.0
    empty_as_204: bool = False
    webhook_url: str | None = None
    webhook_secret: str = field(default="simulator", repr=False)
    kinds: tuple[str, ...] = ()
    watch_sync_days: int = 0
    lives_from: date | None = None

    def __post_init__(self) -> None:
        self._require_range("users", 1, 1_000_000)
        self._require_range("days", 1, 400)
        self._require_range("latency_ms", 0, 60_000)
        self._require_range("fault_rate", 0.0, 1.0)
        self._require_range("token_lifetime_s", 1, 31_536_000)
        self._require_range("flip_after_hours", 0.0, 240.0)
        self._require_range("watch_sync_days", 0, 400)
        self._require_instant()
        self._require_texts()
        self._require_kinds()

    @cached_property
    def first_connection(self) -> datetime:
        """The earliest instant at which anybody connects, UTC."""
        return self.at.astimezone(UTC).replace(microsecond=0) - timedelta(days=self.days)

    @cached_property
    def population(self) -> tuple[Kind, ...]:
        """The kinds of people, which come round in turn."""
        return cast("tuple[Kind, ...]", self.kinds) or KINDS

    @cached_property
    def flip_after(self) -> timedelta:
        """The time between the end of a window and the change of its rows from `intraday` to `daily`."""
        return timedelta(hours=self.flip_after_hours)

    def _require_range(self, name: str, low: float, high: float) -> None:
        value = getattr(self, name)
        wants_integer = isinstance(low, int)
        kind = "a whole number" if wants_integer else "a number"
        if not _is_number(value, int if wants_integer else (int, float)):
            raise ValueError(f"{name} must be {kind}; give one from {low} to {high}.")
        if not low <= value <= high:
            raise ValueError(f"{name} is {value}; give a number from {low} to {high}.")

    def _require_instant(self) -> None:
        if not isinstance(self.at, datetime) or self.at.utcoffset() is None:
            raise ValueError("at has no time zone; give an instant with an offset, such as 2026-11-01T12:00:00Z.")
        if self.at.year not in _YEARS:
            raise ValueError(f"at is in the year {self.at.year}; give an instant from 1990 to 2200.")

    def _require_texts(self) -> None:
        if self.wire_format not in ("2024", "2025"):
            raise ValueError(f"wire_format is {self.wire_format!r}; give '2024' or '2025'.")
        for name in ("client_id", "client_secret", "webhook_secret"):
            if not getattr(self, name):
                raise ValueError(f"{name} is empty; give any non-empty text.")
        if self.webhook_url is not None and not self.webhook_url.startswith(("http://", "https://")):
            raise ValueError("webhook_url is not an HTTP address; start it with http:// or https://.")

    def _require_kinds(self) -> None:
        if not isinstance(self.kinds, tuple):
            raise ValueError(  # noqa: TRY004  every setting is refused with the same error
                f"kinds is {self.kinds!r}; give a tuple of any of {', '.join(KINDS)}."
            )
        unknown = [name for name in self.kinds if name not in KINDS]
        if unknown:
            raise ValueError(f"kinds holds {unknown[0]!r}, which is none; give any of {', '.join(KINDS)}.")


def _is_number(value: object, kind: type[int] | tuple[type[int], type[float]]) -> bool:
    return isinstance(value, kind) and not isinstance(value, bool)
