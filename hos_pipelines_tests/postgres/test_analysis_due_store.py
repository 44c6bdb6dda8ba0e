"""How many are due is counted in groups, and comes out as if each had been asked for."""

from datetime import timedelta
from typing import Any

from psycopg import Connection

from hos_pipelines.domain.analysis_due import decide
from hos_pipelines.domain.analysis_scope import AnalysisType
from hos_pipelines.postgres.analysis_due_store import count_due
from hos_pipelines.postgres.analysis_store import read_states
from hos_pipelines_tests.postgres.rows import NOON

ARCHETYPES = ("Foundation Builder", "Connected Explorer", "Peak Performer")
PEOPLE = """
WITH made AS (
    INSERT INTO profiles (profile_id, external_id, archetype)
    SELECT 'p' || n, 'p' || n, (%(archetypes)s::text[])[1 + n %% 3] FROM generate_series(0, 999) AS n
    RETURNING profile_id, archetype, substr(profile_id, 2)::integer AS n
), pulled AS (
    INSERT INTO sync_state (profile_id, stream, rows_changed, newest_night)
    SELECT profile_id, 'biomarkers', n * 7 %% 130, date '2026-11-01' - n %% 2 FROM made
), remembered AS (
    INSERT INTO meta_memory (profile_id, version, levers, insights, second_confirmed, fifth_confirmed, rule_version,
                             valid_from, recorded_at)
    SELECT profile_id, 1, jsonb '{}', jsonb '{}', date '2026-11-01' - n %% 19,
           CASE WHEN n %% 7 > 2 THEN date '2026-11-01' - 19 END, '1', date '2026-11-01', %(now)s::timestamptz
    FROM made WHERE n %% 3 > 0
    UNION ALL
    SELECT profile_id, 1, jsonb '{}', jsonb '{}', date '2026-11-01', date '2026-11-01' - n %% 17, '1',
           date '2026-11-01', %(now)s::timestamptz
    FROM made WHERE n %% 3 = 0
)
INSERT INTO archetype_analysis_tracking (user_id, archetype, analysis_type, analysis_count, analyzed_at, rows_seen,
                                         night_seen, next_due_at)
SELECT profile_id, archetype, type, n %% 8, CASE WHEN n %% 11 > 0 THEN %(now)s - n %% 9 * interval '1 day' END, n %% 13,
       date '2026-10-31', CASE WHEN n %% 17 = 0 THEN %(now)s + (n %% 3 - 1) * interval '1 hour' END
FROM made CROSS JOIN unnest(ARRAY['circadian_analysis', 'behavior_analysis']) AS type
WHERE n %% 5 > 0
"""


def test_the_count_is_that_of_asking_for_each(connection: Connection[Any]) -> None:
    with connection.transaction():
        connection.execute("SET CONSTRAINTS ALL DEFERRED")
        connection.execute(PEOPLE, {"archetypes": list(ARCHETYPES), "now": NOON})
    for kind in AnalysisType:
        for later in (timedelta(0), timedelta(hours=1), timedelta(days=3), timedelta(days=8)):
            now = NOON + later
            standings = read_states(connection, kind)
            due = sum(decide(one, now).is_due for one in standings)
            assert count_due(connection, kind, now) == due
            assert 0 < due < len(standings) or later > timedelta(days=7)


def test_of_nobody_there_are_none(connection: Connection[Any]) -> None:
    assert {count_due(connection, kind, NOON) for kind in AnalysisType} == {0}
