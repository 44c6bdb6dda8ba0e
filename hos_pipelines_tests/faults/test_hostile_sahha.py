"""A hostile Sahha: bounded memory and time for each person, an honest outcome, and the others unaffected."""

import asyncio
import gzip
import json
import re
import subprocess
import sys
import time
from collections.abc import Mapping
from typing import Any

import dagster as dg
import pytest
from psycopg import Connection

from hos_pipelines.definitions import defs
from hos_pipelines.defs.ingestion.automation import refresh_run_config
from hos_pipelines.domain.profiles import Enrolment
from hos_pipelines.domain.sync import Outcome
from hos_pipelines.postgres.profile_store import enrol
from hos_pipelines.sahha import client as sahha_client
from hos_pipelines.sahha.client import SahhaClient, sahha_session
from hos_pipelines.sahha.errors import MisconfiguredError, SahhaError, TransientError
from hos_pipelines_tests.faults.hostile_sahha import (
    GOOD_ROW,
    MEGABYTE,
    Act,
    Hostile,
    answer,
    cut,
    endless,
    hostile_sahha,
    once_and_gone,
    redirect,
    zipped,
)
from hos_pipelines_tests.faults.one_session import NOON, TIMEOUT_S, WINDOW, impatient, pull

LONG, SLOW, BROKEN = "longer than 16 MB", "had not answered in full after 4 s", "broke in the middle"
MALFORMED, OTHER = "breaks off or is malformed", "encoding that was not asked for"
ZIPPED_HEAD = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nConnection: close\r\n\r\n"
HTML = b"<!DOCTYPE html><html><body>Welcome</body></html>"


def rows(*more: bytes) -> Act:
    """An answer with a good row and these."""
    return answer(b"[" + b",".join([GOOD_ROW, *more]) + b"]")


def odd(value: bytes) -> bytes:
    """A row that is good but for its value."""
    return GOOD_ROW.replace(b'"8123"', value).replace(b"steps", b"floors")


DEEP = b"[" * 100_000 + b"]" * 100_000

