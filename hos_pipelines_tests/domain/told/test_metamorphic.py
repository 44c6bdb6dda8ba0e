"""What must hold between the results of readings that are alike: later, repeated, shuffled, shorter, thinned out."""

from collections.abc import Callable, Collection, Iterator
from datetime import timedelta
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hos_pipelines.domain.behavior.results import SeriesBaseline
from hos_pipelines.domain.facts import Fact
from hos_pipelines.domain.gates import RANK, Status, worst
from hos_pipelines.domain.history import StoredReading
from hos_pipelines_tests.domain.told.looking import Told, tell
from hos_pipelines_tests.domain.told.readings import FIRST, is_weekend, reading, sleep_rows, slept
from hos_pipelines_tests.domain.told.speech import kinds

EIGHT_WEEKS = range(-28, 28)
FOUR_WEEKS = range(28)
CLOCKS = {"local hour": 24.0, "second of the local day": 86_400.0}
# The place of a night among other people's is by the clock itself, and so is whether mornings or evenings fit training.
OF_THE_CLOCK = ("chronotype", "percentile", "advice_exercise")
# Hours of the clock are the bins of this one, and how nights fall into them changes it a little.
BINNED = {"behavior.routine_index": 0.03}
OPPOSITE = {frozenset({"rising", "falling"}), frozenset({"improving", "declining"}), frozenset({"below", "above"})}
SIGNED = ("trend_slope", "rho", "free_minus_work", "sjl_rel", "sleep_debt", "balance")
LASTING = ("chronotype", "regularity_band", "shift_work", "living", "measure")
WITH_INTERVAL = ("msf_sc", "sjl", "sri", "onset_sd", "midpoint_sd", "sleep_need", "sleep_debt_14")
SEEDS = range(8)


def somebody(
    seed: int, days: Collection[int] = FOUR_WEEKS, later: float = 0.0, repeats_after: int | None = None
) -> list[StoredReading]:
    """Somebody with a watch, asleep about 23:00 for eight hours, half an hour later at weekends.

    `days` are counted from `FIRST`, each of which is always the same. All nights are `later` by so many hours. From
    `repeats_after` days on the days repeat.
    """
    rows: list[StoredReading] = []
    for place in days:
        day = FIRST + timedelta(days=place)
        chance = np.random.default_rng([seed, place % (repeats_after or 1000)])
        onset, hours, effort, pulse, score = chance.normal([-1.0, 8.0, 0.0, 55.0, 0.7], [0.35, 0.4, 0.25, 1.5, 0.07])
        beats, trains = chance.normal(0, 0.12), chance.random() < 0.5
        window = slept(day, float(onset) + later + 0.5 * is_weekend(day), float(hours))
        rows += sleep_rows([window])
        rows += [
            reading("sleep_duration", day, round(57 * float(hours)), "minute"),
            reading("steps", day, round(8000 * float(np.exp(effort))), "count"),
            reading("exercise_duration", day, 40 if trains else 0, "minute"),
            reading("heart_rate_resting", day, round(float(pulse)), "bpm"),
            reading("heart_rate_variability_rmssd", day, round(45 * float(np.exp(beats)), 1), "millisecond"),
            reading("score:readiness", day, round(min(1.0, float(score)), 3)),
        ]
    return rows


def facts_of(told: Told) -> dict[str, Fact]:
    """The facts of both results, each by its result and id."""
    return {f"{name}.{fact_id}": fact for name, one in told._asdict().items() for fact_id, fact in one.facts.items()}


def in_both(one: Told, other: Told) -> Iterator[tuple[str, Fact, Fact]]:
    """The facts that both people have."""
    first, second = facts_of(one), facts_of(other)
    return ((name, first[name], second[name]) for name in sorted(first.keys() & second.keys()))


def is_inside(fact: Fact, value: float) -> bool:
    """Whether a value lies in the interval of a fact, which may run past midnight."""
    ends = fact.interval
    assert ends is not None
    assert ends.low is not None
    assert ends.high is not None
    turn = CLOCKS.get(fact.unit)
    if turn is None:
        return ends.low - 1e-9 <= value <= ends.high + 1e-9
    return (value - ends.low + 1e-9) % turn <= (ends.high - ends.low) % turn + 2e-9


def moved(before: Fact, after: Fact, hours: float, tolerance: float = 1e-6) -> bool:
    """Whether a fact says the same, its clock hours moved on."""
    one, other = before.value, after.value
    if isinstance(one, list) and isinstance(other, list):
        slots = round(4 * hours)
        return np.allclose(np.roll(one, slots), other, atol=0.2)
    if not isinstance(one, float) or not isinstance(other, float):
        return one == other
    turn = CLOCKS.get(before.unit)
    if turn is None:
        return other == pytest.approx(one, rel=1e-6, abs=tolerance)
    off = (other - one - hours * turn / 24) % turn
    return min(off, turn - off) < 1e-6 * turn


