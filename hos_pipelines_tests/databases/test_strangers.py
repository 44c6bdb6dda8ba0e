"""Databases with tables of somebody else: looked at, never touched unasked, and left alone beside a schema of ours."""

import json
from functools import partial
from typing import Any

import dagster as dg
import psycopg
import pytest

from hos_pipelines.definitions import defs
from hos_pipelines.defs.ingestion.automation import refresh_run_config, tick_run_config
from hos_pipelines.postgres.address import parameters, with_schema
from hos_pipelines.postgres.connection import connect
from hos_pipelines.postgres.errors import ForeignTablesError
from hos_pipelines.postgres.migrate import migrate
from hos_pipelines.postgres.schema_state import prepare
from hos_pipelines_tests.cli.answers import rows_of
from hos_pipelines_tests.cli.conftest import Hos
from hos_pipelines_tests.databases.pgbouncer import PgBouncer
from hos_pipelines_tests.gateway.conftest import Start, start  # noqa: F401
from hos_pipelines_tests.postgres.test_migrate import LEGACY, STEP_NAMES

# What lies there, and how it is told.
STRANGERS = {
    "profiles of an app": (
        "CREATE TABLE profiles (id uuid PRIMARY KEY, username text UNIQUE, avatar_url text, updated_at timestamptz)",
        "profiles (columns id, username, avatar_url, updated_at; lacks sahha_external_id)",
    ),
    "biomarkers of a laboratory": (
        "CREATE TABLE biomarkers (id serial PRIMARY KEY, patient_id int, type text, value numeric, at timestamptz)",
        "biomarkers (columns id, patient_id, type, value, at; lacks profile_id, start_date_time, end_date_time)",
    ),
    "times without a zone": (
        "CREATE TABLE scores (profile_id text, type text, score_date_time timestamp)",
        "scores (columns profile_id, type, score_date_time; lacks score_date_time)",
    ),
    "scores of a game": ("CREATE TABLE scores (player text, score int)", "scores (columns player, score; lacks"),
    "archetypes of a story": ("CREATE TABLE archetypes (id int, title text)", "archetypes (columns id, title; lacks"),
    "a table of ours, never theirs": ("CREATE TABLE quarantine (animal text)", "quarantine (columns animal)"),
    "a table of a later step": ("CREATE TABLE analysis_results (id int)", "analysis_results (columns id)"),
    "a view": ("CREATE VIEW profiles AS SELECT 'x' AS id, 'y' AS sahha_external_id", "profiles (a view)"),
    "a materialized view": ("CREATE MATERIALIZED VIEW scores AS SELECT 1 AS one", "scores (a materialized view)"),
    "a partitioned table": (
        """CREATE TABLE biomarkers (profile_id text, type text, start_date_time timestamptz, end_date_time timestamptz)
        PARTITION BY RANGE (start_date_time)""",
        "biomarkers (a partitioned table)",
    ),
    "a part of one": (
        """CREATE TABLE old (profile_id text, type text, score_date_time timestamptz);
        CREATE TABLE scores () INHERITS (old)""",
        "scores (a part of another table)",
    ),
    "a foreign table": (
        """CREATE FOREIGN DATA WRAPPER nothing; CREATE SERVER far FOREIGN DATA WRAPPER nothing;
        CREATE FOREIGN TABLE profiles (id text, sahha_external_id text) SERVER far""",
        "profiles (a foreign table)",
    ),
    "a sequence": ("CREATE SEQUENCE sync_state", "sync_state (a sequence)"),
    "a type": ("CREATE TYPE quarantine AS ENUM ('in', 'out')", "quarantine (a type)"),
    "a function": (
        "CREATE FUNCTION hos_former_score() RETURNS integer LANGUAGE sql RETURN 1",
        "hos_former_score (a function)",
    ),
    "an index of another table": (
        "CREATE TABLE people (name text); CREATE UNIQUE INDEX unique_biomarker_entry ON people (name)",
        "unique_biomarker_entry (an index)",
    ),
}
NEVER_ADOPTED = [
    kind
    for kind, (_, found) in STRANGERS.items()
    if any(
        word in found for word in ("(a view", "(a mat", "(a part", "(a foreign", "(a seq", "(a type", "(a func", "(an ")
    )
]


