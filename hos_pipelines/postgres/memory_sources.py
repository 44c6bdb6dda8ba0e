"""What there is to see of many people at once: what they said and did in the last 30 days, and their analyses' labels.

No text of a person is read: titles, notes and journals stay where they are.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, LiteralString

from psycopg import Connection
from psycopg.rows import dict_row

from hos_pipelines.domain.analysis_scope import AnalysisType
from hos_pipelines.domain.memory.layers import COUNTED_DAYS, SHORT_TERM_DAYS
from hos_pipelines.domain.memory.remember import MemorySources
from hos_pipelines.domain.memory.sources.analysis_labels import AnalysisLabels
from hos_pipelines.domain.memory.sources.from_insights import InsightReaction
from hos_pipelines.domain.profiles import zone_of
from hos_pipelines.postgres.engagement_store import read_engagement
from hos_pipelines.postgres.fact_store import read_facts

PEOPLE = "SELECT profile_id, timezone FROM profiles WHERE profile_id = ANY(%(profile_ids)s)"

# Labels alone leave the result, which is a hundred times as long and is unpacked anew by each expression that names it.
ANALYSES = """
SELECT r.profile_id, r.analysis_type, r.fingerprint, r.status, r.analyzed_at, r.data_through AS day,
       CASE r.analysis_type
           WHEN 'circadian_analysis' THEN jsonb_build_object(
               'chronotype', told.chronotype_assessment -> 'primary_type',
               'living', told.chronotype_assessment -> 'living',
               'regularity', told.regularity -> 'plain',
               'sleep_standing', told.sleep_need -> 'standing')
           ELSE jsonb_build_object(
               'anchor', told.habit_analysis #> '{anchor,event}',
               'sophistication', told.sophistication_assessment -> 'category',
               'readiness', told.readiness_level)
       END AS labels,
       coalesce((SELECT jsonb_object_agg(row ->> 'behavior', row -> 'stage')
                 FROM jsonb_array_elements(CASE jsonb_typeof(told.habit_analysis -> 'behaviors')
                                               WHEN 'array' THEN told.habit_analysis -> 'behaviors'
                                               ELSE '[]' END) AS row
                 WHERE row ->> 'behavior' IS NOT NULL), '{}') AS habits
FROM profiles AS p
JOIN archetype_analysis_tracking AS t ON t.user_id = p.profile_id AND t.archetype = p.archetype
JOIN analysis_results AS r
    ON r.profile_id = p.profile_id AND r.analysis_type = t.analysis_type AND r.archetype = t.archetype
    AND r.fingerprint = t.fingerprint
CROSS JOIN LATERAL jsonb_to_record(CASE jsonb_typeof(r.result) WHEN 'object' THEN r.result ELSE '{}' END) AS told (
    chronotype_assessment jsonb, regularity jsonb, sleep_need jsonb, habit_analysis jsonb,
    sophistication_assessment jsonb, readiness_level jsonb)
WHERE p.profile_id = ANY(%(profile_ids)s)
"""

REACTIONS = """
SELECT profile_id, insight_id, subject, first_shown_at, applied_at, rating, rated_at, ended_at FROM user_insights
WHERE profile_id = ANY(%(profile_ids)s) AND first_shown_at BETWEEN %(since)s AND %(now)s
"""

# How each lever that was pulled ended: with a verdict for the better, or taken back.
LEVERS = """
SELECT a.profile_id, split_part(a.lever, ':', 1) AS lever,
       count(*) FILTER (WHERE e.verdict = 'better') AS worked,
       count(*) FILTER (WHERE e.outcome = 'rolled_back') AS harmed
FROM adaptations AS a JOIN adaptation_evaluations AS e USING (profile_id, adaptation_id)
WHERE a.profile_id = ANY(%(profile_ids)s) AND e.outcome <> 'extended' AND e.recorded_at <= %(now)s
  AND a.decided_on >= %(since)s::timestamptz::date
GROUP BY a.profile_id, lever ORDER BY a.profile_id, lever
"""

Rows = Mapping[str, Sequence[dict[str, Any]]]


def read_memory_sources(
    connection: Connection[Any], profile_ids: Sequence[str], now: datetime
) -> dict[str, MemorySources]:
    """What there is to see of each who is known, by their own days; read in one transaction."""
    zones = {key: zone_of(zone) or UTC for key, zone in connection.execute(PEOPLE, {"profile_ids": list(profile_ids)})}
    keys, today = list(zones), now.date()
    # A day on either side: whoever is ahead of UTC has begun a day that others have not.
    since, until = today - timedelta(days=SHORT_TERM_DAYS + 1), today + timedelta(days=1)
    done = read_engagement(connection, keys, since, until, now)
    facts = read_facts(connection, keys, now)
    values = {"profile_ids": keys, "now": now, "since": now - timedelta(days=COUNTED_DAYS)}
    analyses, reactions = (_by_profile(connection, query, values) for query in (ANALYSES, REACTIONS))
    levers: dict[str, dict[str, tuple[int, int]]] = {}
    for key, lever, worked, harmed in connection.execute(LEVERS, values):
        if worked or harmed:
            levers.setdefault(key, {})[lever] = (worked, harmed)
    return {
        key: MemorySources(
            zone,
            done[key],
            list(facts[key].values()),
            [_labels(row) for row in analyses[key]],
            [InsightReaction(*row.values()) for row in reactions[key]],
            levers.get(key, {}),
        )
        for key, zone in zones.items()
    }


def _by_profile(connection: Connection[Any], query: LiteralString, values: Mapping[str, object]) -> Rows:
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    with connection.cursor(row_factory=dict_row) as cursor:
        for row in cursor.execute(query, values):
            found[row.pop("profile_id")].append(row)
    return found


def _labels(row: Mapping[str, Any]) -> AnalysisLabels:
    known = dict(row)
    return AnalysisLabels(analysis_type=AnalysisType(known.pop("analysis_type")), **known)
