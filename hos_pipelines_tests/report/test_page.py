import itertools
import re
from dataclasses import replace
from datetime import timedelta
from html import unescape
from html.parser import HTMLParser

import pytest

from hos_pipelines.domain.facts import Basis, FactSheet, FactValue
from hos_pipelines.domain.facts_text import display
from hos_pipelines.domain.gates import TIMING, Status
from hos_pipelines.report.page import Report, age_text, draw_pictures, render_page
from hos_pipelines_tests.report.people import hardly_known, known, unknown

HOSTILE = "<script>alert('x')</script>\"&"
VOID = {"meta", "link", "br"}


class Page(HTMLParser):
    """Tags, attributes and text of a page; refuses one whose elements are not closed in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self._open: list[str] = []
        self.feed(html)
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] not in ("style", "script"):
            self.text.append(data)

    def all(self, name: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.tags if tag == name]


def words(page: Page) -> str:
    return " ".join(" ".join(page.text).split())


def render(report: Report) -> Page:
    return Page(render_page(report))


def test_a_hostile_profile_id_stays_text() -> None:
    page = render(replace(known(), profile_id=HOSTILE))
    assert page.all("script") == []
    assert f"Sleep, energy and habits of {HOSTILE}" in words(page)


def test_whatever_a_result_says_stays_text() -> None:
    report = hardly_known()
    circadian = report.circadian.model_copy(update={"archetype": HOSTILE})
    page = render(replace(report, circadian=circadian, data_source=HOSTILE))
    assert page.all("script") == []
    assert words(page).count(HOSTILE) == 2


def test_a_page_fetches_nothing() -> None:
    html = render_page(known())
    assert set(re.findall(r'(\S+)="https?://', html)) <= {"xmlns", "xmlns:xlink"}
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


def test_no_id_is_given_twice_and_every_link_leads_somewhere() -> None:
    page = render(known())
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    targets = {
        value[1:] for _, attributes in page.tags for value in [attributes.get("href")] if value and value[0] == "#"
    }
    assert targets
    assert targets <= set(ids)


def test_headings_are_in_order_and_tables_have_headers() -> None:
    for report in (known(), hardly_known(), unknown()):
        page = render(report)
        levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch("h[1-6]", tag)]
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
        assert all(one.get("scope") in ("col", "row") for one in page.all("th"))
        assert len(page.all("thead")) == len(page.all("table"))


def test_every_picture_is_named_and_described() -> None:
    page = render(known())
    pictures = page.all("svg")
    assert len(pictures) == 3
    ids = {attributes.get("id") for _, attributes in page.tags}
    for picture in pictures:
        assert picture["role"] == "img"
        assert set((picture["aria-labelledby"] or "").split()) <= ids


def test_there_are_pictures_where_there_are_data() -> None:
    assert list(draw_pictures(known())) == ["sleep", "energy", "habits"]
    assert draw_pictures(unknown()) == {}


def test_every_fact_stands_in_the_table_with_what_it_rests_on() -> None:
    report = known()
    html = render_page(report)
    for result in (report.circadian, report.behavior):
        for fact in result.facts.values():
            (row,) = re.findall(rf'<tr id="{result.analysis_metadata.analysis_type}-{fact.id}">(.*?)</tr>', html)
            cells = [unescape(re.sub("<.*?>", "", cell)) for cell in re.findall("<t[hd].*?</t[hd]>", row)]
            shown = (fact.id, display(fact), str(fact.n), cells[3], fact.method)
            assert tuple(cells[:5]) == shown
            assert cells[6] == fact.status.value.replace("_", " ")


def test_each_part_without_data_says_what_is_missing() -> None:
    page = words(render(unknown()))
    report = unknown()
    parts = (
        report.circadian.chronotype_assessment,
        report.circadian.regularity,
        report.circadian.energy_zone_analysis,
        report.circadian.schedule_recommendations,
        report.circadian.sleep_need,
        report.behavior.habit_analysis,
        report.behavior.sophistication_assessment,
        report.behavior.motivation_profile,
        report.behavior.readiness,
    )
    for part in parts:
        assert part.status is Status.INSUFFICIENT
        assert f"Not enough data: {'; '.join(part.missing)}" in page
    assert "Data through no data yet" in page
    assert "never fetched" in page


def test_three_nights_make_no_chronotype() -> None:
    html = words(render(hardly_known()))
    assert "Not enough data: 1 more free nights (has 1, needs 2)" in html
    assert "25 not recorded" in html


def test_a_chronotype_comes_with_its_number_confidence_and_the_estimate_beneath() -> None:
    report = known()
    page = words(render(report))
    assert f"Corrected midsleep on free days {display(report.circadian.facts['msf_sc'])}; confidence 60 %" in page
    assert "estimated free days" in page


def test_a_fallback_is_explained() -> None:
    explained = "Newer data may exist"
    assert explained in words(render(replace(known(), data_source="database_fallback")))
    assert explained not in words(render(known()))


def test_the_page_is_no_medical_advice() -> None:
    page = words(render(unknown()))
    assert "It is no medical advice and makes no diagnosis." in page
    assert "Motivation (inferred)" in page


def test_the_same_report_gives_the_same_bytes() -> None:
    assert render_page(known()) == render_page(known())


@pytest.mark.parametrize(
    ("age", "text"),
    [
        (timedelta(minutes=5), "5 min"),
        (timedelta(hours=3, minutes=20), "3 h 20 min"),
        (timedelta(hours=47, minutes=59), "47 h 59 min"),
        (timedelta(days=3, hours=5), "3 days"),
    ],
)
def test_an_age_is_said_in_the_unit_that_fits(age: timedelta, text: str) -> None:
    assert age_text(age) == text


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (15062.6, "second of the local day", "04:11"),
        (4753.6, "second", "1 h 19 min"),
        (-900.0, "second", "-15 min"),
        (7.5, "hour", "7 h 30 min"),
        (23.999, "local hour", "00:00"),
        (6.25, "clock hour", "06:15"),
        (0.643, "share", "64 %"),
        ("15.0-46.5 %", "percent of people", "15.0-46.5 %"),
        ("moderate_morning", "label", "moderate morning"),
        (89.154, "index", "89.15"),
        (0.0123, "ratio", "0.012"),
        (6674.0, "count", "6,674"),
        (25.0, "night", "25 nights"),
        (1.0, "day", "1 day"),
        (285.0, "minute", "4 h 45 min"),
        (58.0, "bpm", "58 bpm"),
        (0.00001, "p", "below 0.001"),
        (-1.012, "z", "-1.0 deviations from usual"),
        (0.0, "z", "no deviation from usual"),
        (-32.2, "count per day", "-32 per day"),
        (0.05, "hour per day", "+3 minutes per day"),
        (0.0, "bpm per day", "no change per day"),
        ([0.0, 61.5, 100.0], "relative energy", "3 values, 0 to 100"),
        (12.5, "furlong", "12.5 furlong"),
    ],
)
def test_a_fact_is_shown_as_people_write_it(value: FactValue, unit: str, text: str) -> None:
    assert display(FactSheet(None).add("fact", value, unit, Basis.of(TIMING, 21, "counted"))) == text


def test_a_fact_without_value_says_what_it_lacks() -> None:
    fact = FactSheet(None).add("fact", 1.0, "hour", Basis.of(TIMING, 1, "counted"))
    assert display(fact) == "Not enough data: 2 more nights (has 1, needs 3)"


def test_the_page_says_whose_words_it_is_in() -> None:
    assert "every number is made by fixed rules, without a language model" in render_page(known())
    circadian = known().circadian
    metadata = circadian.analysis_metadata.model_copy(update={"engine": "openai", "model_used": HOSTILE})
    told = replace(known(), circadian=circadian.model_copy(update={"analysis_metadata": metadata}))
    page = render_page(told)
    assert HOSTILE not in page
    assert f"Put into words by {HOSTILE}, each sentence checked" in unescape(page)


def test_a_model_that_was_asked_in_vain_is_not_named() -> None:
    behavior = known().behavior
    metadata = behavior.analysis_metadata.model_copy(update={"model_used": "a-model", "fallback_reason": "was down."})
    told = replace(known(), behavior=behavior.model_copy(update={"analysis_metadata": metadata}))
    assert "a-model" not in render_page(told)
