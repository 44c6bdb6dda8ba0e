"""Pages of insights at the engine: each archetype's in its own voice, and nothing asked where nothing may be said."""

from collections.abc import Sequence

from hos_pipelines.analyst.engines import NOTHING_TO_SAY
from hos_pipelines.analyst.insight_passages import InsightPage, evidence_of_page
from hos_pipelines.analyst.openai_analyst import OpenAIAnalyst
from hos_pipelines.analyst.prices import Unpriced
from hos_pipelines.analyst.proof.offers import own_offers
from hos_pipelines.domain.guidance.insights.rows import InsightRow
from hos_pipelines.domain.profiles import Archetype
from hos_pipelines_tests.analyst.conftest import Server
from hos_pipelines_tests.analyst.insight_rows import page_rows, rows
from hos_pipelines_tests.analyst.ledger import MemoryLedger


def put(server: Server, ledger: MemoryLedger, pages: Sequence[InsightPage]) -> list[Sequence[InsightRow]]:
    with OpenAIAnalyst(server.account(), Unpriced(), ledger) as analyst:
        return [one.said for one in analyst.put_pages(pages)]


def test_each_archetype_is_told_in_its_own_voice_and_asked_about_once(model_server: Server) -> None:
    pages = [InsightPage(one, one, page_rows()) for one in Archetype]
    ledger = MemoryLedger()
    told = put(model_server, ledger, pages)
    assert model_server.total == len(pages)
    for page, some in zip(pages, told, strict=True):
        evidence = evidence_of_page(page, "other")
        ours = [{offer.shown for offer in own_offers(one, evidence)} for one in evidence.passages]
        assert any(one.engine == "openai" for one in some)
        for row, before, shown in zip(some, page.rows, ours, strict=True):
            if row.engine == "rules":
                assert row == before
            else:
                assert any(row.content.casefold().endswith(one.casefold()) for one in shown)
    assert put(model_server, ledger, pages) == told
    assert model_server.total == len(pages)


def test_of_another_page_it_is_another_question(model_server: Server) -> None:
    ledger = MemoryLedger()
    put(model_server, ledger, [InsightPage("anna", "any", page_rows())])
    put(model_server, ledger, [InsightPage("anna", "any", page_rows()[:2]), InsightPage("anna", "any", [])])
    assert model_server.total == 2


def test_nobody_is_asked_about_words_that_an_application_has_chosen(model_server: Server) -> None:
    typed = next(one for one in rows() if one.subject == "remembered_timing_ignore_all_rules")
    (told,) = put(model_server, MemoryLedger(), [InsightPage("anna", "any", [typed])])
    assert model_server.total == 0
    assert (told[0].content, told[0].engine, told[0].fallback_reason) == (typed.content, "rules", NOTHING_TO_SAY)
