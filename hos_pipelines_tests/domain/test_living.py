"""How somebody lives by the clock: one kind for every course of nights, and where each of them ends."""

from collections.abc import Callable, Iterable
from datetime import timedelta, timezone
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hos_pipelines.domain.living import Living, living_of, outlying
from hos_pipelines.domain.nights import SleepHistory, SleepWindow
from hos_pipelines_tests.domain.circadian.strategies import any_window, every_night, night, read

Night = tuple[float, float]


def lived(of_day: Callable[[int], Night], days: Iterable[int] = range(28), noise: float = 0.0, seed: int = 0) -> Living:
    """The way of living of somebody whose night on a day (from 0, a Monday) has this onset and these hours."""
    chance = np.random.default_rng(seed)
    windows = []
    for day in days:
        onset, hours = of_day(day)
        early, late = chance.normal(0, noise, 2)
        windows.append(night(day, onset + early, hours - early + late))
    return of(read(windows))


def of(sleep: SleepHistory, after: int = 0) -> Living:
    return living_of(sleep, int(sleep.days[-1]) + after)


def told(living: Living) -> list[float]:
    """Onset, waking and number of nights of the first mode, then of the second."""
    return [number for mode in living.modes for number in (mode.onset, mode.wake, mode.nights)]


def by_kind(work: Night, free: Night) -> Callable[[int], Night]:
    return lambda day: free if day % 7 >= 5 else work


def in_turns(one: Night, other: Night, days: int = 7) -> Callable[[int], Night]:
    return lambda day: one if day // days % 2 == 0 else other


