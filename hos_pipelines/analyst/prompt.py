"""What a model is asked: the archetype's voice, the sentences it may choose from, and what was wrong before.

No raw series, no id of a person and no name is in it, and no text anybody could have typed: an archetype without a
voice of its own is spoken to in the voice for any.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from jinja2 import Environment, StrictUndefined, Template, select_autoescape

from hos_pipelines.analyst.answers import answer_schema
from hos_pipelines.analyst.client import Message
from hos_pipelines.analyst.evidence import Evidence, Passage
from hos_pipelines.analyst.prompt_files import ANY, prompt_files
from hos_pipelines.analyst.proof.offers import BARE, JOINED, OfferedSentence, own_offers
from hos_pipelines.analyst.proof.sayings import SLOT, vocabulary
from hos_pipelines.domain.violations import Violation

MOST_REPAIRS = 20
# Of what may be added to a section so many things are listed, each in one sentence: a choice, not a catalogue.
MOST_NEW_LISTED = 12


def conversation(archetype: str, evidence: Evidence) -> list[Message]:
    """The messages that ask for an answer."""
    files = prompt_files()
    voice = files.voices.get(archetype, files.voices[ANY])
    schema = json.dumps(answer_schema(), separators=(",", ":"))
    sections = {one.section for one in evidence.passages}
    joined, bare = (", ".join(sorted(sections & some)) for some in (JOINED, BARE))
    system = _template(files.system).render(
        voice=voice, aim=files.aims[evidence.analysis], schema=schema, joined=joined, bare=bare
    )
    listed = [(passage, _listed(passage, evidence)) for passage in evidence.passages]
    facts = _template(files.facts).render(
        values=list(_values(evidence, [offer for _, offers in listed for offer in offers])),
        openers=vocabulary().openers[evidence.voice],
        sentences=[line for passage, offers in listed for line in _lines(passage, offers, evidence)],
        beside=[{"key": evidence.tag_id(one.key), "text": one.beside} for one in evidence.passages if one.beside],
    )
    return [Message("system", system), Message("user", facts)]


def repair(violations: Sequence[Violation]) -> Message:
    """The message that asks for an answer once more."""
    return Message("user", _template(prompt_files().repair).render(violations=violations[:MOST_REPAIRS]))


@lru_cache(maxsize=16)
def _template(text: str) -> Template:
    # Plain text for a model, not a page for a browser.
    environment = Environment(undefined=StrictUndefined, autoescape=select_autoescape([], default_for_string=False))
    return environment.from_string(text)


def _listed(passage: Passage, evidence: Evidence) -> Sequence[OfferedSentence]:
    offers = own_offers(passage, evidence)
    if not passage.is_new:
        return offers
    first = {one.saying: one for one in reversed(offers)}
    return [one for one in offers if first[one.saying] is one][:MOST_NEW_LISTED]


def _values(evidence: Evidence, offers: Sequence[OfferedSentence]) -> Iterator[Mapping[str, str]]:
    told = {slot: shown for offer in offers for slot, shown in offer.told.items()}
    for slot, shown in told.items():
        yield {"slot": f"{{{{{evidence.tag_id(slot)}}}}}", "shown": shown}


def _lines(passage: Passage, offers: Sequence[OfferedSentence], evidence: Evidence) -> Iterator[Mapping[str, str]]:
    groups: dict[str, int] = {}
    for one in offers:
        group = groups.setdefault(one.saying, len(groups) + 1)
        text = SLOT.sub(lambda slot: f"{{{{{evidence.tag_id(slot[1])}}}}}", one.text)
        yield {"key": evidence.tag_id(passage.key), "group": str(group), "text": text}
