"""Results to be put into words beside those of the made-up people: of somebody restless, and of other archetypes."""

from collections.abc import Iterator
from datetime import timedelta
from functools import cache

from hos_pipelines.domain.behavior.results import BehaviorResult
from hos_pipelines.domain.circadian.results import CircadianResult
from hos_pipelines.domain.history import END, START, StoredReading, read_history
from hos_pipelines.report.page import Report
from hos_pipelines_tests.report.people import asleep, days_back, history_of, known, report_of

DAYS = 56


@cache
def restless() -> Report:
    """Somebody who sleeps short and at all hours, and walks less from day to day."""
    return report_of(read_history("someone", _readings(), "Peak Performer"))


@cache
def with_archetype(archetype: str) -> Report:
    """The well recorded person with any text for an archetype."""
    return report_of(history_of(DAYS, archetype=archetype))


def results() -> list[CircadianResult | BehaviorResult]:
    """Both analyses of both, with enough data to write about."""
    return [one for report in (known(), restless()) for one in (circadian(report), behavior(report))]


def circadian(report: Report) -> CircadianResult:
    """The report's circadian analysis."""
    return report.circadian


def behavior(report: Report) -> BehaviorResult:
    """The report's behavior analysis."""
    return report.behavior


@cache
def very_short() -> Report:
    """Somebody who sleeps for four and a half hours a night, at the same hours on all days."""
    return report_of(read_history("someone", _nights(onset=25.5, hours=4.5), "Peak Performer"))


def _nights(onset: float, hours: float) -> Iterator[StoredReading]:
    for day in days_back(DAYS):
        night = asleep(day, onset=onset, hours=hours)
        for kind, moment in ((START, night.start), (END, night.end)):
            yield StoredReading(kind, day.isoformat(), moment.isoformat(), "")


def _readings() -> Iterator[StoredReading]:
    for number, day in enumerate(days_back(DAYS)):
        local = day.isoformat()
        night = asleep(day, onset=22 + 1.2 * (number * 7 % 4), hours=5 + 0.4 * (number % 3) + 2 * (day.weekday() >= 5))
        for kind, moment in ((START, night.start), (END, night.end)):
            yield StoredReading(kind, local, moment.isoformat(), "")
        length = (night.end - night.start) / timedelta(minutes=1)
        yield StoredReading("sleep_duration", local, f"{length:.0f}", "minute")
        yield StoredReading("steps", local, str(12_000 - 150 * number + 37 * (number % 3)), "count")
        yield StoredReading("heart_rate_resting", local, str(52 + number // 6), "bpm")
