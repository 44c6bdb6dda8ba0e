"""The tables a person, or an app for them, writes: facts of themselves, items of plans, check-ins, journals."""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Integer,
    Table,
    Text,
    Time,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.dialects.postgresql import JSONB

from hos_pipelines.postgres.metadata import Instant, Key, metadata

profile_facts = Table(
    "profile_facts",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("profile_id", Key, ForeignKey("profiles.profile_id", ondelete="CASCADE"), nullable=False),
    Column("fact_key", Text, nullable=False),
    Column("value", JSONB, nullable=False),
    Column("source", Text, nullable=False),
    Column("valid_from", Instant, nullable=False),
    Column("valid_to", Instant),
    Column("recorded_at", Instant, nullable=False),
)

plan_items = Table(
    "plan_items",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("profile_id", Key, ForeignKey("profiles.profile_id", ondelete="CASCADE"), nullable=False),
    Column("analysis_result_id", Uuid),
    Column("item_id", Text, nullable=False),
    Column("plan_date", Date, nullable=False),
    Column("time_block", Text),
    Column("title", Text, nullable=False),
    Column("description", Text),
    Column("scheduled_time", Time),
    Column("scheduled_end_time", Time),
    Column("estimated_duration_minutes", Integer),
    Column("task_type", Text),
    Column("category", Text),
    Column("subcategory", Text),
    Column("variation_group", Text),
    Column("source", Text),
    Column("is_trackable", Boolean),
    Column("priority_level", Text),
    Column("time_block_order", Integer),
    Column("task_order_in_block", Integer),
    Column("superseded_at", Instant),
    Column("recorded_at", Instant, nullable=False),
    Column("plan_id", Uuid),
    Column("starts_at", Instant),
    Column("because", Text),
    Column("fact_ids", ARRAY(Text)),
    Column("reason", Text),
    Column("library_id", Text),
    Column("library_version", Text),
    UniqueConstraint("profile_id", "id", name="plan_items_of_profile"),
)

task_checkins = Table(
    "task_checkins",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("profile_id", Key, ForeignKey("profiles.profile_id", ondelete="CASCADE"), nullable=False),
    Column("plan_item_id", Uuid, nullable=False),
    Column("analysis_result_id", Uuid),
    Column("planned_date", Date, nullable=False),
    Column("planned_time", Time),
    Column("completion_status", Text, nullable=False),
    Column("completed_at", Instant),
    Column("actual_completion_time", Instant),
    Column("satisfaction_rating", Integer),
    Column("continue_preference", Text),
    Column("skip_reason", Text),
    Column("user_notes", Text),
    Column("created_at", Instant),
    Column("recorded_at", Instant, nullable=False),
    UniqueConstraint("profile_id", "plan_item_id", "planned_date", name="unique_task_checkin_per_day"),
    ForeignKeyConstraint(
        ["profile_id", "plan_item_id"], ["plan_items.profile_id", "plan_items.id"], ondelete="CASCADE"
    ),
)

task_checkin_versions = Table(
    "task_checkin_versions",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("profile_id", Key, nullable=False),
    Column("row_id", Uuid, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("content", JSONB, nullable=False),
)

daily_journals = Table(
    "daily_journals",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("profile_id", Key, ForeignKey("profiles.profile_id", ondelete="CASCADE"), nullable=False),
    Column("journal_date", Date, nullable=False),
    Column("energy_level", Integer),
    Column("mood_rating", Integer),
    Column("sleep_quality", Integer),
    Column("stress_level", Integer),
    Column("nutrition_satisfaction", Integer),
    Column("meal_timing_satisfaction", Integer),
    Column("hydration_glasses", Integer),
    Column("breathing_exercises_completed", Boolean),
    Column("sunlight_exposure_completed", Boolean),
    Column("mindfulness_practice_completed", Boolean),
    Column("is_ill", Boolean),
    Column("has_pain", Boolean),
    Column("is_travelling", Boolean),
    Column("is_on_holiday", Boolean),
    Column("what_went_well", Text),
    Column("what_was_challenging", Text),
    Column("tomorrow_intentions", Text),
    Column("gratitude_notes", ARRAY(Text)),
    Column("voice_note_url", Text),
    Column("voice_note_duration_seconds", Integer),
    Column("completed_at", Instant),
    Column("time_to_complete_seconds", Integer),
    Column("recorded_at", Instant, nullable=False),
    UniqueConstraint("profile_id", "journal_date", name="unique_journal_per_day"),
)

daily_journal_versions = Table(
    "daily_journal_versions",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("profile_id", Key, nullable=False),
    Column("row_id", Uuid, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("content", JSONB, nullable=False),
)

PERSON_TABLES = (
    profile_facts,
    plan_items,
    task_checkins,
    task_checkin_versions,
    daily_journals,
    daily_journal_versions,
)
