"""What there is to see of many people at once: what they said and did in the last 30 days, and their analyses' labels.

No text of a person is read: titles, notes and journals stay where they are.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any, LiteralString
from uuid import UUID

from psycopg import Connection
from psycopg.rows import dict_row

from hos_pipelines.domain.analysis_scope import AnalysisType
from hos_pipelines.domain.memory.layers import COUNTED_DAYS, SHORT_TERM_DAYS
from hos_pipelines.domain.memory.remember import MemorySources
from hos_pipelines.domain.memory.sources.analysis_labels import AnalysisLabels
from hos_pipelines.domain.memory.sources.from_insights import InsightReaction
from hos_pipelines.domain.person.checkin import Again, Checkin, Completion, SkipReason
from hos_pipelines.domain.person.fact_keys import FactKey, FactSource
from hos_pipelines.domain.person.journal import Journal
from hos_pipelines.domain.person.plan_item import PlanItem
from hos_pipelines.domain.person.profile_facts import ProfileFact, facts_at
from hos_pipelines.domain.profiles import zone_of

PEOPLE = "SELECT profile_id, timezone FROM profiles WHERE profile_id = ANY(%(profile_ids)s)"

ITEMS = """
SELECT profile_id, id, item_id, plan_date, coalesce(category, task_type) AS category, scheduled_time,
       coalesce(is_trackable, true) AS is_counted, recorded_at, superseded_at
FROM plan_items
WHERE profile_id = ANY(%(profile_ids)s) AND plan_date BETWEEN %(since)s AND %(until)s AND recorded_at <= %(now)s
"""

CHECKINS = """
SELECT profile_id, id, plan_item_id, planned_date, completion_status AS status, actual_completion_time AS done_at,
       satisfaction_rating AS satisfaction, continue_preference AS again, skip_reason,
       user_notes IS NOT NULL AS has_note, recorded_at
FROM task_checkins
WHERE profile_id = ANY(%(profile_ids)s) AND planned_date BETWEEN %(since)s AND %(until)s AND recorded_at <= %(now)s
"""

JOURNALS = """
SELECT profile_id, id, journal_date, energy_level, mood_rating, sleep_quality, stress_level, nutrition_satisfaction,
       meal_timing_satisfaction, hydration_glasses, breathing_exercises_completed, sunlight_exposure_completed,
       mindfulness_practice_completed, is_ill, has_pain, is_travelling, is_on_holiday, false AS has_text, recorded_at
FROM daily_journals
WHERE profile_id = ANY(%(profile_ids)s) AND journal_date BETWEEN %(since)s AND %(until)s AND recorded_at <= %(now)s
"""

FACTS = """
SELECT profile_id, id, fact_key, value, source, valid_from, valid_to, recorded_at FROM profile_facts
WHERE profile_id = ANY(%(profile_ids)s) AND source = 'stated' AND recorded_at <= %(now)s
"""

# Labels alone leave the result, which is a hundred times as long.
ANALYSES = """
SELECT r.profile_id, r.analysis_type, r.fingerprint, r.status, r.analyzed_at, r.data_through AS day,
       CASE r.analysis_type
           WHEN 'circadian_analysis' THEN jsonb_build_object(
               'chronotype', r.result #> '{chronotype_assessment,primary_type}',
               'living', r.result #> '{chronotype_assessment,living}',
               'regularity', r.result #> '{regularity,plain}',
               'sleep_standing', r.result #> '{sleep_need,standing}')
           ELSE jsonb_build_object(
               'anchor', r.result #> '{habit_analysis,anchor,event}',
               'sophistication', r.result #> '{sophistication_assessment,category}',
               'readiness', r.result -> 'readiness_level')
       END AS labels,
       coalesce((SELECT jsonb_object_agg(row ->> 'behavior', row -> 'stage')
                 FROM jsonb_array_elements(CASE jsonb_typeof(r.result #> '{habit_analysis,behaviors}')
                                               WHEN 'array' THEN r.result #> '{habit_analysis,behaviors}'
                                               ELSE '[]' END) AS row
                 WHERE row ->> 'behavior' IS NOT NULL), '{}') AS habits
FROM profiles AS p
JOIN archetype_analysis_tracking AS t ON t.user_id = p.profile_id AND t.archetype = p.archetype
JOIN analysis_results AS r
    ON r.profile_id = p.profile_id AND r.analysis_type = t.analysis_type AND r.archetype = t.archetype
    AND r.fingerprint = t.fingerprint
WHERE p.profile_id = ANY(%(profile_ids)s)
"""

REACTIONS = """
SELECT profile_id, insight_id, subject, first_shown_at, applied_at, rating, rated_at, ended_at FROM user_insights
WHERE profile_id = ANY(%(profile_ids)s) AND first_shown_at BETWEEN %(since_long)s AND %(now)s
"""

Rows = Mapping[str, Sequence[dict[str, Any]]]


def read_memory_sources(
    connection: Connection[Any], profile_ids: Sequence[str], now: datetime
) -> dict[str, MemorySources]:
    """What there is to see of each who is known, by their own days; read in one transaction."""
    zones = {key: zone_of(zone) or UTC for key, zone in connection.execute(PEOPLE, {"profile_ids": list(profile_ids)})}
    # A day on either side: whoever is ahead of UTC has begun a day that others have not.
    values = {
        "profile_ids": list(zones),
        "now": now,
        "since": now.date() - timedelta(days=SHORT_TERM_DAYS + 1),
        "until": now.date() + timedelta(days=1),
        "since_long": now - timedelta(days=COUNTED_DAYS),
    }
    queries = (ITEMS, CHECKINS, JOURNALS, FACTS, ANALYSES, REACTIONS)
    items, checkins, journals, facts, analyses, reactions = (
        _by_profile(connection, query, values) for query in queries
    )
    return {
        key: MemorySources(
            zone,
            [PlanItem(profile_id=key, title="", **row) for row in items[key]],
            [_checkin(key, row) for row in checkins[key]],
            [Journal(profile_id=key, **row) for row in journals[key]],
            list(facts_at(map(_fact, facts[key]), now).values()),
            [_labels(row) for row in analyses[key]],
            [InsightReaction(*row.values()) for row in reactions[key]],
        )
        for key, zone in zones.items()
    }


def local_day(now: datetime, zone: tzinfo) -> date:
    """The person's own day at an instant."""
    return now.astimezone(zone).date()


def _by_profile(connection: Connection[Any], query: LiteralString, values: Mapping[str, object]) -> Rows:
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    with connection.cursor(row_factory=dict_row) as cursor:
        for row in cursor.execute(query, values):
            found[row.pop("profile_id")].append(row)
    return found


def _checkin(profile_id: str, row: Mapping[str, Any]) -> Checkin:
    """Rows of old may say what is unknown here; that says nothing then."""
    known = dict(row)
    again, reason = known.pop("again"), known.pop("skip_reason")
    return Checkin(
        profile_id=profile_id,
        id=UUID(str(known.pop("id"))),
        plan_item_id=UUID(str(known.pop("plan_item_id"))),
        status=Completion(known.pop("status")),
        again=Again(again) if again in set(Again) else None,
        skip_reason=SkipReason(reason) if reason in set(SkipReason) else None,
        **known,
    )


def _fact(row: Mapping[str, Any]) -> ProfileFact:
    known = dict(row)
    return ProfileFact(key=FactKey(known.pop("fact_key")), source=FactSource(known.pop("source")), **known)


def _labels(row: Mapping[str, Any]) -> AnalysisLabels:
    known = dict(row)
    return AnalysisLabels(analysis_type=AnalysisType(known.pop("analysis_type")), **known)
