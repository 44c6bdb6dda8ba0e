"""Ticks planned against a Sahha that answers over HTTP: the simulator, and one that lies, stumbles and falls silent."""

import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from psycopg import Connection

from hos_pipelines.domain.profiles import Enrolment
from hos_pipelines.domain.sync import ProfilePull, PullWindow, Stream
from hos_pipelines.environment import now, read_settings
from hos_pipelines.postgres.breaker_store import Breaker, open_breaker, read_breaker
from hos_pipelines.postgres.planner import PlannedTick
from hos_pipelines.postgres.profile_store import enrol
from hos_pipelines.postgres.sync_store import write_pulls
from hos_pipelines.sahha.errors import MisconfiguredError
from hos_pipelines.simulator.server import RunningSimulator, running_simulator
from hos_pipelines.simulator.settings import SimulatorSettings
from hos_pipelines.stages.database import Database
from hos_pipelines.stages.refresh.plan_tick import RefreshPlanner
from hos_pipelines_tests.cli.fixed_sahha import FixedSahha
from hos_pipelines_tests.postgres.rows import NOON

PEOPLE = [f"sim-{number:04d}" for number in range(1, 7)]
TRIO = ["anna", "ben", "cleo"]
MINUTE = timedelta(minutes=1)
LOGIN, SEARCH = "/api/v1/oauth/account/token", "/api/v1/account/profile/search"
SILENT = (500, "application/json", b"{}")
NO_PAGE = (404, "application/json", b"{}")

Plan = Callable[..., PlannedTick]
Page = tuple[int, str, bytes]


class SpottySahha(FixedSahha):
    """Answers the profile search with the pages it is told, then with empty ones that promise as many profiles."""

    def __init__(self) -> None:
        super().__init__()
        self.search: list[Page] = [page([], 0)]

    def _data(self, path: str, query: dict[str, list[str]]) -> Page:
        number = int(query.get("currentPage", ["0"])[0])
        if path != SEARCH:
            return super()._data(path, query)
        if number < len(self.search):
            return self.search[number]
        return page([], json.loads(self.search[-1][2])["totalCount"])


def page(items: object, promised: object) -> Page:
    return 200, "application/json", json.dumps({"items": items, "totalCount": promised}).encode()


def item(name: object, received: object = "2026-11-01T11:00:00Z", **more: object) -> dict[str, object]:
    return {"profileId": f"id-of-{name}", "externalId": name, "dataLastReceivedAtUtc": received} | more


@pytest.fixture
def plan(deployment: str, monkeypatch: pytest.MonkeyPatch) -> Plan:
    """Plans a tick as a run would, so many minutes past noon, without trying anything again."""
    monkeypatch.setenv("SAHHA_MAX_RETRIES", "0")

    def planned(name: str = "tick", minutes: int = 0) -> PlannedTick:
        monkeypatch.setenv("HOS_VIRTUAL_NOW", (NOON + minutes * MINUTE).isoformat())
        return RefreshPlanner(read_settings, Database(read_settings), now).plan(name)

    return planned


@pytest.fixture
def spotty(deployment: str, connection: Connection[Any], monkeypatch: pytest.MonkeyPatch) -> Iterator[SpottySahha]:
    """A Sahha that knows Anna, Ben and Cleo, who are up to date."""
    enrolled(connection, TRIO)
    pulled(connection, TRIO)
    with SpottySahha() as sahha:
        monkeypatch.setenv("SAHHA_API_BASE_URL", sahha.url)
        monkeypatch.setenv("SAHHA_CLIENT_ID", sahha.client_id)
        monkeypatch.setenv("SAHHA_CLIENT_SECRET", sahha.client_secret)
        yield sahha


def breaker_of(connection: Connection[Any]) -> Breaker:
    """The breaker of the address that is set."""
    return read_breaker(connection, read_settings().sahha.base_url)