@pytest.mark.parametrize("hours", [-0.75, 0.5, 1.5, 3.0])
@pytest.mark.parametrize("seed", SEEDS)
def test_later_nights_move_clocks_and_nothing_else(seed: int, hours: float) -> None:
    before, after = tell(somebody(seed)), tell(somebody(seed, later=hours))
    pairs = [pair for pair in in_both(before, after) if not any(of in pair[0] for of in OF_THE_CLOCK)]
    assert len(pairs) > 150
    assert [name for name, one, other in pairs if (one.status, one.n) != (other.status, other.n)] == []
    changed = [
        (name, one.value, other.value)
        for name, one, other in pairs
        if not moved(one, other, hours, BINNED.get(name, 1e-6))
    ]
    assert changed == []


@pytest.mark.parametrize("hours", [-0.75, 0.5, 1.5])
@pytest.mark.parametrize("seed", SEEDS)
def test_later_nights_bring_the_same_advice(seed: int, hours: float) -> None:
    before, after = tell(somebody(seed)), tell(somebody(seed, later=hours))
    assert kinds(before.circadian) == kinds(after.circadian)
    assert [one.priority for one in before.behavior.recommendations] == [
        one.priority for one in after.behavior.recommendations
    ]
    goals = [one.behavior.primary_goal.goal if one.behavior.primary_goal else None for one in (before, after)]
    assert goals[0] == goals[1]


@pytest.mark.parametrize("seed", SEEDS)
def test_nights_three_hours_later_change_advice_only_where_an_hour_is_too_late(seed: int) -> None:
    before, after = (kinds(tell(somebody(seed, later=later)).circadian) for later in (0.0, 3.0))
    assert before ^ after <= {"exercise", "morning_light"}


def is_flipped(name: str, one: Fact, other: Fact) -> bool:
    """Whether a fact says the opposite, or another label where the label is one that lasts."""
    before, after = one.value, other.value
    if isinstance(before, str) and isinstance(after, str):
        lasts = any(lasting in name for lasting in LASTING)
        return frozenset({before, after}) in OPPOSITE or (lasts and before != after)
    if isinstance(before, float) and isinstance(after, float):
        return before * after < 0 and any(signed in name for signed in SIGNED)
    return False


@pytest.mark.parametrize("seed", SEEDS)
def test_the_same_four_weeks_over_again_flip_no_sign_and_no_label(seed: int) -> None:
    once = tell(somebody(seed, FOUR_WEEKS, repeats_after=28))
    twice = tell(somebody(seed, EIGHT_WEEKS, repeats_after=28))
    flipped = [
        (name, one.value, other.value) for name, one, other in in_both(once, twice) if is_flipped(name, one, other)
    ]
    assert flipped == []
    trends = [{name: one.trend for name, one in told.behavior.baselines.items()} for told in (once, twice)]
    assert [name for name in trends[0] if frozenset({trends[0][name], trends[1][name]}) in OPPOSITE] == []


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_compared_over_time_has_an_interval(seed: int) -> None:
    facts = tell(somebody(seed, EIGHT_WEEKS)).circadian.facts
    assert [name for name in WITH_INTERVAL if facts[name].interval is None] == []
    assert [name for name in WITH_INTERVAL if not is_inside(facts[name], number_of(facts[name]))] == []


def number_of(fact: Fact) -> float:
    assert isinstance(fact.value, float)
    return fact.value


@pytest.mark.parametrize("seed", SEEDS)
def test_without_the_newest_day_numbers_stay_within_their_intervals(seed: int) -> None:
    whole, shorter = tell(somebody(seed, EIGHT_WEEKS)), tell(somebody(seed, EIGHT_WEEKS[:-1]))
    bounded = [(name, one, other) for name, one, other in in_both(whole, shorter) if one.interval and other.interval]
    numbers = [
        (name, one, other)
        for name, one, other in bounded
        if isinstance(one.value, float) and one.interval and one.interval.low is not None
    ]
    assert len(numbers) >= len(WITH_INTERVAL)
    left = [name for name, one, other in numbers if isinstance(other.value, float) and not is_inside(one, other.value)]
    assert left == []


@pytest.mark.parametrize("seed", SEEDS)
def test_without_the_newest_day_labels_are_the_same_or_among_those_it_may_be(seed: int) -> None:
    whole, shorter = tell(somebody(seed, EIGHT_WEEKS)), tell(somebody(seed, EIGHT_WEEKS[:-1]))
    others = [
        (name, one.value, other.value)
        for name, one, other in in_both(whole, shorter)
        if any(lasting in name for lasting in LASTING)
        and isinstance(one.value, str)
        and other.value not in (one.value, None, *(one.interval.may_be if one.interval else ()))
    ]
    assert others == []


