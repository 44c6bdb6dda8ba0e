"""`hos bench grounding`: answers that follow the prompt, wrong claims of every kind, and sentences of others."""

import json
from pathlib import Path

import pytest

from benchmarks.grounding.falsehoods import MAKERS
from benchmarks.grounding.measure import measure_grounding
from benchmarks.grounding.people import DEMO_NOW, demo_sheets, synthetic_users
from benchmarks.grounding.plans import PLAN_MAKERS, measure_words_of_plans
from benchmarks.grounding.sentences import SentenceError, judge_sentences
from hos_pipelines.analyst.proof.prove import ClaimProof, Proof, prove, prove_claim
from hos_pipelines.domain.violations import Violation, ViolationKind
from hos_pipelines.simulator.people import KINDS
from hos_pipelines_tests.cli.conftest import Hos

PEOPLE, CASES, PLANNED = 8, 4000, 16
GOLD = Path(__file__).parent.parent / "analyst/proof/sentences.jsonl"
REFUSED = [Violation(ViolationKind.SENTENCE, "sleep_pattern/new", "no")]


def test_the_proof_keeps_its_promises(hos: Hos) -> None:
    answer = hos("bench", "grounding", "--people", str(PEOPLE), "--cases", str(CASES)).succeeded().json
    assert (answer["people"], answer["cases"]) == (PEOPLE, CASES)
    assert answer["passages"] > 100
    assert answer["accepted_first"] == 1, answer["refused_examples"]
    assert answer["passed"] == 0, answer["passed_examples"]
    assert answer["by_kind"].keys() == MAKERS.keys()
    for kind, counts in answer["by_kind"].items():
        assert counts["made"] > CASES / 20, kind
        assert counts["refused"] + counts["listed"] == counts["made"]
    assert answer["by_kind"]["words recombined"]["listed"] == 0
    assert answer["recombined"]["false"] == 0, answer["recombined"]["false_examples"]
    assert sum(one["made"] for one in answer["recombined"]["by_kind"].values()) == CASES
    assert answer["recombined"]["by_kind"]["sentences joined"]["accepted"] > CASES / 100
    assert answer["sentences"]["judged"] > 3000
    assert answer["sentences"]["false"] == 0, answer["sentences"]["false_examples"]


