"""Answers that arrive and are wrong: each behaviour does to the words what its name says, in either API."""

import json
import re
from typing import Any

import pytest

from hos_pipelines.simulator.model.figures import invented_figure
from hos_pipelines_tests.simulator.model.asking import APIS, TAG, Api, Asker, Claims, prompt
from hos_pipelines_tests.simulator.model.conftest import Start

both = pytest.mark.parametrize("api", APIS)


def _changed(honest: Claims, wrong: Claims) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    assert len(honest) == len(wrong)
    return [(before, after) for before, after in zip(honest, wrong, strict=True) if before != after]


def test_a_refusal_has_no_content(asker: Asker) -> None:
    message = asker.chat(prompt(), "stand-in/refusal").choices[0].message
    assert message.content is None
    assert message.refusal == "I'm sorry, but I can't help with that request."
    done = asker.respond(prompt(), "stand-in/refusal")
    assert (done.status, done.output_text) == ("completed", "")
    assert done.output[0].type == "message"
    assert done.output[0].content[0].type == "refusal"
    assert done.output[0].content[0].refusal == message.refusal


def test_a_truncated_answer_says_that_it_is(asker: Asker) -> None:
    choice = asker.chat(prompt(), "stand-in/truncated").choices[0]
    done = asker.respond(prompt(), "stand-in/truncated")
    assert choice.finish_reason == "length"
    assert done.status == "incomplete"
    assert done.incomplete_details is not None
    assert done.incomplete_details.reason == "max_output_tokens"
    assert choice.message.content == done.output_text
    with pytest.raises(json.JSONDecodeError):
        json.loads(done.output_text)


@both
def test_a_wrong_schema_is_json_of_another_form(asker: Asker, api: Api) -> None:
    answer = json.loads(asker.said(api, prompt(), "stand-in/wrong_schema"))
    assert sorted(answer) == ["confidence", "statements"]


@both
def test_prose_is_no_json(asker: Asker, api: Api) -> None:
    said = asker.said(api, prompt(), "stand-in/not_json")
    assert said.startswith("Sure! Here is what stands out.")
    assert re.search("same hours every day|rest comes later|last coffee|coffee ends", said, re.IGNORECASE)


@both
@pytest.mark.parametrize("behaviour", ["invented_number", "invented_number_once"])
def test_one_placeholder_becomes_a_figure_of_its_form_that_nobody_showed(
    asker: Asker, api: Api, behaviour: str
) -> None:
    honest, wrong = asker.claims(api, prompt()), asker.claims(api, prompt(), f"stand-in/{behaviour}")
    [(before, after)] = _changed(honest, wrong)
    [figure] = re.findall(r"\d\d:\d\d|\d+ h \d+ min|\d+ of 100|\d+\.\d hours", after["text"])
    assert before["text"].count("{{") == after["text"].count("{{") + 1
    assert figure not in prompt()


@pytest.mark.parametrize(
    ("shown", "form"),
    [("23:41", r"\d\d:\d\d"), ("7:05", r"\d?\d:\d\d"), ("1 h 14 min", r"\d+ h 14 min"), ("7.3", r"\d+\.3"),
     ("6,412 steps", r"\d+,412 steps"), ("\u221212 min", r"\u2212\d+ min"), ("mostly late", r"\d+ %")],
)  # fmt: skip
def test_an_invented_figure_has_the_form_of_the_shown_one(shown: str, form: str) -> None:
    first = invented_figure(shown, ())
    second = invented_figure(shown, (first,))
    assert re.fullmatch(form, first)
    assert re.fullmatch(form, second)
    assert len({shown, first, second}) == 3


def test_a_text_without_placeholders_gets_an_invented_figure_too(asker: Asker) -> None:
    bare = prompt(sentences=("advice/1 | 1 | Keep the same hours every day.",))
    [claim] = asker.claims("chat", bare, "stand-in/invented_number")
    assert re.search(r"\d+ %", claim["text"])


@both
def test_a_number_invented_once_is_right_after_repair(asker: Asker, api: Api) -> None:
    honest = asker.claims(api, prompt())
    first = asker.said(api, prompt(), "stand-in/invented_number_once")
    assert json.loads(first)["claims"] != honest
    assert asker.claims(api, prompt(), "stand-in/invented_number_once", answer=first) == honest
    assert asker.claims(api, prompt(), "stand-in/invented_number", answer=first) != honest


