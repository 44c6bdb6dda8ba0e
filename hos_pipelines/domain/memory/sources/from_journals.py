"""Journals as evidence: levels of how days felt. Their texts are never read here."""

from collections.abc import Iterable, Iterator

from hos_pipelines.domain.memory.evidence import Observation
from hos_pipelines.domain.memory.layers import SourceKind
from hos_pipelines.domain.memory.sources.levels import level_of
from hos_pipelines.domain.person.journal import Journal

KIND = SourceKind.JOURNAL


def seen_in_journals(journals: Iterable[Journal]) -> list[Observation]:
    """What journals show."""
    return [found for journal in journals for found in _of_one(journal)]


def _of_one(journal: Journal) -> Iterator[Observation]:
    evidence, day = f"journal:{journal.id}", journal.journal_date
    scales = {
        "feeling.energy": journal.energy_level,
        "feeling.mood": journal.mood_rating,
        "feeling.sleep": journal.sleep_quality,
        "feeling.stress": journal.stress_level,
        "liking.meals": journal.nutrition_satisfaction,
        "liking.meal_times": journal.meal_timing_satisfaction,
    }
    for key, rating in scales.items():
        if rating is not None:
            yield Observation(key, level_of(rating), day, KIND, evidence)
    practices = {
        "habit.breathing": journal.breathing_exercises_completed,
        "habit.sunlight": journal.sunlight_exposure_completed,
        "habit.mindfulness": journal.mindfulness_practice_completed,
    }
    for key, is_done in practices.items():
        if is_done is not None:
            yield Observation(key, "kept", day, KIND, evidence, is_done)