# What is done to whom, and what is said of it: a sentence where nothing arrives, else how many rows are quarantined.
PEOPLE: Mapping[str, tuple[Act, str | int]] = {
    "fifty-megabytes": (answer(b"[" + b" " * 50 * MEGABYTE + b"]"), LONG),
    "endless-body": (endless(b" " * 65_536), LONG),
    "gzip-bomb": (zipped(300), LONG),
    "endless-bomb": (
        endless(
            gzip.compress(b" " * MEGABYTE),
            head=b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nConnection: close\r\n\r\n",
        ),
        LONG,
    ),
    "bomb-in-a-bomb": (answer(gzip.compress(gzip.compress(b"[]")), b"Content-Encoding: gzip, gzip"), OTHER),
    "unknown-encoding": (answer(b"[]", b"Content-Encoding: br"), OTHER),
    "broken-gzip": (answer(gzip.compress(b"[]")[:-9], b"Content-Encoding: gzip"), BROKEN),
    "dripping-body": (endless(b" ", pause_s=0.05), SLOW),
    "dripping-head": (endless(b"x", pause_s=0.05, head=b"HTTP/1.1 200 OK\r\nX-Slow: "), SLOW),
    "flood-of-1xx": (endless(b"HTTP/1.1 102 Processing\r\n\r\n", pause_s=0.001, head=b"HTTP/1.1 100 C\r\n\r\n"), SLOW),
    "huge-header": (answer(b"[]", b"X-Huge: " + b"y" * MEGABYTE), BROKEN),
    "endless-headers": (endless(b"X-More: yes\r\n", head=b"HTTP/1.1 200 OK\r\n"), BROKEN),
    "redirect-loop": (redirect("/api/v1/profile/biomarker/redirect-loop"), "302, a redirect, which is not followed"),
    "deep-answer": (answer(DEEP), MALFORMED),
    "deep-object": (answer(b'{"a":' * 100_000 + b"1" + b"}" * 100_000), MALFORMED),
    "deep-and-open": (answer(b"[" * 100_000), MALFORMED),
    "a-million-rows": (answer(b"[" + b",".join([b"{}"] * 1_000_000) + b"]"), "1,000,000 rows"),
    "millions-of-values": (answer(b"[" + b"[]," * 3_000_000 + b"1]"), "more than 2,000,000 values"),
    "web-page": (answer(HTML), "HTML that is not JSON"),
    "broken-off": (answer(b"[" + GOOD_ROW[:50]), MALFORMED),
    "too-long-a-length": (cut(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n[]"), BROKEN),
    "too-short-a-length": (cut(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n[" + GOOD_ROW + b"]"), BROKEN),
    "no-answer": (cut(b""), BROKEN),
    "no-http": (cut(b"\x00\xff" * 1000), BROKEN),
    "401-for-ever": (answer(b"{}", status=b"401 Unauthorized"), "401 for this profile, even to a fresh token"),
    "cut-keep-alive": (once_and_gone(), 0),
    "deep-row": (rows(b'{"type": ' + DEEP + b"}"), 1),
    "digits": (rows(odd(b"9" * 5000)), 1),
    "1e400": (rows(odd(b"1e400"), odd(b"-1e400")), 2),
    "nan": (rows(odd(b"NaN"), odd(b"Infinity")), 2),
    "no-utf-8": (rows(odd(b'"\xff\xfe"')), 1),
}
GOOD = [f"good-{number:02}" for number in range(2 * len(PEOPLE))]
# Between any two of them stand two who are answered well: ten failures in a row would rightly be taken for an outage.
EVERYBODY = [name for number, bad in enumerate(PEOPLE) for name in (bad, *GOOD[2 * number : 2 * number + 2])]


# What is read of an answer that goes on after its announced end.
SAID_OVER_HTTPX = {"too-short-a-length": MALFORMED}


def test_each_has_an_honest_outcome_in_bounded_time_and_the_others_all_their_rows(transport: str) -> None:
    with hostile_sahha(Hostile({name: act for name, (act, _) in PEOPLE.items()})) as hostile:
        started = time.monotonic()
        pulls = {one.profile_id: one for one in asyncio.run(pull(hostile.url, EVERYBODY))}
        assert time.monotonic() - started < 90
    assert list(pulls) == EVERYBODY
    for name in GOOD:
        assert (len(pulls[name].rows), pulls[name].problem, pulls[name].quarantined) == (1, None, []), name
    for name, (_, said) in PEOPLE.items():
        one = pulls[name]
        if isinstance(said, str):
            assert (one.problem, one.rows) == (Outcome.FAILED, ()), name
            assert one.error is not None
            assert (SAID_OVER_HTTPX.get(name, said) if transport == "httpx" else said) in one.error, name
        else:
            assert (one.problem, len(one.quarantined)) == (None, said), name
            assert len(one.rows) == (name != "cut-keep-alive"), name


GREEDY = ["fifty-megabytes", "endless-body", "gzip-bomb", "endless-bomb", "a-million-rows", "millions-of-values"]


def test_the_memory_of_a_process_stays_small_whatever_is_sent_to_it() -> None:
    names = [*GREEDY, "good-00", *GREEDY, "good-01", *GREEDY]
    with hostile_sahha(Hostile({name: PEOPLE[name][0] for name in GREEDY})) as hostile:
        command = [sys.executable, "-m", "hos_pipelines_tests.faults.one_session", hostile.url, *names]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    before, peak, failed = map(int, done.stdout.split())
    assert failed == 3 * len(GREEDY)
    # Up to 16 MB each of four at a time, and one that is parsed; measured: 118 MB.
    assert peak - before < 200


def test_no_credential_goes_to_another_host_and_no_redirect_is_followed(transport: str) -> None:
    hostile = Hostile()
    with hostile_sahha(hostile):
        hostile.acts = {"anna": redirect(f"{hostile.elsewhere}/api/v1/profile/biomarker/anna")}
        [anna, ben] = asyncio.run(pull(hostile.url, ["anna", "ben"]))
        assert (anna.problem, ben.problem) == (Outcome.FAILED, None)
        hostile.login = redirect(f"{hostile.elsewhere}/api/v1/oauth/account/token")
        with pytest.raises(MisconfiguredError, match="answers 302"):
            ask(hostile, SahhaClient.log_in)
    assert hostile.carried_elsewhere == []


def ask(hostile: Hostile, question: Any, url: str | None = None) -> Any:
    """What one question to it comes to, or to another address."""

    async def session() -> Any:
        async with sahha_session(impatient(url or hostile.url)) as client:
            return await question(client)

    return asyncio.run(session())


@pytest.mark.parametrize("name", ["http_proxy", "all_proxy"])
def test_the_proxy_of_the_environment_is_used_within_the_limits_too(
    name: str, transport: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for other in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(other, raising=False)
        monkeypatch.delenv(other.upper(), raising=False)
    with hostile_sahha(Hostile()) as hostile:
        monkeypatch.setenv(name, hostile.url)
        ask(hostile, SahhaClient.log_in, "http://sahha.invalid")
        assert hostile.asked == ["http://sahha.invalid/api/v1/oauth/account/token"]
        hostile.login = zipped(300)
        with pytest.raises(MisconfiguredError, match=LONG):
            ask(hostile, SahhaClient.log_in, "http://sahha.invalid")
        monkeypatch.setenv("no_proxy", "sahha.invalid")
        with pytest.raises(TransientError, match="nothing answers"):
            ask(hostile, SahhaClient.log_in, "http://sahha.invalid")


@pytest.mark.parametrize(
    ("login", "said"),
    [
        pytest.param(answer(b'{"accountToken": "a\\nX-Evil: 1"}'), "accountToken that is none", id="newline"),
        pytest.param(answer('{"accountToken": "töken"}'.encode()), "accountToken that is none", id="no ASCII"),
        pytest.param(answer(b'{"accountToken": "' + b"a" * 9000 + b'"}'), "accountToken that is none", id="long"),
        pytest.param(answer(b'{"accountToken": null}'), "without an accountToken", id="nothing"),
        pytest.param(answer(HTML), "something other than JSON", id="a web page"),
        pytest.param(answer(b""), "something other than JSON", id="empty"),
        pytest.param(answer(DEEP), "something other than JSON", id="deep"),
        pytest.param(answer(b" " * 50 * MEGABYTE), "the answer to the login is longer than 16 MB", id="50 MB"),
        pytest.param(zipped(300), "the answer to the login is longer than 16 MB", id="bomb"),
        pytest.param(answer(b"{}", status=b"401 No"), "Sahha refuses them (401)", id="401"),
        pytest.param(endless(b" ", pause_s=0.05), SLOW, id="dripping"),
    ],
)
def test_a_login_that_is_none_is_named_in_bounded_time(login: Act, said: str, transport: str) -> None:
    with hostile_sahha(Hostile(login=login)) as hostile:
        started = time.monotonic()
        with pytest.raises(SahhaError, match=re.escape(said)) as refusal:
            ask(hostile, SahhaClient.log_in)
        assert time.monotonic() - started < 30
    assert "Evil" not in str(refusal.value)
    assert isinstance(refusal.value, TransientError) == (said == SLOW)


@pytest.mark.parametrize("expires_in", ["0", "-5", '"NaN"', "1e400", '"soon"', "[]", "1"])
def test_a_lifetime_that_is_none_costs_no_login_for_each_request(expires_in: str) -> None:
    login = answer(b'{"accountToken": "t", "expiresIn": ' + expires_in.encode() + b"}")

    async def twice(client: SahhaClient) -> None:
        for _ in range(2):
            await client.scores("anna", WINDOW.dates)

    with hostile_sahha(Hostile(login=login)) as hostile:
        ask(hostile, twice)
    assert sum("oauth" in one for one in hostile.asked) == 1


async def everyone(client: SahhaClient) -> list[dict[str, Any]]:
    return [profile async for profile in client.all_profiles()]


def page(number: int, total: object, size: int = 100) -> Act:
    items = [{"profileId": f"{number}-{place}", "externalId": f"{number}-{place}"} for place in range(size)]
    return answer(json.dumps({"items": items, "totalCount": total}).encode())


@pytest.mark.parametrize("total", [None, 10**8, -1, True, "many", 10**30, 1])
def test_a_search_whose_pages_never_end_is_broken_off(total: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sahha_client, "MAX_SEARCH_PAGES", 20)
    with (
        hostile_sahha(Hostile(search=lambda number: page(number, total))) as hostile,
        pytest.raises(TransientError, match="does not end: 20 pages brought 2000 profiles"),
    ):
        ask(hostile, everyone)


@pytest.mark.parametrize(("limit", "value"), [("MOST_PROFILES", 500), ("LONGEST_SEARCH_S", 0.2)])
def test_a_search_is_bounded_in_people_and_in_time_too(
    limit: str, value: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sahha_client, limit, value)
    with (
        hostile_sahha(Hostile(search=lambda number: page(number, None))) as hostile,
        pytest.raises(TransientError, match="does not end"),
    ):
        ask(hostile, everyone)


def test_one_page_of_a_million_people_is_refused() -> None:
    items = b",".join([b'{"externalId": "a"}'] * 1_000_000)
    body = b'{"items": [' + items + b"]}"
    with hostile_sahha(Hostile(search=lambda _: answer(body))) as hostile, pytest.raises(SahhaError, match=LONG):
        ask(hostile, everyone)


STATES = """
SELECT profile_id, last_outcome, last_error, attempts FROM sync_state WHERE stream = 'biomarkers' ORDER BY profile_id
"""


def test_a_run_keeps_what_is_good_and_says_of_each_what_it_met(
    deployment: str, connection: Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = ["gzip-bomb", "deep-row", "dripping-body", "no-utf-8", "cut-keep-alive"]
    good = [f"good-{number:02}" for number in range(40)]
    enrol(connection, [Enrolment(name, name) for name in (*bad, *good)], NOON, by_hand=True)
    monkeypatch.setenv("SAHHA_REQUEST_TIMEOUT", str(TIMEOUT_S))
    monkeypatch.setenv("SAHHA_MAX_RETRIES", "0")
    with (
        hostile_sahha(Hostile({name: PEOPLE[name][0] for name in bad})) as hostile,
        dg.DagsterInstance.ephemeral() as instance,
    ):
        monkeypatch.setenv("SAHHA_API_BASE_URL", hostile.url)
        job = defs().resolve_job_def("refresh_profiles")
        config = refresh_run_config(profile_ids=[*bad, *good])
        job.execute_in_process(instance=instance, raise_on_error=False, run_config=config)
    states = {name: state for name, *state in connection.execute(STATES)}
    assert {name: states[name] for name in good if states[name] != ["updated", None, 0]} == {}
    assert [states[name][0] for name in bad] == ["failed", "updated", "failed", "updated", "empty"]
    assert LONG in states["gzip-bomb"][1]
    assert SLOW in states["dripping-body"][1]
    written = connection.execute("SELECT count(*), count(DISTINCT profile_id) FROM biomarkers").fetchone()
    assert written == (42, 42)
    quarantined = connection.execute("SELECT profile_id, count(*) FROM quarantine GROUP BY 1 ORDER BY 1").fetchall()
    assert {name for name, _ in quarantined} == {"deep-row", "no-utf-8"}
