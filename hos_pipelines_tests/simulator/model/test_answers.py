"""A well-behaved answer: what it claims, the form of either API, and that it repeats."""

import json

import httpx
import pytest

from hos_pipelines_tests.simulator.model.asking import APIS, PASSAGES, SYSTEM, TAG, Api, Asker, prompt
from hos_pipelines_tests.simulator.model.conftest import Start

_TEXTS = {
    "sleep_pattern/0": f"Sleep usually lasts from {{{{onset_mean.{TAG}}}}} to {{{{wake_mean.{TAG}}}}}, "
    f"{{{{duration_mean.{TAG}}}}}.",
    "sleep_pattern/1": f"On free days you rise {{{{free_minus_work_wake.{TAG}}}}} later.",
    "sleep_pattern/new": f"Worth knowing: your sleep regularity index is {{{{sri.{TAG}}}}}.",
    "advice/0": f"Have your last coffee {{{{caffeine_hours.{TAG}}}}} before bed.",
    "advice/1": "Keep the same hours every day.",
}


@pytest.mark.parametrize("api", APIS)
def test_every_passage_becomes_a_claim_in_its_words(asker: Asker, api: Api) -> None:
    claims = asker.claims(api, prompt())
    assert {claim["passage"]: claim["text"].removeprefix("In short: ") for claim in claims} == _TEXTS


def test_a_claim_cites_what_its_passage_rests_on_and_else_the_first_fact(asker: Asker) -> None:
    cited = {claim["passage"]: claim["fact_ids"] for claim in asker.claims("chat", prompt())}
    assert cited == {
        "sleep_pattern/0": [f"onset_mean.{TAG}", f"wake_mean.{TAG}", f"duration_mean.{TAG}"],
        "sleep_pattern/1": [f"free_minus_work_wake.{TAG}"],
        "sleep_pattern/new": [f"sri.{TAG}"],
        "advice/0": [f"caffeine_hours.{TAG}"],
        "advice/1": [f"onset_mean.{TAG}"],
    }


def test_one_pair_of_neighbours_within_a_section_is_swapped(asker: Asker) -> None:
    keys = [claim["passage"] for claim in asker.claims("responses", prompt())]
    listed = [line.partition(" |")[0] for line in PASSAGES]
    moved = [at for at, key in enumerate(keys) if key != listed[at]]
    assert len(moved) == 2
    assert len({keys[at].partition("/")[0] for at in moved}) == 1


def test_some_texts_are_reworded_and_some_are_not(asker: Asker) -> None:
    passages = tuple(f"advice/{number} | - | Keep rule {'I' * number}." for number in range(1, 31))
    prefixed = [claim["text"].startswith("In short: ") for claim in asker.claims("chat", prompt(passages=passages))]
    assert 3 < sum(prefixed) < 27


@pytest.mark.parametrize("text", ["", "Hello.", "# Facts\n\n# Passages\nkey | rests on | text\n", "# Passages\n|||\n"])
def test_a_prompt_without_passages_has_no_claims(asker: Asker, text: str) -> None:
    assert asker.claims("responses", text) == []


def test_both_apis_say_the_same_and_say_it_again(start: Start) -> None:
    one, two, other = start(), start(), start(seed=8)
    first = one.said("chat", prompt())
    assert {one.said("responses", prompt()), two.said("chat", prompt()), two.said("chat", prompt())} == {first}
    assert other.said("chat", prompt()) != first
    assert one.chat(prompt()) == two.chat(prompt())
    assert one.respond(prompt()) == two.respond(prompt())


def test_a_chat_completion_is_complete(asker: Asker) -> None:
    done = asker.chat(prompt())
    assert (done.object, done.model, done.choices[0].finish_reason) == ("chat.completion", "gpt-test", "stop")
    assert (done.choices[0].message.role, done.choices[0].message.refusal) == ("assistant", None)
    assert done.usage is not None
    assert done.usage.prompt_tokens == -(-len(f"{SYSTEM}\n{prompt()}") // 4)
    assert done.usage.completion_tokens == -(-len(done.choices[0].message.content or "") // 4)
    assert done.usage.total_tokens == done.usage.prompt_tokens + done.usage.completion_tokens
    assert done.usage.prompt_tokens_details is not None
    assert done.usage.prompt_tokens_details.cached_tokens == 0


def test_a_response_is_complete(start: Start) -> None:
    done = start(cached_share=0.5).respond(prompt(), max_output_tokens=4000, temperature=0.2, store=False)
    assert (done.object, done.model, done.status, done.error) == ("response", "gpt-test", "completed", None)
    assert (done.incomplete_details, done.max_output_tokens, done.temperature) == (None, 4000, 0.2)
    assert [item.type for item in done.output] == ["message"]
    assert done.usage is not None
    assert done.usage.input_tokens == -(-len(f"{SYSTEM}\n{prompt()}") // 4)
    assert done.usage.input_tokens_details.cached_tokens == done.usage.input_tokens // 2
    assert done.usage.output_tokens == -(-len(done.output_text) // 4)
    assert done.usage.total_tokens == done.usage.input_tokens + done.usage.output_tokens
    assert done.usage.output_tokens_details.reasoning_tokens == 0


def test_input_may_be_a_bare_text_and_content_a_list_of_parts(asker: Asker) -> None:
    expected = asker.said("chat", prompt())
    assert asker.client.responses.create(model="gpt-test", input=prompt()).output_text == expected
    parts = asker.client.responses.create(
        model="gpt-test", input=[{"role": "user", "content": [{"type": "input_text", "text": prompt()}]}]
    )
    assert parts.output_text == expected


@pytest.mark.parametrize("api", APIS)
def test_a_limit_of_tokens_cuts_the_answer(asker: Asker, api: Api) -> None:
    whole = asker.said(api, prompt())
    if api == "chat":
        choice = asker.chat(prompt(), max_completion_tokens=20).choices[0]
        assert (choice.finish_reason, choice.message.content) == ("length", whole[:80])
    else:
        done = asker.respond(prompt(), max_output_tokens=20)
        assert (done.status, done.output_text) == ("incomplete", whole[:80])


def test_the_models_that_choose_a_behaviour_are_listed(asker: Asker) -> None:
    names = [model.id for model in asker.client.models.list()]
    assert names[:2] == ["stand-in", "stand-in/well_behaved"]
    assert "stand-in/swapped_users" in names


def test_the_last_request_can_be_looked_at(asker: Asker) -> None:
    assert asker.http.get("/simulator/requests/last").status_code == 404
    asker.chat(prompt(), temperature=0.2)
    sent = asker.http.get("/simulator/requests/last").json()
    assert sent["temperature"] == 0.2
    assert sent["messages"][1] == {"role": "user", "content": prompt()}
    assert "stand-in" not in json.dumps(sent)


def test_simulators_do_not_share_what_they_were_asked(start: Start) -> None:
    one, two = start(), start()
    one.chat(prompt())
    assert (one.counts()["total"], two.counts()["total"]) == (1, 0)
    assert isinstance(two.http, httpx.Client)
