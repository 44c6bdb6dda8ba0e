"""A well-behaved answer: what it claims, the form of either API, and that it repeats."""

import json
import re

import httpx
import pytest

from hos_pipelines_tests.simulator.model.asking import APIS, OPENERS, SENTENCES, SYSTEM, TAG, Api, Asker, prompt
from hos_pipelines_tests.simulator.model.conftest import Start

LISTED = tuple(one.split(" | ") for one in SENTENCES)


def _listed(key: str) -> list[str]:
    """The sentences listed for a key, as a claim has them without the tag."""
    return [text for name, _, text in LISTED if name == key.removesuffix(f".{TAG}")]


def _plain(text: str) -> str:
    """A text without tags, openers and capitals."""
    plain = text.replace(f".{TAG}}}}}", "}}").lower()
    return re.sub("|".join(map(re.escape, (one.lower() for one in OPENERS))), "", plain).strip()


@pytest.mark.parametrize("api", APIS)
def test_a_claim_is_made_of_listed_sentences_one_of_each_group(start: Start, api: Api) -> None:
    seen: set[str] = set()
    for seed in range(8):
        for claim in start(seed=seed).claims(api, prompt()):
            rest = _plain(claim["text"])
            section = claim["passage"].partition("/")[0]
            for text in (text.lower() for key, _, text in LISTED if key.startswith(section)):
                if text in rest:
                    seen.add(text)
                    rest = rest.replace(text, "", 1).strip()
            assert re.sub(r"\s", "", rest) == "", claim
            assert any(text.lower() in _plain(claim["text"]) for text in _listed(claim["passage"]))
    assert len(seen) == len(SENTENCES)


def test_each_section_has_a_claim_and_the_order_and_choice_are_the_models(start: Start) -> None:
    orders = [[claim["passage"] for claim in start(seed=seed).claims("chat", prompt())] for seed in range(8)]
    for keys in orders:
        assert {key.partition("/")[0] for key in keys} == {"sleep_pattern", "advice"}
        assert len(set(keys)) == len(keys)
    assert len({tuple(keys) for keys in orders}) > 3


def test_some_sentences_have_an_opener_and_some_have_none(start: Start) -> None:
    texts = [claim["text"] for seed in range(8) for claim in start(seed=seed).claims("chat", prompt())]
    opened = [text.startswith(OPENERS) for text in texts]
    assert 0 < sum(opened) < len(opened)


@pytest.mark.parametrize(
    "text", ["", "Hello.", "# Values\n\n# Sentences\nkey | group | sentence\n", "# Sentences\n|||\n"]
)
def test_a_prompt_without_sentences_has_no_claims(asker: Asker, text: str) -> None:
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
