"""The tables of workflows as SQLAlchemy metadata: one row for each, and one for each of its stages."""

from sqlalchemy import (
    ARRAY,
    Boolean,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.dialects.postgresql import JSONB

from hos_pipelines.postgres.metadata import Instant, Key, metadata

workflow_executions = Table(
    "workflow_executions",
    metadata,
    Column("workflow_id", Uuid, primary_key=True),
    Column("profile_id", Key, ForeignKey("profiles.profile_id", ondelete="CASCADE"), nullable=False),
    Column("batch_id", Text),
    Column("run_id", Text),
    Column("trigger", Text, nullable=False),
    Column("stages", ARRAY(Text), nullable=False),
    Column("is_forced", Boolean, nullable=False),
    Column("status", Text, nullable=False),
    Column("success", Boolean),
    Column("errors", JSONB, nullable=False),
    Column("fingerprint", Text, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("as_of", Instant, nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("attempted_at", Instant, nullable=False),
    Column("completed_at", Instant),
    UniqueConstraint("workflow_id", "profile_id", name="workflow_executions_of_profile"),
)

workflow_stages = Table(
    "workflow_stages",
    metadata,
    Column("workflow_id", Uuid, primary_key=True),
    Column("profile_id", Key, nullable=False),
    Column("stage", Text, primary_key=True),
    Column("status", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("error", Text),
    Column("results", JSONB, nullable=False),
    Column("fingerprint", Text, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("completed_at", Instant, nullable=False),
    ForeignKeyConstraint(
        ["workflow_id", "profile_id"],
        ["workflow_executions.workflow_id", "workflow_executions.profile_id"],
        ondelete="CASCADE",
    ),
)

WORKFLOW_TABLES = (workflow_executions, workflow_stages)
