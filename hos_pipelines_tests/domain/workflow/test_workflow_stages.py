"""The stages of a workflow: their order, what each needs, and what a workflow comes to by them."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from hos_pipelines.domain.analysis_scope import AnalysisType
from hos_pipelines.domain.guidance.guidance_kind import GuidanceKind
from hos_pipelines.domain.workflow.outcome import StageOutcome, StageStatus, WorkflowStatus, status_of
from hos_pipelines.domain.workflow.stages import STAGES, Stage, in_order, need_of, why_nothing_to_go_by

AT = datetime(2026, 11, 1, 12, tzinfo=UTC)
DONE, UNCHANGED, SKIPPED, FAILED, REFUSED = StageStatus


def test_every_stage_comes_after_all_it_can_be_made_from_and_adaptation_last() -> None:
    places = {stage: number for number, stage in enumerate(STAGES)}
    assert set(STAGES) == {*AnalysisType, *GuidanceKind}
    assert all(places[need] < places[stage] for stage in STAGES for need in need_of(stage).any_of)
    assert [stage.value for stage in STAGES] == [
        "behavior_analysis",
        "circadian_analysis",
        "insights",
        "nutrition_plan",
        "routine_plan",
        "memory",
        "adaptation",
    ]


def test_no_stage_needs_an_insight_or_a_plan_of_meals_and_adaptation_alone_a_routine() -> None:
    needed = {need: {stage for stage in STAGES if need in need_of(stage).any_of} for need in STAGES}
    assert {need for need, by in needed.items() if by} == {*AnalysisType, GuidanceKind.ROUTINE_PLAN}
    assert needed[GuidanceKind.ROUTINE_PLAN] == {GuidanceKind.ADAPTATION}


def test_stages_are_taken_in_their_order_and_unknown_ones_are_named() -> None:
    assert in_order(["memory", "behavior_analysis", "memory"]) == (AnalysisType.BEHAVIOR, GuidanceKind.MEMORY)
    for names, sentence in ((["sleep", "memory"], "sleep is no stage; there are "), ([], "no stage is named; there")):
        with pytest.raises(ValueError, match=sentence):
            in_order(names)


@pytest.mark.parametrize(
    ("stage", "failed", "why"),
    [
        (GuidanceKind.INSIGHTS, [], "needs an analysis, and there is none yet."),
        (
            GuidanceKind.ROUTINE_PLAN,
            [AnalysisType.CIRCADIAN],
            "needs an analysis, or a word of the person: there is none yet, and circadian_analysis failed.",
        ),
    ],
)
def test_a_stage_with_nothing_to_go_by_says_what_would_do(stage: Stage, failed: list[Stage], why: str) -> None:
    assert why_nothing_to_go_by(stage, failed) == why


@pytest.mark.parametrize(
    ("statuses", "status"),
    [
        ((DONE, UNCHANGED, SKIPPED), WorkflowStatus.DONE),
        ((DONE, REFUSED), WorkflowStatus.DONE),
        ((UNCHANGED, SKIPPED, REFUSED), WorkflowStatus.UNCHANGED),
        ((UNCHANGED, FAILED), WorkflowStatus.PARTIAL),
        ((SKIPPED, FAILED), WorkflowStatus.FAILED),
        ((SKIPPED, REFUSED), WorkflowStatus.REFUSED),
        ((SKIPPED,), WorkflowStatus.REFUSED),
    ],
)
def test_a_workflow_comes_to_what_its_stages_come_to(statuses: tuple[StageStatus, ...], status: WorkflowStatus) -> None:
    stages = {
        stage: StageOutcome("anna", UUID(int=1), stage, one, "", "", 1, AT, AT)
        for stage, one in zip(STAGES, statuses, strict=False)
    }
    assert status_of(stages) is status
    assert status.is_success == (status in (WorkflowStatus.DONE, WorkflowStatus.UNCHANGED))
