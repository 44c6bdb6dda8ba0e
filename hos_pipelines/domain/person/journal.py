"""A journal: how a day was, as the person says."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

SCALES = (
    "energy_level",
    "mood_rating",
    "sleep_quality",
    "stress_level",
    "nutrition_satisfaction",
    "meal_timing_satisfaction",
)
SWITCHES = (
    "breathing_exercises_completed",
    "sunlight_exposure_completed",
    "mindfulness_practice_completed",
    "is_ill",
    "has_pain",
    "is_travelling",
    "is_on_holiday",
)
TEXTS = ("what_went_well", "what_was_challenging", "tomorrow_intentions")
# What the database holds too.
TEXT_BYTES = 8000
MOST_NOTES = 20
MOST_GLASSES = 50


@dataclass(frozen=True, slots=True)
class Journal:
    """Levels (1 to 5) and switches of one local day; None where nothing was said. The texts are not here: nobody but
    the person reads them.
    """

    profile_id: str
    id: UUID
    journal_date: date
    energy_level: int | None
    mood_rating: int | None
    sleep_quality: int | None
    stress_level: int | None
    nutrition_satisfaction: int | None
    meal_timing_satisfaction: int | None
    hydration_glasses: int | None
    breathing_exercises_completed: bool | None
    sunlight_exposure_completed: bool | None
    mindfulness_practice_completed: bool | None
    is_ill: bool | None
    has_pain: bool | None
    is_travelling: bool | None
    is_on_holiday: bool | None
    has_text: bool
    recorded_at: datetime
