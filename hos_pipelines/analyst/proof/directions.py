"""Whether a claim's words of direction point the way its facts do. Knows no numbers, no labels."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from hos_pipelines.analyst.proof.directed import Contrast, FactDirection
from hos_pipelines.analyst.proof.direction_words import (
    BALANCE,
    EITHER,
    LEVEL,
    MOVEMENT,
    TIME,
    DirectionWord,
    direction_words,
)
from hos_pipelines.analyst.proof.subjects import Mention, mentions

SENTENCE = re.compile(r"[.!?;](?=\s|$)")
REFERENCE = re.compile(
    r"(?:\bthan(?: [^\s,;.]+){0,4}|\bcompared (?:with|to)(?: your| the)?|\bversus|\bvs\.?|"
    r"\brelative to(?: your| the)?|\bagainst(?: your| the)?|\binstead of(?: on)?|\bfrom(?: your| the)?) $",
    re.IGNORECASE,
)
# The words after which their reference follows at once.
PREPOSITIONS = ("above", "below", "over", "under", "beyond", "short of", "beneath", "exceed", "surpass")
# What can come earlier or later; other subjects in the sentence do not tell which time is meant.
TIMED = frozenset({"bedtime", "waking", "midsleep", "social jetlag", "melatonin", "chronotype"})
UNTIMED = frozenset({"bedtime", "waking", "midsleep", "social jetlag", "sleep need", "chronotype", "streak"})
JOINT = re.compile(r",| and | but | while | whereas | although |;")
JOINT_WEIGHT, NEXT, NEAR = 25, 20, 40
EDGE = re.compile(r"_(?:start|end|energy)$")
SORTS = {LEVEL: (LEVEL, EITHER), MOVEMENT: (MOVEMENT, EITHER), EITHER: (LEVEL, EITHER, MOVEMENT)}


class NumberPlace(NamedTuple):
    """Where in a text a number stands, and the facts that say it."""

    start: int
    end: int
    fact_ids: frozenset[str]


class Spoken(NamedTuple):
    """A word of direction with the subject it seems to be about, and the sentence it stands in, from `start` on."""

    word: DirectionWord
    subject: str | None
    sentence: str
    start: int

    def away(self, start: int, end: int) -> int:
        """How far a piece of the sentence is from the word; what stands beyond a conjunction is farther."""
        return apart(self.sentence, (self.word.start, self.word.end), (start, end))


def apart(text: str, one: tuple[int, int], other: tuple[int, int]) -> int:
    """How far two pieces of a text are from one another; a conjunction or comma between them weighs as a few words."""
    first, second = sorted((one, other))
    between = text[first[1] : second[0]]
    return len(between) + (JOINT_WEIGHT if JOINT.search(between) else 0)


@lru_cache(maxsize=1024)
def find_directions(text: str) -> Sequence[Spoken]:
    """Every word of direction of a text with its subject."""
    found: list[Spoken] = []
    start = 0
    for end in [match.end() for match in SENTENCE.finditer(text)] + [len(text)]:
        sentence = text[start:end]
        words = list(direction_words(sentence))
        told = mentions(sentence) if words else []
        found += [_with_subject(Spoken(word, None, sentence, start), told) for word in words]
        start = end
    return found


def _with_subject(spoken: Spoken, told: Sequence[Mention]) -> Spoken:
    """With the nearest subject that can move along the word's axis."""
    is_time = spoken.word.way.axis is TIME
    fitting = [one for one in told if (one.subject in TIMED if is_time else one.subject not in UNTIMED)]
    near = min(fitting, key=lambda one: spoken.away(one.start, one.end), default=None)
    return spoken if near is None else spoken._replace(subject=near.subject)


def wrong_directions(
    text: str, facts: Sequence[FactDirection], engine: Sequence[Spoken], places: Sequence[NumberPlace]
) -> Iterator[str]:
    """The words of direction no cited fact bears out, nor the rules engine's own sentence."""
    for spoken in find_directions(text):
        near = _zones_near(spoken, places)
        fitting = [fact for fact in facts if not fact.is_local or near is None or _zone(fact.fact_id) in near]
        if not _is_borne_out(spoken, fitting, engine):
            yield spoken.word.said.strip()