def everything(url: str) -> list[tuple[Any, ...]]:
    """All that lies in the schema public, with what it holds."""
    return rows_of(
        url,
        "SELECT c.oid, relname, relkind, relnatts, xmin::text FROM pg_class AS c "
        "WHERE relnamespace = 'public'::regnamespace UNION ALL "
        "SELECT oid, conname, contype, 0, xmin::text FROM pg_constraint "
        "WHERE connamespace = 'public'::regnamespace ORDER BY 1",
    )


@pytest.mark.parametrize(("statement", "found"), STRANGERS.values(), ids=STRANGERS)
def test_what_is_not_ours_is_named_and_not_touched(database_url: str, statement: str, found: str) -> None:
    with connect(database_url) as session:
        session.execute(statement.encode())
    before = everything(database_url)
    for work in (migrate, partial(prepare, migrate=migrate)):
        with pytest.raises(ForeignTablesError) as refused:
            work(database_url)
        assert found in str(refused.value)
        assert "Nothing was touched; give HolisticOS a schema of its own, with --schema NAME" in str(refused.value)
        assert "hos migrate" not in str(refused.value)
    assert everything(database_url) == before


@pytest.mark.parametrize("kind", NEVER_ADOPTED)
def test_what_has_no_rows_of_its_own_is_not_adopted_even_if_asked(database_url: str, kind: str) -> None:
    statement, found = STRANGERS[kind]
    with connect(database_url) as session:
        session.execute(statement.encode())
    before = everything(database_url)
    with pytest.raises(ForeignTablesError) as refused:
        migrate(database_url, adopt=True)
    assert found in str(refused.value)
    assert "--adopt" not in str(refused.value)
    assert everything(database_url) == before


def test_one_strangers_table_among_an_older_holisticos_keeps_all_of_it_untouched(database_url: str) -> None:
    with connect(database_url) as session:
        session.execute(LEGACY)
        session.execute("DROP TABLE scores; CREATE TABLE scores (player text, score int)")
    before = everything(database_url)
    with pytest.raises(ForeignTablesError, match=r"not its own: scores \(columns player, score"):
        migrate(database_url)
    assert everything(database_url) == before