def enrolled(connection: Connection[Any], names: list[str]) -> None:
    """People who have not used the app for long."""
    enrol(connection, [Enrolment(name, name) for name in names], NOON - timedelta(days=100), by_hand=True)


def pulled(connection: Connection[Any], names: list[str], at: datetime = NOON) -> None:
    """Everything of these people pulled well, all that was known of by then included."""
    seen = dict(connection.execute("SELECT profile_id, change_count FROM profiles").fetchall())
    window = PullWindow(at - timedelta(days=7), at)
    pulls = [ProfilePull(name, window, change_count=seen[name]) for name in names]
    write_pulls(connection, dict.fromkeys(Stream, pulls))


def set_clock(simulator: RunningSimulator, at: datetime) -> None:
    httpx.post(f"{simulator.url}/simulator/clock", json={"at": at.isoformat()}).raise_for_status()


def listed(simulator: RunningSimulator) -> dict[str, str]:
    """Whom the simulator lists, and since when their data stands, as any client reads it."""
    credentials = {"clientId": "simulator", "clientSecret": "simulator"}
    token = httpx.post(f"{simulator.url}{LOGIN}", json=credentials).json()["accountToken"]
    answer = httpx.get(f"{simulator.url}{SEARCH}", headers={"Authorization": f"account {token}"}).json()
    return {one["externalId"]: one["dataLastReceivedAtUtc"] for one in answer["items"]}


def first_move(simulator: RunningSimulator) -> tuple[int, set[str]]:
    """How many minutes after noon somebody's data moves for the first time, and whose; the clock stands there then."""
    before = listed(simulator)
    for minutes in range(1, 24 * 60):
        set_clock(simulator, NOON + minutes * MINUTE)
        moved = {name for name, instant in listed(simulator).items() if instant != before[name]}
        if moved:
            return minutes, moved
    raise AssertionError("nobody's data moves within a day.")


def requests(simulator: RunningSimulator) -> dict[str, int]:
    """The requests since the last look, by endpoint."""
    counted: dict[str, int] = httpx.get(f"{simulator.url}/simulator/requests").json()["by_endpoint"]
    httpx.delete(f"{simulator.url}/simulator/requests").raise_for_status()
    return counted


def due(connection: Connection[Any]) -> dict[str, set[str]]:
    """Whom the ticks leased, and which of their streams."""
    rows = connection.execute("SELECT profile_id, array_agg(stream) FROM sync_state WHERE lease IS NOT NULL GROUP BY 1")
    return {profile_id: set(streams) for profile_id, streams in rows}


def changes(connection: Connection[Any]) -> dict[str, int]:
    return dict(connection.execute("SELECT external_id, change_count FROM profiles").fetchall())


def test_the_first_tick_finds_everyone_new(plan: Plan, connection: Connection[Any]) -> None:
    enrolled(connection, PEOPLE)
    tick = plan()
    assert (tick.data_source, tick.source_reason, tick.search_complete) == ("sahha", None, True)
    assert (tick.profiles_listed, tick.profiles_changed, tick.profiles_due) == (6, 6, 6)
    assert due(connection) == {name: set(Stream) for name in PEOPLE}


def test_a_tick_pulls_whose_data_moved_and_leaves_the_idle_alone(
    plan: Plan, connection: Connection[Any], simulator: RunningSimulator
) -> None:
    enrolled(connection, PEOPLE)
    plan("one")
    connection.execute("UPDATE sync_state SET lease = NULL, lease_until = NULL")
    pulled(connection, PEOPLE)
    assert plan("two", 1).profiles_due == 0
    minutes, moved = first_move(simulator)
    assert len(moved) < len(PEOPLE)
    tick = plan("three", minutes)
    assert due(connection) == {name: {Stream.BIOMARKERS, Stream.SCORES} for name in moved}
    assert (tick.profiles_changed, tick.requests_planned) == (len(moved), 2 * len(moved))


