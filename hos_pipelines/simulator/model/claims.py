"""What a model that follows the prompt claims: sentences of its choice, in its order, some behind openers."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

import orjson

from hos_pipelines.simulator.chance import draws
from hos_pipelines.simulator.model.prompt import Prompt, ShownSentence

_LEFT_OUT, _OPENED, _JOINED, _ADDED = 0.2, 0.12, 0.25, 0.5
# Sections in which a claim may go on with sentences of other keys.
_MAY_JOIN = ("evidence", "sleep_pattern", "signature", "data_insights")
# Sections in which nothing stands before a sentence.
_BARE = ("title",)


@dataclass(frozen=True, slots=True)
class DraftClaim:
    """One claim of an answer."""

    passage: str
    text: str

    @property
    def section(self) -> str:
        """What stands before the `/` of its key."""
        return self.passage.partition("/")[0]


def as_text(claims: Iterable[DraftClaim]) -> str:
    """The JSON text of an answer."""
    return orjson.dumps({"claims": [asdict(claim) for claim in claims]}).decode()


def honest_claims(prompt: Prompt, seed: int) -> list[DraftClaim]:
    """The claims of a model that follows the prompt, by its own choice; the same for a seed and a prompt."""
    chance = _Chance(f"{seed}|{prompt.tag}|{len(prompt.sentences)}")
    claims: list[DraftClaim] = []
    by_section: dict[str, list[ShownSentence]] = {}
    for sentence in prompt.sentences:
        by_section.setdefault(sentence.section, []).append(sentence)
    for section, sentences in by_section.items():
        told = [claim for key in _keys(sentences) if (claim := _claim(key, sentences, prompt, chance)) is not None]
        told = chance.shuffled([one for one in told if chance.draw() >= _LEFT_OUT] or told[:1])
        if section in _MAY_JOIN and len(told) > 1 and chance.draw() < _JOINED:
            first, second, *rest = told
            told = [DraftClaim(first.passage, f"{first.text} {second.text}"), *rest]
        claims += told
    return claims


def _keys(sentences: Sequence[ShownSentence]) -> list[str]:
    return list(dict.fromkeys(one.key for one in sentences))


def _claim(key: str, sentences: Sequence[ShownSentence], prompt: Prompt, chance: "_Chance") -> DraftClaim | None:
    """One sentence of each group of a passage; of additions one group alone, or none."""
    own = [one for one in sentences if one.key == key]
    groups = list(dict.fromkeys(one.group for one in own))
    if own[0].is_new:
        groups = [chance.one_of(groups)] if chance.draw() < _ADDED else []
    openers = [] if own[0].section in _BARE else prompt.openers
    told = [_sentence(group, own, openers, chance) for group in groups]
    return DraftClaim(key, " ".join(told)) if told else None


def _sentence(group: str, own: Sequence[ShownSentence], openers: Sequence[str], chance: "_Chance") -> str:
    text = chance.one_of([one.text for one in own if one.group == group])
    if not openers or chance.draw() >= _OPENED:
        return text
    # As in running text: a small letter follows.
    return f"{chance.one_of(openers)} {text[0].lower()}{text[1:]}"


class _Chance:
    """Draws that are the same for the same name."""

    def __init__(self, name: str) -> None:
        self._name, self._drawn = name, 0

    def draw(self) -> float:
        self._drawn += 1
        return draws(f"{self._name}|{self._drawn}", 1)[0]

    def one_of(self, told: Sequence[str]) -> str:
        return told[int(self.draw() * len(told))]

    def shuffled(self, claims: Sequence[DraftClaim]) -> list[DraftClaim]:
        drawn = [(self.draw(), claim) for claim in claims]
        return [claim for _, claim in sorted(drawn, key=lambda pair: pair[0])]
