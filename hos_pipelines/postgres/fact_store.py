"""Facts of people: added row by row, and read as they were known at an instant, of many profiles at once.

What devices measured of the body is read from the readings, whose newest counts; it is stored nowhere else.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from psycopg import Connection
from psycopg.types.json import Jsonb

from hos_pipelines.domain.person.body_readings import BODY_TYPES, measured_fact
from hos_pipelines.domain.person.fact_keys import FactKey, FactSource
from hos_pipelines.domain.person.profile_facts import ProfileFact, facts_at
from hos_pipelines.domain.person.said_fact import SaidFact, is_news
from hos_pipelines.postgres.profile_locks import lock_profiles

# The newest of each key and source that was known and valid then.
TOLD = """
SELECT DISTINCT ON (profile_id, fact_key, source)
       profile_id, fact_key, value, source, valid_from, recorded_at, valid_to, id
FROM profile_facts
WHERE profile_id = ANY(%(profile_ids)s) AND recorded_at <= %(as_of)s AND valid_from <= %(as_of)s
  AND (valid_to IS NULL OR valid_to > %(as_of)s)
ORDER BY profile_id, fact_key, source, valid_from DESC, recorded_at DESC, id DESC
"""
# When what is said next begins or ceases to hold.
NEXT_CHANGE = """
SELECT profile_id, min(instant)
FROM profile_facts CROSS JOIN LATERAL (VALUES (valid_from), (valid_to)) AS told (instant)
WHERE profile_id = ANY(%(profile_ids)s) AND recorded_at <= %(as_of)s AND instant > %(as_of)s
GROUP BY profile_id
"""
# All that holds now, or begins to until then.
COMING = """
SELECT profile_id, fact_key, value, source, valid_from, recorded_at, valid_to, id
FROM profile_facts
WHERE profile_id = ANY(%(profile_ids)s) AND recorded_at <= %(as_of)s AND valid_from < %(until)s
  AND (valid_to IS NULL OR valid_to > %(as_of)s)
ORDER BY id
"""
# A few of each, since the newest may be one that cannot be believed.
MEASURED = """
SELECT person.id, kind.name, b.value, b.unit, b.start_date_time, b.observed_at
FROM unnest(%(profile_ids)s::text[]) AS person (id)
CROSS JOIN unnest(%(kinds)s::text[]) AS kind (name)
CROSS JOIN LATERAL (
    SELECT value, unit, start_date_time, observed_at FROM biomarkers
    WHERE profile_id = person.id AND type = kind.name AND value IS NOT NULL AND start_date_time <= %(as_of)s
      AND (observed_at IS NULL OR observed_at <= %(as_of)s)
    ORDER BY start_date_time DESC LIMIT 5) AS b
"""
OF_PROFILE = """
SELECT profile_id, timezone, country, enrolled_at FROM profiles WHERE profile_id = ANY(%(profile_ids)s)
"""
HISTORY = """
SELECT fact_key, value, source, valid_from, recorded_at, valid_to, id FROM profile_facts
WHERE profile_id = %s ORDER BY id
"""
ADD = """
INSERT INTO profile_facts (profile_id, fact_key, value, source, valid_from, valid_to, recorded_at)
VALUES (%s, %s, %s, %s, %s, %s, %s)
"""


class Added(NamedTuple):
    """The keys of which something new was stored, and of which nothing was."""

    changed: list[FactKey]
    unchanged: list[FactKey]


def read_facts(
    connection: Connection[Any], profile_ids: Sequence[str], as_of: datetime
) -> dict[str, Mapping[FactKey, ProfileFact]]:
    """What held at an instant (UTC) of each of these profiles, by key; an empty entry where nothing is known.

    Zone and country are those of the profile, which everything else goes by.
    """
    values = {"profile_ids": list(profile_ids), "as_of": as_of, "kinds": list(BODY_TYPES)}
    found: defaultdict[str, list[ProfileFact]] = defaultdict(list)
    for profile_id, *row in connection.execute(TOLD, values):
        found[profile_id].append(_fact(*row))
    seen: set[tuple[str, str]] = set()
    for profile_id, kind, value, unit, measured_at, observed_at in connection.execute(MEASURED, values):
        fact = None if (profile_id, kind) in seen else measured_fact(kind, value, unit, measured_at, observed_at)
        if fact is not None:
            seen.add((profile_id, kind))
            found[profile_id].append(fact)
    for profile_id, timezone, country, since in connection.execute(OF_PROFILE, values):
        for key, value in ((FactKey.TIMEZONE, timezone), (FactKey.COUNTRY, country)):
            of_profile = ProfileFact(key, value, FactSource.STATED, since, since)
            found[profile_id] = _as_in_profile(found[profile_id], of_profile)
    return {profile_id: facts_at(found[profile_id], as_of) for profile_id in profile_ids}


def read_next_changes(connection: Connection[Any], profile_ids: Sequence[str], as_of: datetime) -> dict[str, datetime]:
    """When the facts of these people change next though nothing more is said; nobody whose facts stay as they are."""
    return dict(connection.execute(NEXT_CHANGE, {"profile_ids": list(profile_ids), "as_of": as_of}).fetchall())


def read_coming(
    connection: Connection[Any], profile_ids: Sequence[str], as_of: datetime, until: datetime
) -> dict[str, list[ProfileFact]]:
    """All rows known now that hold now or begin before `until`; of which of them holds when, `facts_at` decides."""
    values = {"profile_ids": list(profile_ids), "as_of": as_of, "until": until}
    found: dict[str, list[ProfileFact]] = {}
    for profile_id, *row in connection.execute(COMING, values):
        found.setdefault(profile_id, []).append(_fact(*row))
    return found


def read_all_said(connection: Connection[Any], profile_id: str) -> list[ProfileFact]:
    """Every row of one person, in the order they came in; what was taken back is a row too."""
    return [_fact(*row) for row in connection.execute(HISTORY, (profile_id,))]


def add_facts(connection: Connection[Any], profile_id: str, said: Iterable[SaidFact], now: datetime) -> Added | None:
    """Adds what is new, all or nothing; None where the profile is not enrolled. To say the same again adds nothing.

    Raises:
        psycopg.errors.CheckViolation: a value is none that its key may have.
    """
    changed, unchanged = [], []
    with connection.transaction():
        if not lock_profiles(connection, [profile_id]):
            return None
        known = read_all_said(connection, profile_id)
        for one in said:
            same = [fact for fact in known if (fact.key, fact.source) == (one.key, one.source)]
            if not is_news(one, same, now):
                unchanged.append(one.key)
                continue
            since = one.valid_from or now
            connection.execute(ADD, (profile_id, one.key, Jsonb(one.value), one.source, since, one.valid_to, now))
            changed.append(one.key)
    return Added(changed, unchanged)


def _as_in_profile(facts: list[ProfileFact], of_profile: ProfileFact) -> list[ProfileFact]:
    """Facts of which those of this key say what the profile says; the profile's own where none does."""
    others = [one for one in facts if one.key is not of_profile.key]
    same = [one for one in facts if (one.key, one.value) == (of_profile.key, of_profile.value)]
    return [*others, *(same or [of_profile])]


def _fact(key: str, value: Any, source: str, *rest: Any) -> ProfileFact:
    return ProfileFact(FactKey(key), value, FactSource(source), *rest)
