"""Whether a claim names types, stages, zones and levels as the facts do. Knows no numbers and no directions."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from hos_pipelines.analyst.proof.directions import NumberPlace, apart
from hos_pipelines.analyst.proof.vocabularies import VOCABULARIES, ZONE_NAMES, Facts, Ids, Vocabulary, zones_of

NEGATED = re.compile(
    r"(?:\b(?:not|neither|nor|never|no|hardly|rather than|instead of|without)\b|n't\b)(?: [\w-]+){0,3} ?$"
    r"|\b(?:nothing|none|no (?:sign|hint|trace|evidence|indication)s?|little)\b(?: [\w-]+){0,6} ?$",
    re.IGNORECASE,
)
BEFORE = 40


def wrong_labels(text: str, cited: Ids, facts: Facts, engine: str) -> Iterator[str]:
    """What a text names otherwise than the cited facts hold it, and the rules engine does not say either."""
    for vocabulary in VOCABULARIES:
        held = vocabulary.held(cited, facts)
        if held or vocabulary.needs_fact:
            yield from _find_misnamed(text, vocabulary, held, engine)


def _find_misnamed(text: str, vocabulary: Vocabulary, held: frozenset[str], engine: str) -> Iterator[str]:
    taken: set[int] = set()
    for phrase in vocabulary.phrases:
        for match in phrase.words.finditer(text):
            if not taken.isdisjoint(range(*match.span())):
                continue
            taken.update(range(*match.span()))
            is_right = phrase.is_true(held, is_negated=_is_negated(text, match.start()))
            if not is_right and not phrase.words.search(engine):
                yield f"{match[0]} ({vocabulary.name})"


def _is_negated(text: str, start: int) -> bool:
    return NEGATED.search(text, max(0, start - BEFORE), start) is not None


def wrong_zones(text: str, cited: Ids, places: Sequence[NumberPlace], engine: str) -> Iterator[str]:
    """Zones of energy that a text names next to the times of another one, or without any time of it."""
    for words, values, _ in ZONE_NAMES:
        for match in words.finditer(text):
            held = _zones_near(match, places, text) or frozenset().union(*map(zones_of, cited))
            if not values & held and not words.search(engine):
                yield match[0]


def _zones_near(match: re.Match[str], places: Sequence[NumberPlace], text: str) -> frozenset[str]:
    """The zones of the nearest number that is the edge of one, in the same sentence."""
    first, last = _sentence(text, match.start())
    zoned = [
        (one, zones)
        for one in places
        if first <= one.start < last and (zones := frozenset().union(*map(zones_of, one.fact_ids)))
    ]
    near = min(zoned, key=lambda pair: apart(text, match.span(), (pair[0].start, pair[0].end)), default=None)
    return near[1] if near else frozenset()


def _sentence(text: str, place: int) -> tuple[int, int]:
    ends = [0, *(match.end() for match in SENTENCE_END.finditer(text)), len(text) + 1]
    return next((first, last) for first, last in pairwise(ends) if first <= place < last)


SENTENCE_END = re.compile(r"[.!?;](?=\s)")
