"""The tables of requests as SQLAlchemy metadata."""

from sqlalchemy import BigInteger, Boolean, Column, Date, ForeignKey, Integer, SmallInteger, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from hos_pipelines.postgres.metadata import Instant, Key, metadata

analysis_requests = Table(
    "analysis_requests",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("profile_id", Key, nullable=False),
    Column("kind", Text, nullable=False),
    Column("archetype", Text),
    Column("preferences", JSONB),
    Column("timezone", Text),
    Column("force", Boolean, nullable=False),
    Column("requested_for", Date),
    Column("idempotency_key", Text),
    Column("priority", SmallInteger, nullable=False),
    Column("request_hash", Text, nullable=False),
    Column("duplicate_of", Uuid, ForeignKey("analysis_requests.id", deferrable=True, initially="DEFERRED")),
    Column("status", Text, nullable=False),
    Column("refusal_code", Text),
    Column("refusal", Text),
    Column("error", Text),
    Column("attempt", Integer, nullable=False),
    Column("lease_until", Instant),
    Column("not_before", Instant),
    Column("batch_id", Uuid),
    Column("workflow_id", Uuid),
    Column("requested_at", Instant, nullable=False),
    Column("started_at", Instant),
    Column("completed_at", Instant),
    Column("updated_seq", BigInteger, nullable=False),
)

request_batches = Table(
    "request_batches",
    metadata,
    Column("batch_id", Uuid, primary_key=True),
    Column("attempt", Integer, nullable=False),
    Column("requests", Integer, nullable=False),
    Column("claimed_at", Instant, nullable=False),
    Column("started_at", Instant),
    Column("finished_at", Instant),
)

request_progress = Table(
    "request_progress",
    metadata,
    Column("request_id", Uuid, ForeignKey("analysis_requests.id", ondelete="CASCADE"), primary_key=True),
    Column("stage", Text, primary_key=True),
    Column("place", SmallInteger, nullable=False),
    Column("status", Text, nullable=False),
    Column("outcome", Text),
    Column("reason", Text),
    Column("attempt", Integer, nullable=False),
    Column("started_at", Instant),
    Column("ended_at", Instant),
    Column("updated_seq", BigInteger, nullable=False),
)

REQUEST_TABLES = (analysis_requests, request_batches, request_progress)
