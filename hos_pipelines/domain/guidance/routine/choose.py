"""Which tasks a day has: what works stays, what half works is made easier, what fails goes, and the rest is filled.

Nothing is random: equal scores are told apart by a hash of person, day and task.
"""

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

from hos_pipelines.domain.guidance.routine.day_blocks import BLOCKS, BlockName
from hos_pipelines.domain.guidance.routine.experience import (
    FEWEST_DUE,
    FIRST_COMPLETION,
    NO_EXPERIENCE,
    Experience,
)
from hos_pipelines.domain.guidance.routine.limits import ADDED_MINUTES, Limits, Readiness
from hos_pipelines.domain.guidance.routine.score import (
    ANY_TIME,
    OTHER_TIME,
    PREFERRED,
    Suitability,
    fit_of,
    suitability,
)
from hos_pipelines.domain.guidance.routine.tasks import Task
from hos_pipelines.domain.profiles import Archetype

LEAST_FIT = 0.1
DISLIKED_TIMES = 2
STILL_IN_PLAN_DAYS = 7
MOST_OF_CATEGORY = 2
SHORTEST_MINUTES, SHORTEST_SHARE = 5, 0.5
LONGEST_MORE = 10
PEAK: BlockName = "Peak Energy Block"
NAMED_BLOCKS: Mapping[str, BlockName] = {
    "morning": "Morning Block",
    "peak": "Peak Energy Block",
    "midday": "Mid-day Slump",
    "evening": "Evening Routine",
    "winddown": "Wind Down",
}
LATE_BLOCKS = ("Evening Routine", "Wind Down")
# Where a task may stand whose row names no block, the best first.
BLOCKS_BY_TIME: Mapping[str, tuple[BlockName, ...]] = {
    "morning": ("Morning Block", "Peak Energy Block"),
    "afternoon": ("Mid-day Slump", "Evening Routine"),
    "evening": ("Evening Routine", "Wind Down"),
    "any": ("Peak Energy Block", "Mid-day Slump", "Evening Routine", "Morning Block"),
}

Why = Literal["habit", "longer", "shortened", "easier", "moved", "added", "chosen"]


@dataclass(frozen=True, slots=True)
class Chooser:
    """The person and day tasks are chosen for.

    `archetypes` are shares that add up to 1 (two of them in a blend), `mode` the readiness of the day, unknown as
    Medium; `flags` health flags, `met` the needs that are met; `recent_groups` were used within their cool-down;
    `usual_minutes` says when a task was really done, as the median minute of the local day. `may_replace` is false in
    a week that has replaced a task already. `moved`, `longer` and `resting` are what adaptation has settled: the minute
    of the local day a task begins at, minutes more of one that is kept, and what is not offered today.
    """

    profile_id: str
    day: date
    archetypes: Mapping[Archetype, float]
    mode: Readiness
    limits: Limits
    flags: frozenset[str] = frozenset()
    met: frozenset[str] = frozenset()
    experiences: Mapping[str, Experience] = field(default_factory=dict)
    own_mean: float = FIRST_COMPLETION
    recent_groups: frozenset[str] = frozenset()
    usual_minutes: Mapping[str, int] = field(default_factory=dict)
    may_replace: bool = True
    moved: Mapping[str, int] = field(default_factory=dict)
    longer: Mapping[str, int] = field(default_factory=dict)
    resting: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Chosen:
    """A task of the day: for how long, why it is in it, and the minute of the local day at which it is usually done.

    A habit keeps its place before all else, whatever is changed about it. `parts` are those of the score it was chosen
    by, None of what was in the plan before; `block` is the only one it may stand in.
    """

    task: Task
    minutes: int
    why: Why
    usual_minute: int | None = None
    parts: Suitability | None = None
    is_habit: bool = False
    block: BlockName | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """The counted tasks of a day, and those that were in its plans and make room for others from this day on."""

    items: tuple[Chosen, ...]
    replaced: tuple[str, ...] = ()


