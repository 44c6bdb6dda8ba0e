"""Whatever ends the fetching, its reader is told, and does not wait for ever."""

import asyncio
import gc
from collections.abc import Callable, Generator

import pytest

from hos_pipelines.sahha.account import SahhaAccount
from hos_pipelines.stages.refresh.fetch import fetch_ahead
from hos_pipelines.stages.refresh.plan_pulls import PullPlan

ACCOUNT = SahhaAccount("http://127.0.0.1:9", "id", "secret")
NOTHING = PullPlan([], {})


def cancelled() -> Generator[PullPlan]:
    yield NOTHING
    raise asyncio.CancelledError


def fails() -> Generator[PullPlan]:
    yield NOTHING
    raise LookupError("the plan")


def cannot_be_closed() -> Generator[PullPlan]:
    try:
        yield NOTHING
        raise LookupError("the plan")
    finally:
        raise OSError("the session")


def reads_on_when_closed() -> Generator[PullPlan]:
    while True:
        try:
            yield NOTHING
        except GeneratorExit:
            raise OSError("the session") from None


@pytest.mark.parametrize(
    ("plans", "error"), [(cancelled, RuntimeError), (fails, LookupError), (cannot_be_closed, OSError)]
)
def test_whatever_ends_the_plans_is_raised_where_the_answers_are_read(
    plans: Callable[[], Generator[PullPlan]], error: type[Exception]
) -> None:
    with pytest.raises(error), fetch_ahead(ACCOUNT, plans()) as answers:
        assert list(answers) == []


def test_a_reader_who_leaves_is_not_held_by_plans_that_cannot_be_closed() -> None:
    with fetch_ahead(ACCOUNT, reads_on_when_closed()):
        pass


def test_what_was_loaded_before_is_left_alone_by_the_collector_until_the_fetching_ends() -> None:
    gc.unfreeze()  # an instance of Dagster that was opened in this process has frozen what there was
    with fetch_ahead(ACCOUNT, reads_on_when_closed()):
        assert gc.get_freeze_count() > 0
    assert gc.get_freeze_count() == 0
    with pytest.raises(LookupError), fetch_ahead(ACCOUNT, fails()) as answers:
        list(answers)
    assert gc.get_freeze_count() == 0


def test_whoever_has_told_the_collector_so_before_keeps_it_so() -> None:
    gc.freeze()
    try:
        with fetch_ahead(ACCOUNT, reads_on_when_closed()):
            pass
        assert gc.get_freeze_count() > 0
    finally:
        gc.unfreeze()
