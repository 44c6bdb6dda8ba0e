"""What the facts say in sentences: sleep pattern, what could be better, and what other plans take from here."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from hos_pipelines.domain.behavior.wording import duration_text
from hos_pipelines.domain.circadian.energy_facts import EnergyDay
from hos_pipelines.domain.circadian.energy_results import Zone
from hos_pipelines.domain.circadian.results import (
    BiomarkerInsights,
    ChronotypeAssessment,
    ForBehaviorAgent,
    Insight,
    Intensity,
    ScheduleRecommendations,
    TimedIntensity,
    TimingForRoutineAgent,
    TimingIntegration,
)
from hos_pipelines.domain.circadian.timeline import clock_range, most_intensity_in
from hos_pipelines.domain.clock import DAY_HOURS, wrap
from hos_pipelines.domain.clock_text import clock_text
from hos_pipelines.domain.facts import Basis, Fact, FactSheet
from hos_pipelines.domain.gates import MEDIUM, Confidence, Status, surest, worst
from hos_pipelines.domain.living import TWO_HOURS_APART
from hos_pipelines.domain.statements import Statement

HOUR_SECONDS = 3600.0
SCORED = ("midpoint_sd", "duration_sd", "sjl")
# From where a spread still counts in full, and from where not at all, in hours.
SPREADS = ((0.5, 1.5), (1.0, 2.0), (1.0, 3.0))
SCORE_METHOD = (
    "mean of three falling lines, 100 to 0: midsleep SD 0.5 to 1.5 h and duration SD 1 to 2 h (MESA categories), "
    "social jetlag 1 to 3 h; ours, no norm"
)
NO_SCORE = "a measure of health: steadiness of timing is none, and is told as timing_steadiness"
# Differences of clock times below this are said to be none.
SAME_HOURS = 1 / 6
# A usual hour of falling asleep and one of waking further off the length of nights than this are of other nights.
MOST_OFF_HOURS = 1.0
# For adults (AASM and Sleep Research Society 2015).
ADVISED_HOURS = 7.0
FEW_PERCENT, MOST_PERCENT = 1, 99
ELSEWHERE = "heart rate variability is told in the behaviour analysis"
NO_HOURLY = "hourly readings: Sahha delivers no hourly readings"
# Of 100 simulated people, for how many the five-level type is the true one, by confidence; a test holds it.
RIGHT_AT: Mapping[Confidence, float | None] = {
    Confidence.NONE: None,
    Confidence.LOW: 0.6,
    Confidence.MEDIUM: 0.8,
    Confidence.HIGH: 0.95,
}
INTENSITIES: dict[Zone, Intensity] = {"peak": "high", "maintenance": "moderate", "recovery": "low"}
EASIEST_FIRST: tuple[Intensity, ...] = ("low", "moderate", "high")


def add_steadiness(sheet: FactSheet) -> None:
    """Enters `timing_steadiness`, 0 to 100: the mean of three lines over spreads of sleep, where all are known."""
    facts = [sheet[name] for name in SCORED]
    lacking = "; ".join(dict.fromkeys(fact.missing for fact in facts if fact.missing))
    status, sure = worst(*(fact.status for fact in facts)), surest(*(fact.confidence for fact in facts))
    basis = Basis(min(fact.n for fact in facts), SCORE_METHOD, status, surest(MEDIUM, sure), lacking or None)
    no_hours = sheet["onset_mean"].missing
    if status is not Status.INSUFFICIENT and no_hours is not None:
        basis = basis.refuse(no_hours)
    score = None
    if basis.status is not Status.INSUFFICIENT:
        hours = [_hours(fact) for fact in facts]
        parts = [
            max(0.0, min(1.0, (worst_at - value) / (worst_at - best_to)))
            for value, (best_to, worst_at) in zip(hours, SPREADS, strict=True)
        ]
        score = round(100 * sum(parts) / len(parts), 1)
    sheet.add("timing_steadiness", score, "score", basis)
    sheet.add("circadian_health_score", None, "score", basis.refuse(NO_SCORE))


def _hours(fact: Fact) -> float:
    value = fact.value if isinstance(fact.value, float) else 0.0
    return value / HOUR_SECONDS if fact.unit.startswith("second") else value


def chronotype_assessment(sheet: FactSheet) -> ChronotypeAssessment:
    """The chronotype and the evidence for it."""
    fact = sheet["chronotype"]
    ids = [
        "chronotype",
        "chronotype_munich",
        "chronotype_share",
        "chronotype_percentile",
        "msf_sc",
        "msf",
        "msw",
        "sjl",
        "shift_work",
        "living",
    ]
    share = sheet.number("chronotype_share")
    return ChronotypeAssessment(
        status=fact.status,
        missing=[fact.missing] if fact.missing else [],
        fact_ids=ids,
        primary_type=label_of(sheet, "chronotype"),
        munich_label=label_of(sheet, "chronotype_munich"),
        share_of_population=None if share is None else f"{share:g} %",
        percentile=sheet.number("chronotype_percentile"),
        may_also_be=list(fact.interval.may_be) if fact.interval else [],
        living=label_of(sheet, "living"),
        confidence=fact.confidence,
        confidence_score=RIGHT_AT[fact.confidence],
        msf_sc=sheet.number("msf_sc"),
        msf=sheet.number("msf"),
        msw=sheet.number("msw"),
        social_jetlag=sheet.number("sjl"),
        shift_work=label_of(sheet, "shift_work"),
        supporting_evidence=_evidence(sheet),
    )


def label_of(sheet: FactSheet, fact_id: str) -> Any:
    """The word a fact says; None where it says none. Which words there are, the schema of its reader holds."""
    value = sheet[fact_id].value
    return value if isinstance(value, str) else None


def _evidence(sheet: FactSheet) -> list[Statement]:
    """Where midsleep lies; of who lives at changing hours nothing, as it tells no type."""
    if sheet["chronotype"].value is None:
        return []
    evidence: list[Statement] = []
    free, work, corrected = sheet.number("msf"), sheet.number("msw"), sheet.number("msf_sc")
    if free is not None and work is not None:
        text = f"The middle of sleep lies at {_clock(free)} on free days and at {_clock(work)} on work days."
        evidence.append(Statement(text=text, fact_ids=["msf", "msw"]))
    if corrected is not None:
        text = f"Corrected for sleep made up on free days it lies at {_clock(corrected)}."
        evidence.append(Statement(text=text, fact_ids=["msf_sc"]))
    jetlag = sheet.number("sjl")
    if jetlag is not None and jetlag >= SAME_HOURS * HOUR_SECONDS:
        text = f"Free and work days lie {duration_text(jetlag / HOUR_SECONDS)} apart."
        evidence.append(Statement(text=text, fact_ids=["sjl"]))
    percentile = sheet.number("chronotype_percentile")
    if percentile is not None:
        some = f"About {percentile:.0f} of 100"
        if not FEW_PERCENT <= percentile <= MOST_PERCENT:
            some = "Hardly any" if percentile < FEW_PERCENT else "Almost all"
        text = f"{some} people sleep earlier than that on their free days."
        evidence.append(Statement(text=text, fact_ids=["chronotype_percentile"]))
    return evidence


def _clock(seconds: float) -> str:
    return clock_text(seconds / HOUR_SECONDS)


def biomarker_insights(sheet: FactSheet, schedule: ScheduleRecommendations) -> BiomarkerInsights:
    """What sleep says; heart rate variability is told by the other analysis, and no hourly activity is delivered."""
    pattern = _sleep_pattern(sheet)
    better = [one for one in schedule.recommendations if one.kind in ("regularity", "sleep_extension")]
    return BiomarkerInsights(
        status=pattern.status,
        missing=pattern.missing,
        fact_ids=[*pattern.fact_ids, "timing_steadiness"],
        sleep_pattern_analysis=pattern,
        hrv_trend_analysis=Insight(status=Status.INSUFFICIENT, missing=[ELSEWHERE], statements=[]),
        activity_rhythm_analysis=Insight(status=Status.INSUFFICIENT, missing=[NO_HOURLY], statements=[]),
        circadian_health_score=None,
        timing_steadiness=sheet.number("timing_steadiness"),
        improvement_opportunities=[Statement(text=one.text, fact_ids=one.fact_ids) for one in better],
    )


def _sleep_pattern(sheet: FactSheet) -> Insight:
    mean = sheet["duration_mean"]
    statements = [*_hours_of_sleep(sheet), *_spreads(sheet), *_balance(sheet)]
    return Insight(
        status=mean.status,
        missing=[mean.missing] if mean.missing else [],
        fact_ids=list(dict.fromkeys(fact_id for one in statements for fact_id in one.fact_ids)) or ["duration_mean"],
        statements=statements,
    )


def _hours_of_sleep(sheet: FactSheet) -> Iterator[Statement]:
    """From when to when: one usual night, those of work and free days, or two groups; never a mean nobody lives by."""
    told = [f"mode_{place}_{name}" for place in (1, 2) for name in ("onset", "wake", "nights")]
    if all(fact_id in sheet and sheet.number(fact_id) is not None for fact_id in told):
        one, other = (
            f"from {_hour(sheet, f'mode_{place}_onset')} to {_hour(sheet, f'mode_{place}_wake')} "
            f"on {sheet.number(f'mode_{place}_nights'):.0f} nights"
            for place in (1, 2)
        )
        yield Statement(text=f"Sleep falls into two groups: {one}, {other}.", fact_ids=told)
    elif _differ(sheet):
        text = (
            f"Sleep usually lasts from {_hour(sheet, 'onset_work')} to {_hour(sheet, 'wake_work')} on work days and "
            f"from {_hour(sheet, 'onset_free')} to {_hour(sheet, 'wake_free')} on free days."
        )
        yield Statement(text=text, fact_ids=["onset_work", "wake_work", "onset_free", "wake_free"])
    elif _are_of_one_night(sheet):
        text = f"Sleep usually lasts from {_hour(sheet, 'usual_onset')} to {_hour(sheet, 'usual_wake')}."
        yield Statement(text=text, fact_ids=["usual_onset", "usual_wake"])
    slept, reach = sheet.number("sleep_mean"), sheet["sleep_mean"].interval
    if slept is not None:
        is_less = reach is not None and reach.high is not None and reach.high < ADVISED_HOURS
        below = f", less than the {ADVISED_HOURS:g} h advised for adults" if is_less else ""
        yield Statement(text=f"Asleep {duration_text(slept)} a day on average{below}.", fact_ids=["sleep_mean"])


def _are_of_one_night(sheet: FactSheet) -> bool:
    """Whether falling asleep on most nights and waking on most are as far apart as nights are long."""
    onset, wake, length = (sheet.number(fact_id) for fact_id in ("usual_onset", "usual_wake", "duration_mean"))
    if onset is None or wake is None or length is None:
        return False
    return abs((wake - onset) % DAY_HOURS - length) <= MOST_OFF_HOURS


def _differ(sheet: FactSheet) -> bool:
    """Whether free nights begin or end at other usual hours than work nights."""
    sides = [sheet.number(f"{name}_{kind}") for name in ("onset", "wake") for kind in ("work", "free")]
    known = [side for side in sides if side is not None]
    if len(known) < len(sides) or sheet["onset_mean"].missing is not None:
        return False
    return abs(wrap(known[1] - known[0])) >= TWO_HOURS_APART or abs(wrap(known[3] - known[2])) >= TWO_HOURS_APART


def _hour(sheet: FactSheet, fact_id: str) -> str:
    return clock_text(sheet.number(fact_id) or 0.0)


def _spreads(sheet: FactSheet) -> Iterator[Statement]:
    onset, offset = sheet.number("onset_sd"), sheet.number("offset_sd")
    if onset is None or offset is None or sheet["onset_mean"].missing is not None:
        return
    if max(onset, offset) < SAME_HOURS:
        text = "Falling asleep and waking keep to the same times, within minutes."
    else:
        text = f"Falling asleep varies by {duration_text(onset)}, waking by {duration_text(offset)}."
    yield Statement(text=text, fact_ids=["onset_sd", "offset_sd"])


def _balance(sheet: FactSheet) -> Iterator[Statement]:
    """Sleep owed only where it is owed beyond doubt and nights are short, else that it about evens out."""
    need, owed = sheet["sleep_need"], sheet["sleep_debt_14"]
    reach = owed.interval
    if not isinstance(need.value, float) or not isinstance(owed.value, float) or reach is None or reach.low is None:
        return
    least, about = ("at least ", "at least") if need.method.startswith("at least") else ("", "about")
    needed = f"{least}{duration_text(need.value)}"
    if reach.low > 0 and sheet["sleep_standing"].value == "short":
        short = duration_text(owed.value)
        text = f"With an estimated need of {needed}, the last two weeks fall {about} {short} short."
    elif reach.low <= 0 and sheet["sleep_standing"].value == "enough":
        text = f"With an estimated need of {needed}, the last two weeks owe nothing for certain."
    else:
        return
    yield Statement(text=text, fact_ids=["sleep_need", "sleep_debt_14"])


def integration(sheet: FactSheet, day: EnergyDay | None, schedule: ScheduleRecommendations) -> TimingIntegration:
    """What routine plans and work on habits take from the predicted day."""
    structure = schedule.optimal_daily_structure
    return TimingIntegration(
        status=schedule.status,
        missing=schedule.missing,
        fact_ids=schedule.fact_ids,
        for_routine_agent=TimingForRoutineAgent(
            exercise_timing_windows=structure.exercise_timing if structure else [],
            activity_intensity_by_time=_intensities(sheet, day),
            recovery_prioritization=_recovery(schedule),
        ),
        for_behavior_agent=ForBehaviorAgent(
            habit_timing_optimization=_anchor(sheet),
            energy_aware_goal_setting=_goals(day),
        ),
    )


def _intensities(sheet: FactSheet, day: EnergyDay | None) -> list[TimedIntensity]:
    """By zone, and no harder than the hours to bed allow."""
    if day is None:
        return []
    return [
        TimedIntensity(
            time_range=clock_range(run),
            intensity=min(INTENSITIES[run.zone], most_intensity_in(sheet, day, run), key=EASIEST_FIRST.index),
            fact_ids=[f"{name}_start", f"{name}_end"],
        )
        for name, run in day.zoned.named_runs
        if run.zone in INTENSITIES
    ]


def _recovery(schedule: ScheduleRecommendations) -> Statement | None:
    """Recovery comes first where nights are too short."""
    short = next((one for one in schedule.recommendations if one.kind == "sleep_extension"), None)
    if short is None:
        return None
    return Statement(text="Nights are shorter than the need: plan recovery before intensity.", fact_ids=short.fact_ids)


def _anchor(sheet: FactSheet) -> list[Statement]:
    """The steadier end of the night is where a new habit holds best; on work days where these differ from free ones."""
    onset, offset = sheet.number("onset_sd"), sheet.number("offset_sd")
    if onset is None or offset is None or sheet["onset_mean"].missing is not None:
        return []
    name, event = ("getting up", "wake") if offset <= onset else ("going to sleep", "onset")
    hour, when = (f"{event}_work", "on work days at") if _differ(sheet) else (f"usual_{event}", "usually at")
    if sheet.number(hour) is None:
        return []
    text = f"The steadiest point of the day is {name}, {when} {_hour(sheet, hour)}: tie a new habit to it."
    return [Statement(text=text, fact_ids=[hour, "onset_sd", "offset_sd"])]


def _goals(day: EnergyDay | None) -> Statement | None:
    peaks = [(name, run) for name, run in day.zoned.named_runs if run.zone == "peak"] if day else []
    if not peaks:
        return None
    ranges = " and ".join(clock_range(run) for _, run in peaks)
    return Statement(text=f"Place demanding goals in {ranges}.", fact_ids=_edges([name for name, _ in peaks]))


def _edges(names: Sequence[str]) -> list[str]:
    return [f"{name}_{edge}" for name in names for edge in ("start", "end")]
