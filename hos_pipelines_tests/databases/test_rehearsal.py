"""Doctor tries what a refresh does to a database, and says of each trouble what it is and what to do about it."""

from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from psycopg import sql

from hos_pipelines.postgres.address import parameters
from hos_pipelines.postgres.connection import RELIED_ON, connect
from hos_pipelines.postgres.embedded import EmbeddedServer
from hos_pipelines_tests.cli.answers import rows_of, snapshot
from hos_pipelines_tests.cli.conftest import Hos
from hos_pipelines_tests.databases.conftest import name_of
from hos_pipelines_tests.databases.pgbouncer import PgBouncer, running_pgbouncer
from hos_pipelines_tests.postgres.test_migrate import STEP_NAMES

EVERYTHING = (
    "GRANT USAGE ON SCHEMA public TO {0}",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {0}",
)
# What an administrator did, and what doctor says of it.
TROUBLES = {
    "a read-only role": ("ALTER ROLE {0} SET default_transaction_read_only = on", "It is read-only", "= off"),
    "a short time": ("ALTER ROLE {0} SET statement_timeout = '900ms'", "statement_timeout is 900ms", "'5min'"),
    "a short wait": ("ALTER ROLE {0} SET lock_timeout = '10ms'", "lock_timeout is 10ms", "'5min'"),
    "a short idleness": (
        "ALTER ROLE {0} SET idle_in_transaction_session_timeout = '1s'",
        "idle_in_transaction_session_timeout is 1s",
        "'5min'",
    ),
    "no temporary tables": (
        "REVOKE TEMPORARY ON DATABASE {1} FROM PUBLIC",
        "Temporary tables are refused",
        "GRANT TEMPORARY ON DATABASE",
    ),
    "one table that cannot be written": (
        "REVOKE INSERT ON scores FROM {0}",
        "scores lacks INSERT",
        "GRANT INSERT ON scores TO",
    ),
    "one table that cannot be read": (
        "REVOKE SELECT ON sync_coverage FROM {0}",
        "sync_coverage lacks SELECT",
        "GRANT SELECT ON sync_coverage TO",
    ),
    "rows that are filtered": (
        "ALTER TABLE profiles ENABLE ROW LEVEL SECURITY",
        "profiles has row-level security that filters",
        "CREATE POLICY hos ON profiles TO",
    ),
    "a trigger that swallows rows": (
        """CREATE FUNCTION swallow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
        CREATE TRIGGER theirs BEFORE INSERT ON biomarkers FOR EACH ROW EXECUTE FUNCTION swallow()""",
        "A row that was written is not there",
        "look for triggers",
    ),
}
# Roles and databases that read and write times, bytes and names otherwise: all of it is set anew.
MANNERS = (
    "ALTER ROLE {0} SET DateStyle = 'SQL, DMY'",
    "ALTER ROLE {0} SET IntervalStyle = 'iso_8601'",
    "ALTER ROLE {0} SET TimeZone = 'Asia/Kathmandu'",
    "ALTER ROLE {0} SET bytea_output = 'escape'",
    "ALTER ROLE {0} SET extra_float_digits = 0",
    "ALTER ROLE {0} SET default_transaction_isolation = 'serializable'",
    "ALTER ROLE {0} SET client_encoding = 'LATIN1'",
)


@pytest.fixture
def ordinary(deployed: str, role: Callable[[str], str], monkeypatch: pytest.MonkeyPatch) -> str:
    """A deployment as a role that owns nothing and may do no more than a refresh must; gives its address."""
    address = role(deployed)
    administrate(deployed, address, *EVERYTHING)
    monkeypatch.setenv("HOS_DATABASE_URL", address)
    return address


def administrate(owner: str, address: str, *statements: str) -> None:
    """As the owner of everything: {0} is the role of the address, {1} its database."""
    names = (sql.Identifier(name_of(address)), sql.Identifier(parameters(address)["dbname"]))
    with psycopg.connect(owner, autocommit=True) as session:
        for statement in statements:
            session.execute(sql.SQL(statement).format(*names))


def told(hos: Hos, check: str = "database") -> dict[str, Any]:
    """What doctor says of one thing."""
    return next(one for one in hos("doctor").json["checks"] if one["check"] == check)


def test_a_role_that_may_do_no_more_than_it_must_does_everything(hos: Hos, ordinary: str, deployed: str) -> None:
    before = snapshot(deployed)
    assert told(hos)["ok"], told(hos)
    assert snapshot(deployed) == before
    hos("enroll", "--all").succeeded()
    assert hos("refresh", "--all").succeeded().json["biomarkers"]["inserted"] > 0
    hos("analyze", rows_of(deployed, "SELECT external_id FROM profiles ORDER BY 1 LIMIT 1")[0][0]).succeeded()
    hos("maintain").succeeded()


