"""The behavior analysis of one person: a history in, a result out, nothing else."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from hos_pipelines.domain.analysis_result import (
    WINDOW_DAYS,
    AnalysisMetadata,
    DataQuality,
    Part,
    fingerprint,
    free_days_text,
    set_aside_counts,
)
from hos_pipelines.domain.analysis_scope import AnalysisMode, AnalysisScope, AnalysisType
from hos_pipelines.domain.behavior.behavior_facts import BehaviorRecord, record_behaviors
from hos_pipelines.domain.behavior.behaviors import ACTIVITY, Behavior, behaviors, distinct_days
from hos_pipelines.domain.behavior.concerns import ALSO_MOVED, Observed, concerns, primary_goal, recommendations
from hos_pipelines.domain.behavior.findings import CREDIBLE_Q, Findings, Sought, findings
from hos_pipelines.domain.behavior.habits import habit_analysis
from hos_pipelines.domain.behavior.motivation import Motives, motivation_profile
from hos_pipelines.domain.behavior.readiness import Vitals, readiness
from hos_pipelines.domain.behavior.results import BehavioralSignature, BehaviorResult
from hos_pipelines.domain.behavior.series import (
    CHANGING,
    SLEEP,
    SeriesRecord,
    record_series,
    series_baselines,
    series_columns,
)
from hos_pipelines.domain.behavior.signature import (
    PAIRED,
    SLEEP_ONSET,
    SignatureFacts,
    SignatureInput,
    band_of,
    behavioral_signature,
    falling_asleep,
    record_rhythm,
)
from hos_pipelines.domain.behavior.sophistication import Signs, record_signs, sophistication_assessment
from hos_pipelines.domain.behavior.strategy import (
    integration_recommendations,
    personalized_strategy,
    record_recovery_emphasis,
)
from hos_pipelines.domain.behavior.vitals import current_hrv, record_hrv, record_pulse
from hos_pipelines.domain.behavior.wording import DAYS, say_value
from hos_pipelines.domain.facts import Basis, FactSheet
from hos_pipelines.domain.gates import NO_CAP, Status, worst
from hos_pipelines.domain.history import EMPTY, History, Ordinals, Series
from hos_pipelines.domain.in_step import Steps, to_the_end
from hos_pipelines.domain.living import living_of
from hos_pipelines.domain.nights import SleepHistory, read_nights
from hos_pipelines.domain.profiles import zone_of
from hos_pipelines.domain.sleep import SleepStanding, sleep_standing
from hos_pipelines.domain.statements import Statement
from hos_pipelines.domain.utc_times import say_of_clocks
from hos_pipelines.domain.work_week import WorkWeek

METHOD_VERSION = "2"
INITIAL = AnalysisScope()
EARLIEST_DAYS, WHOLE_WINDOW = 7, 28
MOVED_BY_MORE = ("heart_rate_resting", "hrv_sdnn", "hrv_rmssd")


def analyze_behavior(history: History, scope: AnalysisScope = INITIAL, week: WorkWeek | None = None) -> BehaviorResult:
    """The behavior of the 28 local days up to the newest reading, against the 56 days a baseline may look back.

    Clock times are read in the person's zone where the profile names one, else in the offset as delivered. The same
    readings give the same bytes, in whatever order and however often they come.
    """
    return to_the_end(behavior_steps(history, scope, week or WorkWeek()))


def behavior_steps(history: History, scope: AnalysisScope, week: WorkWeek) -> Steps[BehaviorResult]:
    """The same in parts, to be made of many people in step."""
    nights = read_nights(history.windows, week, zone_of(history.timezone))
    yield
    standing = sleep_standing(nights, week, history.of(SLEEP))
    yield
    return (yield from _Analysis(history, scope, week, nights, standing).result())


class _Recorded(NamedTuple):
    """All that was computed and entered, before anything is said of it."""

    records: Sequence[BehaviorRecord]
    series: Sequence[SeriesRecord]
    vitals: Vitals
    rhythm: SignatureFacts
    signs: Signs


class _Analysis:
    """One run: the days it looks at, and the parts in the order in which they need each other's facts."""

    def __init__(
        self, history: History, scope: AnalysisScope, week: WorkWeek, nights: SleepHistory, standing: SleepStanding
    ) -> None:
        through = history.through or date.min
        self.through = through.toordinal()
        self.first = max(1, self.through - WINDOW_DAYS + 1)
        self.history, self.scope, self.week = history, scope, week
        self.all_nights, self.standing = nights, standing
        self.nights = nights.since(date.fromordinal(self.first))
        self.living = living_of(self.nights, self.through)
        self.recorded = _recorded_days(self.history, self.nights, self.first)
        window = f"{date.fromordinal(self.first)}/{through}" if history.through else None
        self.sheet = FactSheet(window)

    def result(self) -> Steps[BehaviorResult]:
        """All parts, and the facts they cite."""
        sheet = self.sheet
        records, series, vitals, rhythm, signs = yield from self._record()
        yield
        habits = habit_analysis(sheet, records)
        yield
        grade = sophistication_assessment(signs, records, series)
        yield
        signature = behavioral_signature(sheet, rhythm, records, self.living)
        yield
        wake_sd = sheet["regular_wake_timing_sd"]
        motives = Motives(records, series, rhythm, signs, vitals.hrv, sheet["usual_wake"], wake_sd, self.standing)
        motivation = motivation_profile(motives)
        yield
        today = readiness(vitals, self.history.through)
        emphasis = record_recovery_emphasis(sheet, today.level, len(today.fact_ids))
        observed = Observed(sheet, records, series, vitals, self.standing, habits.anchor, self.through)
        worries = concerns(observed)
        strictness = band_of(rhythm.regularity)
        yield
        if self.history.has_utc_times:
            say_of_clocks(sheet.facts(), self.history.timezone if zone_of(self.history.timezone) else None)
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
            primary_goal=primary_goal(worries, observed),
            readiness_level=today.level,
            readiness=today,
            recommendations=recommendations(worries, signs.recorded_days),
            data_insights=[*_series_insights(series), *_association_insights(signature)],
            baselines=series_baselines(series),
        )

    def _record(self) -> Steps[_Recorded]:
        sheet, history, nights = self.sheet, self.history, self.nights
        judged = behaviors(history, self.all_nights, self.standing, self.living, self.first)
        yield
        columns = series_columns(history, self.standing.hours, self.first)
        found = self._findings(judged, columns)
        yield
        records = record_behaviors(sheet, judged, found.weekdays)
        yield
        series = record_series(sheet, columns, found.changes, self.first, self.through)
        yield
        vitals = self._vitals(series, found.hrv_q)
        rhythm = record_rhythm(
            sheet, SignatureInput(nights, records, series, found.associations, self.week, self.living)
        )
        yield
        signs = record_signs(sheet, len(self.recorded), self._expected(), records, rhythm.regularity)
        self._record_new_days()
        return _Recorded(records, series, vitals, rhythm, signs)

    def _findings(self, judged: Sequence[Behavior], columns: Mapping[str, Series]) -> Findings:
        """All tests at once, before anything is entered: what is told depends on how much was looked at."""
        history = self.history
        every = {**columns, SLEEP_ONSET: falling_asleep(self.all_nights)}
        return findings(Sought(every, CHANGING, tuple(PAIRED), judged, current_hrv(history), self.through))

    def _vitals(self, series: Sequence[SeriesRecord], hrv_q: float | None) -> Vitals:
        known = {record.kind.prefix: record for record in series}
        score = known["readiness_score"].facts if "readiness_score" in known else {}
        pulse = known.get("heart_rate_resting")
        return Vitals(
            score.get("latest"),
            score.get("latest_z"),
            record_hrv(self.sheet, self.history, self.through, hrv_q, CREDIBLE_Q),
            record_pulse(self.sheet, pulse.series if pulse else EMPTY, pulse.usual if pulse else None, self.through),
        )

    def _expected(self) -> int:
        """The days of the window since the person's first reading: days before are not counted as missed."""
        begun = self.history.begun
        return 0 if begun is None else self.through - max(self.first, begun.toordinal()) + 1

    def _record_new_days(self) -> None:
        if self.scope.mode is AnalysisMode.INITIAL or self.scope.since is None:
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
            naps=None if self.standing.has_hidden_sleep else len(self.nights.naps),
            missing_nights=self.through - int(self.nights.days[0]) + 1 - nights if nights else 0,
            readings=self.history.readings,
            set_aside=set_aside_counts([*self.history.set_aside, *self.all_nights.set_aside]),
        )


