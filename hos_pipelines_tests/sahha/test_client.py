"""What goes over the wire to Sahha, and what its answers come to: rows, or an error that says what to do next."""

import asyncio
import traceback
from collections.abc import Awaitable, Callable
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hos_pipelines.sahha.account import SahhaAccount
from hos_pipelines.sahha.client import SahhaClient, sahha_session
from hos_pipelines.sahha.errors import (
    GoneError,
    MisconfiguredError,
    NotSahhaError,
    PermanentError,
    RateLimitedError,
    SahhaError,
    TransientError,
)
from hos_pipelines.sahha.pace_store import PaceFile
from hos_pipelines.sahha.retry_after import retry_after_s
from hos_pipelines.sahha.throttle import Throttle
from hos_pipelines.simulator.server import RunningSimulator
from hos_pipelines_tests.sahha.fake_sahha import CLIENT_ID, CLIENT_SECRET, URL, Answer, FakeSahha, answer, broken

DATES = (date(2026, 10, 1), date(2026, 11, 3))
BOUNDS = "startDateTime=2026-10-01&endDateTime=2026-11-03"
CATEGORIES = "&".join(
    f"categories={name}" for name in ("activity", "body", "engagement", "nutrition", "sleep", "vitals")
)
TYPES = "types=activity&types=mental_wellbeing&types=readiness&types=sleep&types=wellbeing"
HTML = "<!DOCTYPE html><html><body>Please log in</body></html>"

Question = Callable[[SahhaClient], Awaitable[Any]]


def _scores(client: SahhaClient) -> Awaitable[list[object]]:
    return client.scores("anna", DATES)


def _log_in(client: SahhaClient) -> Awaitable[None]:
    return client.log_in()


