"""The insights of people: what was told, is told from now on, or has ended, and what people say of it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, LiteralString

import orjson
from psycopg import Connection
from psycopg.rows import class_row, dict_row
from psycopg.types.json import Jsonb

from hos_pipelines.domain.gates import Status
from hos_pipelines.domain.guidance.guidance_kind import RULE_VERSIONS, GuidanceKind
from hos_pipelines.domain.guidance.insights.choice import Ending
from hos_pipelines.domain.guidance.insights.remembered import HeldTrue
from hos_pipelines.domain.guidance.insights.rows import InsightRow
from hos_pipelines.domain.guidance.insights.told import ToldInsight
from hos_pipelines.domain.staleness import is_stale

# Feedback counts for four weeks, and so does what was told before.
TOLD = """
SELECT profile_id, insight_id, kind, category, subject, direction, band, rank, first_shown_at, last_confirmed_at,
       expires_at, stands, ended_at, acknowledged_at, applied_at, rating, rated_at
FROM user_insights
WHERE profile_id = ANY(%(profile_ids)s)
  AND (stands OR greatest(ended_at, rated_at, applied_at) > %(now)s - interval '28 days')
ORDER BY profile_id, first_shown_at, insight_id
"""

# What the analyses that stand would have better, each with the facts it cites.
CONCERNS = """
SELECT p.profile_id, jsonb_agg(concern.told ORDER BY t.analysis_type, concern.place)::text
FROM profiles AS p
JOIN archetype_analysis_tracking AS t ON t.user_id = p.profile_id AND t.archetype = p.archetype
JOIN analysis_results AS r ON r.profile_id = p.profile_id AND r.archetype = t.archetype
                          AND r.analysis_type = t.analysis_type AND r.fingerprint = t.fingerprint
