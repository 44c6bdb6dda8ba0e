"""The page of one person: what both analyses say, drawn and written, in one HTML file that asks for nothing else."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from hos_pipelines.domain.analysis import ENGINE, AnalysisResult, DataQuality, Part
from hos_pipelines.domain.behavior.results import BehaviorResult
from hos_pipelines.domain.behavior.wording import duration_text
from hos_pipelines.domain.circadian.results import CircadianResult, EnergyWindow, EnergyZoneAnalysis
from hos_pipelines.domain.facts import Fact
from hos_pipelines.domain.facts_text import display, not_enough, title
from hos_pipelines.domain.gates import Status
from hos_pipelines.domain.nights import SleepHistory
from hos_pipelines.report.energy_curve import draw_energy_curve
from hos_pipelines.report.habit_calendar import draw_habit_calendar
from hos_pipelines.report.sleep_raster import draw_sleep_raster

SOPHISTICATION = (
    "sophistication_score",
    "recorded_days",
    "data_coverage",
    "established_habits",
    "recovery_after_a_miss",
    "regularity_band",
)
NONE = "-"
TEMPLATE = "page.html.jinja"
RASTER_DAYS = 14
WHOLE_DAYS_FROM = timedelta(days=2)
CHRONOTYPE = ("msf_sc", "msf", "msw", "sjl", "chronotype", "chronotype_munich", "chronotype_share", "shift_work")
REGULARITY = ("sri", "onset_sd", "offset_sd", "midpoint_sd", "duration_sd", "cpd")
SLEEP_NEED = ("sleep_need", "sleep_debt_14", "sleep_debt_now", "duration_mean")


@dataclass(frozen=True, slots=True)
class Report:
    """What a page is made of: both results of one person, when they were made (aware), and what they rested on.

    `data_source` is `sahha` or `database_fallback`, `data_age` how old the data are as the page is made, None where
    nothing was ever fetched. `sleep` are the nights the circadian result was made of.
    """

    profile_id: str
    circadian: CircadianResult
    behavior: BehaviorResult
    sleep: SleepHistory
    circadian_analyzed_at: datetime
    behavior_analyzed_at: datetime
    data_source: str
    data_age: timedelta | None


def render_page(report: Report) -> str:
    """One HTML document with its style and pictures in it: no script, and nothing to fetch.

    Whatever text comes from outside, the profile's id above all, is escaped. The same report gives the same bytes.
    """
    # Drawn by us: matplotlib escapes the texts within.
    pictures = {name: Markup(svg) for name, svg in draw_pictures(report).items()}  # noqa: S704  as said above
    return _ENVIRONMENT.get_template(TEMPLATE).render(
        report=report,
        circadian=report.circadian,
        behavior=report.behavior,
        through=_through(report),
        quality=report.circadian.analysis_metadata.data_quality,
        pictures=pictures,
        writers=_writers(report),
        windows=_windows(report.circadian.energy_zone_analysis),
        days=RASTER_DAYS,
        chronotype_facts=_rows(report.circadian, CHRONOTYPE, report.circadian.chronotype_assessment),
        regularity_facts=_rows(report.circadian, REGULARITY, report.circadian.regularity),
        maturity_facts=_rows(report.behavior, SOPHISTICATION, report.behavior.sophistication_assessment),
        sleep_need_facts=_rows(report.circadian, SLEEP_NEED, report.circadian.sleep_need),
    )


def draw_pictures(report: Report) -> dict[str, str]:
    """The pictures there are data for as SVG elements by name: `sleep`, `energy` and `habits`."""
    through = _through(report)
    drawn = {
        "sleep": None if through is None else draw_sleep_raster(report.sleep, through, RASTER_DAYS),
        "energy": draw_energy_curve(report.circadian),
        "habits": draw_habit_calendar(report.behavior),
    }
    return {name: svg for name, svg in drawn.items() if svg is not None}


def _windows(zones: EnergyZoneAnalysis) -> list[tuple[str, EnergyWindow]]:
    """The windows of all zones with the word of each, by the clock."""
    named = (
        ("high", zones.peak_windows),
        ("moderate", zones.maintenance_windows),
        ("low", zones.recovery_windows),
        ("sleep", zones.sleep_windows),
    )
    return sorted(((name, window) for name, some in named for window in some), key=lambda one: one[1].time_range)


def _writers(report: Report) -> list[str]:
    """The models whose words are on the page; none where the rules' own are."""
    metadata = [result.analysis_metadata for result in (report.circadian, report.behavior)]
    return list(dict.fromkeys(one.model_used for one in metadata if one.engine != ENGINE and one.model_used))


def _through(report: Report) -> date | None:
    return max(filter(None, (_quality(result).through for result in (report.circadian, report.behavior))), default=None)


def _quality(result: AnalysisResult) -> DataQuality:
    return result.analysis_metadata.data_quality


def _rows(result: AnalysisResult, fact_ids: Iterable[str], part: Part) -> list[Fact]:
    """The facts a section shows: some in their order, then whatever else its part rests on.

    Where the whole part lacks data its own sentence says so, and facts that say the same are left out.
    """
    facts = [result.facts[one] for one in dict.fromkeys((*fact_ids, *part.fact_ids)) if one in result.facts]
    return [fact for fact in facts if fact.value is not None or part.status is not Status.INSUFFICIENT]


def age_text(age: timedelta) -> str:
    """How old data are, in minutes, hours or days."""
    if age >= WHOLE_DAYS_FROM:
        return f"{age.days} days"
    return duration_text(age / timedelta(hours=1))


def moment_text(moment: datetime) -> str:
    """An instant to the minute, in UTC."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def words(name: str | None) -> str:
    """A name from an enumeration as people write it."""
    return "" if name is None else name.replace("_", " ")


def share(value: float | None) -> str:
    """A number from 0 to 1 in per cent; a dash where there is none."""
    return NONE if value is None else f"{round(100 * value)} %"


def decimal(value: float | None) -> str:
    """A number to two decimals; a dash where there is none."""
    return NONE if value is None else f"{value:.2f}"


def whole_days(value: float | None) -> str:
    """A number of days; a dash where there is none."""
    return NONE if value is None else "1 day" if value == 1 else f"{value:.0f} days"


def lacks(part: Part) -> str | None:
    """The sentence of a part that has nothing to say; None for one that has."""
    return not_enough(part.missing) if part.status is Status.INSUFFICIENT else None


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(
        age=age_text,
        decimal=decimal,
        display=display,
        lacks=lacks,
        moment=moment_text,
        share=share,
        title_of=title,
        whole_days=whole_days,
        words=words,
    )
    return environment


_ENVIRONMENT = _environment()
