"""Addresses of databases: all that libpq reads is read alike by everything here; the rest is refused by its part."""

import logging
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from psycopg import sql

from hos_pipelines.adapters.instance.dagster_driver import open_for_dagster, require_readable
from hos_pipelines.postgres.address import (
    AddressError,
    check_address,
    describe,
    parameters,
    parse,
    with_database,
    with_schema,
    without_schema,
)
from hos_pipelines.postgres.connection import connect
from hos_pipelines.postgres.embedded import EmbeddedServer
from hos_pipelines.postgres.errors import DatabaseUnavailableError
from hos_pipelines.settings.errors import SettingsError
from hos_pipelines.settings.settings import Settings
from hos_pipelines_tests.cli.conftest import Hos
from hos_pipelines_tests.databases.pgbouncer import PgBouncer
from hos_pipelines_tests.ports import free_port

SECRET = "hunter2"  # noqa: S105
REFUSED = {
    f"postgresql://me:{SECRET}@x@host/hos": "an unencoded @",
    f"postgresql://me:{SECRET}@@host/hos": "an unencoded @",
    f"postgresql://me:{SECRET}/@host/hos": "an unencoded /",
    f"postgresql://me:12/{SECRET}@host/hos": "an unencoded /",
    f"postgresql://me:{SECRET}%@host/hos": "its password has a %",
    f"postgresql://me:{SECRET}%zz@host/hos": "its password has a %",
    f"postgresql://me:{SECRET}%00@host/hos": "its password has a %",
    f"postgresql://me:{SECRET}%a2@host/hos": "percent-encoded bytes that are no UTF-8",
    f"postgresql://me:{SECRET} x@host/hos": "a space in its password",
    f"postgresql://me%:{SECRET}@host/hos": "its user has a %",
    f"postgresql://me:{SECRET}@host/h%s": "its database has a %",
    f"postgresql://me:{SECRET}@host:0/hos": "a host or port that is none",
    f"postgresql://me:{SECRET}@host:1,:70000/hos": "a host or port that is none",
    f"postgresql://me:{SECRET}@[fe80::1/hos": "a host or port that is none",
    f"postgresql://me:{SECRET}@host/": "must name a database",
    f"postgresql://me:{SECRET}@host/hos?": None,
    f"postgresql://me:{SECRET}@host/hos?sslmod=require": "does not know sslmod;",
    f"postgresql://host/hos?password={SECRET}&x": "an option after its ? is no name=value",
    f"postgresql://host/hos?password={SECRET}&{SECRET}=1": "does not know one;",
    f"postgresql://me:{SECRET}@host/hos?options=-d%205": "has options other than settings",
    f"host=host dbname=hos password={SECRET} {SECRET}": "a part that is no `name=value`",
    f"host=host user=me password={SECRET}": "must name a database",
    f"jdbc:postgresql://host/hos?password={SECRET}": "must start with postgresql://",
    f"{SECRET}": "must start with postgresql://",
}
READ = {
    "postgresql://me@host/hos": {"user": "me", "host": "host", "dbname": "hos"},
    "postgres://host:5433/hos": {"host": "host", "port": "5433"},
    "postgresql+psycopg2://host/hos": {"host": "host"},
    f"postgresql://me:{SECRET}#1?:[]!@host/hos": {"password": f"{SECRET}#1?:[]!", "host": "host"},
    "postgresql://me:p%40ss%2Fw%25rd%3A@host/hos": {"password": "p@ss/w%rd:"},
    "postgresql://%2Fvar%2Frun%2Fpostgresql/my%20data%2Fbase": {
        "host": "/var/run/postgresql",
        "dbname": "my data/base",
    },
    "postgresql:///hos?host=/tmp&port=5433": {"host": "/tmp", "port": "5433"},  # noqa: S108
    "postgresql://a:1,b:2,[::1]:3/hos?target_session_attrs=read-write": {"host": "a,b,::1", "port": "1,2,3"},
    "postgresql://[2001:db8::1]:5432/hos?sslmode=verify-full": {"host": "2001:db8::1", "sslmode": "verify-full"},
    "postgresql://[fe80::1%25eth0]/hos": {"host": "fe80::1%eth0"},
    "postgresql:///?dbname=hos&user=me&password=x": {"dbname": "hos", "user": "me"},
    "host=/tmp dbname='my base' password='a b\\'c'": {"dbname": "my base", "password": "a b'c"},
    "postgresql://?service=mine": {"service": "mine"},
    "service=mine": {"service": "mine"},
}


@pytest.mark.parametrize(("address", "part"), [one for one in REFUSED.items() if one[1]])
def test_an_address_that_cannot_be_read_is_refused_by_its_part(address: str, part: str) -> None:
    for name in ("HOS_DATABASE_URL", "HOS_DAGSTER_DATABASE_URL"):
        with pytest.raises(SettingsError) as refused:
            Settings.from_mapping({name: address})
        assert str(refused.value).startswith(f"{name}: ")
        assert part in str(refused.value)
        assert SECRET not in str(refused.value) + repr(refused.value)
        assert refused.value.__cause__ is None


