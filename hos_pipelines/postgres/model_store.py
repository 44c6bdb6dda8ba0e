"""Requests to a model: room put by before each, what it took, and the answers that are settled."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from psycopg import Connection
from psycopg.rows import class_row
from psycopg.types.json import Jsonb

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
SELECT answer::text AS answer, reason, input_tokens, cached_tokens, output_tokens, cost_usd, latency_s, requests,
       violations
FROM model_answers WHERE profile_id = %s AND analysis_type = %s AND fingerprint = %s
"""

KEEP = """
INSERT INTO model_answers (profile_id, analysis_type, fingerprint, model, prompt_version, answered_at, answer, reason,
    input_tokens, cached_tokens, output_tokens, cost_usd, latency_s, requests, violations)
SELECT p.profile_id, %(analysis_type)s, %(fingerprint)s, %(model)s, %(prompt_version)s, %(answered_at)s,
    %(answer)s::jsonb, %(reason)s, %(input_tokens)s, %(cached_tokens)s, %(output_tokens)s, %(cost_usd)s,
    %(latency_s)s, %(requests)s, %(violations)s
FROM profiles AS p WHERE p.profile_id = %(profile_id)s AND p.status NOT IN ('retired', 'erased')
ON CONFLICT (profile_id, analysis_type, fingerprint) DO UPDATE SET
    answered_at = excluded.answered_at, answer = excluded.answer, reason = excluded.reason,
    input_tokens = excluded.input_tokens, cached_tokens = excluded.cached_tokens,
    output_tokens = excluded.output_tokens, cost_usd = excluded.cost_usd, latency_s = excluded.latency_s,
    requests = excluded.requests, violations = excluded.violations
"""


@dataclass(frozen=True, slots=True)
class ModelCall:
    """A request to be sent: `tokens` and `usd` are put by for it, `most_tokens` and `most_usd` are its UTC day's."""

    profile_id: str
    analysis_type: str
    fingerprint: str
    model: str
    prompt_version: str
    round: int
    called_at: datetime
    tokens: int
    usd: float | None
    most_tokens: int
    most_usd: float


@dataclass(frozen=True, slots=True)
class CallTaken:
    """What a request took: tokens, US dollars (None without a price), seconds."""

    id: int
    outcome: str
    input_tokens: int
    cached_tokens: int
    output_tokens: int
    usd: float | None
    latency_s: float


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """What is settled for a result: an answer's JSON, or the reason why there is none, and what it took."""

    answer: str | None
    reason: str | None
    input_tokens: int
    cached_tokens: int
    output_tokens: int
    cost_usd: float | None
    latency_s: float
    requests: int
    violations: list[dict[str, str]]


def reserve_call(connection: Connection[Any], call: ModelCall) -> int | None:
    """Writes a request down before it is sent; None where the day has no room for it."""
    since = call.called_at.replace(hour=0, minute=0, second=0, microsecond=0)
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(%s)", (RESERVE_KEY,))
        row = connection.execute(RESERVE, {**asdict(call), "since": since, "until": since + DAY}).fetchone()
    return None if row is None else int(row[0])


def settle_call(connection: Connection[Any], taken: CallTaken) -> None:
    """Puts what a request took in place of what was put by for it."""
    connection.execute(SETTLE, asdict(taken))


def read_answer(
    connection: Connection[Any], profile_id: str, analysis_type: str, fingerprint: str
) -> KeptAnswer | None:
    """What is settled for a result."""
    with connection.cursor(row_factory=class_row(KeptAnswer)) as cursor:
        return cursor.execute(KEPT, (profile_id, analysis_type, fingerprint)).fetchone()


def keep_answer(
    connection: Connection[Any], call: tuple[str, str, str, str, str], kept: KeptAnswer, now: datetime
) -> None:
    """Settles a result of an enrolled profile: profile, analysis, fingerprint, model and prompt version in `call`."""
    names = ("profile_id", "analysis_type", "fingerprint", "model", "prompt_version")
    values = {**dict(zip(names, call, strict=True)), **asdict(kept), "answered_at": now}
    connection.execute(KEEP, {**values, "violations": Jsonb(kept.violations)})
