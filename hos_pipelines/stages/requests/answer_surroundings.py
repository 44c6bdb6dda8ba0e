"""What a batch of requests is answered with, and what that came to."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from hos_pipelines.settings.settings import Settings
from hos_pipelines.stages.database import Database
from hos_pipelines.stages.profile_outcome import ProfileOutcome
from hos_pipelines.stages.requests.pulled import Pull

# Told of what became of a stage, by the name of its asset, once it is committed.
MarkAnswered = Callable[[str, Sequence[ProfileOutcome]], None]


@dataclass(slots=True)
class AnsweredBatch:
    """What a run has come to: of how many requests, how many of them are now in which state, and what it lost.

    `is_not_mine` where another run has the batch, or it was taken back.
    """

    requests: int = 0
    is_not_mine: bool = False
    ended: Counter[str] = field(default_factory=Counter)
    lost: str | None = None


@dataclass(frozen=True, slots=True)
class AnswerSurroundings:
    """This deployment's settings, database and clock, and the way to Sahha."""

    settings: Settings
    database: Database
    now: Callable[[], datetime]
    pull: Pull
    mark: MarkAnswered
    run_id: str | None = None
