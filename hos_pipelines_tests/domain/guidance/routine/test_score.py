from dataclasses import replace
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hos_pipelines.domain.guidance.routine.experience import NO_EXPERIENCE, Experience
from hos_pipelines.domain.guidance.routine.limits import Limits, Stage, limits_of
from hos_pipelines.domain.guidance.routine.score import Suitability, fit_of, suitability
from hos_pipelines.domain.profiles import Archetype

experiences = st.builds(
    Experience,
    due=st.integers(0, 28),
    rating=st.none() | st.floats(1, 5),
    no=st.floats(0, 0.5),
    maybe=st.floats(0, 0.5),
).flatmap(lambda one: st.floats(0, one.due).map(lambda done: replace(one, done=done)))


class Case(NamedTuple):
    fits: tuple[float, float]
    experience: Experience
    recent: bool
    friction: float
    score: str


GOLD = {
    "new": Case((0.95, 0.90), NO_EXPERIENCE, False, 0.0, "0.8040"),
    "proven": Case((0.60, 0.80), Experience(due=14, done=12, rating=4.5), False, 0.1, "0.7604"),
    "just used": Case((0.95, 0.90), Experience(due=7, done=6, rating=4), True, 0.0, "0.7190"),
    "disliked": Case((0.90, 0.90), Experience(due=10, done=3, rating=2), False, 0.6, "0.5307"),
}


@pytest.mark.parametrize("name", GOLD)
def test_scores_are_those_of_the_design(name: str) -> None:
    case = GOLD[name]
    parts = suitability(fit_of(*case.fits), 1.0, case.experience, recent=case.recent)
    assert f"{parts._replace(friction=case.friction).score:.4f}" == case.score


@pytest.mark.parametrize(
    ("experience", "friction"),
    [
        (Experience(due=4, rating=3, no=0.5, maybe=0.25), "0.5435"),
        (Experience(due=4, rating=1, no=1), "1.0000"),
        (Experience(due=4, rating=5), "0.0000"),
        (NO_EXPERIENCE, "0.0000"),
    ],
)
def test_friction_is_a_share_of_the_worst(experience: Experience, friction: str) -> None:
    assert f"{experience.friction:.4f}" == friction


def test_friction_has_three_levels() -> None:
    levels = [Experience(due=4, rating=rating).friction_level for rating in (5, 3.2, 3.0, 1.4, 1)]
    assert levels == ["low", "low", "medium", "medium", "high"]


@pytest.mark.parametrize(
    ("due", "done", "verdict"),
    [(5, 4, "keep"), (4, 4, "open"), (10, 7.5, "adapt"), (5, 2, "adapt"), (5, 1.5, "replace"), (0, 0, "open")],
)
def test_a_task_stays_is_eased_or_goes_by_its_completion(due: int, done: float, verdict: str) -> None:
    assert Experience(due=due, done=done).verdict == verdict


@given(experiences, st.floats(0, 1), st.floats(0, 1))
def test_every_part_of_a_score_is_a_share(experience: Experience, archetype_fit: float, mode_fit: float) -> None:
    parts = suitability(fit_of(archetype_fit, mode_fit), 1.0, experience)
    assert all(-1e-12 <= part <= 1 + 1e-12 for part in parts)


@given(experiences)
def test_more_done_never_lowers_a_score_and_more_friction_never_raises_it(experience: Experience) -> None:
    parts = suitability(0.8, 0.5, experience)
    better = suitability(0.8, 0.5, replace(experience, done=experience.due))
    assert better.score >= parts.score
    assert Suitability(*parts[:5], friction=1.0).score <= parts.score


def test_caps_follow_archetype_and_stage() -> None:
    table = {
        (archetype, stage): limits_of({archetype: 1.0}, stage, None, is_new=False).items
        for archetype in Archetype
        for stage in Stage
    }
    assert {archetype: tuple(table[archetype, stage] for stage in Stage) for archetype in Archetype} == {
        Archetype.FOUNDATION_BUILDER: (2, 2, 3, 2),
        Archetype.RESILIENCE_REBUILDER: (2, 2, 3, 2),
        Archetype.CONNECTED_EXPLORER: (2, 3, 4, 3),
        Archetype.TRANSFORMATION_SEEKER: (2, 4, 5, 4),
        Archetype.SYSTEMATIC_IMPROVER: (2, 4, 5, 4),
        Archetype.PEAK_PERFORMER: (2, 5, 6, 5),
    }


def test_low_readiness_takes_a_third_of_the_minutes_and_everything_vigorous() -> None:
    easy = limits_of({Archetype.SYSTEMATIC_IMPROVER: 1.0}, Stage.MAINTAIN, "Low", is_new=False)
    assert easy == Limits(items=4, minutes=50, vigorous=False)
    assert limits_of({Archetype.SYSTEMATIC_IMPROVER: 1.0}, Stage.MAINTAIN, None, is_new=False).vigorous


def test_the_first_week_of_plans_holds_one_item_less_and_never_none() -> None:
    assert limits_of({Archetype.FOUNDATION_BUILDER: 1.0}, Stage.MAINTAIN, "High", is_new=True).items == 1
    assert limits_of({Archetype.PEAK_PERFORMER: 1.0}, Stage.MAINTAIN, "High", is_new=True).items == 4
