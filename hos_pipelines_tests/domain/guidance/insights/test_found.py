"""What is told of people in whom nothing happens, and of those in whom something does; and that no order matters."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.insights_null import measure_insights_null
from benchmarks.null import Person, _readings, history_of
from hos_pipelines.domain.gates import Status
from hos_pipelines.domain.guidance.insights.candidates import CREDIBLE_Q, CredibleInsight
from hos_pipelines.domain.guidance.insights.make import KnownOfPerson, find_insights
from hos_pipelines.domain.history import Row, read_history
from hos_pipelines.domain.work_week import WorkWeek
from hos_pipelines_tests.domain.guidance.insights.people import (
    HOURS_SHORTER,
    about,
    found_in,
    later_at_weekends,
    slept_less,
    somebody,
    told_of,
    walked_half,
    with_raised_pulse,
)

PEOPLE = range(20)
LATE_DAYS = 21
Plant = Callable[[Person, int], Person]
PLANTED: list[tuple[Plant, str, Callable[[Person], float]]] = [
    (slept_less, "sleep_duration", lambda _: -HOURS_SHORTER),
    (with_raised_pulse, "resting_heart_rate", lambda _: 6.0),
    (walked_half, "steps", lambda person: -0.5 * float(person.steps.mean())),
]
NAMES = ["sleep", "pulse", "steps"]


@pytest.mark.parametrize("phi", [0.0, 0.5])
def test_of_people_in_whom_nothing_happens_hardly_anybody_is_told_anything(phi: float) -> None:
    """The large run is `python -m benchmarks.insights_null`; three deviations above its share are allowed here."""
    assert measure_insights_null(150, phi)["told"] <= CREDIBLE_Q


@pytest.mark.parametrize(("plant", "subject", "size"), PLANTED, ids=NAMES)
def test_what_is_planted_is_found_with_its_sign_and_its_size_within_the_interval(
    plant: Plant, subject: str, size: Callable[[Person], float]
) -> None:
    people = [somebody(number) for number in PEOPLE]
    found = [(one, about(plant(one, LATE_DAYS), subject)) for one in people]
    told = [(size(one), insight) for one, insight in found if insight is not None]
    assert len(told) >= 0.85 * len(people)
    assert all(insight.found.effect * true > 0 for true, insight in told)
    covered = [insight.found.low <= true <= insight.found.high for true, insight in told]
    assert sum(covered) >= 0.85 * len(covered)


@pytest.mark.parametrize(("plant", "subject", "size"), PLANTED, ids=NAMES)
def test_nothing_is_said_before_the_data_can_show_it(
    plant: Plant, subject: str, size: Callable[[Person], float]
) -> None:
    """On the first day of it nobody is told but whom chance had told of anyway; of a pulse two days can."""
    people = [somebody(number) for number in PEOPLE]
    at_once = {number for number, one in enumerate(people) if about(plant(one, 1), subject)}
    anyway = {number for number, one in enumerate(people) if about(one, subject)}
    assert len(at_once - anyway) <= 1
    assert len(at_once) <= 0.15 * len(people)


def test_later_weekends_are_found_and_told_as_since_and_never_because() -> None:
    found = [about(later_at_weekends(somebody(number)), "free_days_midsleep") for number in PEOPLE]
    told = [one for one in found if one is not None]
    assert len(told) >= 0.85 * len(found)
    assert all(one.found.low <= 2.0 <= one.found.high for one in told)
    assert all(one.found.text.startswith("Since ") and "because" not in one.found.text for one in told)


def test_everything_told_passes_every_gate_and_cites_its_facts() -> None:
    for number in PEOPLE:
        told = told_of(walked_half(slept_less(later_at_weekends(somebody(number)), 20), 20))
        assert len(told) <= 5
        assert len({one.subject.name for one in told}) == len(told)
        for one in told:
            assert one.q <= CREDIBLE_Q
            assert abs(one.found.effect) >= one.candidate.least_change
            assert one.found.has_clear_sign
            assert one.found.facts
            assert one.confidence != "none"


def seen_by(rows: Sequence[Row]) -> list[object]:
    history = read_history("somebody", rows, "Foundation Builder")
    return [signature(one) for one, _ in found_in(history).chosen.new]


def signature(one: CredibleInsight) -> object:
    return (one.candidate.key, one.q, one.found.effect, one.found.low, one.found.high, one.found.text)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.randoms(use_true_random=False), st.integers(0, 19))
def test_the_order_of_readings_and_duplicates_change_nothing(random: Random, number: int) -> None:
    person = walked_half(slept_less(somebody(number), 20), 20)
    rows = list(_readings(person))
    plain = seen_by(rows)
    assert seen_by([*rows, *rows[::3]]) == plain
    random.shuffle(rows)
    assert seen_by(rows) == plain


def test_few_days_are_no_ground_for_anything_and_what_is_lacking_is_said() -> None:
    rows = [row for row in _readings(somebody(1)) if row[1] >= "2026-11-15"]
    found = found_in(read_history("somebody", rows, "Foundation Builder"))
    assert found.status is Status.INSUFFICIENT
    assert (found.tests, list(found.chosen.new)) == (0, [])
    assert [one.partition(":")[0] for one in found.missing] == ["sleep", "steps", "resting heart rate"]
    empty = read_history("somebody", [], "Foundation Builder")
    assert (
        find_insights(empty, WorkWeek(), KnownOfPerson(), (), datetime(2026, 11, 1, tzinfo=UTC)).status
        is Status.INSUFFICIENT
    )


def test_the_same_days_give_the_same_insights() -> None:
    person = later_at_weekends(somebody(3))
    assert found_in(history_of(person)).chosen.new[0][1] == found_in(history_of(person)).chosen.new[0][1]
