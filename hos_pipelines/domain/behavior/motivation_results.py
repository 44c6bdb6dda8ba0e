"""What a behavior result says of motives: hypotheses, barriers and techniques, all inferred from behavior."""

from typing import Annotated, Literal

from pydantic import Field

from hos_pipelines.domain.analysis import Part
from hos_pipelines.domain.behavior.result_terms import (
    UNTOLD,
    BehavioralStage,
    BehaviorName,
    Driver,
    Engagement,
    Ids,
    Setbacks,
)
from hos_pipelines.domain.described import LABEL, LIST, YES_OR_NO, described
from hos_pipelines.domain.gates import Confidence
from hos_pipelines.domain.statements import Record, Statement


class ComB(Record):
    """Capability, opportunity and motivation (Michie 2011) as far as passive data hint at them: hypotheses."""

    capability: Annotated[list[Statement], described("What the body shows.", LIST)]
    opportunity: Annotated[list[Statement], described("What the week allows.", LIST)]
    motivation_automatic: Annotated[list[Statement], described("What seems to hold by itself.", LIST)]
    motivation_reflective: Annotated[list[Statement], described("What looks planned.", LIST)]


class StageOfChange(Record):
    """Where one behavior stands by how often it is done; never by what the person thinks of it."""

    behavior: BehaviorName
    stage: Annotated[BehavioralStage, described("Below 20 %, below 50 %, below 80 % of the days, or more.", LABEL)]
    may_be: Annotated[list[BehavioralStage], described("The other stages that the interval reaches.", LIST)] = Field(
        default=[]
    )
    fact_ids: Ids


class BarrierPattern(Record):
    """Something that seems to stand in the way."""

    barrier: Annotated[str, described("What it is.")]
    frequency: Annotated[Literal["common", "occasional", "rare"], described("How often it shows.", LABEL)]
    override_strategy: Annotated[str, described("What may help.")]
    fact_ids: Ids


class Tactic(Record):
    """A behavior change technique by its name in the BCT taxonomy v1 (Michie 2013), and why it fits."""

    technique: Annotated[str, described("Its name in the taxonomy.", LABEL)]
    reason: Annotated[str, described("Why it fits.")]
    fact_ids: Ids


class MotivationProfile(Part):
    """Hypotheses about motives, all inferred from behavior, never sure."""

    inferred: Annotated[bool, described("That all of it is inferred, never asked.", YES_OR_NO)] = True
    confidence: Annotated[Confidence, described("At most medium.", LABEL)]
    primary_drivers: Annotated[list[Driver], described(UNTOLD, LIST)]
    engagement_style: Annotated[Engagement | None, described(UNTOLD, LABEL)]
    response_to_setbacks: Annotated[Setbacks | None, described(UNTOLD, LABEL)]
    barrier_patterns: Annotated[list[BarrierPattern], described("What seems to stand in the way.", LIST)]
    optimal_motivation_tactics: Annotated[list[str], described("The techniques by name.", LIST)]
    tactics: Annotated[list[Tactic], described("The techniques, and why they fit.", LIST)]
    com_b: Annotated[ComB, described("The hints by the three conditions of behavior.", "record")]
    stages: Annotated[list[StageOfChange], described("The stage of each judged behavior.", LIST)]
