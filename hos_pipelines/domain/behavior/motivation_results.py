"""What a behavior result says of motives: hypotheses, barriers and techniques, all inferred from behavior."""

from typing import Annotated, Literal

from pydantic import Field

from hos_pipelines.domain.analysis_result import Part
from hos_pipelines.domain.behavior.result_terms import (
    UNTOLD,
    BehavioralStage,
    BehaviorName,
    Driver,
    Engagement,
    Ids,
    Setbacks,
)
from hos_pipelines.domain.describe import LABEL, LIST, YES_OR_NO, describe
from hos_pipelines.domain.gates import Confidence
from hos_pipelines.domain.statements import Record, Statement


class ComB(Record):
    """Capability, opportunity and motivation (Michie 2011) as far as passive data hint at them: hypotheses."""

    capability: Annotated[list[Statement], describe("What the body shows.", LIST)]
    opportunity: Annotated[list[Statement], describe("What the week allows.", LIST)]
    motivation_automatic: Annotated[list[Statement], describe("What seems to hold by itself.", LIST)]
    motivation_reflective: Annotated[list[Statement], describe("What looks planned.", LIST)]


class StageOfChange(Record):
    """Where one behavior stands by how often it is done; never by what the person thinks of it."""

    behavior: BehaviorName
    stage: Annotated[BehavioralStage, describe("Below 20 %, below 50 %, below 80 % of the days, or more.", LABEL)]
    may_be: Annotated[list[BehavioralStage], describe("The other stages that the interval reaches.", LIST)] = Field(
        default=[]
    )
    fact_ids: Ids


class BarrierPattern(Record):
    """Something that seems to stand in the way."""

    barrier: Annotated[str, describe("What it is.")]
    frequency: Annotated[Literal["common", "occasional", "rare"], describe("How often it shows.", LABEL)]
    override_strategy: Annotated[str, describe("What may help.")]
    fact_ids: Ids


class Tactic(Record):
    """A behavior change technique by its name in the BCT taxonomy v1 (Michie 2013), and why it fits."""

    technique: Annotated[str, describe("Its name in the taxonomy.", LABEL)]
    reason: Annotated[str, describe("Why it fits.")]
    fact_ids: Ids


class MotivationProfile(Part):
    """Hypotheses about motives, all inferred from behavior, never sure."""

    inferred: Annotated[bool, describe("That all of it is inferred, never asked.", YES_OR_NO)] = True
    confidence: Annotated[Confidence, describe("At most medium.", LABEL)]
    primary_drivers: Annotated[list[Driver], describe(UNTOLD, LIST)]
    engagement_style: Annotated[Engagement | None, describe(UNTOLD, LABEL)]
    response_to_setbacks: Annotated[Setbacks | None, describe(UNTOLD, LABEL)]
    barrier_patterns: Annotated[list[BarrierPattern], describe("What seems to stand in the way.", LIST)]
    optimal_motivation_tactics: Annotated[list[str], describe("The techniques by name.", LIST)]
    tactics: Annotated[list[Tactic], describe("The techniques, and why they fit.", LIST)]
    com_b: Annotated[ComB, describe("The hints by the three conditions of behavior.", "record")]
    stages: Annotated[list[StageOfChange], describe("The stage of each judged behavior.", LIST)]
