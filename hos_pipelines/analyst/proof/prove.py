"""Holds a whole answer against the evidence: what is wrong with it, and its claims as they may be shown."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from hos_pipelines.analyst.answers import MOST_CHARACTERS, MOST_CITED, Answer, Claim
from hos_pipelines.analyst.evidence import Evidence, Passage
from hos_pipelines.analyst.proof.claim_checks import CHECKS
from hos_pipelines.analyst.proof.language import is_english
from hos_pipelines.analyst.proof.reading import ReadClaim, read_claim, without_placeholders
from hos_pipelines.domain.violations import Violation, ViolationKind

MOST_NEW = 3
WHOLE = "answer"


@dataclass(frozen=True, slots=True)
class ProvenClaim:
    """A claim with its placeholders filled in, and the plain ids of the facts it cites."""

    passage: str
    text: str
    fact_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Proof:
    """What the proof came to; `claims` are to be used only where there is no violation."""

    violations: Sequence[Violation]
    claims: Sequence[ProvenClaim]


def prove(answer: Answer, evidence: Evidence) -> Proof:
    """Checks every claim of an answer; nothing is asked of a model, no network, no clock."""
    passages = {passage.key: passage for passage in evidence.passages}
    read = [read_claim(claim, _passage(claim, passages), evidence) for claim in answer.claims]
    violations = [
        *_keys(answer.claims, passages),
        *(violation for one in read for violation in _of_claim(one)),
        *_language(answer),
    ]
    return Proof(violations, [ProvenClaim(one.claim.passage, one.shown, one.fact_ids) for one in read])


def _passage(claim: Claim, passages: Mapping[str, Passage]) -> Passage:
    """The passage a claim stands for; an unknown one allows nothing of its own."""
    return passages.get(claim.passage) or Passage(claim.passage, "")


def _keys(claims: Sequence[Claim], passages: Mapping[str, Passage]) -> Iterator[Violation]:
    for key, uses in Counter(claim.passage for claim in claims).items():
        passage = passages.get(key)
        if passage is None:
            yield Violation(ViolationKind.PASSAGE, key, f"There is no passage {key!r}: use the keys listed.")
        elif uses > (MOST_NEW if passage.is_new else 1):
            most = f"{MOST_NEW} times" if passage.is_new else "once"
            yield Violation(
                ViolationKind.PASSAGE, key, f"The passage {key} is used {uses} times, but may be used {most}."
            )


def _of_claim(read: ReadClaim) -> Iterator[Violation]:
    yield from (Violation(ViolationKind.PASSAGE, read.claim.passage, what) for what in _form(read))
    for kind, check in CHECKS:
        yield from (Violation(kind, read.claim.passage, what) for what in check(read))


def _form(read: ReadClaim) -> Iterator[str]:
    text = read.claim.text
    if not text.strip():
        yield "The text is empty: leave the claim out, or write a sentence."
    if len(text) > MOST_CHARACTERS:
        yield f"The text has {len(text)} characters, but at most {MOST_CHARACTERS} are allowed: make it shorter."
    if len(read.claim.fact_ids) > MOST_CITED:
        yield f"{len(read.claim.fact_ids)} facts are cited, but at most {MOST_CITED} are allowed."
    if not read.fact_ids and not read.foreign:
        yield "No fact is cited: cite the facts the sentence rests on, or leave it out."


def _language(answer: Answer) -> Iterator[Violation]:
    text = " ".join(without_placeholders(claim.text) for claim in answer.claims)
    if not is_english(text):
        yield Violation(ViolationKind.LANGUAGE, WHOLE, "The answer is not in English: write it in English.")
