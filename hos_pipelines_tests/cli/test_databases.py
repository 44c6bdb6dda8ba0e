"""Databases and settings that cannot be used: the setting is named, the password is not, and no row is different."""

import socket
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from hos_pipelines.postgres.connection import with_database
from hos_pipelines.postgres.embedded import EmbeddedServer
from hos_pipelines_tests.cli.answers import rows_of, snapshot
from hos_pipelines_tests.cli.conftest import Hos

SECRET = "hunter2"  # noqa: S105
COMMANDS = (["status"], ["migrate"], ["rollback", "--yes"], ["enroll", "anna"], ["up", "--port", "1"])


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        (f"mysql://me:{SECRET}@localhost/hos", "must start with postgresql://"),
        (f"postgresql://me:{SECRET}@localhost", "must name a database"),
        (f"postgresql://me:{SECRET}@localhost:abc/hos", "has a host or port that is none; percent-encode"),
        (f"postgresql://me:{SECRET}@localhost:99999/hos", "has a host or port that is none; percent-encode"),
        (f"postgresql://me:{SECRET}/x@localhost/hos", "has a host or port that is none; percent-encode"),
        (f"postgresql://me:{SECRET}@[::1/hos", "has a host or port that is none; percent-encode"),
        (f"postgresql://me:{SECRET}@127.0.0.1:1/hos?colour=blue", "postgresql://me@127.0.0.1:1/hos cannot be reached"),
        (f"postgresql://me:{SECRET}%2@127.0.0.1:1/hos", "postgresql://me@127.0.0.1:1/hos cannot be reached"),
        (f"postgresql://127.0.0.1:1/hos?user=me&password={SECRET}", "127.0.0.1:1/hos cannot be reached"),
    ],
)
def test_an_address_that_is_none_is_refused_without_its_password(
    hos: Hos, monkeypatch: pytest.MonkeyPatch, address: str, sentence: str
) -> None:
    monkeypatch.setenv("HOS_DATABASE_URL", address)
    for command in COMMANDS:
        answer = hos(*command).refused_with("HOS_DATABASE_URL: ", sentence)
        assert SECRET not in answer.stdout + answer.stderr


