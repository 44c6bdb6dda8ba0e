from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import psycopg
import pytest
from psycopg import Connection

from hos_pipelines.domain.analysis_due import decide
from hos_pipelines.domain.analysis_scope import AnalysisType
from hos_pipelines.domain.sync import retry_wait
from hos_pipelines.postgres.analysis_store import (
    AnalysisWrite,
    StoredAnalysis,
    read_current,
    read_inputs,
    read_states,
    status_counts,
    write_analyses,
)
from hos_pipelines.postgres.connection import connect
from hos_pipelines_tests.postgres.lives import TODAY, enrol_people, night, reading, store
from hos_pipelines_tests.postgres.rows import NOON

CIRCADIAN = AnalysisType.CIRCADIAN
HOUR = timedelta(hours=1)
RESULTS = "SELECT fingerprint, created_at, result, mode, analyzed_at FROM analysis_results ORDER BY profile_id, 1"
STAND_IN_MARKS = """
SELECT fingerprint, analyzed_at, rows_seen, night_seen, analysis_timestamp, failures, next_due_at
FROM archetype_analysis_tracking WHERE user_id = 'anna'
"""
MARKS = """
SELECT analyzed_at, rows_seen, night_seen, data_through, analysis_count FROM archetype_analysis_tracking
ORDER BY user_id, archetype, analysis_type
"""


@pytest.fixture
def people(connection: Connection[Any]) -> Connection[Any]:
    enrol_people(connection, "anna", "ben", "cleo")
    store(connection, [row for name in ("anna", "ben") for row in night(name, TODAY - timedelta(days=1))])
    return connection


def findings(
    connection: Connection[Any],
    names: Sequence[str],
    mark: str = "a",
    at: datetime = NOON,
    *,
    status: str = "ok",
    is_new: bool = True,
) -> list[AnalysisWrite]:
    """What an analysis would hand over that reads now; its fingerprint and its result are `mark`."""
    subjects = read_inputs(connection, CIRCADIAN, names, NOON)
    return [_finding(subjects[name], mark, at, status, is_new=is_new) for name in names]


def _finding(subject: Any, mark: str, at: datetime, status: str, *, is_new: bool) -> AnalysisWrite:
    stored = StoredAnalysis(
        profile_id=subject.profile_id,
        archetype=subject.archetype,
        analysis_type=CIRCADIAN,
        fingerprint=mark,
        analyzed_at=at,
        status=status,
        engine="rules",
        method_version="1",
        mode="initial",
        news_since=None,
        data_through=subject.newest_night,
        data_source="sahha",
        fetched_up_to=subject.fetched_up_to,
        result=f'{{"mark": "{mark}"}}',
    )
    return AnalysisWrite(subject, CIRCADIAN, mark, "ok", at, "sahha", subject.newest_night, stored if is_new else None)


def current(connection: Connection[Any], profile_id: str = "anna") -> tuple[str, datetime]:
    found = read_current(connection, profile_id, CIRCADIAN)
    assert found is not None
    return found.fingerprint, found.analyzed_at


def due(connection: Connection[Any], at: datetime = NOON) -> dict[str, str]:
    standings = read_states(connection, CIRCADIAN)
    verdicts = {one.profile_id: decide(one, at) for one in standings}
    return {name: verdict.reason for name, verdict in verdicts.items() if verdict.is_due}


def test_a_result_and_its_watermark_are_written_together_and_read_again(people: Connection[Any]) -> None:
    assert write_analyses(people, findings(people, ["anna", "cleo"])) == {"anna", "cleo"}
    assert current(people) == ("a", NOON)
    yesterday = TODAY - timedelta(days=1)
    assert people.execute(MARKS).fetchall() == [(NOON, 2, yesterday, yesterday, 1), (NOON, 0, None, None, 1)]
    synced = (
        "SELECT biomarkers_synced, scores_synced, sahha_data_synced FROM archetype_analysis_tracking ORDER BY user_id"
    )
    assert people.execute(synced).fetchall() == [(True, False, True), (False, False, False)]
    assert status_counts(people, CIRCADIAN) == {"ok": 2}


@pytest.mark.parametrize("table", ["archetype_analysis_tracking", "analysis_results"])
def test_where_either_of_the_two_cannot_be_written_neither_is(people: Connection[Any], table: str) -> None:
    column = "user_id" if table == "archetype_analysis_tracking" else "profile_id"
    people.execute(f"ALTER TABLE {table} ADD CONSTRAINT no_ben CHECK ({column} <> 'ben')")
    with pytest.raises(psycopg.errors.CheckViolation):
        write_analyses(people, findings(people, ["anna", "ben"]))
    assert people.execute(RESULTS).fetchall() == []
    assert people.execute(MARKS).fetchall() == []


