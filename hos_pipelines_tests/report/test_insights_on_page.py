"""Insights on the page: with what to do, in place of what an analysis says of the same days, always as text."""

from dataclasses import replace

from hos_pipelines.report.first_screen import ToldSentence
from hos_pipelines.report.page import render_page
from hos_pipelines.report.told_insights import ToldOnPage, without_the_same
from hos_pipelines_tests.report.people import known
from hos_pipelines_tests.report.reader import Page

SHORTER = ToldOnPage(
    "sleep_duration", "Shorter nights", "Since 1 March 2026 sleep is <b>1 h</b> shorter.", "Go earlier.", "high", 35
)


def test_an_insight_is_told_with_what_to_do_and_stays_text() -> None:
    page = Page(render_page(replace(known(), insights=[SHORTER])))
    words = " ".join(page.words.split())
    for part in ("Shorter nights", SHORTER.content, "Go earlier.", "Confidence: high, 35 days"):
        assert part in words
    assert Page(render_page(known())).words.count("Shorter nights") == 0


def test_what_is_old_advises_nothing() -> None:
    page = Page(render_page(replace(known(), insights=[replace(SHORTER, action=None)])))
    assert "Shorter nights" in page.words
    assert "Go earlier." not in page.words


def test_what_an_analysis_says_of_the_same_days_is_not_told_twice() -> None:
    same = ToldSentence("Sleep: falling.", known().behavior, ("sleep_duration_change_day",))
    other = ToldSentence("Steps: rising.", known().behavior, ("steps_trend_slope",))
    assert without_the_same([same, other], [SHORTER]) == [other]
    assert without_the_same([same, other], []) == [same, other]
