"""The day that a page shows: both plans that stand, over the energy curve of the predicted day."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from psycopg import Connection

from hos_pipelines.domain.analysis_scope import AnalysisType
from hos_pipelines.postgres.analysis_store import read_current
from hos_pipelines.postgres.plan_store import StoredPlan
from hos_pipelines.report.day_plan import DayPlan, PlannedDay, day_plan


def energy_of_day(connection: Connection[Any], profile_id: str) -> list[tuple[str, float]]:
    """The level of energy by clock of the circadian result that stands; empty where there is none."""
    stored = read_current(connection, profile_id, AnalysisType.CIRCADIAN)
    if stored is None:
        return []
    slots: Sequence[Mapping[str, Any]] = orjson.loads(stored.result)["energy_timeline"]
    return [(slot["time"], slot["energy_level"]) for slot in slots]


def shown_day(plans: Mapping[str, StoredPlan], energy: Sequence[tuple[str, float]]) -> DayPlan | None:
    """The plans of a day as one; None where there is none."""
    return day_plan(_planned(plans.get("routine")), _planned(plans.get("nutrition")), energy)


def _planned(stored: StoredPlan | None) -> PlannedDay | None:
    if stored is None:
        return None
    refusal = None if stored.refusal is None else f"No {stored.kind} plan: {stored.refusal.rstrip('.')}."
    return PlannedDay(stored.plan_date, stored.wakes_at, stored.beds_at, stored.plan, refusal)
