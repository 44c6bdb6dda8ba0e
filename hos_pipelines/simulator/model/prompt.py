"""What the stand-in finds in a prompt: the facts, constants and passages of one person. Nothing is checked."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

PLACEHOLDER = re.compile(r"\{\{([^{}]+)\}\}")
_CELLS = " | "
_NOTHING = "-"


@dataclass(frozen=True, slots=True)
class ShownFact:
    """One line of the facts: its tagged id, what it is, how it is shown."""

    fact_id: str
    what: str
    shown: str


@dataclass(frozen=True, slots=True)
class ShownPassage:
    """One line of the passages: its key, the tagged ids it rests on, its text."""

    key: str
    rests_on: tuple[str, ...]
    text: str

    @property
    def is_new(self) -> bool:
        """Whether it asks for claims of the model's own."""
        return self.key.endswith("/new")


@dataclass(frozen=True, slots=True)
class Prompt:
    """Everything a prompt offers."""

    facts: Sequence[ShownFact] = ()
    constants: Mapping[str, str] = field(default_factory=dict)
    passages: Sequence[ShownPassage] = ()

    @property
    def tag(self) -> str:
        """What follows the last dot of the ids; empty where the prompt has none."""
        ids = [fact.fact_id for fact in self.facts] + list(self.constants)
        return ids[0].rpartition(".")[2] if ids else ""

    @property
    def shown(self) -> dict[str, str]:
        """How each fact and constant is shown, by tagged id."""
        return {fact.fact_id: fact.shown for fact in self.facts} | dict(self.constants)


def read_prompt(text: str) -> Prompt:
    """The tables of a prompt. Missing sections are empty; lines of another form, headings too, are passed over."""
    lines = _by_section(text)
    facts = (_fact(line) for line in lines.get("Facts", ()))
    constants = (_constant(line) for line in lines.get("Constants", ()))
    passages = (_passage(line) for line in lines.get("Passages", ()))
    return Prompt(
        [fact for fact in facts if fact],
        dict(constant for constant in constants if constant),
        [passage for passage in passages if passage],
    )


def _by_section(text: str) -> dict[str, list[str]]:
    sections: dict[str, list[str]] = {}
    heading = ""
    for line in text.split("\n"):
        if line.startswith("# "):
            heading = line[2:].strip()
        else:
            sections.setdefault(heading, []).append(line.rstrip("\r"))
    return sections


def _fact(line: str) -> ShownFact | None:
    match line.split(_CELLS):
        case [fact_id, what, shown, _direction] if "." in fact_id:
            return ShownFact(fact_id.strip(), what.strip(), shown.strip())
    return None


def _constant(line: str) -> tuple[str, str] | None:
    match line.split(_CELLS):
        case [constant_id, shown] if "." in constant_id:
            return constant_id.strip(), shown.strip()
    return None


def _passage(line: str) -> ShownPassage | None:
    match line.split(_CELLS, 2):
        case [key, rests_on, text] if "/" in key:
            cited = () if rests_on.strip() == _NOTHING else tuple(rests_on.split())
            return ShownPassage(key.strip(), cited, text.strip())
    return None
