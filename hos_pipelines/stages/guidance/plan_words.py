"""Who chooses the words of plans: the rules, or the model of this deployment, each plan once when it is made."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from functools import partial

from hos_pipelines.analyst.asked_words import Worded
from hos_pipelines.analyst.engines import OPENAI
from hos_pipelines.analyst.plan_passages import PlanPage
from hos_pipelines.domain.guidance.nutrition.plan_refusals import PlanRefusedError
from hos_pipelines.domain.guidance.plan_rows import PlanRow
from hos_pipelines.domain.guidance.plan_texts import told_in
from hos_pipelines.domain.guidance.plan_wording import wording_of
from hos_pipelines.domain.model_ledger import Kept
from hos_pipelines.libraries.shipped import shipped_food_library
from hos_pipelines.postgres.told_plans import read_worded_plans
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
            pages = _as_told_before(database, pages)
            asked = [page for page in pages if page.new]
            worded = dict(zip((page.profile_id for page in asked), analyst.put_pages(asked), strict=True))
            told = {page.profile_id: worded.get(page.profile_id) or _told_before(page, account.model) for page in pages}
            return {
                key: FindingInWords(one.said, words_counts(one.engine, account.model, one)) for key, one in told.items()
            }

        yield put


def _as_told_before(database: Database, pages: Sequence[PlanPage]) -> list[PlanPage]:
    """The pages with the words in which their days have been told; all are of one kind."""
    if not pages:
        return []
    kind = pages[0].row.kind
    with database.session() as connection:
        before = read_worded_plans(connection, kind, {page.profile_id: page.row for page in pages})
    return [
        replace(page, before=told_in(kind, before[page.profile_id])) if page.profile_id in before else page
        for page in pages
    ]


def _told_before(page: PlanPage, model: str) -> Worded[PlanRow]:
    """A plan of which nothing is new."""
    return Worded(page.in_words(model, [], None), OPENAI, Kept(), requests=0)


def page_of(person: PlanMaterial, row: PlanRow) -> PlanPage | None:
    """What of a plan is put into words; nothing of one that is refused, or where a word they leave out is not known."""
    if row.refusal is not None:
        return None
    try:
        wording = wording_of(person.facts_of_day, shipped_food_library())
    except PlanRefusedError:
        return None
    return PlanPage(person.known.profile_id, person.known.archetype, row, wording)
