"""The measurement: for each synthetic user honest claims, and of each kind of wrong claim some made from them."""

import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from random import Random
from typing import Any

from benchmarks.grounding.additions import additions, in_other_languages
from benchmarks.grounding.drafts import Draft
from benchmarks.grounding.fresh import measure_fresh
from benchmarks.grounding.honest import honest_claims
from benchmarks.grounding.people import Sheet, synthetic_users
from benchmarks.grounding.tally import Prove, Tally
from benchmarks.grounding.wrong import Wrong
from benchmarks.grounding.wrong_numbers import exchanged, wrong_numbers
from benchmarks.grounding.wrong_sources import foreign_facts, insufficient, invented_facts, swapped_users
from benchmarks.grounding.wrong_words import other_labels, turned_directions
from hos_pipelines.analyst.proof.prove import prove as prove_answer

FREE_CLAIMS = 12
# Of each result so many claims are made wrong, and of each kind so many are held, so that none crowds out the others.
MOST_DRAFTS = 20
MOST: Mapping[str, int] = {
    "number": 12, "foreign_fact": 3, "direction": 6, "label": 2, "insufficient": 2, "medical": 2, "language": 3,
    "topic": 2, "invented_fact": 2, "swapped_users": 2, "injection": 2, "exchanged_facts": 2,
}  # fmt: skip


def measure_grounding(cases: int, prove: Prove = prove_answer) -> dict[str, Any]:
    """What the proof catches, misses and wrongly refuses, of so many synthetic users; always the same ones."""
    started = time.perf_counter()
    users = list(synthetic_users(max(2, cases)))
    tally = Tally(prove)
    for place in range(cases):
        other = users[(place + 1) % len(users)]
        chance = Random(place)
        sheets = zip(users[place].sheets, users[place].sparse, other.sheets, strict=True)
        for sheet, sparse, foreign in sheets:
            drafts = honest_claims(sheet, chance, FREE_CLAIMS)
            for draft in drafts:
                tally.hold_honest(draft)
            for one in _wrong_claims(drafts, (sheet, sparse, foreign), chance):
                tally.hold_wrong(one)
    seconds = round(time.perf_counter() - started, 2)
    return {"cases": cases, **tally.report(), "seconds": seconds, "fresh": measure_fresh(users, prove)}


def _wrong_claims(drafts: Sequence[Draft], sheets: tuple[Sheet, Sheet, Sheet], chance: Random) -> Iterator[Wrong]:
    """A choice of all that can be made wrong, of each kind a like part of each way."""
    by_kind: defaultdict[str, defaultdict[str, list[Wrong]]] = defaultdict(lambda: defaultdict(list))
    for one in _all_wrong(drafts, sheets, chance):
        by_kind[one.kind][one.how].append(one)
    for kind, ways in by_kind.items():
        for found in ways.values():
            chance.shuffle(found)
        rounds = max(map(len, ways.values()))
        mixed = chance.sample(list(ways.values()), len(ways))
        in_turn = [found[turn] for turn in range(rounds) for found in mixed if turn < len(found)]
        yield from in_turn[: MOST[kind]]


def _all_wrong(drafts: Sequence[Draft], sheets: tuple[Sheet, Sheet, Sheet], chance: Random) -> Iterator[Wrong]:
    own, sparse, other = sheets
    for draft in chance.sample(drafts, min(MOST_DRAFTS, len(drafts))):
        yield from wrong_numbers(draft, chance)
        yield from exchanged(draft)
        yield from turned_directions(draft, own, chance)
        yield from other_labels(draft, chance)
        yield from foreign_facts(draft, other, chance)
        yield from invented_facts(draft, chance)
        yield from insufficient(draft, sparse, chance)
        yield from additions(draft, own.area, chance)
    yield from in_other_languages(own, chance)
    yield from swapped_users(list(drafts), other)
