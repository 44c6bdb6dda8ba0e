"""The state of each stage of guidance: who is due, by what they rest on having moved, and how far each has looked.

What a stage rests on is told by a text for each person, its news: the state keeps the one that was read, so that what
is committed while a run is under way is never overlooked. What was recorded after the instant a run is made for, which
it leaves out, is no news to it yet. Rows are counted beside their newest number, or the sum of their instants: what is
committed late has a lower one.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, LiteralString

from psycopg import Connection
from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from hos_pipelines.domain.guidance.guidance_kind import RULE_VERSIONS, GuidanceKind
from hos_pipelines.domain.sync import retry_wait
from hos_pipelines.postgres.word_news import CHECKIN_NEWS, JOURNAL_NEWS, REACTION_NEWS


def _with_words(query: LiteralString) -> LiteralString:
    told: tuple[tuple[LiteralString, LiteralString], ...] = (
        ("{checkins}", CHECKIN_NEWS),
        ("{journals}", JOURNAL_NEWS),
        ("{reactions}", REACTION_NEWS),
    )
    for name, expression in told:
        query = query.replace(name, expression)
    return query


# A plan needs an analysis, or something the person has said; `settled` is what else it rests on.
PLAN_NEWS: LiteralString = """
SELECT p.profile_id, p.status AS enrolment,
       CASE WHEN count(t.fingerprint) > 0 OR said.newest IS NOT NULL
            THEN concat_ws(' ', p.archetype, p.timezone, said.newest,
                           string_agg(concat(t.analysis_type, '=', t.fingerprint), ' ' ORDER BY t.analysis_type),
                           settled.version)
       END AS news
FROM profiles AS p
LEFT JOIN archetype_analysis_tracking AS t ON t.user_id = p.profile_id AND t.archetype = p.archetype
LEFT JOIN LATERAL (
    SELECT max(id) || '+' || count(*) AS newest FROM profile_facts
    WHERE profile_id = p.profile_id AND recorded_at <= %(now)s) AS said ON true
LEFT JOIN LATERAL ({settled}) AS settled ON true
WHERE (%(profile_ids)s::text[] IS NULL OR p.profile_id = ANY(%(profile_ids)s))
GROUP BY p.profile_id, said.newest, settled.version
"""
NEWS_OF_ROUTINES: LiteralString = PLAN_NEWS.replace(
    "{settled}",
    """
    SELECT 'adaptation=' || max(version) AS version FROM adaptation_states
    WHERE profile_id = p.profile_id AND recorded_at <= %(now)s""",
)
NEWS_OF_MEALS: LiteralString = PLAN_NEWS.replace("{settled}", "SELECT NULL::text AS version")

# Adaptation needs a plan to adapt, though it be a refused one; what moves it is what was said, and readiness. Weeks
# close by time.
NEWS_OF_ADAPTATION: LiteralString = _with_words("""
SELECT p.profile_id, p.status AS enrolment,
       CASE WHEN EXISTS (SELECT FROM plan_items AS i
                         WHERE i.profile_id = p.profile_id AND coalesce(i.is_trackable, true)
                           AND i.recorded_at <= %(now)s)
                  OR EXISTS (SELECT FROM plans AS l WHERE l.profile_id = p.profile_id AND l.made_at <= %(now)s)
            THEN concat_ws(' ', p.archetype, p.timezone,
                           {checkins},
                           {journals},
                           (SELECT max(id) || '+' || count(*) FROM profile_facts AS f
                            WHERE f.profile_id = p.profile_id AND f.recorded_at <= %(now)s),
                           (SELECT string_agg(t.fingerprint, ' ' ORDER BY t.analysis_type)
                            FROM archetype_analysis_tracking AS t
                            WHERE t.user_id = p.profile_id AND t.archetype = p.archetype
                              AND t.analysis_type = 'behavior_analysis'))
       END AS news
FROM profiles AS p
WHERE (%(profile_ids)s::text[] IS NULL OR p.profile_id = ANY(%(profile_ids)s))
""")

# By stage: what a person's rows rest on, as an expression over `p` (profiles) and a JOIN; null: nothing to go by.
# Insights need one analysis at least; memory an analysis, or a word of the person.
NEWS: Mapping[GuidanceKind, LiteralString] = {
    GuidanceKind.INSIGHTS: _with_words("""
SELECT p.profile_id, p.status AS enrolment,
       CASE WHEN count(t.fingerprint) > 0
            THEN concat_ws(' ', p.archetype, p.timezone, p.country,
                           string_agg(concat(t.analysis_type, '=', t.fingerprint), ' ' ORDER BY t.analysis_type),
                           {checkins},
                           {journals},
                           (SELECT concat(count(*), max(recorded_at)) FROM longterm_memory AS m
                            WHERE m.profile_id = p.profile_id AND m.standing = 'live'))
       END AS news
FROM profiles AS p
LEFT JOIN archetype_analysis_tracking AS t ON t.user_id = p.profile_id AND t.archetype = p.archetype
WHERE (%(profile_ids)s::text[] IS NULL OR p.profile_id = ANY(%(profile_ids)s))
GROUP BY p.profile_id
"""),
    GuidanceKind.MEMORY: _with_words("""
