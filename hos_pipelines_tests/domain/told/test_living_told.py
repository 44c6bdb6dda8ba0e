"""How somebody lives, and how old that is: by day, drifting, moved, in two modes; stale results; plain numbers."""

import re
from collections.abc import Callable
from datetime import date, timedelta

import numpy as np
import pytest

from hos_pipelines.domain.gates import Status
from hos_pipelines_tests.domain.told.looking import number, tell
from hos_pipelines_tests.domain.told.readings import (
    DAYS,
    LAST,
    Night,
    by_kind,
    daily,
    every,
    lived,
    nights,
    place,
    plain_nights,
    sleep_rows,
)
from hos_pipelines_tests.domain.told.speech import DECIMALS, ZERO, all_sentences, usual_onsets, usual_wakes

WITHIN_HOURS = 1.0


@pytest.mark.parametrize("days", [3, 30, 487])
def test_what_is_older_than_two_days_is_stale(days: int) -> None:
    told = tell([*plain_nights(), *lived(range(DAYS))], today=LAST + timedelta(days=days))
    assert [result.status for result in told] == [Status.STALE, Status.STALE]
    assert told.circadian.energy_timeline == []
    assert told.circadian.schedule_recommendations.recommendations == []
    assert (told.behavior.recommendations, told.behavior.readiness_level) == ([], None)


@pytest.mark.parametrize("days", [0, 1, 2])
def test_what_is_two_days_old_is_not(days: int) -> None:
    told = tell([*plain_nights(), *lived(range(DAYS))], today=LAST + timedelta(days=days))
    assert Status.STALE not in [result.status for result in told]
    assert told.circadian.energy_zone_analysis.predicted_day is not None


def test_a_sleep_debt_delivered_weeks_ago_is_not_told_as_of_now() -> None:
    old = daily("sleep_debt", lambda _: 3.5, "hour", range(5))
    assert tell([*plain_nights(), *old]).circadian.sleep_need.sahha_sleep_debt is None


def drifting(hours_a_day: float) -> Callable[[date], Night]:
    return lambda day: (-1.0 + hours_a_day * place(day), 8.0)


@pytest.mark.parametrize(
    ("of_day", "kind"),
    [
        (every(9.0, 7.5), "by_day"),
        (every(4.5, 12.0), "by_day"),
        (drifting(0.5), "drift"),
        (drifting(1.0), "drift"),
        (lambda day: (-1.0 if place(day) < 20 else 8.0, 8.0), "moved"),
        (lambda day: (-1.0 if place(day) < 14 else -9.0, 8.0), "moved"),
    ],
    ids=["09:00-16:30", "04:30-16:30", "30 min a day", "an hour a day", "9 h later once", "8 h earlier once"],
)
def test_how_somebody_lives_is_told_without_a_cause(of_day: Callable[[date], Night], kind: str) -> None:
    told = tell(sleep_rows(nights(of_day)))
    assert [label for label in told.labels() if kind in label] != []
    assert [text for text in all_sentences(told) if re.search("shift.?work", text)] == []


@pytest.mark.parametrize("offset", [2.0, 13.0, -9.5])
def test_who_sleeps_at_night_lives_by_night_in_any_zone(offset: float) -> None:
    told = tell(sleep_rows(nights(every(-1.0, 8.0), offset=offset)))
    assert told.circadian.facts["shift_work"].value != "yes"
    assert [label for label in told.labels() if "by_day" in label or "drift" in label or "moved" in label] == []


def early_and_late(day: date) -> Night:
    return (1.0, 8.0) if place(day) // 7 % 2 else (-3.0, 8.0)


def rotating(day: date) -> Night:
    return ((-2.5, 7.5), (1.0, 8.0), (8.0, 7.0), (-0.5, 8.0))[place(day) // 3 % 4]


MODES: dict[str, tuple[Callable[[date], Night], tuple[float, ...], tuple[float, ...]]] = {
    "early and late shift": (early_and_late, (21.0, 1.0), (5.0, 9.0)),
    "rotating shifts": (rotating, (21.5, 1.0, 8.0, 23.5), (5.0, 9.0, 15.0, 7.5)),
    "nights at work, days off": (by_kind((8.0, 7.0), (-1.0, 8.0)), (8.0, 23.0), (15.0, 7.0)),
}


def away(hour: float, modes: tuple[float, ...]) -> float:
    """How far a clock hour lies from the nearest mode."""
    return min(abs((hour - mode + 12) % 24 - 12) for mode in modes)


@pytest.mark.parametrize(("of_day", "onsets", "wakes"), MODES.values(), ids=MODES)
def test_no_hour_is_called_usual_that_lies_between_two_modes(
    of_day: Callable[[date], Night], onsets: tuple[float, ...], wakes: tuple[float, ...]
) -> None:
    told = tell(sleep_rows(nights(of_day)))
    assert [hour for hour in usual_onsets(told) if away(hour, onsets) > WITHIN_HOURS] == []
    assert [hour for hour in usual_wakes(told) if away(hour, wakes) > WITHIN_HOURS] == []
    wake = number(told.circadian.facts.values(), "predicted_wake")
    assert wake is None or away(wake, wakes) <= WITHIN_HOURS


def test_nothing_is_told_of_a_difference_of_zero() -> None:
    told = tell([*plain_nights(), *lived(range(DAYS))])
    assert [text for text in all_sentences(told) if ZERO.search(text)] == []


def test_hours_and_beats_are_told_as_people_read_them() -> None:
    chance = np.random.default_rng(3)
    windows = nights(lambda day: (float(chance.normal(-1, 0.6)), 7.6 + 0.11 * (day.toordinal() % 5)))
    told = tell([*sleep_rows(windows), *lived(range(DAYS))])
    assert [text for text in all_sentences(told) if DECIMALS.search(text)] == []
