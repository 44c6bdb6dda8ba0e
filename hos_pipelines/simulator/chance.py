"""Chance that repeats: numbers drawn from a name instead of from a stream, so the order of requests never matters."""

from hashlib import blake2b
from struct import Struct

MOST = 16
_SPAN = 2.0**32
_WORDS = [Struct(f"<{count}I") for count in range(MOST + 1)]


def draws(name: str, count: int = MOST) -> tuple[float, ...]:
    """The first `count` of sixteen uniform numbers in [0, 1) that belong to this name for ever."""
    digest = blake2b(name.encode()).digest()
    return tuple([number / _SPAN for number in _WORDS[count].unpack_from(digest)])


def bell(first: float, second: float, third: float) -> float:
    """Three uniform numbers made one bell-shaped number: mean 0, standard deviation 1, never beyond 3."""
    return (first + second + third - 1.5) * 2.0