def test_a_run_that_read_earlier_and_commits_later_moves_nothing_back(people: Connection[Any]) -> None:
    early = findings(people, ["anna"], "early")
    store(people, night("anna", TODAY))
    write_analyses(people, findings(people, ["anna"], "late", NOON + HOUR))
    write_analyses(people, early)
    assert people.execute(MARKS).fetchall() == [(NOON + HOUR, 4, TODAY, TODAY, 2)]
    assert current(people) == ("late", NOON + HOUR)
    assert due(people) == {"ben": "never analysed before"}


def test_the_same_readings_again_leave_the_result_as_it_is_but_for_when_it_was_confirmed(
    people: Connection[Any],
) -> None:
    write_analyses(people, findings(people, ["anna"]))
    before = people.execute(RESULTS).fetchall()
    write_analyses(people, findings(people, ["anna"], at=NOON + HOUR, is_new=False))
    write_analyses(people, findings(people, ["anna"], at=NOON - HOUR, is_new=False))
    assert people.execute(RESULTS).fetchall() == [(*before[0][:4], NOON + HOUR)]
    assert people.execute(MARKS).fetchall()[0][0] == NOON + HOUR


def test_readings_that_change_and_change_back_make_the_first_result_current_again(people: Connection[Any]) -> None:
    for hours, mark in enumerate(("a", "b", "a")):
        write_analyses(people, findings(people, ["anna"], mark, NOON + hours * HOUR))
        assert current(people) == (mark, NOON + hours * HOUR)
        assert read_inputs(people, CIRCADIAN, ["anna"], NOON)["anna"].stored_fingerprint == mark
    assert [row[0] for row in people.execute(RESULTS)] == ["a", "b"]


@pytest.mark.parametrize("status", ["retired", "erased"])
def test_whoever_left_while_they_were_analysed_gets_nothing(people: Connection[Any], status: str) -> None:
    made = findings(people, ["anna", "ben"])
    people.execute("UPDATE profiles SET status = %s WHERE profile_id = 'anna'", (status,))
    assert write_analyses(people, made) == {"ben"}
    owners = "SELECT profile_id FROM analysis_results UNION ALL SELECT user_id FROM archetype_analysis_tracking"
    assert people.execute(owners).fetchall() == [("ben",), ("ben",)]
    assert read_current(people, "anna", CIRCADIAN) is None


def test_another_archetype_starts_anew_and_the_old_one_finds_its_result_again(people: Connection[Any]) -> None:
    write_analyses(people, findings(people, ["anna"]))
    people.execute("UPDATE profiles SET archetype = 'Peak Performer' WHERE profile_id = 'anna'")
    assert read_current(people, "anna", CIRCADIAN) is None
    assert due(people)["anna"] == "never analysed before"
    write_analyses(people, findings(people, ["anna"], "b", NOON + HOUR))
    people.execute("UPDATE profiles SET archetype = 'Foundation Builder' WHERE profile_id = 'anna'")
    assert current(people) == ("a", NOON)
    assert "anna" not in due(people)


def test_a_new_night_or_enough_changed_readings_make_somebody_due_and_fewer_do_not(people: Connection[Any]) -> None:
    assert due(people) == {"anna": "never analysed before", "ben": "never analysed before"}
    write_analyses(people, findings(people, ["anna", "ben"]))
    assert due(people) == {}
    days = [TODAY - timedelta(days=back) for back in range(54)]
    store(people, [reading("anna", "steps", day, "100", "count") for day in days[:53]])
    assert due(people) == {}
    assert read_states(people, CIRCADIAN, ["anna"])[0].rows_changed == 53
    store(people, [*(reading("anna", "steps", day, "100", "count") for day in days), *night("ben", TODAY)])
    assert due(people) == {"anna": "54 new or changed readings", "ben": "a new night"}


def test_rows_merely_seen_again_do_not_count(people: Connection[Any]) -> None:
    days = [TODAY - timedelta(days=back) for back in range(80)]
    rows = [reading("anna", "steps", day, "100", "count") for day in days]
    store(people, rows)
    write_analyses(people, findings(people, ["anna"]))
    store(people, [row._replace(observed_at=NOON + HOUR) for row in rows], observed_at=NOON + HOUR)
    assert [one.profile_id for one in read_states(people, CIRCADIAN)] == ["ben"]
    assert read_states(people, CIRCADIAN, ["anna"])[0].rows_changed == 0


