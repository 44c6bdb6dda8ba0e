"""The layers of memory, how long each holds, and the words of the rules that move rows between them."""

from datetime import timedelta
from enum import StrEnum

RULE_VERSION = "1"
WORKING_FOR = timedelta(hours=24)
SHORT_TERM_DAYS = 30
COUNTED_DAYS = 180  # a day older than this weighs less than an eighth, and is dropped from the counts


class Layer(StrEnum):
    """Where a row is, or came from."""

    STATEMENT = "statement"
    WORKING = "working"
    SHORT_TERM = "shortterm"
    LONG_TERM = "longterm"
    META = "meta"


class Source(StrEnum):
    """Who says so: the person, or what was seen."""

    STATED = "stated"
    LEARNED = "learned"


class SourceKind(StrEnum):
    """The kinds of source evidence comes from. Reading a row is none, nor is a model's sentence or a plan of ours."""

    CHECKIN = "checkin"
    JOURNAL = "journal"
    CIRCADIAN = "circadian_analysis"
    BEHAVIOR = "behavior_analysis"
    INSIGHT = "insight"
    ADAPTATION = "adaptation"
    STATEMENT = "statement"


class Standing(StrEnum):
    """What a row of long-term memory is good for: only live ones are used."""

    LIVE = "live"
    CONTESTED = "contested"
    SUPERSEDED = "superseded"
    ARCHIVED = "archived"

    @property
    def is_open(self) -> bool:
        """Whether the row may still be confirmed."""
        return self in {Standing.LIVE, Standing.CONTESTED}


class Operation(StrEnum):
    """What a step of consolidation does."""

    PROMOTE = "promote"
    MERGE = "merge"
    DECAY = "decay"
    ARCHIVE = "archive"
    FORGET = "forget"
    CONTEST = "contest"
    SUPERSEDE = "supersede"
