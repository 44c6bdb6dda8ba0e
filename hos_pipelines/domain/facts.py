"""Facts: the only numbers a result may hold, each with the data it rests on, and the sheet they are gathered on."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar, NamedTuple, Self

from pydantic import ConfigDict, Field

from hos_pipelines.domain.gates import NO_CAP, Gate, Status, worst

FactValue = float | str | list[float] | None


@dataclass(frozen=True, slots=True)
class Fact:
    """One number, clock time, label or curve, and what it rests on. An insufficient fact has no value.

    Clock hours are local, 0 to 24; durations say their unit. `n` counts what the gate counts, `window` is the first and
    last local day as an ISO interval, `method` names formula and source.

    Raises:
        ValueError: it has a value without enough data, or none with it.
    """

    # Not a model: a result has a hundred of these, and models take three times as long to make.
    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    value: FactValue
    unit: str
    n: Annotated[int, Field(ge=0)]
    window: str | None
    method: str
    confidence: Annotated[float, Field(ge=0, le=1)]
    status: Status
    missing: str | None = None

    def __post_init__(self) -> None:
        if (self.value is None) != (self.status is Status.INSUFFICIENT):
            raise ValueError(f"{self.id}: has a value without enough data, or none with it.")


class Basis(NamedTuple):
    """What a number rests on: how much of what was counted, by which method, and what that allows."""

    n: int
    method: str
    status: Status
    confidence: float
    missing: str | None

    @classmethod
    def of(cls, gate: Gate, n: int, method: str, cap: float = NO_CAP) -> Self:
        """So many of what one gate counts."""
        return cls(n, method, *gate.allowed(n, cap))

    @classmethod
    def of_all(cls, counts: Mapping[Gate, int], method: str, cap: float = NO_CAP) -> Self:
        """So many of each of several things; the scarcest decides, `n` is their sum."""
        lacking = [missing for gate, n in counts.items() if (missing := gate.missing(n))]
        return cls(
            sum(counts.values()),
            method,
            worst(*(gate.status(n) for gate, n in counts.items())),
            min(gate.confidence(n, cap) for gate, n in counts.items()),
            " and ".join(lacking) or None,
        )

    def by(self, method: str) -> Self:
        """The same amount of data, used by another method."""
        return type(self)(self.n, method, self.status, self.confidence, self.missing)

    def refused(self, missing: str) -> Self:
        """The same amount of data, of which nothing may be said, and why."""
        return type(self)(self.n, self.method, Status.INSUFFICIENT, 0.0, missing)


class FactSheet:
    """Gathers the facts of one person; one that its basis does not allow is entered without a value."""

    def __init__(self, window: str | None) -> None:
        self.window = window
        self._facts: dict[str, Fact] = {}

    def add(self, fact_id: str, value: FactValue, unit: str, basis: Basis) -> Fact:
        """Enters a fact. One without a value says nothing, however much data there is; a whole number becomes a float.

        Raises:
            ValueError: the sheet has a fact of this id already.
        """
        if value is None and basis.status is not Status.INSUFFICIENT:
            basis = basis.refused("cannot be computed from these data")
        n, method, status, confidence, missing = basis
        if status is Status.INSUFFICIENT:
            return self.put(Fact(fact_id, None, unit, n, self.window, method, confidence, status, missing))
        said = float(value) if isinstance(value, int) else value
        return self.put(Fact(fact_id, said, unit, n, self.window, method, confidence, status))

    def put(self, fact: Fact) -> Fact:
        """Enters a fact made elsewhere.

        Raises:
            ValueError: the sheet has a fact of this id already.
        """
        if fact.id in self._facts:
            raise ValueError(f"{fact.id}: is on the sheet twice.")
        self._facts[fact.id] = fact
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
        """All facts by id, in the order of the ids."""
        return {fact_id: self._facts[fact_id] for fact_id in sorted(self._facts)}
