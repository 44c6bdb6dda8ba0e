"""Ids: UUID version 5 from names of our own. Sahha's formula is unknown; ours leaves periodicity out of the name."""

from functools import lru_cache
from hashlib import sha1
from uuid import NAMESPACE_DNS, uuid5

_NAMESPACE = uuid5(NAMESPACE_DNS, "simulator.hos-pipelines").bytes


def stable_id(*name: object) -> str:
    """The UUIDv5 of a name, written by hand because uuid.uuid5 costs three times as much and runs once per row."""
    digest = sha1(_NAMESPACE + "|".join(map(str, name)).encode(), usedforsecurity=False).hexdigest()
    variant = "89ab"[int(digest[16], 16) & 3]
    return f"{digest[:8]}-{digest[8:12]}-5{digest[13:16]}-{variant}{digest[17:20]}-{digest[20:32]}"


@lru_cache(maxsize=65536)
def profile_id(seed: int, external_id: str) -> str:
    """The internal profileId of a person."""
    return stable_id(seed, "profile", external_id)


@lru_cache(maxsize=16)
def account_id(seed: int) -> str:
    """The accountId of the one account a simulator serves."""
    return stable_id(seed, "account")
