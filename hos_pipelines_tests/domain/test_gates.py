"""Gates and facts: nothing is said without data, and less data never sounds surer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hos_pipelines.domain import gates
from hos_pipelines.domain.facts import Basis, Fact, FactSheet
from hos_pipelines.domain.gates import Gate, Status, worst

GATES = [value for value in vars(gates).values() if isinstance(value, Gate)]


@given(st.sampled_from(GATES), st.integers(0, 100), st.integers(0, 100), st.floats(0.1, 1))
def test_less_data_never_raises_confidence(gate: Gate, one: int, other: int, cap: float) -> None:
    fewer, more = sorted((one, other))
    assert gate.confidence(fewer, cap) <= gate.confidence(more, cap) <= cap


@given(st.sampled_from(GATES), st.integers(0, 100))
def test_status_confidence_and_what_is_missing_agree(gate: Gate, n: int) -> None:
    says_nothing = gate.status(n) is Status.INSUFFICIENT
    assert (gate.confidence(n) == 0) is says_nothing
    assert (gate.missing(n) is not None) is says_nothing


def test_the_gates_are_those_of_the_published_reliabilities() -> None:
    assert (gates.TIMING.preliminary, gates.TIMING.standard) == (3, 10)
    assert (gates.FREE_NIGHTS.preliminary, gates.FREE_NIGHTS.standard) == (2, 4)
    assert (gates.WORK_NIGHTS.preliminary, gates.WORK_NIGHTS.standard) == (3, 7)
    assert (gates.REGULARITY.preliminary, gates.REGULARITY.standard, gates.REGULARITY.full) == (5, 11, 18)
    assert (gates.WHOLE_DAYS.preliminary, gates.WHOLE_DAYS.standard, gates.WHOLE_DAYS.full) == (3, 7, 14)
    assert (gates.BASELINE.preliminary, gates.BASELINE.standard) == (7, 14)
    assert (gates.LONG_RUN.preliminary, gates.LONG_RUN.standard) == (14, 28)


def test_of_several_gates_the_scarcest_decides() -> None:
    basis = Basis.of_all({gates.FREE_NIGHTS: 8, gates.WORK_NIGHTS: 2}, "MCTQ")
    assert basis.status is Status.INSUFFICIENT
    assert basis.confidence == 0
    assert basis.missing == "1 more work nights (has 2, needs 3)"


def test_a_fact_without_enough_data_has_no_value_and_says_what_is_missing() -> None:
    sheet = FactSheet("2026-10-01/2026-10-02")
    fact = sheet.add("onset_mean", 23.5, "local hour", Basis.of(gates.TIMING, 2, "circular mean"))
    assert (fact.value, fact.status, fact.confidence) == (None, Status.INSUFFICIENT, 0)
    assert fact.missing == "1 more nights (has 2, needs 3)"


def test_a_fact_that_cannot_be_computed_is_insufficient_however_much_data_there_is() -> None:
    fact = FactSheet(None).add("sri", None, "index", Basis.of(gates.REGULARITY, 20, "SRI"))
    assert (fact.status, fact.missing) == (Status.INSUFFICIENT, "cannot be computed from these data")


def test_a_fact_is_entered_once() -> None:
    sheet = FactSheet(None)
    sheet.add("sri", 80.0, "index", Basis.of(gates.REGULARITY, 20, "SRI"))
    with pytest.raises(ValueError, match="sri: is on the sheet twice"):
        sheet.add("sri", 81.0, "index", Basis.of(gates.REGULARITY, 20, "SRI"))


def test_a_value_without_data_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="without enough data"):
        Fact(
            id="sri", value=80.0, unit="index", n=1, window=None, method="SRI", confidence=0, status=Status.INSUFFICIENT
        )


def test_facts_come_in_the_order_of_their_ids() -> None:
    sheet = FactSheet(None)
    for fact_id in ("wake_mean", "onset_mean"):
        sheet.add(fact_id, 7.0, "local hour", Basis.of(gates.TIMING, 20, "circular mean"))
    assert list(sheet.facts()) == ["onset_mean", "wake_mean"]
    assert sheet.number("wake_mean") == 7.0
    assert sheet.number("sri") is None


def test_the_worst_of_some_statuses() -> None:
    assert worst(Status.OK, Status.PRELIMINARY) is Status.PRELIMINARY
    assert worst(Status.OK, Status.INSUFFICIENT, Status.PRELIMINARY) is Status.INSUFFICIENT