SELECT p.profile_id, p.status AS enrolment,
       CASE WHEN said.news <> '' THEN concat_ws(' ', p.archetype, p.timezone, said.news) END AS news
FROM profiles AS p
LEFT JOIN (
    SELECT user_id, archetype, string_agg(concat(analysis_type, '=', fingerprint), ' ' ORDER BY analysis_type) AS news
    FROM archetype_analysis_tracking
    WHERE fingerprint IS NOT NULL AND (%(profile_ids)s::text[] IS NULL OR user_id = ANY(%(profile_ids)s))
    GROUP BY user_id, archetype) AS analysed ON analysed.user_id = p.profile_id AND analysed.archetype = p.archetype
CROSS JOIN LATERAL (
    SELECT concat_ws(
        ' ',
        analysed.news,
        {checkins},
        {journals},
        (SELECT max(recorded_at) || '+' || count(*) FROM profile_facts AS f
         WHERE f.profile_id = p.profile_id AND f.recorded_at <= %(now)s),
        {reactions},
        (SELECT max(e.recorded_at) FROM adaptation_evaluations AS e
         WHERE e.profile_id = p.profile_id AND e.recorded_at <= %(now)s)) AS news) AS said
WHERE (%(profile_ids)s::text[] IS NULL OR p.profile_id = ANY(%(profile_ids)s))
"""),
    GuidanceKind.ROUTINE_PLAN: NEWS_OF_ROUTINES,
    GuidanceKind.NUTRITION_PLAN: NEWS_OF_MEALS,
    GuidanceKind.ADAPTATION: NEWS_OF_ADAPTATION,
}

DUE: LiteralString = """
WHERE enrolment = 'active' AND news IS NOT NULL
  AND (s.news_seen IS DISTINCT FROM news OR s.rule_version IS DISTINCT FROM %(version)s OR s.good_until <= %(now)s)
  AND (s.next_due_at IS NULL OR s.next_due_at <= %(now)s)
