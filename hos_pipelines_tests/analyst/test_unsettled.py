"""Replies that say nothing about the data: cut, empty, declined, filtered. They settle nothing, and name the setting.

And answers that come wrapped, in parts or behind thoughts, which are answers.
"""

import json
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from hos_pipelines.analyst.account import ModelAccount
from hos_pipelines.analyst.answers import AnswerError, read_answer
from hos_pipelines.analyst.engines import Case, Written
from hos_pipelines.analyst.openai_analyst import OpenAIAnalyst, fallback_mark
from hos_pipelines.analyst.passages import passages_of
from hos_pipelines.analyst.prices import Unpriced
from hos_pipelines.simulator.server import running_app
from hos_pipelines_tests.analyst.conftest import Server
from hos_pipelines_tests.analyst.ledger import MemoryLedger
from hos_pipelines_tests.analyst.people import circadian
from hos_pipelines_tests.report.people import known

LIMIT, MODEL = "HOS_OPENAI_MAX_OUTPUT_TOKENS: ", "HOS_OPENAI_MODEL: "
NO_ANSWERS = {"truncated": LIMIT, "empty": LIMIT, "refusal": MODEL, "filtered": MODEL}
both = pytest.mark.parametrize("api", ["chat_completions", "responses"])


def cases(count: int = 1) -> list[Case]:
    return [Case(f"profile-{number}", circadian(known())) for number in range(count)]


def write(account: ModelAccount, ledger: MemoryLedger, count: int = 1, *, asks_again: bool = False) -> list[Written]:
    with OpenAIAnalyst(account, Unpriced(), ledger, asks_again=asks_again) as analyst:
        return analyst.write(cases(count))


@both
@pytest.mark.parametrize(("behaviour", "setting"), NO_ANSWERS.items())
def test_a_reply_without_an_answer_settles_nothing_and_names_the_setting(
    model_server: Server, api: Any, behaviour: str, setting: str
) -> None:
    ledger, account = MemoryLedger(), model_server.account(behaviour, api=api)
    [one] = write(account, ledger)
    assert str(one.fallback_reason).startswith(setting)
    assert (one.is_final, one.is_fallback, one.requests) == (False, True, 2)
    assert ledger.settled == {}
    assert ledger.outcomes == ["answered"] * 2
    assert one.usage.tokens == sum(entry.tokens for entry in ledger.entries) > 0
    metadata = one.result.analysis_metadata
    with OpenAIAnalyst(account, Unpriced(), ledger) as analyst:
        mark = analyst.fingerprint(cases()[0].result.analysis_metadata.fingerprint, one.result.archetype)
    assert metadata.fingerprint == fallback_mark(mark)
    write(account, ledger)
    assert model_server.total == 4, "the next analysis asks again"


def test_an_answer_cut_by_our_own_limit_says_at_how_many_tokens(model_server: Server) -> None:
    [one] = write(model_server.account(most_output_tokens=200), MemoryLedger())
    assert one.fallback_reason == (
        "HOS_OPENAI_MAX_OUTPUT_TOKENS: the answer of stand-in/well_behaved is not whole: cut off at 200 tokens, "
        "thinking included; raise this, or take a model that thinks less."
    )
    [one] = write(model_server.account(most_output_tokens=6000), MemoryLedger())
    assert one.fallback_reason is None


def test_an_answer_cut_short_once_is_mended_in_the_second_round(model_server: Server) -> None:
    ledger = MemoryLedger()
    model_server.behave("truncated", 1)
    [one] = write(model_server.account(model="gpt-test"), ledger)
    assert (one.fallback_reason, one.is_final, one.requests) == (None, True, 2)
    assert len(ledger.settled) == 1


def test_a_wrong_answer_after_one_that_was_cut_does_not_settle_it_either(model_server: Server) -> None:
    ledger = MemoryLedger()
    model_server.behave("truncated", 1)
    model_server.behave("invented_number", 1)
    [one] = write(model_server.account(model="gpt-test"), ledger)
    assert str(one.fallback_reason).startswith(LIMIT)
    assert (one.is_final, ledger.settled) == (False, {})


def test_nothing_is_sent_back_where_nothing_was_said(model_server: Server) -> None:
    write(model_server.account("empty"), MemoryLedger())
    assert [message["role"] for message in model_server.last_request["messages"]] == ["system", "user", "user"]


