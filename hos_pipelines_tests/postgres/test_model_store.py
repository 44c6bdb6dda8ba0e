"""The ledger of requests to a model: ceilings hold across sessions, answers are their person's own."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from threading import Barrier
from typing import Any

import psycopg
import pytest
from psycopg import Connection

from hos_pipelines.domain.analysis_scope import AnalysisType
from hos_pipelines.domain.model_ledger import Call, Ceiling, Kept, Question, Spent
from hos_pipelines.domain.usage import NOTHING, Usage
from hos_pipelines.domain.violations import Violation, ViolationKind
from hos_pipelines.postgres.connection import connect
from hos_pipelines.postgres.model_store import ModelLedger
from hos_pipelines_tests.postgres.lives import enrol_people
from hos_pipelines_tests.postgres.rows import NOON

CIRCADIAN = AnalysisType.CIRCADIAN
SECOND = timedelta(seconds=1)
MIDNIGHT = NOON.replace(hour=0)
MARK = ("mark", "gpt-test", "1")
CALLS = "SELECT profile_id, outcome, tokens, input_tokens, cached_tokens, output_tokens, cost_usd FROM model_calls"
DAY = Ceiling(1000, 1.0)
QUESTION = Question("anna", CIRCADIAN, *MARK)
KEPT = Kept(
    answer='{"claims": []}',
    usage=Usage(900, 300, 100),
    usd=0.25,
    latency_s=2.5,
    requests=2,
    violations=[
        Violation(kind, "evidence/0", f"'\u00fc' and \"7 %\" are not {kind}: \\ {{{{x}}}}.\n\u2212")
        for kind in ViolationKind
    ],
)


@pytest.fixture
def people(connection: Connection[Any]) -> Connection[Any]:
    enrol_people(connection, "anna", "ben")
    return connection


def reserve(
    connection: Connection[Any],
    tokens: int = 100,
    usd: float | None = 0.25,
    at: datetime = NOON,
    *,
    of: str = "anna",
    day: Ceiling = DAY,
) -> int | None:
    """The number of a request about somebody's analysis; ten of them fill the day's tokens, four its dollars."""
    question = replace(QUESTION, profile_id=of)
    return ModelLedger(connection, lambda: at).reserve(question, Spent(tokens, usd), day)


def reserved(connection: Connection[Any], calls: Iterable[tuple[int, float | None]], day: Ceiling = DAY) -> list[bool]:
    return [reserve(connection, tokens, usd, day=day) is not None for tokens, usd in calls]


def settle(connection: Connection[Any], number: int, call: Call) -> None:
    ModelLedger(connection, lambda: NOON).settle(number, call)


def keep(connection: Connection[Any], profile_id: str, kept: Kept = KEPT, mark: str = "mark") -> None:
    ModelLedger(connection, lambda: NOON).keep(replace(QUESTION, profile_id=profile_id, fingerprint=mark), kept)


def read(
    connection: Connection[Any], profile_id: str, kind: AnalysisType = CIRCADIAN, mark: str = "mark"
) -> Kept | None:
    question = replace(QUESTION, profile_id=profile_id, analysis_type=kind, fingerprint=mark)
    return ModelLedger(connection, lambda: NOON).kept(question)


@pytest.mark.parametrize(
    ("tokens", "usd", "fits"),
    [(100, 0.0, 10), (101, 0.0, 9), (1000, 0.0, 1), (1001, 0.0, 0), (1, 0.25, 4), (1, 1.0, 1), (1, 1.25, 0)],
)
def test_a_day_takes_what_exactly_fits_and_nothing_more(
    people: Connection[Any], tokens: int, usd: float, fits: int
) -> None:
    assert reserved(people, [(tokens, usd)] * 12) == [True] * fits + [False] * (12 - fits)
    assert len(people.execute(CALLS).fetchall()) == fits


def test_what_is_refused_leaves_room_for_something_smaller(people: Connection[Any]) -> None:
    assert reserved(people, [(900, 0), (101, 0), (100, 0), (1, 0)]) == [True, False, True, False]


def test_calls_without_a_price_count_by_their_tokens_alone(people: Connection[Any]) -> None:
    assert reserved(people, [(100, None)] * 11, Ceiling(1000, 0)) == [True] * 10 + [False]
    assert people.execute("SELECT DISTINCT cost_usd FROM model_calls").fetchall() == [(None,)]


@pytest.mark.parametrize(
    ("before", "counts"),
    [(MIDNIGHT - SECOND, False), (MIDNIGHT, True), (MIDNIGHT + timedelta(days=1), False)],
    ids=["yesterday", "today", "tomorrow"],
)
def test_only_calls_of_the_same_utc_day_count(people: Connection[Any], before: datetime, counts: bool) -> None:
    assert reserve(people, 1000, 1.0, before) is not None
    assert (reserve(people) is None) == counts


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
            return sum(reserved(session, [(tokens, usd)] * 8, Ceiling(175, 1.6)))

    with ThreadPoolExecutor(sessions) as threads:
        counts = list(threads.map(reserve_all, range(sessions)))
    assert sum(counts) == fits
    assert people.execute("SELECT count(*), sum(tokens) FROM model_calls").fetchone() == (fits, fits * tokens)


def test_settling_puts_what_was_taken_in_place_of_what_was_put_by(people: Connection[Any]) -> None:
    number = reserve(people, 1000, 1.0)
    assert number is not None
    assert reserve(people, 1, 0) is None
    settle(people, number, Call("answered", Usage(500, 200, 100), 0.5, 3.0))
    assert people.execute(CALLS).fetchall() == [("anna", "answered", 600, 500, 200, 100, 0.5)]
    assert reserved(people, [(401, 0), (400, 0.5), (1, 0)]) == [False, True, False]


def test_a_request_whose_run_was_killed_stays_counted_as_put_by(people: Connection[Any]) -> None:
    reserve(people, 1000, 1.0)
    assert people.execute(CALLS).fetchall() == [("anna", None, 1000, 0, 0, 0, 1.0)]
    assert reserve(people, 1, 0) is None


def test_settling_one_request_leaves_the_others_alone(people: Connection[Any]) -> None:
    first, second = reserve(people, 10), reserve(people, 20)
    assert (first, second) == (1, 2)
    settle(people, 2, Call("TransientModelError", NOTHING, 0.0, 0.0))
    outcomes = people.execute("SELECT id, outcome, tokens FROM model_calls ORDER BY id").fetchall()
    assert outcomes == [(1, None, 10), (2, "TransientModelError", 0)]


def test_a_kept_answer_is_read_as_it_was_kept(people: Connection[Any]) -> None:
    keep(people, "anna")
    assert read(people, "anna") == KEPT
    failed = replace(KEPT, answer=None, reason="could not be proven.", usd=None)
    keep(people, "anna", failed, "other")
    assert read(people, "anna", mark="other") == failed


def test_of_what_an_earlier_proof_said_only_the_kinds_there_still_are_are_read(people: Connection[Any]) -> None:
    keep(people, "anna")
    earlier = '[{"kind": "exaggeration", "passage": "evidence/0", "what": "\'always\' is more than the facts say."}]'
    people.execute("UPDATE model_answers SET violations = violations || %s::jsonb", [earlier])
    assert read(people, "anna") == KEPT


def test_an_answer_is_found_under_its_own_profile_analysis_and_fingerprint_alone(people: Connection[Any]) -> None:
    """Two people may well have the same fingerprint: the id is no part of it."""
    keep(people, "anna")
    keep(people, "ben", replace(KEPT, answer='{"claims": [], "of": "ben"}'))
    assert read(people, "anna") == KEPT
    of_ben = read(people, "ben")
    assert of_ben is not None
    assert '"ben"' in str(of_ben.answer)
    people.execute("DELETE FROM model_answers WHERE profile_id = 'anna'")
    assert read(people, "anna") is None
    assert read(people, "ben", AnalysisType.BEHAVIOR) is None
    assert read(people, "ben", mark="another") is None


def test_an_answer_kept_again_replaces_the_first(people: Connection[Any]) -> None:
    keep(people, "anna")
    again = Kept(None, Usage(1, 0, 2), None, 0.5, 1, [], "could not be proven.")
    keep(people, "anna", again)
    assert read(people, "anna") == again


def test_there_is_an_answer_or_a_reason(people: Connection[Any]) -> None:
    with pytest.raises(psycopg.errors.CheckViolation):
        keep(people, "anna", replace(KEPT, answer=None, reason=None))


def test_what_is_proven_in_part_is_an_answer_with_the_reason_of_the_rest(people: Connection[Any]) -> None:
    in_part = replace(KEPT, answer='{"claims": []}', reason="none")
    keep(people, "anna", in_part)
    assert read(people, "anna") == in_part


@pytest.mark.parametrize("status", ["retired", "erased"])
def test_whoever_left_while_the_model_wrote_gets_no_answer(people: Connection[Any], status: str) -> None:
    people.execute("UPDATE profiles SET status = %s WHERE profile_id = 'anna'", (status,))
    keep(people, "anna")
    keep(people, "ben")
    assert people.execute("SELECT profile_id FROM model_answers").fetchall() == [("ben",)]


def test_with_a_profile_its_answers_go_and_its_calls_stay_without_its_id(people: Connection[Any]) -> None:
    for name in ("anna", "ben"):
        keep(people, name)
        reserve(people, of=name)
    people.execute("DELETE FROM profiles WHERE profile_id = 'anna'")
    assert people.execute("SELECT profile_id FROM model_answers").fetchall() == [("ben",)]
    calls = people.execute("SELECT profile_id, tokens, cost_usd FROM model_calls ORDER BY id").fetchall()
    assert calls == [(None, 100, 0.25), ("ben", 100, 0.25)]


def test_a_day_begins_at_utc_midnight_whatever_the_sessions_time_zone(people: Connection[Any]) -> None:
    people.execute("SET TIME ZONE 'Pacific/Auckland'")
    reserve(people, 1000, 1.0, datetime(2026, 11, 1, 23, 59, tzinfo=UTC))
    assert reserve(people, at=datetime(2026, 11, 1, 0, 1, tzinfo=UTC)) is None
    assert reserve(people, at=datetime(2026, 11, 2, 0, 1, tzinfo=UTC)) is not None


def test_the_day_is_that_of_utc_whatever_the_clocks_zone(people: Connection[Any]) -> None:
    east = timezone(timedelta(hours=13))
    evening = datetime(2026, 11, 2, 12, 30, tzinfo=east)
    assert reserve(people, 1000, 0.0, evening) is not None
    assert reserve(people, 1, 0.0) is None
    assert reserve(people, 1000, 0.0, evening + timedelta(hours=1)) is not None


def test_the_rounds_of_a_question_are_written_down_apart_and_settled_together(people: Connection[Any]) -> None:
    ledger = ModelLedger(people, lambda: NOON)
    for number in (1, 2):
        assert ledger.reserve(replace(QUESTION, round=number), Spent(1, None), DAY) == number
    ledger.keep(QUESTION, KEPT)
    assert ledger.kept(replace(QUESTION, round=2)) == KEPT
    rounds = people.execute("SELECT profile_id, round, called_at FROM model_calls ORDER BY id").fetchall()
    assert rounds == [("anna", 1, NOON), ("anna", 2, NOON)]
