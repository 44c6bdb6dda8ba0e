"""The checks of one claim, each by the kind of violation it finds, and the sentence a model is told for its repair."""

from collections.abc import Callable, Iterator

from hos_pipelines.analyst.proof.directed import directions_of_facts
from hos_pipelines.analyst.proof.directions import find_directions, wrong_directions
from hos_pipelines.analyst.proof.exchanges import find_exchanges
from hos_pipelines.analyst.proof.figures import SHARES
from hos_pipelines.analyst.proof.frequencies import find_unfounded_frequencies
from hos_pipelines.analyst.proof.labels import wrong_labels, wrong_zones
from hos_pipelines.analyst.proof.language import is_english_claim, words_of
from hos_pipelines.analyst.proof.matching import find_unexplained
from hos_pipelines.analyst.proof.medical import medical_words, odd_forms
from hos_pipelines.analyst.proof.misplaced_numbers import find_misplaced
from hos_pipelines.analyst.proof.overstatements import causes, exaggerations
from hos_pipelines.analyst.proof.reading import (
    GLUED,
    MARK,
    MULTIPLE_BEFORE,
    PART_AFTER,
    SIGN_BEFORE,
    UNIT_AFTER,
    ReadClaim,
    without_placeholders,
)
from hos_pipelines.analyst.proof.subjects import mentions, subjects_of
from hos_pipelines.analyst.proof.topics import strange_topics
from hos_pipelines.analyst.proof.units import UNITS, Dimension
from hos_pipelines.domain.fact_titles import title
from hos_pipelines.domain.gates import Status
from hos_pipelines.domain.usual_hours import LEAST_SHARE
from hos_pipelines.domain.violations import ViolationKind

Check = Callable[[ReadClaim], Iterator[str]]


def _foreign(read: ReadClaim) -> Iterator[str]:
    for cited in read.foreign:
        yield f"{cited!r} is no fact of this person: cite ids exactly as they are listed, ending included."


def _insufficient(read: ReadClaim) -> Iterator[str]:
    for fact_id in read.fact_ids:
        if read.facts[fact_id].status is Status.INSUFFICIENT:
            yield f"{fact_id} is not known for this person: say nothing of it."


def _numbers(read: ReadClaim) -> Iterator[str]:
    for one in find_unexplained(read.quantities, read.known):
        said = read.words[one.start : one.end].strip()
        yield f"The number {said!r} is none of the cited facts: use a placeholder of a cited fact, or leave it out."
    for said in (*find_misplaced(read.words, read.places, read.facts), *find_exchanges(read.words, read.places)):
        yield f"{MARK.sub('...', said)!r} puts a number in the place of another one: check which fact belongs there."
    for said in find_unfounded_frequencies(read.words, list(_shares(read)), read.engine):
        yield f"{said!r} says how often, and no cited fact bears it out: give the placeholder of the share instead."
    yield from _curves(read)
    yield from _around_placeholders(read)


def _shares(read: ReadClaim) -> Iterator[float]:
    """The shares that cited facts say; where most days lie is true of half of them at least."""
    for one in read.fact_ids:
        fact = read.facts[one]
        if isinstance(fact.value, float) and fact.unit in SHARES:
            yield fact.value * SHARES[fact.unit]
        if one.startswith("usual_"):
            yield LEAST_SHARE


def _curves(read: ReadClaim) -> Iterator[str]:
    for plain_id in read.marked:
        if plain_id is not None and plain_id in read.facts and isinstance(read.facts[plain_id].value, list):
            yield f"{plain_id} is a curve and cannot be shown in a sentence."


