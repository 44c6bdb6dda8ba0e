"""What one prompt offers, read from its text alone: the other side of the proof, which knows nothing of its rooms."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Generic, Protocol, TypeVar

from hos_pipelines.analyst.answers import Answer, Claim, read_answer
from hos_pipelines.analyst.evidence import Evidence
from hos_pipelines.analyst.prompt import conversation
from hos_pipelines.simulator.model.claims import as_text, honest_claims
from hos_pipelines.simulator.model.prompt import Prompt, read_prompt


class SomeSheet(Protocol):
    """Whatever a prompt can be made of."""

    @property
    def archetype(self) -> str:
        """How the person is spoken to."""

    @property
    def evidence(self) -> Evidence:
        """What may be said."""


SheetOf = TypeVar("SheetOf", bound=SomeSheet)


@dataclass(frozen=True)
class Offered(Generic[SheetOf]):
    """One person's prompt, and the sentences it lists by key."""

    sheet: SheetOf

    @cached_property
    def prompt(self) -> Prompt:
        """The prompt as the stand-in reads it."""
        messages = conversation(self.sheet.archetype, self.sheet.evidence)
        return read_prompt(messages[-1].text)

    @cached_property
    def sentences(self) -> Mapping[str, Sequence[str]]:
        """The sentences listed for each key."""
        told: dict[str, list[str]] = {}
        for one in self.prompt.sentences:
            told.setdefault(one.key, []).append(one.text)
        return told

    @cached_property
    def words(self) -> Mapping[str, Sequence[str]]:
        """The words and slots of each key's sentences, as often as they stand there, and those of the openers."""
        openers = [word for opener in self.prompt.openers for word in opener.split()]
        return {key: [*openers, *" ".join(texts).split()] for key, texts in self.sentences.items()}

    @cached_property
    def slots(self) -> Sequence[str]:
        """What stands in the slots of the prompt, tag included."""
        return list(self.prompt.values)

    def lists(self, claim: Claim) -> bool:
        """Whether a claim is a sentence listed for its key, or several, word for word."""
        listed = [_plain(text) for text in self.sentences.get(claim.passage, ())]
        return _is_row(_plain(claim.text), listed)

    def answer(self, seed: int) -> Answer:
        """What a model that follows the prompt answers."""
        return read_answer(as_text(honest_claims(self.prompt, seed)))


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _is_row(text: str, listed: Sequence[str]) -> bool:
    """Whether a text is made of these, one after the other, and of nothing else."""
    return not text or any(text.startswith(one) and _is_row(text[len(one) :].lstrip(), listed) for one in listed)
