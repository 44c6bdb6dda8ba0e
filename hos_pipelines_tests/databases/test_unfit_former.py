"""Former databases that cannot be taken over as they are: what stands in the way is named, with the way on."""

import pytest

from hos_pipelines.postgres.connection import connect
from hos_pipelines.postgres.errors import ForeignTablesError, StepFailedError
from hos_pipelines.postgres.migrate import migrate
from hos_pipelines_tests.cli.answers import rows_of
from hos_pipelines_tests.cli.conftest import Hos
from hos_pipelines_tests.postgres.test_migrate import LEGACY, STEP_NAMES

FUNCTION = "CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {} END $$;"
RAISES, SWALLOWS = FUNCTION.format("RAISE 'not %', NEW;"), FUNCTION.format("RETURN NULL;")
ON = "CREATE TRIGGER kept BEFORE {} ON {} FOR EACH ROW EXECUTE FUNCTION keep()"
LONG = "(SELECT string_agg(md5(n::text), '') FROM generate_series(1, 400) AS n)"

# What lies there, what is said of it, and what mends it as it is said.
UNFIT = {
    "a column of another type": (
        "ALTER TABLE profiles ADD status integer; ALTER TABLE biomarkers ADD local_date text",
        ["profiles.status is integer", "biomarkers.local_date is text", "RENAME COLUMN status TO …"],
        "ALTER TABLE profiles RENAME status TO old; ALTER TABLE biomarkers RENAME local_date TO old",
    ),
    "a column of another meaning": (
        "ALTER TABLE profiles ADD external_id integer; ALTER TABLE scores ALTER data TYPE json",
        ["profiles.external_id is integer and means something else to HolisticOS (text)", "scores.data is json and"],
        "ALTER TABLE profiles RENAME external_id TO old; ALTER TABLE scores ALTER data TYPE jsonb",
    ),
    "a trigger that forbids updates": (
        RAISES + ON.format("UPDATE", "biomarkers"),
        ["a trigger of biomarkers (kept) keeps rows from being updated", "biomarkers DISABLE TRIGGER kept"],
        "ALTER TABLE biomarkers DISABLE TRIGGER kept",
    ),
    "a trigger that forbids updates of profiles": (
        RAISES + ON.format("UPDATE", "profiles"),
        ["a trigger of profiles (kept) keeps rows from being updated"],
        "ALTER TABLE profiles DISABLE TRIGGER kept",
    ),
    "a trigger that swallows deletes": (
        SWALLOWS + ON.format("DELETE", "scores"),
        ["a trigger of scores (kept) keeps rows from being deleted"],
        "ALTER TABLE scores DISABLE TRIGGER kept",
    ),
    "names too long": (
        f"INSERT INTO biomarkers (profile_id, type) SELECT 'lark', {LONG}",
        ["biomarkers.type is too long for an index in 1 row", "CREATE TABLE biomarkers_too_long AS SELECT *"],
        "DELETE FROM biomarkers WHERE octet_length(type::text) > 2000",
    ),
}


def lay(url: str, *statements: str) -> None:
    with connect(url) as session:
        session.execute(LEGACY)
        for statement in statements:
            session.execute(statement.encode())


def is_untouched(url: str) -> bool:
    made = "SELECT count(*) FROM pg_class WHERE relname IN ('hos_adoption', 'sync_state', '_yoyo_migration')"
    return bool(rows_of(url, made) == [(0,)])


@pytest.mark.parametrize(("laid", "told", "mended"), UNFIT.values(), ids=UNFIT)
def test_what_stands_in_the_way_is_named_before_anything_is_touched(
    database_url: str, laid: str, told: list[str], mended: str
) -> None:
    lay(database_url, laid)
    before = rows_of(database_url, "SELECT count(*) FROM biomarkers")
    with pytest.raises(ForeignTablesError) as refused:
        migrate(database_url)
    for part in told:
        assert part in str(refused.value)
    assert is_untouched(database_url)
    assert rows_of(database_url, "SELECT count(*) FROM biomarkers") == before
    with connect(database_url) as session:
        session.execute(mended.encode())
    assert migrate(database_url) == STEP_NAMES


@pytest.mark.parametrize(
    "laid",
    [
        FUNCTION.format("NEW.updated_at := now(); RETURN NEW;") + ON.format("UPDATE", "profiles"),
        FUNCTION.format("RETURN OLD;") + ON.format("DELETE", "biomarkers"),
        RAISES + ON.format("UPDATE", "biomarkers") + "; ALTER TABLE biomarkers DISABLE TRIGGER kept",
        "ALTER TABLE profiles ADD timezone varchar(40); ALTER TABLE scores ADD local_date date",
    ],
    ids=["a stamp", "an archive", "a disabled one", "columns that fit"],
)
def test_what_does_not_stand_in_the_way_is_let_be(database_url: str, laid: str) -> None:
    lay(database_url, laid)
    assert migrate(database_url) == STEP_NAMES


def test_a_step_that_fails_says_which_and_where_and_no_value(database_url: str) -> None:
    lay(
        database_url,
        "ALTER TABLE profiles ADD archetype text CONSTRAINT only_mine CHECK (archetype = 'secret-value')",
        "UPDATE profiles SET archetype = 'secret-value'",
        "ALTER TABLE profiles ADD status text CONSTRAINT no_status CHECK (status IS NULL)",
    )
    with pytest.raises(StepFailedError) as failed:
        migrate(database_url)
    told = str(failed.value)
    assert "step 0001_adopt_profiles does not go through at table profiles, constraint no_status (Check" in told
    assert "secret-value" not in told
    assert is_untouched(database_url)


def test_a_trigger_that_minds_some_rows_only_is_named_with_its_step(database_url: str) -> None:
    picky = FUNCTION.format("IF OLD.profile_id = 'owl' THEN RAISE 'not %', OLD; END IF; RETURN NEW;")
    lay(database_url, picky + ON.format("UPDATE", "biomarkers"))
    with pytest.raises(StepFailedError, match=r"step 0003_adopt_readings .* at function keep \(Raise") as failed:
        migrate(database_url)
    assert "owl" not in str(failed.value)


def test_doctor_says_the_same_and_sends_nobody_to_migrate(
    database_url: str, hos: Hos, deployed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    lay(database_url, "ALTER TABLE profiles ADD status integer")
    monkeypatch.setenv("HOS_DATABASE_URL", database_url)
    migrated = hos("migrate")
    migrated.refused_with("profiles.status is integer", "ALTER TABLE profiles RENAME COLUMN status TO")
    checks = {check["check"]: check for check in hos("doctor").json["checks"]}
    assert checks["schema"]["detail"] == migrated.json["error"]
    assert not any("hos migrate" in check["detail"] for check in checks.values())
