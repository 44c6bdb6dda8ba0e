"""When a session stops asking because the deployment is wrong, and when a refusal stays with one profile."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import httpx
import pytest

from hos_pipelines.domain.refusals import Pulls
from hos_pipelines.domain.sync import Outcome, PullWindow, Stream, SyncTarget
from hos_pipelines.sahha.account import SahhaAccount
from hos_pipelines.sahha.auth import TOKEN_PATH
from hos_pipelines.sahha.client import SEARCH_PATH, sahha_session
from hos_pipelines.sahha.outage_detector import OutageDetector
from hos_pipelines.sahha.pull import Request, pull_all

NOON = datetime.fromisoformat("2026-11-01T12:00:00+00:00")
WINDOW = PullWindow(NOON - timedelta(days=7), NOON)
PAIR, HOST = "SAHHA_CLIENT_ID / SAHHA_CLIENT_SECRET: ", "SAHHA_API_BASE_URL"

Answer = Callable[[], httpx.Response]


def status(code: int) -> Answer:
    return lambda: httpx.Response(code, json={})


def web_page() -> httpx.Response:
    return httpx.Response(200, html="<html>Welcome</html>")


def rows() -> httpx.Response:
    return httpx.Response(200, json=[])


class Sahha:
    """Answers as told: at the login, at the search, and about each person; the rest is well."""

    def __init__(self, **people: Answer) -> None:
        self.people = people
        self.everybody: Answer = rows
        self.scores: Answer | None = None
        self.search: Answer = lambda: httpx.Response(200, json={"items": []})
        self.login: Answer = lambda: httpx.Response(200, json={"accountToken": "t", "expiresIn": 86400})
        self.turns_after: int | None = None
        self.asked: list[str] = []

    def turn(self) -> None:
        """What is to be different after so many requests for data."""

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(0)
        path = request.url.path
        if path == TOKEN_PATH:
            return self.login()
        if path == SEARCH_PATH:
            self.asked.append("search")
            return self.search()
        who = path.rpartition("/")[2]
        if self.turns_after is not None and sum(one != "search" for one in self.asked) >= self.turns_after:
            self.turn()
        self.asked.append(who)
        everybody = self.scores if self.scores and "/score/" in path else self.everybody
        return self.people.get(who, everybody)()


def pulled(sahha: Sahha, people: int, concurrency: int = 1) -> tuple[Pulls, OutageDetector]:
    """What comes of pulling two streams of so many people, none of it tried again."""
    detector = OutageDetector()

    async def session() -> Pulls:
        account = SahhaAccount("https://sandbox-api.sahha.ai", "id", "secret", request_delay_s=0, max_retries=0)
        async with sahha_session(account, httpx.MockTransport(sahha)) as client:
            targets = [SyncTarget(f"p{number}", f"p{number}", NOON, None) for number in range(people)]
            streams = (Stream.BIOMARKERS, Stream.SCORES)
            requests = [Request(stream, target, WINDOW) for stream in streams for target in targets]
            return await pull_all(client, requests, concurrency, detector)

    return asyncio.run(session()), detector


def outcomes(pulls: Pulls) -> dict[str, Outcome | None]:
    return {pull.profile_id: pull.problem for pull in pulls.get(Stream.BIOMARKERS, [])}


@pytest.mark.parametrize(("answer", "outcome"), [
    (status(401), Outcome.FAILED), (status(403), Outcome.FAILED), (status(404), Outcome.GONE),
    (status(410), Outcome.GONE), (web_page, Outcome.FAILED), (status(302), Outcome.FAILED),
    (status(400), Outcome.FAILED),
])  # fmt: skip
def test_a_refusal_is_one_profiles_while_the_account_is_answered(answer: Answer, outcome: Outcome) -> None:
    sahha = Sahha(p2=answer)
    pulls, detector = pulled(sahha, 30)
    assert detector.misconfigured is None
    assert outcomes(pulls) == {f"p{number}": outcome if number == 2 else None for number in range(30)}
    assert sahha.asked.count("search") == (answer().status_code != 400), "the account is asked about once"


@pytest.mark.parametrize("concurrency", [1, 8])
@pytest.mark.parametrize(
    ("answer", "setting"), [(status(401), PAIR), (status(403), PAIR), (status(404), HOST), (status(410), HOST),
                            (web_page, HOST), (status(301), HOST)]
)  # fmt: skip
def test_where_the_account_is_refused_too_the_run_stops_at_once_and_says_which_setting(
    answer: Answer, setting: str, concurrency: int
) -> None:
    sahha = Sahha()
    sahha.turns_after = 20

    def turn() -> None:
        sahha.everybody = sahha.search = answer

    sahha.turn = turn  # type: ignore[method-assign]
    pulls, detector = pulled(sahha, 30, concurrency)
    assert str(detector.misconfigured).startswith(setting)
    assert set(outcomes(pulls).values()) == {None}, "nothing is said of anybody but of those who answered"
    assert sum(map(len, pulls.values())) == 20
    assert len(sahha.asked) <= 20 + 2 * concurrency + 2, "each refused token is renewed once"


def test_a_login_that_is_refused_in_the_middle_stops_the_run() -> None:
    sahha = Sahha()
    sahha.turns_after = 7

    def turn() -> None:
        sahha.everybody = sahha.login = status(401)

    sahha.turn = turn  # type: ignore[method-assign]
    pulls, detector = pulled(sahha, 30)
    assert str(detector.misconfigured).startswith(f"{PAIR}Sahha refuses them (401)")
    assert (set(outcomes(pulls).values()), len(sahha.asked)) == ({None}, 8)


@pytest.mark.parametrize(("answer", "setting"), [(status(401), PAIR), (status(403), PAIR), (web_page, HOST)])
def test_ten_refusals_in_a_row_stop_the_run_even_where_the_account_is_answered(answer: Answer, setting: str) -> None:
    sahha = Sahha()
    sahha.turns_after = 6

    def turn() -> None:
        sahha.everybody = answer

    sahha.turn = turn  # type: ignore[method-assign]
    pulls, detector = pulled(sahha, 30)
    assert setting in str(detector.misconfigured)
    assert "10 requests in a row, of 5 profiles" in str(detector.misconfigured)
    assert set(outcomes(pulls).values()) == {None}


def test_a_stream_that_is_refused_to_everybody_stops_no_run() -> None:
    sahha = Sahha()
    sahha.scores = status(403)
    pulls, detector = pulled(sahha, 30)
    assert detector.misconfigured is None
    assert set(outcomes(pulls).values()) == {None}
    assert {pull.problem for pull in pulls[Stream.SCORES]} == {Outcome.FAILED}
    assert [pull.profile_id for pull in pulls[Stream.SCORES]] == [f"p{number}" for number in range(30)]


def test_refusals_of_another_kind_before_do_not_hide_a_wrong_setting() -> None:
    sahha = Sahha(p3=status(404))
    sahha.turns_after = 8

    def turn() -> None:
        sahha.everybody = status(401)

    sahha.turn = turn  # type: ignore[method-assign]
    _, detector = pulled(sahha, 30)
    assert str(detector.misconfigured).startswith(PAIR)


def test_many_who_are_gone_are_no_wrong_setting_while_the_account_is_answered() -> None:
    sahha = Sahha()
    sahha.everybody = status(404)
    pulls, detector = pulled(sahha, 30)
    assert detector.misconfigured is None
    assert set(outcomes(pulls).values()) == {Outcome.GONE}


def test_a_search_that_is_down_proves_nothing() -> None:
    sahha = Sahha(p1=status(401))
    sahha.search = status(500)
    pulls, detector = pulled(sahha, 4)
    assert detector.misconfigured is None
    assert outcomes(pulls)["p1"] is Outcome.FAILED
