"""Sessions where the server gives few of them: one who finds none left waits a little, since most are short."""

import time
from collections.abc import Callable
from typing import TypeVar

PATIENCE_S = 15
ASK_EVERY_S = 0.25

# By what the servers and poolers people have call it. An error on connecting has the text alone, no SQLSTATE.
NO_ROOM = (
    "too many connections",
    "too many clients",
    "remaining connection slots",
    "no more connections allowed",
    "max clients reached",
    "max client connections reached",
)

Opened = TypeVar("Opened")


def is_full(error: Exception) -> bool:
    """Whether a session was refused because there are too many."""
    said = str(error).lower()
    return any(words in said for words in NO_ROOM)


def when_there_is_room(opening: Callable[[], Opened], refusal: type[Exception]) -> Opened:
    """What `opening` opens, tried again for some seconds where it is refused for want of room."""
    patience_ends = time.monotonic() + PATIENCE_S
    while True:
        try:
            return opening()
        except refusal as error:
            if not is_full(error) or time.monotonic() > patience_ends:
                raise
        time.sleep(ASK_EVERY_S)
