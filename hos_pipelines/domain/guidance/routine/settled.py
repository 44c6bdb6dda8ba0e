"""What adaptation and the last week's plans have settled for the plan of one day, and what is said of it to the person.

A sentence says no more than is so: why an hour was moved is told only where it is near to when the task is done.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from hos_pipelines.domain.guidance.adaptation.state import AdaptationState
from hos_pipelines.domain.guidance.routine.anchors import DAY, shorter_way
from hos_pipelines.domain.guidance.routine.choose import Chooser, Chosen
from hos_pipelines.domain.guidance.routine.experience import NO_EXPERIENCE
from hos_pipelines.domain.guidance.routine.limits import Stage
from hos_pipelines.domain.profiles import Archetype

# A task that was replaced stays away so long, and no other is replaced meanwhile.
REPLACED_FOR = timedelta(days=7)
NEAR_MINUTES, AT_MINUTES = 60, 15
NO_STATE = AdaptationState()
QUESTION = (
    "Little was told of the days before, so fewer items are planned. Do they not fit, is the hour wrong, or was there "
    "nothing to tell? A word on any item is enough, and the plan follows it."
)


@dataclass(frozen=True, slots=True)
class Settled:
    """How the plan of one day is made. `archetypes` are shares that add up to 1; `resting` is not offered on the day.

    Version 0 is that of whoever has no state.
    """

    archetypes: Mapping[Archetype, float]
    version: int = 0
    stage: Stage = Stage.MAINTAIN
    fewer_items: int = 0
    moved: Mapping[str, int] = field(default_factory=dict)
    longer: Mapping[str, int] = field(default_factory=dict)
    resting: frozenset[str] = frozenset()
    may_replace: bool = True

    @property
    def fact_ids(self) -> tuple[str, ...]:
        """The state as a fact that an item rests on; none where there is none."""
        return (f"adaptation_state_{self.version}",) if self.version else ()

    @property
    def is_blend(self) -> bool:
        """Whether one archetype is going over into another."""
        return len(self.archetypes) > 1

    @property
    def question(self) -> str | None:
        """What is asked of somebody of whom little is told, and who therefore has fewer items."""
        return QUESTION if self.fewer_items else None


def settled_for(state: AdaptationState, stated: Archetype, day: date, replaced: Mapping[str, date]) -> Settled:
    """What holds for the plan of a day; `replaced` are tasks with the day of the plan that replaced them.

    Another archetype starts at MAINTAIN: what was settled of another one's stage is not taken over.
    """
    of_week = {task for task, since in replaced.items() if day - REPLACED_FOR < since < day}
    may_replace = state.may_replace_from is None or day >= state.may_replace_from
    starts_anew = _starts_anew(state, stated, day)
    return Settled(
        archetypes=state.archetypes(stated, day),
        version=state.version,
        stage=Stage.MAINTAIN if starts_anew else state.stage,
        fewer_items=state.fewer_items,
        moved=dict(sorted(state.moved.items())),
        longer={} if starts_anew else dict(sorted(state.longer.items())),
        resting=frozenset({task for task, until in state.resting.items() if day < until} | of_week),
        may_replace=may_replace and not of_week,
    )


def _starts_anew(state: AdaptationState, stated: Archetype, day: date) -> bool:
    """Whether the stage was settled for another archetype than that of the day."""
    if state.archetype is not None and state.archetype is not stated:
        return True
    blend = state.blend
    if blend is None or blend.new is not stated or day < blend.starts:
        return False
    return state.stage_since is None or state.stage_since < blend.starts


def is_settled(chosen: Chosen, settled: Settled) -> bool:
    """Whether the state has made an item what it is."""
    return bool(settled.version) and (
        chosen.why in ("longer", "added")
        or chosen.task.id in settled.moved
        or settled.stage is Stage.SIMPLIFY
        or (settled.is_blend and chosen.parts is not None)
    )


def sentence_of(chosen: Chosen, minute: int, settled: Settled, chooser: Chooser) -> str:
    """What the state has changed about an item that begins at this minute of the local day; may be empty."""
    if not settled.version:
        return ""
    parts = [
        _of_length(chosen),
        _of_stage(chosen, settled, chooser),
        _of_hour(chosen.task.id, minute, settled, chooser.usual_minutes),
    ]
    return " ".join(filter(None, parts))


def _of_length(chosen: Chosen) -> str:
    if chosen.why == "longer":
        return f"It lasts {chosen.minutes - chosen.task.minutes} minutes longer than before, because it is a habit."
    return "It is one short item more, because most of what was planned was done." if chosen.why == "added" else ""


def _of_stage(chosen: Chosen, settled: Settled, chooser: Chooser) -> str:
    if settled.stage is not Stage.SIMPLIFY:
        return ""
    if chosen.why == "shortened":
        return "It is shorter, because less is planned for now."
    if chosen.parts is None and chosen.why != "easier":
        is_known = chooser.experiences.get(chosen.task.id, NO_EXPERIENCE).due
        why = ", because it went best in its half of the day" if is_known else ""
        return f"It stays while less is planned{why}."
    return "It is one of the few items that are planned for now."


def _of_hour(task_id: str, minute: int, settled: Settled, usual: Mapping[str, int]) -> str:
    moved = settled.moved.get(task_id)
    if moved is None or abs(shorter_way(moved, minute)) > AT_MINUTES:
        return ""
    done = usual.get(task_id)
    why = "" if done is None or abs(shorter_way(done, minute)) > NEAR_MINUTES else ", nearer to when it is done"
    return f"Its hour was moved to {minute % DAY // 60:02d}:{minute % 60:02d}{why}."
