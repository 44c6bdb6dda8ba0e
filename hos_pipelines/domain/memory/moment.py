"""The instant of a consolidation, which nobody asks a clock for, and the person's own day at it."""

from datetime import date, datetime
from typing import NamedTuple


class MemoryMoment(NamedTuple):
    """A UTC instant, and the local day it falls on for the person."""

    at: datetime
    today: date
