"""The control routes: queues of behaviours, counts, and commands that cannot be followed."""

from typing import Any

import httpx
import pytest

from hos_pipelines.simulator.model.behaviours import BEHAVIOURS
from hos_pipelines.simulator.model.settings import ModelSimulatorSettings
from hos_pipelines_tests.simulator.model.asking import APIS, Api, Asker, prompt
from hos_pipelines_tests.simulator.model.conftest import Start


def _behaviours(asker: Asker, requests: int) -> list[str]:
    seen = []
    for _ in range(requests):
        before = asker.counts()["by_behaviour"]
        answer = asker.client.with_raw_response.models.list()
        assert answer.status_code == 200
        asker.http.post(
            "/v1/responses",
            json={"model": "gpt-test", "input": prompt()},
            headers={"Authorization": "Bearer stand-in"},
        )
        after = asker.counts()["by_behaviour"]
        seen += [name for name in after if after[name] != before.get(name)]
    return seen


def test_behaviours_queue_up_and_end_in_the_default(asker: Asker) -> None:
    asker.behave("not_json", times=1)
    asker.behave("refusal", times=2)
    assert _behaviours(asker, 4) == ["not_json", "refusal", "refusal", "well_behaved"]


def test_without_a_number_of_times_it_stands_behind_the_queue_until_cleared(asker: Asker) -> None:
    asker.behave("refusal")
    asker.behave("not_json", times=1)
    assert _behaviours(asker, 3) == ["not_json", "refusal", "refusal"]
    asker.http.delete("/simulator/behaviour").raise_for_status()
    assert _behaviours(asker, 1) == ["well_behaved"]


def test_a_model_that_names_a_behaviour_leaves_the_queue_alone(asker: Asker) -> None:
    asker.behave("refusal", times=1)
    assert not asker.said("chat", prompt(), "stand-in/not_json").startswith("{")
    assert _behaviours(asker, 2) == ["refusal", "well_behaved"]


def test_the_setting_is_the_default(start: Start) -> None:
    assert _behaviours(start(behaviour="truncated"), 1) == ["truncated"]


@pytest.mark.parametrize("api", APIS)
@pytest.mark.parametrize("name", BEHAVIOURS)
def test_every_behaviour_is_reached_in_three_ways_alike(asker: Asker, api: Api, name: str) -> None:
    path = "chat/completions" if api == "chat" else "responses"
    body = {"messages" if api == "chat" else "input": [{"role": "user", "content": prompt()}]}

    def answer(model: str) -> tuple[int, Any] | None:
        try:
            answered = asker.http.post(
                f"/v1/{path}", json=body | {"model": model}, headers={"Authorization": "Bearer stand-in"}
            )
        except httpx.RemoteProtocolError:
            return None
        told: dict[str, Any] = answered.json()
        told.pop("model", None)
        if not answered.is_success:
            told["error"].pop("message")
        return answered.status_code, told

    asker.behave(name, times=1)
    first = answer("gpt-test")
    assert answer(f"stand-in/{name}") == first
    asker.behave(name)
    assert answer("gpt-test") == first
    assert (first is None) == (name == "cut")


def test_requests_are_counted_until_reset(asker: Asker) -> None:
    asker.chat(prompt())
    asker.respond(prompt())
    asker.respond(prompt(), "stand-in/refusal")
    assert asker.counts() == {
        "total": 3, "chat": 1, "responses": 2, "by_behaviour": {"refusal": 1, "well_behaved": 2}, "in_flight_most": 1,
    }  # fmt: skip
    asker.http.delete("/simulator/requests").raise_for_status()
    assert asker.counts() == {"total": 0, "chat": 0, "responses": 0, "by_behaviour": {}, "in_flight_most": 0}


@pytest.mark.parametrize(
    ("content", "field"),
    [
        (b"{", "The body"), (b"[]", "The body"), (b"{}", "behaviour"), (b'{"behaviour": "kind"}', "behaviour"),
        (b'{"behaviour": ["cut"]}', "behaviour"), (b'{"behaviour": "cut", "times": 0}', "times"),
        (b'{"behaviour": "cut", "times": true}', "times"), (b'{"behaviour": "cut", "times": "2"}', "times"),
    ],
)  # fmt: skip
def test_a_command_that_cannot_be_followed_is_told_why(asker: Asker, content: bytes, field: str) -> None:
    answer = asker.http.post("/simulator/behaviour", content=content)
    assert answer.status_code == 400
    assert answer.json()["title"].startswith(f"{field} ")
    assert asker.claims("chat", prompt())


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("behaviour", "kind"), ("latency_ms", -1), ("slow_s", float("nan")), ("retry_after_s", "1"),
        ("cached_share", 1.5), ("api_key", ""), ("unknown_models", "gpt"),
    ],
)  # fmt: skip
def test_settings_that_make_no_sense_are_refused_by_name(name: str, value: object) -> None:
    with pytest.raises(ValueError, match=rf"^{name} is .*; give "):
        ModelSimulatorSettings(**{name: value})  # type: ignore[arg-type]
