"""Facts: the only numbers a result may hold, each with the data it rests on, and the sheet they are gathered on."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, ClassVar, NamedTuple, Self

from pydantic import ConfigDict

from hos_pipelines.domain.describe import LABEL, LIST, describe
from hos_pipelines.domain.fact_order import in_order
from hos_pipelines.domain.gates import NO_CAP, Confidence, Gate, Status, surest, worst

FactValue = float | str | list[float] | None


@dataclass(frozen=True, slots=True)
class Interval:
    """How far a fact may be off: the 95 % interval of its value, in its unit.

    `least_change` is the smallest difference between two such values that is more than chance (1.96 sqrt(2) SE), where
    it is compared over time. Of a category there are no ends: `may_be` names the others that its number may belong to.
    Clock times may run past midnight: an interval from 23.5 to 0.5 is an hour long.
    """

    low: Annotated[
        float | None,
        describe("Lower end, in the fact's unit; a clock time may lie past midnight.", "unit of the fact"),
    ]
    high: Annotated[float | None, describe("Upper end, in the fact's unit.", "unit of the fact")]
    least_change: Annotated[
        float | None,
        describe("The smallest difference between two such values that is more than chance.", "unit of the fact"),
    ] = None
    may_be: Annotated[tuple[str, ...], describe("Of a category: the others its number may belong to.", LIST)] = ()


@dataclass(slots=True)
class Fact:
    """One number, clock time, label or curve, and what it rests on. An insufficient fact has no value.

    Clock hours are local, 0 to 24; durations say their unit. `n` counts what the gate counts, `window` is the first and
    last local day as an ISO interval, `method` names formula and source.

    Raises:
        ValueError: it has a value without enough data, or none with it.
    """

    # Neither a model nor frozen: a result has a hundred of these, and models take three times as long to make.
    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    id: Annotated[str, describe("What it is, as other parts cite it.", LABEL, pattern=r"^[a-z][a-z0-9_]*$")]
    value: Annotated[
        FactValue, describe("The number, clock time, label or curve; null without enough data.", "its own unit")
    ]
    unit: Annotated[str, describe("The unit of the value.", LABEL)]
    n: Annotated[int, describe("How much of what the gate counts it rests on.", "count", ge=0)]
    window: Annotated[str | None, describe("First and last local day, ISO interval.")]
    method: Annotated[str, describe("Formula and source.")]
    confidence: Annotated[Confidence, describe("None, low, medium or high.", LABEL)]
    status: Annotated[Status, describe("What the amount of data allows.", LABEL)]
    missing: Annotated[str | None, describe("What is lacking, where it has no value.")] = None
    interval: Annotated[Interval | None, describe("How far it may be off.", LIST)] = None

    def __post_init__(self) -> None:
        if (self.value is None) != (self.status is Status.INSUFFICIENT):
            raise ValueError(f"{self.id}: has a value without enough data, or none with it.")


class Basis(NamedTuple):
    """What a number rests on: how much of what was counted, by which method, and what that allows."""

    n: int
    method: str
    status: Status
    confidence: Confidence
    missing: str | None

    @staticmethod
    def of(gate: Gate, n: int, method: str, cap: Confidence = NO_CAP) -> "Basis":
        """So many of what one gate counts."""
        return _basis_of(gate, n, method, cap)

    @classmethod
    def of_all(cls, counts: Mapping[Gate, int], method: str, cap: Confidence = NO_CAP) -> Self:
        """So many of each of several things; the scarcest decides, `n` is their sum."""
        lacking = [missing for gate, n in counts.items() if (missing := gate.missing(n))]
        return cls(
            sum(counts.values()),
            method,
            worst(*(gate.status(n) for gate, n in counts.items())),
            surest(*(gate.confidence(n, cap) for gate, n in counts.items())),
            " and ".join(lacking) or None,
        )

    def by(self, method: str) -> Self:
        """The same amount of data, used by another method."""
        return type(self)(self.n, method, self.status, self.confidence, self.missing)

    def refuse(self, missing: str) -> Self:
        """The same amount of data, of which nothing may be said, and why."""
        return type(self)(self.n, self.method, Status.INSUFFICIENT, Confidence.NONE, missing)


@lru_cache(maxsize=8192)
def _basis_of(gate: Gate, n: int, method: str, cap: Confidence) -> Basis:
    """The same few are asked for of every person."""
    return Basis(n, method, *gate.allow(n, cap))


class FactSheet:
    """Gathers the facts of one person; one that its basis does not allow is entered without a value."""

    def __init__(self, window: str | None) -> None:
        self.window = window
        self._facts: dict[str, Fact] = {}

    def add(self, fact_id: str, value: FactValue, unit: str, basis: Basis, interval: Interval | None = None) -> Fact:
        """Enters a fact. One without a value says nothing, however much data there is; a whole number becomes a float.

        Raises:
            ValueError: the sheet has a fact of this id already.
        """
        if value is None and basis.status is not Status.INSUFFICIENT:
            basis = basis.refuse("cannot be computed from these data")
        n, method, status, confidence, missing = basis
        if status is Status.INSUFFICIENT:
            value, interval = None, None
        else:
            missing = None
            value = float(value) if isinstance(value, int) else value
        fact = Fact(fact_id, value, unit, n, self.window, method, confidence, status, missing, interval)
        if self._facts.setdefault(fact_id, fact) is not fact:
            raise ValueError(f"{fact_id}: is on the sheet twice.")
        return fact

    def put(self, fact: Fact) -> Fact:
        """Enters a fact made elsewhere.

        Raises:
            ValueError: the sheet has a fact of this id already.
        """
        if self._facts.setdefault(fact.id, fact) is not fact:
            raise ValueError(f"{fact.id}: is on the sheet twice.")
        return fact

    def __getitem__(self, fact_id: str) -> Fact:
        return self._facts[fact_id]

    def __contains__(self, fact_id: str) -> bool:
        return fact_id in self._facts

    def __iter__(self) -> Iterator[Fact]:
        return iter(self._facts.values())

    def number(self, fact_id: str) -> float | None:
        """The number a fact says; None where it says none."""
        value = self._facts[fact_id].value if fact_id in self._facts else None
        return value if isinstance(value, float) else None

    def facts(self) -> dict[str, Fact]:
        """All facts by id, in the order in which they are read."""
        return {fact_id: self._facts[fact_id] for fact_id in in_order(self._facts)}