@pytest.mark.parametrize("trouble", TROUBLES.values(), ids=TROUBLES)
def test_each_trouble_is_a_sentence_with_its_remedy(
    hos: Hos, ordinary: str, deployed: str, trouble: tuple[str, str, str]
) -> None:
    statement, finding, remedy = trouble
    before = snapshot(deployed)
    administrate(deployed, ordinary, statement)
    answer = told(hos)
    assert not answer["ok"]
    assert finding in answer["detail"]
    assert remedy in answer["detail"]
    assert "Traceback" not in answer["detail"]
    assert snapshot(deployed) == before


@pytest.mark.parametrize("trouble", ["a read-only role", "one table that cannot be written"])
def test_a_command_that_meets_a_trouble_ends_with_one_sentence(
    hos: Hos, ordinary: str, deployed: str, trouble: str
) -> None:
    hos("enroll", "--all").succeeded()
    administrate(deployed, ordinary, TROUBLES[trouble][0])
    for command in (["enroll", "one-more"], ["refresh", "--all"]):
        answer = hos(*command)
        assert "Traceback" not in answer.stdout + answer.stderr


def test_rows_that_a_policy_lets_all_pass_are_no_trouble(hos: Hos, ordinary: str, deployed: str) -> None:
    administrate(
        deployed,
        ordinary,
        "ALTER TABLE profiles ENABLE ROW LEVEL SECURITY",
        "CREATE POLICY hos ON profiles TO {0} USING (true) WITH CHECK (true)",
    )
    assert told(hos)["ok"]


@pytest.fixture
def reached(ordinary: str, deployed: str, server: EmbeddedServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The same role through a pooler."""
    with running_pgbouncer(server, "transaction", users=[name_of(ordinary)]) as pooler:
        monkeypatch.setenv("HOS_DATABASE_URL", pooler.url(deployed, name_of(ordinary)))
        yield ordinary


def test_manners_of_a_role_change_nothing(hos: Hos, reached: str, deployed: str) -> None:
    administrate(deployed, reached, *MANNERS)
    with connect(reached) as session:
        for name, value in RELIED_ON.items():
            [(found,)] = session.execute("SELECT current_setting(%s)", (name,)).fetchall()
            assert found.partition(",")[0] == value
    assert told(hos)["ok"], told(hos)
    hos("enroll", "--all").succeeded()
    for _ in range(2):
        hos("refresh", "--all").succeeded()
    again = hos("refresh", "--all").succeeded().json
    assert again["biomarkers"]["inserted"] == again["biomarkers"]["updated"] == 0
    assert again["biomarkers"]["unchanged"] > 0


def test_a_role_that_may_not_create_tables_is_told_so_before_it_migrates(
    hos: Hos, database_url: str, deployed: str, role: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    address = role(database_url)
    monkeypatch.setenv("HOS_DATABASE_URL", address)
    answer = told(hos)
    assert "Tables may not be created in schema public" in answer["detail"]
    administrate(database_url, address, "GRANT USAGE, CREATE ON SCHEMA public TO {0}")
    assert told(hos)["ok"]
    assert hos("migrate").succeeded().json["applied"] == list(STEP_NAMES)
    assert told(hos)["ok"]


def test_dagsters_database_that_cannot_be_written_is_named(
    hos: Hos, deployed: str, database_url: str, role: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    address = role(database_url)
    monkeypatch.setenv("HOS_DAGSTER_DATABASE_URL", address)
    answer = told(hos, "dagster storage")
    assert "HOS_DAGSTER_DATABASE_URL: " in answer["detail"]
    assert "Tables may not be created" in answer["detail"]
    hos("enroll", "anna").refused_with("HOS_DAGSTER_DATABASE_URL: ", "Tables may not be created")


def test_a_pooler_is_told_by_its_kind(
    hos: Hos, deployed: str, transaction_pooler: PgBouncer, session_pooler: PgBouncer, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert told(hos)["detail"].endswith("schema public, reached directly")
    monkeypatch.setenv("HOS_DATABASE_URL", transaction_pooler.url(deployed))
    assert "a pooler that shares sessions" in told(hos)["detail"]
    monkeypatch.setenv("HOS_DATABASE_URL", session_pooler.url(deployed))
    assert "a pooler that gives each client a session" in told(hos)["detail"]


def test_settings_of_the_address_hold_for_every_session(migrated_url: str, transaction_pooler: PgBouncer) -> None:
    for url in (f"{migrated_url}&", f"{transaction_pooler.url(migrated_url)}?"):
        options = "options=-c%20statement_timeout%3D7min%20--lock-timeout%3D6s%20-csearch_path%3Dpublic"
        with connect(f"{url}{options}") as session:
            for _ in range(2):
                assert session.execute("SHOW statement_timeout").fetchone() == ("7min",)
                assert session.execute("SHOW lock_timeout").fetchone() == ("6s",)
