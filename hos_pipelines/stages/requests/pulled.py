"""What a pull from Sahha came to for somebody who asked for one; whoever runs the stage has the way to Sahha."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PulledPerson:
    """What the pulls of one person came to: `outcome` as in sync_state. `error` where one brought no answer.

    `is_passing` where the same may succeed a while later.
    """

    outcome: str
    error: str | None = None
    is_passing: bool = False


# Pulls people, stores what comes, and says of each what that was.
Pull = Callable[[Sequence[str]], Mapping[str, PulledPerson]]
