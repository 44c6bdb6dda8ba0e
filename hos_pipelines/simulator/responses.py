"""What living a day does to a person's readings: the planted effects that analyses and plans are held against."""

from typing import NamedTuple

LARGEST_SHIFT_MINUTES = 240
MOST_STEPS = 30_000


class Response(NamedTuple):
    """Of one lived day: how many minutes later the night after it begins and how much longer it is, and steps more."""

    onset: int = 0
    sleep: int = 0
    steps: int = 0


NO_RESPONSE = Response()
