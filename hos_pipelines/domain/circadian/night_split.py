"""The nights of a person by kind of day, and what each value of the questionnaire made of them rests on."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from hos_pipelines.domain.circadian.chronotype import (
    TYPES_SOURCE,
    WEEK_DAYS,
    Mctq,
    Timing,
    mctq,
    usual_timing,
)
from hos_pipelines.domain.circadian.intervals import (
    Resampled,
    Sides,
    resample_timing,
)
from hos_pipelines.domain.clock import circular_sd
from hos_pipelines.domain.facts import Basis
from hos_pipelines.domain.gates import (
    FREE_NIGHTS,
    MEDIUM,
    WORK_NIGHTS,
)
from hos_pipelines.domain.living import Living, telling_sides
from hos_pipelines.domain.nights import SleepHistory
from hos_pipelines.domain.resampling import Resampling
from hos_pipelines.domain.work_week import WorkWeek

ESTIMATED, STATED = "free days estimated", "free days stated"
MCTQ_METHOD = f"{{}} (MCTQ, Roenneberg 2012) of circular mean onset and wake, {ESTIMATED}"
NO_FREE_DAYS = "no free days in the work week"
NO_WORK_DAYS = "no work days in the work week"


class NightCounts(NamedTuple):
    """How many settled nights of either kind are known, and how many work days a week has: what each side allows.

    `is_stated` says that the person told which days are free.
    """

    free_nights: int
    work_nights: int
    work_days: int
    is_stated: bool = False

    def of_free(self, method: str) -> Basis:
        basis = Basis.of(FREE_NIGHTS, self.free_nights, method, MEDIUM)
        return basis.refuse(NO_FREE_DAYS) if self.work_days == WEEK_DAYS else basis

    def of_work(self, method: str) -> Basis:
        basis = Basis.of(WORK_NIGHTS, self.work_nights, method, MEDIUM)
        return basis.refuse(NO_WORK_DAYS) if self.work_days == 0 else basis

    def of_both(self, method: str) -> Basis:
        """Free and work nights, of which a week without work days needs the former only."""
        if self.work_days in (0, WEEK_DAYS):
            return self.of_free(method)
        return Basis.of_all({FREE_NIGHTS: self.free_nights, WORK_NIGHTS: self.work_nights}, method, MEDIUM)

    def of_week(self, method: str) -> Basis:
        """The nights a mean over the week needs: those of work days alone where there are no others."""
        return self.of_work(method) if self.work_days == WEEK_DAYS else self.of_both(method)


# Each value of the questionnaire: the basis it rests on, and its method.
QUESTIONNAIRE: Mapping[str, tuple[Callable[[NightCounts, str], Basis], str]] = {
    "onset_work": (NightCounts.of_work, MCTQ_METHOD.format("mean onset on work days")),
    "wake_work": (NightCounts.of_work, MCTQ_METHOD.format("mean waking on work days")),
    "onset_free": (NightCounts.of_free, MCTQ_METHOD.format("mean onset on free days")),
    "wake_free": (NightCounts.of_free, MCTQ_METHOD.format("mean waking on free days")),
    "sd_work": (NightCounts.of_work, MCTQ_METHOD.format("sleep duration on work days")),
    "sd_free": (NightCounts.of_free, MCTQ_METHOD.format("sleep duration on free days")),
    "msw": (NightCounts.of_work, MCTQ_METHOD.format("MSW")),
    "msf": (NightCounts.of_free, MCTQ_METHOD.format("MSF")),
    "sd_week": (NightCounts.of_week, MCTQ_METHOD.format("SDweek")),
    "sloss_week": (NightCounts.of_both, MCTQ_METHOD.format("SLOSSweek")),
    "msf_sc": (NightCounts.of_both, MCTQ_METHOD.format("MSFsc")),
    "sjl_rel": (NightCounts.of_both, MCTQ_METHOD.format("MSF - MSW, above -12 h up to 12 h")),
    "sjl": (NightCounts.of_both, MCTQ_METHOD.format("SJL")),
    "sjl_sc": (NightCounts.of_both, MCTQ_METHOD.format("SJLsc (Jankowski 2017)")),
    "chronotype": (NightCounts.of_both, f"MSFsc in the {TYPES_SOURCE}; {ESTIMATED}"),
}


@lru_cache(maxsize=4096)
def _bases(known: NightCounts) -> Mapping[str, Basis]:
    """What each value of the questionnaire rests on; of the same counts always the same."""
    told = STATED if known.is_stated else ESTIMATED
    return {
        fact_id: allowed(known, method.replace(ESTIMATED, told)) for fact_id, (allowed, method) in QUESTIONNAIRE.items()
    }


@dataclass(frozen=True, slots=True)
class NightSplit:
    """Settled nights by kind of day, what the questionnaire makes of them, and what each of its values rests on.

    Nights far from the others of their kind are left out; `outlying` says how many. `sampled` has the intervals.
    `spread` is the circular SD of midsleep on free days or on work days, whichever is larger, in hours.
    """

    free: Timing | None
    work: Timing | None
    known: NightCounts
    mctq: Mctq
    bases: Mapping[str, Basis]
    spread: float | None
    outlying: int
    sampled: Resampled
    sides: Sides


def split_sides(sleep: SleepHistory, week: WorkWeek, living: Living, resampled: Resampling) -> NightSplit:
    free, work = telling_sides(sleep.midpoints, sleep.free, sleep.settled, living)
    on_free = usual_timing(sleep.onsets[free], sleep.wakes[free])
    on_work = usual_timing(sleep.onsets[work], sleep.wakes[work])
    spread = max(filter(None, (circular_sd(sleep.midpoints[side]) for side in (free, work))), default=None)
    counts = int(np.count_nonzero(free)), int(np.count_nonzero(work))
    known = NightCounts(*counts, week.work_days, week.is_stated)
    found = mctq(on_work, on_free, week.work_days)
    sides = Sides(sleep, free, work)
    sampled = resample_timing(found, sides, week.work_days, resampled)
    outside = int(np.count_nonzero(sleep.settled)) - known.free_nights - known.work_nights
    return NightSplit(on_free, on_work, known, found, _bases(known), spread, outside, sampled, sides)
