"""The tables of adaptation as SQLAlchemy metadata: changes, evaluations, judged weeks, and versions of the state."""

from sqlalchemy import (
    ARRAY,
    Boolean,
    Column,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.dialects.postgresql import DOUBLE_PRECISION, JSONB

from hos_pipelines.postgres.metadata import Instant, Key, metadata


def _person(*, is_key: bool = False) -> Column[str]:
    owner = ForeignKey("profiles.profile_id", ondelete="CASCADE")
    return Column("profile_id", Key, owner, primary_key=is_key, nullable=False)


adaptations = Table(
    "adaptations",
    metadata,
    Column("adaptation_id", Uuid, primary_key=True),
    _person(),
    Column("decided_on", Date, nullable=False),
    Column("trigger", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("lever", Key, nullable=False),
    Column("because", Text, nullable=False),
    Column("question", Text),
    Column("fact_ids", ARRAY(Text), nullable=False),
    Column("metric", Text),
    Column("expected", DOUBLE_PRECISION),
    Column("baseline_from", Date),
    Column("baseline_to", Date),
    Column("baseline_done", DOUBLE_PRECISION),
    Column("baseline_due", Integer),
    Column("holds_from", Date),
    Column("monitor_from", Date),
    Column("monitor_to", Date),
    Column("is_extended", Boolean, nullable=False),
    Column("rollback_when", Text),
    Column("evaluate_on", Date),
    Column("from_version", Integer, nullable=False),
    Column("to_version", Integer, nullable=False),
    Column("from_archetype", Text),
    Column("to_archetype", Text),
    Column("standing", Text, nullable=False),
    Column("closed_on", Date),
    Column("rule_version", Text, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    UniqueConstraint("profile_id", "adaptation_id", name="adaptations_of_person"),
)

adaptation_evaluations = Table(
    "adaptation_evaluations",
    metadata,
    Column("adaptation_id", Uuid, primary_key=True),
    Column("attempt", SmallInteger, primary_key=True, autoincrement=False),
    Column("profile_id", Key, nullable=False),
    Column("evaluated_on", Date, nullable=False),
    Column("monitor_from", Date, nullable=False),
    Column("monitor_to", Date, nullable=False),
    Column("verdict", Text, nullable=False),
    Column("difference", DOUBLE_PRECISION),
    Column("interval_low", DOUBLE_PRECISION),
    Column("interval_high", DOUBLE_PRECISION),
    Column("done", DOUBLE_PRECISION, nullable=False),
    Column("due", Integer, nullable=False),
    Column("satisfaction", DOUBLE_PRECISION),
    Column("low_readiness_days", SmallInteger, nullable=False),
    Column("rollback_reason", Text),
    Column("outcome", Text, nullable=False),
    Column("because", Text, nullable=False),
    Column("reopened", Integer, nullable=False),
    Column("body", JSONB, nullable=False, server_default="[]"),
    Column("rule_version", Text, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    ForeignKeyConstraint(
        ["profile_id", "adaptation_id"], ["adaptations.profile_id", "adaptations.adaptation_id"], ondelete="CASCADE"
    ),
)

adaptation_weeks = Table(
    "adaptation_weeks",
    metadata,
    _person(is_key=True),
    Column("week_from", Date, primary_key=True),
    Column("week_to", Date, nullable=False),
    Column("judged_on", Date, nullable=False),
    Column("state_version", Integer, nullable=False),
    Column("stage", Text, nullable=False),
    Column("planned_days", SmallInteger, nullable=False),
    Column("reported_days", SmallInteger, nullable=False),
    Column("due", Integer, nullable=False),
    Column("done", DOUBLE_PRECISION, nullable=False),
    Column("completion", DOUBLE_PRECISION),
    Column("fortnight_completion", DOUBLE_PRECISION),
    Column("low_readiness_days", SmallInteger, nullable=False),
    Column("is_ill_or_in_pain", Boolean, nullable=False),
    Column("decision", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("because", Text, nullable=False),
    Column("adaptation_id", Uuid),
    Column("reopened", Integer, nullable=False),
    Column("rule_version", Text, nullable=False),
    Column("recorded_at", Instant, nullable=False),
)

adaptation_states = Table(
    "adaptation_states",
    metadata,
    _person(is_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("decided_on", Date, nullable=False),
    Column("holds_from", Date, nullable=False),
    Column("archetype", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("because", Text, nullable=False),
    Column("state", JSONB, nullable=False),
    Column("adaptation_id", Uuid),
    Column("rule_version", Text, nullable=False),
    Column("recorded_at", Instant, nullable=False),
)

ADAPTATION_TABLES = (adaptations, adaptation_evaluations, adaptation_weeks, adaptation_states)
