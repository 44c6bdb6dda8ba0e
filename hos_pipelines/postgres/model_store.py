"""Requests to a model: room put by before each, what it took, and the answers that are settled."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

from psycopg import Connection
from psycopg.rows import kwargs_row
from psycopg.types.json import Jsonb

from hos_pipelines.domain.model_ledger import Call, Ceiling, Kept, Question, Spent
from hos_pipelines.domain.usage import Usage
from hos_pipelines.domain.violations import Violation, ViolationKind

KINDS = frozenset(kind.value for kind in ViolationKind)

RESERVE_KEY = 0x4D4F44  # "MOD": one reservation at a time, or two could both fit into the room for one
DAY = timedelta(days=1)

RESERVE = """
INSERT INTO model_calls (profile_id, analysis_type, fingerprint, model, prompt_version, round, called_at, tokens,
                         cost_usd)
SELECT %(profile_id)s, %(analysis_type)s, %(fingerprint)s, %(model)s, %(prompt_version)s, %(round)s, %(called_at)s,
       %(tokens)s, %(usd)s::float8
FROM (SELECT coalesce(sum(tokens), 0) AS tokens, coalesce(sum(cost_usd), 0) AS usd
      FROM model_calls WHERE called_at >= %(since)s AND called_at < %(until)s) AS today
WHERE today.tokens + %(tokens)s <= %(most_tokens)s::bigint
  AND today.usd + coalesce(%(usd)s::float8, 0) <= %(most_usd)s::float8
RETURNING id
"""

SETTLE = """
UPDATE model_calls SET outcome = %(outcome)s, tokens = %(input_tokens)s + %(output_tokens)s,
    input_tokens = %(input_tokens)s, cached_tokens = %(cached_tokens)s, output_tokens = %(output_tokens)s,
    cost_usd = %(usd)s, latency_s = %(latency_s)s
WHERE id = %(id)s
"""

KEPT = """
SELECT answer::text AS answer, reason, input_tokens, cached_tokens, output_tokens, cost_usd AS usd, latency_s, requests,
       violations
FROM model_answers
WHERE profile_id = %(profile_id)s AND analysis_type = %(analysis_type)s AND fingerprint = %(fingerprint)s
"""

KEEP = """
INSERT INTO model_answers (profile_id, analysis_type, fingerprint, model, prompt_version, answered_at, answer, reason,
    input_tokens, cached_tokens, output_tokens, cost_usd, latency_s, requests, violations)
SELECT p.profile_id, %(analysis_type)s, %(fingerprint)s, %(model)s, %(prompt_version)s, %(answered_at)s,
    %(answer)s::jsonb, %(reason)s, %(input_tokens)s, %(cached_tokens)s, %(output_tokens)s, %(usd)s,
    %(latency_s)s, %(requests)s, %(violations)s
FROM profiles AS p WHERE p.profile_id = %(profile_id)s AND p.status NOT IN ('retired', 'erased')
ON CONFLICT (profile_id, analysis_type, fingerprint) DO UPDATE SET
    answered_at = excluded.answered_at, answer = excluded.answer, reason = excluded.reason,
    input_tokens = excluded.input_tokens, cached_tokens = excluded.cached_tokens,
    output_tokens = excluded.output_tokens, cost_usd = excluded.cost_usd, latency_s = excluded.latency_s,
    requests = excluded.requests, violations = excluded.violations
"""


class ModelLedger:
    """The ledger of requests to a model, on a session in autocommit mode: every entry is there at once and for good."""

    def __init__(self, connection: Connection[Any], now: Callable[[], datetime]) -> None:
        self._connection = connection
        self._now = now

    def reserve(self, question: Question, estimate: Spent, day: Ceiling) -> int | None:
        """Writes a request down before it is sent; None where its UTC day has no room for it."""
        now = self._now().astimezone(UTC)
        since = now.replace(hour=0, minute=0, second=0, microsecond=0)
        values = {
            **asdict(question),
            **asdict(estimate),
            "called_at": now,
            "since": since,
            "until": since + DAY,
            "most_tokens": day.tokens,
            "most_usd": day.usd,
        }
        with self._connection.transaction():
            self._connection.execute("SELECT pg_advisory_xact_lock(%s)", (RESERVE_KEY,))
            row = self._connection.execute(RESERVE, values).fetchone()
        return None if row is None else int(row[0])

    def settle(self, number: int, call: Call) -> None:
        """Puts what a request took in place of what was put by for it."""
        values = {"id": number, "outcome": call.outcome, "usd": call.usd, "latency_s": call.latency_s}
        self._connection.execute(SETTLE, {**values, **asdict(call.usage)})

    def kept(self, question: Question) -> Kept | None:
        """What is settled for a question."""
        with self._connection.cursor(row_factory=kwargs_row(_as_kept)) as cursor:
            return cursor.execute(KEPT, asdict(question)).fetchone()

    def keep(self, question: Question, kept: Kept) -> None:
        """Settles a question about an enrolled profile."""
        values = {
            **asdict(question),
            **asdict(kept.usage),
            "answered_at": self._now(),
            "answer": kept.answer,
            "reason": kept.reason,
            "usd": kept.usd,
            "latency_s": kept.latency_s,
            "requests": kept.requests,
            "violations": Jsonb([one.as_stored() for one in kept.violations]),
        }
        self._connection.execute(KEEP, values)


def _as_kept(
    input_tokens: int, cached_tokens: int, output_tokens: int, violations: list[dict[str, str]], **others: Any
) -> Kept:
    known = (one for one in violations if one["kind"] in KINDS)  # of an earlier proof there are others
    found = [Violation(ViolationKind(one["kind"]), one["passage"], one["what"]) for one in known]
    return Kept(usage=Usage(input_tokens, cached_tokens, output_tokens), violations=found, **others)
