"""The behavior analysis of one person: a history in, a result out, nothing else."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from hos_pipelines.domain.analysis import (
    WINDOW_DAYS,
    AnalysisMetadata,
    AnalysisType,
    DataQuality,
    Mode,
    Part,
    Scope,
    fingerprint,
    free_days_text,
    set_aside_counts,
)
from hos_pipelines.domain.behavior.behaviors import ACTIVITY, behaviors, distinct_days, hours_slept
from hos_pipelines.domain.behavior.habits import BehaviorRecord, habit_analysis, record_behaviors
from hos_pipelines.domain.behavior.motivation import Motives, motivation_profile
from hos_pipelines.domain.behavior.readiness import (
    Vitals,
    concerns,
    primary_goal,
    readiness,
    recommendations,
    record_vitals,
)
from hos_pipelines.domain.behavior.results import BehavioralSignature, BehaviorResult, Statement
from hos_pipelines.domain.behavior.series import SeriesRecord, record_series, series_baselines
from hos_pipelines.domain.behavior.signature import (
    Evidence,
    Rhythm,
    band_of,
    behavioral_signature,
    paired_series,
    record_rhythm,
)
from hos_pipelines.domain.behavior.sophistication import Signs, record_signs, sophistication_assessment
from hos_pipelines.domain.behavior.strategy import (
    integration_recommendations,
    personalized_strategy,
    record_recovery_emphasis,
)
from hos_pipelines.domain.behavior.wording import DAYS, said
from hos_pipelines.domain.facts import Basis, FactSheet
from hos_pipelines.domain.gates import NO_CAP, Status, worst
from hos_pipelines.domain.history import History, Ordinals
from hos_pipelines.domain.nights import SleepHistory, read_nights
from hos_pipelines.domain.profiles import zone_of
from hos_pipelines.domain.work_week import WorkWeek

METHOD_VERSION = "1"
INITIAL = Scope()
EARLIEST_DAYS, WHOLE_WINDOW = 7, 28
SLEEP_DAY = "sleep_duration"


def analyze_behavior(history: History, scope: Scope = INITIAL, week: WorkWeek | None = None) -> BehaviorResult:
    """The behavior of the 28 local days up to the newest reading, against the 56 days a baseline may look back.

    Clock times are read in the person's zone where the profile names one, else in the offset as delivered. The same
    readings give the same bytes, in whatever order and however often they come.
    """
    week = week or WorkWeek()
    return _Analysis(history, scope, week).result()


class _Recorded(NamedTuple):
    """All that was computed and entered, before anything is said of it."""

    records: Sequence[BehaviorRecord]
    series: Sequence[SeriesRecord]
    vitals: Vitals
    rhythm: Rhythm
    signs: Signs


class _Analysis:
    """One run: the days it looks at, and the parts in the order in which they need each other's facts."""

    def __init__(self, history: History, scope: Scope, week: WorkWeek) -> None:
        through = history.through or date.min
        self.through = through.toordinal()
        self.first = max(1, self.through - WINDOW_DAYS + 1)
        self.history, self.scope, self.week = history, scope, week
        self.all_nights = read_nights(self.history.windows, week, zone_of(history.timezone))
        self.nights = self.all_nights.since(date.fromordinal(self.first))
        self.recorded = _recorded_days(self.history, self.nights, self.first)
        window = f"{date.fromordinal(self.first)}/{through}" if history.through else None
        self.sheet = FactSheet(window)

    def result(self) -> BehaviorResult:
        """All parts, and the facts they cite."""
        sheet = self.sheet
        records, series, vitals, rhythm, signs = self._record()
        onset_sd, wake_sd = sheet["regular_bedtime_timing_sd"], sheet["regular_wake_timing_sd"]
        habits = habit_analysis(sheet, records)
        grade = sophistication_assessment(signs, records, series)
        signature = behavioral_signature(sheet, rhythm, records)
        motives = Motives(records, series, rhythm, signs, vitals.hrv, sheet["typical_wake"], wake_sd)
        motivation = motivation_profile(motives)
        today = readiness(vitals)
        emphasis = record_recovery_emphasis(sheet, today.level, len(today.fact_ids))
        worries = concerns(records, series, vitals, rhythm.regularity, onset_sd)
        strictness = band_of(rhythm.regularity)
        return BehaviorResult(
            status=self._status(habits, grade, signature, motivation),
            archetype=self.history.archetype,
            facts=sheet.facts(),
            analysis_metadata=self._metadata(),
            behavioral_signature=signature,
            sophistication_assessment=grade,
            habit_analysis=habits,
            motivation_profile=motivation,
            personalized_strategy=personalized_strategy(self.history.archetype, habits, motivation, grade),
            integration_recommendations=integration_recommendations(records, habits, grade, strictness, emphasis),
            primary_goal=primary_goal(worries, records),
            readiness_level=today.level,
            readiness=today,
            recommendations=recommendations(worries, habits.anchor, signs.recorded_days),
            data_insights=[*_series_insights(series), *_association_insights(signature)],
            baselines=series_baselines(series),
        )

    def _record(self) -> _Recorded:
        sheet, history, nights = self.sheet, self.history, self.nights
        slept = hours_slept(history, self.all_nights)
        records = record_behaviors(sheet, behaviors(history, nights, slept, self.first))
        series = record_series(sheet, history, slept, self.first, self.through)
        vitals = record_vitals(sheet, history, series, self.through)
        paired = paired_series(history, self.all_nights, slept)
        rhythm = record_rhythm(sheet, Evidence(nights, records, series, paired, self.week))
        signs = record_signs(sheet, len(self.recorded), records, rhythm.regularity)
        self._record_new_days()
        return _Recorded(records, series, vitals, rhythm, signs)

    def _record_new_days(self) -> None:
        if self.scope.mode is Mode.INITIAL or self.scope.since is None:
            return
        n = int((self.recorded > self.scope.since.toordinal()).sum())
        basis = Basis(n, "recorded days since the analysis before", Status.OK, NO_CAP, None)
        self.sheet.add("new_days", float(n), DAYS, basis)

    def _status(self, *parts: Part) -> Status:
        """Below 7 recorded days nothing, below 28 or with a part that lacks something preliminary."""
        if len(self.recorded) < EARLIEST_DAYS:
            return Status.INSUFFICIENT
        whole = len(self.recorded) >= WHOLE_WINDOW and worst(*(part.status for part in parts)) is Status.OK
        return Status.OK if whole else Status.PRELIMINARY

    def _metadata(self) -> AnalysisMetadata:
        return AnalysisMetadata(
            analysis_type=AnalysisType.BEHAVIOR,
            method_version=METHOD_VERSION,
            mode=self.scope.mode,
            since=self.scope.since,
            free_days=free_days_text(self.week),
            fingerprint=fingerprint(self.history, AnalysisType.BEHAVIOR, METHOD_VERSION, self.week),
            data_quality=self._quality(),
        )

    def _quality(self) -> DataQuality:
        first = int(self.recorded[0]) if len(self.recorded) else None
        nights = len(self.nights.nights)
        return DataQuality(
            first_day=date.fromordinal(first) if first else None,
            through=self.history.through,
            days=len(self.recorded),
            nights=nights,
            naps=len(self.nights.naps),
            missing_nights=max(0, self.through - first + 1 - nights) if first else 0,
            readings=self.history.readings,
            set_aside=set_aside_counts([*self.history.set_aside, *self.all_nights.set_aside]),
        )


def _recorded_days(history: History, nights: SleepHistory, first: int) -> Ordinals:
    """The days of the window with any reading of activity or sleep."""
    return distinct_days([nights.days, *(history.of(name).days for name in (*ACTIVITY, SLEEP_DAY))], first)


def _series_insights(series: Sequence[SeriesRecord]) -> list[Statement]:
    """The credible trends and lasting shifts."""
    told: list[Statement] = []
    for one in series:
        title = f"{one.kind.title[0].upper()}{one.kind.title[1:]}"
        if one.movement:
            way = "rising" if one.movement > 0 else "falling"
            text = f"{title}: {way} over the last four weeks."
            told.append(Statement(text=text, fact_ids=one.ids("trend_slope", "trend_p")))
        if "change_day" in one.facts:
            before, after, day = (one.facts[f"change_{key}"] for key in ("before", "after", "day"))
            text = f"{title}: about {said(before)} on average before {said(day)}, about {said(after)} since."
            told.append(Statement(text=text, fact_ids=[before.id, after.id, day.id]))
    return told


def _association_insights(signature: BehavioralSignature) -> list[Statement]:
    return [Statement(text=one.text, fact_ids=one.fact_ids) for one in signature.associations]