def choose(tasks: Sequence[Task], chooser: Chooser) -> Choice:
    """The counted tasks of a day within its limits: habits, then what is made easier, then the best of the rest.

    While less is planned, the best of each half of the day stays, and nothing is replaced: most goes as it is.
    """
    by_id = {task.id: task for task in tasks}
    allowed = [task for task in tasks if task.role == "counted" and is_allowed(task, chooser)]
    picked = _Picked(chooser.limits)
    replaced: list[str] = []
    for task in _in_plan(allowed, chooser):
        verdict = chooser.experiences[task.id].verdict
        if verdict == "replace" and chooser.may_replace and not replaced and not chooser.limits.one_each:
            replaced.append(task.id)
            allowed.remove(task)
        elif verdict in ("adapt", "replace"):
            picked.take(_made_easier(task, by_id.values(), allowed, chooser))
        else:
            _keep(task, picked, chooser)
    while len(picked.items) < picked.usual and (best := _best(allowed, picked, chooser)) is not None:
        picked.take(best)
    if chooser.limits.has_one_more and (added := _one_more(allowed, picked, chooser)) is not None:
        picked.take(added)
    return Choice(tuple(picked.items), tuple(replaced))


def is_allowed(task: Task, chooser: Chooser) -> bool:
    """Whether a task may be given at all: flags, needs, fit, readiness, and what was disliked twice in 28 days."""
    return (
        task.id not in chooser.resting
        and chooser.flags.isdisjoint(task.contraindications)
        and (not task.needs or task.needs in chooser.met)
        and task.modes[chooser.mode.lower()] > 0
        and archetype_fit(task, chooser) > LEAST_FIT
        and (chooser.limits.vigorous or task.intensity != "vigorous")
        and chooser.experiences.get(task.id, NO_EXPERIENCE).low_ratings < DISLIKED_TIMES
    )


def archetype_fit(task: Task, chooser: Chooser) -> float:
    """The fit of a task for the archetype of the day, or for a blend of two by their shares."""
    return sum(share * task.fits[archetype] for archetype, share in chooser.archetypes.items())


def blocks_for(task: Task) -> tuple[BlockName, ...]:
    """Where a task may stand, the best first."""
    return BLOCKS_BY_TIME[task.time_of_day] if task.block == "any" else (NAMED_BLOCKS[task.block],)


def is_late(task: Task) -> bool:
    """Whether a task belongs to the second half of the day."""
    return blocks_for(task)[0] in LATE_BLOCKS