def test_a_server_that_is_down_is_named_with_its_address_and_the_reason(
    hos: Hos, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        place = f"127.0.0.1:{unused.getsockname()[1]}"
        monkeypatch.setenv("HOS_DATABASE_URL", f"postgresql://me:{SECRET}@{place}/hos")
        for command in COMMANDS:
            answer = hos(*command).refused_with(
                f"HOS_DATABASE_URL: postgresql://me@{place}/hos cannot be reached", "Connection refused", "start the"
            )
            assert SECRET not in answer.stdout + answer.stderr


@pytest.fixture
def locked_out(server: EmbeddedServer) -> Iterator[str]:
    """A user of the server who must give a password, and gives a wrong one."""
    rules = Path(rows_of(server.url("postgres"), "SHOW hba_file")[0][0])
    before = rules.read_text()
    with psycopg.connect(server.url("postgres"), autocommit=True) as session:
        session.execute("CREATE ROLE locked_out LOGIN PASSWORD 'right'")
        rules.write_text(f"local all locked_out scram-sha-256\n{before}")
        session.execute("SELECT pg_reload_conf()")
        yield server.url("postgres").replace("postgres:@", f"locked_out:{SECRET}@", 1)
        rules.write_text(before)
        session.execute("SELECT pg_reload_conf()")
        session.execute("DROP ROLE locked_out")


def test_a_wrong_password_is_told_and_shown_nowhere(hos: Hos, locked_out: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOS_DATABASE_URL", locked_out)
    for command in (*COMMANDS, ["doctor"]):
        answer = hos(*command)
        assert answer.exit_code == 1
        assert SECRET not in answer.stdout + answer.stderr
        assert "Traceback" not in answer.stderr
    hos("status").refused_with("HOS_DATABASE_URL: postgresql://locked_out@", "password authentication failed")


def test_a_password_with_special_characters_works_once_it_is_percent_encoded(
    hos: Hos, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOS_DATABASE_URL", database_url.replace("postgres:@", "postgres:p%40ss%2Fw%25rd%3A@", 1))
    assert hos("migrate").succeeded().json["applied"][0] == "0001_adopt_profiles"
    assert hos("status").succeeded().json["profiles"] == {}


def test_a_database_for_dagster_that_is_down_is_named_before_anything_is_written(
    hos: Hos, deployed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = snapshot(deployed)
    monkeypatch.setenv("HOS_DAGSTER_DATABASE_URL", f"postgresql://me:{SECRET}@127.0.0.1:1/dagster")
    for command in (["enroll", "anna"], ["refresh", "--all"], ["up", "--port", "1"]):
        answer = hos(*command).refused_with("HOS_DAGSTER_DATABASE_URL: postgresql://me@127.0.0.1:1/dagster cannot be")
        assert SECRET not in answer.stdout + answer.stderr
    assert snapshot(deployed) == before


def test_a_dagster_home_that_is_no_folder_is_named(hos: Hos, deployed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAGSTER_HOME", "/nowhere/dagster")
    hos("enroll", "anna").refused_with("DAGSTER_HOME: /nowhere/dagster", "create it, or unset it")
    assert rows_of(deployed, "SELECT count(*) FROM profiles") == [(0,)]


def test_migrate_applies_each_step_once_and_rollback_undoes_the_newest(
    hos: Hos, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOS_DATABASE_URL", database_url)
    steps = hos("migrate").succeeded().json["applied"]
    assert steps == sorted(steps)
    assert hos("migrate").succeeded().json == {"applied": []}
    assert hos("rollback", "--yes").succeeded().json == {"rolled_back": steps[-1:]}
    assert hos("rollback", "--all", "--yes").succeeded().json == {"rolled_back": steps[-2::-1]}
    assert rows_of(database_url, "SELECT to_regclass('biomarkers')") == [(None,)]
    assert hos("rollback", "--yes").succeeded().json == {"rolled_back": []}
    assert hos("migrate").succeeded().json == {"applied": steps}


@pytest.mark.parametrize("typed", ["", "n\n"])
def test_rollback_that_nobody_agrees_to_undoes_nothing(hos: Hos, deployed: str, typed: str) -> None:
    before = snapshot(deployed)
    answer = hos("rollback", "--all", typed=typed)
    assert answer.exit_code == 1
    assert answer.json == {"error": "--yes: nothing was rolled back; answer y, or pass --yes."}
    assert snapshot(deployed) == before


def test_a_schema_older_than_the_code_is_refused_until_it_is_migrated(hos: Hos, deployed: str) -> None:
    hos("enroll", "anna").succeeded()
    step = hos("rollback", "--yes").succeeded().json["rolled_back"][0]
    before = snapshot(deployed)
    for command in (["status"], ["enroll", "bert"], ["refresh", "anna"], ["up", "--port", "1"]):
        hos(*command).refused_with(f"older than this code (step {step} is missing); run `hos migrate`.")
    assert snapshot(deployed) == before
    hos("migrate").succeeded()
    assert hos("status").succeeded().json["profiles"] == {"active": 1}


def test_a_schema_newer_than_the_code_is_refused_by_every_command(hos: Hos, deployed: str) -> None:
    hos("enroll", "anna").succeeded()
    future = "INSERT INTO _yoyo_migration (migration_hash, migration_id) VALUES ('f', '9999_future') RETURNING 1"
    assert rows_of(deployed, future) == [(1,)]
    before = snapshot(deployed)
    for command in (*COMMANDS, ["refresh", "anna"]):
        hos(*command).refused_with("newer than this code (step 9999_future is unknown here); update the code")
    schema = {check["check"]: check for check in hos("doctor").json["checks"]}["schema"]
    assert not schema["ok"]
    assert "update the code" in schema["detail"]
    assert snapshot(deployed) == before


def test_doctor_finds_a_sound_deployment_sound(hos: Hos, deployed: str) -> None:
    answer = hos("doctor").succeeded().json
    assert answer["ok"]
    assert [check["check"] for check in answer["checks"]] == [
        "settings", "database", "schema", "dagster storage", "sahha login", "engine",
    ]  # fmt: skip
    assert all(check["ok"] and check["detail"] for check in answer["checks"])


@pytest.mark.parametrize(
    ("setting", "finding"),
    [
        ("SAHHA_MAX_RETRIES=abc", ("settings", "see .env.example")),
        ("HOS_DATABASE_URL=postgresql://127.0.0.1:1/hos", ("database", "start the server, or correct the address")),
        ("HOS_DAGSTER_DATABASE_URL=postgresql://127.0.0.1:1/d", ("dagster storage", "start the server")),
        (f"SAHHA_CLIENT_SECRET={SECRET}", ("sahha login", "from the Sahha dashboard")),
        ("SAHHA_API_BASE_URL=http://127.0.0.1:1", ("sahha login", "check the address and the network")),
        ("USE_SAHHA_DIRECT=no", ("sahha login", "set it to true to fetch")),
    ],
)
def test_doctor_names_what_is_wrong_and_what_to_do(
    hos: Hos, deployed: str, monkeypatch: pytest.MonkeyPatch, setting: str, finding: tuple[str, str]
) -> None:
    name, _, value = setting.partition("=")
    check, remedy = finding
    monkeypatch.setenv(name, value)
    answer = hos("doctor").refused_with("checks failed; first")
    found = {one["check"]: one for one in answer.json["checks"]}[check]
    assert not found["ok"]
    assert name in found["detail"]
    assert remedy in found["detail"]
    assert SECRET not in answer.stdout


def test_doctor_says_who_writes_the_analyses_without_asking_a_model(
    hos: Hos, deployed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def engine() -> str:
        return str(hos("doctor").succeeded().json["checks"][-1]["detail"])

    assert engine() == "the analyses are written by rules"
    monkeypatch.setenv("HOS_ENGINE", "openai")
    assert engine() == "OPENAI_API_KEY is not set: the analyses are written by rules."
    monkeypatch.setenv("OPENAI_API_KEY", SECRET)
    assert engine() == "the sentences of the analyses are chosen by gpt-5-mini at api.openai.com, and proven"
    monkeypatch.setenv("HOS_ENGINE", "rules")
    assert engine() == "the analyses are written by rules"
    monkeypatch.delenv("HOS_ENGINE")
    assert engine() == "the analyses are written by rules; HOS_ENGINE=openai would use the key there is"
    monkeypatch.setenv("HOS_ENGINE", "openai")
    monkeypatch.setenv("HOS_OPENAI_PRICES", "nowhere.toml")
    found = hos("doctor").refused_with("1 of 6 checks failed; first engine").json["checks"][-1]
    assert found["detail"] == "HOS_OPENAI_PRICES: nowhere.toml: No such file or directory; name a TOML file."


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SAHHA_MAX_RETRIES", "abc"), ("SAHHA_REQUEST_TIMEOUT", "-1"), ("SAHHA_RATE_LIMIT_DELAY", "nan"),
        ("USE_SAHHA_DIRECT", "maybe"), ("HOS_BATCH_SIZE", "0"), ("HOS_VIRTUAL_NOW", "2026-11-01T12:00:00"),
    ],
)  # fmt: skip
def test_a_setting_that_cannot_be_read_is_named(
    hos: Hos, deployed: str, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    before = snapshot(deployed)
    monkeypatch.setenv(name, value)
    for command in (["status"], ["enroll", "anna"], ["refresh", "--all"]):
        hos(*command).refused_with(f"{name}: ", "see .env.example")
    monkeypatch.delenv(name)
    assert snapshot(deployed) == before


def test_settings_come_from_the_env_file_of_the_working_directory_and_the_environment_wins(
    hos: Hos, deployed: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text(f"HOS_DATABASE_URL={with_database(deployed, 'nowhere')}\nSAHHA_MAX_RETRIES=abc\n")
    assert hos("status").succeeded().json["profiles"] == {}
    monkeypatch.delenv("SAHHA_MAX_RETRIES")
    hos("status").refused_with("SAHHA_MAX_RETRIES: ")


def test_an_env_file_that_is_not_text_is_named(hos: Hos, deployed: str, tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"SAHHA_CLIENT_ID=\xff\xfe\n")
    hos("status").refused_with(f"{tmp_path / '.env'}: is not UTF-8 text; save it as UTF-8.")
    (tmp_path / ".env").write_bytes(b"SAHHA_WEBHOOK_SECRET=hunter\x002\n")
    hos("status").refused_with(f"{tmp_path / '.env'}: holds a NUL character; take it out.")
    (tmp_path / ".env").unlink()
    (tmp_path / ".env").symlink_to("/proc/self/mem")  # a file, and not even root can read its beginning
    hos("status").refused_with(f"{tmp_path / '.env'}: cannot be read (Input/output error); allow that, or delete it.")


def test_a_home_that_cannot_be_written_is_named(hos: Hos, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "a file").write_text("precious")
    monkeypatch.setenv("HOS_HOME", str(tmp_path / "a file" / "home"))
    for command in (["status"], ["migrate"], ["up", "--port", "1"], ["demo", "--no-ui"]):
        hos(*command).refused_with(str(tmp_path / "a file"))
    hos("status").refused_with("HOS_HOME: ", "name another folder in HOS_HOME")
    hos("demo", "--no-ui").refused_with("HOS_HOME: ", "name another folder in HOS_HOME")
    assert (tmp_path / "a file").read_text() == "precious"


def test_two_ids_that_would_share_a_partition_are_told_apart(hos: Hos, deployed: str) -> None:
    ids = hos("enroll", "a b", "a-b", "a_b").succeeded().json["profile_ids"]
    assert len(set(ids.values())) == 3
    stored = rows_of(deployed, "SELECT external_id, profile_id FROM profiles")
    assert dict(stored) == ids
    with psycopg.connect(deployed) as session:
        for key in ids.values():
            found = session.execute(sql.SQL("SELECT {} ~ '^[A-Za-z0-9_-]{{1,100}}$'").format(sql.Literal(key)))
            assert found.fetchone() == (True,)
