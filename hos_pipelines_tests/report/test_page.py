"""The page as a file: safe, self-contained, well formed, in few words, and with every fact behind a click."""

import itertools
import re
from dataclasses import replace
from datetime import timedelta
from html import unescape

import pytest

from hos_pipelines.domain.facts_text import display
from hos_pipelines.domain.gates import Status
from hos_pipelines.report.fact_lines import name_of
from hos_pipelines.report.page import Report, draw_pictures, render_page
from hos_pipelines.report.remembered import remembered_line
from hos_pipelines.report.wording import lacking_text, sentence_text
from hos_pipelines_tests.report.people import hardly_known, known, unknown
from hos_pipelines_tests.report.reader import Page
from hos_pipelines_tests.report.test_pictures import TEXT, contrast

HOSTILE = "<script>alert('x')</script>\"&"
EVERYBODY = pytest.mark.parametrize("report", [known(), hardly_known(), unknown()], ids=["known", "hardly", "unknown"])


def render(report: Report) -> Page:
    return Page(render_page(report))


def test_a_hostile_profile_id_stays_text() -> None:
    page = render(replace(known(), profile_id=HOSTILE))
    assert page.all("script") == []
    assert f"Sleep, energy and habits of {HOSTILE}" in page.words


def test_whatever_a_result_says_stays_text() -> None:
    report = hardly_known()
    schedule = report.circadian.schedule_recommendations
    advice = [one.model_copy(update={"text": f"At 07:00 {HOSTILE}"}) for one in schedule.recommendations]
    assert advice
    circadian = report.circadian.model_copy(
        update={
            "archetype": HOSTILE,
            "schedule_recommendations": schedule.model_copy(update={"recommendations": advice}),
        }
    )
    page = render(replace(report, circadian=circadian, data_source=HOSTILE))
    assert page.all("script") == []
    assert page.words.count(HOSTILE) >= 3
    assert f"At 07:00 {HOSTILE}" in page.section("What to do today")


def test_a_page_fetches_nothing() -> None:
    html = render_page(known())
    assert set(re.findall(r'(\S+)="https?://', html)) <= {"xmlns"}
    page = Page(html)
    assert not {"script", "img", "iframe", "object", "embed", "form", "base"} & {tag for tag, _ in page.tags}
    linked = [
        value
        for _, attributes in page.tags
        for name, value in attributes.items()
        if name in ("href", "src", "xlink:href")
    ]
    assert all(value and value.startswith(("#", "data:,")) for value in linked)
    assert not re.search(r"@import|url\((?!#)", html)
    assert not any(name.startswith("on") for _, attributes in page.tags for name in attributes)


def test_the_policy_allows_inline_style_and_nothing_that_runs() -> None:
    (policy,) = [one["content"] for one in render(known()).all("meta") if one.get("http-equiv")]
    assert policy is not None
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'; img-src data:;")


@EVERYBODY
def test_no_id_is_given_twice_and_every_link_leads_somewhere(report: Report) -> None:
    page = render(report)
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    targets = {
        value[1:] for _, attributes in page.tags for value in [attributes.get("href")] if value and value[0] == "#"
    }
    assert targets <= set(ids)
    assert targets


@EVERYBODY
def test_headings_are_in_order_and_tables_have_headers(report: Report) -> None:
    page = render(report)
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    assert all(one.get("scope") in ("col", "row") for one in page.all("th"))
    assert len(page.all("thead")) == len(page.all("table"))
    assert len(page.all("summary")) == len(page.all("details"))
    assert [one["lang"] for one in page.all("html")] == ["en"]


def test_there_are_pictures_where_there_are_data() -> None:
    assert list(draw_pictures(known())) == ["sleep", "energy", "habits"]
    assert draw_pictures(unknown()) == {}
    assert len(render(known()).all("svg")) == 3


@EVERYBODY
def test_every_fact_can_be_reached_and_says_its_value(report: Report) -> None:
    html = render_page(report)
    for result in (report.circadian, report.behavior):
        for fact in result.facts.values():
            anchor = f'<span id="fact-{name_of(result)}-{fact.id}"></span>'
            before, _, after = html.partition(anchor)
            line = unescape(re.sub("<.*?>", "", after.partition("</tr>" if fact.value is not None else "</p>")[0]))
            said = sentence_text(display(fact)) if fact.value is not None else lacking_text(fact.missing or "")
            assert before != html
            assert said in line


def test_facts_are_folded_by_section_and_ids_stand_nowhere_in_sentences() -> None:
    page = render(known())
    titles = page.words[page.words.index("Facts What the sentences") :]
    places = [
        titles.index(name) for name in ("When sleep happens", "How much sleep", "How regular", "The data beneath")
    ]
    assert places == sorted(places)
    for result in (known().circadian, known().behavior):
        told = [one for one in result.facts if "_" in one and one in page.words]
        in_methods = {
            one for fact in result.facts.values() for one in told if one in fact.method or one in str(fact.missing)
        }
        assert set(told) <= in_methods
        assert not any(one in page.unfolded for one in told)