@pytest.mark.parametrize(("status", "is_known"), [("paused", True), ("retired", False)])
def test_nobody_but_the_active_is_found_due_and_the_paused_may_be_named(
    people: Connection[Any], status: str, is_known: bool
) -> None:
    people.execute("UPDATE profiles SET status = %s WHERE profile_id = 'anna'", (status,))
    assert set(due(people)) == {"ben"}
    assert [one.profile_id for one in read_states(people, CIRCADIAN, ["anna"])] == ["anna"] * is_known
    assert list(read_inputs(people, CIRCADIAN, ["anna"], NOON)) == ["anna"] * is_known


def test_each_analysis_has_a_watermark_of_its_own(people: Connection[Any]) -> None:
    write_analyses(people, findings(people, ["anna", "ben"]))
    assert due(people) == {}
    standings = read_states(people, AnalysisType.BEHAVIOR)
    assert [(one.analyzed_at, one.circadian_count, one.behavior_count) for one in standings] == [(None, 1, 0)] * 2


def test_two_writers_over_the_same_people_in_opposite_order_leave_the_same_rows(
    people: Connection[Any], migrated_url: str
) -> None:
    names = ["anna", "ben", "cleo"]
    made = [findings(people, names, f"{number:02d}", NOON + number * HOUR) for number in range(20)]

    def write_all(rounds: list[list[AnalysisWrite]]) -> None:
        with connect(migrated_url) as session:
            for one in rounds:
                write_analyses(session, one)

    backwards = [one[::-1] for one in reversed(made)]
    with ThreadPoolExecutor() as threads:
        list(threads.map(write_all, [made, backwards]))
    rows = people.execute(RESULTS.replace("created_at, ", "")).fetchall()
    assert [row[-1] for row in rows] == [NOON + number * HOUR for number in range(20)] * 3
    newest = NOON + 19 * HOUR
    assert [row[0] for row in people.execute(MARKS)] == [newest] * 3
    assert [row[-1] for row in people.execute(MARKS)] == [40] * 3
    assert {current(people, name) for name in names} == {("19", newest)}


def test_the_day_a_watermark_names_may_go_back_with_a_later_reading(people: Connection[Any]) -> None:
    """A day that was delivered by mistake and is gone again is no longer what the result rests on."""
    (first,) = findings(people, ["anna"])
    write_analyses(people, [replace(first, data_through=date(2026, 11, 2))])
    write_analyses(people, findings(people, ["anna"], "b", NOON + HOUR))
    assert people.execute(MARKS).fetchall() == [(NOON + HOUR, 2, date(2026, 10, 31), date(2026, 10, 31), 2)]


def test_rows_inserted_or_updated_are_counted_for_ever_and_rows_seen_again_or_too_old_are_not(
    people: Connection[Any],
) -> None:
    news = "SELECT rows_changed FROM sync_state WHERE profile_id = 'cleo' AND stream = 'biomarkers'"
    today, yesterday = TODAY, TODAY - timedelta(days=1)
    for day, value, observed_at, expected in (
        (today, "100", NOON, 1),
        (yesterday, "100", NOON, 2),
        (today, "100", NOON + HOUR, 2),
        (today, "200", NOON + HOUR, 3),
        (today, "150", NOON, 3),
        (yesterday - timedelta(days=1), "100", NOON, 4),
    ):
        store(people, [reading("cleo", "steps", day, value, observed_at=observed_at)], observed_at=observed_at)
        assert people.execute(news).fetchone() == (expected,)


def test_the_newest_night_is_the_newest_day_a_sleep_ends_on_and_never_goes_back(people: Connection[Any]) -> None:
    newest = "SELECT newest_night FROM sync_state WHERE profile_id = 'cleo' AND stream = 'biomarkers'"
    yesterday = TODAY - timedelta(days=1)
    for rows, expected in (
        ([reading("cleo", "steps", TODAY, "100")], None),
        ([*night("cleo", yesterday), reading("cleo", "sleep_start_time", TODAY, "")], yesterday),
        ([*night("cleo", TODAY), *night("cleo", TODAY - timedelta(days=3))], TODAY),
        (night("cleo", TODAY - timedelta(days=5)), TODAY),
    ):
        store(people, rows)
        assert people.execute(newest).fetchone() == (expected,)


def stand_in(
    connection: Connection[Any], mark: str = "fallback", at: datetime = NOON, reason: str = "the model was silent."
) -> AnalysisWrite:
    """The rules' words for anna where the model's could not be had at this moment."""
    (one,) = findings(connection, ["anna"], mark, at)
    assert one.stored is not None
    stored = replace(one.stored, model="gpt-test", prompt_version="1", fallback_reason=reason)
    return replace(one, stored=stored, is_final=False)


