"""Wrong claims made from a prompt: slots asked otherwise, facts exchanged, words recombined, sentences misplaced."""

import re
from collections.abc import Callable, Iterator, Mapping
from random import Random
from typing import Any

from benchmarks.grounding.offered import Offered
from hos_pipelines.analyst.answers import Claim

SLOT = re.compile(r"\{\{([^{}]+)\}\}")
KINDS_OF_SLOT = ("", "way", "level", "often", "name", "since", "first", "second", "lag")
FEWEST_WORDS, MOST_WORDS = 3, 18
PAIR = ("first", "second")
AnyOffered = Offered[Any]
Maker = Callable[[AnyOffered, AnyOffered, Random], Claim | None]


def false_claims(
    own: AnyOffered, other: AnyOffered, chance: Random, makers: Mapping[str, Maker] | None = None
) -> Iterator[tuple[str, Claim]]:
    """One claim of each kind after the other, without end; `other` is somebody else."""
    while True:
        for kind, make in (makers or MAKERS).items():
            claim = make(own, other, chance)
            if claim is not None:
                yield kind, claim


def _pick(own: AnyOffered, chance: Random) -> tuple[str, str]:
    """A key and one of its sentences."""
    one = chance.choice(own.prompt.sentences)
    return one.key, one.text


def _slot_misused(own: AnyOffered, _: AnyOffered, chance: Random) -> Claim | None:
    """One slot asks something else of its fact."""
    key, text = _pick(own, chance)
    found = list(SLOT.finditer(text))
    if not found:
        return None
    slot = chance.choice(found)
    fact_id, tag = slot[1].split(".")[0], own.prompt.tag
    asked = slot[1].removeprefix(fact_id).removesuffix(tag).strip(".")
    kinds = [one for one in (*KINDS_OF_SLOT, f"versus.{chance.choice(own.slots).split('.')[0]}") if one != asked]
    expression = ".".join(filter(None, (fact_id, chance.choice(kinds), tag)))
    return Claim(passage=key, text=f"{text[: slot.start(1)]}{expression}{text[slot.end(1) :]}")


def _fact_swapped(own: AnyOffered, _: AnyOffered, chance: Random) -> Claim | None:
    """One slot stands for another fact of the person."""
    key, text = _pick(own, chance)
    found = list(SLOT.finditer(text))
    if not found:
        return None
    slot = chance.choice(found)
    instead = chance.choice([one for one in own.slots if one != slot[1]])
    return Claim(passage=key, text=f"{text[: slot.start(1)]}{instead}{text[slot.end(1) :]}")


def _slots_exchanged(own: AnyOffered, _: AnyOffered, chance: Random) -> Claim | None:
    """Two slots change places."""
    key, text = _pick(own, chance)
    slots = SLOT.findall(text)
    if len(set(slots)) < len(PAIR):
        return None
    first, second = chance.sample(sorted(set(slots)), len(PAIR))
    turned = {first: second, second: first}
    return Claim(passage=key, text=SLOT.sub(lambda slot: f"{{{{{turned.get(slot[1], slot[1])}}}}}", text))


def _words_recombined(own: AnyOffered, _: AnyOffered, chance: Random) -> Claim | None:
    """Words of a passage's sentences and of the openers, any of them, in any order."""
    key, _text = _pick(own, chance)
    words = own.words[key]
    return Claim(passage=key, text=" ".join(chance.choices(words, k=chance.randint(FEWEST_WORDS, MOST_WORDS))))


def _halves_joined(own: AnyOffered, _: AnyOffered, chance: Random) -> Claim | None:
    """The beginning of one sentence of a passage and the end of another."""
    key, text = _pick(own, chance)
    end = chance.choice(own.sentences[key]).split()
    start = text.split()
    cut, resume = chance.randint(1, len(start)), chance.randint(0, len(end) - 1)
    return Claim(passage=key, text=" ".join((*start[:cut], *end[resume:])))


def _word_changed(own: AnyOffered, _: AnyOffered, chance: Random) -> Claim | None:
    """A sentence with a word left out, said twice, or put in from the passage's own."""
    key, text = _pick(own, chance)
    words = text.split()
    at = chance.randrange(len(words))
    instead = chance.choice(([], [words[at]] * 2, [words[at], chance.choice(own.words[key])]))
    return Claim(passage=key, text=" ".join((*words[:at], *instead, *words[at + 1 :])))


def _words_inserted(own: AnyOffered, _: AnyOffered, chance: Random) -> Claim | None:
    """A sentence with words nobody approved: negation, comparison, cause, time, number, advice, medicine."""
    key, text = _pick(own, chance)
    words = text.split()
    at = chance.randint(0, len(words))
    return Claim(passage=key, text=" ".join((*words[:at], chance.choice(STRANGE), *words[at:])))


def _other_passage(own: AnyOffered, _: AnyOffered, chance: Random) -> Claim | None:
    """A sentence in the place of another one."""
    key, _text = _pick(own, chance)
    other, text = _pick(own, chance)
    return None if other == key else Claim(passage=key, text=text)


def _other_person(_: AnyOffered, other: AnyOffered, chance: Random) -> Claim | None:
    """What somebody else may be told, keys and slots and all."""
    key, text = _pick(other, chance)
    return Claim(passage=key, text=text)


def _other_condition(own: AnyOffered, other: AnyOffered, chance: Random) -> Claim | None:
    """What somebody else may be told, with the tag of this person; additions may well be true of both."""
    key, text = _pick(other, chance)
    if "/new." in key:
        return None
    mine, theirs = own.prompt.tag, other.prompt.tag
    return Claim(passage=key.removesuffix(theirs) + mine, text=text.replace(f".{theirs}}}}}", f".{mine}}}}}"))


STRANGE = (
    "not", "never", "always", "hardly", "twice", "7", "half", "because", "since then", "therefore", "rarely", "better",
    "do not", "avoid", "must", "may not", "insomnia", "melatonin", "instead", "before", "only", "less", "more", "all",
)  # fmt: skip
MAKERS: Mapping[str, Maker] = {
    "slot misused": _slot_misused,
    "fact swapped": _fact_swapped,
    "slots exchanged": _slots_exchanged,
    "words recombined": _words_recombined,
    "halves joined": _halves_joined,
    "word changed": _word_changed,
    "words inserted": _words_inserted,
    "sentence of another passage": _other_passage,
    "answer for another person": _other_person,
    "sentence of another person": _other_condition,
}
