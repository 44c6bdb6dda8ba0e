"""The automation as it is now. Where Dagster has no records yet none are made, and Dagster is not imported."""

import os
from collections.abc import Callable
from datetime import UTC, datetime

from hos_pipelines.cli.automation_state import AutomationState
from hos_pipelines.cli.lazy import on_call
from hos_pipelines.settings.settings import Settings

RECORDS = "hos_pipelines.cli.automation_records"


def read_state(settings: Settings) -> AutomationState:
    """The state as Dagster's records have it, by the real clock."""
    at = datetime.now(UTC)
    home = settings.house.home / "dagster" / "dagster.yaml"
    if not os.environ.get("DAGSTER_HOME") and not home.exists():
        return AutomationState(at, unknown=f"not known: no Dagster home at {home.parent} yet; `hos up` makes one")
    read_records: Callable[[Settings, datetime], AutomationState] = on_call(RECORDS, "read_records")
    return read_records(settings, at)
