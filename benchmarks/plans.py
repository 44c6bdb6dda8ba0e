"""Both plans of many people in one process with one thread.

`routine_s`, `nutrition_s` and, for both together, `computed_s` are the rules alone, of what is in memory, per second of
processor time. `stored_s` is the whole way of both: read from PostgreSQL, made, stored with the state, by the clock.
`unchanged_s` is the same of people of whom nothing has moved. `stored_cpu_ms` is this process's processor time of one
person's two plans on the whole way; the server has its own.
"""

import time
from collections.abc import Sequence
from datetime import date
from typing import Any

import psutil
from psycopg import Connection
from threadpoolctl import threadpool_limits

from benchmarks.analysis import MEGABYTE, NOW, fill_people
from benchmarks.guidance import CHECKINS, ITEMS, JOURNALS
from hos_pipelines.domain.analysis_scope import AnalysisType
from hos_pipelines.domain.guidance.guidance_kind import GuidanceKind
from hos_pipelines.postgres.connection import connect, with_database
from hos_pipelines.postgres.embedded import ensure_database
from hos_pipelines.postgres.migrate import migrate
from hos_pipelines.settings.settings import Settings
from hos_pipelines.stages.analysis.analysis_request import AnalysisRequest
from hos_pipelines.stages.analysis.analysis_runner import AnalysisRunner
from hos_pipelines.stages.database import Database
from hos_pipelines.stages.guidance.by_kind import GUIDANCE_STAGES
from hos_pipelines.stages.guidance.guidance_runner import GuidanceRunner
from hos_pipelines.stages.guidance.guidance_stage import GuidanceMoment
from hos_pipelines.stages.profile_outcome import ProfileOutcome

DATABASE = "bench_plans"
KINDS = (GuidanceKind.ROUTINE_PLAN, GuidanceKind.NUTRITION_PLAN)

# A body, a goal of some, and what they leave out: of every eight, three nothing and five something.
FACTS = """
INSERT INTO profile_facts (profile_id, fact_key, value, source, valid_from, recorded_at)
SELECT profile_id, fact_key, value, 'stated', %(now)s::timestamptz - interval '40 days',
       %(now)s::timestamptz - interval '40 days'
FROM (SELECT profile_id, row_number() OVER (ORDER BY profile_id) AS n FROM profiles) AS people
CROSS JOIN LATERAL (VALUES
    ('birth_date', to_jsonb((date '1950-01-01' + (n * 97 %% 18000)::integer)::text)),
    ('sex', to_jsonb((ARRAY['female', 'male', 'unknown'])[1 + n %% 3])),
    ('height', to_jsonb(150 + n %% 45)), ('weight', to_jsonb(50 + n %% 60)),
    ('goal', to_jsonb((ARRAY['maintain_weight', 'lose_weight', 'sleep_better', 'build_muscle'])[1 + n %% 4])),
    ('diet', (ARRAY['["vegan"]', '["vegetarian"]', '["halal"]', NULL, NULL])[1 + n %% 5]::jsonb),
    ('allergies', (ARRAY['["peanut"]', '["milk", "egg"]', '["coeliac"]', NULL, NULL, NULL])[1 + n %% 6]::jsonb)
) AS said (fact_key, value)
WHERE value IS NOT NULL
"""


EMPTY = "TRUNCATE plans, plan_items, task_checkins, daily_journals, profile_facts, guidance_states CASCADE"


def measure_plans(url: str, users: int) -> dict[str, Any]:
    """People per second, the largest memory of this process, and how many were refused."""
    ensure_database(url, DATABASE)
    url = with_database(url, DATABASE)
    migrate(url)
    names = [f"bench-{number:06d}" for number in range(users)]
    settings = Settings.from_mapping({"HOS_DATABASE_URL": url, "USE_SAHHA_DIRECT": "false"})
    with connect(url) as connection:
        fill_people(connection, names, 28)
        connection.execute(EMPTY)
        _fill_lives(connection)
    analyses = AnalysisRunner(lambda: settings, Database(lambda: settings), lambda: NOW)
    for kind in AnalysisType:
        analyses.run(AnalysisRequest(kind, names), lambda _: None)
    rules = {kind: _rules(url, kind, settings, names) for kind in KINDS}
    processor = time.process_time()
    stored, statuses = _stored(settings, names)
    processor = time.process_time() - processor
    unchanged, _ = _stored(settings, names)
    return {
        "users": users,
        "routine_s": round(rules[KINDS[0]], 1),
        "nutrition_s": round(rules[KINDS[1]], 1),
        "computed_s": round(1 / sum(1 / rate for rate in rules.values()), 1),
        "stored_s": round(stored, 1),
        "stored_cpu_ms": round(processor * 1000 / users, 1),
        "unchanged_s": round(unchanged, 1),
        "refused": statuses.get("refused", 0),
        "partial": statuses.get("partial", 0),
        "peak_mb": round(psutil.Process().memory_info().rss / MEGABYTE),
    }


def _fill_lives(connection: Connection[Any]) -> None:
    values: dict[str, date] = {"day": NOW.date(), "now": NOW}
    for query in (ITEMS, CHECKINS, JOURNALS, FACTS):
        connection.execute(query, values)
    connection.execute("VACUUM ANALYZE")


def _rules(url: str, kind: GuidanceKind, settings: Settings, names: Sequence[str]) -> float:
    """People per second of one stage, of what is in memory already."""
    stage, elapsed, at = GUIDANCE_STAGES[kind], 0.0, GuidanceMoment(NOW, settings)
    with connect(url) as connection, threadpool_limits(limits=1, user_api="blas"):
        for start in range(0, len(names), stage.chunk):
            material = stage.read(connection, names[start : start + stage.chunk], at)
            begun = time.process_time()
            for one in material.values():
                stage.digest(one, at)
                stage.compute(one, at)
                stage.good_until(one, at)
            elapsed += time.process_time() - begun
    return len(names) / elapsed


def _stored(settings: Settings, names: Sequence[str]) -> tuple[float, dict[str, int]]:
    """People per second of both plans from PostgreSQL and back, and how many plans have each status."""
    statuses: dict[str, int] = {}

    def mark(chunk: Sequence[ProfileOutcome]) -> None:
        for one in chunk:
            if one.is_bad:
                raise RuntimeError(f"{one.profile_id} {one.error}")
            statuses[str(one.status)] = statuses.get(str(one.status), 0) + 1

    runner = GuidanceRunner(lambda: settings, Database(lambda: settings), lambda: NOW)
    begun = time.perf_counter()
    for kind in KINDS:
        runner.run(kind, names, mark)
    return len(names) / (time.perf_counter() - begun), statuses
