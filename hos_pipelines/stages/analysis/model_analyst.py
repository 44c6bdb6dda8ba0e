"""The openai engine of a run, with its ledger in PostgreSQL. Importing this takes a second, so only its runs do."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from hos_pipelines.analyst.account import ModelAccount
from hos_pipelines.analyst.errors import MisconfiguredModelError
from hos_pipelines.analyst.openai_analyst import OpenAIAnalyst
from hos_pipelines.analyst.prices import Prices, Unpriced, prices_of
from hos_pipelines.postgres.model_store import ModelLedger
from hos_pipelines.stages.database import Database


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
