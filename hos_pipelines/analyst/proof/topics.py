"""Whether a claim stays with the subjects of its facts. Knows no numbers and no directions."""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet

from hos_pipelines.analyst.proof.strange_words import FOOD, NEVER
from hos_pipelines.analyst.proof.subjects import TOPICS, mentions


def strange_topics(text: str, allowed: AbstractSet[str], engine: str) -> Iterator[str]:
    """The subjects a text speaks of that none of its facts is about, nor the rules engine's own sentence.

    `allowed` are the subjects of the facts.
    """
    spoken = frozenset(one.subject for one in mentions(engine))
    for subject in dict.fromkeys(one.subject for one in mentions(text)):
        if subject in TOPICS and subject not in allowed and subject not in spoken:
            yield subject
    for words in (NEVER,) if "meals" in allowed | spoken else (NEVER, FOOD):
        known = {match[0].lower() for match in words.finditer(engine)}
        yield from (match[0] for match in words.finditer(text) if match[0].lower() not in known)
