"""What came of a check-in or a journal: the newest word stands, and those before it are kept."""

from enum import StrEnum


class WordOutcome(StrEnum):
    """Stored for the first time; a correction; the same again; or older than the word that stands."""

    STORED = "stored"
    CORRECTED = "corrected"
    UNCHANGED = "unchanged"
    LATE = "late"
