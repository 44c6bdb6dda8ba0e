"""Replies of servers of other makes, and bodies that are none."""

import json
from typing import Any

import pytest

from hos_pipelines.analyst.replies import NoReplyError, Read, Reply, chat_reply, responses_reply
from hos_pipelines.domain.usage import NOTHING, Usage

CHAT: dict[str, Any] = {"choices": [{"message": {"content": "Hello."}}]}
RESPONSE: dict[str, Any] = {
    "output": [{"type": "message", "content": [{"type": "output_text", "text": "Hello.", "annotations": []}]}]
}


def read(how: Read, body: object) -> Reply:
    return how(json.dumps(body).encode(), 1.5)


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"object": "something.newer", "service_tier": "a-new-one", "unheard_of": {"of": 1}},
        {"usage": None},
        {"usage": {"total_tokens": "many"}},
    ],
)
def test_what_is_new_or_left_out_is_no_error(more: dict[str, Any]) -> None:
    assert read(chat_reply, CHAT | more) == Reply("Hello.", NOTHING, 1.5)
    assert read(responses_reply, RESPONSE | more) == Reply("Hello.", NOTHING, 1.5)


def test_a_reason_to_stop_that_nobody_knows_is_a_whole_answer() -> None:
    body = {"choices": [{"finish_reason": "eos", "message": {"content": "Hello."}}]}
    assert not read(chat_reply, body).is_cut


def test_tokens_are_counted_without_the_details_some_servers_leave_out() -> None:
    used = {"prompt_tokens": 12, "completion_tokens": 3}
    assert read(chat_reply, CHAT | {"usage": used}).usage == Usage(12, 0, 3)
    used = {"input_tokens": 12, "output_tokens": 3}
    assert read(responses_reply, RESPONSE | {"usage": used}).usage == Usage(12, 0, 3)


def test_an_item_that_is_no_message_is_passed_over() -> None:
    body = {"output": [{"type": "a_new_kind_of_thought", "id": "1"}, *RESPONSE["output"]]}
    assert read(responses_reply, body).text == "Hello."


@pytest.mark.parametrize(
    "body",
    [
        None, [], "text", 3, {}, {"error": "no"}, {"choices": []}, {"choices": None}, {"choices": [{}]},
        {"choices": [{"message": {"content": ["Hello."]}}]}, {"output": None}, {"output": [{"type": "message"}]},
    ],
    ids=json.dumps,
)  # fmt: skip
@pytest.mark.parametrize("how", [chat_reply, responses_reply])
def test_what_is_no_reply_is_said_to_be_none(how: Read, body: object) -> None:
    with pytest.raises(NoReplyError):
        read(how, body)


@pytest.mark.parametrize("body", [b"", b"<html>", b"\xff\xfe", b"{"])
@pytest.mark.parametrize("how", [chat_reply, responses_reply])
def test_what_is_no_json_is_no_reply(how: Read, body: bytes) -> None:
    with pytest.raises(NoReplyError):
        how(body, 0.0)
