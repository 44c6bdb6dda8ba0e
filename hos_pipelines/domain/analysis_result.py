"""What both analyses share: their scope, what they say of the data beneath them, and the form of a result.

A result is a pure function of readings, scope and work week: the same input gives the same bytes. When it was made, and
how old its data then was, stands beside it where it is stored.
"""

import hashlib
from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict

from hos_pipelines.domain.analysis_scope import AnalysisMode, AnalysisType
from hos_pipelines.domain.describe import DATE, FACT_IDS, LABEL, LIST, describe
from hos_pipelines.domain.fact_order import in_order
from hos_pipelines.domain.facts import Fact
from hos_pipelines.domain.gates import Status
from hos_pipelines.domain.history import History
from hos_pipelines.domain.nights import SetAside
from hos_pipelines.domain.person.person import UNKNOWN
from hos_pipelines.domain.work_week import WEEKDAYS, WorkWeek

ENGINE = "rules"
WINDOW_DAYS = 28


class Part(BaseModel):
    """A part of a result: what its data allow, what is missing, and the facts it rests on."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    status: Annotated[Status, describe("What its data allow.", LABEL)]
    missing: Annotated[list[str], describe("What is lacking, as phrases.", LIST)] = []
    fact_ids: Annotated[list[str], describe("The facts it rests on.", FACT_IDS)] = []


class DataQuality(BaseModel):
    """The data beneath a result. `set_aside` counts what was not believed, by type and reason, without a value.

    `missing_nights` counts from the first recorded night of the window. `naps` is None where more sleep was delivered
    than the windows hold: how many naps there were is not known then.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    first_day: Annotated[date | None, describe("First local day looked at.", DATE)]
    through: Annotated[date | None, describe("Newest local day with a reading.", DATE)]
    days: Annotated[int, describe("Days with any reading.", "day")]
    nights: Annotated[int, describe("Main sleeps.", "night")]
    naps: Annotated[int | None, describe("Sleeps beside them; null where that is not known.", "count")]
    missing_nights: Annotated[int, describe("Days without main sleep since the first night.", "night")]
    readings: Annotated[int, describe("Readings read.", "count")]
    set_aside: Annotated[dict[str, int], describe("What was not believed, by type and reason.", "count")]


class AnalysisMetadata(BaseModel):
    """How a result came about. Free days are as the person states them, else an estimate from weekend and holidays.

    `engine` is who wrote the sentences: `rules`, or `openai` where a model's words are proven. `model_used` was asked;
    where the rules' words stand all the same, `fallback_reason` says why. `cost_usd` is None where no price is known.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    analysis_type: Annotated[AnalysisType, describe("Which analysis.", LABEL)]
    engine: Annotated[str, describe("Who wrote the sentences: rules or openai.", LABEL)] = ENGINE
    model_used: Annotated[str | None, describe("The model asked.", LABEL)] = None
    method_version: Annotated[str, describe("Version of the methods.", LABEL)]
    mode: Annotated[AnalysisMode, describe("Initial or follow-up.", LABEL)]
    since: Annotated[date | None, describe("The newest local day the analysis before used.", DATE)]
    window_days: Annotated[int, describe("Days looked at.", "day")] = WINDOW_DAYS
    free_days: Annotated[str, describe("How free days were told.")]
    fingerprint: Annotated[str, describe("SHA-256 of all it depends on.", LABEL)]
    token_usage: Annotated[int, describe("Tokens of the model.", "count")] = 0
    prompt_version: Annotated[str | None, describe("Version of the prompt.", LABEL)] = None
    cost_usd: Annotated[float | None, describe("What the model cost.", "US dollar")] = None
    fallback_reason: Annotated[str | None, describe("Why the rules' words stand although a model was asked.")] = None
    data_quality: Annotated[DataQuality, describe("The data beneath it.", LIST)]


def _facts_in_order(facts: dict[str, Fact]) -> dict[str, Fact]:
    """Where a result was stored as jsonb its facts come back by the length of their ids."""
    return {fact_id: facts[fact_id] for fact_id in in_order(facts)}


class AnalysisResult(BaseModel):
    """What both results have in common; every number of their parts is one of `facts`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    status: Annotated[Status, describe("What the data allow; stale: the newest reading is days old.", LABEL)]
    archetype: Annotated[str, describe("The coaching archetype.", LABEL)]
    facts: Annotated[
        dict[str, Fact],
        AfterValidator(_facts_in_order),
        describe("All facts by id, in the order in which they are read.", LIST),
    ]
    analysis_metadata: Annotated[AnalysisMetadata, describe("How it came about.", LIST)]


def free_days_text(week: WorkWeek) -> str:
    """How free days were told, in words."""
    if week.is_by_roster:
        return "stated: by roster"
    names = ", ".join(WEEKDAYS[day] for day in sorted(week.free_weekdays)) or "none"
    if week.is_stated:
        return f"stated: {names}" + ("; public holidays estimated" if week.holidays else "")
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
        *([] if history.person == UNKNOWN else [repr(history.person)]),
        ",".join(map(str, sorted(week.free_weekdays))),
        ",".join(map(str, sorted(week.holidays))),
        *(["stated", ",".join(map(str, sorted(week.working)))] if week.is_stated else []),
        history.digest,
    )
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def set_aside_counts(asides: Sequence[SetAside]) -> dict[str, int]:
    """How often each type was not believed for each reason, in the order of their names."""
    return dict(sorted(Counter(f"{aside.what}: {aside.reason}" for aside in asides).items()))
