"""What a stage came to for one profile: figures that hold no health value, or why it came to nothing."""

import traceback
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from psycopg import Connection

NEW, UNCHANGED, FAILED = "new", "unchanged", "failed"


@dataclass(frozen=True, slots=True)
class ProfileOutcome:
    """What is told of one profile. `pictures` are markdown, and empty unless the deployment wants them in events."""

    profile_id: str
    outcome: str
    status: str | None = None
    error: str | None = None
    counts: Mapping[str, int | str | float] = field(default_factory=dict)
    broken_checks: Mapping[str, str] = field(default_factory=dict)
    pictures: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_bad(self) -> bool:
        """Whether there is no result for this profile."""
        return self.outcome == FAILED


# Told of each chunk once it is committed.
Mark = Callable[[Sequence[ProfileOutcome]], None]
# Writes along within the transactions of a chunk: of whoever has a result in that of their rows, of whoever failed in
# that which notes the failure. What it raises takes back what the transaction has written.
Also = Callable[[Connection[Any], Sequence[ProfileOutcome]], None]


def nothing_else(_connection: Connection[Any], _outcomes: Sequence[ProfileOutcome]) -> None:
    """Nobody writes along."""


def failed_outcome(profile_id: str, error: str) -> ProfileOutcome:
    """A profile that came to nothing for a reason that is foreseen."""
    return ProfileOutcome(profile_id, FAILED, error=error)


def outcome_of_error(profile_id: str, what: str, error: Exception) -> ProfileOutcome:
    """A profile that failed by an unforeseen error: the kind of the error, its file and line.

    Never its text, which may quote the value that caused it.
    """
    *_, last = traceback.extract_tb(error.__traceback__)
    return failed_outcome(profile_id, f"{what} ({type(error).__name__} at {Path(last.filename).name}:{last.lineno}).")


def as_stored(outcomes: Iterable[ProfileOutcome], stored: Collection[str]) -> list[ProfileOutcome]:
    """What came of a chunk once it is committed: whoever has left meanwhile has no result."""
    return [
        one
        if one.is_bad or one.profile_id in stored
        else failed_outcome(one.profile_id, "left while it was analysed; nothing was stored.")
        for one in outcomes
    ]
