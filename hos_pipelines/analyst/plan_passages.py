"""What a model may put anew of a plan: titles, reasons and tips. Hours, amounts, foods, items and their order stay.

A text is a passage of its own, found to the letter, with its own hours and figures as slots: none can be moved to
another item. Where no numbers are told, no slot has one.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from hos_pipelines.analyst.engines import OPENAI
from hos_pipelines.analyst.evidence import Evidence, Passage
from hos_pipelines.analyst.proof.grammar import Sentence
from hos_pipelines.analyst.proof.offers import own_offers
from hos_pipelines.analyst.proof.prove import ProvenClaim
from hos_pipelines.analyst.proof.sayings import vocabulary
from hos_pipelines.domain.guidance.guidance_kind import GuidanceKind
from hos_pipelines.domain.guidance.plan_rows import PlanKind, PlanRow
from hos_pipelines.domain.guidance.plan_texts import TITLE, PlanText, texts_of, with_texts
from hos_pipelines.domain.guidance.plan_wording import PlanWording

SENTENCES_OF = {
    PlanKind.ROUTINE: GuidanceKind.ROUTINE_PLAN.value,
    PlanKind.NUTRITION: GuidanceKind.NUTRITION_PLAN.value,
}
NOT_ALLOWED = "a text named what may not stand in it; there the rules' words stand."
# Titles are sentences of the files, and shown without their end.
END = "."


@dataclass(frozen=True)
class PlanPage:
    """One plan of one person, how they are spoken to, and what no text of it may say.

    `before` are texts by key in which the day has been told already, in a model's words or left in the rules'.
    """

    profile_id: str
    archetype: str
    row: PlanRow
    wording: PlanWording
    before: Mapping[str, str] = field(default_factory=dict)
    by_passage: bool = True

    @property
    def kind(self) -> str:
        """Routines have sentences of their own, and so have meals."""
        return SENTENCES_OF[self.row.kind]

    @cached_property
    def texts(self) -> dict[str, PlanText]:
        """The texts of the plan by their keys."""
        return {one.key: one for one in texts_of(self.row)}

    @cached_property
    def told(self) -> dict[str, str]:
        """Of the texts in which the day was told before, those that may still be: nobody finds other words at noon."""
        evidence = self._evidence_of(self.texts.values(), "")
        openers = ("", *vocabulary().openers[evidence.voice])
        kept = {}
        for passage in evidence.passages if self.before else ():
            before = self.before.get(passage.key)
            allowed = ("",) if _is_title(passage.key) else openers
            if before == self.texts[passage.key].text or before in {
                _shown(passage.key, Sentence(offer, opener).shown)
                for offer in own_offers(passage, evidence)
                for opener in allowed
            }:
                kept[passage.key] = str(before)
        return kept

    @cached_property
    def new(self) -> list[PlanText]:
        """The texts that are to be put."""
        return [one for one in self.texts.values() if one.key not in self.told]

    @property
    def mark(self) -> str:
        """The digest of what is to be put: the same items are the same question, at whatever hours they are."""
        listed = sorted(f"{one.key}\0{one.text}\0{sorted(one.amounts)}" for one in self.new)
        return hashlib.sha256("\n".join([self.kind, str(self.wording.has_numbers), *listed]).encode()).hexdigest()

    def evidence(self, tag: str) -> Evidence:
        """What a model is given of it: what is to be put."""
        return self._evidence_of(self.new, tag)

    def _evidence_of(self, texts: Iterable[PlanText], tag: str) -> Evidence:
        passages = [_passage(one, has_numbers=self.wording.has_numbers) for one in texts]
        return Evidence(self.kind, vocabulary().voice_of(self.archetype), {}, passages, tag, allows=self._allows)

    def in_words(self, model: str, claims: Sequence[ProvenClaim], reason: str | None) -> PlanRow:
        """The plan with proven claims in place of its texts, each looked at once more in its place."""
        told = {one.passage: _shown(one.passage, one.text) for one in claims} | self._worded
        allowed = {key: text for key, text in told.items() if self.wording.allows(self.texts[key], text)}
        if len(allowed) < len(told):
            reason = NOT_ALLOWED
        return replace(with_texts(self.row, allowed, OPENAI), model_used=model, fallback_reason=reason)

    def in_own_words(self, model: str, reason: str) -> PlanRow:
        """The plan in the rules' own words, but for those in which the day was told before."""
        row = with_texts(self.row, self._worded, OPENAI) if self._worded else self.row
        return replace(row, model_used=model, fallback_reason=reason)

    @property
    def _worded(self) -> dict[str, str]:
        return {key: text for key, text in self.told.items() if text != self.texts[key].text}

    def _allows(self, passage: Passage, shown: str) -> bool:
        return self.wording.allows(self.texts[passage.key], _shown(passage.key, shown))


def _passage(text: PlanText, *, has_numbers: bool) -> Passage:
    ended = f"{text.text}{END}" if _is_title(text.key) else text.text
    figures = {**text.names, **text.amounts} if has_numbers else dict(text.names)
    return Passage(text.key, ended, tuple(text.fact_ids), figures=figures, is_exact=True)


def _is_title(key: str) -> bool:
    return key.partition("/")[0] == TITLE


def _shown(key: str, sentence: str) -> str:
    return sentence.removesuffix(END) if _is_title(key) else sentence