@pytest.fixture
def naps(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Every pause the client makes, in seconds, without making it: the client's clock stands still."""
    taken: list[float] = []

    async def note(seconds: float) -> None:
        taken.append(seconds)

    monkeypatch.setattr(asyncio, "sleep", note)
    monkeypatch.setattr("hos_pipelines.sahha.client.time", SimpleNamespace(monotonic=lambda: 1000.0))
    return taken


@pytest.mark.parametrize(
    ("question", "target"),
    [
        (
            lambda client: client.biomarkers("anna", DATES),
            f"/api/v1/profile/biomarker/anna?{CATEGORIES}&{BOUNDS}",
        ),
        (_scores, f"/api/v1/profile/score/anna?{TYPES}&{BOUNDS}"),
        (lambda client: client.archetypes("anna", DATES), f"/api/v1/profile/archetypes/anna?{BOUNDS}"),
    ],
)
def test_a_question_repeats_its_keys_and_bounds_both_ends(question: Question, target: str) -> None:
    sahha = FakeSahha(answer(json=[{"id": "1"}]))
    assert sahha.ask(question) == [{"id": "1"}]
    assert [(request.method, request.url.raw_path.decode()) for request in sahha.requests] == [("GET", target)]


@pytest.mark.parametrize(
    ("external_id", "segment"),
    [
        ("a/b", "a%2Fb"), ("a?b#c", "a%3Fb%23c"), ("50%41", "50%2541"), ("a+b&c=d", "a%2Bb%26c%3Dd"),
        ("ü x", "%C3%BC%20x"), ("auth0|5f", "auth0%7C5f"), ("anna@example.org", "anna%40example.org"),
        (".", "%2E"), ("..", "%2E%2E"), ("../score/other", "..%2Fscore%2Fother"), ("\\..\\x", "%5C..%5Cx"),
    ],
)  # fmt: skip
def test_an_odd_external_id_stays_one_segment_of_the_path(external_id: str, segment: str) -> None:
    sahha = FakeSahha()
    sahha.ask(lambda client: client.archetypes(external_id, DATES))
    (request,) = sahha.requests
    assert request.url.raw_path.decode() == f"/api/v1/profile/archetypes/{segment}?{BOUNDS}"


def test_one_login_serves_every_request_and_bearer_is_never_sent() -> None:
    sahha = FakeSahha()

    async def three(client: SahhaClient) -> None:
        await client.biomarkers("anna", DATES)
        await asyncio.gather(client.scores("anna", DATES), client.archetypes("bert", DATES))

    sahha.ask(three)
    (login,) = sahha.logins
    assert (login.method, str(login.url)) == ("POST", f"{URL}/api/v1/oauth/account/token")
    assert login.read() == f'{{"clientId":"{CLIENT_ID}","clientSecret":"{CLIENT_SECRET}"}}'.encode()
    assert "Authorization" not in login.headers
    assert sahha.authorizations == ["account token-1"] * 3


def test_a_token_fetched_at_the_login_is_used_and_not_fetched_again() -> None:
    sahha = FakeSahha()

    async def log_in_first(client: SahhaClient) -> None:
        await client.log_in()
        await client.scores("anna", DATES)

    sahha.ask(log_in_first)
    assert len(sahha.logins) == 1


def test_every_request_may_take_the_set_time_and_no_longer_logins_included() -> None:
    sahha = FakeSahha()
    sahha.ask(_scores, timeout_s=7.0)
    sahha.ask(_log_in, timeout_s=7.0)
    seven = {"connect": 7.0, "read": 7.0, "write": 7.0, "pool": 7.0}
    assert [request.extensions["timeout"] for request in (*sahha.logins, *sahha.requests)] == [seven] * 3


def test_a_refused_token_is_renewed_once_and_the_request_repeated() -> None:
    sahha = FakeSahha(answer(json=[{"id": "1"}]))
    sahha.expired = {"account token-1"}
    assert sahha.ask(_scores) == [{"id": "1"}]
    assert len(sahha.logins) == 2
    assert sahha.authorizations == ["account token-1", "account token-2"]


def test_concurrent_requests_share_one_renewal() -> None:
    sahha = FakeSahha(answer(json=[{"id": "1"}]))

    async def crowd(client: SahhaClient) -> list[list[object]]:
        await client.log_in()
        sahha.expired = {"account token-1"}
        return await asyncio.gather(*(client.scores(f"person-{number}", DATES) for number in range(8)))

    assert sahha.ask(crowd) == [[{"id": "1"}]] * 8
    assert len(sahha.logins) == 2
    assert sorted(sahha.authorizations) == ["account token-1"] * 8 + ["account token-2"] * 8


@pytest.mark.parametrize("status", [401, 403])
def test_a_fresh_token_that_is_refused_too_is_a_wrong_pair_of_credentials(status: int) -> None:
    sahha = FakeSahha(answer(status))
    with pytest.raises(MisconfiguredError) as refusal:
        sahha.ask(_scores, max_retries=3)
    assert str(refusal.value) == (
        f"SAHHA_CLIENT_ID / SAHHA_CLIENT_SECRET: Sahha answers {status} even to a fresh token; check that the pair is "
        "an account's client id and secret, not an app's."
    )
    attempts = 2 if status == 401 else 1
    assert (len(sahha.requests), len(sahha.logins)) == (attempts, attempts)


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504, 408])
def test_a_passing_failure_is_tried_three_times_more(naps: list[float], status: int) -> None:
    sahha = FakeSahha(answer(status))
    with pytest.raises(TransientError, match=rf"^Sahha answers {status}[.:]"):
        sahha.ask(_scores, max_retries=3)
    assert (len(sahha.requests), len(sahha.logins)) == (4, 1)
    naps_between = naps[::2] if status == 429 else naps
    assert [0 <= nap <= 0.5 * 2**number for number, nap in enumerate(naps_between)] == [True] * 3


def test_a_429_without_a_time_makes_the_next_turns_rarer_each_time(naps: list[float]) -> None:
    with pytest.raises(RateLimitedError):
        FakeSahha(answer(429)).ask(_scores, max_retries=3, request_delay_s=0.5)
    assert naps[:1] + naps[2::2] == pytest.approx([0.5, 1.5, 3.5, 7.5])


def test_a_failure_that_passes_is_not_seen_outside(naps: list[float]) -> None:
    sahha = FakeSahha(answer(500), broken(httpx.ReadError("cut")), answer(503), answer(json=[{"id": "1"}]))
    assert sahha.ask(_scores, max_retries=3) == [{"id": "1"}]
    assert (len(sahha.requests), len(naps)) == (4, 3)


