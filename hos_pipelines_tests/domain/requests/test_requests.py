"""States in order, batches of people, waits that end, and how a request ends by its stages."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hos_pipelines.domain.requests.request_batches import (
    LARGEST_BATCH,
    MOST_ATTEMPTS,
    MOST_BATCHES_AT_ONCE,
    MOST_PER_BATCH,
    Waiting,
    cut_batches,
    wait_after,
)
from hos_pipelines.domain.requests.request_refusals import SENTENCES, RequestRefusal, refusal_of_day
from hos_pipelines.domain.requests.states import CAN_BE_CANCELLED, ENDED, MAY_BECOME, OPEN, RequestStatus, may_become
from hos_pipelines.domain.requests.verdicts import StageEnd, verdict_of

TODAY = date(2026, 11, 2)
ADULT = RequestRefusal("adult_status_unknown", "birth_date: say it.")


def test_what_has_ended_stays_and_only_what_has_not_begun_is_cancelled() -> None:
    assert {"done", "partial", "failed", "refused", "cancelled"} == ENDED
    assert {"requested", "claimed", "running", "duplicate"} == OPEN
    assert {"requested", "claimed", "duplicate"} == CAN_BE_CANCELLED
    assert not any(may_become(status, RequestStatus.RUNNING) for status in MAY_BECOME if status != "claimed")


@given(
    st.lists(
        st.builds(Waiting, st.uuids().map(str), st.sampled_from([f"p{n}" for n in range(40)]), st.integers(0, 2)),
        max_size=120,
        unique_by=lambda one: one.request_id,
    )
)
def test_nobody_is_in_two_batches_and_what_was_lost_twice_is_alone(waiting: list[Waiting]) -> None:
    batches = cut_batches(waiting)
    of_person: dict[str, int] = {}
    for number, batch in enumerate(batches):
        assert batch
        for one in batch:
            assert of_person.setdefault(one.profile_id, number) == number
        assert len({one.attempt for one in batch}) == 1
        assert len(batch) <= {0: LARGEST_BATCH, 1: 10, 2: 1}[batch[0].attempt]
    assert len(batches) <= MOST_BATCHES_AT_ONCE
    given_out = [one for batch in batches for one in batch]
    assert len({one.request_id for one in given_out}) == len(given_out)
    if waiting:
        assert waiting[0] in given_out


def test_what_one_person_asks_for_twice_is_one_batch_in_order() -> None:
    many = [Waiting(f"r{n}", f"p{n}", 0) for n in range(MOST_PER_BATCH + 1)]
    first, second = cut_batches([*many, Waiting("again", "p0", 0)])
    assert [one.request_id for one in first] == [*(f"r{n}" for n in range(MOST_PER_BATCH)), "again"]
    assert [one.request_id for one in second] == [f"r{MOST_PER_BATCH}"]


def test_waits_grow_and_end() -> None:
    waits = [wait_after(attempt) for attempt in range(1, MOST_ATTEMPTS + 1)]
    assert waits == [timedelta(seconds=30), timedelta(minutes=2), None]


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        (None, None),
        (TODAY, None),
        (TODAY + timedelta(days=14), None),
        (TODAY - timedelta(days=1), "day_is_over"),
        (TODAY + timedelta(days=15), "day_too_far"),
    ],
)
def test_a_day_that_is_over_or_far_is_refused(wanted: date | None, code: str | None) -> None:
    refusal = refusal_of_day(wanted, TODAY)
    assert (None if refusal is None else refusal.code) == code


DONE, FAILED = StageEnd("insights", "done", "ok"), StageEnd("memory", "failed", reason="broke.")
LACKS, WAITS = (
    StageEnd("circadian_analysis", "done", "insufficient_data"),
    StageEnd("memory", "skipped", reason="waits."),
)
NO_PLAN = StageEnd("nutrition_plan", "refused", "refused", ADULT.sentence, ADULT)
LEAVES_OUT = StageEnd("nutrition_plan", "done", "partial")


@pytest.mark.parametrize(
    ("stages", "status", "code"),
    [
        ([DONE], "done", None),
        ([StageEnd("insights", "unchanged", "preliminary")], "done", None),
        ([FAILED], "failed", None),
        ([LACKS], "refused", "not_enough_data"),
        ([WAITS], "refused", "not_enough_data"),
        ([NO_PLAN], "refused", "adult_status_unknown"),
        ([LEAVES_OUT], "partial", None),
        ([DONE, NO_PLAN], "partial", None),
        ([DONE, FAILED, LACKS], "partial", None),
        ([FAILED, NO_PLAN], "failed", None),
        ([LACKS, NO_PLAN], "refused", "not_enough_data"),
    ],
)
def test_a_request_ends_as_its_stages_did(stages: list[StageEnd], status: str, code: str | None) -> None:
    verdict = verdict_of(stages)
    assert verdict.status == status
    assert (verdict.refusal.code if verdict.refusal else None) == code
    assert bool(verdict.error) == (status in ("partial", "failed"))


def test_every_refusal_names_a_field_and_says_what_to_do() -> None:
    for code, sentence in SENTENCES.items():
        assert sentence == "{}" or (": " in sentence and sentence.endswith((".", "{}"))), code
