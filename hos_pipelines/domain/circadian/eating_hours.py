"""From when until when is eaten on a waking day: what the advice says and what the plan of meals is laid along."""

from typing import Final

from hos_pipelines.domain.circadian.advice_sources import constant

HOUR, STEP = 60, 5
LAST_MEAL: Final = round(constant("last_meal_hours") * HOUR)
FIRST_MEAL: Final = round(constant("first_meal_minutes"))
LATEST_FIRST: Final = round(constant("latest_first_meal_hours") * HOUR)
WINDOW: Final = round(constant("eating_window_hours") * HOUR)


def eating_hours(awake_minutes: int) -> tuple[int, int]:
    """From when until when, in minutes after waking, on a day awake so long; to five minutes."""
    end = awake_minutes - LAST_MEAL
    first = min(max(end - WINDOW, FIRST_MEAL), LATEST_FIRST)
    first = int(first / STEP + 0.5) * STEP
    return first, min(end, first + WINDOW) // STEP * STEP
