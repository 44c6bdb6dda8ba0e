"""Which analysis is asked for, and of what; needs no numpy, as making one does."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class AnalysisType(StrEnum):
    """The analyses, by the names their results and watermarks are stored under."""

    CIRCADIAN = "circadian_analysis"
    BEHAVIOR = "behavior_analysis"


class AnalysisMode(StrEnum):
    """Whether somebody is looked at for the first time (or again after long), or since the last analysis."""

    INITIAL = "initial"
    FOLLOW_UP = "follow_up"


@dataclass(frozen=True, slots=True)
class AnalysisScope:
    """What an analysis is asked for. `since` is the newest local day the one before has used; None when initial."""

    mode: AnalysisMode = AnalysisMode.INITIAL
    since: date | None = None
