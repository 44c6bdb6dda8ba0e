"""The task library says nothing else than the advice: both are held to one table of figures."""

import re
from collections.abc import Iterator

import pytest

from hos_pipelines.domain.circadian.advice_sources import EXERCISE_BEFORE_BED, constant
from hos_pipelines.domain.guidance.routine.anchors import STEP_MINUTES
from hos_pipelines.domain.guidance.routine.frame import TWINS, WIND_DOWN_MINUTES
from hos_pipelines.domain.guidance.routine.tasks import Task
from hos_pipelines.libraries.shipped import shipped_food_library, shipped_tasks

TASKS = shipped_tasks().tasks
EASE, STRAIN = {"injury"}, {"injury", "chest_symptoms", "heart_failure"}
HARD = STRAIN | {"pregnancy", "age_65_untrained", "diabetes_on_medicine", "cancer_treatment"}
NUMBERS = {"five": 5, "ten": 10, "twenty": 20, "twenty-five": 25, "thirty": 30, "fifty": 50, "fifteen": 15}
# Who is spoken to like that has been scolded, frightened, or promised what nobody can.
UNKIND = re.compile(
    r"\b(?:should|must|never|always|fail\w*|lazy|bad|wrong|guilt\w*|cheat\w*|sin|deserve\w*|burn\w*|detox\w*|cure\w*|"
    r"treat(?:s|ed|ment)?|heal\w*|calorie\w*|kcal|weight|slim|fat|diet|dose|melatonin|temperature|disease|risk)\b",
    re.IGNORECASE,
)


def texts() -> Iterator[tuple[str, str]]:
    for task in TASKS.values():
        yield from ((task.id, text) for text in (task.name, task.what, task.why))
    for meal in shipped_food_library().meals:
        yield from ((meal.id, text) for text in (meal.name, *meal.steps, meal.tip))


def of_group(group: str) -> list[Task]:
    return [task for task in TASKS.values() if task.rotation_group == group]


@pytest.mark.parametrize("effort", EXERCISE_BEFORE_BED)
def test_movement_ends_before_bed_by_how_hard_it_is(effort: str) -> None:
    hours = constant(EXERCISE_BEFORE_BED[effort])
    tasks = [task for task in TASKS.values() if task.intensity == effort]
    assert tasks
    assert {task.end_before_bed_minutes for task in tasks} == {hours * 60}


def test_strain_is_for_nobody_whose_heart_or_body_speaks_against_it() -> None:
    for task in TASKS.values():
        asked = {"vigorous": HARD, "moderate": STRAIN}.get(task.intensity, set())
        assert asked <= set(task.contraindications), task.id


def test_hours_of_tasks_are_those_of_the_advice() -> None:
    assert TASKS["slp_caffeine_last"].end_before_bed_minutes == constant("caffeine_hours") * 60
    assert TASKS["nut_last_meal_3h"].end_before_bed_minutes == constant("last_meal_hours") * 60
    assert TASKS["rec_warm_shower_10"].end_before_bed_minutes == constant("warm_shower_hours") * 60
    assert TASKS["hyd_evening_taper"].end_before_bed_minutes == constant("little_drink_hours") * 60
    assert {task.end_before_bed_minutes for task in of_group("nap")} == {constant("nap_hours") * 60}
    assert TASKS["lgt_morning"].minutes == constant("morning_light_minutes")
    assert max(task.minutes for task in of_group("nap")) <= constant("nap_minutes")
    assert min(task.minutes for task in of_group("breathing")) >= constant("slow_breathing_minutes")
    assert TASKS["rec_micro_break_5"].minutes == constant("micro_break_minutes")
    assert TASKS["rec_real_break_15"].minutes >= constant("long_break_minutes")
    assert {task.minutes for task in of_group("focus_deep")} == {
        constant("focus_minutes"),
        constant("long_focus_minutes"),
    }
    wind_down = constant("least_wind_down_minutes"), constant("wind_down_hours") * 60
    assert wind_down[0] <= WIND_DOWN_MINUTES <= wind_down[1]
    assert constant("step_minutes") <= STEP_MINUTES <= constant("most_step_minutes")


@pytest.mark.parametrize(
    ("task", "names"),
    [
        ("slp_caffeine_last", ["caffeine_mg", "caffeine_hours", "double_caffeine_mg", "double_caffeine_hours"]),
        ("slp_dim_lights", ["evening_light_lux", "evening_light_hours"]),
        ("slp_bedroom_check", ["night_light_lux"]),
        ("lgt_workplace_day", ["day_light_lux"]),
        ("exe_strength_30", ["exercise_hours"]),
    ],
)
def test_what_a_task_names_as_evidence_is_what_the_table_says(task: str, names: list[str]) -> None:
    told = re.findall(r"\d+(?:\.\d+)?", TASKS[task].evidence)
    assert {f"{constant(name):g}" for name in names} <= set(told)


def test_the_minutes_that_a_text_tells_are_those_of_its_task() -> None:
    """Of its name and what to do, where either tells how long; `ten to twenty` is the most of them."""
    held = 0
    for task in TASKS.values():
        if task.id in TWINS or task.id == "slp_earlier_15":
            continue
        for text in (task.name, task.what):
            found = re.search(r"\b([a-z-]+)(?:-minute| (?:\w+ )?minutes)\b", text, re.IGNORECASE)
            if found is not None and found[1].lower() in NUMBERS:
                assert NUMBERS[found[1].lower()] == task.minutes, (task.id, text)
                held += 1
    assert held >= 10


def test_no_text_scolds_frightens_promises_or_prescribes() -> None:
    broken = [(key, text, found[0]) for key, text in texts() if (found := UNKIND.search(text)) is not None]
    assert broken == []


def test_a_claim_has_a_source_or_says_that_it_is_ours() -> None:
    for task in TASKS.values():
        is_ours = re.search(r"\bours\b|of this system|Own peak", task.evidence) is not None
        has_source = re.search(r"\b(?:19|20)\d\d\b|BCT|WHO|consensus|PMC|trials|Minors", task.evidence) is not None
        assert is_ours or has_source, task.id
        assert task.grade != "D" or is_ours, task.id
        assert task.why.endswith("."), task.id