def test_five_people_in_a_row_without_an_answer_end_the_asking(model_server: Server) -> None:
    outcomes = write(model_server.account("truncated", concurrency=1), MemoryLedger(), 8)
    assert all(str(one.fallback_reason).startswith(LIMIT) for one in outcomes)
    assert str(outcomes[-1].fallback_reason).endswith("So for 5 people in a row; not asked again.")
    assert model_server.total < 2 * len(outcomes)
    assert {one.is_final for one in outcomes} == {False}


@both
@pytest.mark.parametrize("behaviour", ["fenced", "thinking", "in_parts"])
def test_an_answer_in_a_fence_behind_thoughts_or_in_parts_is_an_answer(
    model_server: Server, api: Any, behaviour: str
) -> None:
    ledger = MemoryLedger()
    [one] = write(model_server.account(behaviour, api=api), ledger)
    assert (one.fallback_reason, one.is_final, one.requests) == (None, True, 1)
    assert one.result.analysis_metadata.engine == "openai"
    assert passages_of(one.result)[0].text not in {passage.text for passage in passages_of(circadian(known()))}


def test_asked_again_a_settled_failure_is_no_end_and_a_proven_answer_costs_nothing(model_server: Server) -> None:
    ledger, account = MemoryLedger(), model_server.account(model="gpt-test")
    model_server.behave("invented_number", 2)
    [failed] = write(account, ledger)
    assert (failed.is_final, failed.is_fallback) == (True, True)
    [same] = write(account, ledger)
    assert (same.fallback_reason, same.requests, model_server.total) == (failed.fallback_reason, 0, 2)
    [asked] = write(account, ledger, asks_again=True)
    assert (asked.fallback_reason, asked.requests, model_server.total) == (None, 1, 3)
    [kept] = write(account, ledger, asks_again=True)
    assert (kept.requests, kept.result, model_server.total) == (0, asked.result, 3)


CLAIM = {"passage": "a/0", "text": "Fine {{x.y}}.", "fact_ids": ["x.y"]}
GOOD = json.dumps({"claims": [CLAIM]})
OTHER = json.dumps({"claims": [CLAIM, CLAIM]})


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        f"\ufeff{GOOD}",
        f"```json\n{GOOD}\n```",
        f"```\n{GOOD}```",
        f"~~~json\n{json.dumps(json.loads(GOOD), indent=2)}\n~~~",
        f"Sure, about {{{{x.y}}}}: {GOOD} Anything else?",
        f"<think>{{{{x.y}}}} {{ hm</think>{GOOD}",
        f"<think>{OTHER}</think>\n{GOOD}",
        f'{{"thoughts": "none"}}\n{GOOD}',
    ],
)
def test_an_answer_is_read_wherever_it_stands_in_a_text(text: str) -> None:
    assert len(read_answer(text).claims) == 1


@pytest.mark.parametrize("text", ["", "{", "{}", "[]", "{" * 5000, '{"a":' * 5000, f"[{GOOD}", "no {{x.y}} here", "}{"])
def test_what_holds_no_answer_is_said_to_hold_none(text: str) -> None:
    if text.startswith("[{"):
        assert read_answer(text).claims
        return
    with pytest.raises(AnswerError):
        read_answer(text)


@pytest.mark.parametrize("length", [1, 10, 40, len(GOOD) - 1])
def test_an_answer_that_ends_in_the_middle_is_cut_whatever_the_server_says(length: int) -> None:
    for text in (GOOD[:length], f"```json\n{GOOD[:length]}"):
        with pytest.raises(AnswerError) as error:
            read_answer(text)
        assert error.value.is_cut == (length > 1 or text == "{")


def test_a_server_that_cuts_without_a_word_settles_nothing() -> None:
    async def cutting(_request: Request) -> Response:
        message = {"role": "assistant", "content": GOOD[:40]}
        choice = {"index": 0, "finish_reason": "stop", "message": message}
        return JSONResponse({"choices": [choice]})

    ledger = MemoryLedger()
    with running_app(Starlette(routes=[Route("/v1/chat/completions", cutting, methods=["POST"])])) as running:
        [one] = write(ModelAccount("m", "sk-test", f"{running.url}/v1", max_retries=0), ledger)
    assert str(one.fallback_reason).startswith(LIMIT)
    assert (one.is_final, ledger.settled) == (False, {})
