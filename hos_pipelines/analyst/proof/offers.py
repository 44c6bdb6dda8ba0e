"""Offers: the sentences one person's passage may be said in, each with its slots filled in. Reads no model's text.

A sentence is offered only where the rules' own sentence stands in the passage, where facts bear all its slots, and
where what the person leaves out does not stand in it.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from hos_pipelines.analyst.evidence import Evidence, Passage
from hos_pipelines.analyst.proof.sayings import Saying, Template, sayings_of
from hos_pipelines.analyst.proof.slots import Borne, render

STAR = "*"
# What is read without a sentence around it, and so has no opener.
BARE = frozenset({"title"})
# Where one claim may join sentences of several passages: neither times nor kinds of advice stand beside these.
JOINED = frozenset({"evidence", "sleep_pattern", "signature", "data_insights"})


@dataclass(frozen=True, slots=True, eq=False)
class OfferedSentence:
    """One sentence of a saying for one person: `text` with the ids of its slots.

    `passage` is what it belongs to, `saying` what is said, whatever the words. `expressions` are its slots in order,
    `told` what each was rendered as.
    """

    passage: Passage
    saying: str
    sentence: Template
    expressions: Sequence[str]
    told: Mapping[str, str]
    text: str

    @property
    def shown(self) -> str:
        """The sentence as the person reads it."""
        return self.sentence.shown([self.told[one] for one in self.expressions])

    @property
    def fact_ids(self) -> Sequence[str]:
        """The facts it rests on: those of its passage, and those of its slots."""
        named = [part for one in self.expressions for part in one.split(".")[::2]]
        own = {self.passage.figure_id(name) for name in self.passage.figures}
        cited = [one for one in named if one not in self.passage.constants and one not in own]
        return list(dict.fromkeys([*self.passage.fact_ids, *cited]))


def offers_for(passage: Passage, evidence: Evidence) -> Sequence[OfferedSentence]:
    """What may be said in a claim for a passage: its own sentences and, where they may be joined, its section's."""
    own = own_offers(passage, evidence)
    if passage.section not in JOINED:
        return own
    others = (one for one in evidence.passages if one.section == passage.section and one.key != passage.key)
    return [*own, *(offer for one in others for offer in own_offers(one, evidence))]


@lru_cache(maxsize=4096)
def own_offers(passage: Passage, evidence: Evidence) -> Sequence[OfferedSentence]:
    """The sentences of a passage itself, in the person's voice."""
    figures = {passage.figure_id(name): told for name, told in passage.figures.items()}
    of = Borne(evidence.facts, evidence.courses, passage.constants, figures)
    found: dict[str, OfferedSentence] = {}
    for saying in sayings_of(evidence.analysis, _file(passage)):
        for roles in bindings(saying, passage, evidence):
            place = (passage.key,) if passage.is_exact else ()
            said = " ".join((saying.name, *place, *sorted(roles.values())))
            told: dict[str, str | None] = {}
            for sentence in saying.sentences.get(evidence.voice, ()):
                expressions = [".".join(roles.get(part, part) for part in slot) for slot in sentence.slots]
                for one in expressions:
                    if one not in told:
                        told[one] = render(one, of)
                slots = {one: shown for one in expressions if (shown := told[one]) is not None}
                if len(slots) == len(set(expressions)):
                    text = sentence.filled([f"{{{{{one}}}}}" for one in expressions])
                    offer = OfferedSentence(passage, said, sentence, expressions, slots, text)
                    if evidence.allows(passage, offer.shown):
                        found.setdefault(text, offer)
    return tuple(found.values())


def bindings(saying: Saying, passage: Passage, evidence: Evidence) -> Iterator[Mapping[str, str]]:
    """The facts a saying's roles stand for in a passage; none where the rules do not say it there."""
    if passage.figures or passage.is_exact:
        if saying.is_said_by(passage.figures, passage.text):
            yield {name: passage.figure_id(name) for name in passage.figures}
    elif saying.rules is None:
        for star in saying.each or ("",):
            yield {role: ids[0].replace(STAR, star) for role, ids in saying.facts.items()}
    elif saying.rules.search(passage.text):
        bound = _bound(saying, passage)
        if bound is not None and all(one in evidence.facts for one in bound.values()):
            yield bound


def _file(passage: Passage) -> str:
    return f"{passage.section}_new" if passage.is_new else passage.section


def _bound(saying: Saying, passage: Passage) -> dict[str, str] | None:
    """The first facts of a passage that fit; what `*` stands for in one role it stands for in all."""
    bound: dict[str, str] = {}
    star = None
    for role, ids in saying.facts.items():
        found = next(_fitting(ids, passage.fact_ids, star), None)
        if found is None:
            return None
        bound[role], star = found
    return bound


def _fitting(ids: Sequence[str], rests_on: Sequence[str], star: str | None) -> Iterator[tuple[str, str | None]]:
    for one in ids:
        for fact_id in rests_on:
            match = _pattern(one).fullmatch(fact_id)
            if match is None:
                continue
            if STAR not in one:
                yield fact_id, star
            elif star in (None, match[1]):
                yield fact_id, match[1]


@lru_cache(maxsize=512)
def _pattern(glob: str) -> re.Pattern[str]:
    return re.compile(re.escape(glob).replace(re.escape(STAR), "([a-z0-9_]+?)"))
