"""What a nutrition plan takes of the facts of a person, as they hold on the day that is planned."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from hos_pipelines.domain.guidance.nutrition.eater import Category, Eater
from hos_pipelines.domain.person.fact_keys import FactKey, FactSource
from hos_pipelines.domain.person.fact_values import ADULT
from hos_pipelines.domain.person.profile_facts import ProfileFact

PersonFacts = Mapping[FactKey, ProfileFact]
EATING_KEYS = (FactKey.DIET, FactKey.RESTRICTIONS, FactKey.ALLERGIES)


def eater_of(
    facts: PersonFacts, day: date, active_energy: Sequence[Decimal] = (), category: Category | None = None
) -> Eater:
    """The eater on a local day; `active_energy` and `category` come from readings."""
    born = _value(facts, FactKey.BIRTH_DATE)
    weight = facts.get(FactKey.WEIGHT)
    flags = _value(facts, FactKey.HEALTH_FLAGS)
    return Eater(
        age=None if born is None or born == ADULT else age_on(date.fromisoformat(str(born)), day),
        is_adult=True if born == ADULT else None,
        sex=_value(facts, FactKey.SEX) or "unknown",
        height_cm=_decimal(facts, FactKey.HEIGHT),
        weight_kg=_decimal(facts, FactKey.WEIGHT),
        weight_age_days=0 if weight is None else max(0, (day - weight.valid_from.date()).days),
        lean_mass_kg=_decimal(facts, FactKey.LEAN_MASS) if _is_measured(facts, FactKey.LEAN_MASS) else None,
        goal=_value(facts, FactKey.GOAL),
        flags=frozenset(flags or ()),
        has_opted_out_of_numbers=_value(facts, FactKey.OPT_OUT_OF_NUMBERS) is True,
        active_energy=tuple(active_energy),
        category=category,
    )


def restriction_words(facts: PersonFacts) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """All words of what somebody does not eat, and the facts they were said in."""
    said = {key: _value(facts, key) or () for key in EATING_KEYS}
    words = dict.fromkeys(word for listed in said.values() for word in listed)
    return tuple(words), tuple(str(key) for key, listed in said.items() if listed)


def age_on(born: date, day: date) -> int:
    """Whole years; who was born on 29 February grows older on 1 March where there is none."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def _value(facts: PersonFacts, key: FactKey) -> Any:
    fact = facts.get(key)
    return None if fact is None else fact.value


def _decimal(facts: PersonFacts, key: FactKey) -> Decimal | None:
    value = _value(facts, key)
    return None if value is None else Decimal(str(value))


def _is_measured(facts: PersonFacts, key: FactKey) -> bool:
    """Whether a device says it, and not too long ago."""
    fact = facts.get(key)
    return fact is not None and fact.source is FactSource.MEASURED and not fact.has_lapsed
