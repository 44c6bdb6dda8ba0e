"""How often Python looks for garbage in Dagster's processes: seldom, and not in what is imported for good.

Half a million objects are made while a run's process imports what it needs, and Python would go through all there are
again and again: a quarter of the processor time of a start.
"""

import gc
from functools import cache

NEW_OBJECTS = 50_000
LOOKS_BEFORE_OLDER = 20


@cache
def collect_seldom() -> None:
    """Leaves what there is out of every later look; once a process, since what is garbage by then stays for good."""
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS, LOOKS_BEFORE_OLDER, LOOKS_BEFORE_OLDER)