def test_a_429_is_told_apart_from_other_passing_failures() -> None:
    with pytest.raises(RateLimitedError) as refusal:
        FakeSahha(answer(429)).ask(_scores)
    assert str(refusal.value) == "Sahha answers 429: too many requests."


@pytest.mark.parametrize("status", [400, 402, 405, 409, 422])
def test_a_refusal_is_not_tried_again(status: int) -> None:
    sahha = FakeSahha(answer(status, text="Bad Request"))
    with pytest.raises(PermanentError) as refusal:
        sahha.ask(_scores, max_retries=3)
    assert str(refusal.value) == f"Sahha answers {status}."
    assert len(sahha.requests) == 1


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed_and_no_credential_goes_elsewhere(status: int) -> None:
    sahha = FakeSahha(answer(status, headers={"Location": "https://example.org/api/v1/profile/score/anna"}))
    with pytest.raises(NotSahhaError) as refusal:
        sahha.ask(_scores, max_retries=3)
    assert str(refusal.value) == (
        f"Sahha answers {status}, a redirect, which is not followed; check that SAHHA_API_BASE_URL is the API host."
    )
    assert {request.url.host for request in (*sahha.logins, *sahha.requests)} == {"sandbox-api.sahha.ai"}
    assert len(sahha.requests) == 1


@pytest.mark.parametrize("status", [404, 410])
def test_an_unknown_or_removed_profile_is_gone_and_not_asked_for_again(status: int) -> None:
    sahha = FakeSahha(answer(status))
    with pytest.raises(GoneError) as refusal:
        sahha.ask(_scores, max_retries=3)
    assert str(refusal.value) == f"Sahha answers {status}: it does not know this profile."
    assert len(sahha.requests) == 1


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (httpx.ReadTimeout("late"), "Sahha did not answer within 30 s."),
        (httpx.ConnectTimeout("late"), "Sahha did not answer within 30 s."),
        (httpx.PoolTimeout("late"), "Sahha did not answer within 30 s."),
        (
            httpx.ConnectError("refused"),
            f"SAHHA_API_BASE_URL: nothing answers at {URL}; check the address and the network.",
        ),
        (httpx.ReadError("cut"), "the connection to Sahha broke in the middle of an answer."),
        (httpx.RemoteProtocolError("cut"), "the connection to Sahha broke in the middle of an answer."),
        (httpx.DecodingError("no gzip"), "the connection to Sahha broke in the middle of an answer."),
    ],
)
@pytest.mark.parametrize("question", [_scores, _log_in])
def test_a_broken_connection_is_tried_three_times_more(
    naps: list[float], error: Exception, sentence: str, question: Question
) -> None:
    sahha = FakeSahha(broken(error), login=broken(error) if question is _log_in else None)
    with pytest.raises(TransientError) as failure:
        sahha.ask(question, max_retries=3)
    assert str(failure.value) == sentence
    assert (len(sahha.requests) or len(sahha.logins), len(naps)) == (4, 3)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "7"}, 7.0),
        ({"Retry-After": "0"}, 0.0),
        ({"Retry-After": "1.5"}, 1.5),
        ({"Retry-After": "86400"}, 60.0),
        ({"Retry-After": "9" * 400}, 60.0),
        ({"Retry-After": "Sun, 01 Nov 2026 12:00:20 GMT", "Date": "Sun, 01 Nov 2026 12:00:00 GMT"}, 20.0),
        ({"Retry-After": "Sun, 01 Nov 2026 11:00:00 GMT", "Date": "Sun, 01 Nov 2026 12:00:00 GMT"}, 0.0),
    ],
)
@pytest.mark.parametrize("status", [429, 503])
def test_a_retry_waits_as_long_as_it_is_asked_to_and_a_minute_at_most(
    naps: list[float], headers: dict[str, str], seconds: float, status: int
) -> None:
    sahha = FakeSahha(answer(status, headers=headers), answer(json=[]))
    assert sahha.ask(_scores, max_retries=3) == []
    assert naps[0] == seconds
    assert len(sahha.requests) == 2


