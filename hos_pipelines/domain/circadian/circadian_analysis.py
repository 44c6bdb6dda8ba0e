"""The circadian analysis: from a history to chronotype, regularity, phase, the energy of the next day, advice."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from hos_pipelines.domain.analysis_result import (
    WINDOW_DAYS,
    AnalysisMetadata,
    DataQuality,
    fingerprint,
    free_days_text,
    set_aside_counts,
)
from hos_pipelines.domain.analysis_scope import AnalysisScope, AnalysisType
from hos_pipelines.domain.circadian.energy_facts import EnergyDay, add_energy_facts
from hos_pipelines.domain.circadian.insights import (
    NO_HOURLY,
    add_steadiness,
    biomarker_insights,
    chronotype_assessment,
    integration,
    label_of,
)
from hos_pipelines.domain.circadian.recommendations import no_advice, recommend
from hos_pipelines.domain.circadian.results import CircadianResult, Phase, PhaseBand, Regularity, Rhythm, SleepNeed
from hos_pipelines.domain.circadian.sleep_quality import add_clock_change, add_quality_of_sleep, red_flags
from hos_pipelines.domain.circadian.timeline import energy_timeline, energy_zones, summary, timeline_metadata
from hos_pipelines.domain.circadian.timing_facts import missing_nights, timing_steps
from hos_pipelines.domain.facts import Basis, FactSheet
from hos_pipelines.domain.gates import MEDIUM, NO_CAP, TIMING, Status, worst
from hos_pipelines.domain.history import History
from hos_pipelines.domain.in_step import Steps, to_the_end
from hos_pipelines.domain.living import living_of
from hos_pipelines.domain.nights import SleepHistory, read_nights
from hos_pipelines.domain.profiles import zone_of
from hos_pipelines.domain.sleep import sleep_standing
from hos_pipelines.domain.statements import Statement
from hos_pipelines.domain.utc_times import say_of_clocks
from hos_pipelines.domain.work_week import WorkWeek

METHOD_VERSION = "3"
CURRENT_DAYS = 2
INITIAL = AnalysisScope()
PLAIN_WEEK = WorkWeek()

REGULARITY_IDS = (
    "sri",
    "onset_sd",
    "offset_sd",
    "midpoint_sd",
    "duration_sd",
    "cpd",
    "cpd_about_mean",
)
PHASE_IDS = ("dlmo", "cbt_min", "energy_phase")
NEED_IDS = (
    "sleep_measure",
    "sleep_mean",
    "sleep_standing",
    "sleep_need",
    "sleep_debt_14",
    "sleep_debt_now",
    "sahha_sleep_debt",
    "sleep_pressure_wake",
    "sleep_pressure_bed",
)


class _SleepVerdict(NamedTuple):
    """What a part may say, in the names of `Part`."""

    status: Status
    missing: list[str]
    fact_ids: list[str]


def analyze_circadian(
    history: History, scope: AnalysisScope = INITIAL, week: WorkWeek | None = None
) -> CircadianResult:
    """The analysis of the 28 days up to the newest reading, and the energy of the day after them.

    The same readings in any order, with any duplicates, give the same bytes. Times are local to the person. Nothing is
    raised for lack of data: each part says what is missing.
    """
    return to_the_end(circadian_steps(history, scope, week or PLAIN_WEEK))


def circadian_steps(history: History, scope: AnalysisScope, week: WorkWeek) -> Steps[CircadianResult]:
    """The same in parts, to be made of many people in step."""
    first = history.through - timedelta(days=WINDOW_DAYS - 1) if history.through else None
    every = read_nights(history.windows, week, zone_of(history.timezone))
    yield
    sleep = every if first is None else every.since(first)
    standing = sleep_standing(every, week, history.of("sleep_duration"), history.person)
    yield
    living = living_of(sleep, history.through.toordinal() if history.through else 0)
    sheet = FactSheet(f"{first}/{history.through}" if first else None)
    yield from timing_steps(sheet, sleep, week, standing, living)
    add_quality_of_sleep(sheet, history, first)
    yield
    day = add_energy_facts(sheet, sleep, week, history.through)
    yield
    add_steadiness(sheet)
    _add_sahha_debt(sheet, history)
    notes = add_clock_change(sheet, sleep)
    if scope.since is not None:
        _add_new_nights(sheet, sleep, scope.since)
    if history.has_utc_times:
        say_of_clocks(sheet.facts(), history.timezone if zone_of(history.timezone) else None)
    metadata = _metadata(history, scope, week, sleep, first)
    if standing.has_hidden_sleep:
        quality = metadata.data_quality.model_copy(update={"naps": None})
        metadata = metadata.model_copy(update={"data_quality": quality})
    yield
    return (yield from _assemble(history, sheet, day, metadata, notes))


def _assemble(
    history: History, sheet: FactSheet, day: EnergyDay | None, metadata: AnalysisMetadata, notes: list[Statement]
) -> Steps[CircadianResult]:
    refusal, caution = history.person.refusal, history.person.caution
    schedule = recommend(sheet, day, history.archetype) if refusal is None else no_advice([refusal])
    yield
    if caution is not None:
        notes = [*notes, Statement(text=caution, fact_ids=[])]
    return CircadianResult(
        status=_overall(sheet, metadata.data_quality.nights),
        archetype=history.archetype,
        chronotype_assessment=chronotype_assessment(sheet),
        energy_zone_analysis=energy_zones(sheet, day),
        schedule_recommendations=schedule,
        biomarker_insights=biomarker_insights(sheet, schedule),
        integration_recommendations=integration(sheet, day, schedule),
        energy_timeline=energy_timeline(day),
        timeline_metadata=timeline_metadata(sheet, day),
        summary=summary(sheet, day),
        regularity=_regularity(sheet),
        rhythm=Rhythm(status=Status.INSUFFICIENT, missing=[NO_HOURLY]),
        phase=_phase(sheet),
        sleep_need=_sleep_need(sheet),
        red_flags=red_flags(sheet),
        notes=notes,
        facts=sheet.facts(),
        analysis_metadata=metadata,
    )


def _overall(sheet: FactSheet, nights: int) -> Status:
    """Insufficient below three nights; preliminary while chronotype or zones are less than standard."""
    if TIMING.status(nights) is Status.INSUFFICIENT:
        return Status.INSUFFICIENT
    parts = worst(sheet["chronotype"].status, sheet["energy_curve"].status)
    return Status.OK if parts is Status.OK else Status.PRELIMINARY


def _add_sahha_debt(sheet: FactSheet, history: History) -> None:
    """Sahha's own reading while it is of the last days: an older one says nothing of today."""
    series = history.of("sleep_debt")
    method = "sleep_debt as Sahha delivers it, a rolling week, unit and sign unchanged, of the newest day"
    basis = Basis(len(series), method, Status.OK, MEDIUM, None)
    oldest = history.through.toordinal() - CURRENT_DAYS if history.through else 0
    if len(series) and int(series.days[-1]) >= oldest:
        sheet.add("sahha_sleep_debt", float(series.values[-1]), "hour", basis)
    else:
        sheet.add("sahha_sleep_debt", None, "hour", basis.refuse("a sleep_debt reading of the last days")._replace(n=0))


