"""The refresh: how far back pulls reach, how many people a run takes, how long it has, and how many may fail."""

from datetime import timedelta

from pydantic import Field

from hos_pipelines.domain.sync import SyncRules
from hos_pipelines.domain.tolerance import Tolerance
from hos_pipelines.settings.part import Number, SettingsPart, Whole


class SyncSettings(SettingsPart):
    """What planning and pulling take."""

    batch_size: Whole = Field(default=1000, alias="HOS_BATCH_SIZE", ge=1, le=25_000)
    first_sync_days: Whole = Field(default=7, alias="HOS_FIRST_SYNC_DAYS", ge=1, le=30)
    overlap_days: Whole = Field(default=3, alias="HOS_OVERLAP_DAYS", ge=0, le=30)
    overlap_after_connect_days: Whole = Field(default=14, alias="HOS_OVERLAP_AFTER_CONNECT_DAYS", ge=0, le=60)
    full_sweep_hours: Whole = Field(default=24, alias="HOS_FULL_SWEEP_HOURS", ge=1, le=720)
    lease_minutes: Whole = Field(default=30, alias="HOS_LEASE_MINUTES", ge=5, le=1440)
    failed_percent: Number = Field(default=5, alias="HOS_FAILED_PERCENT", ge=0, le=100, allow_inf_nan=False)
    failed_profiles: Whole = Field(default=3, alias="HOS_FAILED_PROFILES", ge=1, le=1_000_000)

    @property
    def rules(self) -> SyncRules:
        """How far back pulls reach and how often everyone is pulled."""
        return SyncRules(
            first_sync=timedelta(days=self.first_sync_days),
            overlap_after_connect=timedelta(days=self.overlap_after_connect_days),
            overlap=timedelta(days=self.overlap_days),
            full_sweep=timedelta(hours=self.full_sweep_hours),
        )

    @property
    def lease(self) -> timedelta:
        """How long the people of a batch whose run does not move are kept from others."""
        return timedelta(minutes=self.lease_minutes)

    @property
    def tolerance(self) -> Tolerance:
        """How many people may fail in a run before it fails."""
        return Tolerance(self.failed_percent / 100, self.failed_profiles)