class _Picked:
    """What is in the day so far, and whether one more has room."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.usual = limits.items - limits.has_one_more
        self.items: list[Chosen] = []
        self.groups: set[str] = set()
        self.categories: Counter[str] = Counter()
        self.minutes = 0

    def has_room(self, task: Task, minutes: int) -> bool:
        return (
            len(self.items) < self.limits.items
            and self.minutes + minutes <= self.limits.minutes
            and task.rotation_group not in self.groups
            and self.categories[task.category] < MOST_OF_CATEGORY
            and not (self.limits.one_each and any(is_late(task) == is_late(item.task) for item in self.items))
        )

    def take(self, chosen: Chosen) -> bool:
        if not self.has_room(chosen.task, chosen.minutes):
            return False
        self.items.append(chosen)
        self.groups.add(chosen.task.rotation_group)
        self.categories[chosen.task.category] += 1
        self.minutes += chosen.minutes
        return True


def _in_plan(tasks: Iterable[Task], chooser: Chooser) -> Iterator[Task]:
    """The tasks of the last week's plans, those done most first.

    Where one of each half of the day is to stay, also those of too few days to tell, by what is to be expected of them.
    """
    all_of_them = chooser.limits.one_each
    recent = [
        (experience.expected_completion(chooser.own_mean) if all_of_them else experience.share or 0.0, experience, task)
        for task in tasks
        if (experience := chooser.experiences.get(task.id)) is not None
        and experience.days_since_used is not None
        and experience.days_since_used <= STILL_IN_PLAN_DAYS
        and (all_of_them or experience.verdict != "open")
    ]
    return (task for _, _, task in sorted(recent, key=lambda entry: (-entry[0], -entry[1].due, entry[2].id)))


def _keep(task: Task, picked: _Picked, chooser: Chooser) -> None:
    """Takes a task as it was, or as adaptation has settled: at another minute, or one of them for longer.

    Where there is no room for the longer one it stays as it was.
    """
    is_habit = chooser.experiences[task.id].verdict == "keep"
    why: Why = "moved" if task.id in chooser.moved else "habit" if is_habit else "chosen"
    kept = Chosen(task, task.minutes, why, _minute_of(task, chooser), is_habit=is_habit)
    more = chooser.longer.get(task.id, 0)
    if more and is_habit and all(item.why != "longer" for item in picked.items):
        kept_longer = replace(kept, minutes=task.minutes + min(more, LONGEST_MORE), why="longer")
        if picked.take(kept_longer):
            return
    picked.take(kept)


def _made_easier(task: Task, library: Collection[Task], allowed: Collection[Task], chooser: Chooser) -> Chosen:
    """One change at a time: to when it is really done, else shorter, else an easier one of its group."""
    usual = _minute_of(task, chooser)
    if usual is not None:
        return Chosen(task, task.minutes, "moved", usual)
    shorter = max(SHORTEST_MINUTES, int(task.minutes * SHORTEST_SHARE))
    if shorter < task.minutes:
        return Chosen(task, shorter, "shortened")
    siblings = [
        other
        for other in library
        if other in allowed
        and other.rotation_group == task.rotation_group
        and other.id != task.id
        and (other.minutes, other.difficulty != "easy") < (task.minutes, task.difficulty != "easy")
    ]
    if siblings:
        easier = min(siblings, key=lambda other: (other.minutes, other.id))
        return Chosen(easier, easier.minutes, "easier")
    return Chosen(task, task.minutes, "chosen")


def _best(tasks: Iterable[Task], picked: _Picked, chooser: Chooser) -> Chosen | None:
    fitting = [task for task in tasks if picked.has_room(task, task.minutes)]
    known = [task for task in fitting if task.id in chooser.experiences] if chooser.limits.only_known else []
    candidates = [(suits(task, chooser), task) for task in known or fitting]
    if not candidates:
        return None
    parts, task = max(candidates, key=lambda entry: (round(entry[0].score, 9), _tie(chooser, entry[1])))
    moved = chooser.moved.get(task.id)
    return Chosen(task, task.minutes, "chosen" if moved is None else "moved", moved, parts=parts)


def _one_more(tasks: Sequence[Task], picked: _Picked, chooser: Chooser) -> Chosen | None:
    """A short task more, in the block whose tasks are done most that has one."""
    short = [task for task in tasks if task.minutes <= ADDED_MINUTES]
    for block in best_blocks(tasks, chooser):
        found = _best([task for task in short if block in blocks_for(task)], picked, chooser)
        if found is not None:
            return replace(found, why="added", block=block)
    return None


def best_blocks(tasks: Iterable[Task], chooser: Chooser) -> list[BlockName]:
    """The blocks by the share of what was due of their tasks that was done, the best first.

    Those of fewer than five due days follow in the order of the day, that of most energy before the others.
    """
    due, done = dict.fromkeys(BLOCKS, 0), dict.fromkeys(BLOCKS, 0.0)
    for task in tasks:
        experience = chooser.experiences.get(task.id, NO_EXPERIENCE)
        due[blocks_for(task)[0]] += experience.due
        done[blocks_for(task)[0]] += experience.done
    known = [block for block in BLOCKS if due[block] >= FEWEST_DUE]
    unknown = sorted((block for block in BLOCKS if block not in known), key=lambda block: block != PEAK)
    return [*sorted(known, key=lambda block: (-done[block] / due[block], -due[block])), *unknown]


def _minute_of(task: Task, chooser: Chooser) -> int | None:
    """The minute of the local day at which a task belongs: as it is settled, else when it is usually done."""
    return chooser.moved.get(task.id, chooser.usual_minutes.get(task.id))


def suits(task: Task, chooser: Chooser) -> Suitability:
    """How a task suits this person today, at the best of the blocks it may stand in."""
    return suitability(
        fit_of(archetype_fit(task, chooser), task.modes[chooser.mode.lower()]),
        _time_of_day(task),
        chooser.experiences.get(task.id, NO_EXPERIENCE),
        recent=task.rotation_group in chooser.recent_groups,
        own_mean=chooser.own_mean,
    )


def _time_of_day(task: Task) -> float:
    if task.time_of_day == "any":
        return ANY_TIME
    return PREFERRED if blocks_for(task)[0] in BLOCKS_BY_TIME[task.time_of_day] else OTHER_TIME


def _tie(chooser: Chooser, task: Task) -> str:
    return hashlib.sha256(f"{chooser.profile_id}|{chooser.day.isoformat()}|{task.id}".encode()).hexdigest()
