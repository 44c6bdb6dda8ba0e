"""The tables as SQLAlchemy metadata: where every identifier in our SQL comes from, and what `sql/` must amount to."""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Column,
    Computed,
    Date,
    Double,
    ForeignKey,
    Identity,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import DOUBLE_PRECISION, JSONB, TSTZMULTIRANGE

from hos_pipelines.domain.sync import Stream
from hos_pipelines.postgres.adaptation_tables import ADAPTATION_TABLES
from hos_pipelines.postgres.guidance_tables import GUIDANCE_TABLES
from hos_pipelines.postgres.memory_tables import MEMORY_TABLES
from hos_pipelines.postgres.metadata import Instant, Key, metadata
from hos_pipelines.postgres.person_tables import PERSON_TABLES
from hos_pipelines.postgres.plan_tables import PLAN_TABLES
from hos_pipelines.postgres.request_tables import REQUEST_TABLES
from hos_pipelines.postgres.workflow_tables import WORKFLOW_TABLES

__all__ = [
    "ADAPTATION_TABLES",
    "GUIDANCE_TABLES",
    "MEMORY_TABLES",
    "PERSON_TABLES",
    "PLAN_TABLES",
    "REQUEST_TABLES",
    "STREAM_TABLES",
    "WORKFLOW_TABLES",
    "metadata",
    "unique_key",
]

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
    Column("data_received_at", Instant),
    Column("change_count", BigInteger, nullable=False),
    Column("country", Text),
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
    Column("last_outcome", Text),
    Column("last_error", Text),
    Column("attempts", Integer, nullable=False),
    Column("last_attempt_at", Instant),
    Column("last_success_at", Instant),
    Column("newest_reading", Instant),
    Column("change_seen", BigInteger, nullable=False),
    Column("refusals", Integer, nullable=False),
    Column("next_due_at", Instant),
    Column("lease", Text),
    Column("lease_until", Instant),
    Column("rows_changed", BigInteger, nullable=False),
    Column("newest_night", Date),
    Column("gone_since", Instant),
    Column("newest_days", JSONB),
    Column("late_from", Date),
    Column("holes", JSONB),
    Column("late_failed_on", Date),
    Column("looks", JSONB),
    Column("owed", JSONB),
    Column("owed_by", Text),
)

sync_coverage = Table(
    "sync_coverage",
    metadata,
    Column("profile_id", Key, ForeignKey("profiles.profile_id", ondelete="CASCADE"), primary_key=True),
    Column("stream", Text, primary_key=True),
    Column("covered", TSTZMULTIRANGE, nullable=False),
    Column("empty", TSTZMULTIRANGE, nullable=False),
    Column("failed", TSTZMULTIRANGE, nullable=False),
    Column("updated_at", Instant, nullable=False),
)

refresh_ticks = Table(
    "refresh_ticks",
    metadata,
    Column("tick", Text, primary_key=True),
    Column("planned_at", Instant, nullable=False),
    Column("data_source", Text, nullable=False),
    Column("source_reason", Text),
    Column("search_complete", Boolean, nullable=False),
    Column("search_requests", Integer, nullable=False),
    Column("profiles_listed", Integer, nullable=False),
    Column("listings_skipped", Integer, nullable=False),
    Column("profiles_changed", Integer, nullable=False),
    Column("profiles_active", Integer, nullable=False),
    Column("profiles_due", Integer, nullable=False),
    Column("requests_planned", Integer, nullable=False),
    Column("requests_saved", Integer, nullable=False),
    Column("number", BigInteger, Identity(always=True), nullable=False),
)

