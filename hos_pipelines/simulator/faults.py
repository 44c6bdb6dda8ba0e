"""Faults on demand and by chance: who fails next and how, and what spoilt rows look like."""

from dataclasses import dataclass
from typing import Literal, get_args

from hos_pipelines.simulator.biomarkers import Row
from hos_pipelines.simulator.chance import draws
from hos_pipelines.simulator.identity import stable_id
from hos_pipelines.simulator.people import external_id_of

FaultKind = Literal[
    "410", "404", "429", "500", "cut", "timeout", "html",
    "malformed", "empty", "unauthorized", "foreign", "collision", "slow",
]  # fmt: skip
FAULT_KINDS: tuple[str, ...] = get_args(FaultKind)
LONGEST_TIMEOUT_S = 120.0
DEFAULT_TIMEOUT_S = 40.0
SLOW_S = 0.05
_BY_CHANCE: tuple[FaultKind, ...] = ("429", "500", "cut", "malformed", "html", "slow")


@dataclass(slots=True)
class Fault:
    """One fault. `times` counts down to nothing; None stays until cleared. `seconds` is how long a timeout sleeps."""

    kind: FaultKind
    times: int | None = None
    seconds: float = DEFAULT_TIMEOUT_S


class FaultBook:
    """Faults set for single people, and the seeded sequence of chance faults over the request counter."""

    def __init__(self, seed: int, rate: float) -> None:
        self._seed = seed
        self._rate = rate
        self._requests = 0
        self._set: dict[str, Fault] = {}

    def put(self, external_id: str, fault: Fault) -> None:
        """Set the fault of one person, in place of an earlier one."""
        self._set[external_id] = fault

    def clear(self) -> None:
        """Forget every fault set for a person. The chance faults go on."""
        self._set.clear()

    def removed_ids(self) -> frozenset[str]:
        """External ids of people removed until cleared; the search does not list them."""
        return frozenset(
            name for name, fault in self._set.items() if fault.kind in ("404", "410") and fault.times is None
        )

    def next_for(self, external_id: str | None) -> Fault | None:
        """The fault of this request, if any: the person's own first, else by chance. Counts the request."""
        self._requests += 1
        if external_id is not None and external_id in self._set:
            return self._spend(external_id)
        if not self._rate:
            return None
        chance = draws(f"{self._seed}|fault|{self._requests}")
        if chance[0] >= self._rate:
            return None
        return Fault(_BY_CHANCE[int(chance[1] * len(_BY_CHANCE))])

    def _spend(self, external_id: str) -> Fault:
        fault = self._set[external_id]
        if fault.times is not None:
            fault.times -= 1
            if fault.times <= 0:
                del self._set[external_id]
        return fault


def spoil(rows: list[Row], external_id: str, kind: FaultKind) -> list[Row]:
    """The rows with what this kind of fault puts among them; every good row stays."""
    if kind == "malformed":
        return _among(rows, _malform(_template(rows)))
    if kind == "foreign":
        return _among(rows, [_foreign(_template(rows), external_id)])
    if kind == "collision" and rows:
        return _among(rows, [_collision(rows[0])])
    return rows


def _among(rows: list[Row], extra: list[Row]) -> list[Row]:
    mixed = list(rows)
    for place, row in enumerate(extra):
        mixed.insert(min(len(mixed), 1 + 2 * place), row)
    return mixed


def _template(rows: list[Row]) -> Row:
    if rows:
        return rows[0]
    return {"id": stable_id("template"), "category": "activity", "type": "steps", "periodicity": "daily",
            "aggregation": "total", "value": "1", "unit": "count", "valueType": "integer",
            "startDateTime": "2025-01-01T00:00:00+00:00", "endDateTime": "2025-01-01T23:59:59+00:00"}  # fmt: skip


def _malform(row: Row) -> list[Row]:
    stamp = "scoreDateTime" if "scoreDateTime" in row else "startDateTime"
    last = "scoreDateTime" if "scoreDateTime" in row else "endDateTime"
    figure = "score" if "scoreDateTime" in row else "value"
    name = "name" if "ordinality" in row else "type"
    return [
        row | {"id": stable_id(f"{row['id']}|null stamp"), stamp: None},
        row | {"id": stable_id(f"{row['id']}|unparsable stamp"), last: "not-a-date"},
        {key: value for key, value in row.items() if key != name},
        row | {"id": stable_id(f"{row['id']}|nested"), figure: {"amount": row.get(figure)}},
    ]


def _foreign(row: Row, external_id: str) -> Row:
    other = external_id_of(0) if external_id != external_id_of(0) else external_id_of(1)
    return row | {"id": stable_id(f"{row['id']}|foreign"), "externalId": other}


def _collision(row: Row) -> Row:
    if "aggregation" not in row:
        return row | {"id": stable_id(f"{row['id']}|collision"), "version": 2}
    other = "maximum" if row["aggregation"] != "maximum" else "total"
    return row | {"id": stable_id(f"{row['id']}|collision"), "aggregation": other}
