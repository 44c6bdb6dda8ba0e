"""How sure a number sounds, against people whose true number is known: simulated free-running sleepers with a job.

Everyone has a midsleep and a need of their own. Work takes some sleep from work nights, free nights give it back; then
the corrected midsleep of free days is the free-running one by construction (Roenneberg 2012). Each night's onset and
waking are drawn about their true hours with a spread of 0.3 to 1 h, for four weeks.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from itertools import pairwise
from math import erf, exp, pi, sqrt

import numpy as np
import pytest

from hos_pipelines.domain.circadian.chronotype import munich_type
from hos_pipelines.domain.circadian.timing_facts import windows_facts
from hos_pipelines.domain.facts import Fact, FactSheet
from hos_pipelines.domain.gates import Confidence
from hos_pipelines.domain.nights import SleepWindow
from hos_pipelines.domain.work_week import WorkWeek
from hos_pipelines_tests.domain.told.readings import DAYS, FIRST, is_weekend, slept

PEOPLE = 1500
SEED = 11
WEEK = WorkWeek()
HOUR_SECONDS = 3600.0
# Munich distribution: mean and spread of corrected midsleep.
MIDSLEEP, MIDSLEEP_SD = 4.35, 1.2


@dataclass(frozen=True)
class Sleeper:
    """Hours of free-running midsleep and of need, sleep lost on a work night, work bedtime earlier by, and noise."""

    midsleep: float
    need: float
    lost: float
    eased: float
    noise: float

    @property
    def onset_free(self) -> float:
        return self.midsleep - self.need / 2

    @property
    def hours_free(self) -> float:
        """What five work nights lost comes back in two free ones."""
        return self.need + 2.5 * self.lost

    def night(self, *, free: bool) -> tuple[float, float]:
        """The true onset and waking of either kind of day."""
        if free:
            return self.onset_free, self.onset_free + self.hours_free
        onset = self.onset_free - self.eased
        return onset, onset + self.need - self.lost

    @property
    def social_jetlag(self) -> float:
        """Hours between the true midpoints."""
        return abs(sum(self.night(free=True)) - sum(self.night(free=False))) / 2

    @property
    def onset_sd(self) -> float:
        """The spread of onsets over all nights: noise, and two kinds of days."""
        return sqrt(self.noise**2 + 10 / 49 * self.eased**2)

    @property
    def sri(self) -> float:
        """The sleep regularity index to be expected of these four weeks: 200 x hours changed / 24 less than 100."""
        kinds = [is_weekend(FIRST + timedelta(days=place)) for place in range(DAYS)]
        changed = 0.0
        for before, after in pairwise(kinds):
            ends = zip(self.night(free=before), self.night(free=after), strict=True)
            changed += sum(expected_distance(other - one, self.noise * sqrt(2)) for one, other in ends)
        return 100 - 200 * changed / (DAYS - 1) / 24


def expected_distance(mean: float, sd: float) -> float:
    """The mean size of a normal deviate (of the folded normal distribution)."""
    return sd * sqrt(2 / pi) * exp(-(mean**2) / (2 * sd**2)) + mean * erf(mean / (sd * sqrt(2)))


def sleeper(chance: np.random.Generator) -> Sleeper:
    need, lost = np.clip(chance.normal(7.8, 0.6), 6.5, 9.5), chance.uniform(0, 1)
    return Sleeper(
        float(chance.normal(MIDSLEEP, MIDSLEEP_SD)),
        float(need),
        float(lost),
        float(chance.uniform(0, 0.5)),
        float(chance.uniform(0.3, 1)),
    )


def recorded(one: Sleeper, chance: np.random.Generator) -> list[SleepWindow]:
    windows = []
    for place in range(DAYS):
        day = FIRST + timedelta(days=place)
        onset, wake = np.array(one.night(free=is_weekend(day))) + chance.normal(0, one.noise, 2)
        windows.append(slept(day, float(onset), float(max(3.1, wake - onset))))
    return windows


@lru_cache(maxsize=1)
def sleepers() -> Sequence[tuple[Sleeper, FactSheet]]:
    chance = np.random.default_rng(SEED)
    drawn = [sleeper(chance) for _ in range(PEOPLE)]
    return [(one, windows_facts(recorded(one, chance), WEEK)[0]) for one in drawn]


def rights(level: Confidence) -> list[bool]:
    """Whether the five-level type is the true one, of each whose type sounds so sure."""
    return [
        sheet["chronotype"].value == munich_type(one.midsleep % 24).primary
        for one, sheet in sleepers()
        if sheet["chronotype"].confidence is level
    ]


def test_the_correction_gives_back_the_free_running_midsleep() -> None:
    """Of the simulation itself: numbers are about the truth, so that what follows is a test of confidence alone."""
    off = [(sheet.number("msf_sc") or 0.0) / HOUR_SECONDS - one.midsleep for one, sheet in sleepers()]
    away = [(hours + 12) % 24 - 12 for hours in off]
    assert abs(float(np.mean(away))) < 0.03
    assert float(np.std(away)) < 0.3


def test_at_medium_confidence_the_five_level_type_is_right_in_80_of_100() -> None:
    right = rights(Confidence.MEDIUM)
    assert len(right) >= 200
    assert 0.75 <= float(np.mean(right)) <= 0.85


def test_at_high_confidence_the_five_level_type_is_right_in_90_of_100() -> None:
    right = rights(Confidence.HIGH)
    assert len(right) >= 200
    assert float(np.mean(right)) >= 0.9


def test_at_low_confidence_the_five_level_type_is_right_less_often_than_at_medium() -> None:
    right = rights(Confidence.LOW)
    assert len(right) >= 20
    assert float(np.mean(right)) < 0.75


def test_a_wrong_type_is_told_with_the_right_one_among_those_it_may_be() -> None:
    wrong = [
        (munich_type(one.midsleep % 24).primary, fact.interval.may_be if fact.interval else ())
        for one, sheet in sleepers()
        for fact in [sheet["chronotype"]]
        if fact.value != munich_type(one.midsleep % 24).primary
    ]
    assert len(wrong) >= 50
    assert float(np.mean([true in others for true, others in wrong])) >= 0.8


def covers(fact: Fact, truth: float, turn: float = 0.0) -> bool:
    """Whether the interval holds the truth; of a clock time it may run past midnight, and `turn` is a day."""
    ends = fact.interval
    if ends is None or ends.low is None or ends.high is None:
        return False
    if turn:
        return (truth - ends.low) % turn <= (ends.high - ends.low) % turn
    return ends.low <= truth <= ends.high


COVERED: dict[str, Callable[[Sleeper, FactSheet], bool]] = {
    "msf_sc": lambda one, sheet: covers(sheet["msf_sc"], one.midsleep * HOUR_SECONDS, 86_400.0),
    "sjl": lambda one, sheet: covers(sheet["sjl"], one.social_jetlag * HOUR_SECONDS),
    "onset_sd": lambda one, sheet: covers(sheet["onset_sd"], one.onset_sd),
    "sri": lambda one, sheet: covers(sheet["sri"], one.sri),
}


@pytest.mark.parametrize("covered", COVERED.values(), ids=COVERED)
def test_an_interval_holds_the_truth_of_90_in_100(covered: Callable[[Sleeper, FactSheet], bool]) -> None:
    assert float(np.mean([covered(one, sheet) for one, sheet in sleepers()])) >= 0.9


def test_the_interval_of_the_need_holds_it_for_90_in_100_who_lose_little_sleep() -> None:
    """Where much is lost, free nights are longer than the need; from 7 to 9 hours, which the need is held within."""
    held = [covers(sheet["sleep_need"], one.need) for one, sheet in sleepers() if one.lost < 0.2 and 7 <= one.need <= 9]
    assert len(held) >= 200
    assert float(np.mean(held)) >= 0.9


def test_no_interval_is_as_wide_as_to_say_nothing() -> None:
    """Half of the intervals of midsleep are narrower than the bins of two types."""
    ends = [interval for _, sheet in sleepers() if (interval := sheet["msf_sc"].interval) is not None]
    widths = [(one.high - one.low) % 86_400 for one in ends if one.low is not None and one.high is not None]
    assert len(widths) == PEOPLE
    assert float(np.median(widths)) < 2 * HOUR_SECONDS
