"""What the rules engine says of people, corrupted: each altered number, turned word or foreign fact is found."""

import re
from collections.abc import Iterator

import pytest

from hos_pipelines.analyst.answers import Answer, Claim
from hos_pipelines.analyst.evidence import Evidence, Passage
from hos_pipelines.analyst.passages import evidence_of
from hos_pipelines.analyst.proof.figures import figures
from hos_pipelines.analyst.proof.matching import KnownNumbers
from hos_pipelines.analyst.proof.numerals import in_digits
from hos_pipelines.analyst.proof.prove import prove
from hos_pipelines.analyst.proof.quantities import quantities
from hos_pipelines.domain.analysis_result import AnalysisResult
from hos_pipelines.domain.violations import ViolationKind
from hos_pipelines_tests.analyst.proof.claims import TAG
from hos_pipelines_tests.analyst.proof.people import results

NUMBER = re.compile(r"\d+(?:[:.,]\d+)*")
TURNED = {
    "later": "earlier",
    "earlier": "later",
    "longer": "shorter",
    "shorter": "longer",
    "higher": "lower",
    "lower": "higher",
    "highest": "lowest",
    "more": "fewer",
    "fewer": "more",
    "less": "more",
    "above": "below",
    "below": "above",
    "falling": "rising",
    "rising": "falling",
    "raised": "lowered",
}
TURN = re.compile(rf"\b(?:{'|'.join(TURNED)})\b(?! asleep)")


def told(result: AnalysisResult) -> Iterator[tuple[Evidence, Passage, str]]:
    """Each sentence of a result with a fact behind it, and the evidence it is held against."""
    sheet = evidence_of(result, TAG)
    for passage in sheet.passages:
        for text in filter(None, (passage.text, passage.beside)):
            yield sheet, passage, text


def kinds_of(sheet: Evidence, passage: Passage, text: str) -> set[ViolationKind]:
    cited = [sheet.tag_id(fact_id) for fact_id in passage.fact_ids]
    claim = Claim(passage=passage.key, text=text, fact_ids=cited)
    return {violation.kind for violation in prove(Answer(claims=[claim]), sheet).violations}


def is_true_of(sheet: Evidence, passage: Passage, text: str) -> bool:
    """Whether a corrupted text happens to be true: its number is that of another cited fact."""
    known = KnownNumbers(
        {one: figures(sheet.facts[one]) for one in passage.fact_ids}, quantities(in_digits(passage.text))
    )
    return all(map(known.says, quantities(in_digits(text))))


@pytest.mark.parametrize("step", [1, 3, 7])
def test_every_altered_digit_is_found(step: int) -> None:
    altered = 0
    for result in results():
        for sheet, passage, text in told(result):
            for match in NUMBER.finditer(text):
                last = str((int(match[0][-1]) + step) % 10)
                wrong = text[: match.end() - 1] + last + text[match.end() :]
                if not is_true_of(sheet, passage, wrong):
                    altered += 1
                    assert ViolationKind.NUMBER in kinds_of(sheet, passage, wrong), wrong
    assert altered > 300


def test_every_turned_word_is_found() -> None:
    turned = 0
    for result in results():
        for sheet, passage, text in told(result):
            for match in TURN.finditer(text):
                wrong = text[: match.start()] + TURNED[match[0]] + text[match.end() :]
                turned += 1
                assert ViolationKind.DIRECTION in kinds_of(sheet, passage, wrong), wrong
    assert turned > 30


def test_nobody_s_sentence_passes_with_the_facts_of_somebody_else() -> None:
    """The same ids, but of another person's data: another tag."""
    for one, other in zip(results(), results()[2:], strict=False):
        sheet = evidence_of(other, "other")
        for _, passage, text in told(one):
            cited = [f"{fact_id}.{TAG}" for fact_id in passage.fact_ids]
            answer = Answer(claims=[Claim(passage=passage.key, text=text, fact_ids=cited)])
            assert ViolationKind.FOREIGN_FACT in {violation.kind for violation in prove(answer, sheet).violations}