def _add_new_nights(sheet: FactSheet, sleep: SleepHistory, since: date) -> None:
    count = int((sleep.days > since.toordinal()).sum())
    sheet.add("new_nights", float(count), "night", Basis(count, f"main sleeps after {since}", Status.OK, NO_CAP, None))


def _metadata(
    history: History, scope: AnalysisScope, week: WorkWeek, sleep: SleepHistory, first: date | None
) -> AnalysisMetadata:
    return AnalysisMetadata(
        analysis_type=AnalysisType.CIRCADIAN,
        method_version=METHOD_VERSION,
        mode=scope.mode,
        since=scope.since,
        free_days=free_days_text(week),
        fingerprint=fingerprint(history, AnalysisType.CIRCADIAN, METHOD_VERSION, week),
        data_quality=_data_quality(history, sleep, first),
    )


def _data_quality(history: History, sleep: SleepHistory, first: date | None) -> DataQuality:
    days: set[int] = set(sleep.days.tolist())
    aside = list(sleep.set_aside)
    if first is not None:
        for series in history.series.values():
            days.update(series.since(first.toordinal()).days.tolist())
        aside += [one for one in history.set_aside if one.day is None or one.day >= first]
    else:
        aside += history.set_aside
    return DataQuality(
        first_day=first,
        through=history.through,
        days=len(days),
        nights=len(sleep.nights),
        naps=len(sleep.naps),
        missing_nights=missing_nights(sleep, history.through.toordinal()) if history.through else 0,
        readings=history.readings,
        set_aside=set_aside_counts(aside),
    )


def _sleep_standing_of(sheet: FactSheet, ids: Sequence[str], decisive: Sequence[str]) -> _SleepVerdict:
    """The worst status of the decisive facts, what any of them lacks, and all ids."""
    facts = [sheet[fact_id] for fact_id in decisive]
    missing = list(dict.fromkeys(fact.missing for fact in facts if fact.missing))
    return _SleepVerdict(worst(*(fact.status for fact in facts)), missing, list(ids))


def _regularity(sheet: FactSheet) -> Regularity:
    return Regularity(
        **_sleep_standing_of(sheet, ("regularity_plain", *REGULARITY_IDS), REGULARITY_IDS)._asdict(),
        plain=label_of(sheet, "regularity_plain"),
        sleep_regularity_index=sheet.number("sri"),
        onset_sd=sheet.number("onset_sd"),
        wake_sd=sheet.number("offset_sd"),
        midpoint_sd=sheet.number("midpoint_sd"),
        duration_sd=sheet.number("duration_sd"),
        composite_phase_deviation=sheet.number("cpd"),
        composite_phase_deviation_about_mean=sheet.number("cpd_about_mean"),
    )


def _phase(sheet: FactSheet) -> Phase:
    return Phase(
        **_sleep_standing_of(sheet, PHASE_IDS, ("dlmo", "cbt_min"))._asdict(),
        dlmo=_band(sheet, "dlmo"),
        cbt_min=_band(sheet, "cbt_min"),
        energy_phase=sheet.number("energy_phase"),
    )


def _band(sheet: FactSheet, fact_id: str) -> PhaseBand | None:
    hour = sheet.number(fact_id)
    earliest, latest = sheet.number(f"{fact_id}_earliest"), sheet.number(f"{fact_id}_latest")
    if hour is None or earliest is None or latest is None:
        return None
    return PhaseBand(hour=hour, earliest=earliest, latest=latest)


def _sleep_need(sheet: FactSheet) -> SleepNeed:
    return SleepNeed(
        **_sleep_standing_of(sheet, NEED_IDS, ("sleep_need", "sleep_debt_14"))._asdict(),
        measure=label_of(sheet, "sleep_measure"),
        mean_hours=sheet.number("sleep_mean"),
        standing=label_of(sheet, "sleep_standing"),
        need_hours=sheet.number("sleep_need"),
        debt_14_days=sheet.number("sleep_debt_14"),
        debt_now=sheet.number("sleep_debt_now"),
        sahha_sleep_debt=sheet.number("sahha_sleep_debt"),
        sleep_pressure_wake=sheet.number("sleep_pressure_wake"),
        sleep_pressure_bed=sheet.number("sleep_pressure_bed"),
    )
