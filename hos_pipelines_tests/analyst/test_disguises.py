"""A model's text disguised: what is stored is ours, character by character, or the rules' words."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from hos_pipelines.analyst.account import ModelAccount
from hos_pipelines.analyst.engines import Case
from hos_pipelines.analyst.openai_analyst import OpenAIAnalyst, tag_of
from hos_pipelines.analyst.passages import evidence_of, passages_of
from hos_pipelines.analyst.prices import Unpriced
from hos_pipelines.analyst.proof.offers import own_offers
from hos_pipelines.domain.analysis_result import AnalysisResult
from hos_pipelines.simulator.model.claims import as_text, honest_claims
from hos_pipelines.simulator.model.prompt import read_prompt
from hos_pipelines.simulator.server import running_app
from hos_pipelines_tests.analyst.ledger import MemoryLedger
from hos_pipelines_tests.analyst.people import behavior, circadian, restless
from hos_pipelines_tests.report.people import known

Change = Callable[[str], str]
CYRILLIC = str.maketrans({"a": "\u0430", "e": "\u0435", "o": "\u043e"})
FULL_WIDTH = {ord(one): ord(one) + 0xFEE0 for one in "abcdefghijklmnopqrstuvwxyz"}
SLOTS = re.compile(r"(\{\{[^{}]*\}\})")
REFUSED: dict[str, Change] = {
    "homoglyphs": lambda text: text.translate(CYRILLIC),
    "full width": lambda text: text.translate(FULL_WIDTH),
    "zero-width spaces": lambda text: text.replace("e", "e\u200b"),
    "zero-width joiner at the end": lambda text: f"{text}\u200d",
    "a mark of the other direction": lambda text: f"\u202e{text}\u202c",
    "a right-to-left mark": lambda text: f"{text}\u200f",
    "a soft hyphen": lambda text: text.replace("u", "\u00adu"),
    "a combining stroke": lambda text: text.replace("n", "n\u0336"),
    "tags": lambda text: f"<b>{text}</b>",
    "a script": lambda text: f"{text}<script>alert(1)</script>",
    "markdown": lambda text: f"**{text}**",
    "a link": lambda text: f"{text} [more](https://example.org)",
    "an emoji": lambda text: f"{text} \U0001f44d",
    "a number written out": lambda text: f"{text} That is about seven hours.",
    "a number in figures": lambda text: f"{text} 7",
    "prose without slots": lambda _: "You sleep well, and your days are steady.",
    "another language": lambda _: "Du schläfst gut und deine Tage sind gleichmäßig.",
    "a null": lambda text: f"{text}\x00",
    "slots within slots": lambda text: text.replace("{{", "{{{{").replace("}}", "}}}}"),
    "one brace": lambda text: text.replace("{{", "{").replace("}}", "}") if "{{" in text else f"{text} {{",
}
HARMLESS: dict[str, Change] = {
    "capitals": lambda text: "".join(one if "{{" in one else one.upper() for one in SLOTS.split(text)),
    "lines and tabs": lambda text: f"\n\t{text.replace(' ', '  ')}\r\n",
    "spaces of other kinds": lambda text: text.replace(" ", "\u00a0"),
    "no full stop": lambda text: text.removesuffix("."),
}  # fmt: skip
PEOPLE: dict[str, Callable[[], AnalysisResult]] = {
    "circadian": lambda: circadian(known()),
    "behavior": lambda: behavior(restless()),
}


@contextmanager
def speaking(change: Change) -> Iterator[ModelAccount]:
    """A model that follows the prompt, and then does so with each of its texts."""

    async def answer(request: Request) -> Response:
        messages = (await request.json())["messages"]
        claims = honest_claims(read_prompt(messages[1]["content"]), 1)
        content = as_text(replace(one, text=change(one.text)) for one in claims)
        choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": content}}
        return JSONResponse({"id": "1", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice]})

    with running_app(Starlette(routes=[Route("/v1/chat/completions", answer, methods=["POST"])])) as running:
        yield ModelAccount("m", "sk-test", f"{running.url}/v1", max_retries=0)


def written(account: ModelAccount, result: AnalysisResult) -> Any:
    with OpenAIAnalyst(account, Unpriced(), MemoryLedger()) as analyst:
        [one] = analyst.write([Case("profile-anna-4711", result)])
    return one


@pytest.mark.parametrize("change", REFUSED.values(), ids=REFUSED)
def test_a_text_in_disguise_is_refused_twice_and_the_rules_words_are_stored(change: Change) -> None:
    with speaking(change) as account:
        for person in PEOPLE.values():
            result = person()
            one = written(account, result)
            assert one.result.analysis_metadata.engine == "rules"
            assert "could not be proven, twice" in str(one.fallback_reason)
            assert [text.text for text in passages_of(one.result)] == [text.text for text in passages_of(result)]


@pytest.mark.parametrize("change", HARMLESS.values(), ids=HARMLESS)
def test_what_makes_no_difference_is_read_and_what_is_stored_is_ours_letter_by_letter(change: Change) -> None:
    with speaking(change) as account:
        result = circadian(known())
        one = written(account, result)
    assert one.fallback_reason is None
    evidence = evidence_of(result, tag_of(one.result.analysis_metadata.fingerprint))
    ours = {offer.shown.casefold() for passage in evidence.passages for offer in own_offers(passage, evidence)}
    for passage in passages_of(one.result):
        text = passage.text.casefold()
        for sentence in sorted(ours, key=len, reverse=True):
            text = text.replace(sentence, "")
        assert not text.strip() or text.strip().endswith(",") or text.strip().endswith(":"), passage.text
        assert passage.text.isascii()
        assert "  " not in passage.text