def test_a_listed_person_nobody_enrolled_is_nobodys_change(plan: Plan, connection: Connection[Any]) -> None:
    enrolled(connection, PEOPLE[:2])
    tick = plan()
    assert (tick.profiles_listed, tick.profiles_changed, tick.profiles_active) == (6, 2, 2)


def test_a_webhook_makes_someone_due_whom_the_search_does_not_tell_of(plan: Plan, connection: Connection[Any]) -> None:
    enrolled(connection, PEOPLE)
    plan("one")
    connection.execute("UPDATE sync_state SET lease = NULL, lease_until = NULL")
    pulled(connection, PEOPLE)
    connection.execute("UPDATE profiles SET change_count = change_count + 1 WHERE profile_id = 'sim-0003'")
    tick = plan("two", 1)
    assert (tick.profiles_changed, tick.profiles_due) == (0, 1)
    assert due(connection) == {"sim-0003": {Stream.BIOMARKERS, Stream.SCORES}}


def test_every_request_of_a_search_is_counted(
    plan: Plan, connection: Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    with running_simulator(SimulatorSettings(users=250, days=2)) as crowd:
        monkeypatch.setenv("SAHHA_API_BASE_URL", crowd.url)
        tick = plan()
        assert requests(crowd) == {"token": 1, "search": 3}
    assert (tick.search_requests, tick.profiles_listed, tick.search_complete) == (4, 250, True)


def test_a_tick_that_was_planned_before_asks_nobody(
    plan: Plan, connection: Connection[Any], simulator: RunningSimulator
) -> None:
    enrolled(connection, PEOPLE)
    first = plan()
    requests(simulator)
    assert plan("tick", 45) == first
    assert requests(simulator) == {}


def test_batches_and_leases_are_as_the_settings_say(
    plan: Plan, connection: Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOS_BATCH_SIZE", "4")
    monkeypatch.setenv("HOS_LEASE_MINUTES", "20")
    enrolled(connection, PEOPLE)
    assert plan().batches == 2
    leases = connection.execute("SELECT DISTINCT lease_until FROM sync_state").fetchall()
    assert leases == [(NOON + 20 * MINUTE,)]


def test_where_sahha_may_not_be_asked_no_request_is_made(
    plan: Plan, connection: Connection[Any], simulator: RunningSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("USE_SAHHA_DIRECT", "false")
    enrolled(connection, PEOPLE)
    tick = plan()
    assert (tick.data_source, tick.source_reason) == ("database_fallback", "USE_SAHHA_DIRECT is false.")
    assert (tick.profiles_due, tick.search_requests) == (0, 0)
    assert requests(simulator) == {}


def test_of_a_person_listed_several_times_the_newest_instant_counts(
    plan: Plan, spotty: SpottySahha, connection: Connection[Any]
) -> None:
    spotty.search = [
        page([item("anna", "2026-11-01T09:00:00Z"), item("anna", "2026-11-01T11:30:00+01:00", profileId="other")], 3),
        page([item("anna", "2026-11-01T10:00:00", profileId="third"), item("ben")], 4),
    ]
    tick = plan()
    assert (tick.profiles_listed, tick.profiles_changed, tick.search_complete) == (2, 2, True)
    received = connection.execute("SELECT data_received_at FROM profiles WHERE profile_id = 'anna'").fetchone()
    assert received == (NOON - 90 * MINUTE,)
    assert changes(connection) == {"anna": 1, "ben": 1, "cleo": 0}


def test_items_without_a_usable_id_or_date_are_counted_and_the_others_are_used(
    plan: Plan, spotty: SpottySahha, connection: Connection[Any]
) -> None:
    unusable = [
        item("cleo", None),
        item("cleo", "yesterday"),
        item("cleo", 1_793_534_400),
        item("cleo", "0001-01-01T00:00:00+14:00"),
        item(None),
        item(""),
        item("x" * 101),
        item("nul\x00"),
        {},
    ]
    apart = [one | {"profileId": f"id-{number}"} for number, one in enumerate(unusable)]
    spotty.search = [page([item("anna"), *apart, "cleo", item("ben")], 12)]
    tick = plan()
    assert (tick.profiles_listed, tick.listings_skipped) == (2, 9)
    assert changes(connection) == {"anna": 1, "ben": 1, "cleo": 0}


@pytest.mark.parametrize("promised", [0, 1, "three"])
def test_a_total_that_promises_too_little_hides_nobody(plan: Plan, spotty: SpottySahha, promised: object) -> None:
    spotty.search = [page([item("anna"), item("ben")], promised), page([item("cleo")], promised)]
    tick = plan()
    assert (tick.profiles_listed, tick.profiles_changed, tick.search_complete) == (3, 3, True)


def test_a_total_that_promises_too_much_is_told_and_what_is_listed_is_used(
    plan: Plan, spotty: SpottySahha, connection: Connection[Any]
) -> None:
    spotty.search = [page([item("anna"), item("ben")], 9)]
    tick = plan()
    assert (tick.data_source, tick.search_complete) == ("sahha", False)
    assert tick.source_reason == "the profile search promises 9 profiles and ends after 2; ask again later."
    assert set(due(connection)) == {"anna", "ben"}
    assert breaker_of(connection).opened_at is None


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        (SILENT, "Sahha answers 500."),
        ((400, "application/json", b"{}"), "Sahha answers 400."),
        ((200, "text/html", b"<html>Maintenance</html>"), "HTML"),
        ((200, "application/json", b'["no page"]'), "something other than a page"),
    ],
)
def test_a_search_that_breaks_off_is_used_as_far_as_it_goes(
    plan: Plan, spotty: SpottySahha, connection: Connection[Any], broken: Page, reason: str
) -> None:
    spotty.search = [page([item("anna"), item("ben")], 3), broken]
    tick = plan()
    assert (tick.data_source, tick.search_complete, tick.search_requests) == ("sahha", False, 3)
    assert tick.source_reason is not None
    assert reason in tick.source_reason
    assert set(due(connection)) == {"anna", "ben"}


def test_whom_a_broken_search_did_not_list_is_found_by_the_sweep(
    plan: Plan, spotty: SpottySahha, connection: Connection[Any]
) -> None:
    spotty.search = [SILENT]
    tick = plan("one", 24 * 60 - 1)
    assert (tick.profiles_listed, tick.profiles_due) == (0, 0)
    assert plan("two", 24 * 60).profiles_due == 3


def test_a_wrong_host_is_told_and_leaves_the_tick_to_be_planned_again(
    plan: Plan, spotty: SpottySahha, connection: Connection[Any]
) -> None:
    spotty.search = [NO_PAGE]
    with pytest.raises(MisconfiguredError, match="SAHHA_API_BASE_URL"):
        plan()
    assert connection.execute("SELECT count(*) FROM refresh_ticks").fetchone() == (0,)
    spotty.search = [page([item(name) for name in TRIO], 3)]
    assert plan().profiles_due == 3


def test_a_silent_login_opens_the_breaker_and_the_tick_says_so(
    plan: Plan, spotty: SpottySahha, connection: Connection[Any]
) -> None:
    spotty.pages[LOGIN] = SILENT
    connection.execute("UPDATE profiles SET change_count = 9")
    tick = plan()
    assert tick.data_source == "database_fallback"
    assert tick.source_reason == "the Sahha login answers 500; it may be down for a moment."
    assert (tick.profiles_active, tick.profiles_due, tick.batches) == (3, 0, 0)
    assert due(connection) == {}
    assert breaker_of(connection) == Breaker(NOON, NOON + 2 * MINUTE, 1, tick.source_reason)


def test_nobody_listening_is_a_silence_too(
    plan: Plan, spotty: SpottySahha, connection: Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    with SpottySahha() as gone:
        monkeypatch.setenv("SAHHA_API_BASE_URL", gone.url)
    tick = plan()
    assert tick.data_source == "database_fallback"
    assert tick.source_reason is not None
    assert "nothing answers" in tick.source_reason
    assert breaker_of(connection).forbids(NOON)


def test_while_the_breaker_is_open_a_tick_asks_once_and_leaves_it_open_where_nobody_answers(
    plan: Plan, spotty: SpottySahha, connection: Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SAHHA_MAX_RETRIES", "3")
    open_breaker(connection, spotty.url, NOON, "Sahha answers 500.")
    before = breaker_of(connection)
    spotty.pages[LOGIN] = SILENT
    tick = plan("tick", 1)
    assert tick.data_source == "database_fallback"
    assert tick.source_reason == "the Sahha login answers 500; it may be down for a moment."
    assert spotty.asked == [f"POST {LOGIN}"]
    assert breaker_of(connection) == before


def test_the_first_tick_after_sahha_is_back_works_however_long_it_was_to_be_left_alone(
    plan: Plan, spotty: SpottySahha, connection: Connection[Any]
) -> None:
    for failures in range(5):
        open_breaker(connection, read_settings().sahha.base_url, NOON + failures * 40 * MINUTE, "Sahha answers 500.")
    minutes = 4 * 40 + 1
    assert breaker_of(connection).forbids(NOON + minutes * MINUTE)
    spotty.search = [page([item(name) for name in TRIO], 3)]
    tick = plan("tick", minutes)
    assert (tick.data_source, tick.source_reason, tick.profiles_due) == ("sahha", None, 3)
    assert not breaker_of(connection).forbids(NOON + minutes * MINUTE), "so that the batches of the tick may ask"
    assert breaker_of(connection).opened_at == NOON, "the first good pull closes it, not a login"


def test_a_login_alone_does_not_bring_sahha_back(plan: Plan, spotty: SpottySahha, connection: Connection[Any]) -> None:
    open_breaker(connection, spotty.url, NOON, "Sahha answers 500.")
    before = breaker_of(connection)
    spotty.search = [SILENT]
    tick = plan("tick", 1)
    assert (tick.data_source, tick.source_reason, tick.profiles_due) == ("database_fallback", "Sahha answers 500.", 0)
    assert breaker_of(connection) == before


def test_the_silence_of_one_address_is_not_that_of_another(
    plan: Plan, spotty: SpottySahha, connection: Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    open_breaker(connection, "http://127.0.0.1:1", NOON, "nothing answers")
    spotty.search = [page([item(name) for name in TRIO], 3)]
    assert plan("here").data_source == "sahha"
    assert read_breaker(connection, "http://127.0.0.1:1").forbids(NOON)
    monkeypatch.setenv("SAHHA_API_BASE_URL", "http://127.0.0.1:1")
    assert plan("there").data_source == "database_fallback"
    assert breaker_of(connection).opened_at == NOON
    assert read_breaker(connection, spotty.url) == Breaker(None, None, 0, None)


def test_a_try_in_vain_after_the_wait_makes_the_next_wait_longer(
    plan: Plan, spotty: SpottySahha, connection: Connection[Any]
) -> None:
    spotty.pages[LOGIN] = SILENT
    for name, minutes in (("one", 0), ("two", 2)):
        assert plan(name, minutes).data_source == "database_fallback"
    breaker = breaker_of(connection)
    assert (breaker.opened_at, breaker.retry_at, breaker.failures) == (NOON, NOON + 6 * MINUTE, 2)


def test_a_search_closes_the_breaker_where_nobody_is_pulled(
    plan: Plan, spotty: SpottySahha, connection: Connection[Any]
) -> None:
    spotty.pages[LOGIN] = SILENT
    plan("one")
    assert breaker_of(connection).failures == 1
    del spotty.pages[LOGIN]
    connection.execute("DELETE FROM profiles")
    assert plan("two", 3).profiles_due == 0
    assert breaker_of(connection) == Breaker(None, None, 0, None)
