"""How requests are cut into batches, each a run, and when one that came to nothing is tried again."""

from collections.abc import Iterable
from datetime import timedelta
from typing import NamedTuple

MOST_PER_BATCH = 100
MOST_TOGETHER = {0: MOST_PER_BATCH, 1: 10}  # by how often they were claimed before
LARGEST_BATCH = 2 * MOST_PER_BATCH  # with what people in it ask for besides
MOST_BATCHES_AT_ONCE = 8
MOST_ATTEMPTS = 3
# What a claim holds until its run begins, and what each sign of life of a run holds from then on.
LEASE = timedelta(minutes=15)
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(minutes=10)


class Waiting(NamedTuple):
    """A request that waits, whose it is, and how often it has been claimed before."""

    request_id: str
    profile_id: str
    attempt: int


def cut_batches(waiting: Iterable[Waiting]) -> list[list[Waiting]]:
    """Batches in order, each person in one of them alone, since what somebody asks for is answered in turn.

    What was claimed before may be what took the run before down: it is with few others at first, and alone at last.
    """
    batches: list[list[Waiting]] = []
    of_person: dict[str, list[Waiting]] = {}
    filling: dict[int, list[Waiting]] = {}
    for one in waiting:
        its = of_person.get(one.profile_id)
        if its is not None:
            if its[0].attempt == one.attempt == 0 and len(its) < LARGEST_BATCH:
                its.append(one)
            continue
        its = filling.get(one.attempt)
        if its is None or len(its) >= MOST_TOGETHER.get(one.attempt, 1):
            if len(batches) >= MOST_BATCHES_AT_ONCE:
                continue
            its = filling[one.attempt] = []
            batches.append(its)
        its.append(one)
        of_person[one.profile_id] = its
    return batches


def wait_after(attempt: int) -> timedelta | None:
    """How long a request rests that came to nothing for a while in this attempt; None where it was the last."""
    if attempt >= MOST_ATTEMPTS:
        return None
    return min(FIRST_WAIT * (1 << 2 * (attempt - 1)), LONGEST_WAIT)


def gave_up_text(attempts: int) -> str:
    """What is said of a request whose every attempt was lost."""
    return f"its run was lost {attempts} times before it was done; file it again, and see the failed runs in the UI."
