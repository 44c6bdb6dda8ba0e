"""Whether a claim stays with the subjects of its facts. Knows no numbers and no directions."""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet

from hos_pipelines.analyst.proof.subjects import NEVER, TOPICS, mentions


def strange_topics(text: str, allowed: AbstractSet[str], engine: str) -> Iterator[str]:
    """The subjects a text speaks of that none of its facts is about, nor the rules engine's own sentence.

    `allowed` are the subjects of the facts.
    """
    spoken = {one.subject for one in mentions(engine)} if engine else set()
    for subject in dict.fromkeys(one.subject for one in mentions(text)):
        if subject in TOPICS and subject not in allowed and subject not in spoken:
            yield subject
    known = {match[0].lower() for match in NEVER.finditer(engine)}
    yield from (match[0] for match in NEVER.finditer(text) if match[0].lower() not in known)
