"""The one table of figures in advice and plans that are nobody's measurement: what each is, whence, and how well known.

The advice, the plans of a day and the meals take their hours from here, and the task library is held to it by tests.
Grades: A meta-analyses or large trials, B single trials or large observations, C consensus or mechanism, D ours.
"""

from collections.abc import Mapping
from typing import Final

from hos_pipelines.domain.circadian.results import Constant

# Before six in the morning and after nine in the evening nobody is sent out, whatever the curve says: where the person
# lives, and so when the sun rises, is not known.
EARLIEST_HOUR, LATEST_HOUR = 6.0, 21.0
LATEST_WORK_HOUR = 23.0

BROWN = "Brown 2022, 10.1371/journal.pbio.3001571"
GARDINER = "Gardiner 2023, 10.1016/j.smrv.2023.101764"
SALLINEN = "naps of 30 to 50 min left 10 to 15 min of sleep inertia and cost day sleep (Sallinen 1998)"
EXERCISE_TRIALS = "ours, within trials in which only hard exercise in the last hour harmed sleep (Stutz 2019)"

SLEEP: Final[Mapping[str, Constant]] = {
    "regular_minutes": Constant(
        value=30,
        unit="minute",
        source="least spread of sleep onset in MESA (Huang 2020, 10.1016/j.jacc.2019.12.054)",
        grade="B",
    ),
    "spread_minutes": Constant(
        value=65,
        unit="minute",
        source="midpoint SD below which timing counts as regular (RU-SATED, PMC9992262)",
        grade="B",
    ),
    "catch_up_hours": Constant(
        value=2, unit="hour", source="catch-up sleep on free days (National Sleep Foundation 2023)", grade="C"
    ),
    "least_sleep_hours": Constant(
        value=7, unit="hour", source="least recommended for adults (AASM and Sleep Research Society 2015)", grade="C"
    ),
    "step_minutes": Constant(
        value=15, unit="minute", source="ours; a step of bedtime that can be kept for some days", grade="D"
    ),
    "most_step_minutes": Constant(
        value=30, unit="minute", source="ours; a bedtime moves earlier by a quarter to half an hour a day", grade="D"
    ),
    "settling_hours": Constant(
        value=1, unit="hour", source="shift of the clock in a day (Eastman & Burgess 2009, Waterhouse 2007)", grade="B"
    ),
    "wind_down_hours": Constant(value=1, unit="hour", source="ours; half an hour to an hour before bed", grade="D"),
    "least_wind_down_minutes": Constant(
        value=30, unit="minute", source="ours; half an hour to an hour before bed", grade="D"
    ),
    "nap_minutes": Constant(
        value=20, unit="minute", source="naps of 10 to 20 min helped the afternoon (Dutheil 2021)", grade="A"
    ),
    "longest_shift_nap_minutes": Constant(
        value=50,
        unit="minute",
        source="early in a first night shift it helped (Sallinen 1998)",
        grade="B",
    ),
    "nap_hours": Constant(value=8, unit="hour", source=f"ours, from nap to bed; {SALLINEN}", grade="D"),
    "nap_latest_hour": Constant(value=15, unit="local hour", source=f"ours; {SALLINEN}", grade="D"),
    "warm_shower_hours": Constant(
        value=1, unit="hour", source="10 min of warm water 1 to 2 h before bed (Haghayegh 2019)", grade="A"
    ),
    "most_warm_shower_hours": Constant(
        value=2, unit="hour", source="10 min of warm water 1 to 2 h before bed (Haghayegh 2019)", grade="A"
    ),
}
LIGHT: Final[Mapping[str, Constant]] = {
    "morning_light_hours": Constant(
        value=2, unit="hour", source="ours; light after the temperature minimum moves the clock earlier", grade="D"
    ),
    "morning_light_minutes": Constant(
        value=20, unit="minute", source="ours; 20 to 30 min outdoors within those hours", grade="D"
    ),
    "evening_light_hours": Constant(value=3, unit="hour", source=f"dim light from 3 h before bed ({BROWN})", grade="C"),
    "day_light_lux": Constant(value=250, unit="lux", source=f"at least, melanopic EDI by day ({BROWN})", grade="C"),
    "evening_light_lux": Constant(
        value=10, unit="lux", source=f"at most, melanopic EDI in the evening ({BROWN})", grade="C"
    ),
    "night_light_lux": Constant(value=1, unit="lux", source=f"at most, melanopic EDI asleep ({BROWN})", grade="C"),
}
INTAKE: Final[Mapping[str, Constant]] = {
    "caffeine_hours": Constant(value=8.8, unit="hour", source=f"a coffee of 107 mg ({GARDINER})", grade="A"),
    "double_caffeine_hours": Constant(
        value=13.2, unit="hour", source=f"217.5 mg, about two coffees ({GARDINER})", grade="A"
    ),
    "caffeine_mg": Constant(value=107, unit="milligram", source=f"a coffee ({GARDINER})", grade="A"),
    "double_caffeine_mg": Constant(
        value=217.5, unit="milligram", source=f"about two coffees, or a pre-workout drink ({GARDINER})", grade="A"
    ),
    "last_meal_hours": Constant(
        value=3,
        unit="hour",
        source="eating within three hours of bed (Chung 2020, 10.3390/ijerph17082677; Allison 2020)",
        grade="B",
    ),
    "first_meal_minutes": Constant(
        value=30, unit="minute", source="ours; no good evidence for an exact delay", grade="D"
    ),
    "latest_first_meal_hours": Constant(
        value=2, unit="hour", source="ours; no good evidence for an exact delay", grade="D"
    ),
    "eating_window_hours": Constant(value=12, unit="hour", source="ours; regular meals are the reason", grade="D"),
    "night_meal_share": Constant(
        value=0.06, unit="share", source="meals by day kept the rhythm of glucose (Chellappa 2021)", grade="B"
    ),
    "little_drink_hours": Constant(
        value=2, unit="hour", source="ours; drink with meals, little at the end; no trial found", grade="D"
    ),
}
EFFORT: Final[Mapping[str, Constant]] = {
    "exercise_hours": Constant(
        value=4,
        unit="hour",
        source="exercise of any strain that ended 4 h before sleep left no trace in it (Leota 2025)",
        grade="B",
    ),
    "moderate_exercise_hours": Constant(value=2, unit="hour", source=EXERCISE_TRIALS, grade="B"),
    "light_exercise_hours": Constant(value=1, unit="hour", source=EXERCISE_TRIALS, grade="B"),
    "early_type_exercise_hours": Constant(
        value=6,
        unit="hour",
        source="ours, the hours; evening exercise moved the clock of early types later (Thomas 2020)",
        grade="D",
    ),
    "micro_break_minutes": Constant(
        value=5, unit="minute", source="an hour, for vigour and fatigue (Albulescu 2022)", grade="A"
    ),
    "long_break_minutes": Constant(
        value=10, unit="minute", source="at least, after demanding work (Albulescu 2022)", grade="A"
    ),
    "slow_breathing_minutes": Constant(
        value=5, unit="minute", source="at least (Fincham 2023; PMC10741869)", grade="A"
    ),
    "focus_minutes": Constant(value=25, unit="minute", source="ours; then a break", grade="D"),
    "long_focus_minutes": Constant(value=50, unit="minute", source="ours; then a break", grade="D"),
}
CONSTANTS: Final[Mapping[str, Constant]] = {**SLEEP, **LIGHT, **INTAKE, **EFFORT}
# How long before bed exercise ends, by how hard it is.
EXERCISE_BEFORE_BED: Final[Mapping[str, str]] = {
    "vigorous": "exercise_hours",
    "moderate": "moderate_exercise_hours",
    "light": "light_exercise_hours",
}


def constant(name: str) -> float:
    """The value of a constant."""
    return CONSTANTS[name].value


def caffeine_hours(milligrams: float | None) -> float:
    """Hours from a drink with so much caffeine to bed: linear between the two doses of the meta-analysis.

    Below the lower dose, and of an unknown one, what holds for a coffee; beyond the higher one nothing is measured, and
    its hours are the least.
    """
    one, two = constant("caffeine_mg"), constant("double_caffeine_mg")
    least, most = constant("caffeine_hours"), constant("double_caffeine_hours")
    if milligrams is None or milligrams <= one:
        return least
    return min(most, least + (most - least) * (milligrams - one) / (two - one))
