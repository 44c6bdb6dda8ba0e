"""The advice of both analyses held against each other, over five hundred people of all kinds."""

from collections import Counter
from collections.abc import Callable, Iterable

import pytest

from hos_pipelines_tests.domain.told.contradictions import CONTRADICTIONS, Case, cases
from hos_pipelines_tests.domain.told.population import KINDS, ORDINARY, people
from hos_pipelines_tests.domain.told.speech import (
    asks_for_exercise,
    calls_sleep_enough,
    says_sleep_is_owed,
    usual_onsets,
    usual_wakes,
)

SHOWN = 3


def listed(found: Iterable[Case]) -> str:
    """Whom it happened to, by kind."""
    by_kind = Counter(case.person.kind for case in found)
    return ", ".join(f"{count} of {KINDS[kind][0]} {kind}" for kind, count in by_kind.most_common())


def share_asked_for_more_sleep(kind: str) -> float:
    of_kind = [case for case in cases() if case.person.kind == kind]
    return sum(any(case.more_sleep) for case in of_kind) / len(of_kind)


def test_the_people_are_five_hundred_and_mostly_ordinary() -> None:
    by_kind = Counter(one.kind for one in people())
    assert sum(by_kind.values()) == 500
    assert min(by_kind.values()) >= 10
    assert sum(by_kind[kind] for kind in ORDINARY) > 250


@pytest.mark.parametrize("happened", CONTRADICTIONS.values(), ids=CONTRADICTIONS)
def test_it_happens_to_nobody(happened: Callable[[Case], bool]) -> None:
    found = [case for case in cases() if happened(case)]
    names = [case.person.name for case in found[:SHOWN]]
    assert names == [], listed(found)


@pytest.mark.parametrize("kind", ["deprived", "short with rebound"])
def test_who_needs_more_sleep_hears_of_it(kind: str) -> None:
    assert share_asked_for_more_sleep(kind) >= 0.8


@pytest.mark.parametrize("kind", ["short sleeper", "long sleeper", "lark", "delivered longer"])
def test_who_sleeps_as_much_as_needed_does_not(kind: str) -> None:
    assert share_asked_for_more_sleep(kind) <= 0.1


HEARD: dict[str, tuple[str, Callable[[Case], bool]]] = {
    "that sleep is owed": ("deprived", lambda case: says_sleep_is_owed(case.told)),
    "to sleep more, from both halves": ("deprived", lambda case: case.more_sleep == (True, True)),
    "that sleep is enough": ("long sleeper", lambda case: calls_sleep_enough(case.told.behavior)),
    "to keep steadier times": ("irregular", lambda case: any(case.regularity)),
    "to exercise": ("sedentary", lambda case: asks_for_exercise(case.told.behavior)),
    "when people fall asleep": ("lark", lambda case: bool(usual_onsets(case.told))),
    "when people wake": ("lark", lambda case: bool(usual_wakes(case.told))),
}


@pytest.mark.parametrize(("kind", "hears"), HEARD.values(), ids=HEARD)
def test_the_words_that_contradictions_are_told_by_are_those_in_use(kind: str, hears: Callable[[Case], bool]) -> None:
    """Or else nothing would ever be found, and all of the above would hold of nobody."""
    of_kind = [case for case in cases() if case.person.kind == kind]
    assert sum(map(hears, of_kind)) >= 0.8 * len(of_kind)
