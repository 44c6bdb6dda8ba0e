"""The ledger of requests to a model: ceilings hold across sessions, answers are their person's own."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any

import psycopg
import pytest
from psycopg import Connection

from hos_pipelines.domain.analysis_scope import AnalysisType
from hos_pipelines.postgres.connection import connect
from hos_pipelines.postgres.model_store import (
    CallTaken,
    KeptAnswer,
    ModelCall,
    keep_answer,
    read_answer,
    reserve_call,
    settle_call,
)
from hos_pipelines_tests.postgres.lives import enrol_people
from hos_pipelines_tests.postgres.rows import NOON

CIRCADIAN = AnalysisType.CIRCADIAN
SECOND = timedelta(seconds=1)
MIDNIGHT = NOON.replace(hour=0)
MARK = ("mark", "gpt-test", "1")
CALLS = "SELECT profile_id, outcome, tokens, input_tokens, cached_tokens, output_tokens, cost_usd FROM model_calls"
KEPT = KeptAnswer(
    answer='{"claims": []}',
    reason=None,
    input_tokens=900,
    cached_tokens=300,
    output_tokens=100,
    cost_usd=0.25,
    latency_s=2.5,
    requests=2,
    violations=[{"kind": "number", "passage": "evidence/0", "what": "the figure '7' is nobody's."}],
)


@pytest.fixture
def people(connection: Connection[Any]) -> Connection[Any]:
    enrol_people(connection, "anna", "ben")
    return connection


def call(
    tokens: int = 100, usd: float | None = 0.25, at: datetime = NOON, *, most_tokens: int = 1000, most_usd: float = 1.0
) -> ModelCall:
    """A request about anna's analysis; ten of them fill the day's tokens, four its dollars."""
    return ModelCall("anna", CIRCADIAN, *MARK, 1, at, tokens, usd, most_tokens, most_usd)


def reserved(connection: Connection[Any], calls: Iterable[ModelCall]) -> list[bool]:
    return [reserve_call(connection, one) is not None for one in calls]


def keep(connection: Connection[Any], profile_id: str, kept: KeptAnswer = KEPT, mark: str = "mark") -> None:
    keep_answer(connection, (profile_id, CIRCADIAN, mark, *MARK[1:]), kept, NOON)


@pytest.mark.parametrize(
    ("tokens", "usd", "fits"),
    [(100, 0.0, 10), (101, 0.0, 9), (1000, 0.0, 1), (1001, 0.0, 0), (1, 0.25, 4), (1, 1.0, 1), (1, 1.25, 0)],
)
def test_a_day_takes_what_exactly_fits_and_nothing_more(
    people: Connection[Any], tokens: int, usd: float, fits: int
) -> None:
    assert reserved(people, [call(tokens, usd)] * 12) == [True] * fits + [False] * (12 - fits)
    assert len(people.execute(CALLS).fetchall()) == fits


def test_what_is_refused_leaves_room_for_something_smaller(people: Connection[Any]) -> None:
    assert reserved(people, [call(900, 0), call(101, 0), call(100, 0), call(1, 0)]) == [True, False, True, False]


def test_calls_without_a_price_count_by_their_tokens_alone(people: Connection[Any]) -> None:
    assert reserved(people, [call(usd=None, most_usd=0)] * 11) == [True] * 10 + [False]
    assert people.execute("SELECT DISTINCT cost_usd FROM model_calls").fetchall() == [(None,)]


@pytest.mark.parametrize(
    ("before", "counts"),
    [(MIDNIGHT - SECOND, False), (MIDNIGHT, True), (MIDNIGHT + timedelta(days=1), False)],
    ids=["yesterday", "today", "tomorrow"],
)
def test_only_calls_of_the_same_utc_day_count(people: Connection[Any], before: datetime, counts: bool) -> None:
    assert reserve_call(people, call(1000, 1.0, before)) is not None
    assert (reserve_call(people, call()) is None) == counts


@pytest.mark.parametrize(
    ("tokens", "usd", "fits"), [(10, 0.0, 17), (1, 0.25, 6)], ids=["by their tokens", "by their cost"]
)
def test_reservations_of_several_sessions_at_once_never_exceed_the_ceiling_together(
    people: Connection[Any], migrated_url: str, tokens: int, usd: float, fits: int
) -> None:
    sessions = 6
    start = Barrier(sessions)

    def reserve_all(_number: int) -> int:
        with connect(migrated_url) as session:
            start.wait(10)
            return sum(reserved(session, [call(tokens, usd, most_tokens=175, most_usd=1.6)] * 8))

    with ThreadPoolExecutor(sessions) as threads:
        counts = list(threads.map(reserve_all, range(sessions)))
    assert sum(counts) == fits
    assert people.execute("SELECT count(*), sum(tokens) FROM model_calls").fetchone() == (fits, fits * tokens)


def test_settling_puts_what_was_taken_in_place_of_what_was_put_by(people: Connection[Any]) -> None:
    number = reserve_call(people, call(1000, 1.0))
    assert number is not None
    assert reserve_call(people, call(1, 0)) is None
    settle_call(people, CallTaken(number, "answered", 500, 200, 100, 0.5, 3.0))
    assert people.execute(CALLS).fetchall() == [("anna", "answered", 600, 500, 200, 100, 0.5)]
    assert reserved(people, [call(401, 0), call(400, 0.5), call(1, 0)]) == [False, True, False]


def test_a_request_whose_run_was_killed_stays_counted_as_put_by(people: Connection[Any]) -> None:
    reserve_call(people, call(1000, 1.0))
    assert people.execute(CALLS).fetchall() == [("anna", None, 1000, 0, 0, 0, 1.0)]
    assert reserve_call(people, call(1, 0)) is None


def test_settling_one_request_leaves_the_others_alone(people: Connection[Any]) -> None:
    first, second = reserve_call(people, call(10)), reserve_call(people, call(20))
    assert (first, second) == (1, 2)
    settle_call(people, CallTaken(2, "TransientModelError", 0, 0, 0, 0.0, 0.0))
    outcomes = people.execute("SELECT id, outcome, tokens FROM model_calls ORDER BY id").fetchall()
    assert outcomes == [(1, None, 10), (2, "TransientModelError", 0)]


def test_a_kept_answer_is_read_as_it_was_kept(people: Connection[Any]) -> None:
    keep(people, "anna")
    assert read_answer(people, "anna", CIRCADIAN, "mark") == KEPT
    failed = replace(KEPT, answer=None, reason="could not be proven.", cost_usd=None)
    keep(people, "anna", failed, "other")
    assert read_answer(people, "anna", CIRCADIAN, "other") == failed


def test_an_answer_is_found_under_its_own_profile_analysis_and_fingerprint_alone(people: Connection[Any]) -> None:
    """Two people may well have the same fingerprint: the id is no part of it."""
    keep(people, "anna")
    keep(people, "ben", replace(KEPT, answer='{"claims": [], "of": "ben"}'))
    assert read_answer(people, "anna", CIRCADIAN, "mark") == KEPT
    of_ben = read_answer(people, "ben", CIRCADIAN, "mark")
    assert of_ben is not None
    assert '"ben"' in str(of_ben.answer)
    people.execute("DELETE FROM model_answers WHERE profile_id = 'anna'")
    assert read_answer(people, "anna", CIRCADIAN, "mark") is None
    assert read_answer(people, "ben", AnalysisType.BEHAVIOR, "mark") is None
    assert read_answer(people, "ben", CIRCADIAN, "another") is None


def test_an_answer_kept_again_replaces_the_first(people: Connection[Any]) -> None:
    keep(people, "anna")
    again = KeptAnswer(None, "could not be proven.", 1, 0, 2, None, 0.5, 1, [])
    keep(people, "anna", again)
    assert read_answer(people, "anna", CIRCADIAN, "mark") == again


@pytest.mark.parametrize(("answer", "reason"), [(None, None), ('{"claims": []}', "none")], ids=["neither", "both"])
def test_there_is_an_answer_or_a_reason_and_never_both_or_neither(
    people: Connection[Any], answer: str | None, reason: str | None
) -> None:
    with pytest.raises(psycopg.errors.CheckViolation):
        keep(people, "anna", replace(KEPT, answer=answer, reason=reason))


@pytest.mark.parametrize("status", ["retired", "erased"])
def test_whoever_left_while_the_model_wrote_gets_no_answer(people: Connection[Any], status: str) -> None:
    people.execute("UPDATE profiles SET status = %s WHERE profile_id = 'anna'", (status,))
    keep(people, "anna")
    keep(people, "ben")
    assert people.execute("SELECT profile_id FROM model_answers").fetchall() == [("ben",)]


def test_with_a_profile_its_answers_go_and_its_calls_stay_without_its_id(people: Connection[Any]) -> None:
    for name in ("anna", "ben"):
        keep(people, name)
        reserve_call(people, replace(call(), profile_id=name))
    people.execute("DELETE FROM profiles WHERE profile_id = 'anna'")
    assert people.execute("SELECT profile_id FROM model_answers").fetchall() == [("ben",)]
    calls = people.execute("SELECT profile_id, tokens, cost_usd FROM model_calls ORDER BY id").fetchall()
    assert calls == [(None, 100, 0.25), ("ben", 100, 0.25)]


def test_a_day_begins_at_utc_midnight_whatever_the_sessions_time_zone(people: Connection[Any]) -> None:
    people.execute("SET TIME ZONE 'Pacific/Auckland'")
    reserve_call(people, call(1000, 1.0, datetime(2026, 11, 1, 23, 59, tzinfo=UTC)))
    assert reserve_call(people, call(at=datetime(2026, 11, 1, 0, 1, tzinfo=UTC))) is None
    assert reserve_call(people, call(at=datetime(2026, 11, 2, 0, 1, tzinfo=UTC))) is not None