def _zones_near(spoken: Spoken, places: Sequence[NumberPlace]) -> frozenset[str] | None:
    """The zones of the number next to a word, as far as it stands in the same sentence."""
    start, length = spoken.start, len(spoken.sentence)
    inside = [one for one in places if 0 <= one.start - start < length]
    near = min(inside, key=lambda one: spoken.away(one.start - start, one.end - start), default=None)
    return None if near is None else frozenset(map(_zone, near.fact_ids))


def _zone(fact_id: str) -> str:
    """The zone a fact is an edge of; other facts stand for themselves."""
    return EDGE.sub("", fact_id)


def _is_borne_out(spoken: Spoken, facts: Sequence[FactDirection], engine: Sequence[Spoken]) -> bool:
    relevant = _relevant(spoken, facts)
    signs = [sign for fact in relevant if (sign := _sign_of(fact, spoken)) is not None]
    word, way = spoken.word, spoken.word.way
    if way.axis is BALANCE and not relevant:
        # Of another debt than that of the last nights: whether there are facts about it is a matter of subjects.
        return True
    if way.sign == 0:
        is_unknown = any(fact.way.sign is None for fact in relevant)
        return 0 in signs or not (signs or (is_unknown and not word.denies))
    if word.is_negated and not any(fact.counts for fact in relevant):
        return any(sign != way.sign for sign in signs) or (not signs and _is_spoken(spoken, engine))
    if way.sign in signs:
        return True
    return way.axis is not BALANCE and _opposite(way.sign) not in signs and _is_spoken(spoken, engine)


def _opposite(sign: int | None) -> int | None:
    return None if sign is None else -sign


def _relevant(spoken: Spoken, facts: Sequence[FactDirection]) -> list[FactDirection]:
    """The facts that decide about a word: of its axis and subject, and of its sort where there are any."""
    way = spoken.word.way
    fitting = [fact for fact in facts if fact.way.axis is way.axis and _is_about(fact, spoken)]
    return [fact for fact in fitting if fact.way.sort in SORTS[way.sort]] or fitting


def _is_about(fact: FactDirection, spoken: Spoken) -> bool:
    return spoken.subject is None or spoken.subject in fact.subjects or fact.way.axis is BALANCE


def _sign_of(fact: FactDirection, spoken: Spoken) -> int | None:
    """Which way a fact points in this sentence: the other way round where its second side is spoken of.

    None where the sentence does not say which side is meant.
    """
    if fact.contrast is None:
        return fact.way.sign
    side = _side(fact.contrast, spoken)
    if side is None:
        return None if fact.contrast.is_needed else fact.way.sign
    return fact.way.sign if side else _opposite(fact.way.sign)


def _side(contrast: Contrast, spoken: Spoken) -> bool | None:
    """Whether the first side is the one compared; a side after `than` is what it is compared with."""
    sides = [(match, True) for match in contrast.first.finditer(spoken.sentence)]
    sides += [(match, False) for match in contrast.second.finditer(spoken.sentence)]
    word = spoken.word
    sides = [one for one in sides if one[0].end() <= word.start or one[0].start() >= word.end]
    references = [(match, not side) for match, side in sides if _is_reference(spoken, match)]
    near = min(references or sides, key=lambda one: spoken.away(*one[0].span()), default=None)
    return near[1] if near else None


def _is_reference(spoken: Spoken, match: re.Match[str]) -> bool:
    """After `than`, or right after `above` and its like."""
    if spoken.word.said.lower().startswith(PREPOSITIONS) and 0 <= match.start() - spoken.word.end <= NEXT:
        return True
    return REFERENCE.search(spoken.sentence, max(0, match.start() - NEAR), match.start()) is not None


def _is_spoken(spoken: Spoken, engine: Sequence[Spoken]) -> bool:
    """Whether the rules engine says the same of the same subject, or of one that cannot be told."""
    return any(
        one.word.way.axis is spoken.word.way.axis
        and (one.subject == spoken.subject or None in (one.subject, spoken.subject))
        and (one.word.way.sign == spoken.word.way.sign) is (one.word.is_negated is spoken.word.is_negated)
        for one in engine
    )
