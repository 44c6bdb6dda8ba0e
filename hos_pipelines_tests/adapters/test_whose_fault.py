"""Ticks against a Sahha that turns people away, over HTTP, in real runs: whose fault it is, and what is written."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import dagster as dg
import pytest
from psycopg import Connection

from hos_pipelines.definitions import defs
from hos_pipelines.defs.ingestion.automation import refresh_run_config
from hos_pipelines.domain.deliveries import Delivery
from hos_pipelines.domain.profiles import Enrolment
from hos_pipelines.domain.sync import Stream
from hos_pipelines.environment import now, read_settings
from hos_pipelines.postgres.profile_store import enrol
from hos_pipelines.postgres.webhook_store import store_delivery
from hos_pipelines.stages.database import Database
from hos_pipelines.stages.operations.webhook_intake import consume_inbox
from hos_pipelines.stages.refresh import plan_pulls
from hos_pipelines.stages.refresh.plan_tick import RefreshPlanner
from hos_pipelines_tests.cli.fixed_sahha import FixedSahha
from hos_pipelines_tests.postgres.rows import NOON

PEOPLE = [f"p{number:02}" for number in range(12)]
DATA, EVERYTHING = r"/api/v1/profile/.*", ".*"
PAIR, HOST = "SAHHA_CLIENT_ID / SAHHA_CLIENT_SECRET", "SAHHA_API_BASE_URL"
DENIED, NOT_FOUND = (401, "application/json", b"{}"), (404, "application/json", b"{}")
HTML = (200, "text/html", b"<html>Welcome</html>")

Page = tuple[int, str, bytes]


class TurningSahha(FixedSahha):
    """Becomes another after so many requests for data."""

    turns_after: int | None = None
    then: dict[str, Page] = {}  # noqa: RUF012

    def answer(self, method: str, target: str, authorization: str | None, body: bytes) -> Page:
        if self.turns_after is not None and sum("/api/v1/profile/" in one for one in self.asked) >= self.turns_after:
            self.pages = self.then
        return super().answer(method, target, authorization, body)


@pytest.fixture
def sahha(deployment: str, connection: Connection[Any], monkeypatch: pytest.MonkeyPatch) -> Iterator[TurningSahha]:
    """A Sahha that knows twelve people, who were never pulled; a run asks four of them at a time, one by one."""
    enrol(connection, [Enrolment(name, name) for name in PEOPLE], NOON - timedelta(days=100), by_hand=True)
    monkeypatch.setattr(plan_pulls, "CHUNK_PROFILES", 4)
    with TurningSahha() as running:
        running.rows = {(stream, name): [] for stream in Stream for name in PEOPLE}
        for name, value in {
            "SAHHA_API_BASE_URL": running.url,
            "SAHHA_CLIENT_ID": running.client_id,
            "SAHHA_CLIENT_SECRET": running.client_secret,
            "SAHHA_MAX_RETRIES": "0",
            "SAHHA_CONCURRENCY": "1",
        }.items():
            monkeypatch.setenv(name, value)
        yield running


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as ephemeral:
        yield ephemeral


@pytest.fixture
def tick(instance: dg.DagsterInstance, sahha: TurningSahha, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A whole tick at so many minutes past noon: its sentence where it failed, else None."""

    def run(minutes: int = 0) -> str | None:
        monkeypatch.setenv("HOS_VIRTUAL_NOW", (NOON + timedelta(minutes=minutes)).isoformat())
        name = f"tick {minutes}"
        planned = RefreshPlanner(read_settings, Database(read_settings), now).plan(name)
        sahha.asked.clear()
        said = None
        for number in range(planned.batches):
            job = defs().resolve_job_def("refresh_profiles")
            config = refresh_run_config(batch_id=f"{name}:{number}")
            result = job.execute_in_process(instance=instance, raise_on_error=False, run_config=config)
            if not result.success:
                error = result.get_step_failure_events()[0].step_failure_data
                said = str(error.user_failure_data.description if error.user_failure_data else error.error)
        return said

    return run


def states(connection: Connection[Any]) -> dict[str, set[tuple[Any, ...]]]:
    """The outcomes, attempts and sightings of everyone's streams."""
    found: dict[str, set[tuple[Any, ...]]] = {name: set() for name in PEOPLE}
    for name, *state in connection.execute("SELECT profile_id, last_outcome, attempts, gone_since FROM sync_state"):
        found[name].add(tuple(state))
    return found


