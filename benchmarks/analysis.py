"""Both analyses of many users in one process with one thread.

`users_s` is the engine alone: histories parsed and results computed from readings in memory. `stored_users_s` is the
whole way: read from PostgreSQL, computed, checked, stored with the watermarks; the server works on another core.
"""

import time
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from datetime import time as clock
from typing import Any

import numpy as np
import psutil
from psycopg import Connection
from threadpoolctl import threadpool_limits

from hos_pipelines.analyst.engines import RulesAnalyst
from hos_pipelines.domain.analysis_result import AnalysisResult
from hos_pipelines.domain.analysis_scope import AnalysisScope, AnalysisType
from hos_pipelines.domain.history import LOOKBACK_DAYS, Row, read_history
from hos_pipelines.domain.in_step import Steps, in_step
from hos_pipelines.domain.measurements import Biomarker, Score
from hos_pipelines.domain.profiles import Archetype, Enrolment
from hos_pipelines.domain.sync import ProfilePull, PullWindow, Stream
from hos_pipelines.domain.work_week import WorkWeek
from hos_pipelines.postgres.connection import connect, with_database
from hos_pipelines.postgres.embedded import ensure_database
from hos_pipelines.postgres.migrate import migrate
from hos_pipelines.postgres.profile_store import enrol
from hos_pipelines.postgres.reading_store import load_readings
from hos_pipelines.postgres.sync_store import write_pulls
from hos_pipelines.settings.settings import Settings
from hos_pipelines.stages.analysis.analysis_request import AnalysisRequest
from hos_pipelines.stages.analysis.analysis_runner import AnalysisRunner
from hos_pipelines.stages.analysis.methods import METHODS, Method
from hos_pipelines.stages.analysis.run import CHUNK_PROFILES
from hos_pipelines.stages.database import Database
from hos_pipelines.stages.profile_outcome import ProfileOutcome

DATABASE = "bench_analysis"
NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
LAST_DAY = NOW.date()
MEGABYTE = 1_000_000
SCORE_TYPES = ("sleep", "activity", "wellbeing", "readiness", "mental_wellbeing")
DAILY = {
    "steps": (8000.0, 1800.0, "count", "activity"),
    "active_hours": (9.0, 2.0, "hour", "activity"),
    "active_duration": (150.0, 40.0, "minute", "activity"),
    "activity_medium_intensity_duration": (25.0, 10.0, "minute", "activity"),
    "activity_high_intensity_duration": (8.0, 4.0, "minute", "activity"),
    "activity_sedentary_duration": (800.0, 60.0, "minute", "activity"),
    "active_energy_burned": (400.0, 90.0, "kcal", "activity"),
    "heart_rate_resting": (58.0, 3.0, "bpm", "vitals"),
    "heart_rate_variability_rmssd": (55.0, 8.0, "millisecond", "vitals"),
}


