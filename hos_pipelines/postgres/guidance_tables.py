"""The tables of guidance as SQLAlchemy metadata: how far each stage has looked, and what was told."""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Integer,
    SmallInteger,
    Table,
    Text,
)
from sqlalchemy.dialects.postgresql import DOUBLE_PRECISION, JSONB

from hos_pipelines.postgres.metadata import Instant, Key, metadata

guidance_states = Table(
    "guidance_states",
    metadata,
    Column("profile_id", Key, ForeignKey("profiles.profile_id", ondelete="CASCADE"), primary_key=True),
    Column("stage", Text, primary_key=True),
    Column("rule_version", Text),
    Column("fingerprint", Text),
    Column("status", Text),
    Column("summary", JSONB, nullable=False),
    Column("missing", ARRAY(Text), nullable=False),
    Column("news_seen", Text),
    Column("checked_at", Instant),
    Column("made_at", Instant),
    Column("changes", BigInteger, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("next_due_at", Instant),
    Column("good_until", Instant),
)

user_insights = Table(
    "user_insights",
    metadata,
    Column("profile_id", Key, ForeignKey("profiles.profile_id", ondelete="CASCADE"), primary_key=True),
    Column("insight_id", Key, primary_key=True),
    *(
        Column(name, Text, nullable=False)
        for name in ("meaning", "kind", "category", "subject", "direction", "band", "title", "content", "action")
    ),
    Column("effect", DOUBLE_PRECISION, nullable=False),
    Column("unit", Text, nullable=False),
    *(
        Column(name, DOUBLE_PRECISION, nullable=False)
        for name in ("interval_low", "interval_high", "least_change", "p", "q")
    ),
    Column("n", Integer, nullable=False),
    Column("window_from", Date, nullable=False),
    Column("window_to", Date, nullable=False),
    Column("rank", DOUBLE_PRECISION, nullable=False),
    Column("confidence", Text, nullable=False),
    Column("fact_ids", ARRAY(Text), nullable=False),
    Column("evidence", JSONB, nullable=False),
    Column("rule_version", Text, nullable=False),
    Column("fingerprint", Text, nullable=False),
    Column("first_shown_at", Instant, nullable=False),
    Column("last_confirmed_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("stands", Boolean, nullable=False),
    Column("ended_at", Instant),
    Column("ended_as", Text),
    Column("acknowledged_at", Instant),
    Column("applied_at", Instant),
    Column("rating", SmallInteger),
    Column("rated_at", Instant),
    Column("engine", Text, nullable=False),
    Column("model_used", Text),
    Column("fallback_reason", Text),
)

GUIDANCE_TABLES = (guidance_states, user_insights)
