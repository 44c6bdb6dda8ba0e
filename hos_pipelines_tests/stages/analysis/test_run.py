"""A run of an analysis on PostgreSQL, without Dagster: chunk by chunk, each person by themselves."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from psycopg import Connection

from hos_pipelines.domain.analysis_result import AnalysisResult
from hos_pipelines.domain.analysis_scope import AnalysisScope, AnalysisType
from hos_pipelines.domain.history import History
from hos_pipelines.domain.in_step import Steps
from hos_pipelines.domain.work_week import WorkWeek
from hos_pipelines.postgres.analysis_store import read_inputs
from hos_pipelines.settings.settings import Settings
from hos_pipelines.stages.analysis import run as analysis_run
from hos_pipelines.stages.analysis.analysis_request import AnalysisRequest
from hos_pipelines.stages.analysis.analysis_runner import AnalysisRunner
from hos_pipelines.stages.analysis.methods import METHODS
from hos_pipelines.stages.database import Database
from hos_pipelines.stages.profile_outcome import ProfileOutcome
from hos_pipelines_tests.postgres.lives import enrol_people, life, scores, store
from hos_pipelines_tests.postgres.rows import NOON

PEOPLE = ("anna", "ben", "cleo")
CIRCADIAN = AnalysisType.CIRCADIAN


@pytest.fixture
def people(connection: Connection[Any]) -> Connection[Any]:
    """Three people with four weeks each."""
    enrol_people(connection, *PEOPLE)
    store(connection, [row for name in PEOPLE for row in life(name)], [one for name in PEOPLE for one in scores(name)])
    return connection


@pytest.fixture
def runner(migrated_url: str) -> AnalysisRunner:
    settings = Settings.from_mapping({"HOS_DATABASE_URL": migrated_url, "USE_SAHHA_DIRECT": "false"})
    return AnalysisRunner(lambda: settings, Database(lambda: settings), lambda: NOON)


def nothing(_chunk: Sequence[ProfileOutcome]) -> None:
    """Marks nobody."""


def with_results(people: Connection[Any]) -> list[str]:
    return [name for (name,) in people.execute("SELECT profile_id FROM analysis_results ORDER BY 1")]


def with_pages(people: Connection[Any]) -> list[str]:
    return [name for (name,) in people.execute("SELECT profile_id FROM analysis_reports ORDER BY 1")]


def when_analysed(monkeypatch: pytest.MonkeyPatch, profile_id: str, happens: Callable[[], object]) -> None:
    """What happens while the circadian analysis of one person is made."""
    method = METHODS[CIRCADIAN]

    def analyze(history: History, scope: AnalysisScope, week: WorkWeek) -> Steps[AnalysisResult]:
        if history.profile_id == profile_id:
            happens()
        return (yield from method.analyze(history, scope, week))

    monkeypatch.setitem(METHODS, CIRCADIAN, replace(method, analyze=analyze))


def test_each_chunk_is_marked_once_it_is_committed_and_before_the_next_is_stored(
    people: Connection[Any], runner: AnalysisRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(analysis_run, "CHUNK_PROFILES", 2)
    seen: list[tuple[list[str], list[str]]] = []
    outcomes = runner.run(
        AnalysisRequest(CIRCADIAN, PEOPLE),
        lambda chunk: seen.append(([one.profile_id for one in chunk], with_results(people))),
    )
    assert seen == [(["anna", "ben"], ["anna", "ben"]), (["cleo"], ["anna", "ben", "cleo"])]
    assert [(one.profile_id, one.outcome) for one in outcomes] == [(name, "new") for name in PEOPLE]


def test_a_mark_that_cannot_be_made_ends_the_run_and_leaves_what_is_committed(
    people: Connection[Any], runner: AnalysisRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(analysis_run, "CHUNK_PROFILES", 1)

    def refuse(_chunk: Sequence[ProfileOutcome]) -> None:
        raise LookupError

    with pytest.raises(LookupError):
        runner.run(AnalysisRequest(CIRCADIAN, PEOPLE), refuse)
    assert with_results(people) == ["anna"]


def test_a_chunk_that_cannot_be_stored_ends_the_run_and_those_before_it_are_stored_and_marked(
    people: Connection[Any], runner: AnalysisRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(analysis_run, "CHUNK_PROFILES", 1)
    when_analysed(monkeypatch, "ben", lambda: people.execute("ALTER TABLE analysis_results RENAME TO results_away"))
    marked: list[str] = []
    with pytest.raises(psycopg.errors.UndefinedTable):
        runner.run(AnalysisRequest(CIRCADIAN, PEOPLE), lambda chunk: marked.extend(one.profile_id for one in chunk))
    people.execute("ALTER TABLE results_away RENAME TO analysis_results")
    assert marked == with_results(people)
    assert "cleo" not in marked


def test_people_analysed_in_step_have_the_results_each_has_alone(
    people: Connection[Any], runner: AnalysisRunner
) -> None:
    statement = "SELECT profile_id, analysis_type, fingerprint, result::text FROM analysis_results ORDER BY 1, 2"
    people.execute(
        "DELETE FROM biomarkers WHERE profile_id = 'ben' AND type LIKE 'sleep%' AND local_date < '2026-10-20'"
    )
    for kind in AnalysisType:
        runner.run(AnalysisRequest(kind, PEOPLE), nothing)
    in_step = people.execute(statement).fetchall()
    people.execute("TRUNCATE analysis_results, archetype_analysis_tracking")
    for kind in AnalysisType:
        for name in reversed(PEOPLE):
            runner.run(AnalysisRequest(kind, [name]), nothing)
    assert people.execute(statement).fetchall() == in_step
    assert len(in_step) == len(PEOPLE) * len(AnalysisType)


def test_whoever_could_not_be_analysed_moves_no_watermark_and_is_left_alone_for_a_while(
    people: Connection[Any], runner: AnalysisRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert runner.due(CIRCADIAN) == list(PEOPLE)
    when_analysed(monkeypatch, "ben", lambda: float("72.4 kg"))
    outcomes = runner.run(AnalysisRequest(CIRCADIAN, PEOPLE), nothing)
    assert [(one.profile_id, one.is_bad) for one in outcomes] == [("anna", False), ("ben", True), ("cleo", False)]
    assert "72.4" not in (outcomes[1].error or "")
    assert (outcomes[1].error or "").startswith("could not be analysed (ValueError at test_run.py:")
    assert runner.due(CIRCADIAN) == []
    row = people.execute(
        "SELECT failures, next_due_at > %s, analyzed_at, rows_seen FROM archetype_analysis_tracking "
        "WHERE user_id = 'ben' AND analysis_type = 'circadian_analysis'",
        (NOON,),
    ).fetchone()
    assert row == (1, True, None, 0)
    assert with_results(people) == ["anna", "cleo"]


def test_whoever_leaves_meanwhile_has_no_result_and_everyone_else_has(
    people: Connection[Any], runner: AnalysisRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    when_analysed(
        monkeypatch, "ben", lambda: people.execute("UPDATE profiles SET status = 'retired' WHERE profile_id = 'ben'")
    )
    outcomes = runner.run(AnalysisRequest(CIRCADIAN, PEOPLE), nothing)
    assert [one.error for one in outcomes] == [None, "left while it was analysed; nothing was stored.", None]
    assert with_results(people) == ["anna", "cleo"]


def test_pages_are_marked_chunk_by_chunk_and_whoever_has_no_result_of_this_method_has_none(
    people: Connection[Any], runner: AnalysisRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hos_pipelines.stages.report.run.CHUNK_PROFILES", 1)
    for kind in AnalysisType:
        runner.run(AnalysisRequest(kind, PEOPLE), nothing)
    people.execute("UPDATE analysis_results SET method_version = 'old' WHERE profile_id = 'ben'")
    seen: list[tuple[str, list[str]]] = []
    outcomes = runner.report(PEOPLE, lambda chunk: seen.append((chunk[0].profile_id, with_pages(people))))
    assert seen == [("anna", ["anna"]), ("ben", ["anna"]), ("cleo", ["anna", "cleo"])]
    assert [one.error for one in outcomes] == [
        None, "has a circadian_analysis of an older method; materialise it again first.", None,
    ]  # fmt: skip


def test_a_page_is_gathered_at_one_instant_whoever_leaves_meanwhile(
    people: Connection[Any], runner: AnalysisRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    for kind in AnalysisType:
        runner.run(AnalysisRequest(kind, PEOPLE), nothing)

    def leave_first(*arguments: Any) -> Any:
        people.execute("UPDATE profiles SET status = 'retired' WHERE profile_id = 'ben'")
        return read_inputs(*arguments)

    monkeypatch.setattr("hos_pipelines.stages.report.gather.read_inputs", leave_first)
    outcomes = runner.report(["ben"], nothing)
    assert [one.error for one in outcomes] == ["left while it was analysed; nothing was stored."]
    assert with_pages(people) == []


def test_whoever_writes_along_takes_the_chunk_back_with_what_is_raised(
    people: Connection[Any], runner: AnalysisRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(analysis_run, "CHUNK_PROFILES", 1)
    when_analysed(monkeypatch, "ben", lambda: float("72.4 kg"))
    people.execute("CREATE TABLE told (profile_id text, is_bad boolean)")

    def also(connection: Connection[Any], outcomes: Sequence[ProfileOutcome]) -> None:
        for one in outcomes:
            connection.execute("INSERT INTO told VALUES (%s, %s)", (one.profile_id, one.is_bad))
            if one.profile_id == "cleo":
                raise RuntimeError("no more")

    with pytest.raises(RuntimeError, match="no more"):
        runner.run(AnalysisRequest(CIRCADIAN, PEOPLE, also=also), nothing)
    assert people.execute("SELECT * FROM told ORDER BY 1").fetchall() == [("anna", False), ("ben", True)]
    assert with_results(people) == ["anna"]


def test_what_is_said_while_somebody_is_analysed_makes_them_due_again(
    people: Connection[Any], runner: AnalysisRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    runner.run(AnalysisRequest(CIRCADIAN, PEOPLE), nothing)
    said = "INSERT INTO profile_facts (profile_id, fact_key, value, source, valid_from, recorded_at) VALUES "
    said += "('anna', 'birth_date', '\"1990-03-04\"', 'stated', %(at)s, %(at)s)"
    later = {"at": NOON + timedelta(seconds=1)}
    store(people, life("anna", days=2))
    when_analysed(monkeypatch, "ben", lambda: people.execute(said, later))
    people.execute("UPDATE sync_state SET rows_changed = rows_changed + 1")
    people.execute("UPDATE archetype_analysis_tracking SET fingerprint = NULL WHERE user_id = 'ben'")
    runner.run(AnalysisRequest(CIRCADIAN, ["ben", "anna"]), nothing)
    assert runner.due(CIRCADIAN) == ["anna"]
