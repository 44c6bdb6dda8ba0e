"""A state of adaptation as it is stored, and back; what is as for whoever has no state is left out."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from hos_pipelines.domain.guidance.adaptation.state import AdaptationState, ArchetypeBlend
from hos_pipelines.domain.guidance.routine.limits import Stage
from hos_pipelines.domain.profiles import Archetype

Json = dict[str, Any]


def state_json(state: AdaptationState) -> Json:
    """All but version, archetype and the day it holds from, which are columns of its row."""
    told: Json = {
        "stage": state.stage.value,
        "stage_since": _day(state.stage_since),
        "fewer_items": state.fewer_items,
        "moved": dict(sorted(state.moved.items())),
        "resting": _days(state.resting),
        "longer": dict(sorted(state.longer.items())),
        "may_replace_from": _day(state.may_replace_from),
        "held_until": _day(state.held_until),
        "locked": _days(state.locked),
        "blend": None if state.blend is None else _blend_json(state.blend),
    }
    return {name: value for name, value in told.items() if value or name == "stage"}


def state_of(version: int, holds_from: date, told: Mapping[str, Any]) -> AdaptationState:
    """The state of a row."""
    return AdaptationState(
        version=version,
        stage=Stage(told["stage"]),
        holds_from=holds_from,
        stage_since=_parsed(told.get("stage_since")),
        fewer_items=int(told.get("fewer_items", 0)),
        moved=dict(told.get("moved", {})),
        resting=_parsed_days(told.get("resting", {})),
        longer=dict(told.get("longer", {})),
        may_replace_from=_parsed(told.get("may_replace_from")),
        held_until=_parsed(told.get("held_until")),
        locked=_parsed_days(told.get("locked", {})),
        blend=_blend(told["blend"]) if "blend" in told else None,
    )


def state_on(versions: Iterable[AdaptationState], day: date) -> AdaptationState:
    """The newest of these that holds on a day; that of whoever has no state where none does."""
    holding = [one for one in versions if one.holds_from is not None and one.holds_from <= day]
    return max(holding, key=lambda one: one.version, default=AdaptationState())


def _blend_json(blend: ArchetypeBlend) -> Json:
    return {"old": blend.old.value, "new": blend.new.value, "starts": blend.starts.isoformat()}


def _blend(told: Mapping[str, str]) -> ArchetypeBlend:
    return ArchetypeBlend(Archetype(told["old"]), Archetype(told["new"]), date.fromisoformat(told["starts"]))


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _days(days: Mapping[str, date]) -> dict[str, str]:
    return {name: day.isoformat() for name, day in sorted(days.items())}


def _parsed(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _parsed_days(told: Mapping[str, str]) -> dict[str, date]:
    return {name: date.fromisoformat(text) for name, text in told.items()}
