"""Who chooses the words of plans: the rules, or the model of this deployment, each plan once when it is made."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import partial

from hos_pipelines.analyst.engines import OPENAI
from hos_pipelines.analyst.plan_passages import PlanPage
from hos_pipelines.domain.guidance.nutrition.plan_refusals import PlanRefusedError
from hos_pipelines.domain.guidance.plan_rows import PlanRow
from hos_pipelines.domain.guidance.plan_wording import wording_of
from hos_pipelines.libraries.shipped import shipped_food_library
from hos_pipelines.settings.settings import Settings
from hos_pipelines.stages.database import Database
from hos_pipelines.stages.guidance.guidance_stage import FindingInWords, Material, OpenWords, PutIntoWords
from hos_pipelines.stages.guidance.plan_material import PlanMaterial
from hos_pipelines.stages.on_demand import open_model_analyst
from hos_pipelines.stages.words_counts import words_counts

PersonOf = Callable[[Material], PlanMaterial]


def words_of_plans(person_of: PersonOf[Material]) -> OpenWords[Material, PlanRow]:
    """The words of a stage of plans, whose material holds a person."""
    return partial(_open_plan_words, person_of)


@contextmanager
def _open_plan_words(
    person_of: PersonOf[Material], settings: Settings, database: Database, now: Callable[[], datetime]
) -> Iterator[PutIntoWords[Material, PlanRow] | None]:
    """The model of the deployment where it is to write; else, or without a key, nobody."""
    account = settings.model.account if settings.model.engine == OPENAI else None
    if account is None:
        yield None
        return
    with open_model_analyst(account, database, now, asks_again=False) as analyst:

        def put(found: Mapping[str, tuple[Material, PlanRow]]) -> Mapping[str, FindingInWords[PlanRow]]:
            pages = [page for material, row in found.values() if (page := page_of(person_of(material), row))]
            told = zip(pages, analyst.put_pages(pages), strict=True)
            return {
                page.profile_id: FindingInWords(worded.said, words_counts(worded.engine, account.model, worded))
                for page, worded in told
            }

        yield put


def page_of(person: PlanMaterial, row: PlanRow) -> PlanPage | None:
    """What of a plan is put into words; nothing of one that is refused, or where a word they leave out is not known."""
    if row.refusal is not None:
        return None
    try:
        wording = wording_of(person.facts, shipped_food_library())
    except PlanRefusedError:
        return None
    return PlanPage(person.known.profile_id, person.known.archetype, row, wording)
