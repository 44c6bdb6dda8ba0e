"""What a person says of themselves, before it is stored, and whether it says anything new."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hos_pipelines.domain.person.fact_keys import QUANTITIES, FactKey, FactSource
from hos_pipelines.domain.person.profile_facts import ProfileFact, by_age


@dataclass(frozen=True, slots=True)
class SaidFact:
    """`value` is as it is stored, None takes back; since now where `valid_from` is not said."""

    key: FactKey
    value: Any
    valid_from: datetime | None = None
    valid_to: datetime | None = None
    source: FactSource = FactSource.STATED


def is_news(said: SaidFact, known: Sequence[ProfileFact], now: datetime) -> bool:
    """Whether it adds anything to what the same source has said of the same key; to say the same again does not.

    What changes by itself, as a weight does, is news on every day it is said: it is still so.
    """
    if said.valid_from is not None:
        same_since = [one for one in by_age(known) if one.valid_from == said.valid_from]
        return not same_since or (same_since[-1].value, same_since[-1].valid_to) != (said.value, said.valid_to)
    standing = [one for one in by_age(known) if one.valid_from <= now]
    if not standing:
        return said.value is not None
    last = standing[-1]
    if (last.value, last.valid_to) != (said.value, said.valid_to):
        return True
    quantity = QUANTITIES.get(said.key)
    ages = quantity is not None and quantity.lasts is not None
    return ages and said.value is not None and last.valid_from.date() != now.date()