def measure_analysis(url: str, users: int, days: int) -> dict[str, Any]:
    """Users per second, and the largest memory of this process in megabytes while it analyses and stores."""
    ensure_database(url, DATABASE)
    url = with_database(url, DATABASE)
    migrate(url)
    names = [f"bench-{number:06d}" for number in range(users)]
    with connect(url) as connection:
        fill_people(connection, names, days)
    settings = Settings.from_mapping({"HOS_DATABASE_URL": url, "USE_SAHHA_DIRECT": "false"})
    runner = AnalysisRunner(lambda: settings, Database(lambda: settings), lambda: NOW)
    peaks: list[float] = []
    started, cpu = time.perf_counter(), time.process_time()
    for analysis_type in AnalysisType:
        _run(runner, AnalysisRequest(analysis_type, names), peaks)
    elapsed, busy = time.perf_counter() - started, time.process_time() - cpu
    return {
        "users": users,
        "days": days,
        "users_s": round(_engine(url, names), 1),
        "stored_users_s": round(users / elapsed, 1),
        "stored_users_per_cpu_s": round(users / busy, 1),
        "peak_mb": round(max(peaks)),
        "peak_mb_of_first_half": round(max(peaks[: max(len(peaks) // 2, 1)])),
    }


def _run(runner: AnalysisRunner, request: AnalysisRequest, peaks: list[float]) -> None:
    def mark(chunk: Sequence[ProfileOutcome]) -> None:
        failed = [one.error for one in chunk if one.is_bad]
        if failed:
            raise RuntimeError(f"{len(failed)} analyses failed; first: {failed[0]}")
        peaks.append(psutil.Process().memory_info().rss / MEGABYTE)

    runner.run(request, mark)


def _engine(url: str, names: Sequence[str]) -> float:
    """Users per second of parsing and computing both, of readings already in memory."""
    elapsed = 0.0
    with connect(url) as connection, threadpool_limits(limits=1, user_api="blas"):
        for start in range(0, len(names), CHUNK_PROFILES):
            keys = names[start : start + CHUNK_PROFILES]
            for method in METHODS.values():
                readings = load_readings(connection, method.reads, keys, LOOKBACK_DAYS, LAST_DAY)
                begun = time.perf_counter()
                for first in range(0, len(keys), RulesAnalyst.at_once):
                    few = keys[first : first + RulesAnalyst.at_once]
                    in_step([_steps_of(method, key, readings[key]) for key in few])
                elapsed += time.perf_counter() - begun
    return len(names) / elapsed


def _steps_of(method: Method, key: str, readings: Sequence[Row]) -> Steps[AnalysisResult]:
    history = read_history(key, readings, Archetype.FOUNDATION_BUILDER)
    yield
    return (yield from method.analyze(history, AnalysisScope(), WorkWeek()))


def fill_people(connection: Connection[Any], names: Sequence[str], days: int) -> None:
    """Synthetic people, each with a habit of their own, through the same door as Sahha's answers."""
    connection.execute("TRUNCATE profiles, biomarkers, scores, archetype_analysis_tracking CASCADE")
    enrol(connection, [Enrolment(name, name) for name in names], NOW, by_hand=True)
    window = PullWindow(NOW - timedelta(days=days), NOW, NOW, moves_watermark=True)
    for start in range(0, len(names), CHUNK_PROFILES):
        keys = names[start : start + CHUNK_PROFILES]
        write_pulls(
            connection,
            {
                Stream.BIOMARKERS: [ProfilePull(key, window, list(_biomarkers(key, days))) for key in keys],
                Stream.SCORES: [ProfilePull(key, window, list(_scores(key, days))) for key in keys],
            },
        )
    connection.execute("VACUUM ANALYZE")
    connection.execute("CHECKPOINT")


def _biomarkers(name: str, days: int) -> Iterator[Biomarker]:
    chance = np.random.default_rng(int(name.removeprefix("bench-")))
    zone = timezone(timedelta(hours=int(chance.integers(-6, 10))))
    habit = 23.0 + chance.normal(0, 1.2)
    for back in range(days):
        day = LAST_DAY - timedelta(days=back)
        shift = 1.0 if day.weekday() >= 5 else 0.0  # noqa: PLR2004  Saturday and Sunday
        hours = habit + shift + chance.normal(0, 0.5)
        start = datetime.combine(day - timedelta(days=1), clock(), zone) + timedelta(minutes=round(hours * 60))
        end = start + timedelta(minutes=round(60 * chance.normal(7.4 + shift / 2, 0.6)))
        length = (end - start) // timedelta(minutes=1)
        evening = datetime.combine(day - timedelta(days=1), clock(18), zone)
        texts = {"sleep_start_time": start, "sleep_mid_time": start + (end - start) / 2, "sleep_end_time": end}
        for kind, moment in texts.items():
            yield _row(name, kind, evening, ("sleep", moment.isoformat(timespec="seconds"), "datetime"), day)
        yield _row(name, "sleep_duration", evening, ("sleep", str(length - 20), "minute"), day)
        yield _row(name, "sleep_in_bed_duration", evening, ("sleep", str(length), "minute"), day)
        yield _row(
            name, "sleep_efficiency", evening, ("sleep", str(round((length - 20) / length, 3)), "percentage"), day
        )
        midnight = datetime.combine(day, clock(), zone)
        for kind, (mean, spread, unit, category) in DAILY.items():
            value = str(round(max(1.0, chance.normal(mean, spread)), 1))
            yield _row(name, kind, midnight, (category, value, unit), day)


def _row(name: str, kind: str, start: datetime, what: tuple[str, str, str], day: date) -> Biomarker:
    category, value, unit = what
    offset = (start.utcoffset() or timedelta()) // timedelta(minutes=1)
    end = start + timedelta(seconds=86_399)
    return Biomarker(
        name, kind, start, end, category, "daily", "total", value, unit, "double", None, offset, day, None, NOW
    )


def _scores(name: str, days: int) -> Iterator[Score]:
    chance = np.random.default_rng(int(name.removeprefix("bench-")))
    for back in range(days):
        day = LAST_DAY - timedelta(days=back)
        midnight = datetime.combine(day, clock(), UTC)
        for kind in SCORE_TYPES:
            value = float(round(min(1.0, max(0.0, chance.normal(0.7, 0.1))), 3))
            yield Score(name, kind, midnight, value, "high", None, [], 1.0, NOW, None, 0, day, None, NOW)
