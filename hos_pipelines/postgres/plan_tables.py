"""The table of plans as SQLAlchemy metadata; their items lie in `plan_items`, among those an app writes."""

from sqlalchemy import ARRAY, Column, Date, ForeignKey, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from hos_pipelines.postgres.metadata import Instant, Key, metadata

plans = Table(
    "plans",
    metadata,
    Column("plan_id", Uuid, primary_key=True),
    Column("profile_id", Key, ForeignKey("profiles.profile_id", ondelete="CASCADE"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("plan_date", Date, nullable=False),
    Column("status", Text, nullable=False),
    Column("refusal_code", Text),
    Column("refusal", Text),
    Column("zone", Text, nullable=False),
    Column("wakes_at", Instant),
    Column("beds_at", Instant),
    Column("notes", ARRAY(Text), nullable=False),
    Column("plan", JSONB, nullable=False),
    Column("rule_version", Text, nullable=False),
    Column("library_version", Text, nullable=False),
    Column("fingerprint", Text, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("superseded_at", Instant),
    Column("engine", Text, nullable=False),
    Column("model_used", Text),
    Column("fallback_reason", Text),
)

PLAN_TABLES = (plans,)
