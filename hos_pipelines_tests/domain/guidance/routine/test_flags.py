"""Whatever somebody states against a task keeps it from them: tasks name it in the words of people."""

import pytest

from hos_pipelines.domain.guidance.routine.flags import contraindications
from hos_pipelines.domain.guidance.routine.tasks import NOT_ASKED, STATED
from hos_pipelines.domain.person.vocabularies import HEALTH_FLAGS
from hos_pipelines.libraries.shipped import shipped_tasks


def allowed(*flags: str, words: tuple[str, ...] = (), age: int | None = 30) -> set[str]:
    held = contraindications(flags, age, words=words)
    return {task.id for task in shipped_tasks().tasks.values() if held.isdisjoint(task.contraindications)}


@pytest.mark.parametrize("flag", STATED)
def test_whatever_can_be_stated_against_a_task_keeps_it_away(flag: str) -> None:
    named = {task.id for task in shipped_tasks().tasks.values() if flag in task.contraindications}
    assert named
    left = allowed(flag) if flag in HEALTH_FLAGS else allowed(words=(flag,))
    assert not left & named


def test_an_injury_stops_exercise_and_heart_failure_strain_and_drinking() -> None:
    assert not allowed("injury") & {"exe_strength_15", "exe_intervals_15", "mov_brisk_20", "exe_dance_10"}
    assert not allowed("heart_failure") & {"exe_intervals_15", "hyd_wake_glass", "rec_warm_shower_10"}
    assert not allowed("eating_disorder") & {"nut_veg_two", "nut_slow_meal_15", "nut_protein_meals"}
    assert not allowed("mao_inhibitor") & {"nut_prep_tomorrow", "nut_protein_meals"}
    assert "nut_veg_two" not in allowed("blood_thinner")
    assert "nut_wholegrain_swap" not in allowed(words=("gluten_free",))
    assert "exe_intervals_15" not in allowed(age=65)


def test_other_flags_come_from_other_things_than_statements() -> None:
    held = contraindications((), 70, works_nights=True, opts_out_of_numbers=True)
    assert held == {"age_65_untrained", "shift_work", "night_shift", "eating_disorder"}
    assert held - {"eating_disorder"} <= set(NOT_ASKED)