def test_every_command_says_what_was_found_and_doctor_sends_nobody_to_migrate(
    hos: Hos, deployed: str, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOS_DATABASE_URL", database_url)
    statement, found = STRANGERS["profiles of an app"]
    with connect(database_url) as session:
        session.execute(statement.encode())
    before = everything(database_url)
    for command in (["migrate"], ["status"], ["enroll", "anna"], ["refresh", "--all"], ["up", "--port", "1"]):
        hos(*command).refused_with("schema: public holds", found, "--schema NAME", "--adopt")
    answer = hos("doctor").json
    schema = {check["check"]: check for check in answer["checks"]}["schema"]
    assert not schema["ok"]
    assert found in schema["detail"]
    assert "hos migrate" not in json.dumps(answer)
    assert everything(database_url) == before
    assert hos("migrate", "--adopt").succeeded().json["applied"] == list(STEP_NAMES)


def test_tables_of_an_older_holisticos_that_belong_to_another_role_are_named(database_url: str, role: Any) -> None:
    with connect(database_url) as session:
        session.execute(LEGACY)
        mine = role(database_url)
        session.execute("GRANT ALL ON SCHEMA public TO PUBLIC")
    with pytest.raises(
        ForeignTablesError, match=r"may not change .* biomarkers \(of postgres\), .*connect as their owner"
    ):
        migrate(mine)


@pytest.fixture(params=["--schema", "search_path pooled"])
def beside(
    request: pytest.FixtureRequest, database_url: str, deployed: str, monkeypatch: pytest.MonkeyPatch
) -> tuple[str, str]:
    """A deployment in the schema `own` of a stranger's database; its address, and how the schema is named."""
    with connect(database_url) as session:
        for kind in ("profiles of an app", "biomarkers of a laboratory", "scores of a game", "archetypes of a story"):
            session.execute(STRANGERS[kind][0].encode())
        session.execute("INSERT INTO profiles (id, username) VALUES (gen_random_uuid(), 'somebody')")
    way, _, reach = request.param.partition(" ")
    pooler: PgBouncer = request.getfixturevalue("transaction_pooler")
    url = pooler.url(database_url) if reach else database_url
    monkeypatch.setenv(
        "HOS_DATABASE_URL", f"{url}?options=-csearch_path%3Down%2Cpublic" if way == "search_path" else url
    )
    return url, way


def test_everything_works_in_a_schema_beside_somebody_elses_tables(
    hos: Hos,
    beside: tuple[str, str],
    database_url: str,
    monkeypatch: pytest.MonkeyPatch,
    start: Start,  # noqa: F811
) -> None:
    url, way = beside
    before = everything(database_url)
    if way == "--schema":
        assert "Set HOS_SCHEMA=own" in hos("migrate", "--schema", "own").succeeded().stderr
        monkeypatch.setenv("HOS_SCHEMA", "own")
    hos("migrate").succeeded()
    assert "schema own" in hos("doctor").succeeded().json["checks"][1]["detail"]
    hos("enroll", "--all").succeeded()
    with dg.instance_for_test() as instance:
        for job, config in (
            ("plan_refresh", tick_run_config("tick")),
            ("refresh_profiles", refresh_run_config(batch_id="tick:0")),
        ):
            assert defs().resolve_job_def(job).execute_in_process(instance=instance, run_config=config).success
    [(person,)] = rows_of(database_url, "SELECT external_id FROM own.profiles ORDER BY 1 LIMIT 1")
    hos("analyze", person).succeeded()
    hos("report", person).succeeded()
    assert start(with_schema(url, "own")).post().status_code < 300
    assert rows_of(database_url, "SELECT count(*) > 0 FROM own.biomarkers") == [(True,)]
    assert rows_of(database_url, "SELECT count(*) FROM own.webhook_inbox") == [(1,)]
    hos("rollback", "--all", "--yes").succeeded()
    assert everything(database_url) == before


@pytest.mark.parametrize("name", ["My Schema", 'quo"ted', "ümlaut", "a,b", "back\\slash"])
def test_a_schema_may_have_any_name(database_url: str, name: str) -> None:
    url = with_schema(database_url, name)
    assert migrate(url) == STEP_NAMES
    assert migrate(url) == ()
    assert rows_of(
        database_url, "SELECT count(*) FROM pg_tables WHERE schemaname = %s AND tablename = 'profiles'", name
    ) == [(1,)]


@pytest.mark.parametrize("name", ["pg_mine", "information_schema", "x" * 64])
def test_a_schema_that_cannot_be_is_refused(
    hos: Hos, deployed: str, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    hos("migrate", "--schema", name).refused_with("--schema: must be the name of a schema")
    monkeypatch.setenv("HOS_SCHEMA", name)
    hos("status").refused_with("HOS_SCHEMA: must be the name of a schema")


def test_a_role_that_may_not_create_the_schema_is_told_what_to_run(
    hos: Hos, database_url: str, role: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOS_DATABASE_URL", role(database_url))
    hos("migrate", "--schema", "own").refused_with("HOS_SCHEMA: the schema own is not there", "CREATE SCHEMA own")


def test_what_an_extension_brought_does_not_make_a_database_somebody_elses(database_url: str) -> None:
    with psycopg.connect(database_url, autocommit=True) as session:
        session.execute("CREATE VIEW brought AS SELECT 1 AS one")
        session.execute("ALTER EXTENSION plpgsql ADD VIEW brought")
    prepare(database_url, migrate)


def test_no_second_holisticos_begins_before_one_on_the_search_path(database_url: str, role: Any) -> None:
    migrate(database_url)
    mine = role(database_url)
    with connect(database_url) as session:
        session.execute(f"CREATE SCHEMA AUTHORIZATION {parameters(mine)['user']}".encode())
    for work in (migrate, partial(prepare, migrate=migrate)):
        with pytest.raises(ForeignTablesError, match=r"is empty, and HolisticOS lies in public; set HOS_SCHEMA=public"):
            work(mine)
    own = with_schema(mine, parameters(mine)["user"])
    assert migrate(own) == STEP_NAMES
