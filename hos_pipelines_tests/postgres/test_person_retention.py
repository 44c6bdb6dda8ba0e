"""Plans, items, check-ins and journals go with their day, facts stay."""

from datetime import timedelta
from typing import Any

from psycopg import Connection
from psycopg.types.json import Jsonb

from hos_pipelines.domain.retention import KeepRules
from hos_pipelines.postgres.retention import delete_expired
from hos_pipelines.postgres.tables import PERSON_TABLES
from hos_pipelines_tests.postgres.lives import enrol_people
from hos_pipelines_tests.postgres.rows import NOON

DAY = timedelta(days=1)
WRITE = (
    (
        "INSERT INTO plan_items (id, profile_id, item_id, plan_date, title, recorded_at) "
        "VALUES (md5(%(day)s::text || %(who)s)::uuid, %(who)s, 'walk', %(day)s, 'Walk', %(at)s)"
    ),
    (
        "INSERT INTO task_checkins (profile_id, plan_item_id, planned_date, completion_status, recorded_at) "
        "VALUES (%(who)s, md5(%(day)s::text || %(who)s)::uuid, %(day)s::date + %(later)s, 'skipped', %(at)s)"
    ),
    (
        "UPDATE task_checkins SET completion_status = 'completed', recorded_at = recorded_at + interval '1 hour' "
        "WHERE profile_id = %(who)s AND planned_date = %(day)s::date + %(later)s"
    ),
    (
        "INSERT INTO daily_journals (profile_id, journal_date, mood_rating, recorded_at) "
        "VALUES (%(who)s, %(day)s, 3, %(at)s)"
    ),
)


def test_what_is_of_an_old_day_goes_with_what_was_said_before_and_an_item_stays_that_something_refers_to(
    connection: Connection[Any],
) -> None:
    enrol_people(connection, "anna", "ben")
    for who in ("anna", "ben"):
        for back, later in ((402, 0), (401, 2), (400, 0)):
            at = NOON - (back - later) * DAY
            values = {"who": who, "day": (NOON - back * DAY).date(), "later": later, "at": at}
            for statement in WRITE:
                connection.execute(statement, values)
    connection.execute(
        "INSERT INTO profile_facts (profile_id, fact_key, value, source, valid_from, recorded_at) "
        "VALUES ('anna', 'sex', %s, 'stated', %s, %s)",
        (Jsonb("female"), NOON - 900 * DAY, NOON - 900 * DAY),
    )
    for back in (402, 400):
        connection.execute(
            "INSERT INTO plans (plan_id, profile_id, kind, plan_date, status, zone, notes, plan, rule_version, "
            "library_version, fingerprint, made_at) "
            "VALUES (gen_random_uuid(), 'anna', 'routine', %s, 'ok', 'UTC', '{}', '{}', '1', '1', 'f', %s)",
            ((NOON - back * DAY).date(), NOON - back * DAY),
        )
    deleted = delete_expired(connection, KeepRules(), NOON)
    assert {name: deleted[name] for name in ("task_checkins", "daily_journals", "plan_items", "plans")} == {
        "task_checkins": 2,
        "daily_journals": 4,
        "plan_items": 2,
        "plans": 1,
    }
    left = {
        table.name: connection.execute(f"SELECT count(*) FROM {table.name}".encode()).fetchone()  # noqa: S608
        for table in PERSON_TABLES
    }
    assert left == {
        "profile_facts": (1,),
        "plan_items": (4,),
        "task_checkins": (4,),
        "task_checkin_versions": (4,),
        "daily_journals": (2,),
        "daily_journal_versions": (0,),
    }
    assert set(delete_expired(connection, KeepRules(), NOON).values()) == {0}


def test_how_plans_were_adapted_goes_with_its_day_but_for_what_holds_and_what_is_under_evaluation(
    connection: Connection[Any],
) -> None:
    enrol_people(connection, "anna")
    for version, back in ((1, 460), (2, 450), (3, 440), (4, 10)):
        day = (NOON - back * DAY).date()
        values = {"version": version, "day": day, "next": day + DAY, "at": NOON - back * DAY}
        connection.execute(
            "INSERT INTO adaptation_states (profile_id, version, decided_on, holds_from, archetype, reason, because, "
            "state, rule_version, recorded_at) VALUES ('anna', %(version)s, %(day)s, %(next)s, 'Peak Performer', "
            "'begins', 'So.', jsonb_build_object('stage', 'MAINTAIN'), '1', %(at)s)",
            values,
        )
        connection.execute(
            "INSERT INTO adaptations (adaptation_id, profile_id, decided_on, trigger, action, lever, because, "
            "fact_ids, is_extended, from_version, to_version, standing, rule_version, recorded_at) VALUES "
            "(gen_random_uuid(), 'anna', %(day)s, 'safety', 'simplify', 'safety', 'So.', '{journal}', false, 0, 0, "
            "'noted', '1', %(at)s)",
            values,
        )
    connection.execute(
        "UPDATE adaptations SET standing = 'open', metric = 'completion', expected = 0.6, baseline_done = 1, "
        "baseline_due = 2, rollback_when = 'never', evaluate_on = decided_on + 9 "
        "WHERE decided_on = (SELECT min(decided_on) FROM adaptations)"
    )
    deleted = delete_expired(connection, KeepRules(), NOON)
    assert (deleted["adaptation_states"], deleted["adaptations"]) == (2, 2)
    left = connection.execute("SELECT version FROM adaptation_states ORDER BY version").fetchall()
    assert left == [(3,), (4,)]
    standing = connection.execute("SELECT standing FROM adaptations ORDER BY decided_on").fetchall()
    assert standing == [("open",), ("noted",)]
    assert set(delete_expired(connection, KeepRules(), NOON).values()) == {0}