@pytest.mark.parametrize("value", ["soon", "", "-1", "\xb2", "1.2.3", "Sun, 01 Nov 2026 12:00:20 GMT"])
def test_an_unreadable_retry_after_leaves_the_wait_to_the_client(naps: list[float], value: str) -> None:
    sahha = FakeSahha(answer(429, headers=[(b"Retry-After", value.encode("latin-1"))]), answer(json=[]))
    assert sahha.ask(_scores, max_retries=3) == []
    assert 0 <= naps[0] <= 0.5


@given(st.text(st.characters(codec="latin-1", exclude_characters="\r\n\x00"), max_size=40), st.booleans())
def test_no_retry_after_breaks_the_client(value: str, has_date: bool) -> None:
    date_header = [(b"Date", value.encode("latin-1"))] if has_date else []
    response = httpx.Response(429, headers=[(b"Retry-After", value.encode("latin-1")), *date_header])
    assert (retry_after_s(response) or 0.0) >= 0.0


def test_everyone_waits_after_a_429(naps: list[float]) -> None:
    sahha = FakeSahha(answer(429, headers={"Retry-After": "20"}), answer(json=[]))

    async def one_after_another(client: SahhaClient) -> None:
        with pytest.raises(RateLimitedError):
            await client.scores("anna", DATES)
        await client.scores("bert", DATES)

    sahha.ask(one_after_another)
    assert naps == [20]


@pytest.mark.parametrize("question", [_scores, _log_in])
def test_a_429_holds_every_client_that_shares_the_file(naps: list[float], tmp_path: Path, question: Question) -> None:
    refusal = answer(429, headers={"Retry-After": "20"})
    busy = FakeSahha(refusal, login=refusal if question is _log_in else None)
    pace_file = tmp_path / "sahha.pace"
    with pytest.raises(RateLimitedError) as failure:
        busy.ask(question, pace_file=pace_file)
    assert failure.value.retry_after_s == 20
    FakeSahha().ask(_scores, pace_file=tmp_path / "another.pace")
    assert naps == []
    FakeSahha().ask(_scores, pace_file=pace_file)
    assert naps == pytest.approx([20, 20.02])


def test_clients_that_share_the_file_keep_the_delay_together(naps: list[float], tmp_path: Path) -> None:
    for _ in range(2):
        FakeSahha().ask(_scores, request_delay_s=0.5, pace_file=tmp_path / "sahha.pace")
    assert naps == [0.5, 1.0, 1.5]


def test_everything_on_the_wire_takes_a_turn_of_its_own_logins_and_repeats_included(naps: list[float]) -> None:
    sahha = FakeSahha()
    sahha.expired = {"account token-1"}
    sahha.ask(_scores, request_delay_s=0.5)
    assert (len(sahha.logins), len(sahha.requests)) == (2, 2)
    assert naps == [0.5, 1.0, 1.5]


def test_a_login_is_tried_again_after_as_long_as_it_asks_for(naps: list[float]) -> None:
    sahha = FakeSahha(login=answer(429, headers={"Retry-After": "7"}))
    with pytest.raises(RateLimitedError):
        sahha.ask(_log_in, max_retries=1)
    assert (len(sahha.logins), naps) == (2, [7, 7])


