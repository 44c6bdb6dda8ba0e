"""The one table of figures that advice and plans go by, and that nobody keeps another beside it."""

import ast

import pytest

from hos_pipelines.domain.circadian.advice_sources import CONSTANTS, EFFORT, INTAKE, LIGHT, SLEEP, caffeine_hours
from hos_pipelines.domain.circadian.effort import hours_before_bed, is_early_type, most_intensity
from hos_pipelines.project import PROJECT_ROOT

# As the studies and we have them: value, grade.
TABLE = {
    "last_meal_hours": (3, "B"),
    "first_meal_minutes": (30, "D"),
    "latest_first_meal_hours": (2, "D"),
    "eating_window_hours": (12, "D"),
    "night_meal_share": (0.06, "B"),
    "caffeine_hours": (8.8, "A"),
    "double_caffeine_hours": (13.2, "A"),
    "caffeine_mg": (107, "A"),
    "double_caffeine_mg": (217.5, "A"),
    "morning_light_minutes": (20, "D"),
    "day_light_lux": (250, "C"),
    "evening_light_lux": (10, "C"),
    "evening_light_hours": (3, "C"),
    "night_light_lux": (1, "C"),
    "exercise_hours": (4, "B"),
    "moderate_exercise_hours": (2, "B"),
    "light_exercise_hours": (1, "B"),
    "nap_minutes": (20, "A"),
    "nap_hours": (8, "D"),
    "nap_latest_hour": (15, "D"),
    "longest_shift_nap_minutes": (50, "B"),
    "micro_break_minutes": (5, "A"),
    "long_break_minutes": (10, "A"),
    "slow_breathing_minutes": (5, "A"),
    "warm_shower_hours": (1, "A"),
    "most_warm_shower_hours": (2, "A"),
    "least_wind_down_minutes": (30, "D"),
    "wind_down_hours": (1, "D"),
    "little_drink_hours": (2, "D"),
    "focus_minutes": (25, "D"),
    "long_focus_minutes": (50, "D"),
    "step_minutes": (15, "D"),
    "most_step_minutes": (30, "D"),
    "settling_hours": (1, "B"),
}


def test_the_table_has_the_figures_of_its_sources_with_their_grades() -> None:
    assert {name: (CONSTANTS[name].value, CONSTANTS[name].grade) for name in TABLE} == TABLE
    assert len(CONSTANTS) == sum(map(len, (SLEEP, LIGHT, INTAKE, EFFORT)))
    for name, one in CONSTANTS.items():
        assert one.source, name
        assert (one.grade == "D") == one.source.startswith("ours") or one.grade == "B", name
        assert one.grade == "D" or "ours" in one.source or any(letter.isdigit() for letter in one.source), name


@pytest.mark.parametrize(
    ("milligrams", "hours"),
    [(None, 8.8), (40, 8.8), (107, 8.8), (150, 10.5), (200, 12.5), (217.5, 13.2), (400, 13.2)],
)
def test_hours_without_coffee_go_by_its_dose(milligrams: float | None, hours: float) -> None:
    assert round(caffeine_hours(milligrams), 1) == hours


def test_exercise_ends_before_bed_by_how_hard_it_is_and_of_early_types_before_the_evening() -> None:
    efforts = ("vigorous", "moderate", "light")
    assert [hours_before_bed(one, is_early=False) for one in efforts] == [4, 2, 1]
    assert [hours_before_bed(one, is_early=True) for one in efforts] == [6, 6, 1]
    assert [most_intensity(left, is_early=False) for left in (4, 3.75, 2, 1.75)] == [
        *("high", "moderate", "moderate", "low")
    ]
    assert [most_intensity(left, is_early=True) for left in (6, 5.75)] == ["high", "low"]
    assert [is_early_type(one) for one in ("extreme_morning", "moderate_morning", "intermediate", None, 3.0)] == [
        *(True, True, False, False, False)
    ]


def test_figures_with_a_source_are_nowhere_but_in_the_table() -> None:
    """Whoever builds a `Constant` elsewhere keeps a second table."""
    makers = set()
    for path in (PROJECT_ROOT / "hos_pipelines").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Constant":
                makers.add(path.name)
    assert makers == {"advice_sources.py"}
