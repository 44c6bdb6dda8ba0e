"""Holds a whole answer against the evidence: what is wrong with it, and its claims as they may be shown.

Each rule makes one class of falsehood impossible; docs/model.md lists them. Nothing is asked of a model, a network or a
clock, and no character of a model's is shown: a text is read as a row of our own sentences, and those are shown.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from hos_pipelines.analyst.answers import MOST_CHARACTERS, Answer, Claim
from hos_pipelines.analyst.evidence import NEW, Evidence, Passage
from hos_pipelines.analyst.proof.grammar import Grammar, Sentence
from hos_pipelines.analyst.proof.offers import BARE, offers_for
from hos_pipelines.analyst.proof.sayings import SLOT, vocabulary
from hos_pipelines.domain.violations import Violation, ViolationKind

MOST_NEW, MOST_SENTENCES = 3, 5
MOST_NAMED, MOST_QUOTED = 6, 60
KINDS = ViolationKind


@dataclass(frozen=True, slots=True)
class ProvenClaim:
    """A claim as it is shown, the plain ids of the facts it rests on, and what each of its slots was rendered as."""

    passage: str
    text: str
    fact_ids: tuple[str, ...]
    slots: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ClaimProof:
    """What the proof of one claim came to; `proven` and `sayings` (what it says) only where nothing is wrong."""

    violations: Sequence[Violation]
    proven: ProvenClaim | None = None
    sayings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Proof:
    """What the proof came to; `claims` are to be used only where there is no violation."""

    violations: Sequence[Violation]
    claims: Sequence[ProvenClaim]


def prove(answer: Answer, evidence: Evidence) -> Proof:
    """Checks every claim of an answer, and that together they use each passage and sentence as often as they may."""
    proofs = [prove_claim(claim, evidence) for claim in answer.claims]
    violations = [violation for one in proofs for violation in one.violations]
    violations += [*_uses(answer, evidence), *_repeated(proofs)]
    return Proof(violations, [one.proven for one in proofs if one.proven is not None])


def prove_claim(claim: Claim, evidence: Evidence) -> ClaimProof:
    """Checks one claim by itself."""
    passage = _passage(claim, evidence)
    if passage is None:
        return ClaimProof([_no_passage(claim, evidence)])
    violations = [Violation(kind, passage.key, what) for kind, what in _form(claim)]
    if violations:
        return ClaimProof(violations)
    foreign = [one for one in SLOT.findall(claim.text) if evidence.untag_id(one) is None]
    if foreign:
        return ClaimProof([Violation(KINDS.FOREIGN_FACT, passage.key, _foreign(one)) for one in dict.fromkeys(foreign)])
    text = SLOT.sub(lambda slot: f"{{{{{evidence.untag_id(slot[1])}}}}}", claim.text)
    grammar = _grammar(passage, evidence)
    sentences, rest = grammar.read(text)
    violations = [Violation(kind, passage.key, what) for kind, what in _row(passage, sentences, rest)]
    # A text that is read to its end has words of sentences and openers alone.
    violations += [Violation(kind, passage.key, what) for kind, what in _words(grammar, rest, evidence)]
    return ClaimProof(violations) if violations else _proven(passage, sentences)


def _proven(passage: Passage, sentences: Sequence[Sentence]) -> ClaimProof:
    fact_ids = tuple(dict.fromkeys(fact_id for one in sentences for fact_id in one.offer.fact_ids))
    slots = tuple(slot for one in sentences for slot in one.offer.told.items())
    proven = ProvenClaim(passage.key, " ".join(one.shown for one in sentences), fact_ids, slots)
    return ClaimProof([], proven, tuple(one.offer.saying for one in sentences))


@lru_cache(maxsize=1024)
def _grammar(passage: Passage, evidence: Evidence) -> Grammar:
    openers = () if passage.section in BARE else vocabulary().openers[evidence.voice]
    return Grammar(offers_for(passage, evidence), openers)


def _passage(claim: Claim, evidence: Evidence) -> Passage | None:
    key = evidence.untag_id(claim.passage)
    return next((one for one in evidence.passages if one.key == key), None)


def _no_passage(claim: Claim, evidence: Evidence) -> Violation:
    """A key with the tag of another person, or with none, is somebody else's, whatever else it is."""
    key = evidence.untag_id(claim.passage)
    if key is None:
        what = f"{claim.passage!r} is no passage of this person: use keys as they are listed, ending included."
        return Violation(KINDS.FOREIGN_FACT, claim.passage, what)
    return Violation(KINDS.PASSAGE, key, f"There is no passage {key!r}: use the keys listed.")


def _form(claim: Claim) -> Iterator[tuple[ViolationKind, str]]:
    if not claim.text.strip():
        yield KINDS.PASSAGE, "The text is empty: leave the claim out, or use a sentence listed."
    if len(claim.text) > MOST_CHARACTERS:
        yield (
            KINDS.PASSAGE,
            f"The text has {len(claim.text)} characters, but at most {MOST_CHARACTERS} are allowed: make it shorter.",
        )


def _foreign(slot: str) -> str:
    return f"{slot!r} is no slot of this person: write slots exactly as they are listed, ending included."


def _row(passage: Passage, sentences: Sequence[Sentence], rest: str) -> Iterator[tuple[ViolationKind, str]]:
    if rest:
        yield KINDS.SENTENCE, f"No listed sentence begins at {rest[:MOST_QUOTED]!r}: copy sentences whole, as listed."
    elif all(one.offer.passage is not passage for one in sentences):
        yield KINDS.SENTENCE, f"Nothing is said that belongs to {passage.key}: use one of its own sentences."
    sayings = [one.offer.saying for one in sentences]
    if len(set(sayings)) < len(sayings):
        yield KINDS.PASSAGE, "One thing is said twice: use one sentence of each group."
    if len(sentences) > MOST_SENTENCES:
        yield (
            KINDS.PASSAGE,
            f"{len(sentences)} sentences stand in one claim, but at most {MOST_SENTENCES} are allowed: use fewer.",
        )


def _words(grammar: Grammar, text: str, evidence: Evidence) -> Iterator[tuple[ViolationKind, str]]:
    strange = grammar.strange(text)
    slots = [one for one in strange if SLOT.fullmatch(one)]
    words = [one for one in strange if one not in slots]
    for one in slots[:MOST_NAMED]:
        tagged = evidence.tag_id(one.strip("{}"))
        yield KINDS.SLOT, f"The slot {tagged!r} stands in no sentence listed here: its fact does not say that."
    if words:
        named = ", ".join(map(repr, words[:MOST_NAMED]))
        yield KINDS.WORD, f"{named}: no sentence listed here has that; write listed sentences and openers alone."


def _uses(answer: Answer, evidence: Evidence) -> Iterator[Violation]:
    for tagged, uses in Counter(claim.passage for claim in answer.claims).items():
        key = evidence.untag_id(tagged) or tagged
        most = MOST_NEW if key.endswith(f"/{NEW}") else 1
        if uses > most:
            often = "once" if most == 1 else f"{most} times"
            yield Violation(KINDS.PASSAGE, key, f"The passage {key} is used {uses} times, but may be used {often}.")


def _repeated(proofs: Sequence[ClaimProof]) -> Iterator[Violation]:
    told: dict[str, str] = {}
    for one in proofs:
        for saying in one.sayings:
            key = one.proven.passage if one.proven else ""
            if saying in told:
                yield Violation(KINDS.PASSAGE, key, f"{key} says again what {told[saying]} says: say it once.")
            told.setdefault(saying, key)
