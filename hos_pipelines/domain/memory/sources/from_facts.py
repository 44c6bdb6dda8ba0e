"""What a person states of themselves, as statements: restrictions, goal, preferences and flags, by closed names."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import tzinfo

from hos_pipelines.domain.memory.memory_key import KEY
from hos_pipelines.domain.memory.sources.levels import word_of
from hos_pipelines.domain.memory.statement import MemoryStatement
from hos_pipelines.domain.person.fact_keys import FactKey, FactSource
from hos_pipelines.domain.person.profile_facts import ProfileFact

# By fact that is a list: what each of its words is remembered as. Of two an allergy is the stricter, and comes last.
LISTS: Mapping[FactKey, tuple[str, str]] = {
    FactKey.DIET: ("preference.diet_", "followed"),
    FactKey.RESTRICTIONS: ("restriction.", "avoided"),
    FactKey.ALLERGIES: ("restriction.", "allergic"),
    FactKey.HEALTH_FLAGS: ("health.", "present"),
}
HOURS = (FactKey.WAKE_TIME_WORK, FactKey.WAKE_TIME_FREE, FactKey.SLEEP_TIME_WORK, FactKey.SLEEP_TIME_FREE)
SWITCHES: Mapping[FactKey, tuple[str, str]] = {
    FactKey.OPT_OUT_OF_NUMBERS: ("preference.numbers", "unwanted"),
    FactKey.ALLOW_SWITCH: ("preference.switching", "allowed"),
}


def said_in_facts(facts: Iterable[ProfileFact], zone: tzinfo) -> list[MemoryStatement]:
    """What the person said that holds, given the facts that hold. What a device says is no statement."""
    found: dict[str, MemoryStatement] = {}
    for fact in sorted(facts, key=lambda one: list(FactKey).index(one.key)):
        if fact.source is FactSource.STATED:
            for key, value in _of_one(fact):
                if KEY.fullmatch(key):
                    since = fact.valid_from.astimezone(zone).date()
                    found[key] = MemoryStatement(key, value, since, f"fact:{fact.id}")
    return [found[key] for key in sorted(found)]


def _of_one(fact: ProfileFact) -> Iterator[tuple[str, str]]:
    if fact.key in LISTS:
        begins, value = LISTS[fact.key]
        yield from ((f"{begins}{word}", value) for word in fact.value)
    elif fact.key is FactKey.GOAL and (goal := word_of(str(fact.value))) is not None:
        yield "goal.primary", goal
    elif fact.key in HOURS:
        yield f"preference.{fact.key}", "h" + str(fact.value).replace(":", "_")
    elif fact.key in SWITCHES and fact.value is True:
        yield SWITCHES[fact.key]
    elif fact.key is FactKey.ROSTER:
        yield "preference.work", "shifts"
