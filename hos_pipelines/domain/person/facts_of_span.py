"""What holds on any moment of a span that lies ahead, as it is known now: what restricts is joined, the rest begins it.

An allergy that holds from tomorrow counts for the day of tomorrow, whenever that day is planned.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from hos_pipelines.domain.person.fact_keys import FactKey
from hos_pipelines.domain.person.profile_facts import ProfileFact, facts_at

# Lists of words of which one more is only ever safer.
RESTRICTING: Final = (FactKey.DIET, FactKey.RESTRICTIONS, FactKey.ALLERGIES, FactKey.HEALTH_FLAGS)


def facts_of_span(
    facts: Mapping[FactKey, ProfileFact], said: Sequence[ProfileFact], start: datetime, end: datetime
) -> Mapping[FactKey, ProfileFact]:
    """`facts` hold now, `said` are all rows that hold now or later; the same facts where nothing of them changes.

    What restricts is the union of all that holds from start until end. All else is as it is at the start.
    """
    if not said:
        return facts
    changes = {at.astimezone(UTC) for one in said for at in (one.valid_from, one.valid_to) if at is not None}
    known = {one.id: one for one in (*facts.values(), *said) if one.id is not None}
    rows = [*(one for one in facts.values() if one.id is None), *known.values()]
    held = [facts_at(rows, at) for at in sorted({start.astimezone(UTC), *(at for at in changes if start < at < end)})]
    found = dict(held[0]) | {key: one for key in RESTRICTING if (one := _union(key, held)) is not None}
    silent = (one[FactKey.OPT_OUT_OF_NUMBERS] for one in held if FactKey.OPT_OUT_OF_NUMBERS in one)
    wish = next((one for one in silent if one.value is True), None)
    if wish is not None:
        found[FactKey.OPT_OUT_OF_NUMBERS] = wish
    return {key: found[key] for key in FactKey if key in found}


def _union(key: FactKey, held: Iterable[Mapping[FactKey, ProfileFact]]) -> ProfileFact | None:
    """The words of all of them, each once, in the newest fact."""
    said = [one[key] for one in held if key in one]
    words = list(dict.fromkeys(word for one in said for word in one.value))
    return replace(said[-1], value=words) if said else None