def asleep(connection: Connection[Any]) -> list[tuple[Any, ...]]:
    return connection.execute(
        "SELECT profile_id, split_part(status_reason, ':', 1) FROM profiles WHERE status <> 'active' ORDER BY 1"
    ).fetchall()


def is_free(connection: Connection[Any]) -> bool:
    return connection.execute("SELECT count(*) FROM sync_state WHERE lease IS NOT NULL").fetchone() == (0,)


GOOD, UNTOUCHED = {("empty", 0, None)}, {(None, 0, None)}


@pytest.mark.parametrize(
    ("then", "setting"),
    [
        pytest.param({EVERYTHING: DENIED}, PAIR, id="the pair is withdrawn"),
        pytest.param({DATA: DENIED}, PAIR, id="the token may no longer read"),
        pytest.param({EVERYTHING: NOT_FOUND}, HOST, id="another host"),
        pytest.param({r"/api/v1/(profile|account)/.*": NOT_FOUND}, HOST, id="another path"),
        pytest.param({EVERYTHING: HTML}, HOST, id="a web site"),
        pytest.param({DATA: HTML}, HOST, id="a web site where the data was"),
    ],
)
def test_a_setting_that_turns_out_wrong_in_the_middle_stops_the_run_and_says_nothing_of_anybody(
    tick: Any, sahha: TurningSahha, connection: Connection[Any], then: dict[str, Page], setting: str
) -> None:
    sahha.turns_after, sahha.then = 14, then
    said = tick()
    assert setting in said
    assert sum("/api/v1/profile/" in one for one in sahha.asked) <= 14 + 10 * 2, "everyone else is not asked"
    found = states(connection)
    assert [found[name] for name in PEOPLE[:4]] == [GOOD] * 4, "what was committed stays"
    assert all(found[name] <= GOOD | UNTOUCHED for name in PEOPLE[4:])
    answered = connection.execute("SELECT count(*) FROM sync_state WHERE last_outcome = 'empty'").fetchone()
    assert answered == (14,), "and what was answered before the turn"
    assert (asleep(connection), is_free(connection)) == ([], True)
    assert connection.execute("SELECT count(*) FROM sync_state WHERE next_due_at IS NOT NULL").fetchone() == (0,)
    sahha.turns_after, sahha.pages = None, {}
    assert tick(1) is None
    assert list(states(connection).values()) == [GOOD] * 12


def test_many_unknown_at_once_are_sahhas_fault_also_those_of_the_first_chunk(
    tick: Any, sahha: TurningSahha, connection: Connection[Any]
) -> None:
    lost = ["p00", "p05", "p11"]
    sahha.pages = {rf"/api/v1/profile/[a-z]+/({'|'.join(lost)})": NOT_FOUND}
    for minutes in (0, 61, 122):
        assert "3 of 12 profiles" in tick(minutes) or minutes > 0
    found = states(connection)
    assert {state[0] for name in lost for state in found[name]} == {"failed"}
    assert {state[2] for name in lost for state in found[name]} == {None}
    assert [found[name] for name in PEOPLE if name not in lost] == [GOOD] * 9
    assert (asleep(connection), is_free(connection)) == ([], True)
    [(error,)] = connection.execute("SELECT last_error FROM sync_state WHERE profile_id = 'p00' LIMIT 1").fetchall()
    assert "Sahha answers 404" in error
    assert "taken as Sahha's fault" in error
    sahha.pages = {}
    assert tick(140) is None
    assert list(states(connection).values()) == [GOOD] * 12


def test_one_who_is_gone_is_paused_at_the_second_sighting_and_woken_by_a_listing_or_a_webhook(
    tick: Any, sahha: TurningSahha, connection: Connection[Any]
) -> None:
    unknown = {r"/api/v1/profile/[a-z]+/p03": NOT_FOUND}
    sahha.pages = unknown
    for minutes, paused in ((0, []), (30, []), (61, [("p03", "gone")])):
        assert tick(minutes) is None, "one alone fails no tick"
        assert states(connection)["p03"] & GOOD == set()
        assert asleep(connection) == paused
    states_of_others = [state for name, state in states(connection).items() if name != "p03"]
    assert states_of_others == [GOOD] * 11

    body = json.dumps({"externalId": "p03"}).encode()
    store_delivery(connection, Delivery("BiomarkerCreatedIntegrationEvent", "p03", body), now())
    consume_inbox(connection, now())
    assert asleep(connection) == []
    connection.execute("UPDATE profiles SET status = 'paused', status_reason = 'refused: x' WHERE profile_id = 'p03'")
    sahha.pages = {}
    assert tick(200) is None, "the search of this tick lists everybody"
    assert states(connection)["p03"] == GOOD
    assert asleep(connection) == []


