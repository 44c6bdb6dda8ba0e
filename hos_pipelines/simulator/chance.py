"""Chance that repeats: numbers drawn from a name instead of from a stream, so the order of requests never matters."""

from hashlib import blake2b
from struct import Struct

_SIXTEEN = Struct("<16I")
_SPAN = 2.0**32


def draws(*name: object) -> tuple[float, ...]:
    """Sixteen uniform numbers in [0, 1) that belong to this name for ever."""
    digest = blake2b("|".join(map(str, name)).encode(), digest_size=64).digest()
    return tuple([number / _SPAN for number in _SIXTEEN.unpack(digest)])


def bell(first: float, second: float, third: float) -> float:
    """Three uniform numbers made one bell-shaped number: mean 0, standard deviation 1, never beyond 3."""
    return (first + second + third - 1.5) * 2.0
