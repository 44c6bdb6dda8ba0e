"""Reads a text as a row of offered sentences, each whole and behind an opener or none. What is no such row is nothing.

text     = sentence { sentence }
sentence = [ opener ] offer
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TypeVar

from hos_pipelines.analyst.proof.offers import OfferedSentence

Told = TypeVar("Told")
QUOTES = str.maketrans({"\u2019": "'", "\u2018": "'", "\u2011": "-"})
INNER_SPACES = re.compile(r"\{\{\s*|\s*\}\}")
TOKEN = re.compile(r"\{\{[^{}]*\}\}|[^\W_]+(?:['-][^\W_]+)*|[^\w\s]|_")
ENDS = (".", ":", "!", "?")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One offered sentence of a text, and the opener before it as we write it."""

    offer: OfferedSentence
    opener: str = ""

    @property
    def shown(self) -> str:
        """As it is shown: all of it ours."""
        told = self.offer.shown
        if not self.opener:
            return told
        is_word = told[1:2].islower() or told[1:2] == " "
        return f"{self.opener} {told[0].lower() if is_word else told[0]}{told[1:]}"


class Grammar:
    """The texts that some offers and openers allow."""

    def __init__(self, offers: Iterable[OfferedSentence], openers: Iterable[str]) -> None:
        self._openers = sorted(((normal(one), one) for one in openers), key=lambda pair: -len(pair[0]))
        self._offers = sorted(((normal(one.text), one) for one in offers), key=lambda pair: -len(pair[0]))

    def read(self, text: str) -> tuple[list[Sentence], str]:
        """The sentences from the beginning of a text on, and what is left: nothing of a text that is allowed."""
        rest, sentences = normal(text), list[Sentence]()
        if rest and not rest.endswith(ENDS):
            rest += "."
        while rest:
            opener, after = _first(self._openers, rest) or ("", rest)
            found = _first(self._offers, after)
            if found is None:
                break
            offer, rest = found
            sentences.append(Sentence(offer, opener))
        return sentences, rest

    def strange(self, text: str) -> list[str]:
        """The words and signs of a text that stand in none of its sentences."""
        return [one for one in dict.fromkeys(TOKEN.findall(normal(text))) if one not in self._words]

    @cached_property
    def _words(self) -> frozenset[str]:
        texts = [*(text for text, _ in self._offers), *(text for text, _ in self._openers), ENDS[0]]
        return frozenset(token for text in texts for token in TOKEN.findall(text))


@lru_cache(maxsize=8192)
def normal(text: str) -> str:
    """A text without what makes no difference: case, spaces, the form of quotes."""
    spaced = " ".join(text.translate(QUOTES).casefold().split())
    return INNER_SPACES.sub(lambda braces: braces[0].strip(), spaced)


def _first(told: Sequence[tuple[str, Told]], text: str) -> tuple[Told, str] | None:
    """The longest of some texts that this one begins with, and the rest."""
    for one, whole in told:
        if text.startswith(one) and text[len(one) : len(one) + 1] in ("", " "):
            return whole, text[len(one) + 1 :]
    return None
