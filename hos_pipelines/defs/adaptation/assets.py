"""Adaptation: how demanding somebody's plans are, by what they did of them; each change judged, and taken back."""

from hos_pipelines.defs.guidance_asset import guidance_asset
from hos_pipelines.defs.memory.assets import memory
from hos_pipelines.defs.nutrition_plan.assets import nutrition_plan
from hos_pipelines.defs.routine_plan.assets import routine_plan
from hos_pipelines.domain.guidance.guidance_kind import GuidanceKind

DESCRIPTION = """How plans are made from tomorrow on, per profile, by the weeks of plans that are over.

A week of seven plan days is judged once it has settled; one thing changes at a time, is judged against the four weeks
before by an interval, and is taken back where it did harm. Illness and pain make plans easy at once. Rows go to
`adaptations`, `adaptation_evaluations`, `adaptation_weeks` and `adaptation_states`."""

adaptation = guidance_asset(
    GuidanceKind.ADAPTATION,
    file=__file__,
    description=DESCRIPTION,
    table="adaptations",
    deps=[memory, routine_plan, nutrition_plan],
)
