"""Made-up people and what the analyses say of them: someone well recorded, someone hardly, someone not at all."""

import math
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from functools import cache

from hos_pipelines.domain.behavior.behavior_analysis import analyze_behavior
from hos_pipelines.domain.circadian.circadian_analysis import analyze_circadian
from hos_pipelines.domain.facts import Basis, Fact, FactSheet, FactValue, Interval
from hos_pipelines.domain.gates import TIMING
from hos_pipelines.domain.history import END, MIDDLE, START, History, StoredReading, read_history
from hos_pipelines.domain.nights import SleepWindow, read_nights
from hos_pipelines.report.page import Report

THROUGH = date(2026, 3, 14)
ZONE = timezone(timedelta(hours=1))
MISSING = (3, 9, 10)
NAPS = (2, 6)
ANALYZED = datetime(2026, 3, 14, 9, 30, tzinfo=UTC)


def days_back(days: int, missing: tuple[int, ...] = ()) -> list[date]:
    return [THROUGH - timedelta(days=back) for back in reversed(range(days)) if back not in missing]


def asleep(day: date, *, onset: float = 23.25, hours: float = 7.5, zone: timezone = ZONE) -> SleepWindow:
    """A sleep that begins `onset` hours after the midnight in which the day before `day` begins: 23 is that evening."""
    start = datetime(day.year, day.month, day.day, tzinfo=zone) + timedelta(hours=onset - 24)
    return SleepWindow(start, start + timedelta(hours=hours))


def nights_and_naps(
    days: int = 14, missing: tuple[int, ...] = MISSING, naps: tuple[int, ...] = NAPS
) -> list[SleepWindow]:
    """`missing` and `naps` count days back from THROUGH."""
    nights = [asleep(day, onset=_onset(day)) for day in days_back(days, missing)]
    return [*nights, *(asleep(THROUGH - timedelta(days=back), onset=38.5, hours=0.75) for back in naps)]


def history_of(days: int, missing: tuple[int, ...] = MISSING, archetype: str = "Foundation Builder") -> History:
    return read_history("someone", _readings(days, missing), archetype)


def report_of(history: History, *, profile_id: str = "someone", data_source: str = "sahha") -> Report:
    return Report(
        profile_id=profile_id,
        circadian=analyze_circadian(history),
        behavior=analyze_behavior(history),
        sleep=read_nights(history.windows),
        circadian_analyzed_at=ANALYZED,
        behavior_analyzed_at=ANALYZED + timedelta(minutes=2),
        data_source=data_source,
        data_age=timedelta(hours=3, minutes=20),
    )


@cache
def known() -> Report:
    """Eight weeks of data with a few gaps."""
    return report_of(history_of(56))


@cache
def hardly_known() -> Report:
    """Three nights, none of which ends on a free day but the last."""
    return report_of(history_of(3, missing=()))


@cache
def unknown() -> Report:
    """No reading at all."""
    return replace(report_of(read_history("someone", [], "Foundation Builder")), data_age=None)


def with_facts(report: Report, *facts: Fact) -> Report:
    """The same report whose circadian result has these facts, too, or in the place of those of the same ids."""
    told = report.circadian.facts | {fact.id: fact for fact in facts}
    return replace(report, circadian=report.circadian.model_copy(update={"facts": told}))


def fact_of(fact_id: str, value: FactValue, unit: str = "label", interval: Interval | None = None) -> Fact:
    """A fact that rests on enough."""
    return FactSheet(None).add(fact_id, value, unit, Basis.of(TIMING, 28, "as told"), interval)


def _onset(day: date) -> float:
    return 23.25 + 0.3 * math.sin(day.day) + (1.2 if day.weekday() >= 5 else 0)


def _readings(days: int, missing: tuple[int, ...]) -> Iterator[StoredReading]:
    for day in days_back(days, missing):
        local = day.isoformat()
        night = asleep(day, onset=_onset(day), hours=7.2 + 0.5 * math.cos(day.day))
        middle = night.start + (night.end - night.start) / 2
        for kind, moment in ((START, night.start), (MIDDLE, middle), (END, night.end)):
            yield StoredReading(kind, local, moment.isoformat(), "")
        yield StoredReading("sleep_duration", local, f"{60 * (7.0 + 0.5 * math.cos(day.day)):.0f}", "minute")
        yield StoredReading("steps", local, str(7000 + round(3000 * math.sin(1.7 * day.day))), "count")
        yield StoredReading("exercise_duration", local, str(25 if day.day % 3 else 0), "minute")
        yield StoredReading("heart_rate_resting", local, str(56 + day.day % 4), "bpm")
        yield StoredReading("heart_rate_variability_rmssd", local, str(48 + day.day % 7), "millisecond")
        yield StoredReading("score:readiness", local, f"{0.6 + 0.02 * (day.day % 9):.2f}", "index")
