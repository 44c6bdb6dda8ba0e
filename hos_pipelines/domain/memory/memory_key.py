"""Keys of memory, `category.subject`, and what is left of one that is forgotten."""

import hashlib
import re
from enum import StrEnum
from functools import lru_cache

KEY = re.compile(r"[a-z]{1,20}\.[a-z][a-z0-9_]{0,59}")
VALUE = re.compile(r"[a-z0-9][a-z0-9_]{0,63}")
LONGEST_SHOWN = 90


class MemoryCategory(StrEnum):
    """What a row is about. The last four are said by the person and never learned."""

    TIMING = "timing"
    FEELING = "feeling"
    LIKING = "liking"
    BARRIER = "barrier"
    HABIT = "habit"
    RHYTHM = "rhythm"
    STRATEGY = "strategy"
    INSIGHT = "insight"
    RESTRICTION = "restriction"
    GOAL = "goal"
    PREFERENCE = "preference"
    HEALTH = "health"

    @property
    def is_stated(self) -> bool:
        """Whether only the person can say it."""
        return self in STATED_CATEGORIES

    @property
    def needs_choice(self) -> bool:
        """Whether it is a preference: learned only where there was something to choose from."""
        return self is MemoryCategory.TIMING


STATED_CATEGORIES = frozenset(
    {MemoryCategory.RESTRICTION, MemoryCategory.GOAL, MemoryCategory.PREFERENCE, MemoryCategory.HEALTH}
)


class InvalidMemoryKeyError(ValueError):
    """A key that nothing can be remembered under; the text names it and the remedy."""


def parse_key(text: str) -> str:
    """A key as somebody typed it.

    Raises:
        InvalidMemoryKeyError: it has not the form of one.
    """
    if KEY.fullmatch(text) is None:
        shown = ascii(text if len(text) <= LONGEST_SHOWN else text[:LONGEST_SHOWN] + "…")
        raise InvalidMemoryKeyError(
            f"KEY: {shown} is no key; give one as it is listed, such as timing.exercise: a category, a dot and a name "
            "of small letters, digits and _."
        )
    return text


@lru_cache(maxsize=4096)
def category_of(key: str) -> MemoryCategory:
    """The category of a key."""
    return MemoryCategory(key.partition(".")[0])


def key_hash(profile_id: str, key: str) -> str:
    """What tells a forgotten key again without naming it: SHA-256 over whose it is and the key."""
    return hashlib.sha256(f"{profile_id}\n{key}".encode()).hexdigest()
