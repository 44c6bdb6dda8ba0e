"""The figures in advice that are nobody's measurement: what each is, where it comes from, and how well it is known.

Grades: A meta-analyses or large trials, B single trials or large observations, C consensus or mechanism, D ours.
"""

from collections.abc import Mapping

from hos_pipelines.domain.circadian.results import Constant

# Before six in the morning and after nine in the evening nobody is sent out, whatever the curve says: where the person
# lives, and so when the sun rises, is not known.
EARLIEST_HOUR, LATEST_HOUR = 6.0, 21.0
LATEST_WORK_HOUR = 23.0

CONSTANTS: Mapping[str, Constant] = {
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
    "morning_light_hours": Constant(
        value=2, unit="hour", source="ours; light after the temperature minimum moves the clock earlier", grade="D"
    ),
    "evening_light_hours": Constant(
        value=3,
        unit="hour",
        source="dim light from 3 h before bed (Brown 2022, 10.1371/journal.pbio.3001571)",
        grade="C",
    ),
    "wind_down_hours": Constant(value=1, unit="hour", source="ours", grade="D"),
    "caffeine_hours": Constant(
        value=8.8, unit="hour", source="a coffee of 107 mg (Gardiner 2023, 10.1016/j.smrv.2023.101764)", grade="A"
    ),
    "exercise_hours": Constant(
        value=4, unit="hour", source="hard exercise ended 4 h before sleep left no trace in it (Leota 2025)", grade="B"
    ),
    "last_meal_hours": Constant(
        value=3, unit="hour", source="a meal within three hours of bed (Chung 2020, 10.3390/ijerph17082677)", grade="B"
    ),
    "settling_hours": Constant(
        value=1, unit="hour", source="shift of the clock in a day (Eastman & Burgess 2009, Waterhouse 2007)", grade="B"
    ),
    "nap_minutes": Constant(
        value=20, unit="minute", source="naps of 10 to 20 min helped the afternoon (Dutheil 2021)", grade="A"
    ),
}
