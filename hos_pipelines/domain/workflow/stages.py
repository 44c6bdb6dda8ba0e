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


class Source(StrEnum):
    """What comes from outside of a workflow, and what stages rest on in the end."""

    PROFILE = "profile"
    READINGS = "readings"
    FACTS = "facts"
    CHECKINS = "checkins"
    JOURNALS = "journals"
    REACTIONS = "reactions"


@dataclass(frozen=True, slots=True)
class StageNeed:
    """What a stage is made from: one of these stages at least, or what is told in a phrase; and all it rests on."""

    any_of: tuple[Stage, ...]
    or_else: str
    rests_on: frozenset[Source]


_MEASURED = frozenset({Source.PROFILE, Source.READINGS, Source.FACTS})
_LIVED = frozenset({Source.CHECKINS, Source.JOURNALS})
# What goes by what people did, as everything that is not named here does, needs no plan of this run and no insight.
OUTCOMES = StageNeed(ANALYSES, "a check-in, a journal or a word of the person", frozenset(Source))
NEEDS: Mapping[Stage, StageNeed] = {
    AnalysisType.BEHAVIOR: StageNeed((), "", _MEASURED),
    AnalysisType.CIRCADIAN: StageNeed((), "", _MEASURED),
    GuidanceKind.INSIGHTS: StageNeed(ANALYSES, "", _MEASURED | _LIVED | {Source.REACTIONS}),
    GuidanceKind.NUTRITION_PLAN: StageNeed(ANALYSES, "a word of the person", _MEASURED),
    GuidanceKind.ROUTINE_PLAN: StageNeed(ANALYSES, "a word of the person", _MEASURED | _LIVED),
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
    or_else = f", or {need.or_else}" if need.or_else else ""
    if lost:
        return f"needs an analysis{or_else}: there is none yet, and {' and '.join(lost)} failed."
    return f"has nothing to go by yet: it needs an analysis{or_else}."
