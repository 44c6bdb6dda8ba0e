"""The day to print in a real Chromium: on a phone, by night, and on one sheet."""

import json
from pathlib import Path

import pytest

from hos_pipelines.domain.guidance.adaptation.state import AdaptationState
from hos_pipelines.domain.guidance.nutrition.plan_row import nutrition_row
from hos_pipelines.domain.guidance.plan_rows import PlanRow
from hos_pipelines.domain.guidance.routine.contract import routine_row
from hos_pipelines.domain.guidance.routine.limits import Stage
from hos_pipelines.domain.profiles import Archetype
from hos_pipelines.libraries.shipped import shipped_tasks
from hos_pipelines.report.day_plan import PlannedDay, day_plan, render_day
from hos_pipelines_tests.browser.chromium import Chromium, find_chromium
from hos_pipelines_tests.domain.guidance.nutrition.plates import ADULT, day, made
from hos_pipelines_tests.domain.guidance.routine.settled_people import Settler

ENERGY = [(f"{hour:02d}:{minute:02d}", 40.0 + hour) for hour in range(24) for minute in (0, 15, 30, 45)]
# The fullest day there is, and one of somebody who is asked something.
STATES = {
    "full": (Archetype.PEAK_PERFORMER, AdaptationState(version=1, stage=Stage.PROGRESS)),
    "asked": (Archetype.FOUNDATION_BUILDER, AdaptationState(version=1, fewer_items=1)),
}
WHO = pytest.mark.parametrize("who", STATES)


@pytest.fixture
def chromium(tmp_path: Path) -> Chromium:
    return Chromium(find_chromium(), tmp_path)


def page_of(who: str) -> str:
    archetype, state = STATES[who]
    plan = Settler(shipped_tasks(), archetype).plan(state)
    anchors = day(f"{plan.waking_day.day}T07:00")
    routine = routine_row("anna", archetype, plan, "1")
    meals = nutrition_row("anna", made(ADULT, anchors, "vegan", "nuts"), anchors, "1")
    return render_day("anna", day_plan(planned(routine), planned(meals), ENERGY))


def planned(row: PlanRow) -> PlannedDay:
    """The plan as it is read from the database."""
    return PlannedDay(row.plan_date, row.wakes_at, row.beds_at, json.loads(json.dumps(row.contract)), None)


@WHO
@pytest.mark.parametrize("width", [360, 390, 1280])
def test_nothing_runs_over_the_edge_and_pictures_are_legible(chromium: Chromium, who: str, width: int) -> None:
    look = chromium.look(page_of(who), width)
    assert (look.width, look.scrolled) == (width, 0)
    assert look.smallest >= 11


def test_by_night_the_day_is_dark(chromium: Chromium) -> None:
    light, dark = (chromium.look(page_of("asked"), 390, scheme) for scheme in ("light", "dark"))
    assert min(int(color) for shade in (light.paper, light.picture) for color in shade.split(",")) > 230
    assert max(int(color) for shade in (dark.paper, dark.picture) for color in shade.split(",")) < 50


@WHO
def test_a_day_is_printed_on_one_sheet(chromium: Chromium, who: str) -> None:
    assert chromium.sheets(page_of(who)) == 1
