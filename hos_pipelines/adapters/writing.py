"""Which engine writes the results of a run."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Literal

from hos_pipelines.adapters.database import Database
from hos_pipelines.analyst.account import ModelAccount
from hos_pipelines.analyst.engines import OPENAI, Analyst, RulesAnalyst
from hos_pipelines.settings import Settings

Engine = Literal["rules", "openai"]


def model_account(settings: Settings) -> ModelAccount | None:
    """How the settings' model is spoken to; None without a key."""
    if settings.openai_api_key is None:
        return None
    return ModelAccount(
        model=settings.hos_openai_model,
        api_key=settings.openai_api_key.get_secret_value(),
        base_url=settings.openai_base_url,
        api=settings.hos_openai_api,
        timeout_s=settings.hos_openai_timeout,
        max_retries=settings.hos_openai_max_retries,
        concurrency=settings.hos_openai_concurrency,
        requests_per_minute=settings.hos_openai_requests_per_minute,
        most_output_tokens=settings.hos_openai_max_output_tokens,
        price_list=settings.hos_openai_prices,
        run_tokens=settings.hos_openai_run_tokens,
        run_usd=settings.hos_openai_run_usd,
        day_tokens=settings.hos_openai_day_tokens,
        day_usd=settings.hos_openai_day_usd,
    )


@contextmanager
def open_analyst(
    settings: Settings, engine: Engine | None, database: Database, now: Callable[[], datetime]
) -> Iterator[Analyst]:
    """The engine asked for, else the deployment's; without a key it is `rules` in either case."""
    account = model_account(settings) if (engine or settings.engine) == OPENAI else None
    if account is None:
        yield RulesAnalyst()
        return
    # The openai package takes a second to import.
    from hos_pipelines.adapters.model_analyst import open_model_analyst  # noqa: PLC0415

    with open_model_analyst(account, database, now) as analyst:
        yield analyst
