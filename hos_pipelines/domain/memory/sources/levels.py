"""Levels and parts of the day: what numbers and hours become before they are remembered."""

from datetime import datetime, time, tzinfo

from hos_pipelines.domain.memory.memory_key import VALUE

LOW_TO, HIGH_FROM = 2, 4
PARTS = ((5, "night"), (11, "morning"), (14, "midday"), (17, "afternoon"), (22, "evening"), (24, "night"))

PART_OF_HOUR = tuple(next(name for until, name in PARTS if hour < until) for hour in range(24))


def level_of(rating: int) -> str:
    """Of 1 to 5: low, mid or high."""
    if rating <= LOW_TO:
        return "low"
    return "high" if rating >= HIGH_FROM else "mid"


def part_of_day(at: time) -> str:
    """Of a local time: morning from 05:00, midday from 11:00, afternoon from 14:00, evening from 17:00, night from
    22:00.
    """
    return PART_OF_HOUR[at.hour]


def local_part(at: datetime, zone: tzinfo) -> str:
    """The part of the local day an instant falls in."""
    return PART_OF_HOUR[at.astimezone(zone).hour]


def word_of(label: str | None) -> str | None:
    """A label of a closed vocabulary as a word of memory; None for none, and for what is no such word."""
    if label is None:
        return None
    word = "".join(letter if letter.isascii() and letter.isalnum() else "_" for letter in label.lower())
    return word if VALUE.fullmatch(word) else None