def with_half_the_steps(rows: list[StoredReading]) -> list[StoredReading]:
    """The same person, who walks half as much in the last twelve days."""
    since = (FIRST + timedelta(days=16)).isoformat()
    return [
        row._replace(value=f"{float(row.value or 0) / 2:.0f}")
        if row.type == "steps" and row.local_date >= since
        else row
        for row in rows
    ]


def direction(baseline: SeriesBaseline) -> int:
    """Where a series is said to have gone, as a trend or a shift: up, down, or nowhere."""
    before, after, slope = baseline.change_before, baseline.change_after, baseline.trend_slope
    if before is not None and after is not None:
        return (after > before) - (after < before)
    if baseline.trend in (None, "stable") or slope is None:
        return 0
    return (slope > 0) - (slope < 0)


@pytest.mark.parametrize("seed", SEEDS)
def test_without_the_newest_day_what_has_changed_has_changed_as_before(seed: int) -> None:
    """What stands out is told with and without it; of what is at the edge of credible, never the opposite."""
    whole, shorter = (
        tell(with_half_the_steps(somebody(seed, days))).behavior.baselines for days in (EIGHT_WEEKS, EIGHT_WEEKS[:-1])
    )
    assert [direction(one["steps"]) for one in (whole, shorter)] == [-1, -1]
    turned = [name for name in whole.keys() & shorter.keys() if direction(whole[name]) * direction(shorter[name]) < 0]
    assert turned == []


@pytest.mark.parametrize("seed", SEEDS)
def test_a_shift_told_with_and_without_the_newest_day_is_of_one_day(seed: int) -> None:
    whole, shorter = (tell(somebody(seed, days)).behavior.baselines for days in (EIGHT_WEEKS, EIGHT_WEEKS[:-1]))
    dates = [(whole[name].change_day, shorter[name].change_day) for name in whole.keys() & shorter.keys()]
    assert [(one, other) for one, other in dates if one and other and abs(one - other) > timedelta(days=2)] == []


@settings(max_examples=8)
@given(st.randoms(use_true_random=False), st.integers(0, 99))
def test_neither_order_nor_28_copies_of_a_reading_change_a_byte(chance: Random, seed: int) -> None:
    rows = somebody(seed)
    mixed = [*rows, *[chance.choice(rows)] * 28, *chance.sample(rows, len(rows) // 2)]
    chance.shuffle(mixed)
    plain, shuffled = tell(rows), tell(mixed)
    assert [one.model_dump_json() for one in plain] == [one.model_dump_json() for one in shuffled]


def thinned(seed: int, days: int) -> list[int]:
    """So many of four weeks' days, in order."""
    return sorted(np.random.default_rng(seed).choice(28, days, replace=False).tolist())


THINNING: dict[str, Callable[[int], list[int]]] = {
    "three of four days": lambda seed: thinned(seed, 21),
    "every other day": lambda seed: thinned(seed, 14),
    "the last two weeks": lambda _: list(range(14, 28)),
    "the last week": lambda _: list(range(21, 28)),
    "three days": lambda _: [25, 26, 27],
}


@pytest.mark.parametrize("fewer", THINNING.values(), ids=THINNING)
@pytest.mark.parametrize("seed", SEEDS)
def test_fewer_days_make_no_number_surer(seed: int, fewer: Callable[[int], list[int]]) -> None:
    """Of a category alone this holds on average only: a number that moves away from an edge makes it surer."""
    whole, part = tell(somebody(seed)), tell(somebody(seed, fewer(seed)))
    surer = [
        (name, one.confidence, other.confidence)
        for name, one, other in in_both(whole, part)
        if not isinstance(one.value, str)
        and "chronotype" not in name
        and (RANK[other.confidence] > RANK[one.confidence] or worst(one.status, other.status) is not other.status)
    ]
    assert surer == []
    assert [worst(one.status, other.status) for one, other in zip(whole, part, strict=True)] == [
        other.status for other in part
    ]


@pytest.mark.parametrize("fewer", THINNING.values(), ids=THINNING)
def test_fewer_days_make_no_type_surer_on_average(fewer: Callable[[int], list[int]]) -> None:
    levels = [
        [RANK[tell(rows).circadian.facts["chronotype"].confidence] for rows in (somebody(seed), somebody(seed, days))]
        for seed in range(20)
        for days in [fewer(seed)]
    ]
    whole, part = np.mean(levels, axis=0)
    assert part <= whole


def test_nobody_is_told_anything_without_readings() -> None:
    assert [one.status for one in tell([])] == [Status.INSUFFICIENT, Status.INSUFFICIENT]
