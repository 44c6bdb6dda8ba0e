"""Findings: all that is tested for one result, and which of it is more than chance once all of it is counted.

Every test of a result stands here, under one correction; what is not credible here is told nowhere.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from hos_pipelines.domain.behavior.associations import Association, row_associations
from hos_pipelines.domain.behavior.behaviors import Behavior
from hos_pipelines.domain.behavior.changes import Change, changes
from hos_pipelines.domain.behavior.day_grid import DayGrid, day_grid
from hos_pipelines.domain.behavior.vitals import USUAL_DEPENDENCE, hrv_p
from hos_pipelines.domain.behavior.weekly_rhythm import (
    WeekdayEffect,
    WeekdayFinding,
    weekday_effects,
    without_weekdays,
)
from hos_pipelines.domain.gates import LONG_RUN, Status
from hos_pipelines.domain.history import Series

# Of ten findings that are told, one may be chance.
CREDIBLE_Q = 0.1
# What a test is worth beside the others (Genovese, Roeder and Wasserman 2006), set before anything is looked at: most
# to a change of what advice rests on, least to each of the many pairs that may go together. A person of whom all is
# delivered has about BUDGET; of whom less is, what lacks counts as looked at in vain, or else one in thirteen of those
# with five series would have a credible change by chance.
BUDGET = 37.0
CHANGE_WEIGHTS: Mapping[str, float] = {
    "sleep_duration": 8.0,
    "heart_rate_resting": 7.0,
    "steps": 3.5,
    "heart_rate_variability_rmssd": 1.5,
    "heart_rate_variability_sdnn": 1.5,
}
OTHER_CHANGE_WEIGHT = 0.4
HRV_WEIGHT = 5.0
WEEKDAY_WEIGHT = 1.3
ASSOCIATION_WEIGHT = 0.1


class Finding(NamedTuple):
    """A change of a series that was looked for, and its q."""

    change: Change
    q: float

    @property
    def is_credible(self) -> bool:
        """Whether it is more than chance."""
        return self.q < CREDIBLE_Q


class Findings(NamedTuple):
    """What was found: changes by type, credible associations, weekdays by behavior, the q of the HRV of the week."""

    changes: Mapping[str, Finding]
    associations: Sequence[Association]
    weekdays: Mapping[str, WeekdayFinding]
    hrv_q: float | None


class Sought(NamedTuple):
    """What is looked at: all series there are by name, and which of them are tested for a change and in pairs.

    The others only tell what days carry over to the next. `hrv` names the series whose last week up to `through` is
    held against the weeks before.
    """

    series: Mapping[str, Series]
    changing: Collection[str]
    paired: Collection[str]
    behaviors: Sequence[Behavior]
    hrv: str | None
    through: int


def findings(sought: Sought) -> Findings:
    """All tests of one result, corrected together (Benjamini and Hochberg 1995) by their weights."""
    looked_at = {name: one for name, one in sought.series.items() if len(one)}
    grid = day_grid(list(looked_at.values())) if looked_at else DayGrid(0, np.empty((0, 0)))
    found = dict(zip(looked_at, changes(grid.rows, grid.first), strict=True))
    told = {name: change for name, change in found.items() if change is not None}
    changed = {name: change for name, change in told.items() if name in sought.changing}
    pairs = _associations(sought, told, grid, list(looked_at))
    by_weekday = _weekday_effects(sought.behaviors)
    dependence = told[sought.hrv].dependence if sought.hrv in told else USUAL_DEPENDENCE
    of_hrv = None if sought.hrv is None else hrv_p(sought.series[sought.hrv], sought.through, dependence)
    tests: dict[tuple[str | int, ...], tuple[float, float]] = {
        **{("change", name): (one.p, CHANGE_WEIGHTS.get(name, OTHER_CHANGE_WEIGHT)) for name, one in changed.items()},
        **{("weekday", name): (one.p, WEEKDAY_WEIGHT) for name, one in by_weekday.items()},
        **{one[:3]: (one.p, ASSOCIATION_WEIGHT) for one in pairs},
        **({} if of_hrv is None else {("hrv",): (of_hrv, HRV_WEIGHT)}),
    }
    q = dict(zip(tests, weighted_q(list(tests.values()), BUDGET), strict=True))
    return Findings(
        {name: Finding(one, q["change", name]) for name, one in changed.items()},
        [one._replace(q=q[one[:3]]) for one in pairs if q[one[:3]] < CREDIBLE_Q],
        {name: _weekday_finding(one, q["weekday", name]) for name, one in by_weekday.items()},
        q.get(("hrv",)),
    )


def weighted_q(tests: Sequence[tuple[float, float]], budget: float = 0.0) -> list[float]:
    """The q of each p with its weight, in their order, never above 1; equal weights are Benjamini and Hochberg's.

    Weights that come to less than `budget` are filled up with tests that found nothing.
    """
    # Plain numbers: of some forty tests they take half the time of arrays.
    total = max(sum(weight for _, weight in tests), budget)
    scaled = [p / weight * total for p, weight in tests]
    q = [1.0] * len(tests)
    lowest = 1.0
    for rank, place in reversed(list(enumerate(sorted(range(len(tests)), key=scaled.__getitem__), start=1))):
        lowest = min(lowest, scaled[place] / rank)
        q[place] = lowest
    return q


def _associations(sought: Sought, told: Mapping[str, Change], grid: DayGrid, names: Sequence[str]) -> list[Association]:
    """Of values free of their weekday means, as what is done on Sundays goes together by the calendar."""
    paired = sorted(name for name in sought.paired if name in told)
    rows = without_weekdays(grid.rows, grid.first)[[names.index(name) for name in paired]]
    return row_associations(paired, rows, dependence={name: told[name].dependence for name in paired})


def _weekday_effects(behaviors: Sequence[Behavior]) -> dict[str, WeekdayEffect]:
    """By name, of the behaviors that have one; those of the same days at once."""
    told = [one for one in behaviors if LONG_RUN.status(len(one.days)) is not Status.INSUFFICIENT]
    alike: dict[bytes, list[Behavior]] = {}
    for one in told:
        alike.setdefault(one.days.tobytes(), []).append(one)
    found: dict[str, WeekdayEffect] = {}
    for some in alike.values():
        effects = weekday_effects(some[0].days, np.array([one.success for one in some], dtype=np.float64))
        found |= {one.name: effect for one, effect in zip(some, effects, strict=True) if effect is not None}
    return found


def _weekday_finding(effect: WeekdayEffect, q: float) -> WeekdayFinding:
    return WeekdayFinding(effect.eta_squared, effect.p, q, q < CREDIBLE_Q)
