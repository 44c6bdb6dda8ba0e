"""The tables of memory as SQLAlchemy metadata: four layers, and the log of what consolidation did."""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Column,
    Date,
    ForeignKey,
    Identity,
    Integer,
    Table,
    Text,
)
from sqlalchemy.dialects.postgresql import DOUBLE_PRECISION, JSONB

from hos_pipelines.postgres.metadata import Instant, Key, metadata


def _profile(*, is_key: bool) -> Column[str]:
    owner = ForeignKey("profiles.profile_id", ondelete="CASCADE")
    return Column("profile_id", Key, owner, primary_key=is_key, nullable=False)


working_memory = Table(
    "working_memory",
    metadata,
    _profile(is_key=True),
    Column("memory_key", Key, primary_key=True),
    Column("value", Key, nullable=False),
    Column("source", Text, nullable=False),
    Column("evidence_ids", ARRAY(Text), nullable=False),
    Column("rule_version", Text, nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date),
    Column("recorded_at", Instant, nullable=False),
    Column("expired_at", Instant, nullable=False),
    Column("access_count", Integer, nullable=False),
)

shortterm_memory = Table(
    "shortterm_memory",
    metadata,
    _profile(is_key=True),
    Column("memory_key", Key, primary_key=True),
    Column("category", Text, nullable=False),
    Column("value", Key, nullable=False),
    Column("source", Text, nullable=False),
    Column("support_count", Integer, nullable=False),
    Column("contradiction_count", Integer, nullable=False),
    Column("strength", DOUBLE_PRECISION, nullable=False),
    Column("offered", ARRAY(Text), nullable=False),
    Column("exposure_count", Integer, nullable=False),
    Column("evidence", JSONB, nullable=False),
    Column("evidence_ids", ARRAY(Text), nullable=False),
    Column("rule_version", Text, nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("expired_at", Instant, nullable=False),
    Column("access_count", Integer, nullable=False),
)

longterm_memory = Table(
    "longterm_memory",
    metadata,
    _profile(is_key=True),
    Column("memory_key", Key, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("category", Text, nullable=False),
    Column("value", Key, nullable=False),
    Column("source", Key, nullable=False),
    Column("standing", Text, nullable=False),
    Column("support_count", Integer, nullable=False),
    Column("contradiction_count", Integer, nullable=False),
    Column("support_days", ARRAY(Date), nullable=False),
    Column("contradiction_days", ARRAY(Date), nullable=False),
    Column("kinds", ARRAY(Text), nullable=False),
    Column("evidence_ids", ARRAY(Text), nullable=False),
    Column("confidence", DOUBLE_PRECISION, nullable=False),
    Column("judged_on", Date, nullable=False),
    Column("rule_version", Text, nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date),
    Column("last_confirmed", Date, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("expired_at", Instant),
    Column("access_count", Integer, nullable=False),
)

meta_memory = Table(
    "meta_memory",
    metadata,
    _profile(is_key=True),
    Column("version", BigInteger, nullable=False),
    Column("levers", JSONB, nullable=False),
    Column("insights", JSONB, nullable=False),
    Column("reporting_rate", DOUBLE_PRECISION),
    Column("task_tolerance", Integer),
    Column("learning_days", Integer),
    Column("second_confirmed", Date),
    Column("fifth_confirmed", Date),
    Column("rule_version", Text, nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("recorded_at", Instant, nullable=False),
)

memory_consolidation = Table(
    "memory_consolidation",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    _profile(is_key=False),
    Column("key_hash", Key, nullable=False),
    Column("memory_key", Key),
    Column("operation", Text, nullable=False),
    Column("layer_from", Text),
    Column("layer_to", Text),
    Column("before", JSONB),
    Column("after", JSONB),
    Column("reason", Text, nullable=False),
    Column("rule_version", Text, nullable=False),
    Column("recorded_at", Instant, nullable=False),
)

MEMORY_TABLES = (working_memory, shortterm_memory, longterm_memory, meta_memory, memory_consolidation)
