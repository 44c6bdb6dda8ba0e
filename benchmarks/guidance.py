"""Guidance of many people in one process with one thread, and how fast what is remembered is read.

`insights_s` and `memory_s` are the rules alone, of readings and rows in memory, per second of processor time;
`guided_s` is both for each person.
`stored_s` is the whole way of memory: read from PostgreSQL, made, stored with the state. The memory measured is of the
second day, when there is something to be remembered already.
"""

import random
import time
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import psutil
from psycopg import Connection
from threadpoolctl import threadpool_limits

from benchmarks.analysis import MEGABYTE, NOW, fill_people
from hos_pipelines.domain.analysis_scope import AnalysisType
from hos_pipelines.domain.guidance.guidance_kind import GuidanceKind
from hos_pipelines.postgres.connection import connect, with_database
from hos_pipelines.postgres.embedded import ensure_database
from hos_pipelines.postgres.memory_view import read_core
from hos_pipelines.postgres.migrate import migrate
from hos_pipelines.settings.settings import Settings
from hos_pipelines.stages.analysis.analysis_request import AnalysisRequest
from hos_pipelines.stages.analysis.analysis_runner import AnalysisRunner
from hos_pipelines.stages.database import Database
from hos_pipelines.stages.guidance.by_kind import GUIDANCE_STAGES
from hos_pipelines.stages.guidance.guidance_runner import GuidanceRunner
from hos_pipelines.stages.guidance.guidance_stage import GuidanceMoment
from hos_pipelines.stages.profile_outcome import ProfileOutcome

DATABASE = "bench_guidance"
MEMORY, INSIGHTS = GuidanceKind.MEMORY, GuidanceKind.INSIGHTS
ROWS_EACH = 60
READS = 2000
TOMORROW = NOW + timedelta(days=1)

# Five items a day, each answered; a journal a day; a goal and an allergy.
ITEMS = """
INSERT INTO plan_items (id, profile_id, item_id, plan_date, title, category, scheduled_time, recorded_at)
SELECT md5(profile_id || n || item)::uuid, profile_id, 'item-' || item, %(day)s::date - n, 'An item',
       (ARRAY['exercise', 'movement', 'nutrition', 'mindfulness', 'sleep'])[item],
       (ARRAY[time '07:00', '12:30', '18:00', '21:00', '22:30'])[1 + (item + n) %% 5],
       %(now)s::timestamptz - n * interval '1 day'
FROM profiles CROSS JOIN generate_series(1, 28) AS n CROSS JOIN generate_series(1, 5) AS item
"""
CHECKINS = """
INSERT INTO task_checkins (id, profile_id, plan_item_id, planned_date, completion_status, completed_at,
                           satisfaction_rating, skip_reason, recorded_at)
SELECT md5('c' || id::text)::uuid, profile_id, id, plan_date, CASE WHEN is_done THEN 'completed' ELSE 'skipped' END,
       CASE WHEN is_done THEN (plan_date + scheduled_time + interval '10 minutes') AT TIME ZONE 'UTC' END,
       CASE WHEN is_done THEN 1 + (hashtext(id::text) & 3) END, CASE WHEN NOT is_done THEN 'no_time' END,
       (plan_date + time '23:30') AT TIME ZONE 'UTC'
FROM (SELECT *, hashtext(id::text) %% 4 <> 0 AS is_done FROM plan_items) AS told
"""
JOURNALS = """
INSERT INTO daily_journals (id, profile_id, journal_date, energy_level, mood_rating, sleep_quality, stress_level,
                            recorded_at)
SELECT md5('j' || profile_id || n)::uuid, profile_id, %(day)s::date - n, 1 + n %% 5, 1 + n %% 3, 4, 2,
       %(now)s::timestamptz - n * interval '1 day'
FROM profiles CROSS JOIN generate_series(1, 28) AS n
"""
FACTS = """
INSERT INTO profile_facts (profile_id, fact_key, value, source, valid_from, recorded_at)
SELECT profile_id, fact_key, value::jsonb, 'stated', %(now)s::timestamptz - interval '40 days',
       %(now)s::timestamptz - interval '40 days'
FROM profiles CROSS JOIN (VALUES ('goal', '"sleep_better"'), ('allergies', '["peanut"]')) AS said (fact_key, value)
"""
REMEMBERED = """
INSERT INTO longterm_memory (profile_id, memory_key, version, category, value, source, standing, support_count,
                             contradiction_count, support_days, contradiction_days, kinds, evidence_ids, confidence,
                             judged_on, rule_version, valid_from, last_confirmed, recorded_at, access_count)
SELECT profile_id, 'habit.row_' || n, 1, 'habit', 'kept', CASE WHEN n %% 20 = 0 THEN 'stated' ELSE 'learned' END,
       CASE WHEN n %% 15 = 0 THEN 'contested' ELSE 'live' END, 10, 0, days.all_of_them, '{}', ARRAY['checkin'],
       ARRAY['checkin:1', 'checkin:2'], 0.5 + (n * 7919 %% 50) / 100.0, %(day)s, '1', %(day)s::date - 30, %(day)s,
       %(now)s, 0
FROM profiles
CROSS JOIN generate_series(1, %(rows)s) AS n
CROSS JOIN (SELECT array_agg(%(day)s::date - back) AS all_of_them FROM generate_series(1, 10) AS back) AS days
WHERE profile_id BETWEEN %(first)s AND %(last)s
ORDER BY profile_id, 2
"""


