"""What is offered for a day before it has a place: its words, what it rests on, and where it wishes to stand."""

from dataclasses import dataclass
from typing import Literal

from hos_pipelines.domain.guidance.plan_rows import Priority
from hos_pipelines.domain.guidance.routine.choose import Chosen, Why, blocks_for
from hos_pipelines.domain.guidance.routine.place import Wish

Role = Literal["frame", "counted"]


@dataclass(frozen=True, slots=True)
class ItemOffer:
    """One item without its hour. `library_id` is None of the frame's own items; `fact_ids` go beyond the anchors.

    A habit keeps its place before all else.
    """

    wish: Wish
    title: str
    what: str
    because: str
    task_type: str
    category: str
    priority: Priority = "high"
    role: Role = "frame"
    reason: Why | Literal["frame"] = "frame"
    fact_ids: tuple[str, ...] = ()
    library_id: str | None = None
    is_habit: bool = False


def offer_of(chosen: Chosen, wish: Wish, fact_ids: tuple[str, ...]) -> ItemOffer:
    """A counted task as it was chosen. What has become a habit comes first; what asks much, last."""
    task = chosen.task
    return ItemOffer(
        wish=wish,
        title=task.name,
        what=task.what,
        because=task.why,
        task_type=task.task_type,
        category=task.category,
        priority="high" if chosen.is_habit else "low" if task.difficulty == "hard" else "medium",
        role="counted",
        reason=chosen.why,
        fact_ids=fact_ids,
        library_id=task.id,
        is_habit=chosen.is_habit,
    )


def wish_of(chosen: Chosen, at: int | None, waking: int, latest_end: int | None) -> Wish:
    """Where a chosen task wishes to stand in a day of so many waking minutes, all in minutes from waking."""
    task = chosen.task
    return Wish(
        key=task.id,
        minutes=chosen.minutes,
        blocks=blocks_for(task) if chosen.block is None else (chosen.block,),
        at=at if at is not None and at < waking else None,
        latest_end=latest_end,
        at_the_end=task.time_of_day == "evening",
    )
