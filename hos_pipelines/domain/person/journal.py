"""A journal: how a day was, as the person says."""

from collections.abc import Mapping
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
GLASSES, GRATITUDE = "hydration_glasses", "gratitude_notes"
FIELDS = (*SCALES, GLASSES, *SWITCHES, *TEXTS, GRATITUDE)
# What the database holds too.
TEXT_BYTES = 8000
MOST_NOTES = 20
MOST_GLASSES = 50


@dataclass(frozen=True, slots=True)
class Journal:
    """Levels (1 to 5) and switches of one local day; None where nothing was said. The texts are not here: nobody but
    the person reads them. `recorded_at` is when this word was recorded, `told_at` when the first was that it
    corrects; None where it is the first. `former` are the words it corrects, the newest first.
    """

    profile_id: str
    id: UUID
    journal_date: date
    has_text: bool
    recorded_at: datetime
    energy_level: int | None = None
    mood_rating: int | None = None
    sleep_quality: int | None = None
    stress_level: int | None = None
    nutrition_satisfaction: int | None = None
    meal_timing_satisfaction: int | None = None
    hydration_glasses: int | None = None
    breathing_exercises_completed: bool | None = None
    sunlight_exposure_completed: bool | None = None
    mindfulness_practice_completed: bool | None = None
    is_ill: bool | None = None
    has_pain: bool | None = None
    is_travelling: bool | None = None
    is_on_holiday: bool | None = None
    told_at: datetime | None = None
    former: tuple["Journal", ...] = ()

    @property
    def first_told_at(self) -> datetime:
        """When anything was first told of the day."""
        return self.told_at or self.recorded_at

    def as_told_until(self, instant: datetime) -> "Journal | None":
        """What stood at an instant; None where nothing was told by then."""
        return next((one for one in (self, *self.former) if one.recorded_at <= instant), None)


@dataclass(frozen=True, slots=True)
class SaidJournal:
    """What is said of a day, before it is stored: a value by the name of its column; what is not named is kept."""

    profile_id: str
    journal_date: date
    said: Mapping[str, int | bool | str | list[str]]
