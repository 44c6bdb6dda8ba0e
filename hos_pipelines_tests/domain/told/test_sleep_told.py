"""Sleep as it is weighed: what is enough, one measure and one need, too little and too much, the last coffee."""

import numpy as np
import pytest

from hos_pipelines_tests.domain.told.looking import Told, number, reaches, tell
from hos_pipelines_tests.domain.told.readings import DAYS, by_kind, durations, every, nights, place, sleep_rows
from hos_pipelines_tests.domain.told.speech import (
    PROFESSIONAL,
    all_sentences,
    asks_for_more_sleep,
    calls_sleep_enough,
    kinds,
    pieces,
    says_sleep_is_owed,
)


def about_eight(seed: int) -> Told:
    """Someone who sleeps 8.0 h on average, with a spread of 0.9 h."""
    hours = np.clip(np.random.default_rng(seed).normal(8.0, 0.9, DAYS), 4, 12).tolist()
    return tell(sleep_rows(nights(lambda day: (-1.0, hours[place(day)]))))


@pytest.mark.parametrize("hours", [7.0, 7.5, 8.0, 9.0])
def test_seven_hours_or_more_are_enough(hours: float) -> None:
    told = tell([*sleep_rows(nights(every(-1.0, hours + 0.4))), *durations(hours)])
    assert number(told.behavior.facts.values(), "enough_sleep_adherence") == 1.0
    assert asks_for_more_sleep(told) == (False, False)


def test_who_sleeps_as_much_as_needed_owes_about_nothing() -> None:
    """Needing 8.0 h, too: what is owed over 14 nights is chance about zero."""
    told = [about_eight(seed) for seed in range(40)]
    debts = [one.circadian.facts["sleep_debt_14"] for one in told]
    owed = [debt.value for debt in debts if isinstance(debt.value, float)]
    assert abs(float(np.mean(owed))) < 1.5
    assert min(owed) < 0, "what was slept beyond the need counts too"
    assert sum(reaches(debt, 0.0) for debt in debts) >= 38
    assert sum(map(says_sleep_is_owed, told)) <= 2


@pytest.mark.parametrize(("window", "delivered"), [(7.0, 7.9), (8.5, 7.0), (9.0, 6.0), (5.5, 7.5)])
def test_the_two_halves_agree_whatever_the_durations_say(window: float, delivered: float) -> None:
    told = tell([*sleep_rows(nights(every(-1.0, window))), *durations(delivered)])
    by_circadian, by_behavior = asks_for_more_sleep(told)
    assert by_circadian == by_behavior
    assert not ((by_circadian or says_sleep_is_owed(told)) and calls_sleep_enough(told.behavior))


@pytest.mark.parametrize("delivered", [0, 1, 3, 8, 14, 21, 27, 28])
def test_delivered_durations_never_make_need_and_debt_less_known(delivered: int) -> None:
    windows = sleep_rows(nights(by_kind((-1.0, 7.0), (-0.5, 7.5))))
    facts = tell([*windows, *durations(6.7, range(DAYS - delivered, DAYS))]).facts
    for fact_id in ("sleep_need", "sleep_debt_14", "enough_sleep_adherence"):
        assert number(facts, fact_id) is not None


@pytest.mark.parametrize("hours", [3.5, 4.0, 5.0])
def test_need_and_debt_of_short_sleepers_are_told_with_their_bounds(hours: float) -> None:
    facts = tell(sleep_rows(nights(every(0.5, hours)))).circadian.facts
    for fact_id in ("sleep_need", "sleep_debt_14"):
        assert isinstance(facts[fact_id].value, float)
        assert facts[fact_id].interval is not None
    assert reaches(facts["sleep_need"], 7.5)
    assert (number(facts.values(), "sleep_debt_14") or 0.0) > 14


@pytest.mark.parametrize("hours", [4.0, 4.5, 11.0])
def test_weeks_of_very_short_or_very_long_nights_are_sent_to_a_professional(hours: float) -> None:
    told = tell(sleep_rows(nights(every(-1.0, hours))))
    assert any(map(PROFESSIONAL.search, all_sentences(told)))


@pytest.mark.parametrize("hours", [7.0, 8.0, 9.0])
def test_plain_nights_are_no_doctors_business(hours: float) -> None:
    told = tell(sleep_rows(nights(every(-1.0, hours))))
    assert [text for text in all_sentences(told) if PROFESSIONAL.search(text)] == []


@pytest.mark.parametrize(("onset", "hours"), [(-2.0, 15.25), (-3.0, 15.5), (-1.0, 15.4), (0.0, 15.4)])
def test_no_coffee_is_timed_before_waking(onset: float, hours: float) -> None:
    assert "caffeine_cut_off" not in kinds(tell(sleep_rows(nights(every(onset, hours)))).circadian)


@pytest.mark.parametrize(("onset", "hours", "last"), [(-1.0, 8.0, "14:00"), (1.0, 8.0, "16:00"), (-2.0, 8.0, "13:00")])
def test_plain_nights_keep_their_coffee_time(onset: float, hours: float, last: str) -> None:
    (coffee,) = pieces(tell(sleep_rows(nights(every(onset, hours)))).circadian, "caffeine_cut_off")
    assert coffee.start == last
