"""Ceilings of tokens and cost, for one run and for a day, kept before a request is sent and not after."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from hos_pipelines.analyst.account import ModelAccount
from hos_pipelines.analyst.client import Message
from hos_pipelines.analyst.errors import BudgetError, ModelError
from hos_pipelines.analyst.prices import Prices
from hos_pipelines.domain.count_text import count_text
from hos_pipelines.domain.model_ledger import Call, Ceiling, Kept, Question, Spent
from hos_pipelines.domain.usage import NOTHING, Usage

# English prose and ids come to about four characters a token; three leaves room.
CHARACTERS_A_TOKEN = 3


class Ledger(Protocol):
    """Where requests and their answers are written down, each at once and for good."""

    def reserve(self, question: Question, estimate: Spent, day: Ceiling) -> int | None:
        """Puts the estimate by, and answers the request's number; None where it does not fit into the day's ceiling."""

    def settle(self, number: int, call: Call) -> None:
        """Replaces what was put by with what was taken."""

    def kept(self, question: Question) -> Kept | None:
        """What was settled for this question before."""

    def keep(self, question: Question, kept: Kept) -> None:
        """Settles a question: it will not be asked again."""


class Budget:
    """The ceilings of one run, and of the day through the ledger."""

    def __init__(self, account: ModelAccount, prices: Prices, ledger: Ledger) -> None:
        self._account = account
        self._prices = prices
        self._ledger = ledger
        self._tokens = 0
        self._usd = 0.0

    def reserve(self, question: Question, messages: Sequence[Message]) -> "Reservation":
        """Room for one request.

        Raises:
            BudgetError: there is none left; the text names the ceiling.
        """
        account = self._account
        length = sum(len(message.text) for message in messages)
        usage = Usage(length // CHARACTERS_A_TOKEN + 1, 0, account.most_output_tokens)
        estimate = Spent(usage.tokens, self._prices.cost(usage))
        if self._tokens + estimate.tokens > account.run_tokens:
            raise _ceiling_error("HOS_OPENAI_RUN_TOKENS", count_text(account.run_tokens, "token"), "this run")
        if self._usd + (estimate.usd or 0.0) > account.run_usd:
            raise _ceiling_error("HOS_OPENAI_RUN_USD", f"{account.run_usd:g} US dollars", "this run")
        number = self._ledger.reserve(question, estimate, Ceiling(account.day_tokens, account.day_usd))
        if number is None:
            ceilings = f"{count_text(account.day_tokens, 'token')} or {account.day_usd:g} US dollars"
            raise _ceiling_error("HOS_OPENAI_DAY_TOKENS, HOS_OPENAI_DAY_USD", ceilings, "today")
        self._take(estimate)
        return Reservation(number, usage, estimate)

    def fail(self, reservation: "Reservation", error: ModelError) -> None:
        """Writes down a request that came to nothing; what it may have cost is taken as spent."""
        self.settle(reservation, type(error).__name__, reservation.usage if error.may_have_cost else NOTHING, 0.0)

    def settle(self, reservation: "Reservation", outcome: str, usage: Usage, latency_s: float) -> None:
        """Writes down what a request took instead of what was put by for it."""
        usd = self._prices.cost(usage)
        self._ledger.settle(reservation.number, Call(outcome, usage, usd, latency_s))
        self._take(Spent(usage.tokens - reservation.estimate.tokens, (usd or 0.0) - (reservation.estimate.usd or 0.0)))

    def cost(self, usage: Usage) -> float | None:
        """US dollars; None where the model has no price."""
        return self._prices.cost(usage)

    def _take(self, spent: Spent) -> None:
        self._tokens += spent.tokens
        self._usd += spent.usd or 0.0


@dataclass(frozen=True, slots=True)
class Reservation:
    """Room put by for one request: the most it is expected to take."""

    number: int
    usage: Usage
    estimate: Spent


def _ceiling_error(setting: str, ceiling: str, span: str) -> BudgetError:
    return BudgetError(f"{setting}: the ceiling of {ceiling} leaves no room for another request {span}.")