def _around_placeholders(read: ReadClaim) -> Iterator[str]:
    """Nothing next to a placeholder may change its number: no digit, no sign, no other unit."""
    if GLUED.search(read.words):
        yield "Something is written onto a placeholder: leave spaces around it and nothing that changes the number."
    for match, plain_id in zip(MARK.finditer(read.words), read.marked, strict=True):
        if plain_id is None:
            continue
        if SIGN_BEFORE.search(read.words, 0, match.start()):
            yield f"A sign stands before {plain_id}: its placeholder has none, say the direction in words."
        if MULTIPLE_BEFORE.search(read.words, 0, match.start()) or PART_AFTER.match(read.words, match.end()):
            yield f"A fraction or multiple of {plain_id} is another number: say the placeholder alone."
        after = UNIT_AFTER.match(read.words, match.end())
        if after and not _fits(read, plain_id, after["unit"].lower()):
            yield f"{after['unit']!r} after {plain_id} is not its unit: a placeholder brings its own unit."


def _fits(read: ReadClaim, plain_id: str, unit: str) -> bool:
    told = read.figures_of(plain_id)
    named = UNITS.get(unit)
    if named is None:
        return unit[0] in "apo" and any(one.dimension is Dimension.CLOCK for one in told)
    if named.dimension is not Dimension.COUNT:
        return any(one.dimension is named.dimension for one in told)
    return any(one.is_counted_in(named) for one in told)


def _directions(read: ReadClaim) -> Iterator[str]:
    facts = list(directions_of_facts(read.cited, read.facts, read.evidence.courses))
    for said in wrong_directions(read.words, facts, find_directions(read.engine), read.places):
        yield f"{said!r} is not what the cited facts say: take the direction of a cited fact, or leave the word out."


def _labels(read: ReadClaim) -> Iterator[str]:
    for named in wrong_labels(read.words, read.cited, read.facts, read.engine):
        yield f"{named!r} is not what the cited facts say: name it as the fact does, and cite that fact."
    for zone in wrong_zones(read.words, read.cited, read.places, read.engine):
        yield f"{zone!r} is not the zone of the cited times: name the zone as the fact does."


def _topics(read: ReadClaim) -> Iterator[str]:
    ids = {*read.fact_ids, *(one for one in read.passage.fact_ids if one in read.facts)}
    titled = frozenset(one.subject for fact_id in ids for one in mentions(title(fact_id)))
    allowed = titled.union(*(subjects_of(read.facts[one]) for one in ids))
    for subject in strange_topics(read.words, allowed, read.engine):
        yield f"The cited facts say nothing of {subject!r}: cite a fact that does, or leave it out."


def _causes(read: ReadClaim) -> Iterator[str]:
    for said in causes(read.words, read.engine):
        yield f"{said!r} makes one thing the cause of another: say that they go together, or leave it out."


def _exaggerations(read: ReadClaim) -> Iterator[str]:
    for said in exaggerations(read.words, read.engine):
        yield f"{said!r} is more than the facts say: put it plainly."


def _medical(read: ReadClaim) -> Iterator[str]:
    speaks_of_dlmo = any(one.startswith("dlmo") for one in read.cited)
    for word in medical_words(read.words, speaks_of_dlmo=speaks_of_dlmo):
        yield f"{word!r} is a word of medicine: name no illness, remedy or treatment."


def _form(read: ReadClaim) -> Iterator[str]:
    for odd in odd_forms(read.words, read.claim.text):
        yield f"{odd!r} does not belong in a sentence for the person: write plain text, without links, markup or rules."


def _language(read: ReadClaim) -> Iterator[str]:
    if not is_english_claim(without_placeholders(read.claim.text), words_of(read.engine)):
        yield "This claim is not in English: write it in English, in Latin letters."


CHECKS: tuple[tuple[ViolationKind, Check], ...] = (
    (ViolationKind.FOREIGN_FACT, _foreign),
    (ViolationKind.INSUFFICIENT, _insufficient),
    (ViolationKind.NUMBER, _numbers),
    (ViolationKind.DIRECTION, _directions),
    (ViolationKind.LABEL, _labels),
    (ViolationKind.TOPIC, _topics),
    (ViolationKind.CAUSE, _causes),
    (ViolationKind.EXAGGERATION, _exaggerations),
    (ViolationKind.MEDICAL, _medical),
    (ViolationKind.FORM, _form),
    (ViolationKind.LANGUAGE, _language),
)