CROSS JOIN LATERAL (
    SELECT advised.place,
           jsonb_build_object(
               'action', coalesce(advised.one ->> 'recommendation', advised.one ->> 'text'),
               'facts', (SELECT jsonb_agg(r.result #> ARRAY['facts', cited.id] ORDER BY cited.place)
                         FROM jsonb_array_elements_text(advised.one -> 'fact_ids')
                              WITH ORDINALITY AS cited (id, place)
                         WHERE r.result #> ARRAY['facts', cited.id] IS NOT NULL)) AS told
    FROM jsonb_array_elements(
             CASE r.analysis_type WHEN 'behavior_analysis' THEN r.result -> 'recommendations'
                                  ELSE r.result #> '{biomarker_insights,improvement_opportunities}' END)
         WITH ORDINALITY AS advised (one, place)) AS concern
WHERE p.profile_id = ANY(%(profile_ids)s)
GROUP BY p.profile_id
"""

# What is held to be true, learned from days: what a person said themselves is no news to them.
HELD_TRUE = """
SELECT profile_id, memory_key AS key, value, confidence, support_count AS supports,
       contradiction_count AS contradictions, valid_from AS since
FROM longterm_memory
WHERE profile_id = ANY(%(profile_ids)s) AND standing = 'live' AND source = 'learned'
  AND category IN ('timing', 'barrier', 'strategy')
ORDER BY profile_id, memory_key
"""

COLUMNS: LiteralString = """insight_id, meaning, kind, category, subject, direction, band, title, content, action,
    effect, unit, interval_low, interval_high, least_change, p, q, n, window_from, window_to, rank, confidence,
    fact_ids, evidence, first_shown_at, expires_at, engine, model_used, fallback_reason"""

# The same meaning again on the day it had ended goes on where it was.
TELL: LiteralString = (
    """
INSERT INTO user_insights AS i (profile_id, rule_version, fingerprint, last_confirmed_at, """
    + COLUMNS
    + """)
VALUES (%(profile_id)s, %(rule_version)s, %(fingerprint)s, %(first_shown_at)s, %(insight_id)s, %(meaning)s, %(kind)s,
        %(category)s, %(subject)s, %(direction)s, %(band)s, %(title)s, %(content)s, %(action)s, %(effect)s, %(unit)s,
        %(interval_low)s, %(interval_high)s, %(least_change)s, %(p)s, %(q)s, %(n)s, %(window_from)s, %(window_to)s,
        %(rank)s, %(confidence)s, %(fact_ids)s, %(evidence)s, %(first_shown_at)s, %(expires_at)s, %(engine)s,
        %(model_used)s, %(fallback_reason)s)
ON CONFLICT (profile_id, insight_id) DO UPDATE SET
    stands = true, ended_at = NULL, ended_as = NULL, last_confirmed_at = excluded.last_confirmed_at
"""
)

END = """
UPDATE user_insights AS i SET stands = false, ended_at = %(now)s, ended_as = ended.how
FROM unnest(%(profile_ids)s::text[], %(insight_ids)s::text[], %(hows)s::text[]) AS ended (profile_id, insight_id, how)
WHERE i.profile_id = ended.profile_id AND i.insight_id = ended.insight_id AND i.stands
"""

CONFIRM = """
UPDATE user_insights AS i SET last_confirmed_at = greatest(i.last_confirmed_at, %(now)s)
FROM unnest(%(profile_ids)s::text[], %(insight_ids)s::text[]) AS found (profile_id, insight_id)
WHERE i.profile_id = found.profile_id AND i.insight_id = found.insight_id
"""

FEEDBACK = """
UPDATE user_insights SET
    rating = coalesce(%(rating)s, rating),
    rated_at = CASE WHEN %(rating)s::smallint IS NULL THEN rated_at ELSE %(now)s END,
    applied_at = CASE WHEN %(is_applied)s THEN coalesce(applied_at, %(now)s) ELSE applied_at END,
    acknowledged_at = coalesce(acknowledged_at, %(now)s)
WHERE profile_id = %(profile_id)s AND insight_id = %(insight_id)s
RETURNING insight_id
"""

# Whoever said something of an insight is due: it may change what is told next.
LOOK_AGAIN = """
UPDATE guidance_states SET news_seen = NULL WHERE profile_id = %s AND stage = 'insights'
"""

CURRENT = """
SELECT insight_id, kind, category, subject, direction, band, title, content, action, effect, unit, interval_low,
       interval_high, least_change, q, n, window_from, window_to, rank, confidence, fact_ids, evidence, first_shown_at,
       last_confirmed_at, expires_at, acknowledged_at, applied_at, rating,
       greatest(i.window_to, (SELECT max(t.data_through) FROM archetype_analysis_tracking AS t
                              WHERE t.user_id = p.profile_id AND t.archetype = p.archetype)) AS data_through
FROM user_insights AS i JOIN profiles AS p USING (profile_id)
WHERE profile_id = %(profile_id)s AND stands AND expires_at > %(now)s
ORDER BY rank DESC, insight_id
"""

STATE = """
SELECT s.status, s.missing, s.checked_at, s.made_at,
       (SELECT max(t.data_through) FROM archetype_analysis_tracking AS t
        WHERE t.user_id = p.profile_id AND t.archetype = p.archetype) AS through
FROM guidance_states AS s JOIN profiles AS p USING (profile_id)
WHERE s.profile_id = %s AND s.stage = 'insights'
"""

NAMED = "SELECT insight_id FROM user_insights WHERE profile_id = %s AND starts_with(insight_id, %s) ORDER BY insight_id"


@dataclass(frozen=True, slots=True)
class InsightWrite:
    """What a run writes of one person; `confirmed` and `ended` are ids of rows that stood."""

    fingerprint: str
    new: Sequence[InsightRow]
    confirmed: Sequence[str]
    ended: Mapping[str, Ending]


@dataclass(frozen=True, slots=True)
class InsightFeedback:
    """What a person says of an insight: that they have seen it in any case, did what it says, or rate it 1 to 5."""

    insight_id: str
    rating: int | None = None
    is_applied: bool = False


@dataclass(frozen=True, slots=True)
class CurrentInsight:
    """An insight that is told now, as it is shown."""

    insight_id: str
    kind: str
    category: str
    subject: str
    direction: str
    band: str
    title: str
    content: str
    action: str
    effect: float
    unit: str
    interval_low: float
    interval_high: float
    least_change: float
    q: float
    n: int
    window_from: date
    window_to: date
    rank: float
    confidence: str
    fact_ids: Sequence[str]
    evidence: Mapping[str, Any]
    first_shown_at: datetime
    last_confirmed_at: datetime
    expires_at: datetime
    acknowledged_at: datetime | None
    applied_at: datetime | None
    rating: int | None
    data_through: date

    def is_stale(self, now: datetime) -> bool:
        """Whether the person's newest day is older than two days: then it advises nothing for today."""
        return is_stale(self.data_through, now)


@dataclass(frozen=True, slots=True)
class InsightState:
    """How far the insights of a person have come: their status, what is lacking, and when they were looked at.

    `through` is the newest local day that an analysis has a reading of.
    """

    status: str | None
    missing: Sequence[str]
    checked_at: datetime | None
    made_at: datetime | None
    through: date | None

    def status_at(self, now: datetime) -> Status | None:
        """The status as it may be shown at this moment; None before the first time."""
        if self.status is None:
            return None
        status = Status(self.status)
        return Status.STALE if status is not Status.INSUFFICIENT and is_stale(self.through, now) else status


def read_told(connection: Connection[Any], profile_ids: Sequence[str], now: datetime) -> dict[str, list[ToldInsight]]:
    """What stands for people, and what was told or judged in the last four weeks."""
    found: dict[str, list[ToldInsight]] = {}
    with connection.cursor(row_factory=dict_row) as cursor:
        for row in cursor.execute(TOLD, {"profile_ids": list(profile_ids), "now": now}):
            found.setdefault(row.pop("profile_id"), []).append(ToldInsight(**row))
    return found


def read_concerns(connection: Connection[Any], profile_ids: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    """What the stored analyses of people would have better: action and facts, as they are stored."""
    rows = connection.execute(CONCERNS, {"profile_ids": list(profile_ids)})
    return {profile_id: orjson.loads(told) for profile_id, told in rows}


def read_held_true(connection: Connection[Any], profile_ids: Sequence[str]) -> dict[str, list[HeldTrue]]:
    """What memory has learned of people that may be worth telling."""
    found: dict[str, list[HeldTrue]] = {}
    with connection.cursor(row_factory=dict_row) as cursor:
        for row in cursor.execute(HELD_TRUE, {"profile_ids": list(profile_ids)}):
            found.setdefault(row.pop("profile_id"), []).append(HeldTrue(**row))
    return found


def write_insights(connection: Connection[Any], writes: Mapping[str, InsightWrite], now: datetime) -> None:
    """Ends, confirms and tells, within the caller's transaction, which holds the profiles."""
    ended = [(key, one, how) for key, write in sorted(writes.items()) for one, how in write.ended.items()]
    confirmed = [(key, one) for key, write in sorted(writes.items()) for one in write.confirmed]
    if ended:
        profile_ids, insight_ids, hows = map(list, zip(*ended, strict=True))
        values = {"profile_ids": profile_ids, "insight_ids": insight_ids, "hows": hows, "now": now}
        connection.execute(END, values)
    if confirmed:
        profile_ids, insight_ids = map(list, zip(*confirmed, strict=True))
        connection.execute(CONFIRM, {"profile_ids": profile_ids, "insight_ids": insight_ids, "now": now})
    rows = [_values(key, write.fingerprint, row) for key, write in sorted(writes.items()) for row in write.new]
    with connection.cursor() as cursor:
        cursor.executemany(TELL, rows)


def give_feedback(connection: Connection[Any], profile_id: str, told: InsightFeedback, now: datetime) -> bool:
    """Stores what the person says of an insight; whether there is such a one.

    Saying the same twice changes nothing but when it was rated.
    """
    values = {"profile_id": profile_id, "now": now, **asdict(told)}
    with connection.transaction():
        is_there = connection.execute(FEEDBACK, values).fetchone() is not None
        if is_there:
            connection.execute(LOOK_AGAIN, (profile_id,))
    return is_there


def insights_named(connection: Connection[Any], profile_id: str, beginning: str) -> list[str]:
    """The ids of a person's insights that begin so."""
    return [name for (name,) in connection.execute(NAMED, (profile_id, beginning))]


def current_insights(connection: Connection[Any], profile_id: str, now: datetime) -> list[CurrentInsight]:
    """What is told to somebody now, the first first."""
    with connection.cursor(row_factory=class_row(CurrentInsight)) as cursor:
        return cursor.execute(CURRENT, {"profile_id": profile_id, "now": now}).fetchall()


def insight_state(connection: Connection[Any], profile_id: str) -> InsightState | None:
    """How far the insights of somebody have come; None before the first time."""
    with connection.cursor(row_factory=class_row(InsightState)) as cursor:
        return cursor.execute(STATE, (profile_id,)).fetchone()


def _values(profile_id: str, fingerprint: str, row: InsightRow) -> dict[str, object]:
    return {
        **asdict(row),
        "fact_ids": list(row.fact_ids),
        "evidence": Jsonb(row.evidence),
        "profile_id": profile_id,
        "fingerprint": fingerprint,
        "rule_version": RULE_VERSIONS[GuidanceKind.INSIGHTS],
    }