def test_one_who_is_denied_fails_alone(tick: Any, sahha: TurningSahha, connection: Connection[Any]) -> None:
    sahha.pages = {r"/api/v1/profile/[a-z]+/p07": DENIED}
    assert tick() is None
    error = "SELECT DISTINCT last_error FROM sync_state WHERE profile_id = 'p07'"
    assert connection.execute(error).fetchall() == [("Sahha answers 401 for this profile, even to a fresh token.",)]
    found = states(connection)
    assert found["p07"] == {("failed", 1, None)}
    assert [state for name, state in found.items() if name != "p07"] == [GOOD] * 11


def leave(sahha: TurningSahha, connection: Connection[Any], lost: list[str]) -> None:
    """Sahha knows them no longer, and they alone are due: something was told of them."""
    sahha.rows = {place: rows for place, rows in sahha.rows.items() if place[1] not in lost}
    connection.execute("UPDATE profiles SET change_count = change_count + 1 WHERE profile_id = ANY(%s)", (lost,))


@pytest.mark.parametrize("number", [2, 3], ids=["all of a tick", "more than one in twenty of all"])
def test_those_who_left_are_paused_at_the_second_sighting_though_nobody_else_is_due(
    tick: Any, sahha: TurningSahha, connection: Connection[Any], number: int
) -> None:
    assert tick(0) is None
    lost = PEOPLE[:number]
    leave(sahha, connection, lost)
    tick(30)
    assert asleep(connection) == []
    assert {state[0] for name in lost for state in states(connection)[name]} <= {"gone", "empty"}
    tick(95)
    assert asleep(connection) == [(name, "gone") for name in lost]
    [(blames,)] = connection.execute("SELECT count(*) FROM sync_state WHERE last_error LIKE '%Sahha''s fault%'")
    assert blames == 0
    assert tick(160) is None, "nobody is due"


@pytest.mark.parametrize(
    "pages",
    [
        pytest.param({DATA: NOT_FOUND}, id="everybody's data"),
        pytest.param({DATA: (410, "application/json", b"{}"), r".*/search": (500, "", b"")}, id="and no search"),
        pytest.param({DATA: NOT_FOUND, r".*/search": (200, "application/json", b'{"items": []}')}, id="an empty one"),
    ],
)
def test_a_sahha_that_knows_nobody_pauses_nobody_however_few_are_due(
    tick: Any, sahha: TurningSahha, connection: Connection[Any], pages: dict[str, Page]
) -> None:
    assert tick(0) is None
    connection.execute("UPDATE profiles SET change_count = change_count + 1 WHERE profile_id < 'p03'")
    sahha.pages = pages
    for minutes in (30, 95, 160):
        assert "3 of 3 profiles at once, which is taken as Sahha's fault." in tick(minutes)
    assert asleep(connection) == []
    sahha.pages = {}
    assert tick(180) is None
    assert list(states(connection).values()) == [GOOD] * 12


def test_a_search_that_lists_the_lost_or_does_not_find_the_others_speaks_against_nobody(
    tick: Any, sahha: TurningSahha, connection: Connection[Any]
) -> None:
    assert tick(0) is None
    leave(sahha, connection, PEOPLE[:3])
    sahha.pages = {r".*/search": (200, "application/json", b'{"items": [], "totalCount": 0}')}
    for minutes in (30, 95):
        assert "taken as Sahha's fault" in tick(minutes)
    listed = json.dumps({"items": [{"externalId": name} for name in PEOPLE], "totalCount": 12}).encode()
    sahha.pages = {r".*/search": (200, "application/json", listed)}
    for minutes in (120, 190):
        assert "taken as Sahha's fault" in tick(minutes)
    assert asleep(connection) == []
