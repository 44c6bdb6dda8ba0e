"""What apps write by plain SQL: only what may stand, the same again changes nothing, a correction keeps what was."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from typing import Any, LiteralString
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import Connection, sql
from psycopg.types.json import Jsonb

from hos_pipelines.domain.person.checkin import Completion
from hos_pipelines.postgres.checkin_store import find_item
from hos_pipelines.postgres.connection import connect
from hos_pipelines.postgres.engagement_store import read_engagement
from hos_pipelines.postgres.tables import PERSON_TABLES
from hos_pipelines_tests.postgres.lives import enrol_people
from hos_pipelines_tests.postgres.rows import NOON

TODAY = NOON.date()
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ITEM = """
INSERT INTO plan_items (profile_id, item_id, plan_date, title, recorded_at) VALUES (%s, 'walk', %s, 'Walk', %s)
RETURNING id
"""
TELL: LiteralString = """
INSERT INTO task_checkins (profile_id, plan_item_id, planned_date, completion_status, recorded_at, user_notes)
VALUES (%(profile)s, %(item)s, %(day)s, %(status)s, %(at)s, %(note)s)
"""
AGAIN: LiteralString = (
    TELL
    + """
ON CONFLICT (profile_id, plan_item_id, planned_date) DO UPDATE SET
    completion_status = excluded.completion_status, user_notes = excluded.user_notes, recorded_at = excluded.recorded_at
