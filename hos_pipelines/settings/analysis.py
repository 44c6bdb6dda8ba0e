"""What analyses take to be free days, where a profile says nothing of its own."""

from pydantic import Field, field_validator

from hos_pipelines.domain.calendars import parse_country
from hos_pipelines.domain.work_week import WorkWeek, free_weekdays_of
from hos_pipelines.settings.part import SettingsPart


class AnalysisSettings(SettingsPart):
    """Whose weekend and holidays count, and the free weekdays where they are others."""

    country: str | None = Field(default=None, alias="HOS_COUNTRY")
    free_days: str | None = Field(default=None, alias="HOS_FREE_DAYS")

    @field_validator("country")
    @classmethod
    def _country(cls, value: str) -> str:
        return parse_country(value)

    @field_validator("free_days")
    @classmethod
    def _weekdays(cls, value: str) -> str:
        free_weekdays_of(value)
        return value

    @property
    def work_week(self) -> WorkWeek:
        """The free weekdays where they are named, else those of Saturday and Sunday; holidays are the country's."""
        return WorkWeek() if self.free_days is None else WorkWeek(free_weekdays_of(self.free_days))
