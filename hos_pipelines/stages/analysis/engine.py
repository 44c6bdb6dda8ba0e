"""Which engine writes the results of a run."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from hos_pipelines.analyst.engines import OPENAI, Analyst, RulesAnalyst
from hos_pipelines.settings.model import Engine, ModelSettings
from hos_pipelines.stages.database import Database
from hos_pipelines.stages.on_demand import open_model_analyst


@contextmanager
def open_analyst(
    settings: ModelSettings,
    engine: Engine | None,
    database: Database,
    now: Callable[[], datetime],
    *,
    asks_again: bool = False,
) -> Iterator[Analyst]:
    """The engine asked for, else the deployment's; without a key it is `rules` in either case.

    With `asks_again` a model is asked anew what it had no proven answer to.
    """
    account = settings.account if (engine or settings.engine) == OPENAI else None
    if account is None:
        yield RulesAnalyst()
        return
    with open_model_analyst(account, database, now, asks_again=asks_again) as analyst:
        yield analyst
