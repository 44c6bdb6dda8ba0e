"""Which stored rows an answer has said again, and when. An unchanged row is not rewritten, so it does not know that it
was seen again: without this, an older answer that comes in last would pass for news.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

# No answer is on its way for longer; one that was only adds rows, and changes none.
KEPT_FOR = timedelta(days=2)


class Look(NamedTuple):
    """A good answer: when it was given, and the versions of rows it found stored as it says them.

    A version is the number of a row with all that it says. What the answer lacks, or says otherwise, it has not seen;
    None stands for whatever is stored.
    """

    observed_at: datetime
    versions: frozenset[int] | None


def remember_look(looks: Iterable[Look], new: Look) -> tuple[Look, ...]:
    """The looks worth keeping with a new one among them, oldest first: of each version when it was seen last."""
    newest_first = sorted([*looks, new], key=lambda look: look.observed_at, reverse=True)
    kept: list[Look] = []
    known: set[int] = set()
    for look in newest_first:
        last_seen_here = (look.versions or frozenset()) - known
        if last_seen_here and newest_first[0].observed_at - look.observed_at <= KEPT_FOR:
            kept.append(Look(look.observed_at, last_seen_here))
            known |= last_seen_here
    return tuple(reversed(kept))


def later_looks(looks: Sequence[Look], observed_at: datetime, newest: datetime | None) -> list[Look]:
    """The looks after an answer, oldest first; `newest` is when the newest good answer of the stream was given.

    An answer from before all that is remembered finds every row seen since, as some of them may have been.
    """
    later = [look for look in looks if look.observed_at > observed_at]
    if newest is None or newest - observed_at <= KEPT_FOR:
        return later
    return [Look(newest - KEPT_FOR, None), *later]
