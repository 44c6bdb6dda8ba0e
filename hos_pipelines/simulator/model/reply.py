"""One answer of the stand-in before it takes the form of either API: what was said to what, and its count of tokens."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from hos_pipelines.simulator.model.conversation import Conversation
from hos_pipelines.simulator.model.speech import Speech

# Always the same instant: the same request gets the same bytes.
CREATED_AT = int(datetime(2026, 11, 1, 12, tzinfo=UTC).timestamp())


@dataclass(frozen=True, slots=True)
class SimulatedReply:
    """What was said in a conversation. `name` is unique to what was asked and how it was answered."""

    name: str
    conversation: Conversation
    speech: Speech
    cached_share: float

    @property
    def cached_tokens(self) -> int:
        """How many of the tokens sent count as cached."""
        return int(self.conversation.tokens * self.cached_share)

    @property
    def total_tokens(self) -> int:
        """Tokens sent and said."""
        return self.conversation.tokens + self.speech.tokens


def chat_completion(reply: SimulatedReply, _asked: dict[str, Any]) -> dict[str, Any]:
    """A reply as /chat/completions gives it."""
    speech = reply.speech
    message: dict[str, Any] = {
        "role": "assistant",
        "content": None if speech.is_refusal else _content(speech),
        "refusal": speech.text if speech.is_refusal else None,
        "annotations": [],
    }
    finish = "length" if speech.is_cut_short else "content_filter" if speech.is_filtered else "stop"
    return {
        "id": f"chatcmpl-{reply.name}",
        "object": "chat.completion",
        "created": CREATED_AT,
        "model": reply.conversation.model,
        "choices": [{"index": 0, "message": message, "logprobs": None, "finish_reason": finish}],
        "usage": {
            "prompt_tokens": reply.conversation.tokens,
            "completion_tokens": speech.tokens,
            "total_tokens": reply.total_tokens,
            "prompt_tokens_details": {"cached_tokens": reply.cached_tokens, "audio_tokens": 0},
            "completion_tokens_details": {
                "reasoning_tokens": 0,
                "audio_tokens": 0,
                "accepted_prediction_tokens": 0,
                "rejected_prediction_tokens": 0,
            },
        },
        "service_tier": "default",
        "system_fingerprint": "fp_stand_in",
    }


def response(reply: SimulatedReply, asked: dict[str, Any]) -> dict[str, Any]:
    """A reply as /responses gives it, with what was asked told again as OpenAI does."""
    speech = reply.speech
    reason = "max_output_tokens" if speech.is_cut_short else "content_filter" if speech.is_filtered else None
    status = "completed" if reason is None else "incomplete"
    text = asked.get("text") or {}
    return {
        "id": f"resp_{reply.name}",
        "object": "response",
        "created_at": CREATED_AT,
        "completed_at": CREATED_AT if reason is None else None,
        "status": status,
        "background": False,
        "error": None,
        "incomplete_details": None if reason is None else {"reason": reason},
        "instructions": asked.get("instructions"),
        "max_output_tokens": reply.conversation.most_tokens,
        "model": reply.conversation.model,
        "output": [_message(reply, status)],
        "parallel_tool_calls": True,
        "previous_response_id": None,
        "reasoning": {"effort": (asked.get("reasoning") or {}).get("effort"), "summary": None},
        "service_tier": "default",
        "store": asked.get("store", True),
        "temperature": asked.get("temperature", 1.0),
        "text": {"format": text.get("format") or {"type": "text"}, "verbosity": text.get("verbosity") or "medium"},
        "tool_choice": "auto",
        "tools": [],
        "top_p": asked.get("top_p", 1.0),
        "truncation": "disabled",
        "usage": {
            "input_tokens": reply.conversation.tokens,
            "input_tokens_details": {"cached_tokens": reply.cached_tokens, "cache_write_tokens": 0},
            "output_tokens": speech.tokens,
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": reply.total_tokens,
        },
        "user": None,
        "metadata": asked.get("metadata") or {},
    }


def _content(speech: Speech) -> str | list[dict[str, Any]]:
    """In one piece, as OpenAI gives it; in parts, as other makes do, thoughts first."""
    if speech.parts == 1:
        return speech.text
    thoughts = {"type": "thinking", "thinking": [{"type": "text", "text": speech.thoughts}]}
    return [thoughts, *({"type": "text", "text": piece} for piece in _pieces(speech))]


def _message(reply: SimulatedReply, status: str) -> dict[str, Any]:
    speech = reply.speech
    said = [{"type": "output_text", "text": one, "annotations": [], "logprobs": []} for one in _pieces(speech)]
    refused = {"type": "refusal", "refusal": speech.text}
    return {
        "type": "message",
        "id": f"msg_{reply.name}",
        "status": status,
        "role": "assistant",
        "content": [refused] if speech.is_refusal else said,
    }


def _pieces(speech: Speech) -> list[str]:
    size = -(-len(speech.text) // speech.parts) or 1
    return [speech.text[start : start + size] for start in range(0, len(speech.text), size)] or [""]
