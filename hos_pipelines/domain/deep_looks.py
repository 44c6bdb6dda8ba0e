"""Looks far back in turn, whether or not anything tells of it: an old value that is revised, or a type that comes now
and then, leaves no other trace. The first pull in each period asks for more days, with no request more.
"""

import hashlib
from datetime import datetime, timedelta

# How often, and how far back; the last of them as far as readings are kept. For a watch of 36 readings a day that is
# about 1,400 rows a day on average, as much as five pulls of the overlap.
DEEP_LOOKS = (
    (timedelta(days=1), timedelta(days=14)),
    (timedelta(days=7), timedelta(days=45)),
    (timedelta(days=30), timedelta(days=3650)),
)


def deep_look(who: str, last: datetime, now: datetime) -> timedelta | None:
    """How far back the pull of `now` looks, where the one before was at `last`; None where it is no turn of any.

    Everyone has turns at another time, drawn from a digest of `who`, so that not all of them fall on one tick.
    """
    digest = int.from_bytes(hashlib.blake2b(who.encode(), digest_size=8).digest())
    turns = [reach for every, reach in DEEP_LOOKS if _turn(digest, every, last) != _turn(digest, every, now)]
    return max(turns, default=None)


def _turn(digest: int, every: timedelta, at: datetime) -> int:
    seconds = int(every.total_seconds())
    return int(at.timestamp() + digest % seconds) // seconds
