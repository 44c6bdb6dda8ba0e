"""The page of one person: what both analyses say, drawn and written, in one HTML file that asks for nothing else."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from jinja2 import Environment
from markupsafe import Markup, escape

from hos_pipelines.domain.analysis_result import ENGINE, AnalysisResult, DataQuality, Part
from hos_pipelines.domain.behavior.results import BehaviorResult
from hos_pipelines.domain.circadian.results import CircadianResult
from hos_pipelines.domain.facts_text import not_enough
from hos_pipelines.domain.gates import Status
from hos_pipelines.domain.nights import SleepHistory
from hos_pipelines.pointers import command
from hos_pipelines.report.day_plan import DayPlan
from hos_pipelines.report.energy_curve import draw_energy_curve
from hos_pipelines.report.fact_lines import Reference, fact_sections, name_of
from hos_pipelines.report.first_screen import (
    FirstScreen,
    ToldSentence,
    first_screen,
    has_usual_hours,
    is_stale,
    newest_text,
)
from hos_pipelines.report.habit_calendar import draw_habit_calendar
from hos_pipelines.report.remembered import RememberedLine
from hos_pipelines.report.sleep_raster import draw_sleep_raster
from hos_pipelines.report.templates import template_environment
from hos_pipelines.report.told_insights import ToldOnPage, without_the_same
from hos_pipelines.report.weeks import Weeks, compare_weeks
from hos_pipelines.report.wording import (
    CLOCK,
    age_text,
    capitalize,
    join_words,
    lacking_text,
    moment_text,
    sentence_text,
    span_text,
    weekday_text,
    words_text,
)

TEMPLATE = "page.html.jinja"
FEWEST_DAYS, MOST_DAYS = 7, 14


@dataclass(frozen=True, slots=True)
class Report:
    """What a page is made of: both results of one person, when they were made (aware), and what they rested on.

    `data_source` is `sahha` or `database_fallback`, `data_age` how old the newest reading is as the page is made, None
    where there is none. `sleep` are the nights up to that of the circadian result, eight weeks of them where known;
    `remembered` is the core of what memory holds, the surest first; `day` the plans of the day that comes.
    """

    profile_id: str
    circadian: CircadianResult
    behavior: BehaviorResult
    sleep: SleepHistory
    circadian_analyzed_at: datetime
    behavior_analyzed_at: datetime
    data_source: str
    data_age: timedelta | None
    insights: Sequence[ToldOnPage] = ()
    remembered: Sequence[RememberedLine] = ()
    day: DayPlan | None = None


class NoteMark(NamedTuple):
    """A small number after a sentence, and the fact it leads to."""

    number: int
    anchor: str


class Notes:
    """Numbers facts in the order in which the page first rests on them."""

    def __init__(self, report: Report) -> None:
        self._results: dict[str, AnalysisResult] = {name_of(one): one for one in (report.circadian, report.behavior)}
        self._numbers: dict[str, int] = {}

    def marks(self, result: AnalysisResult, fact_ids: Iterable[str]) -> list[NoteMark]:
        """The marks of those facts that say something."""
        name = name_of(result)
        facts = [result.facts[one] for one in dict.fromkeys(fact_ids) if one in result.facts]
        anchors = [Reference(name, fact).anchor for fact in facts if fact.value is not None]
        return [NoteMark(self._numbers.setdefault(one, len(self._numbers) + 1), one) for one in anchors]

    def numbers(self, references: Sequence[Reference]) -> list[int]:
        """The numbers that lead to some facts, where any does."""
        return sorted(self._numbers[one.anchor] for one in references if one.anchor in self._numbers)


def render_page(report: Report) -> str:
    """One HTML document with its style and pictures in it: no script, and nothing to fetch.

    Whatever text comes from outside, the profile's id above all, is escaped. The same report gives the same bytes.
    """
    # Drawn by us, from templates that escape the texts within.
    pictures = {name: Markup(svg) for name, svg in draw_pictures(report).items()}  # noqa: S704  as said above
    through = _through(report)
    screen = first_screen(report.circadian, report.behavior, report.data_age, report.data_source)
    schedule = report.circadian.schedule_recommendations
    return _ENVIRONMENT.get_template(TEMPLATE).render(
        report=report,
        circadian=report.circadian,
        behavior=report.behavior,
        through=through,
        newest=newest_text(through, report.data_age),
        screen=screen,
        insights=report.insights,
        stands_out=without_the_same(screen.stands_out, report.insights),
        notes=Notes(report),
        pictures=pictures,
        days=_days_shown(report),
        weeks=None if through is None or screen.is_stale else _weeks(report, through),
        advice=[] if screen.is_stale else _advice(report, screen),
        constants=[] if screen.is_stale else list(schedule.constants.values()),
        missing=_missing(report),
        sections=fact_sections(report.circadian, report.behavior),
        writers=_writers(report),
        make_plans=command("plan", report.profile_id),
        forget=command("memory", report.profile_id, options=["--forget", "KEY"]),
    )


def draw_pictures(report: Report) -> dict[str, str]:
    """The pictures there are data for as SVG elements by name: `sleep`, `energy` and `habits`.

    Of a stale result the energy of a day long past is not drawn.
    """
    through = _through(report)
    stale = is_stale((report.circadian, report.behavior), report.data_age)
    is_stated = report.circadian.analysis_metadata.free_days.startswith("stated")
    days = _days_shown(report)
    drawn = {
        "sleep": None if through is None else draw_sleep_raster(report.sleep, through, days, is_stated=is_stated),
        "energy": None if stale else draw_energy_curve(report.circadian),
        "habits": draw_habit_calendar(report.behavior),
    }
    return {name: svg for name, svg in drawn.items() if svg is not None}


def _days_shown(report: Report) -> int:
    """How many days of sleep are shown: two weeks, fewer of somebody whose first reading is not that old."""
    quality = _quality(report.behavior)
    if quality.first_day is None or quality.through is None:
        return MOST_DAYS
    return min(max((quality.through - quality.first_day).days + 1, FEWEST_DAYS), MOST_DAYS)


def _advice(report: Report, screen: FirstScreen) -> list[ToldSentence]:
    """What the first screen had no room for."""
    circadian, behavior = report.circadian, report.behavior
    timed = [
        ToldSentence(sentence_text(one.text), circadian, tuple(one.fact_ids))
        for one in circadian.schedule_recommendations.recommendations
    ]
    habits = [
        ToldSentence(sentence_text(one.recommendation), behavior, tuple(one.fact_ids))
        for one in behavior.recommendations
    ]
    said = {one.text for one in screen.today}
    return [one for one in (*timed, *habits) if one.text not in said]


def _weeks(report: Report, through: date) -> Weeks | None:
    usual = has_usual_hours(report.circadian)
    return compare_weeks(report.sleep, through, report.behavior.facts, has_usual_hours=usual)


def _missing(report: Report) -> list[tuple[str, list[str]]]:
    """What each part lacks that has nothing to say, by the name of the part."""
    parts: list[tuple[str, Part]] = [
        ("Type", report.circadian.chronotype_assessment),
        ("Regularity", report.circadian.regularity),
        ("Sleep needed", report.circadian.sleep_need),
        ("Energy and advice", report.circadian.energy_zone_analysis),
        ("Body clock", report.circadian.phase),
        ("Habits", report.behavior.habit_analysis),
        ("Self-regulation", report.behavior.sophistication_assessment),
        ("Motives", report.behavior.motivation_profile),
        ("Readiness", report.behavior.readiness),
    ]
    return [
        (name, [lacking_text(one) for one in part.missing])
        for name, part in parts
        if part.status is Status.INSUFFICIENT and part.missing
    ]


def _writers(report: Report) -> list[str]:
    """The models whose words are on the page; none where the rules' own are."""
    metadata = [result.analysis_metadata for result in (report.circadian, report.behavior)]
    return list(dict.fromkeys(one.model_used for one in metadata if one.engine != ENGINE and one.model_used))


def _through(report: Report) -> date | None:
    return max(filter(None, (_quality(result).through for result in (report.circadian, report.behavior))), default=None)


def _quality(result: AnalysisResult) -> DataQuality:
    return result.analysis_metadata.data_quality


def lacks(part: Part) -> str | None:
    """The sentence of a part that has nothing to say; None for one that has."""
    return not_enough(part.missing) if part.status is Status.INSUFFICIENT else None


def with_times(text: str) -> Markup:
    """A sentence, escaped, whose clock times stand out."""
    return Markup(CLOCK.sub(r"<b>\g<0></b>", str(escape(text))))  # noqa: S704  escaped before


def _environment() -> Environment:
    environment = template_environment(keep_trailing_newline=True)
    environment.filters.update(
        age=age_text,
        capitalize=capitalize,
        join_words=join_words,
        lacks=lacks,
        moment=moment_text,
        said=sentence_text,
        with_times=with_times,
        weekday=weekday_text,
        words=words_text,
    )
    environment.globals["span"] = span_text
    return environment


_ENVIRONMENT = _environment()