refresh_batches = Table(
    "refresh_batches",
    metadata,
    Column("batch_id", Text, primary_key=True),
    Column("tick", Text, ForeignKey("refresh_ticks.tick", ondelete="CASCADE"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("profile_ids", ARRAY(Text), nullable=False),
    Column("planned_at", Instant, nullable=False),
    Column("started_at", Instant),
    Column("finished_at", Instant),
    UniqueConstraint("tick", "number", name="refresh_batches_once_per_tick"),
)

sahha_breaker = Table(
    "sahha_breaker",
    metadata,
    Column("base_url", Key, primary_key=True),
    Column("opened_at", Instant),
    Column("retry_at", Instant),
    Column("failures", Integer, nullable=False),
    Column("reason", Text),
)

webhook_inbox = Table(
    "webhook_inbox",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("body_hash", Text, nullable=False),
    Column("event_type", Text, nullable=False),
    Column("external_id", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("times_seen", Integer, nullable=False),
    Column("consumed_at", Instant),
    Column("consumed_as", Text),
    UniqueConstraint("body_hash", name="webhook_inbox_once"),
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
    Column("analyzed_at", Instant),
    Column("rows_seen", BigInteger, nullable=False),
    Column("night_seen", Date),
    Column("data_through", Date),
    Column("fingerprint", Text),
    Column("status", Text),
    Column("failures", Integer, nullable=False),
    Column("next_due_at", Instant),
    Column("profile_id", Key, Computed("user_id", persisted=True)),
    UniqueConstraint("user_id", "archetype", "analysis_type", name="unique_user_archetype_analysis_type"),
)

analysis_results = Table(
    "analysis_results",
    metadata,
    Column("profile_id", Key, ForeignKey("profiles.profile_id", ondelete="CASCADE"), primary_key=True),
    Column("analysis_type", Text, primary_key=True),
    Column("archetype", Text, primary_key=True),
    Column("fingerprint", Text, primary_key=True),
    Column("analyzed_at", Instant, nullable=False),
    Column("status", Text, nullable=False),
    Column("engine", Text, nullable=False),
    Column("method_version", Text, nullable=False),
    Column("mode", Text, nullable=False),
    Column("news_since", Date),
    Column("data_through", Date),
    Column("data_source", Text, nullable=False),
    Column("fetched_up_to", Instant),
    Column("result", JSONB, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("model", Text),
    Column("prompt_version", Text),
    Column("tokens", BigInteger, nullable=False),
    Column("cost_usd", DOUBLE_PRECISION),
    Column("latency_s", DOUBLE_PRECISION, nullable=False),
    Column("violations", JSONB, nullable=False),
    Column("fallback_reason", Text),
)

model_calls = Table(
    "model_calls",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("profile_id", Key, ForeignKey("profiles.profile_id", ondelete="SET NULL")),
    Column("analysis_type", Text, nullable=False),
    Column("fingerprint", Text, nullable=False),
    Column("model", Text, nullable=False),
    Column("prompt_version", Text, nullable=False),
    Column("round", Integer, nullable=False),
    Column("called_at", Instant, nullable=False),
    Column("outcome", Text),
    Column("tokens", BigInteger, nullable=False),
    Column("input_tokens", BigInteger, nullable=False),
    Column("cached_tokens", BigInteger, nullable=False),
    Column("output_tokens", BigInteger, nullable=False),
    Column("cost_usd", DOUBLE_PRECISION),
    Column("latency_s", DOUBLE_PRECISION, nullable=False),
)

model_answers = Table(
    "model_answers",
    metadata,
    Column("profile_id", Key, ForeignKey("profiles.profile_id", ondelete="CASCADE"), primary_key=True),
    Column("analysis_type", Text, primary_key=True),
    Column("fingerprint", Text, primary_key=True),
    Column("model", Text, nullable=False),
    Column("prompt_version", Text, nullable=False),
    Column("answered_at", Instant, nullable=False),
    Column("answer", JSONB),
    Column("reason", Text),
    Column("input_tokens", BigInteger, nullable=False),
    Column("cached_tokens", BigInteger, nullable=False),
    Column("output_tokens", BigInteger, nullable=False),
    Column("cost_usd", DOUBLE_PRECISION),
    Column("latency_s", DOUBLE_PRECISION, nullable=False),
    Column("requests", Integer, nullable=False),
    Column("violations", JSONB, nullable=False),
)

analysis_reports = Table(
    "analysis_reports",
    metadata,
    Column("profile_id", Key, ForeignKey("profiles.profile_id", ondelete="CASCADE"), primary_key=True),
    Column("fingerprint", Text, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("html", Text, nullable=False),
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
