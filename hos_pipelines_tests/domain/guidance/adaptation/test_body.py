"""How sleep and steps have moved since a change: told where it is more than chance, beside the verdict."""

from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import pytest

from hos_pipelines.domain.guidance.adaptation.body import CARRIED, body_shifts, body_text
from hos_pipelines_tests.domain.guidance.adaptation.test_adapt import START, Told

DAY = timedelta(days=1)
BEFORE = (START, START + 27 * DAY)
SINCE = (START + 36 * DAY, START + 49 * DAY)
NOBODY: frozenset[date] = frozenset()


def days_of(seed: int, mean: float, sd: float, added: float = 0.0) -> dict[date, float]:
    """Fifty days that resemble the days before, with so much added from the first day that is compared."""
    noise, state = np.random.default_rng(seed), 0.0
    found = {}
    for number in range(50):
        state = CARRIED * state + noise.normal(0, sd * (1 - CARRIED**2) ** 0.5)
        day = START + number * DAY
        found[day] = mean + state + (added if day >= SINCE[0] else 0.0)
    return found


def test_what_does_not_move_is_told_of_one_person_in_twenty() -> None:
    lives = [{"sleep_duration": days_of(seed, 430, 70)} for seed in range(600)]
    told = sum(bool(body_shifts(life, BEFORE, SINCE, NOBODY)) for life in lives)
    assert told <= 0.06 * len(lives)


def test_an_hour_and_a_half_more_sleep_is_told_with_its_interval() -> None:
    found = [body_shifts({"sleep_duration": days_of(seed, 400, 55, 90)}, BEFORE, SINCE, NOBODY) for seed in range(100)]
    told = [one for shifts in found for one in shifts]
    assert len(told) > 90
    assert all(0 < one.low <= one.shift <= one.high and (one.before, one.since) == (28, 14) for one in told)
    assert sum(one.shift for one in told) / len(told) == pytest.approx(1.5, abs=0.1)


def test_it_says_since_and_never_why() -> None:
    series = {"sleep_duration": days_of(3, 400, 30, 100), "steps": days_of(4, 8000, 1500, -3500)}
    sleep, steps = body_shifts(series, BEFORE, SINCE, NOBODY)
    assert (sleep.name, steps.name) == ("sleep_duration", "steps")
    text = body_text([sleep, steps])
    assert text.startswith("Since then: 1 h ")
    assert " min more sleep a night (" in text
    assert " fewer steps a day (" in text
    assert not any(word in text for word in ("because", "thanks", "due to", "led"))
    assert body_text(()) == ""


def test_days_unlike_others_not_worn_or_not_to_be_believed_are_no_days() -> None:
    series = {"steps": days_of(5, 8000, 1500, 4000)}
    assert body_shifts(series, BEFORE, SINCE, NOBODY)
    away = frozenset(SINCE[0] + number * DAY for number in range(5))
    assert body_shifts(series, BEFORE, SINCE, away) == ()
    for value in (0.0, 1e9):
        assert body_shifts({"steps": series["steps"] | dict.fromkeys(away, value)}, BEFORE, SINCE, NOBODY) == ()
    few = {day: value for day, value in series["steps"].items() if day >= BEFORE[1] - 12 * DAY}
    assert body_shifts({"steps": few}, BEFORE, SINCE, NOBODY) == ()


def test_a_level_that_never_varies_moves_by_half_of_what_is_usual() -> None:
    for minutes, is_told in ((20, False), (60, True)):
        flat = {START + number * DAY: 420.0 + (minutes if number >= 36 else 0) for number in range(50)}
        assert bool(body_shifts({"sleep_duration": flat}, BEFORE, SINCE, NOBODY)) is is_told


def test_a_judgement_over_a_fortnight_has_it_and_keeps_it_when_words_come_late() -> None:
    slept = {"sleep_duration": {START + number * DAY: 400.0 + (number % 3) for number in range(70)}}
    life = Told().live(21, 0.70).live(7, 0.80)
    slept["sleep_duration"] |= {life.today + number * DAY: 500.0 + (number % 3) for number in range(40)}
    life.live(20, 0.72, series=slept)
    first, second = life.record.evaluations
    assert (first.body, first.attempt) == ((), 1)
    assert "Since then" not in first.because
    (shift,) = second.body
    assert shift.shift == pytest.approx(100 / 60, abs=0.02)
    assert second.because.endswith("it stays, unproven. " + body_text(second.body))
    assert second.verdict == "inconclusive"
    told = Told().live(21, 0.70).live(7, 0.80)
    told.live(16, 0.72, series=slept)
    stored = next(one for one in told.record.evaluations if one.attempt == 2)
    told.days[-1] = type(told.days[-1])(told.days[-1].day, 4, 4, 4, 4.0, is_reported=True)
    told.judge(series={})
    again = next(one for one in told.record.evaluations if one.attempt == 2)
    assert (again.reopened, again.body) == (1, stored.body)
    assert all(one.day < other.day for one, other in pairwise(told.days))
