"""What a task is about, as memory names it. Apps write categories as free text, so what is unknown is `other`."""

from functools import lru_cache

KNOWN = frozenset(
    {
        "exercise",
        "focus",
        "hydration",
        "light",
        "mindfulness",
        "movement",
        "nutrition",
        "recovery",
        "sleep",
        "social",
        "wellness",
        "work",
    }
)
OTHER = "other"


@lru_cache(maxsize=1024)
def task_category(written: str | None) -> str | None:
    """The category of a task; None where none was written."""
    if written is None:
        return None
    word = written.strip().lower()
    return word if word in KNOWN else OTHER
