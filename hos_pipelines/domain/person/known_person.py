"""What the analyses take of what somebody said: how old they are, and whether they are pregnant."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from hos_pipelines.domain.person.fact_keys import FactKey
from hos_pipelines.domain.person.fact_values import ADULT
from hos_pipelines.domain.person.person import UNKNOWN, Person


def known_person(said: Mapping[str, Any] | None, today: date) -> Person:
    """The person by the values of their facts; whoever says no more than `adult` is taken as one of unknown age."""
    born, flags = (None if said is None else said.get(key) for key in (FactKey.BIRTH_DATE, FactKey.HEALTH_FLAGS))
    if born is None and flags is None:
        return UNKNOWN
    age = None if born in {None, ADULT} else _age(date.fromisoformat(born), today)
    return Person(age, None if flags is None else "pregnancy" in flags)


def _age(born: date, today: date) -> int:
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))