RETURNING id
"""
)
FACT: LiteralString = """
INSERT INTO profile_facts (profile_id, fact_key, value, source, valid_from, recorded_at) VALUES (%s, %s, %s, %s, %s, %s)
"""


@pytest.fixture
def people(connection: Connection[Any]) -> Connection[Any]:
    """Anna and ben."""
    enrol_people(connection, "anna", "ben")
    return connection


def item(connection: Connection[Any], profile: str = "anna", day: date = TODAY) -> UUID:
    row = connection.execute(ITEM, (profile, day, NOON - 7 * DAY)).fetchone()
    assert row is not None
    return UUID(str(row[0]))


def word(of: UUID, status: str = "completed", at: datetime = NOON, **more: object) -> dict[str, object]:
    return {"profile": "anna", "item": of, "day": TODAY, "status": status, "at": at, "note": None, **more}


def known(connection: Connection[Any], as_of: datetime) -> list[tuple[Completion, datetime]]:
    engagement = read_engagement(connection, ["anna", "nobody"], TODAY, TODAY, as_of)
    assert engagement["nobody"].checkins == []
    return [(one.status, one.first_told_at) for one in engagement["anna"].checkins]


REFUSED: dict[str, tuple[dict[str, object], str]] = {
    "somebody else's item": ({"profile": "ben"}, "task_checkins_of_own_item"),
    "an item that is not there": ({"item": UUID(int=0)}, "task_checkins_of_own_item"),
    "whoever is not enrolled": ({"profile": "cleo"}, "task_checkins"),
    "a day of 2019": ({"day": date(2019, 11, 1)}, "task_checkins_day_plausible|hos_checkin_in_its_week"),
    "a day before its plan": ({"day": TODAY - DAY}, "hos_checkin_in_its_week"),
    "a week after its plan": ({"day": TODAY + 7 * DAY, "at": NOON + 7 * DAY}, "hos_checkin_in_its_week"),
    "a day ahead everywhere": ({"day": TODAY + 2 * DAY}, "task_checkins_day_plausible"),
    "an unknown status": ({"status": "done"}, "task_checkins_status_known"),
    "no status": ({"status": None}, "completion_status"),
    "a long note": ({"note": "ü" * 4001}, "task_checkins_note_bounded"),
}


def test_what_may_not_stand_is_refused_whoever_writes_it(people: Connection[Any]) -> None:
    own = item(people)
    people.execute(f"SET hos.now = '{NOON.isoformat()}'".encode())
    for name, (changed, place) in REFUSED.items():
        with pytest.raises(psycopg.errors.IntegrityError) as caught:
            people.execute(TELL, {**word(own), **changed})
        told = caught.value.diag
        assert (told.constraint_name or told.column_name or "").startswith(tuple(place.split("|"))), name
    for change in ("satisfaction_rating = 0", "satisfaction_rating = 6", "continue_preference = 'never'",
                    "skip_reason = 'lazy'", "completed_at = '2026-11-01T14:00:00Z'",
                    "actual_completion_time = '2026-10-01T14:00:00Z'"):  # fmt: skip
        with people.transaction(force_rollback=True):
            people.execute(TELL, word(own))
            with pytest.raises(psycopg.errors.CheckViolation), people.transaction():
                people.execute(f"UPDATE task_checkins SET {change}".encode())  # noqa: S608
    assert people.execute("SELECT count(*) FROM task_checkins").fetchone() == (0,)


def test_a_word_is_stored_once_and_a_correction_keeps_what_was_said_at_every_instant(people: Connection[Any]) -> None:
    own = item(people)
    for status, at in (("skipped", NOON), ("skipped", NOON + HOUR), ("completed", NOON + 2 * HOUR),
                       ("partial", NOON + 3 * HOUR), ("partial", NOON + 4 * HOUR)):  # fmt: skip
        people.execute(AGAIN, word(own, status, at))
    assert people.execute("SELECT completion_status, recorded_at FROM task_checkins").fetchall() == [
        ("partial", NOON + 3 * HOUR)
    ]
    assert known(people, NOON - HOUR) == []
    assert known(people, NOON + HOUR) == [(Completion.SKIPPED, NOON)]
    assert known(people, NOON + 2 * HOUR) == [(Completion.COMPLETED, NOON)]
    assert known(people, NOON + 9 * HOUR) == [(Completion.PARTIAL, NOON)]


def test_words_that_come_in_any_order_and_twice_come_to_the_same(people: Connection[Any]) -> None:
    own, other = item(people), item(people)
    words = [("skipped", NOON), ("completed", NOON + HOUR), ("partial", NOON + 2 * HOUR)]
    for status, at in words:
        people.execute(AGAIN, word(own, status, at))
    for status, at in [words[2], words[0], words[1], words[0], words[2]]:
        people.execute(AGAIN, word(other, status, at))
    for after in range(4):
        engagement = read_engagement(people, ["anna"], TODAY, TODAY, NOON + after * HOUR)["anna"]
        said = {one.plan_item_id: (one.status, one.recorded_at) for one in engagement.checkins}
        assert said[own] == said[other]


def test_an_app_that_does_not_say_when_records_it_now_and_an_empty_update_nothing(people: Connection[Any]) -> None:
    own = item(people)
    people.execute(f"SET hos.now = '{NOON.isoformat()}'".encode())
    people.execute(
        "INSERT INTO task_checkins (profile_id, plan_item_id, planned_date, completion_status) "
        "VALUES ('anna', %s, %s, 'skipped')",
        (own, TODAY),
    )
    people.execute(f"SET hos.now = '{(NOON + HOUR).isoformat()}'".encode())
    people.execute("UPDATE task_checkins SET completion_status = 'skipped'")
    stands = "SELECT completion_status, recorded_at FROM task_checkins"
    assert people.execute(stands).fetchall() == [("skipped", NOON)]
    people.execute("UPDATE task_checkins SET completion_status = 'completed'")
    assert people.execute(stands).fetchall() == [("completed", NOON + HOUR)]
    people.execute("DELETE FROM task_checkins")
    assert people.execute("SELECT count(*) FROM task_checkin_versions").fetchone() == (0,)


def test_the_same_checkin_twice_at_once_is_one(migrated_url: str, people: Connection[Any]) -> None:
    own = item(people)

    def tell(turn: int) -> str:
        with connect(migrated_url) as session:
            try:
                return str(session.execute(TELL if turn % 2 else AGAIN, word(own)).statusmessage)
            except psycopg.errors.UniqueViolation:
                return "twice"

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(tell, range(24)))
    assert people.execute("SELECT count(*) FROM task_checkins").fetchone() == (1,)
    assert people.execute("SELECT count(*) FROM task_checkin_versions").fetchone() == (0,)


@pytest.fixture
def app(people: Connection[Any], migrated_url: str) -> Iterator[Connection[Any]]:
    """A session of a role that may write check-ins and journals and read its items, and nothing else."""
    role = sql.Identifier(f"app_{uuid4().hex}")
    people.execute(sql.SQL("CREATE ROLE {}").format(role))
    people.execute(sql.SQL("GRANT SELECT, INSERT, UPDATE ON task_checkins, daily_journals TO {}").format(role))
    people.execute(sql.SQL("GRANT SELECT, INSERT ON profile_facts TO {}").format(role))
    with psycopg.connect(migrated_url, autocommit=True) as session:
        session.execute(sql.SQL("SET ROLE {}").format(role))
        yield session
    people.execute(sql.SQL("DROP OWNED BY {}").format(role))
    people.execute(sql.SQL("DROP ROLE {}").format(role))


def test_a_role_of_an_app_needs_rights_on_what_it_writes_alone(people: Connection[Any], app: Connection[Any]) -> None:
    own = item(people)
    for status in ("skipped", "completed"):
        app.execute(AGAIN, word(own, status, NOON + HOUR * (status == "completed")))
    assert known(people, NOON) == [(Completion.SKIPPED, NOON)]
    app.execute(
        "INSERT INTO profile_facts (profile_id, fact_key, value, source, valid_from, recorded_at) "
        "VALUES ('anna', 'timezone', '\"Europe/Paris\"', 'stated', %(at)s, %(at)s)",
        {"at": NOON},
    )
    assert people.execute("SELECT timezone FROM profiles WHERE profile_id = 'anna'").fetchone() == ("Europe/Paris",)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        app.execute("SELECT FROM task_checkin_versions")


JOURNAL = """
INSERT INTO daily_journals (profile_id, journal_date, {0}, recorded_at) VALUES ('anna', %s, %s, %s)
ON CONFLICT (profile_id, journal_date) DO UPDATE SET {0} = excluded.{0}, recorded_at = excluded.recorded_at
"""


def journal(connection: Connection[Any], name: str, value: object, at: datetime = NOON, day: date = TODAY) -> None:
    connection.execute(JOURNAL.format(name).encode(), (day, value, at))


def test_journals_hold_what_may_stand_and_what_was_before(people: Connection[Any]) -> None:
    for name, value, day in (
        ("energy_level", 0, TODAY), ("mood_rating", 6, TODAY), ("hydration_glasses", 51, TODAY),
        ("what_went_well", "x" * 1_000_000, TODAY), ("gratitude_notes", ["x"] * 21, TODAY),
        ("gratitude_notes", ["x" * 500] * 20, TODAY), ("energy_level", 3, TODAY + 2 * DAY),
        ("energy_level", 3, date(2019, 1, 1)), ("completed_at", NOON + 2 * HOUR, TODAY),
    ):  # fmt: skip
        with pytest.raises(psycopg.errors.CheckViolation):
            journal(people, name, value, day=day)
    for level, at in ((2, NOON), (2, NOON + HOUR), (4, NOON + 2 * HOUR)):
        journal(people, "energy_level", level, at)
    journal(people, "what_went_well", "🎉", NOON + 3 * HOUR)
    found = [
        read_engagement(people, ["anna"], TODAY, TODAY, NOON + after * HOUR)["anna"].journals for after in range(4)
    ]
    levels = [[(one.energy_level, one.has_text, one.first_told_at) for one in day] for day in found]
    assert levels == [[(2, False, NOON)], [(2, False, NOON)], [(4, False, NOON)], [(4, True, NOON)]]


def test_facts_are_added_and_never_changed(people: Connection[Any]) -> None:
    people.execute(FACT, ("anna", "weight", Jsonb(70), "stated", NOON, NOON))
    with pytest.raises(psycopg.errors.RestrictViolation, match="a fact is never changed"):
        people.execute("UPDATE profile_facts SET value = '71'")
    for key, value, source in (
        ("birth_date", "2030-01-01", "stated"), ("weight", 700, "stated"), ("height", 71, "measured"),
        ("wieght", 70, "stated"), ("restrictions", ["peanutz"], "stated"), ("sex", "x", "stated"),
        ("weight", 70, "guessed"), ("timezone", "Europe/Berlim", "stated"),
        ("roster", {"pattern": ["moon"], "starts": "2026-11-02"}, "stated"), ("allow_switch", "yes", "stated"),
    ):  # fmt: skip
        with pytest.raises(psycopg.errors.CheckViolation):
            people.execute(FACT, ("anna", key, Jsonb(value), source, NOON, NOON))
    with pytest.raises(psycopg.errors.CheckViolation):
        people.execute(FACT, ("anna", "weight", Jsonb(70), "stated", NOON + 800 * DAY, NOON))


def test_who_is_deleted_leaves_nothing_in_any_of_these_tables(people: Connection[Any]) -> None:
    own = item(people)
    for status, at in (("skipped", NOON), ("completed", NOON + HOUR)):
        people.execute(AGAIN, word(own, status, at))
        journal(people, "energy_level", 3 + (status == "skipped"), at)
    people.execute(FACT, ("anna", "sex", Jsonb("female"), "stated", NOON, NOON))
    counts = [sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table.name)) for table in PERSON_TABLES]
    assert all(people.execute(count).fetchone() != (0,) for count in counts)
    people.execute("DELETE FROM profiles WHERE profile_id = 'anna'")
    assert [people.execute(count).fetchone() for count in counts] == [(0,)] * len(counts)


TIMES: dict[str, LiteralString] = {
    "a fact without end": "UPDATE profile_facts SET valid_to = 'infinity'",
    "a fact to a year nobody reads": "UPDATE profile_facts SET valid_to = '12000-01-01T00:00:00Z'",
    "a fact of no instant": "UPDATE profile_facts SET recorded_at = 'infinity'",
    "an item of no day": "UPDATE plan_items SET plan_date = 'infinity'",
    "an item before the calendar": "UPDATE plan_items SET plan_date = '0044-03-15 BC'",
    "an item of no instant": "UPDATE plan_items SET recorded_at = '-infinity'",
    "an item that was never replaced": "UPDATE plan_items SET superseded_at = 'infinity'",
    "a check-in of no instant": "UPDATE task_checkins SET recorded_at = 'infinity', completion_status = 'skipped'",
    "a check-in that was never told": "UPDATE task_checkins SET created_at = 'infinity'",
    "a journal of no instant": "UPDATE daily_journals SET recorded_at = 'infinity', energy_level = 2",
    "a journal written at no time": "UPDATE daily_journals SET completed_at = '-infinity', energy_level = 2",
}


def test_times_that_no_program_reads_are_refused_whoever_writes_them(people: Connection[Any]) -> None:
    people.execute(TELL, word(item(people)))
    journal(people, "energy_level", 3)
    people.execute(FACT, ("anna", "goal", Jsonb("eat_better"), "stated", NOON, NOON))
    people.execute("ALTER TABLE profile_facts DISABLE TRIGGER USER")
    for name, statement in TIMES.items():
        with pytest.raises(psycopg.errors.CheckViolation) as caught, people.transaction():
            people.execute(statement)
        assert (caught.value.diag.constraint_name or "").endswith("_times_readable"), name


def test_items_of_an_older_app_that_end_the_day_at_24_00_or_at_no_time_are_read(people: Connection[Any]) -> None:
    own = item(people)
    people.execute(TELL, word(own))
    people.execute("UPDATE plan_items SET scheduled_time = '24:00'")
    people.execute("ALTER TABLE plan_items DROP CONSTRAINT plan_items_times_readable")
    people.execute("ALTER TABLE task_checkins DROP CONSTRAINT task_checkins_time_plausible")
    people.execute("UPDATE plan_items SET superseded_at = '-infinity'")
    people.execute("UPDATE task_checkins SET completed_at = '-infinity'")
    for day in ("infinity", "0044-03-15 BC"):
        people.execute(
            "INSERT INTO plan_items (profile_id, item_id, plan_date, title, recorded_at) "
            "VALUES ('anna', 'walk', %s, 'Walk', '-infinity')",
            (day,),
        )
    found = read_engagement(people, ["anna"], TODAY, TODAY, NOON + HOUR)["anna"]
    assert [(one.id, str(one.scheduled_time)) for one in found.items] == [(own, "23:59:59")]
    assert [one.done_at for one in found.checkins] == [None]
    for rule in ("continue_known", "skip_reason_known", "satisfaction_plausible"):
        name = sql.Identifier(f"task_checkins_{rule}")
        people.execute(sql.SQL("ALTER TABLE task_checkins DROP CONSTRAINT {}").format(name))
    people.execute(
        "UPDATE task_checkins SET continue_preference = 'sometimes', skip_reason = 'rain', satisfaction_rating = 9, "
        "recorded_at = recorded_at + interval '1 minute'"
    )
    [read] = read_engagement(people, ["anna"], TODAY, TODAY, NOON + HOUR)["anna"].checkins
    assert (read.again, read.skip_reason, read.satisfaction) == (None, None, None)
    assert find_item(people, "anna", "walk", TODAY) is None


@pytest.mark.parametrize("zone", ["Foo+5", "europe/berlin", "CEST", "Factory", "localtime", "<+05>-5"])
def test_a_zone_that_programs_do_not_know_by_this_name_is_refused(people: Connection[Any], zone: str) -> None:
    with pytest.raises(psycopg.errors.CheckViolation):
        people.execute(FACT, ("anna", "timezone", Jsonb(zone), "stated", NOON, NOON))
    assert people.execute("SELECT timezone FROM profiles WHERE profile_id = 'anna'").fetchone() == (None,)


def test_a_zone_that_is_said_by_plain_sql_is_the_profiles_and_older_words_are_not(
    people: Connection[Any],
) -> None:
    for zone, since in (("Asia/Tokyo", NOON), ("Europe/Rome", NOON - DAY), ("Europe/Oslo", NOON + DAY)):
        people.execute(FACT, ("anna", "timezone", Jsonb(zone), "stated", since, NOON))
    assert people.execute("SELECT timezone FROM profiles WHERE profile_id = 'anna'").fetchone() == ("Asia/Tokyo",)
