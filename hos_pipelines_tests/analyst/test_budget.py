"""Ceilings of a run and of a day: kept before a request is sent, whatever it then takes."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hos_pipelines.analyst.account import ModelAccount
from hos_pipelines.analyst.budget import Budget, Reservation
from hos_pipelines.analyst.client import Message
from hos_pipelines.analyst.errors import (
    BrokenReplyError,
    BudgetError,
    MisconfiguredModelError,
    ModelError,
    OversizedReplyError,
    TransientModelError,
    UnusableReplyError,
)
from hos_pipelines.analyst.prices import Prices, Unpriced
from hos_pipelines.domain.model_ledger import Call, Question
from hos_pipelines.domain.usage import NOTHING, Usage
from hos_pipelines_tests.analyst.ledger import MemoryLedger

QUESTION = Question("anna", "circadian_analysis", "mark", "gpt-test", "1")
# Three characters a token, and one token more for what is left over.
MESSAGES = [Message("system", "s" * 100), Message("user", "u" * 197)]
INPUT, OUTPUT = 100, 50
ACCOUNT = ModelAccount("gpt-test", "key", most_output_tokens=OUTPUT, run_tokens=10_000, run_usd=100, day_usd=100)


class ADollarAToken:
    """Prices that are easy to add up."""

    def cost(self, usage: Usage) -> float:
        """As many dollars as tokens."""
        return float(usage.tokens)


def budget(ledger: MemoryLedger | None = None, prices: Prices | None = None, **ceilings: float) -> Budget:
    account = replace(ACCOUNT, **ceilings)  # type: ignore[arg-type]
    return Budget(account, prices or Unpriced(), ledger or MemoryLedger())


def reserved(some: Budget, times: int) -> int:
    """How many of so many requests there is room for."""
    count = 0
    for _ in range(times):
        try:
            some.reserve(QUESTION, MESSAGES)
        except BudgetError:
            continue
        count += 1
    return count


def test_a_request_is_put_by_with_its_prompt_and_the_longest_answer() -> None:
    ledger = MemoryLedger()
    reservation = budget(ledger, ADollarAToken(), run_usd=150, day_usd=150).reserve(QUESTION, MESSAGES)
    assert reservation.usage == Usage(INPUT, 0, OUTPUT)
    [entry] = ledger.entries
    assert (entry.question, entry.estimate.tokens, entry.estimate.usd, entry.call) == (QUESTION, 150, 150.0, None)


@pytest.mark.parametrize(("ceiling", "fits"), [(0, 0), (149, 0), (150, 1), (449, 2), (450, 3)])
def test_a_run_takes_requests_up_to_its_ceiling_of_tokens(ceiling: int, fits: int) -> None:
    some = budget(run_tokens=ceiling)
    assert reserved(some, 5) == fits
    with pytest.raises(BudgetError) as stopped:
        some.reserve(QUESTION, MESSAGES)
    assert str(stopped.value) == (
        f"HOS_OPENAI_RUN_TOKENS: the ceiling of {ceiling} tokens leaves no room for another request this run."
    )


@pytest.mark.parametrize(("ceiling", "fits"), [(0, 0), (149.5, 0), (150, 1), (449.5, 2), (450, 3)])
def test_a_run_takes_requests_up_to_its_ceiling_of_cost(ceiling: float, fits: int) -> None:
    some = budget(prices=ADollarAToken(), run_usd=ceiling, day_usd=1000)
    assert reserved(some, 5) == fits
    with pytest.raises(BudgetError) as stopped:
        some.reserve(QUESTION, MESSAGES)
    assert str(stopped.value) == (
        f"HOS_OPENAI_RUN_USD: the ceiling of {ceiling:g} US dollars leaves no room for another request this run."
    )


def test_where_there_is_no_price_no_ceiling_of_cost_stops_anybody() -> None:
    assert reserved(budget(run_usd=0, day_usd=0), 5) == 5


@pytest.mark.parametrize("ceilings", [{"day_tokens": 300}, {"day_usd": 300, "run_usd": 1000}])
def test_a_day_takes_requests_of_all_its_runs_up_to_its_ceiling(ceilings: dict[str, float]) -> None:
    ledger = MemoryLedger()
    assert reserved(budget(ledger, ADollarAToken(), **{"run_usd": 1000, "day_usd": 1000, **ceilings}), 1) == 1
    today = budget(ledger, ADollarAToken(), **{"run_usd": 1000, "day_usd": 1000, **ceilings})
    assert reserved(today, 3) == 1
    with pytest.raises(BudgetError, match=r"^HOS_OPENAI_DAY_TOKENS, HOS_OPENAI_DAY_USD: .* today\.$"):
        today.reserve(QUESTION, MESSAGES)


def test_what_the_day_refuses_takes_nothing_of_the_run() -> None:
    ledger = MemoryLedger()
    some = budget(ledger, run_tokens=150, day_tokens=149)
    assert reserved(some, 3) == 0
    assert ledger.entries == []


def test_once_settled_a_request_counts_for_what_it_took() -> None:
    ledger = MemoryLedger()
    some = budget(ledger, ADollarAToken(), run_tokens=200, run_usd=200, day_usd=200)
    reservation = some.reserve(QUESTION, MESSAGES)
    assert reserved(some, 1) == 0
    some.settle(reservation, "answered", Usage(40, 30, 10), 1.5)
    assert ledger.entries[0].call == Call("answered", Usage(40, 30, 10), 50.0, 1.5)
    assert reserved(some, 2) == 1


def test_an_answer_longer_than_was_put_by_counts_in_full() -> None:
    some = budget(run_tokens=450)
    some.settle(some.reserve(QUESTION, MESSAGES), "answered", Usage(200, 0, 101), 1.0)
    assert reserved(some, 1) == 0


@pytest.mark.parametrize(
    ("error", "is_kept"),
    [
        (TransientModelError("it answers 429."), False),
        (MisconfiguredModelError("the key is wrong."), False),
        (UnusableReplyError("it answers 400."), False),
        (BrokenReplyError("it was cut."), True),
        (OversizedReplyError("it is too large."), True),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
def test_a_request_that_came_to_nothing_counts_only_where_it_may_have_cost(error: ModelError, is_kept: bool) -> None:
    ledger = MemoryLedger()
    some = budget(ledger, run_tokens=299)
    some.fail(some.reserve(QUESTION, MESSAGES), error)
    usage = Usage(INPUT, 0, OUTPUT) if is_kept else NOTHING
    assert ledger.entries[0].call == Call(type(error).__name__, usage, None, 0.0)
    assert reserved(some, 1) == (0 if is_kept else 1)


steps = st.lists(st.sampled_from(["ask", "settle", "cut", "refuse"]), max_size=40)


@given(steps=steps, run_tokens=st.integers(0, 1500), run_usd=st.integers(0, 1500))
def test_what_is_put_by_and_what_is_taken_never_exceed_a_ceiling_together(
    steps: list[str], run_tokens: int, run_usd: int
) -> None:
    ledger = MemoryLedger()
    some = budget(ledger, ADollarAToken(), run_tokens=run_tokens, run_usd=run_usd, day_usd=10_000)
    under_way: list[Reservation] = []
    for step in steps:
        if step == "ask":
            try:
                under_way.append(some.reserve(QUESTION, MESSAGES))
            except BudgetError:
                taken = sum(entry.tokens for entry in ledger.entries)
                assert taken + INPUT + OUTPUT > min(run_tokens, run_usd)
        elif under_way and step == "settle":
            some.settle(under_way.pop(0), "answered", Usage(INPUT - 10, 50, OUTPUT - 20), 1.0)
        elif under_way:
            error = BrokenReplyError("cut.") if step == "cut" else TransientModelError("not now.")
            some.fail(under_way.pop(0), error)
        assert sum(entry.tokens for entry in ledger.entries) <= min(run_tokens, run_usd)