@pytest.mark.parametrize(("address", "known"), READ.items())
def test_what_libpq_reads_is_read_alike(address: str, known: dict[str, str]) -> None:
    checked = check_address(address)
    assert parameters(checked).items() >= known.items()
    elsewhere = parameters(with_database(checked, "else where/x"))
    assert elsewhere == {**parameters(checked), "dbname": "else where/x"}
    own = with_schema(checked, 'My "own"')
    assert parse(own).schema == 'My "own"'
    assert parameters(without_schema(own)) == parameters(checked)


@pytest.mark.parametrize("address", READ)
def test_no_part_of_a_password_is_shown(address: str) -> None:
    password = parameters(check_address(address)).get("password")
    settings_ = Settings.from_mapping({"HOS_DATABASE_URL": address, "HOS_DAGSTER_DATABASE_URL": address})
    for shown in (describe(address), repr(settings_), str(settings_), repr(parse(address))):
        assert password is None or len(password) < 2 or password not in shown


TEXTS = st.text(
    st.characters(min_codepoint=1, max_codepoint=0x2FF, exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12
)


@given(user=TEXTS, password=TEXTS, database=TEXTS)
@settings(max_examples=200, deadline=None)
def test_whatever_is_percent_encoded_comes_back(user: str, password: str, database: str) -> None:
    address = f"postgresql://{quote(user, safe='')}:{quote(password, safe='')}@host/{quote(database, safe='')}"
    known = parameters(check_address(address))
    assert (known["user"], known["password"], known["dbname"]) == (user, password, database)


def refusal_of(address: str) -> str | None:
    try:
        check_address(address)
    except AddressError as error:
        return str(error)
    return None


@given(password=st.text("@/%#?:[] &=a2", min_size=1, max_size=8))
@settings(max_examples=300, deadline=None)
def test_a_password_that_is_not_encoded_is_read_whole_or_refused(password: str) -> None:
    address = f"postgresql://me:ab{password}yz@host/hos"
    refusal = refusal_of(address)
    if refusal is not None:
        assert f"ab{password}yz" not in refusal
        return
    known = parameters(address)
    assert (known.get("host"), known.get("dbname")) == ("host", "hos")


@pytest.mark.parametrize("form", ["query", "socket", "words", "hosts", "service"])
def test_both_drivers_reach_the_same_database(
    server: EmbeddedServer, session_pooler: PgBouncer, form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = parameters(server.url("postgres"))["host"]
    name = f"odd {form}/%@name"
    (tmp_path / "services").write_text(f"[mine]\nhost={folder}\nuser=postgres\ndbname={name}\n")
    monkeypatch.setenv("PGSERVICEFILE", str(tmp_path / "services"))
    address = {
        "query": f"postgresql://postgres@/{quote(name, safe='')}?host={folder}",
        "socket": f"postgresql://postgres@{quote(folder, safe='')}/{quote(name, safe='')}",
        "words": f"host={folder} user=postgres dbname='{name}'",
        "hosts": f"postgresql://postgres@127.0.0.1:{free_port()},{quote(folder, safe='')}/{quote(name, safe='')}",
        "service": "postgresql://?service=mine",
    }[form]
    create, drop = (
        sql.SQL(text).format(sql.Identifier(name)) for text in ("CREATE DATABASE {}", "DROP DATABASE {} WITH (FORCE)")
    )
    with psycopg.connect(server.url("postgres"), autocommit=True) as administrator:
        administrator.execute(create)
        try:
            with connect(check_address(address)) as session:
                assert session.execute("SELECT current_database()").fetchone() == (name,)
            theirs = open_for_dagster(address)
            with theirs.cursor() as cursor:
                cursor.execute("SELECT current_database(), current_setting('TimeZone')")
                assert cursor.fetchone() == (name, "UTC")
            theirs.close()
        finally:
            administrator.execute(drop)


def test_an_option_only_one_of_the_drivers_knows_is_named(server: EmbeddedServer) -> None:
    url = f"{server.url('postgres')}&min_protocol_version=3.0"
    with connect(check_address(url)):
        pass
    with pytest.raises(DatabaseUnavailableError, match="HOS_DAGSTER_DATABASE_URL: the option min_protocol_version"):
        require_readable(url)


@pytest.mark.parametrize("wrong", ["@x", "/x", "%40x"])
def test_no_command_shows_a_password_whatever_is_wrong_with_it(
    hos: Hos, deployed: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, wrong: str
) -> None:
    caplog.set_level(logging.DEBUG)
    for name in ("HOS_DAGSTER_DATABASE_URL", "HOS_DATABASE_URL"):
        monkeypatch.setenv(name, f"postgresql://me:{SECRET}{wrong}@127.0.0.1:{free_port()}/hos")
        for command in (["status"], ["migrate"], ["enroll", "anna"], ["doctor"]):
            answer = hos(*command)
            assert SECRET not in answer.stdout + answer.stderr + caplog.text
        assert answer.exit_code == 1