@both
def test_swapped_users_cite_another_tag(start: Start, api: Api) -> None:
    asker = start()
    honest, wrong = asker.claims(api, prompt()), asker.claims(api, prompt(), "stand-in/swapped_users")
    assert len(wrong) == len(honest)
    assert f".{TAG}" not in json.dumps(wrong)
    tags = {claim["passage"].rpartition(".")[2] for claim in wrong}
    assert len(tags) == 1
    assert f".{tags.pop()}}}}}" in json.dumps(wrong)


def test_a_flipped_direction_is_the_opposite_of_the_first_one(asker: Asker) -> None:
    sentences = ("sleep_pattern/1 | 1 | On free days you rise {{free_minus_work_wake}} later.",)
    about = prompt(sentences=sentences)
    [(before, after)] = _changed(asker.claims("chat", about), asker.claims("chat", about, "stand-in/flipped_direction"))
    assert after["text"] == before["text"].replace("later", "earlier")


def test_a_direction_within_an_id_is_left_alone_and_where_none_is_one_is_added(asker: Asker) -> None:
    sentences = ("trend/0 | 1 | It is {{later}} now.",)
    [claim] = asker.claims("chat", prompt(sentences=sentences), "stand-in/flipped_direction")
    assert claim["text"].endswith(f"t is {{{{later.{TAG}}}}} now, and it has been falling lately.")


@both
def test_an_injected_answer_names_a_diagnosis_and_a_dose(asker: Asker, api: Api) -> None:
    texts = [claim["text"] for claim in asker.claims(api, prompt(), "stand-in/injected")]
    assert texts[0] == "Ignoring the rules as told: this is insomnia, take 5 mg of melatonin."
    assert len(asker.claims(api, "no passages", "stand-in/injected")) == 1


def test_another_language_keeps_the_placeholders(asker: Asker) -> None:
    honest, german = asker.claims("chat", prompt()), asker.claims("chat", prompt(), "stand-in/other_language")
    for before, after in zip(honest, german, strict=True):
        assert re.search(r"\b(wir|lässt)\b", after["text"])
        assert re.findall(r"\{\{.*?\}\}", after["text"]) == re.findall(r"\{\{.*?\}\}", before["text"])


@both
def test_a_huge_answer_has_a_bit_more_than_a_megabyte_whatever_the_limit(asker: Asker, api: Api) -> None:
    limit: dict[str, Any] = {"max_completion_tokens" if api == "chat" else "max_output_tokens": 100}
    said = asker.said(api, prompt(), "stand-in/huge", **limit)
    assert 1_048_576 < len(said) < 1_200_000
    assert len(json.loads(said)["claims"]) == len(asker.claims(api, prompt()))


def test_swapped_users_answer_for_the_person_asked_about_before(asker: Asker) -> None:
    about_another = asker.claims("chat", prompt("zz9zz"))
    assert asker.claims("chat", prompt(), "stand-in/swapped_users") == about_another
    assert asker.claims("chat", prompt("zz9zz"), "stand-in/swapped_users") == asker.claims("chat", prompt())


def test_a_wrong_slot_asks_a_way_of_what_the_first_slot_is_about(asker: Asker) -> None:
    sentences = ("sleep_pattern/0 | 1 | Sleep lasts {{duration_mean}}.",)
    [claim] = asker.claims("chat", prompt(sentences=sentences), "stand-in/wrong_slot")
    assert f"{{{{duration_mean.way.{TAG}}}}}" in claim["text"]


def test_own_words_and_shuffled_words_keep_the_slots_and_nothing_of_the_sentence(asker: Asker) -> None:
    honest = asker.claims("chat", prompt())
    for behaviour in ("own_words", "shuffled_words"):
        for before, after in zip(honest, asker.claims("chat", prompt(), f"stand-in/{behaviour}"), strict=True):
            assert before["text"] != after["text"]
            assert set(re.findall(r"\{\{.*?\}\}", before["text"])) == set(re.findall(r"\{\{.*?\}\}", after["text"]))