def test_the_words_of_plans_keep_their_promises() -> None:
    answer = measure_words_of_plans(PLANNED, CASES // 2, prove_claim, prove)
    assert answer["passages"] > 200
    assert answer["accepted_first"] == 1, answer["refused_examples"]
    assert answer["passed"] == 0, answer["passed_examples"]
    assert answer["by_kind"].keys() == PLAN_MAKERS.keys()
    for kind, counts in answer["by_kind"].items():
        assert counts["made"] > CASES / 400, kind
        assert counts["refused"] + counts["listed"] == counts["made"]
    for kind in ("food smuggled", "dose", "promise", "number in words", "slot of another item"):
        assert answer["by_kind"][kind]["listed"] == 0
    assert answer["accepted"]["false"] == 0, answer["accepted"]["false_examples"]
    assert answer["sentences"]["judged"] > 2000
    assert answer["sentences"]["false"] == 0, answer["sentences"]["false_examples"]


def test_a_proof_of_plans_that_passes_everything_is_found_out() -> None:
    answer = measure_words_of_plans(4, 800, lambda *_: ClaimProof([]), lambda *_: Proof([], []))
    assert all(counts["passed"] for counts in answer["by_kind"].values())


def test_a_proof_that_passes_everything_lets_every_kind_pass() -> None:
    answer = measure_grounding(2, 400, lambda *_: ClaimProof([]), lambda *_: Proof([], []))
    assert all(counts["passed"] > 10 for counts in answer["by_kind"].values())
    assert answer["accepted_first"] == 1
    assert len(answer["passed_examples"]) == 10


def test_a_proof_that_refuses_everything_accepts_nothing() -> None:
    answer = measure_grounding(2, 400, lambda *_: ClaimProof(REFUSED), lambda *_: Proof(REFUSED, []))
    assert answer["passed"] == 0
    assert answer["accepted_first"] < 1


def test_the_same_people_come_out_every_time_and_of_some_too_little_is_known() -> None:
    first, again = list(synthetic_users(3)), list(synthetic_users(3))
    assert [one.sheets[0].evidence.facts for one in first] == [one.sheets[0].evidence.facts for one in again]
    facts = [fact for user in first for sheet in user.sparse for fact in sheet.evidence.facts.values()]
    assert any(fact.value is None for fact in facts)


def test_people_of_a_demo_are_known_by_id_and_by_kind() -> None:
    by_id, by_kind = demo_sheets("sim-0005"), demo_sheets(KINDS[4])
    assert by_id is not None
    assert by_kind is not None
    assert [one.evidence.facts for one in by_id] == [one.evidence.facts for one in by_kind]
    assert by_id[0].result.analysis_metadata.data_quality.through == DEMO_NOW.date()
    assert demo_sheets("sim-0013") is None


def test_of_sentences_written_without_sight_of_ours_no_false_one_passes(hos: Hos) -> None:
    told = hos("bench", "grounding", "--sentences", str(GOLD), "--verbose").succeeded()
    *verdicts, counts = [json.loads(line) for line in told.stdout.splitlines()]
    assert counts == {"passed_false": 0, "refused_false": 30, "passed_true": 0, "refused_true": 30}
    assert [one["line"] for one in verdicts] == list(range(1, 61))
    assert all(one["why"] for one in verdicts)


def test_a_true_sentence_of_ours_passes_with_or_without_its_passage_and_not_in_the_place_of_another(
    tmp_path: Path,
) -> None:
    text = "Your midsleep is at {{msw}} on work days and at {{msf}} on free days."
    line = {"analysis": "circadian", "person": "weekend_shifted", "text": text, "facts": ["msf", "msw"], "true": True}
    turned = "Your midsleep is at {{msf}} on work days and at {{msw}} on free days."
    others: list[dict[str, object]] = [
        {"passage": "evidence/0"},
        {"passage": "recommendations/0"},
        {"text": turned, "true": False},
    ]
    lines = [line, *({**line, **other} for other in others)]
    path = tmp_path / "lines.jsonl"
    path.write_text("\n".join(json.dumps(one) for one in lines), encoding="utf-8")
    counts, verdicts = judge_sentences(path)
    assert [one["verdict"] for one in verdicts] == ["passed_true", "passed_true", "refused_true", "refused_false"]
    assert counts == {"passed_false": 0, "refused_false": 1, "passed_true": 2, "refused_true": 1}


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("no json", "line 1: is no JSON"),
        ("[]", "line 1: needs analysis, person, text and true."),
        ("", "the file is empty; write one JSON object a line."),
        ('{"person": "lark", "text": "", "true": true}', "It has no analysis."),
        (
            '{"analysis": "behavior", "person": ["lark"], "text": "", "true": true}',
            "line 1: person is .*; give sim-0001",
        ),
        ('{"analysis": "behavior", "person": "lark", "text": 5, "true": true}', "line 1: text is 5; give a sentence"),
        (
            '{"analysis": "behavior", "person": "lark", "text": "", "true": "no"}',
            'line 1: true is "no"; give true or false',
        ),
        (
            '{"analysis": "behavior", "person": "lark", "text": "", "facts": "steps", "true": true}',
            'line 1: facts is "steps"; give a list',
        ),
        (
            '{"analysis": "behavior", "person": "lark", "passage": 7, "text": "", "true": true}',
            "line 1: passage is 7; give a key",
        ),
        ('{"analysis": "mood", "person": "lark", "text": "", "true": true}', "line 1: analysis is 'mood'"),
        ('{"analysis": "behavior", "person": "sim-4711", "text": "", "true": true}', "line 1: person is 'sim-4711'"),
    ],
)
def test_a_line_that_is_none_is_named(tmp_path: Path, line: str, what: str) -> None:
    path = tmp_path / "lines.jsonl"
    path.write_text(line, encoding="utf-8")
    with pytest.raises(SentenceError, match=what):
        judge_sentences(path)


def test_bytes_that_are_no_text_are_named_and_other_separators_of_lines_are_none(tmp_path: Path, hos: Hos) -> None:
    path = tmp_path / "lines.jsonl"
    path.write_bytes(b"\xff\xfe")
    told = hos("bench", "grounding", "--sentences", str(path), "--json")
    told.refused_with("--sentences: byte 0: is no UTF-8; save the file in UTF-8.")
    line = {"analysis": "circadian", "person": "lark", "text": "a\u2028b", "true": False}
    path.write_text(f"\ufeff{json.dumps(line, ensure_ascii=False)}\r\n", encoding="utf-8")
    assert judge_sentences(path)[0]["refused_false"] == 1
