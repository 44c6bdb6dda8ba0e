"""What the stand-in finds in a prompt: values, openers and sentences of one person. Nothing is checked."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

PLACEHOLDER = re.compile(r"\{\{([^{}]+)\}\}")
_CELLS = " | "


@dataclass(frozen=True, slots=True)
class ShownSentence:
    """One line of the sentences: the key of its passage, its group there, and the sentence with its slots."""

    key: str
    group: str
    text: str

    @property
    def section(self) -> str:
        """What stands before the `/` of its key."""
        return self.key.partition("/")[0]

    @property
    def is_new(self) -> bool:
        """Whether it is an addition to its section."""
        return "/new." in self.key


@dataclass(frozen=True, slots=True)
class Prompt:
    """Everything a prompt offers; `values` holds what each slot reads as."""

    values: Mapping[str, str] = field(default_factory=dict)
    openers: Sequence[str] = ()
    sentences: Sequence[ShownSentence] = ()

    @property
    def tag(self) -> str:
        """What follows the last dot of the keys; empty where the prompt has none."""
        return self.sentences[0].key.rpartition(".")[2] if self.sentences else ""


def read_prompt(text: str) -> Prompt:
    """The tables of a prompt. Missing sections are empty; lines of another form, headings too, are passed over."""
    lines = _by_section(text)
    values = (_value(line) for line in lines.get("Values", ()))
    sentences = (_sentence(line) for line in lines.get("Sentences", ()))
    return Prompt(
        dict(value for value in values if value),
        [line for line in lines.get("Openers", ()) if line],
        [sentence for sentence in sentences if sentence],
    )


def _by_section(text: str) -> dict[str, list[str]]:
    sections: dict[str, list[str]] = {}
    heading = ""
    for line in text.split("\n"):
        if line.startswith("# "):
            heading = line[2:].strip()
        else:
            sections.setdefault(heading, []).append(line.strip())
    return sections


def _value(line: str) -> tuple[str, str] | None:
    match line.split(_CELLS):
        case [slot, shown] if PLACEHOLDER.fullmatch(slot):
            return slot.strip("{}"), shown
    return None


def _sentence(line: str) -> ShownSentence | None:
    match line.split(_CELLS, 2):
        case [key, group, text] if "/" in key:
            return ShownSentence(key, group, text)
    return None
