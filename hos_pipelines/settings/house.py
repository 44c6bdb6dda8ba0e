"""The process itself: its folder, how it is called, what it may show, and what time it is for it."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, Field, field_validator

from hos_pipelines.project import own_folder
from hos_pipelines.settings.part import SettingsPart

YEARS = range(1900, 9001)


def _instant(text: str) -> datetime:
    """Only ISO: a bare number would be taken for seconds since 1970."""
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise ValueError("must be an ISO instant such as 2026-11-01T12:00:00Z") from None


class HouseSettings(SettingsPart):
    """What no single room takes."""

    home: Path = Field(default_factory=lambda: own_folder() / ".hos", alias="HOS_HOME")
    command: str | None = Field(default=None, alias="HOS_COMMAND", max_length=1000)
    pictures_in_events: bool = Field(default=False, alias="HOS_PICTURES_IN_EVENTS")
    virtual_now: Annotated[datetime, BeforeValidator(_instant)] | None = Field(default=None, alias="HOS_VIRTUAL_NOW")

    @field_validator("home")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        try:
            return value.expanduser().resolve()
        except (OSError, RuntimeError):
            raise ValueError("must be a folder; write the whole path") from None

    @field_validator("command")
    @classmethod
    def _printable(cls, value: str) -> str:
        if not value.isprintable():
            raise ValueError("must be one line, such as: docker compose exec app hos")
        return value

    @field_validator("virtual_now")
    @classmethod
    def _aware(cls, value: datetime) -> datetime:
        if value.tzinfo is None:
            raise ValueError("must carry a UTC offset, such as 2026-11-01T12:00:00Z")
        if value.year not in YEARS:  # what is kept reaches back a century from it, and waits reach beyond it
            raise ValueError(f"must be of a year from {YEARS.start} to {YEARS.stop - 1}")
        return value
