"""A prompt of the agreed form, and somebody who puts it to a stand-in through OpenAI's client in either way."""

import json
from typing import Any, Literal

import httpx
from openai import OpenAI
from openai.types.chat import ChatCompletion
from openai.types.responses import Response

Api = Literal["chat", "responses"]
APIS: tuple[Api, ...] = ("chat", "responses")
TAG = "k7q2m"
SYSTEM = "Choose among the sentences."
VALUES = {
    "onset_mean": "23:41",
    "wake_mean": "07:32",
    "duration_mean": "7 h 12 min",
    "free_minus_work_wake": "1 h 14 min",
    "sri": "78 of 100",
    "caffeine_hours": "8.8 hours",
}
OPENERS = ("In short:", "Also:")
# Key, group and sentence; slots are without the tag.
SENTENCES = (
    "sleep_pattern/0 | 1 | Sleep usually lasts from {{onset_mean}} to {{wake_mean}}, {{duration_mean}}.",
    "sleep_pattern/0 | 1 | You usually sleep {{duration_mean}}, from {{onset_mean}} to {{wake_mean}}.",
    "sleep_pattern/1 | 1 | On free days you rise {{free_minus_work_wake}} later.",
    "sleep_pattern/new | 1 | Your sleep regularity index is {{sri}}.",
    "sleep_pattern/new | 2 | Your nights last {{duration_mean}}.",
    "advice/0 | 1 | Have your last coffee {{caffeine_hours}} before bed.",
    "advice/0 | 1 | Coffee ends {{caffeine_hours}} before bed.",
    "advice/1 | 1 | Keep the same hours every day.",
    "advice/1 | 2 | Rest comes later.",
)
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "claims": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "passage": {"type": "string"},
                    "text": {"type": "string"},
                },
                "required": ["passage", "text"],
                "additionalProperties": False,
            },
        }
    },
    "required": ["claims"],
    "additionalProperties": False,
}
Claims = list[dict[str, Any]]


def prompt(tag: str = TAG, sentences: tuple[str, ...] = SENTENCES) -> str:
    """The user message about the person with this tag."""
    values = [f"{{{{{name}.{tag}}}}} | {shown}" for name, shown in VALUES.items()]
    lines = ["# Values", "slot | reads as", *values, "# Openers", *OPENERS, "# Sentences", "key | group | sentence"]
    for one in sentences:
        key, group, text = one.split(" | ")
        tagged = text.replace("}}", f".{tag}}}}}")
        lines.append(f"{key}.{tag} | {group} | {tagged}")
    return "\n".join(lines)


class Asker:
    """Asks one stand-in. Its client refuses answers that are not complete; `http` is for the control routes."""

    def __init__(self, client: OpenAI, http: httpx.Client) -> None:
        self.client = client
        self.http = http

    def chat(self, text: str, model: str = "gpt-test", answer: str | None = None, **more: Any) -> ChatCompletion:
        """Ask by chat; with an earlier answer, for its repair."""
        done: ChatCompletion = self.client.chat.completions.create(
            model=model,
            messages=[{"role": "system", "content": SYSTEM}, *_rounds(text, answer)],
            response_format={
                "type": "json_schema",
                "json_schema": {"name": "answer", "strict": True, "schema": SCHEMA},
            },
            **more,
        )
        return done

    def respond(self, text: str, model: str = "gpt-test", answer: str | None = None, **more: Any) -> Response:
        """Ask by responses; with an earlier answer, for its repair."""
        done: Response = self.client.responses.create(
            model=model,
            instructions=SYSTEM,
            input=_rounds(text, answer),
            text={"format": {"type": "json_schema", "name": "answer", "strict": True, "schema": SCHEMA}},
            **more,
        )
        return done

    def said(self, api: Api, text: str, model: str = "gpt-test", answer: str | None = None, **more: Any) -> str:
        """The text of the answer, which is no refusal."""
        if api == "chat":
            content = self.chat(text, model, answer, **more).choices[0].message.content
            assert content is not None
            return content
        return self.respond(text, model, answer, **more).output_text

    def claims(self, api: Api, text: str, model: str = "gpt-test", answer: str | None = None) -> Claims:
        """The claims of the answer."""
        claims: Claims = json.loads(self.said(api, text, model, answer))["claims"]
        return claims

    def behave(self, name: str, times: int | None = None) -> None:
        """Queue a behaviour."""
        self.http.post("/simulator/behaviour", json={"behaviour": name, "times": times}).raise_for_status()

    def counts(self) -> dict[str, Any]:
        """What the stand-in counted."""
        counts: dict[str, Any] = self.http.get("/simulator/requests").json()
        return counts


def _rounds(text: str, answer: str | None) -> Any:
    first = [{"role": "user", "content": text}]
    if answer is None:
        return first
    return [*first, {"role": "assistant", "content": answer}, {"role": "user", "content": "Number not in the facts."}]
