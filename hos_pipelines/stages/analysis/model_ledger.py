"""The openai engine of a run, with its ledger in PostgreSQL. Importing this takes a second, so only its runs do."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from psycopg import Connection

from hos_pipelines.analyst.account import ModelAccount
from hos_pipelines.analyst.answers import read_answer
from hos_pipelines.analyst.budget import Call, Ceiling, Kept, Question, Spent
from hos_pipelines.analyst.errors import MisconfiguredModelError
from hos_pipelines.analyst.openai_analyst import OpenAIAnalyst
from hos_pipelines.analyst.prices import Prices, Unpriced, prices_of
from hos_pipelines.analyst.usage import Usage
from hos_pipelines.analyst.violations import Kind, Violation
from hos_pipelines.postgres import model_store
from hos_pipelines.stages.database import Database


class ModelLedger:
    """The ledger of the analysts' requests, in PostgreSQL; every entry is committed at once."""

    def __init__(self, connection: Connection[Any], now: Callable[[], datetime]) -> None:
        self._connection = connection
        self._now = now

    def reserve(self, question: Question, estimate: Spent, day: Ceiling) -> int | None:
        """Puts the estimate by; None where it does not fit into what is left of the UTC day."""
        call = model_store.ModelCall(
            question.profile_id,
            question.analysis_type,
            question.fingerprint,
            question.model,
            question.prompt_version,
            question.round,
            self._now().astimezone(UTC),
            estimate.tokens,
            estimate.usd,
            day.tokens,
            day.usd,
        )
        return model_store.reserve_call(self._connection, call)

    def settle(self, number: int, call: Call) -> None:
        """Puts what a request took in place of what was put by."""
        used = call.usage
        taken = model_store.CallTaken(
            number,
            call.outcome,
            used.input_tokens,
            used.cached_tokens,
            used.output_tokens,
            call.usd,
            call.latency_s,
        )
        model_store.settle_call(self._connection, taken)

    def kept(self, question: Question) -> Kept | None:
        """What was settled for a question before."""
        found = model_store.read_answer(
            self._connection, question.profile_id, question.analysis_type, question.fingerprint
        )
        if found is None:
            return None
        return Kept(
            None if found.answer is None else read_answer(found.answer),
            Usage(found.input_tokens, found.cached_tokens, found.output_tokens),
            found.cost_usd,
            found.latency_s,
            found.requests,
            [Violation(Kind(one["kind"]), one["passage"], one["what"]) for one in found.violations],
            found.reason,
        )

    def keep(self, question: Question, kept: Kept) -> None:
        """Settles a question."""
        stored = model_store.KeptAnswer(
            None if kept.answer is None else kept.answer.model_dump_json(),
            kept.reason,
            kept.usage.input_tokens,
            kept.usage.cached_tokens,
            kept.usage.output_tokens,
            kept.usd,
            kept.latency_s,
            kept.requests,
            [one.as_stored() for one in kept.violations],
        )
        mark = (
            question.profile_id,
            question.analysis_type,
            question.fingerprint,
            question.model,
            question.prompt_version,
        )
        model_store.keep_answer(self._connection, mark, stored, self._now())


@contextmanager
def open_model_analyst(
    account: ModelAccount, database: Database, now: Callable[[], datetime], *, asks_again: bool = False
) -> Iterator[OpenAIAnalyst]:
    """The engine of one run; with `asks_again` it asks anew what came to no proven answer.

    A model that may not be asked, having no price, fails for everybody: results are labelled with the reason.
    """
    prices, refusal = _prices(account)
    with (
        database.session() as connection,
        OpenAIAnalyst(account, prices, ModelLedger(connection, now), refusal, asks_again=asks_again) as analyst,
    ):
        yield analyst


def _prices(account: ModelAccount) -> tuple[Prices, MisconfiguredModelError | None]:
    try:
        return prices_of(account.model, account.price_list, is_local=account.is_local), None
    except MisconfiguredModelError as error:
        return Unpriced(), error
