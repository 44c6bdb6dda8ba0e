"""The stages of a workflow in their order, and what each needs: a table, by what it is really made from.

The state of adaptation that is decided on a day is read by the plan of the next one: adaptation comes last, and the
plans of a run go by the state that is stored when it begins.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from hos_pipelines.domain.analysis_scope import AnalysisType
from hos_pipelines.domain.guidance.guidance_kind import GuidanceKind

Stage = AnalysisType | GuidanceKind

_BEFORE = (GuidanceKind.INSIGHTS, GuidanceKind.NUTRITION_PLAN, GuidanceKind.ROUTINE_PLAN, GuidanceKind.MEMORY)
ANALYSES: tuple[Stage, ...] = (AnalysisType.BEHAVIOR, AnalysisType.CIRCADIAN)
# Whatever else is guidance comes last.
STAGES: tuple[Stage, ...] = (*ANALYSES, *_BEFORE, *(kind for kind in GuidanceKind if kind not in _BEFORE))
STAGE_NAMED: Mapping[str, Stage] = {stage.value: stage for stage in STAGES}


class WorkflowSource(StrEnum):
    """What comes from outside of a workflow, and what stages rest on in the end."""

    PROFILE = "profile"
    READINGS = "readings"
    FACTS = "facts"
    CHECKINS = "checkins"
    JOURNALS = "journals"
    REACTIONS = "reactions"


@dataclass(frozen=True, slots=True)
class StageNeed:
    """What a stage is made from, as a phrase; the stages that give it, any of them; and all it rests on in the end."""

    what: str
    any_of: tuple[Stage, ...]
    rests_on: frozenset[WorkflowSource]


_MEASURED = frozenset({WorkflowSource.PROFILE, WorkflowSource.READINGS, WorkflowSource.FACTS})
_LIVED = frozenset({WorkflowSource.CHECKINS, WorkflowSource.JOURNALS})
_AN_ANALYSIS = "an analysis"
_OR_A_WORD = "an analysis, or a word of the person"
# What goes by what people did, as everything that is not named here does, needs no insight and no plan of meals.
OUTCOMES = StageNeed("an analysis, a check-in, a journal or a word of the person", ANALYSES, frozenset(WorkflowSource))
NEEDS: Mapping[Stage, StageNeed] = {
    AnalysisType.BEHAVIOR: StageNeed("readings", (), _MEASURED),
    AnalysisType.CIRCADIAN: StageNeed("readings", (), _MEASURED),
    GuidanceKind.INSIGHTS: StageNeed(_AN_ANALYSIS, ANALYSES, _MEASURED | _LIVED | {WorkflowSource.REACTIONS}),
    GuidanceKind.NUTRITION_PLAN: StageNeed(_OR_A_WORD, ANALYSES, _MEASURED),
    GuidanceKind.ROUTINE_PLAN: StageNeed(_OR_A_WORD, ANALYSES, _MEASURED | _LIVED),
    GuidanceKind.ADAPTATION: StageNeed(
        "a plan with something to do", (GuidanceKind.ROUTINE_PLAN,), frozenset(WorkflowSource)
    ),
}


def need_of(stage: Stage) -> StageNeed:
    """What a stage needs."""
    return NEEDS.get(stage, OUTCOMES)


def in_order(names: Iterable[str]) -> tuple[Stage, ...]:
    """The stages of these names, each once, in the order they run in.

    Raises:
        ValueError: a name is no stage's, or there is none; the text says which there are.
    """
    wanted = set(names)
    unknown = sorted(wanted - set(STAGE_NAMED))
    if unknown or not wanted:
        what = f"{', '.join(unknown)} is no stage" if unknown else "no stage is named"
        raise ValueError(f"{what}; there are {', '.join(STAGE_NAMED)}")
    return tuple(stage for stage in STAGES if stage.value in wanted)


def why_nothing_to_go_by(stage: Stage, failed: Sequence[Stage]) -> str:
    """Why a stage is skipped that has nothing to be made from, where these stages of its workflow failed."""
    need = need_of(stage)
    lost = [one.value for one in need.any_of if one in failed]
    why = f": there is none yet, and {' and '.join(lost)} failed." if lost else ", and there is none yet."
    return f"needs {need.what}{why}"
