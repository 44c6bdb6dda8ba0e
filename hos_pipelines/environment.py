"""Reads the environment and the clock, for the definitions and the commands: nothing below them does either."""

import os
from datetime import UTC, datetime

from hos_pipelines.settings.settings import Settings


def read_settings() -> Settings:
    """The settings of this process, read anew at each call."""
    return Settings.from_mapping(os.environ)


def now() -> datetime:
    """The present, or the virtual present of a demo that runs beside a simulator's clock (UTC)."""
    return read_settings().house.virtual_now or real_now()


def real_now() -> datetime:
    """The present as Dagster has it, whose own records know no virtual one (UTC)."""
    return datetime.now(UTC)