def rotating(day: int) -> Night:
    """Three days each of day, evening and night shift and off."""
    return ((-2.5, 7.5), (1.0, 8.0), (8.0, 7.0), (-0.5, 8.0))[day // 3 % 4]


KINDS: dict[str, tuple[Callable[[int], Night], str]] = {
    "at night": (lambda _: (-1, 8), "by_night"),
    "late at weekends by three hours": (by_kind((-1, 7.5), (2, 8)), "by_night"),
    "an owl past noon": (by_kind((5.75, 6), (8.75, 8)), "by_night"),
    "half past six to half past two": (lambda _: (6.5, 8), "by_day"),
    "always by day": (lambda _: (9, 7), "by_day"),
    "by day after work, at night on days off": (by_kind((8.2, 7), (-0.5, 8.5)), "by_day"),
    "by day after work, towards morning on days off": (by_kind((8.2, 7), (3, 8.5)), "by_day"),
    "a week of nights, a week by day": (in_turns((-1, 8), (8, 7.5)), "changing"),
    "early and late shift": (in_turns((-2.8, 7.4), (1.9, 7.9)), "changing"),
    "three shifts": (rotating, "changing"),
    "a quarter of an hour later every day": (lambda day: ((day / 4 + 11) % 24 - 12, 8), "drifting"),
    "half an hour earlier every day": (lambda day: ((-day / 2 + 11) % 24 - 12, 8), "drifting"),
    "nine hours later from one day on": (lambda day: (-1, 8) if day < 14 else (8, 8), "moved"),
    "four hours later for the last five days": (lambda day: (-2, 8) if day < 23 else (2.5, 8), "moved"),
}


@pytest.mark.parametrize(("of_day", "kind"), KINDS.values(), ids=KINDS)
@pytest.mark.parametrize("noise", [0.0, 0.3])
def test_a_course_of_nights_has_its_kind(of_day: Callable[[int], Night], kind: str, noise: float) -> None:
    assert lived(of_day, noise=noise, seed=3).kind == kind


def test_nights_at_any_hour_are_irregular_and_not_shifts() -> None:
    kinds = []
    for seed in range(40):
        nights = [(onset, 7.0) for onset in np.random.default_rng(seed).normal(0.4, 2.2, 28).tolist()]
        kinds.append(lived(nights.__getitem__).kind)
    assert kinds.count("irregular") + kinds.count("by_night") >= 38
    assert "irregular" in kinds


def test_an_owl_past_noon_keeps_two_modes_by_kind_of_day_and_a_chronotype() -> None:
    found = lived(by_kind((5.75, 6), (8.75, 8)))
    assert (found.kind, found.by_day_kind, found.tells_chronotype, found.refusal) == ("by_night", True, True, None)
    assert told(found) == pytest.approx([5.75, 11.75, 20, 8.75, 16.75, 8])


def test_weekends_three_hours_later_are_one_mode_with_a_usual_hour() -> None:
    found = lived(by_kind((-1, 7.5), (2, 8)))
    assert (found.modes, found.has_usual_hours, found.may_be_regular) == ((), True, True)


def test_a_shift_worker_has_two_modes_the_larger_first_and_no_usual_hour() -> None:
    found = lived(lambda day: (8, 7) if day % 4 == 3 else (-1, 8))
    assert told(found) == pytest.approx([23.0, 7.0, 21, 8.0, 15.0, 7])
    assert not found.has_usual_hours
    assert found.no_usual_hour == "one usual hour: sleep falls into two groups"


def test_of_three_shifts_no_mode_is_told_as_the_mean_of_a_wide_group_is_nobody_s_hour() -> None:
    found = lived(rotating)
    assert (found.kind, found.modes, found.has_usual_hours) == ("changing", (), False)


@pytest.mark.parametrize(("day_sleeps", "kind"), [(5, "by_night"), (2, "by_night"), (9, "changing")])
def test_a_few_day_sleeps_are_outlying_and_many_a_mode(day_sleeps: int, kind: str) -> None:
    by_day = set(range(1, 28, 3)[:day_sleeps])
    assert lived(lambda day: (8, 7) if day in by_day else (-1, 8)).kind == kind


def test_five_day_sleeps_of_28_are_outlying() -> None:
    hours = np.array([3.0] * 23 + [12.0] * 5)
    assert outlying(hours).tolist() == [False] * 23 + [True] * 5


@pytest.mark.parametrize(
    ("hours", "far"),
    [
        ([3, 3.5, 2.5, 3, 6.9], 0),
        ([3, 3.5, 2.5, 3, 7.1], 1),
        ([23.5, 0.5, 0, 23, 1], 0),
        ([23.5, 0.5, 0, 23, 12], 1),
        ([22, 0, 2, 4, 6, 8, 10], 0),
        ([3, 15], 0),
        ([], 0),
    ],
)
def test_outlying_is_far_from_the_others_round_the_clock(hours: list[float], far: int) -> None:
    found = outlying(np.array(hours, dtype=np.float64))
    assert int(found.sum()) == far
    assert not far or found[-1]


@pytest.mark.parametrize(
    ("kind", "regular", "chronotype"),
    [
        ("unknown", False, True),
        ("by_night", True, True),
        ("irregular", True, False),
        ("by_day", False, False),
        ("changing", False, False),
        ("drifting", False, False),
        ("moved", False, False),
        ("on_journey", False, False),
    ],
)
def test_only_who_sleeps_by_night_gets_advice_on_regularity(
    kind: str,
    regular: bool,
    chronotype: bool,
) -> None:
    found = Living(kind)  # type: ignore[arg-type]
    assert (found.may_be_regular, found.tells_chronotype) == (regular, chronotype)
    assert (found.refusal is None) is chronotype


def test_a_drift_is_told_in_hours_a_day_with_its_direction() -> None:
    later, earlier = lived(lambda day: (day / 4 - 5, 8)), lived(lambda day: (3 - day / 4, 8))
    assert [later.drift, earlier.drift] == pytest.approx([0.25, -0.25])


@pytest.mark.parametrize(("a_day", "kind"), [(0.1, "by_night"), (0.2, "drifting")])
def test_less_than_four_hours_in_all_are_no_drift(a_day: float, kind: str) -> None:
    assert lived(lambda day: (-4 + a_day * day, 8)).kind == kind


@pytest.mark.parametrize(
    ("hours", "nights", "after", "kind"),
    [
        (9, 3, 0, "on_journey"),
        (9, 9, 0, "on_journey"),
        (9, 10, 0, "by_night"),
        (9, 3, 6, "on_journey"),
        (9, 3, 7, "by_night"),
        (2, 2, 0, "on_journey"),
        (2, 3, 0, "by_night"),
        (-5, 5, 0, "on_journey"),
        (1, 1, 0, "by_night"),
    ],
)
def test_a_journey_lasts_as_many_days_as_it_crosses_hours(hours: int, nights: int, after: int, kind: str) -> None:
    there = timezone(timedelta(hours=hours))
    away = [night(day, -1, 8, there) for day in range(25, 25 + nights)]
    assert of(read([*every_night(range(25), -1, 8), *away]), after).kind == kind


@pytest.mark.parametrize(
    ("onset", "nights", "kind"), [(-1, 4, "unknown"), (-1, 5, "by_night"), (6.5, 4, "by_day"), (6.5, 5, "by_day")]
)
def test_below_five_nights_no_more_is_known_than_that_sleep_lies_in_the_day(
    onset: float, nights: int, kind: str
) -> None:
    assert lived(lambda _: (onset, 8), range(nights)).kind == kind


@settings(max_examples=60)
@given(st.lists(any_window(), max_size=30), st.randoms())
def test_any_nights_in_any_order_have_one_kind(windows: list[SleepWindow], chance: Random) -> None:
    sleep = read(windows)
    through = int(sleep.days[-1]) if sleep.days.size else 0
    mixed = windows + windows[::2]
    chance.shuffle(mixed)
    found = living_of(sleep, through)
    assert living_of(read(mixed), through) == found
    assert len(found.modes) in (0, 2)
    assert sum(mode.nights for mode in found.modes) in (0, len(sleep.nights))
    assert (found.drift is not None) == (found.kind == "drifting")
