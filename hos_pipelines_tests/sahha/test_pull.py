"""Pulls over real HTTP from the simulator: everyone's rows arrive, and a problem stays with the one who has it."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal

import httpx
import pytest

from hos_pipelines.domain.measurements import Biomarker
from hos_pipelines.domain.sync import (
    Outcome,
    ProfilePull,
    PullWindow,
    Stream,
    SyncTarget,
    UpsertCounts,
    decide_outcome,
)
from hos_pipelines.sahha.account import SahhaAccount
from hos_pipelines.sahha.client import SahhaClient, sahha_session
from hos_pipelines.sahha.outage_detector import OutageDetector
from hos_pipelines.sahha.pull import Request, pull_all
from hos_pipelines.simulator.server import RunningSimulator, running_simulator
from hos_pipelines.simulator.settings import SimulatorSettings

Row = dict[str, Any]

NOW = datetime.fromisoformat("2026-11-01T12:00:00+00:00")
WINDOW = PullWindow(NOW - timedelta(days=7), NOW)
PEOPLE = ("sim-0001", "sim-0002", "sim-0003", "sim-0004")
BAD = "sim-0002"

pytestmark = pytest.mark.usefixtures("transport")
PATHS = {Stream.BIOMARKERS: "biomarker", Stream.SCORES: "score", Stream.SAHHA_ARCHETYPES: "archetypes"}
TYPES = ("activity", "mental_wellbeing", "readiness", "sleep", "wellbeing")
CATEGORIES = ("activity", "body", "sleep", "vitals")


@pytest.fixture(scope="module", params=["2024", "2025"])
def sahha(request: pytest.FixtureRequest) -> Iterator[RunningSimulator]:
    """Four people with a month of history in either wire format."""
    wire_format: Literal["2024", "2025"] = request.param
    with running_simulator(SimulatorSettings(users=4, days=30, at=NOW, wire_format=wire_format)) as running:
        yield running


@pytest.fixture
def http(sahha: RunningSimulator) -> Iterator[httpx.Client]:
    """A plain caller with a token of its own; the faults it sets end with the test."""
    with httpx.Client(base_url=sahha.url, trust_env=False, timeout=10) as caller:
        credentials = {"clientId": "simulator", "clientSecret": "simulator"}
        token = caller.post("/api/v1/oauth/account/token", json=credentials).json()["accountToken"]
        caller.headers["Authorization"] = f"account {token}"
        yield caller
        caller.delete("/simulator/faults").raise_for_status()


def _pull(
    sahha: RunningSimulator,
    stream: Stream,
    people: Sequence[str] = PEOPLE,
    before: Callable[[SahhaClient], Any] | None = None,
    **account: Any,
) -> list[ProfilePull]:
    """What a session that neither waits nor tries again gets for these people."""

    async def session() -> list[ProfilePull]:
        patience = {"request_delay_s": 0.0, "max_retries": 0, "timeout_s": 10.0} | account
        async with sahha_session(SahhaAccount(sahha.url, "simulator", "simulator", **patience)) as client:
            await client.log_in()
            if before is not None:
                before(client)
            wanted = [Request(stream, SyncTarget(f"key-{one}", one, NOW, None), WINDOW) for one in people]
            return (await pull_all(client, wanted, 3, OutageDetector())).get(stream, [])

    return asyncio.run(session())


def _served(http: httpx.Client, stream: Stream, person: str) -> list[Row]:
    """The rows a plain client gets for the same question."""
    first, last = WINDOW.dates
    if stream is Stream.SAHHA_ARCHETYPES:
        first -= timedelta(days=38)
    query: dict[str, Any] = {"startDateTime": str(first), "endDateTime": str(last)}
    if stream is Stream.BIOMARKERS:
        query["categories"] = CATEGORIES
    if stream is Stream.SCORES:
        query["types"] = TYPES
    rows: list[Row] = http.get(f"/api/v1/profile/{PATHS[stream]}/{person}", params=query).json()
    return rows


def _seen(row: Any) -> tuple[object, ...]:
    """What a typed row says, in terms of the wire."""
    if isinstance(row, Biomarker):
        return row.type, row.start_date_time, row.end_date_time, row.periodicity, row.aggregation, row.value
    if hasattr(row, "score_date_time"):
        return row.type, row.score_date_time, row.score, row.state, row.data_sources, row.version
    return row.name, row.periodicity, row.start_date_time, row.end_date_time, row.value, row.ordinality


def _said(row: Row) -> tuple[object, ...]:
    """What a raw row says, in the order of `_seen`."""
    if "scoreDateTime" in row:
        day = datetime.fromisoformat(row["scoreDateTime"])
        return row["type"], day, row["score"], row["state"], row["dataSources"], float(row["version"])
    window = datetime.fromisoformat(row["startDateTime"]), datetime.fromisoformat(row["endDateTime"])
    if "ordinality" in row:
        return row["name"], row["periodicity"], *window, row["value"], row["ordinality"]
    return row["type"], *window, row["periodicity"], row["aggregation"], row["value"]


def _outcome(pull: ProfilePull) -> Outcome:
    """The outcome as if every row were new."""
    return decide_outcome(pull, UpsertCounts(inserted=len(pull.rows)))


def _fault(http: httpx.Client, kind: str, person: str = BAD, **more: Any) -> None:
    http.post("/simulator/faults", json={"external_id": person, "kind": kind} | more).raise_for_status()


@pytest.mark.parametrize("stream", Stream)
def test_the_rows_of_a_pull_are_those_a_plain_client_is_served(
    sahha: RunningSimulator, http: httpx.Client, stream: Stream
) -> None:
    pulls = _pull(sahha, stream)
    assert [pull.profile_id for pull in pulls] == [f"key-{person}" for person in PEOPLE]
    for pull, person in zip(pulls, PEOPLE, strict=True):
        served = _served(http, stream, person)
        assert served
        assert sorted(map(repr, map(_seen, pull.rows))) == sorted(map(repr, map(_said, served)))
        assert {row.profile_id for row in pull.rows} == {f"key-{person}"}
        assert {row.observed_at for row in pull.rows} == {NOW}
        assert (pull.quarantined, pull.problem, pull.error, pull.window) == ([], None, None, WINDOW)
        assert _outcome(pull) is Outcome.UPDATED


def test_every_reading_belongs_to_the_local_day_its_window_ends_on(sahha: RunningSimulator, http: httpx.Client) -> None:
    (pull,) = _pull(sahha, Stream.BIOMARKERS, ["sim-0001"])
    ends = {(row.type, row.start_date_time): row.local_date for row in pull.rows if isinstance(row, Biomarker)}
    for row in _served(http, Stream.BIOMARKERS, "sim-0001"):
        end = datetime.fromisoformat(row["endDateTime"])
        is_exclusive_midnight = end.hour == end.minute == end.second == 0
        day = end.date() - timedelta(days=1 if is_exclusive_midnight else 0)
        assert ends[row["type"], datetime.fromisoformat(row["startDateTime"])] == day


PROBLEMS = {
    "410": (Outcome.GONE, "Sahha answers 410: it does not know this profile."),
    "404": (Outcome.GONE, "Sahha answers 404: it does not know this profile."),
    "429": (Outcome.RATE_LIMITED, "Sahha answers 429: too many requests."),
    "500": (Outcome.FAILED, "Sahha answers 500."),
    "cut": (Outcome.FAILED, "the connection to Sahha broke in the middle of an answer."),
    "html": (Outcome.FAILED, "Sahha answers HTML that is not JSON; check that SAHHA_API_BASE_URL is the API host."),
    "unauthorized": (Outcome.FAILED, "Sahha answers 401 for this profile, even to a fresh token."),
}


@pytest.mark.parametrize("kind", PROBLEMS)
@pytest.mark.parametrize("stream", Stream)
def test_a_problem_stays_with_the_person_who_has_it(
    sahha: RunningSimulator, http: httpx.Client, monkeypatch: pytest.MonkeyPatch, stream: Stream, kind: str
) -> None:
    monkeypatch.setattr("hos_pipelines.sahha.client.LONGEST_RETRY_AFTER_S", 0.01)
    _fault(http, kind)
    for pull, person in zip(_pull(sahha, stream), PEOPLE, strict=True):
        if person == BAD:
            assert (_outcome(pull), pull.error) == PROBLEMS[kind]
            assert (pull.rows, pull.quarantined) == ((), ())
        else:
            assert len(pull.rows) == len(_served(http, stream, person)) > 0
            assert (_outcome(pull), pull.error) == (Outcome.UPDATED, None)


def test_silence_is_a_failure_of_one_person(sahha: RunningSimulator, http: httpx.Client) -> None:
    _fault(http, "timeout", seconds=5)
    bad, good = _pull(sahha, Stream.SAHHA_ARCHETYPES, [BAD, "sim-0001"], timeout_s=0.3)
    assert (_outcome(bad), bad.error) == (Outcome.FAILED, "Sahha did not answer within 0.3 s.")
    assert _outcome(good) is Outcome.UPDATED


def test_an_answer_without_rows_is_empty_and_no_problem(sahha: RunningSimulator, http: httpx.Client) -> None:
    _fault(http, "empty")
    (pull,) = _pull(sahha, Stream.BIOMARKERS, [BAD])
    assert (pull.rows, pull.quarantined, pull.problem) == ([], [], None)
    assert _outcome(pull) is Outcome.EMPTY


@pytest.mark.parametrize(
    ("stream", "reasons"),
    [
        (
            Stream.BIOMARKERS,
            [
                "endDateTime: is not an ISO 8601 date and time.",
                "startDateTime: is missing, so the row cannot be placed in time.",
                "type: is missing, so the row cannot be told apart.",
                "value: is neither a text nor a number.",
            ],
        ),
        (
            Stream.SCORES,
            [
                "score: is not a number.",
                "scoreDateTime: is missing, so the row cannot be placed in time.",
                "scoreDateTime: is not an ISO 8601 date and time.",
                "type: is missing, so the row cannot be told apart.",
            ],
        ),
        (
            Stream.SAHHA_ARCHETYPES,
            [
                "endDateTime: is not an ISO 8601 date and time.",
                "name: is missing, so the row cannot be told apart.",
                "startDateTime: is missing, so the row cannot be placed in time.",
                "value: is neither a text nor a number.",
            ],
        ),
    ],
)
def test_malformed_rows_go_to_quarantine_and_every_good_row_is_kept(
    sahha: RunningSimulator, http: httpx.Client, stream: Stream, reasons: list[str]
) -> None:
    good = _served(http, stream, BAD)
    _fault(http, "malformed")
    (pull,) = _pull(sahha, stream, [BAD])
    assert sorted(row.reason for row in pull.quarantined) == reasons
    assert sorted(map(repr, map(_seen, pull.rows))) == sorted(map(repr, map(_said, good)))
    assert _outcome(pull) is Outcome.UPDATED


@pytest.mark.parametrize("stream", Stream)
def test_a_row_of_somebody_else_goes_to_quarantine(sahha: RunningSimulator, http: httpx.Client, stream: Stream) -> None:
    good = _served(http, stream, BAD)
    _fault(http, "foreign")
    (pull,) = _pull(sahha, stream, [BAD])
    assert len(pull.rows) == len(good)
    (quarantined,) = pull.quarantined
    assert quarantined.reason == "externalId: the row belongs to another profile than the one asked for."
    assert '"externalId": "sim-0001"' in quarantined.payload


def test_a_collision_of_aggregations_goes_to_quarantine(sahha: RunningSimulator, http: httpx.Client) -> None:
    good = _served(http, Stream.BIOMARKERS, BAD)
    _fault(http, "collision")
    (pull,) = _pull(sahha, Stream.BIOMARKERS, [BAD])
    assert len(pull.rows) == len(good)
    assert [row.reason for row in pull.quarantined] == [
        "aggregation: another row of the same answer has the same type and window but another aggregation."
    ]


def test_only_unreadable_rows_are_quarantined_and_not_empty(sahha: RunningSimulator, http: httpx.Client) -> None:
    http.post("/simulator/clock", json={"at": "2026-01-01T00:00:00Z"}).raise_for_status()
    try:
        _fault(http, "malformed")
        (pull,) = _pull(sahha, Stream.BIOMARKERS, [BAD])
    finally:
        http.post("/simulator/clock", json={"at": NOW.isoformat()}).raise_for_status()
    assert (len(pull.rows), len(pull.quarantined)) == (0, 4)
    assert _outcome(pull) is Outcome.QUARANTINED


def test_a_failure_that_passes_leaves_no_trace_in_a_patient_pull(sahha: RunningSimulator, http: httpx.Client) -> None:
    for person, kind in zip(PEOPLE, ("500", "cut", "500", "cut"), strict=True):
        _fault(http, kind, person, times=1)
    pulls = _pull(sahha, Stream.SCORES, max_retries=1)
    assert [(pull.problem, pull.error) for pull in pulls] == [(None, None)] * 4
    assert [len(pull.rows) for pull in pulls] == [len(_served(http, Stream.SCORES, person)) for person in PEOPLE]


def test_a_token_that_expires_in_the_middle_of_a_pull_is_renewed_once(
    sahha: RunningSimulator, http: httpx.Client
) -> None:
    def expire(_client: SahhaClient) -> None:
        http.delete("/simulator/requests").raise_for_status()
        http.post("/simulator/expire-tokens").raise_for_status()

    pulls = _pull(sahha, Stream.SCORES, before=expire)
    assert [pull.error for pull in pulls] == [None] * 4
    assert all(pull.rows for pull in pulls)
    counted = http.get("/simulator/requests").json()
    assert counted["by_endpoint"]["token"] == 1
    assert 1 <= counted["by_status"]["401"] <= 3


def test_a_pull_needs_no_login_of_its_own(sahha: RunningSimulator) -> None:
    async def scores() -> list[object]:
        account = SahhaAccount(sahha.url, "simulator", "simulator", request_delay_s=0, max_retries=0)
        async with sahha_session(account) as client:
            return await client.scores("sim-0001", WINDOW.dates)

    assert len(asyncio.run(scores())) > 0


def test_an_answer_that_cannot_be_handled_is_a_failure_of_one_person(sahha: RunningSimulator) -> None:
    def break_one(client: SahhaClient) -> None:
        client._http.event_hooks = {"response": [_stumble]}

    async def _stumble(response: httpx.Response) -> None:
        if response.url.path.endswith(BAD):
            raise LookupError("health-value-77")

    pulls = _pull(sahha, Stream.SCORES, before=break_one)
    assert [pull.problem for pull in pulls] == [None, Outcome.FAILED, None, None]
    assert pulls[1].error == "its answer could not be handled (LookupError)."


def test_nothing_asked_is_nothing_pulled(sahha: RunningSimulator) -> None:
    assert _pull(sahha, Stream.SCORES, []) == []


def test_everyone_in_the_account_is_found_by_the_search(sahha: RunningSimulator) -> None:
    async def everyone() -> list[object]:
        async with sahha_session(SahhaAccount(sahha.url, "simulator", "simulator", request_delay_s=0)) as client:
            return [profile["externalId"] async for profile in client.all_profiles()]

    assert asyncio.run(everyone()) == list(PEOPLE)


def test_a_day_without_rows_answered_with_204_is_empty() -> None:
    with running_simulator(SimulatorSettings(users=1, days=1, at=NOW, empty_as_204=True)) as quiet:
        httpx.post(f"{quiet.url}/simulator/clock", json={"at": "2026-01-01T00:00:00Z"}).raise_for_status()
        (pull,) = _pull(quiet, Stream.SCORES, ["sim-0001"])
    assert _outcome(pull) is Outcome.EMPTY