def test_a_429_over_the_network_holds_another_client_that_shares_the_file(
    simulator: RunningSimulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hos_pipelines.sahha.client.LONGEST_RETRY_AFTER_S", 0.3)
    account = SahhaAccount(simulator.url, "simulator", "simulator", 0.0, 0, pace_file=tmp_path / "sahha.pace")

    async def refused_and_held() -> list[Throttle | None]:
        async with sahha_session(account) as one, sahha_session(account) as other:
            await asyncio.gather(one.log_in(), other.log_in())
            fault = {"external_id": "sim-0001", "kind": "429", "times": 1}
            (await one._http.post("/simulator/faults", json=fault, auth=one._auth)).raise_for_status()
            with pytest.raises(RateLimitedError):
                await one.scores("sim-0001", DATES)
            kept = [PaceFile(tmp_path / "sahha.pace").read()]
            await other.scores("sim-0002", DATES)
            return [*kept, PaceFile(tmp_path / "sahha.pace").read()]

    refused, held = asyncio.run(refused_and_held())
    assert refused is not None
    assert held is not None
    assert refused.last_turn < refused.hold_until
    assert held.last_turn >= refused.hold_until
    assert held.learned_s == 0.02


@pytest.mark.parametrize("bad", [answer(500), answer(503), broken(httpx.ReadError("cut"))])
def test_only_a_good_answer_takes_the_slowness_back(naps: list[float], tmp_path: Path, bad: Answer) -> None:
    path = tmp_path / "sahha.pace"
    PaceFile(path).update(lambda _: Throttle(learned_s=8.0, eased_at=900.0))
    with pytest.raises(TransientError):
        FakeSahha(login=bad).ask(_log_in, pace_file=path)
    kept = PaceFile(path).read()
    assert kept is not None
    assert kept.learned_s == 8.0
    FakeSahha().ask(_scores, pace_file=path)
    kept = PaceFile(path).read()
    assert kept is not None
    assert kept.learned_s < 8.0


@pytest.mark.parametrize(
    "reply",
    [
        answer(204), answer(json=[]), answer(json={}), answer(content=b""), answer(content=b" \n"),
        answer(content=b"null"),
    ],
)  # fmt: skip
def test_every_way_to_say_nothing_is_no_rows(reply: Answer) -> None:
    assert FakeSahha(reply).ask(_scores) == []


@pytest.mark.parametrize(
    ("reply", "sentence"),
    [
        (
            answer(html=HTML),
            "Sahha answers HTML that is not JSON; check that SAHHA_API_BASE_URL is the API host.",
        ),
        (
            answer(text="Bad Request"),
            "Sahha answers something that is not JSON; check that SAHHA_API_BASE_URL is the API host.",
        ),
        (
            answer(content=b'[{"id": "\xff'),
            "Sahha answers JSON that breaks off or is malformed.",
        ),
        (
            answer(content=b"[" * 100_000),
            "Sahha answers JSON that breaks off or is malformed.",
        ),
        (answer(json={"items": []}), "Sahha answers something other than a list of rows."),
        (answer(json="rows"), "Sahha answers something other than a list of rows."),
        (answer(json=3), "Sahha answers something other than a list of rows."),
    ],
)
def test_an_answer_that_holds_no_rows_is_an_error_and_never_an_empty_list(reply: Answer, sentence: str) -> None:
    sahha = FakeSahha(reply)
    with pytest.raises(PermanentError) as refusal:
        sahha.ask(_scores, max_retries=3)
    assert str(refusal.value) == sentence
    assert len(sahha.requests) == 1


LOGIN = f"{URL}/api/v1/oauth/account/token"
ELSEWHERE = (
    "so this is not a Sahha host; use https://sandbox-api.sahha.ai or https://api.sahha.ai "
    "(paths below it start with /api/v1)."
)
WRONG_PAIR = "; take the pair of this environment (sandbox and production differ) from the Sahha dashboard."
LOGIN_FAULTS = [
    (answer(html=HTML), f"SAHHA_API_BASE_URL: {LOGIN} answers something other than JSON, {ELSEWHERE}"),
    (answer(content=b"\xff\xfe"), f"SAHHA_API_BASE_URL: {LOGIN} answers something other than JSON, {ELSEWHERE}"),
    (answer(404), f"SAHHA_API_BASE_URL: {LOGIN} answers 404, {ELSEWHERE}"),
    (answer(302, headers={"Location": "/login"}), f"SAHHA_API_BASE_URL: {LOGIN} answers 302, {ELSEWHERE}"),
    (answer(204), f"SAHHA_API_BASE_URL: {LOGIN} answers 204, {ELSEWHERE}"),
    (answer(json={}), f"SAHHA_API_BASE_URL: {LOGIN} answers without an accountToken, {ELSEWHERE}"),
    (answer(json=["t"]), f"SAHHA_API_BASE_URL: {LOGIN} answers without an accountToken, {ELSEWHERE}"),
    (answer(json={"access_token": "t"}), f"SAHHA_API_BASE_URL: {LOGIN} answers without an accountToken, {ELSEWHERE}"),
    (answer(json={"accountToken": 7}), f"SAHHA_API_BASE_URL: {LOGIN} answers without an accountToken, {ELSEWHERE}"),
    (answer(json={"accountToken": ""}), f"SAHHA_API_BASE_URL: {LOGIN} answers without an accountToken, {ELSEWHERE}"),
    (answer(400), f"SAHHA_CLIENT_ID / SAHHA_CLIENT_SECRET: Sahha refuses them (400){WRONG_PAIR}"),
    (answer(401), f"SAHHA_CLIENT_ID / SAHHA_CLIENT_SECRET: Sahha refuses them (401){WRONG_PAIR}"),
    (answer(403), f"SAHHA_CLIENT_ID / SAHHA_CLIENT_SECRET: Sahha refuses them (403){WRONG_PAIR}"),
]


@pytest.mark.parametrize(("login", "sentence"), LOGIN_FAULTS)
@pytest.mark.parametrize("question", [_log_in, _scores])
def test_a_wrong_host_or_a_wrong_pair_is_named_by_its_setting_at_once(
    login: Answer, sentence: str, question: Question
) -> None:
    sahha = FakeSahha(login=login)
    with pytest.raises(MisconfiguredError) as refusal:
        sahha.ask(question, max_retries=3)
    assert str(refusal.value) == sentence
    assert (len(sahha.logins), sahha.requests) == (1, [])


@pytest.mark.parametrize("status", [408, 429, 500, 503])
@pytest.mark.parametrize("question", [_log_in, _scores])
def test_a_login_that_is_down_is_tried_again_and_nobody_is_blamed(
    naps: list[float], status: int, question: Question
) -> None:
    sahha = FakeSahha(login=answer(status))
    with pytest.raises(TransientError) as failure:
        sahha.ask(question, max_retries=2)
    assert str(failure.value) == f"the Sahha login answers {status}; it may be down for a moment."
    assert (len(sahha.logins), sahha.requests) == (3, [])
    assert len(naps[::2] if status == 429 else naps) == 2


REVEALING = {"accountToken": "token-1", "title": "token-1", "score": "health-value-77"}


@pytest.mark.parametrize(
    "sahha",
    [
        *(FakeSahha(answer(status, json=REVEALING)) for status in (400, 401, 403, 404, 410, 429, 500)),
        FakeSahha(answer(json=REVEALING)),
        FakeSahha(answer(text="token-1 health-value-77")),
        FakeSahha(broken(httpx.ReadTimeout("late"))),
        FakeSahha(broken(httpx.ConnectError("refused"))),
        *(FakeSahha(login=answer(status, json=REVEALING)) for status in (400, 401, 404, 500)),
        FakeSahha(login=answer(json={"access_token": "token-1"})),
        FakeSahha(login=answer(text="token-1")),
    ],
)
def test_no_error_shows_a_token_a_secret_or_a_body(sahha: FakeSahha) -> None:
    with pytest.raises(SahhaError) as failure:
        sahha.ask(_scores)
    sahha.answers, shown = [answer()], [*traceback.format_exception(failure.value)]
    error: BaseException | None = failure.value
    while error is not None:
        shown += [str(error), repr(error)]
        error = error.__cause__ or error.__context__
    for secret in ("token-1", CLIENT_SECRET, CLIENT_ID, "health-value-77"):
        assert secret not in "".join(shown)


def test_no_object_shows_its_secret_when_printed() -> None:
    account = SahhaAccount(URL, CLIENT_ID, CLIENT_SECRET)
    assert (repr(account), f"{account}") == (f"SahhaAccount({URL})",) * 2

    async def printed(client: SahhaClient) -> str:
        await client.log_in()
        return f"{client!r} {client._auth!r}"

    shown = FakeSahha().ask(printed)
    assert not any(secret in shown for secret in ("token-1", CLIENT_SECRET, CLIENT_ID))


def _profiles(*numbers: int) -> list[dict[str, object]]:
    return [{"profileId": f"p{number}", "externalId": f"e{number}"} for number in numbers]


def _page(*numbers: int, total: object = None, pages: object = None) -> Answer:
    body = {"items": _profiles(*numbers), "totalCount": total, "totalPages": pages}
    return answer(json={name: value for name, value in body.items() if value is not None})


async def _everyone(client: SahhaClient) -> list[dict[str, Any]]:
    return [profile async for profile in client.all_profiles()]


@pytest.mark.parametrize(
    ("search", "found", "pages"),
    [
        pytest.param([_page(1, 2, total=3, pages=2), _page(3, total=3, pages=2)], (1, 2, 3), 2, id="from page 0"),
        pytest.param([_page(1, total=1, pages=1)], (1,), 1, id="one page"),
        pytest.param([_page(total=0, pages=0)], (), 1, id="nobody"),
        pytest.param([answer(json={})], (), 1, id="an empty object"),
        pytest.param([answer(204)], (), 1, id="204"),
        pytest.param(
            [_page(1, 2, total=3), _page(1, 2, total=3), _page(3, total=3)], (1, 2, 3), 3, id="page 0 answers as page 1"
        ),
        pytest.param(
            [_page(total=3), _page(1, 2, total=3), _page(3, total=3)], (1, 2, 3), 3, id="page 0 is empty"
        ),
        pytest.param(
            [_page(1, 2, total=3), _page(2, 3, total=3)], (1, 2, 3), 2, id="a profile over a page border twice"
        ),
        pytest.param([_page(1, 1, 2, total=2)], (1, 2), 1, id="a profile twice on a page"),
        pytest.param([_page(1, 2), _page(3), _page()], (1, 2, 3), 3, id="without totals"),
        pytest.param([_page(1, 2), _page(1, 2), _page(3), _page()], (1, 2, 3), 4, id="from page 1 without totals"),
        pytest.param([_page(1, 2, total=1), _page(3, total=1), _page(total=1)], (1, 2, 3), 3, id="too small a total"),
        pytest.param([_page(1, 2, total="3"), _page(3, total=-1), _page()], (1, 2, 3), 3, id="totals that are none"),
        pytest.param([_page(1, 2, total=3, pages=1), _page(3, total=3, pages=1)], (1, 2, 3), 2, id="too few pages"),
        pytest.param([_page(1, 2), _page(1, 2)], (1, 2), 3, id="the same page for ever"),
    ],
)  # fmt: skip
def test_the_profile_search_finds_everyone_once_and_ends(
    search: list[Answer], found: tuple[int, ...], pages: int
) -> None:
    sahha = FakeSahha(*search)
    assert sahha.ask(_everyone) == _profiles(*found)
    assert sahha.pages == list(range(pages))
    assert {request.url.path for request in sahha.requests} == {"/api/v1/account/profile/search"}
    assert all(request.url.query.endswith(b"&pageSize=100") for request in sahha.requests)


@pytest.mark.parametrize(
    "search",
    [
        [_page(1, 2, total=9, pages=1), _page(total=9)],
        [_page(1, 2, total=9)],
        [_page(1, 2, total=9), _page(2, total=9)],
    ],
)
def test_a_profile_search_that_ends_before_its_promise_is_an_error(search: list[Answer]) -> None:
    with pytest.raises(TransientError) as failure:
        FakeSahha(*search).ask(_everyone)
    assert str(failure.value) == "the profile search promises 9 profiles and ends after 2; ask again later."


def test_a_page_of_the_profile_search_that_fails_is_tried_again(naps: list[float]) -> None:
    sahha = FakeSahha(_page(1, total=2), answer(500), _page(2, total=2))
    assert sahha.ask(_everyone, max_retries=1) == _profiles(1, 2)
    assert (sahha.pages, len(naps)) == ([0, 1, 1], 1)


@pytest.mark.parametrize("reply", [answer(json=[1]), answer(json="x"), answer(json={"items": 3, "totalCount": 3})])
def test_a_profile_search_that_is_no_page_is_an_error(reply: Answer) -> None:
    with pytest.raises(PermanentError) as refusal:
        FakeSahha(reply).ask(_everyone)
    assert str(refusal.value) == "the profile search answers something other than a page of profiles."


def test_a_profile_search_that_does_not_exist_is_a_wrong_host() -> None:
    with pytest.raises(MisconfiguredError) as refusal:
        FakeSahha(answer(404)).ask(_everyone)
    assert str(refusal.value) == (
        f"SAHHA_API_BASE_URL: {URL}/api/v1/account/profile/search answers 404; use the Sahha host itself, such as "
        "https://sandbox-api.sahha.ai."
    )
