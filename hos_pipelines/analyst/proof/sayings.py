"""Sayings: our sentences for each thing the rules say, by voice, as the files of `sayings/` have them.

docs/model.md describes the files. Nothing is known of a person here.
"""

import hashlib
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Self

ROOT = Path(__file__).parent.parent / "sayings"
VOCABULARY = "vocabulary.toml"
STOPS = (". ", "! ", "? ")
SLOT = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")
# Whatever stands in a slot of the rules: no end of a sentence, no comma but within a number.
FIGURE = r"((?:[^,;:.]|[,:.](?=\d))+?)"
ANY = "any"
# The sentences of a saying that every voice has.
EVERY_VOICE = "all"


@dataclass(frozen=True, slots=True)
class Template:
    """A sentence: its words, and between them slots by their parts (`("slept", "versus", "need")`).

    `starts` are the places of slots that begin a sentence, which begins with a capital whatever is filled in.
    """

    words: Sequence[str]
    slots: Sequence[tuple[str, ...]]
    starts: frozenset[int]

    @classmethod
    def of(cls, text: str) -> Self:
        """A sentence as a file has it."""
        words, slots = SLOT.split(text)[::2], SLOT.findall(text)
        starts = [at for at, before in enumerate(words[:-1]) if before.endswith(STOPS) or not (at or before)]
        return cls(words, [tuple(slot.split(".")) for slot in slots], frozenset(starts))

    def filled(self, slots: Sequence[str]) -> str:
        """The sentence with these in its slots."""
        return "".join(piece for pair in zip(self.words, (*slots, ""), strict=True) for piece in pair)

    def shown(self, slots: Sequence[str]) -> str:
        """The same as it is read, each sentence with a capital."""
        return self.filled([f"{one[0].upper()}{one[1:]}" if at in self.starts else one for at, one in enumerate(slots)])


@dataclass(frozen=True, slots=True)
class Saying:
    """One thing that may be said. `rules` finds the rules' own sentence, which is `ruled`; None where they have none.

    `facts` are the ids its roles may stand for, `each` what `*` may be in them.
    """

    name: str
    rules: re.Pattern[str] | None
    ruled: Template | None
    facts: Mapping[str, Sequence[str]]
    each: Sequence[str]
    sentences: Mapping[str, Sequence[Template]]

    def is_said_by(self, figures: Mapping[str, str], text: str) -> bool:
        """Whether the rules' sentence with these figures in it is this text, to the letter."""
        if self.ruled is None or not all(slot[0] in figures for slot in self.ruled.slots):
            return False
        return self.ruled.filled([figures[slot[0]] for slot in self.ruled.slots]) == text


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The neutral words: the voice of each archetype, and by voice the openers that may stand before a sentence."""

    voices: Mapping[str, str]
    openers: Mapping[str, Sequence[str]]

    def voice_of(self, archetype: str) -> str:
        """In whose sentences an archetype is spoken to; one nobody knows in those for any."""
        return self.voices.get(archetype, self.voices[ANY])


@lru_cache(maxsize=64)
def sayings_of(analysis: str, section: str) -> Sequence[Saying]:
    """All sayings of a section of an analysis; none where nobody has written any."""
    path = ROOT / analysis / f"{section}.toml"
    if not path.is_file():
        return ()
    told = tomllib.loads(path.read_text(encoding="utf-8"))
    return [_saying(name, one) for name, one in told.items()]


@lru_cache(maxsize=1)
def vocabulary() -> Vocabulary:
    """The neutral vocabulary."""
    told = tomllib.loads((ROOT / VOCABULARY).read_text(encoding="utf-8"))
    return Vocabulary(told["voices"], told["openers"])


@lru_cache(maxsize=1)
def sentences_digest() -> str:
    """Of all sentences there are: an answer of other sentences is another answer."""
    files = sorted(ROOT.rglob("*.toml"))
    texts = (f"{path.relative_to(ROOT)}\0{path.read_text(encoding='utf-8')}" for path in files)
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()


def _saying(name: str, told: Mapping[str, Any]) -> Saying:
    everyone = told.get(EVERY_VOICE)
    voices = {voice for voice in vocabulary().openers if everyone or voice in told}
    return Saying(
        name,
        _finding(told["rules"]) if "rules" in told else None,
        Template.of(told["rules"]) if "rules" in told else None,
        {role: [ids] if isinstance(ids, str) else ids for role, ids in told.get("facts", {}).items()},
        told.get("each", ()),
        {voice: [Template.of(one) for one in everyone or told[voice]] for voice in voices},
    )


def _finding(rules: str) -> re.Pattern[str]:
    """Finds the sentence, whatever figures stand in it, as a whole."""
    words = SLOT.split(rules)[::2]
    return re.compile(rf"(?:(?<=[.:] )|^){_joined(words)}(?= |$)")


def _joined(words: Iterable[str]) -> str:
    return FIGURE.join(re.escape(one) for one in words)