def measure_guidance(url: str, users: int, remembered: int) -> dict[str, Any]:
    """People per second of each stage, the largest memory of this process, and how long the core view takes."""
    ensure_database(url, DATABASE)
    url = with_database(url, DATABASE)
    migrate(url)
    names = [f"bench-{number:06d}" for number in range(users)]
    settings = Settings.from_mapping({"HOS_DATABASE_URL": url, "USE_SAHHA_DIRECT": "false"})
    with connect(url) as connection:
        fill_people(connection, names, 28)
        _fill_lives(connection)
    analyses = AnalysisRunner(lambda: settings, Database(lambda: settings), lambda: NOW)
    for kind in AnalysisType:
        analyses.run(AnalysisRequest(kind, names), lambda _: None)
    peaks: list[float] = []
    stored_s = _stored(settings, names, peaks)
    insights_s, memory_s = _rules(url, INSIGHTS, settings, names), _rules(url, MEMORY, settings, names)
    with connect(url) as connection:
        view = _core_view(connection, remembered)
    return {
        "users": users,
        "insights_s": round(insights_s, 1),
        "memory_s": round(memory_s, 1),
        "guided_s": round(1 / (1 / insights_s + 1 / memory_s), 1),
        "stored_s": round(stored_s, 1),
        "remembered": remembered,
        **view,
        "peak_mb": round(max(peaks)),
        "peak_mb_of_first_half": round(max(peaks[: max(len(peaks) // 2, 1)])),
    }


def _stored(settings: Settings, names: Sequence[str], peaks: list[float]) -> float:
    """People per second of memory from PostgreSQL and back, the first time."""

    def mark(chunk: Sequence[ProfileOutcome]) -> None:
        failed = [one.error for one in chunk if one.is_bad]
        if failed:
            raise RuntimeError(f"{len(failed)} failed; first: {failed[0]}")
        peaks.append(psutil.Process().memory_info().rss / MEGABYTE)

    begun = time.perf_counter()
    GuidanceRunner(lambda: settings, Database(lambda: settings), lambda: NOW).run(MEMORY, names, mark)
    return len(names) / (time.perf_counter() - begun)


def _rules(url: str, kind: GuidanceKind, settings: Settings, names: Sequence[str]) -> float:
    """People per second of one stage on the next day, of what is in memory already."""
    stage, elapsed, at = GUIDANCE_STAGES[kind], 0.0, GuidanceMoment(TOMORROW, settings)
    with connect(url) as connection, threadpool_limits(limits=1, user_api="blas"):
        for start in range(0, len(names), stage.chunk):
            material = stage.read(connection, names[start : start + stage.chunk], at)
            begun = time.process_time()
            for one in material.values():
                stage.digest(one, at)
                stage.compute(one, at)
            elapsed += time.process_time() - begun
    return len(names) / elapsed


def _fill_lives(connection: Connection[Any]) -> None:
    values: dict[str, date] = {"day": NOW.date(), "now": NOW}
    for query in (ITEMS, CHECKINS, JOURNALS, FACTS):
        connection.execute(query, values)
    connection.execute("VACUUM ANALYZE")


def _core_view(connection: Connection[Any], remembered: int) -> dict[str, float]:
    """Milliseconds to read the core view of one person, among so many with 60 rows each."""
    connection.execute("TRUNCATE longterm_memory")
    connection.execute(
        "INSERT INTO profiles (profile_id, external_id, archetype) SELECT 'view-' || lpad(n::text, 6, '0'), "
        "'view-' || n, 'Foundation Builder' FROM generate_series(0, %s - 1) AS n",
        (remembered,),
    )
    for first in range(0, remembered, 5000):
        ends = {"first": f"view-{first:06d}", "last": f"view-{first + 4999:06d}"}
        connection.execute(REMEMBERED, {"day": NOW.date(), "now": NOW, "rows": ROWS_EACH, **ends})
    connection.execute("VACUUM ANALYZE longterm_memory")
    connection.execute("CHECKPOINT")
    chance, took = random.Random(7), list[float]()
    for _ in range(READS):
        key = f"view-{chance.randrange(remembered):06d}"
        begun = time.perf_counter()
        rows = read_core(connection, key)
        took.append((time.perf_counter() - begun) * 1000)
        if len(rows) != 20:  # noqa: PLR2004  what the view is bounded to
            raise RuntimeError(f"{key}: {len(rows)} rows in the core view.")
    took.sort()
    return {"core_view_ms_p50": round(took[READS // 2], 3), "core_view_ms_p95": round(took[READS * 95 // 100], 3)}