ORDER BY s.checked_at NULLS FIRST, profile_id
"""

# The fence has the news worked out once, however often it is looked at.
STATE_OF: LiteralString = """
OFFSET 0) AS n LEFT JOIN (SELECT * FROM guidance_states WHERE stage = %(stage)s) AS s USING (profile_id)
"""

WHO: LiteralString = "SELECT profile_id FROM ("

# As for whoever is due, of the people named: what is so of each.
STANDINGS: LiteralString = """
SELECT profile_id, news IS NOT NULL AS has_news,
       coalesce(s.news_seen IS DISTINCT FROM news OR s.rule_version IS DISTINCT FROM %(version)s
                OR s.good_until <= %(now)s, false) AS is_moved,
       coalesce(s.next_due_at > %(now)s, false) AS is_waiting, s.status FROM (
"""

STATES: LiteralString = """
SELECT profile_id, news, s.fingerprint, s.status, s.rule_version, coalesce(s.failures, 0) AS failures FROM (
"""

ENROLLED: LiteralString = "WHERE enrolment NOT IN ('retired', 'erased')"

MOVE = """
INSERT INTO guidance_states AS s (profile_id, stage, rule_version, fingerprint, status, summary, missing, news_seen,
                                  checked_at, made_at, changes, good_until)
SELECT profile_id, %(stage)s, %(version)s, fingerprint, status, summary,
       ARRAY(SELECT jsonb_array_elements_text(missing)), news, %(now)s, %(now)s, 1, good_until
FROM unnest(%(profile_ids)s::text[], %(fingerprints)s::text[], %(statuses)s::text[], %(summaries)s::jsonb[],
            %(missing)s::jsonb[], %(news)s::text[], %(good_until)s::timestamptz[])
     AS moved (profile_id, fingerprint, status, summary, missing, news, good_until)
ON CONFLICT (profile_id, stage) DO UPDATE SET
    rule_version = excluded.rule_version, fingerprint = excluded.fingerprint, status = excluded.status,
    news_seen = excluded.news_seen, checked_at = excluded.checked_at, failures = 0, next_due_at = NULL,
    good_until = excluded.good_until,
    made_at = CASE WHEN %(is_new)s THEN excluded.made_at ELSE s.made_at END,
    summary = CASE WHEN %(is_new)s THEN excluded.summary ELSE s.summary END,
    missing = CASE WHEN %(is_new)s THEN excluded.missing ELSE s.missing END,
    changes = s.changes + CASE WHEN %(is_new)s THEN 1 ELSE 0 END
WHERE s.checked_at IS NULL OR s.checked_at <= excluded.checked_at
RETURNING profile_id
"""

FAILED = """
INSERT INTO guidance_states AS s (profile_id, stage, changes, failures, next_due_at)
SELECT p.profile_id, %(stage)s, 0, 1, NULL FROM profiles AS p
WHERE p.profile_id = ANY(%(profile_ids)s) AND p.status NOT IN ('retired', 'erased')
ORDER BY p.profile_id
ON CONFLICT (profile_id, stage) DO UPDATE SET failures = s.failures + 1
RETURNING profile_id, failures
"""

LATER = """
UPDATE guidance_states AS s SET next_due_at = later.instant
FROM unnest(%(profile_ids)s::text[], %(instants)s::timestamptz[]) AS later (profile_id, instant)
WHERE s.profile_id = later.profile_id AND s.stage = %(stage)s
"""

SHARES = """
SELECT s.status, count(*) FROM guidance_states AS s JOIN profiles AS p USING (profile_id)
WHERE s.stage = %s AND p.status = 'active' AND s.status IS NOT NULL
GROUP BY s.status ORDER BY s.status
"""


@dataclass(frozen=True, slots=True)
class GuidanceState:
    """How far a stage has looked for one person, and what it would look at now; None before the first time."""

    profile_id: str
    news: str | None
    fingerprint: str | None
    status: str | None
    rule_version: str | None
    failures: int


@dataclass(frozen=True, slots=True)
class GuidanceStanding:
    """Whether a stage has anything to go by of a person, whether that moved, whether it failed and waits; its state."""

    profile_id: str
    has_news: bool
    is_moved: bool
    is_waiting: bool
    status: str | None


@dataclass(frozen=True, slots=True)
class GuidanceMove:
    """Where the state of one person goes: the news read, the fingerprint of all it was made from, what was looked at.

    Where it is not new, what was told of the time before stays. `good_until` is when it is due again in any case.
    """

    profile_id: str
    news: str | None
    fingerprint: str
    status: str
    is_new: bool
    summary: Mapping[str, int | str | float] = field(default_factory=dict)
    missing: Sequence[str] = ()
    good_until: datetime | None = None


def due_for_guidance(connection: Connection[Any], kind: GuidanceKind, now: datetime) -> list[str]:
    """Who is due for a stage now, longest unseen first."""
    values = _values(kind) | {"profile_ids": None, "now": now}
    return [key for (key,) in connection.execute(WHO + NEWS[kind] + STATE_OF + DUE, values)]


def read_guidance_standings(
    connection: Connection[Any], kind: GuidanceKind, profile_ids: Sequence[str], now: datetime
) -> dict[str, GuidanceStanding]:
    """How a stage stands with those of these who are enrolled, without a look at what it is made from."""
    values = _values(kind) | {"profile_ids": list(profile_ids), "now": now}
    with connection.cursor(row_factory=class_row(GuidanceStanding)) as cursor:
        rows = cursor.execute(STANDINGS + NEWS[kind] + STATE_OF + ENROLLED, values)
        return {one.profile_id: one for one in rows}


def read_guidance_states(
    connection: Connection[Any], kind: GuidanceKind, profile_ids: Sequence[str], now: datetime
) -> dict[str, GuidanceState]:
    """The state of those of these who are enrolled; read in one transaction with the material, of the same instant."""
    values = _values(kind) | {"profile_ids": list(profile_ids), "now": now}
    with connection.cursor(row_factory=class_row(GuidanceState)) as cursor:
        rows = cursor.execute(STATES + NEWS[kind] + STATE_OF + ENROLLED, values)
        return {one.profile_id: one for one in rows}


def move_guidance_states(
    connection: Connection[Any], kind: GuidanceKind, moves: Sequence[GuidanceMove], now: datetime
) -> set[str]:
    """Moves states on, within the caller's transaction; the answer holds whose moved.

    A run that read before another and comes after it moves nothing back, and must write nothing.
    """
    moved: set[str] = set()
    for is_new in (True, False):
        some = sorted((one for one in moves if one.is_new is is_new), key=lambda one: one.profile_id)
        if some:
            values = _values(kind) | {
                "now": now,
                "is_new": is_new,
                "profile_ids": [one.profile_id for one in some],
                "fingerprints": [one.fingerprint for one in some],
                "statuses": [one.status for one in some],
                "summaries": [Jsonb(dict(one.summary)) for one in some],
                "missing": [Jsonb(list(one.missing)) for one in some],
                "news": [one.news for one in some],
                "good_until": [one.good_until for one in some],
            }
            moved |= {key for (key,) in connection.execute(MOVE, values)}
    return moved


def note_guidance_failures(
    connection: Connection[Any], kind: GuidanceKind, profile_ids: Collection[str], now: datetime
) -> None:
    """Leaves those whose stage failed alone for a while, longer after each time; their rows stay as they are."""
    with connection.transaction():
        values = _values(kind) | {"profile_ids": sorted(profile_ids)}
        failures = dict(connection.execute(FAILED, values).fetchall())
        later = {key: now + retry_wait(count, f"{key}/{kind}") for key, count in failures.items()}
        connection.execute(LATER, values | {"profile_ids": list(later), "instants": list(later.values())})


def guidance_status_counts(connection: Connection[Any], kind: GuidanceKind) -> dict[str, int]:
    """How many active people's rows of a stage have each status."""
    return dict(connection.execute(SHARES, (kind,)).fetchall())


def _values(kind: GuidanceKind) -> dict[str, object]:
    return {"stage": kind.value, "version": RULE_VERSIONS[kind]}
