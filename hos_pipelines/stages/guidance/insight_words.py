"""Who writes the sentences of insights: the rules, or the model of this deployment, each insight once."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

from hos_pipelines.analyst.engines import OPENAI
from hos_pipelines.analyst.insight_passages import InsightPage
from hos_pipelines.postgres.insight_store import InsightWrite
from hos_pipelines.settings.settings import Settings
from hos_pipelines.stages.database import Database
from hos_pipelines.stages.guidance.guidance_stage import FindingInWords, PutIntoWords
from hos_pipelines.stages.guidance.insight_material import InsightMaterial
from hos_pipelines.stages.on_demand import open_model_analyst
from hos_pipelines.stages.words_counts import words_counts


@contextmanager
def open_insight_words(
    settings: Settings, database: Database, now: Callable[[], datetime]
) -> Iterator[PutIntoWords[InsightMaterial, InsightWrite] | None]:
    """The model of the deployment where it is to write; else, or without a key, nobody. Only what is new is put."""
    account = settings.model.account if settings.model.engine == OPENAI else None
    if account is None:
        yield None
        return
    with open_model_analyst(account, database, now, asks_again=False) as analyst:

        def put(
            found: Mapping[str, tuple[InsightMaterial, InsightWrite]],
        ) -> Mapping[str, FindingInWords[InsightWrite]]:
            pages = {
                key: InsightPage(key, material.known.archetype, write.new)
                for key, (material, write) in found.items()
                if write.new
            }
            told = zip(pages, analyst.put_pages(list(pages.values())), strict=True)
            return {
                key: FindingInWords(
                    replace(found[key][1], new=worded.said), words_counts(worded.engine, account.model, worded)
                )
                for key, worded in told
            }

        yield put