def test_what_is_read_without_a_click_is_short() -> None:
    assert len(render(known()).unfolded.split()) < 450
    assert len(render(unknown()).unfolded.split()) < 250


def test_a_sentence_ends_with_small_numbers_that_lead_to_its_facts() -> None:
    html = render_page(known())
    noted = re.findall(r'<a href="#(fact-[cb]-\w+)" aria-label="fact (\d+)">(\d+)</a>', html)
    assert len(noted) >= 5
    assert all(label == number for _, label, number in noted)
    first_seen = list(dict.fromkeys(int(number) for _, _, number in noted))
    assert first_seen == list(range(1, len(first_seen) + 1))
    for anchor, _, number in noted:
        row = html.partition(f'<span id="{anchor}">')[2].partition("</tr>")[0]
        assert re.search(rf"note [\d, ]*\b{number}\b", row)


def test_nothing_is_wider_than_a_phone() -> None:
    style = re.search(r"<style>(.*?)</style>", render_page(known()), re.DOTALL)
    assert style is not None
    wide = [float(size) for size in re.findall(r"[\s;{](?:min-)?width: ([\d.]+)rem", style[1])]
    assert max(wide, default=0) * 16 <= 360
    assert "overflow-x" not in style[1]


def test_text_stands_out_by_day_and_by_night() -> None:
    style = render_page(known()).partition("@media print")[0]
    modes = [dict(re.findall(r"--(\w+): (#\w{6})", part)) for part in style.split("prefers-color-scheme: dark")]
    assert len(modes) == 2
    for colors in modes:
        for text in ("ink", "soft", "mark", "link"):
            assert contrast(colors[text], colors["paper"]) >= TEXT
            assert contrast(colors[text], colors["card"]) >= TEXT


@EVERYBODY
def test_what_lacks_data_says_what_is_missing(report: Report) -> None:
    page = render(report)
    for part in (
        report.circadian.chronotype_assessment,
        report.circadian.regularity,
        report.circadian.sleep_need,
        report.behavior.habit_analysis,
        report.behavior.sophistication_assessment,
        report.behavior.readiness,
    ):
        if part.status is Status.INSUFFICIENT:
            assert "; ".join(map(lacking_text, part.missing)) in page.words


@EVERYBODY
def test_what_is_missing_is_told_in_words(report: Report) -> None:
    html = render_page(report)
    told = re.findall(r'<dd class="soft">(.*?)</dd>|Missing: (.*?)</p>', html)
    assert not [one for one in told if "_" in "".join(one)]


def test_the_page_is_no_medical_advice_and_motives_are_inferred() -> None:
    assert "It is no medical advice and makes no diagnosis." in render(unknown()).unfolded
    assert "(inferred)" in render(known()).words


def test_the_same_report_gives_the_same_bytes() -> None:
    assert render_page(known()) == render_page(known())


def test_the_page_says_whose_words_it_is_in() -> None:
    assert "every number is made by fixed rules, without a language model" in render_page(known())
    circadian = known().circadian
    metadata = circadian.analysis_metadata.model_copy(update={"engine": "openai", "model_used": HOSTILE})
    told = replace(known(), circadian=circadian.model_copy(update={"analysis_metadata": metadata}))
    page = render_page(told)
    assert HOSTILE not in page
    assert f"Sentences chosen by {HOSTILE} among ours, each proven" in unescape(page)


def test_a_model_that_was_asked_in_vain_is_not_named() -> None:
    behavior = known().behavior
    metadata = behavior.analysis_metadata.model_copy(update={"model_used": "a-model", "fallback_reason": "was down."})
    told = replace(known(), behavior=behavior.model_copy(update={"analysis_metadata": metadata}))
    assert "a-model" not in render_page(told)


def test_of_somebody_new_no_day_is_shown_as_missing_that_came_before() -> None:
    assert "Sleep of the last 7 days" in render(hardly_known()).unfolded
    assert "Sleep of the last 14 days" in render(known()).unfolded


def test_a_stale_report_draws_no_day_to_come() -> None:
    assert list(draw_pictures(replace(known(), data_age=timedelta(days=40)))) == ["sleep", "habits"]


def test_what_is_remembered_is_listed_with_the_key_to_forget_it_by() -> None:
    rows = [
        remembered_line("restriction.peanut", "allergic", "stated", 1, 0),
        remembered_line("timing.exercise", "morning", "learned", 12, 2),
    ]
    page = render(replace(known(), remembered=rows))
    said = page.section("What we remember of you, and how to delete it")
    for words in ("Allergic to peanut", "said", "restriction.peanut", "Exercise is mostly done in the morning"):
        assert words in page.words
    assert "seen on 12 days, 2 against" in page.words
    assert "hos memory --forget KEY someone" in said
    nothing = render(known()).section("What we remember of you, and how to delete it")
    assert "Nothing yet." in nothing
    assert "--forget" not in nothing
