"""How long data is kept before maintenance deletes it."""

from datetime import timedelta

from pydantic import Field

from hos_pipelines.domain.retention import KeepRules
from hos_pipelines.settings.part import SettingsPart, Whole


class KeepSettings(SettingsPart):
    """What maintenance takes, in days."""

    readings_days: Whole = Field(default=400, alias="HOS_KEEP_READINGS_DAYS", ge=35, le=36_500)
    webhooks_days: Whole = Field(default=14, alias="HOS_KEEP_WEBHOOKS_DAYS", ge=1, le=36_500)
    quarantine_days: Whole = Field(default=90, alias="HOS_KEEP_QUARANTINE_DAYS", ge=1, le=36_500)
    ticks_days: Whole = Field(default=30, alias="HOS_KEEP_TICKS_DAYS", ge=1, le=36_500)
    results_days: Whole = Field(default=90, alias="HOS_KEEP_RESULTS_DAYS", ge=1, le=36_500)
    workflows_days: Whole = Field(default=30, alias="HOS_KEEP_WORKFLOWS_DAYS", ge=1, le=36_500)
    diary_days: Whole = Field(default=400, alias="HOS_KEEP_DIARY_DAYS", ge=60, le=36_500)
    requests_days: Whole = Field(default=30, alias="HOS_KEEP_REQUESTS_DAYS", ge=1, le=36_500)

    @property
    def rules(self) -> KeepRules:
        """How long each kind of row is kept."""
        return KeepRules(
            readings=timedelta(days=self.readings_days),
            webhooks=timedelta(days=self.webhooks_days),
            quarantine=timedelta(days=self.quarantine_days),
            ticks=timedelta(days=self.ticks_days),
            results=timedelta(days=self.results_days),
            workflows=timedelta(days=self.workflows_days),
            diary=timedelta(days=self.diary_days),
            requests=timedelta(days=self.requests_days),
        )
