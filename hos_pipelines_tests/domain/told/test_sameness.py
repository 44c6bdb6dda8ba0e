"""Not the same for everybody: no single first advice reaches more than 35 % of five hundred people of all kinds."""

import re
from collections import Counter
from collections.abc import Callable

import pytest

from hos_pipelines_tests.domain.told.contradictions import Case, cases

MOST_SHARE = 0.35


def first_on_timing(case: Case) -> str | None:
    advice = case.told.circadian.schedule_recommendations.recommendations
    return advice[0].kind if advice else None


def first_on_habits(case: Case) -> str | None:
    advice = case.told.behavior.recommendations
    return re.sub(r"\d[\d:.,]*", "#", advice[0].recommendation) if advice else None


def goal(case: Case) -> str | None:
    found = case.told.behavior.primary_goal
    return found.goal if found else None


@pytest.mark.parametrize("first", [first_on_timing, first_on_habits, goal])
def test_no_first_advice_reaches_more_than_a_third_of_the_people(first: Callable[[Case], str | None]) -> None:
    heard = Counter(said for case in cases() if (said := first(case)) is not None)
    too_common = {said: count for said, count in heard.items() if count > MOST_SHARE * len(cases())}
    assert too_common == {}


@pytest.mark.parametrize("first", [first_on_timing, goal])
def test_most_people_hear_something(first: Callable[[Case], str | None]) -> None:
    assert sum(first(case) is not None for case in cases()) > len(cases()) / 2
