"""`hos bench grounding`: right claims, wrong ones, and how both are counted; and what the proof must reach."""

import re
from collections.abc import Iterator
from random import Random

import pytest

from benchmarks.grounding.drafts import Draft, Figure
from benchmarks.grounding.figures import FORMS, Dimension, is_right, right_forms
from benchmarks.grounding.honest import honest_claims
from benchmarks.grounding.measure import measure_grounding
from benchmarks.grounding.people import User, synthetic_users
from benchmarks.grounding.wrong import EXPECTED
from hos_pipelines.analyst.answers import Answer
from hos_pipelines.analyst.evidence import Evidence
from hos_pipelines.analyst.proof.prove import Proof
from hos_pipelines.domain.violations import Violation, ViolationKind
from hos_pipelines_tests.cli.conftest import Hos

CASES = 5


@pytest.fixture(scope="module")
def users() -> list[User]:
    return list(synthetic_users(14))


def drafts_of(users: list[User]) -> Iterator[Draft]:
    for place, user in enumerate(users):
        for sheet in user.sheets:
            yield from honest_claims(sheet, Random(place), free=1000)  # noqa: S311  the same in every run


def test_every_user_has_many_claims_in_many_words(users: list[User]) -> None:
    drafts = list(drafts_of(users))
    assert len(drafts) >= 20 * len(users)
    words = {re.sub(r"\{\{.*?\}\}|\d[\d:.,]*", "", draft.text()) for draft in drafts if draft.passage.is_new}
    assert len(words) >= 60


def test_some_users_are_known_too_little_of(users: list[User]) -> None:
    facts = [fact for user in users for sheet in user.sparse for fact in sheet.evidence.facts.values()]
    assert any(fact.value is None for fact in facts)


def test_the_same_users_come_out_every_time(users: list[User]) -> None:
    assert [draft.text() for draft in drafts_of(users)] == [draft.text() for draft in drafts_of(users)]
    assert [user.sheets[0].evidence.tag for user in synthetic_users(3)] == [
        user.sheets[0].evidence.tag for user in users[:3]
    ]


def test_a_number_reads_back_as_what_was_written_in_every_form(users: list[User]) -> None:
    for draft in drafts_of(users):
        for figure in draft.pieces:
            if isinstance(figure, Figure):
                said = figure.form.read(figure.form.write(figure.value))
                assert said is not None, figure
                assert is_right(figure.form, said % 1440 if figure.dimension is Dimension.CLOCK else said, figure.value)


def test_forms_that_would_say_something_else_are_not_used() -> None:
    assert "full hour" not in [form.name for form in right_forms(Dimension.CLOCK, 23 * 60 + 15)]
    assert "length in min" not in [form.name for form in right_forms(Dimension.LENGTH, 450)]
    assert [form.write(450) for form in FORMS[Dimension.LENGTH][:4]] == [
        "7 h 30 min", "7 h 30", "7 hours and 30 minutes", "7.5 hours",
    ]  # fmt: skip


def test_a_proof_that_passes_everything_misses_everything_and_alarms_nobody() -> None:
    answer = measure_grounding(1, lambda _answer, _evidence: Proof([], []))
    assert set(answer["by_kind"]) == set(EXPECTED)
    assert answer["false_alarms"] == 0
    assert {counts["caught"] for counts in answer["by_kind"].values()} == {0}
    assert answer["by_kind"]["number"]["missed"] > 10
    assert len(answer["missed_examples"]) == 10


def test_a_proof_that_refuses_everything_catches_everything_and_alarms_always() -> None:
    def refuse(_answer: Answer, _evidence: Evidence) -> Proof:
        return Proof([Violation(ViolationKind.NUMBER, "sleep_pattern/new", "no")], [])

    answer = measure_grounding(1, refuse)
    assert answer["false_alarm_rate"] == 1
    assert {counts["missed"] for counts in answer["by_kind"].values()} == {0}
    assert answer["kind_agreement"]["number"] == 1
    assert answer["kind_agreement"]["medical"] == 0


def test_the_proof_keeps_its_promises(hos: Hos) -> None:
    answer = hos("bench", "grounding", "--cases", str(CASES)).succeeded().json
    assert answer["cases"] == CASES
    assert answer["claims"] >= 20 * CASES
    assert answer["false_alarm_rate"] <= 0.01, answer["false_alarm_examples"]
    for kind in ("number", "foreign_fact", "invented_fact", "swapped_users"):
        assert answer["by_kind"][kind]["missed"] == 0, answer["missed_examples"]
    direction = answer["by_kind"]["direction"]
    assert direction["missed"] <= 0.01 * direction["caught"], answer["missed_examples"]
