"""The tables as SQLAlchemy metadata: where every identifier in our SQL comes from, and what `sql/` must amount to."""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Double,
    ForeignKey,
    Identity,
    Integer,
    MetaData,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSONB

from hos_pipelines.domain.sync import Stream

metadata = MetaData()

Key = Text(collation="C")
Instant = DateTime(timezone=True)

hos_adoption = Table(
    "hos_adoption",
    metadata,
    Column("subject", Text, primary_key=True),
    Column("adopted_at", Instant, nullable=False),
)

archetype_catalogue = Table(
    "archetype_catalogue",
    metadata,
    Column("archetype", Text, primary_key=True),
    Column("data_complexity", SmallInteger, nullable=False),
    Column("base_task_cap", SmallInteger, nullable=False),
)

profiles = Table(
    "profiles",
    metadata,
    Column("profile_id", Key, primary_key=True),
    Column("external_id", Text, nullable=False, unique=True),
    Column("archetype", Text, ForeignKey("archetype_catalogue.archetype"), nullable=False),
    Column("timezone", Text),
    Column("status", Text, nullable=False),
    Column("status_reason", Text),
    Column("enrolled_at", Instant, nullable=False),
    Column("last_active_at", Instant),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
)

biomarkers = Table(
    "biomarkers",
    metadata,
    Column("profile_id", Key, nullable=False),
    Column("type", Key, nullable=False),
    Column("start_date_time", Instant, nullable=False),
    Column("end_date_time", Instant),
    Column("category", Text),
    Column("periodicity", Text),
    Column("aggregation", Text),
    Column("value", Text),
    Column("unit", Text),
    Column("value_type", Text),
    Column("sahha_biomarker_id", Text),
    Column("utc_offset_minutes", SmallInteger),
    Column("local_date", Date),
    Column("data", JSONB),
    Column("observed_at", Instant),
    Column("created_at", Instant, nullable=False),
    UniqueConstraint(
        "profile_id",
        "type",
        "start_date_time",
        "end_date_time",
        name="unique_biomarker_entry",
        postgresql_nulls_not_distinct=True,
    ),
)

scores = Table(
    "scores",
    metadata,
    Column("profile_id", Key, nullable=False),
    Column("type", Key, nullable=False),
    Column("score_date_time", Instant, nullable=False),
    Column("score", Double),
    Column("state", Text),
    Column("factors", JSONB),
    Column("data_sources", ARRAY(Text)),
    Column("version", Double),
    Column("calculated_at", Instant),
    Column("sahha_score_id", Text),
    Column("utc_offset_minutes", SmallInteger),
    Column("local_date", Date),
    Column("data", JSONB),
    Column("observed_at", Instant),
    Column("created_at", Instant, nullable=False),
    UniqueConstraint(
        "profile_id", "type", "score_date_time", name="unique_score_entry", postgresql_nulls_not_distinct=True
    ),
)

sahha_archetypes = Table(
    "sahha_archetypes",
    metadata,
    Column("profile_id", Key, nullable=False),
    Column("name", Key, nullable=False),
    Column("periodicity", Key),
    Column("start_date_time", Instant, nullable=False),
    Column("end_date_time", Instant),
    Column("value", Text),
    Column("data_type", Text),
    Column("ordinality", Integer),
    Column("version", Double),
    Column("sahha_archetype_id", Text),
    Column("utc_offset_minutes", SmallInteger),
    Column("local_date", Date),
    Column("data", JSONB),
    Column("observed_at", Instant),
    Column("created_at", Instant, nullable=False),
    UniqueConstraint(
        "profile_id",
        "name",
        "periodicity",
        "start_date_time",
        name="unique_sahha_archetype_entry",
        postgresql_nulls_not_distinct=True,
    ),
)

sync_state = Table(
    "sync_state",
    metadata,
    Column("profile_id", Key, ForeignKey("profiles.profile_id", ondelete="CASCADE"), primary_key=True),
    Column("stream", Text, primary_key=True),
    Column("watermark", Instant),
    Column("last_outcome", Text, nullable=False),
    Column("last_error", Text),
    Column("attempts", Integer, nullable=False),
    Column("last_attempt_at", Instant, nullable=False),
    Column("last_success_at", Instant),
    Column("newest_reading", Instant),
)

quarantine = Table(
    "quarantine",
    metadata,
    Column("profile_id", Key, ForeignKey("profiles.profile_id", ondelete="CASCADE"), primary_key=True),
    Column("stream", Text, primary_key=True),
    Column("payload_hash", Text, primary_key=True),
    Column("payload", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("first_seen_at", Instant, nullable=False),
    Column("last_seen_at", Instant, nullable=False),
    Column("times_seen", Integer, nullable=False),
)

archetype_analysis_tracking = Table(
    "archetype_analysis_tracking",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("user_id", Text, nullable=False),
    Column("archetype", Text, ForeignKey("archetype_catalogue.archetype"), nullable=False),
    Column("analysis_type", Text, nullable=False),
    Column("analysis_timestamp", Instant),
    Column("analysis_count", Integer, nullable=False),
    Column("sahha_data_synced", Boolean, nullable=False),
    Column("biomarkers_synced", Boolean, nullable=False),
    Column("scores_synced", Boolean, nullable=False),
    Column("archetypes_synced", Boolean, nullable=False),
    Column("sync_completed_at", Instant),
    Column("sync_error", Text),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    UniqueConstraint("user_id", "archetype", "analysis_type", name="unique_user_archetype_analysis_type"),
)

STREAM_TABLES = {
    Stream.BIOMARKERS: biomarkers,
    Stream.SCORES: scores,
    Stream.SAHHA_ARCHETYPES: sahha_archetypes,
}


def unique_key(table: Table) -> list[Column[object]]:
    """The columns of the natural key of a stream's table, in the order of its constraint."""
    (constraint,) = (found for found in table.constraints if isinstance(found, UniqueConstraint))
    return list(constraint.columns)
