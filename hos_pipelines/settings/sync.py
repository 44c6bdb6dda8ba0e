"""The refresh: how far back pulls reach, how many people a run takes, how long it has, and how many may fail."""

from datetime import timedelta
from typing import Self

from pydantic import Field, model_validator

from hos_pipelines.domain.batches import BatchBounds
from hos_pipelines.domain.sync import Stream, SyncRules
from hos_pipelines.domain.tolerance import Tolerance
from hos_pipelines.settings.part import Number, SettingsPart, Whole

LONGEST_BATCH_S = 1800


class SyncSettings(SettingsPart):
    """What planning and pulling take."""

    batch_size: Whole = Field(default=5000, alias="HOS_BATCH_SIZE", ge=1, le=25_000)
    batch_size_min: Whole = Field(default=500, alias="HOS_BATCH_SIZE_MIN", ge=1, le=25_000)
    first_sync_days: Whole = Field(default=7, alias="HOS_FIRST_SYNC_DAYS", ge=1, le=30)
    overlap_days: Whole = Field(default=3, alias="HOS_OVERLAP_DAYS", ge=0, le=30)
    overlap_after_connect_days: Whole = Field(default=14, alias="HOS_OVERLAP_AFTER_CONNECT_DAYS", ge=0, le=60)
    full_sweep_hours: Whole = Field(default=24, alias="HOS_FULL_SWEEP_HOURS", ge=1, le=720)
    lease_minutes: Whole = Field(default=30, alias="HOS_LEASE_MINUTES", ge=5, le=1440)
    failed_percent: Number = Field(default=5, alias="HOS_FAILED_PERCENT", ge=0, le=100, allow_inf_nan=False)
    failed_profiles: Whole = Field(default=3, alias="HOS_FAILED_PROFILES", ge=1, le=1_000_000)

    @model_validator(mode="after")
    def _fits_into_a_batch(self) -> Self:
        """The default gives way to a smaller batch size; what somebody has set does not."""
        if "batch_size_min" in self.model_fields_set and self.batch_size_min > self.batch_size:
            raise ValueError("HOS_BATCH_SIZE_MIN: must not be more than HOS_BATCH_SIZE")
        return self

    @property
    def rules(self) -> SyncRules:
        """How far back pulls reach and how often everyone is pulled."""
        return SyncRules(
            first_sync=timedelta(days=self.first_sync_days),
            overlap_after_connect=timedelta(days=self.overlap_after_connect_days),
            overlap=timedelta(days=self.overlap_days),
            full_sweep=timedelta(hours=self.full_sweep_hours),
        )

    def batch_bounds(self, slots: int, request_delay_s: float) -> BatchBounds:
        """How large batches may be where so many runs share one pace.

        A run that has to wait for its turns takes no more people than it can pull in half an hour: what a tick has, and
        far from the two hours after which Dagster ends a run.
        """
        person_s = request_delay_s * len(Stream) * slots
        largest = self.batch_size if person_s == 0 else max(1, min(self.batch_size, int(LONGEST_BATCH_S / person_s)))
        return BatchBounds(min(self.batch_size_min, largest), largest, slots)

    @property
    def lease(self) -> timedelta:
        """How long the people of a batch whose run does not move are kept from others."""
        return timedelta(minutes=self.lease_minutes)

    @property
    def tolerance(self) -> Tolerance:
        """How many people may fail in a run before it fails."""
        return Tolerance(self.failed_percent / 100, self.failed_profiles)
