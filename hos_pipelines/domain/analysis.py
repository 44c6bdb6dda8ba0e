"""What both analyses share: their scope, what they say of the data beneath them, and the form of a result.

A result is a pure function of readings, scope and work week: the same input gives the same bytes. When it was made, and
how old its data then was, stands beside it where it is stored.
"""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from hos_pipelines.domain.facts import Fact
from hos_pipelines.domain.gates import Status
from hos_pipelines.domain.history import History
from hos_pipelines.domain.nights import SetAside
from hos_pipelines.domain.work_week import WEEKDAYS, WorkWeek

ENGINE = "rules"
WINDOW_DAYS = 28


class AnalysisType(StrEnum):
    """The analyses, by the names their results and watermarks are stored under."""

    CIRCADIAN = "circadian_analysis"
    BEHAVIOR = "behavior_analysis"


class Mode(StrEnum):
    """Whether somebody is looked at for the first time (or again after long), or since the last analysis."""

    INITIAL = "initial"
    FOLLOW_UP = "follow_up"


@dataclass(frozen=True, slots=True)
class Scope:
    """What an analysis is asked for. `since` is the newest local day the one before has used; None when initial."""

    mode: Mode = Mode.INITIAL
    since: date | None = None


class Part(BaseModel):
    """A part of a result: what its data allow, what is missing, and the facts it rests on."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    status: Status
    missing: list[str] = []
    fact_ids: list[str] = []


class DataQuality(BaseModel):
    """The data beneath a result. `set_aside` counts what was not believed, by type and reason, without a value."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    first_day: date | None
    through: date | None
    days: int
    nights: int
    naps: int
    missing_nights: int
    readings: int
    set_aside: dict[str, int]


class AnalysisMetadata(BaseModel):
    """How a result came about. Free days are an estimate from weekend and public holidays, never reported by anyone.

    `engine` is who wrote the sentences: `rules`, or `openai` where a model's words are proven. `model_used` was asked;
    where the rules' words stand all the same, `fallback_reason` says why. `cost_usd` is None where no price is known.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    analysis_type: AnalysisType
    engine: str = ENGINE
    model_used: str | None = None
    method_version: str
    mode: Mode
    since: date | None
    window_days: int = WINDOW_DAYS
    free_days: str
    fingerprint: str
    token_usage: int = 0
    prompt_version: str | None = None
    cost_usd: float | None = None
    fallback_reason: str | None = None
    data_quality: DataQuality


class AnalysisResult(BaseModel):
    """What both results have in common; every number of their parts is one of `facts`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    status: Status
    archetype: str
    facts: dict[str, Fact]
    analysis_metadata: AnalysisMetadata


def free_days_text(week: WorkWeek) -> str:
    """How free days were told, in words."""
    names = ", ".join(WEEKDAYS[day] for day in sorted(week.free_weekdays)) or "none"
    return f"estimated: {names}" + (" and public holidays" if week.holidays else "")


def fingerprint(history: History, analysis_type: AnalysisType, method_version: str, week: WorkWeek) -> str:
    """A digest of all the facts of a result depend on, the person's id excepted.

    The scope is left out: it says what is news in a result, not what the result says.
    """
    parts = (
        analysis_type,
        method_version,
        history.archetype,
        history.timezone or "",
        ",".join(map(str, sorted(week.free_weekdays))),
        ",".join(map(str, sorted(week.holidays))),
        history.digest,
    )
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def set_aside_counts(asides: Sequence[SetAside]) -> dict[str, int]:
    """How often each type was not believed for each reason, in the order of their names."""
    return dict(sorted(Counter(f"{aside.what}: {aside.reason}" for aside in asides).items()))
