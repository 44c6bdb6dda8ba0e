"""Ids: UUID version 5 from names of our own. Sahha's formula is unknown; ours leaves periodicity out of the name."""

from functools import lru_cache
from hashlib import sha1
from uuid import NAMESPACE_DNS, uuid5

_HASHED_NAMESPACE = sha1(uuid5(NAMESPACE_DNS, "simulator.hos-pipelines").bytes, usedforsecurity=False)
_VARIANT = {digit: "89ab"[int(digit, 16) & 3] for digit in "0123456789abcdef"}


def stable_id(name: str) -> str:
    """The UUIDv5 of a name, written by hand because uuid.uuid5 costs four times as much and runs once per row."""
    hashed = _HASHED_NAMESPACE.copy()
    hashed.update(name.encode())
    digest = hashed.hexdigest()
    return f"{digest[:8]}-{digest[8:12]}-5{digest[13:16]}-{_VARIANT[digest[16]]}{digest[17:20]}-{digest[20:32]}"


def profile_id(seed: int, external_id: str) -> str:
    """The internal profileId of a person."""
    return stable_id(f"{seed}|profile|{external_id}")


@lru_cache(maxsize=16)
def account_id(seed: int) -> str:
    """The accountId of the one account a simulator serves."""
    return stable_id(f"{seed}|account")
