"""Gates and facts: nothing is said without data, and less data never sounds surer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hos_pipelines.domain import gates
from hos_pipelines.domain.facts import Basis, Fact, FactSheet, Interval
from hos_pipelines.domain.gates import RANK, Confidence, Gate, Status, surest, worst

GATES = [value for value in vars(gates).values() if isinstance(value, Gate)]


@given(st.sampled_from(GATES), st.integers(0, 100), st.integers(0, 100), st.sampled_from(Confidence))
def test_less_data_never_raises_confidence(gate: Gate, one: int, other: int, cap: Confidence) -> None:
    fewer, more = sorted((one, other))
    assert RANK[gate.confidence(fewer, cap)] <= RANK[gate.confidence(more, cap)] <= RANK[cap]


@given(st.sampled_from(GATES), st.integers(0, 100))
def test_status_confidence_and_what_is_missing_agree(gate: Gate, n: int) -> None:
    says_nothing = gate.status(n) is Status.INSUFFICIENT
    assert (gate.confidence(n) is Confidence.NONE) is says_nothing
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
    assert basis.confidence is Confidence.NONE
    assert basis.missing == "settled work nights: has 2, needs 3"


def test_a_fact_without_enough_data_has_no_value_and_says_what_is_missing() -> None:
    sheet = FactSheet("2026-10-01/2026-10-02")
    fact = sheet.add("onset_mean", 23.5, "local hour", Basis.of(gates.TIMING, 2, "circular mean"))
    assert (fact.value, fact.status, fact.confidence) == (None, Status.INSUFFICIENT, Confidence.NONE)
    assert fact.missing == "nights: has 2, needs 3"


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
        Fact("sri", 80.0, "index", 1, None, "SRI", Confidence.NONE, Status.INSUFFICIENT)


def test_facts_come_in_the_order_of_their_ids() -> None:
    sheet = FactSheet(None)
    for fact_id in ("wake_mean", "onset_mean"):
        sheet.add(fact_id, 7.0, "local hour", Basis.of(gates.TIMING, 20, "circular mean"))
    assert list(sheet.facts()) == ["onset_mean", "wake_mean"]
    assert sheet.number("wake_mean") == 7.0
    assert sheet.number("sri") is None


@pytest.mark.parametrize(
    ("nights", "level"),
    [
        (2, Confidence.NONE),
        (3, Confidence.LOW),
        (9, Confidence.LOW),
        (10, Confidence.MEDIUM),
        (20, Confidence.MEDIUM),
        (21, Confidence.HIGH),
    ],
)
def test_confidence_rises_by_levels_at_the_amounts_of_its_gate(nights: int, level: Confidence) -> None:
    assert gates.TIMING.confidence(nights) is level


def test_the_least_sure_of_some_levels_decides() -> None:
    assert surest(Confidence.HIGH, Confidence.LOW, Confidence.MEDIUM) is Confidence.LOW
    assert surest(Confidence.HIGH, Confidence.NONE) is Confidence.NONE


def test_an_insufficient_fact_has_no_interval_and_another_keeps_its_own() -> None:
    sheet, interval = FactSheet(None), Interval(22.5, 0.5, 0.7)
    few = sheet.add("wake_mean", 7.0, "local hour", Basis.of(gates.TIMING, 2, "circular mean"), interval)
    enough = sheet.add("onset_mean", 23.5, "local hour", Basis.of(gates.TIMING, 20, "circular mean"), interval)
    assert (few.interval, enough.interval) == (None, interval)


def test_the_worst_of_some_statuses() -> None:
    assert worst(Status.OK, Status.PRELIMINARY) is Status.PRELIMINARY
    assert worst(Status.PRELIMINARY, Status.STALE) is Status.STALE
    assert worst(Status.OK, Status.INSUFFICIENT, Status.PRELIMINARY) is Status.INSUFFICIENT