def _recorded_days(history: History, nights: SleepHistory, first: int) -> Ordinals:
    """The days of the window with any reading of activity or sleep."""
    return distinct_days([nights.days, *(history.of(name).days for name in (*ACTIVITY, SLEEP))], first)


def _series_insights(series: Sequence[SeriesRecord]) -> list[Statement]:
    """What has changed: of each series a trend or a lasting shift, never both."""
    told: list[Statement] = []
    for one in series:
        keys: tuple[str, ...]
        if one.movement:
            way = "rising" if one.movement > 0 else "falling"
            text, keys = f"{way} over the last four weeks", ("trend_slope", "trend_p", "trend_q")
        elif one.shift:
            before, after, day = (say_value(one.facts[f"change_{key}"]) for key in ("before", "after", "day"))
            text = f"about {before} on average before {day}, about {after} since"
            keys = ("change_before", "change_after", "change_day", "change_q")
        else:
            continue
        note = f" {ALSO_MOVED}" if one.kind.prefix in MOVED_BY_MORE else ""
        title = f"{one.kind.title[0].upper()}{one.kind.title[1:]}"
        told.append(Statement(text=f"{title}: {text}.{note}", fact_ids=one.ids(*keys)))
    return told


def _association_insights(signature: BehavioralSignature) -> list[Statement]:
    return [Statement(text=one.text, fact_ids=one.fact_ids) for one in signature.associations]