def waits_until(at: datetime, failures: int) -> datetime:
    return at + retry_wait(failures, f"anna/{CIRCADIAN}")


def test_a_result_that_stands_in_is_the_one_that_stands_and_moves_no_watermark(people: Connection[Any]) -> None:
    write_analyses(people, findings(people, ["anna"], "settled", NOON - HOUR))
    [(_, _, *watermark, _, _)] = people.execute(STAND_IN_MARKS).fetchall()
    store(people, night("anna", TODAY))
    assert write_analyses(people, [stand_in(people)]) == {"anna"}
    assert current(people) == ("fallback", NOON)
    assert people.execute(STAND_IN_MARKS).fetchall() == [("fallback", NOON, *watermark, 1, waits_until(NOON, 1))]
    assert watermark[:2] == [2, TODAY - timedelta(days=1)]
    [standing] = read_states(people, CIRCADIAN, ["anna"])
    assert (standing.rows_changed, standing.has_new_night) == (2, True)


def test_somebody_whose_very_first_result_stands_in_is_still_due_once_the_wait_is_over(people: Connection[Any]) -> None:
    write_analyses(people, [stand_in(people)])
    assert current(people) == ("fallback", NOON)
    assert people.execute(STAND_IN_MARKS).fetchall() == [("fallback", NOON, 0, None, None, 1, waits_until(NOON, 1))]
    assert "anna" not in due(people, waits_until(NOON, 1) - timedelta(microseconds=1))
    assert due(people, waits_until(NOON, 1)) == {"anna": "a new night", "ben": "never analysed before"}


def test_the_wait_grows_with_every_result_that_stands_in_and_a_settled_one_ends_it(people: Connection[Any]) -> None:
    for failures in (1, 2, 3):
        at = NOON + failures * HOUR
        write_analyses(people, [stand_in(people, at=at)])
        assert (people.execute(STAND_IN_MARKS).fetchone() or ())[-2:] == (failures, waits_until(at, failures))
    end = NOON + 4 * HOUR
    write_analyses(people, findings(people, ["anna"], "written", end))
    yesterday = TODAY - timedelta(days=1)
    assert people.execute(STAND_IN_MARKS).fetchall() == [("written", end, 2, yesterday, NOON, 0, None)]
    assert current(people) == ("written", end)
    assert "anna" not in due(people, end)


def test_a_result_that_stands_in_and_read_earlier_takes_no_later_ones_place(people: Connection[Any]) -> None:
    early = stand_in(people)
    write_analyses(people, findings(people, ["anna"], "late", NOON + HOUR))
    write_analyses(people, [early])
    assert current(people) == ("late", NOON + HOUR)
    assert (people.execute(STAND_IN_MARKS).fetchone() or ())[-2:] == (0, None)


def test_a_result_that_stands_in_again_for_another_reason_replaces_the_first(people: Connection[Any]) -> None:
    write_analyses(people, [stand_in(people)])
    other = stand_in(people, at=NOON + HOUR, reason="a ceiling is reached.")
    assert other.stored is not None
    write_analyses(people, [replace(other, stored=replace(other.stored, result='{"mark": "anew"}', tokens=7))])
    found = read_current(people, "anna", CIRCADIAN)
    assert found is not None
    assert (found.result, found.fallback_reason, found.tokens) == ('{"mark": "anew"}', "a ceiling is reached.", 7)
    same = stand_in(people, at=NOON + 2 * HOUR, reason="a ceiling is reached.")
    write_analyses(people, [same])
    assert read_current(people, "anna", CIRCADIAN) == replace(found, analyzed_at=NOON + 2 * HOUR)
    assert people.execute("SELECT count(*) FROM analysis_results").fetchone() == (1,)


def test_what_a_model_wrote_is_read_with_what_it_took(people: Connection[Any]) -> None:
    (one,) = findings(people, ["anna"])
    assert one.stored is not None
    written = replace(
        one.stored,
        engine="openai",
        model="gpt-test",
        prompt_version="1",
        tokens=4321,
        cost_usd=0.0125,
        latency_s=3.5,
        violations=[{"kind": "number", "passage": "evidence/0", "what": "the figure '7' is nobody's."}],
        fallback_reason="could not be proven, twice.",
    )
    write_analyses(people, [replace(one, stored=written)])
    assert read_current(people, "anna", CIRCADIAN) == written
