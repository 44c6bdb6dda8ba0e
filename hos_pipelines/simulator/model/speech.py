"""What the stand-in says to one prompt when it behaves in one way. How that goes over the wire is no matter here."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import orjson

from hos_pipelines.simulator.model.behaviours import Behaviour
from hos_pipelines.simulator.model.claims import DraftClaim, as_text, honest_claims
from hos_pipelines.simulator.model.misstatements import (
    in_german,
    in_own_words,
    of_another_tag,
    with_flipped_direction,
    with_huge_text,
    with_injection,
    with_invented_number,
    with_shuffled_words,
    with_wrong_slot,
)
from hos_pipelines.simulator.model.prompt import Prompt
from hos_pipelines.simulator.model.smuggling import (
    with_dose,
    with_exchanged_passages,
    with_exchanged_slots,
    with_promise,
    with_smuggled_food,
    with_spelt_number,
)

CHARACTERS_PER_TOKEN = 4
_REFUSAL = "I'm sorry, but I can't help with that request."
_CUT_AT = 0.6
# What is said wrong where a prompt has no passage to say anything of.
_STRAY = DraftClaim("stray/new", "Nothing stands out.")


@dataclass(frozen=True, slots=True)
class Speech:
    """Words of a model: a text or a refusal, whole or ended by the limit of tokens, or held back by a filter.

    Thoughts are given back before the text; `parts` is in how many pieces it comes.
    """

    text: str
    is_refusal: bool = False
    is_cut_short: bool = False
    is_filtered: bool = False
    thoughts: str = ""
    parts: int = 1

    @property
    def tokens(self) -> int:
        """About how many tokens it has."""
        return tokens_in(self.text)

    def within(self, most_tokens: int | None) -> "Speech":
        """What a limit of tokens leaves of it."""
        if most_tokens is None or self.tokens <= most_tokens:
            return self
        return replace(self, text=self.text[: most_tokens * CHARACTERS_PER_TOKEN], is_cut_short=True)


def tokens_in(text: str) -> int:
    """About how many tokens a text has."""
    return -(-len(text) // CHARACTERS_PER_TOKEN)


class Speaker:
    """Says what each behaviour says; the same for a seed, a prompt and an earlier prompt of somebody else."""

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def speech(self, behaviour: Behaviour, prompt: Prompt, of_another: Prompt | None) -> Speech:
        """The answer to a prompt. `of_another` is what was asked about another person before, if anything was."""
        claims = honest_claims(prompt, self._seed)
        if behaviour is Behaviour.SWAPPED_USERS:
            return Speech(as_text(self._about_another(claims, prompt, of_another)))
        if behaviour in _SPEECHES:
            return _SPEECHES[behaviour](claims)
        harm = _HARMS.get(behaviour)
        return Speech(as_text(harm(claims or [_STRAY], prompt) if harm else claims))

    def _about_another(self, claims: list[DraftClaim], prompt: Prompt, of_another: Prompt | None) -> list[DraftClaim]:
        if of_another is not None:
            return honest_claims(of_another, self._seed)
        return of_another_tag(claims, prompt.tag)


def _truncate(claims: Sequence[DraftClaim]) -> Speech:
    whole = as_text(claims)
    return Speech(whole[: int(len(whole) * _CUT_AT)], is_cut_short=True)


def _of_other_form(claims: Sequence[DraftClaim]) -> Speech:
    statements = [{"key": claim.passage, "sentence": claim.text} for claim in claims]
    return Speech(orjson.dumps({"statements": statements, "confidence": "high"}).decode())


def _prose(claims: Sequence[DraftClaim]) -> Speech:
    return Speech(" ".join(["Sure! Here is what stands out.", *(claim.text for claim in claims)]))


def _fence(claims: Sequence[DraftClaim]) -> Speech:
    return Speech(f"Here is the answer:\n\n```json\n{as_text(claims)}\n```\n")


def _think_aloud(claims: Sequence[DraftClaim]) -> Speech:
    """Thoughts as open models print them, with a draft among them."""
    return Speech(f'<think>A draft first: {{"claims": []}}. Or rather:</think>\n{as_text(claims)}')


_SPEECHES: dict[Behaviour, Callable[[Sequence[DraftClaim]], Speech]] = {
    Behaviour.REFUSAL: lambda _claims: Speech(_REFUSAL, is_refusal=True),
    Behaviour.FILTERED: lambda _claims: Speech("", is_filtered=True),
    Behaviour.TRUNCATED: _truncate,
    Behaviour.EMPTY: lambda _claims: Speech(""),
    Behaviour.FENCED: _fence,
    Behaviour.THINKING: _think_aloud,
    Behaviour.IN_PARTS: lambda claims: Speech(as_text(claims), thoughts="Let me see.", parts=3),
    Behaviour.WRONG_SCHEMA: _of_other_form,
    Behaviour.NOT_JSON: _prose,
}
_HARMS: dict[Behaviour, Callable[[list[DraftClaim], Prompt], list[DraftClaim]]] = {
    Behaviour.INVENTED_NUMBER: with_invented_number,
    Behaviour.INVENTED_NUMBER_ONCE: with_invented_number,
    Behaviour.FLIPPED_DIRECTION: lambda claims, _prompt: with_flipped_direction(claims),
    Behaviour.WRONG_SLOT: lambda claims, _prompt: with_wrong_slot(claims),
    Behaviour.OWN_WORDS: lambda claims, _prompt: in_own_words(claims),
    Behaviour.SHUFFLED_WORDS: lambda claims, _prompt: with_shuffled_words(claims),
    Behaviour.INJECTED: lambda claims, _prompt: with_injection(claims),
    Behaviour.OTHER_LANGUAGE: lambda claims, _prompt: in_german(claims),
    Behaviour.HUGE: lambda claims, _prompt: with_huge_text(claims),
    Behaviour.SMUGGLED_FOOD: lambda claims, _prompt: with_smuggled_food(claims),
    Behaviour.DOSE: lambda claims, _prompt: with_dose(claims),
    Behaviour.PROMISE: lambda claims, _prompt: with_promise(claims),
    Behaviour.SPELT_NUMBER: lambda claims, _prompt: with_spelt_number(claims),
    Behaviour.EXCHANGED_SLOTS: lambda claims, _prompt: with_exchanged_slots(claims),
    Behaviour.EXCHANGED_PASSAGES: lambda claims, _prompt: with_exchanged_passages(claims),
}
