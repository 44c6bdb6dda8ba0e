"""Runs of a stage of guidance on PostgreSQL, without Dagster: who is due, chunk by chunk, each person by themselves."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, timedelta
from typing import Any

import pytest
from psycopg import Connection

from hos_pipelines.domain.analysis_scope import AnalysisType
from hos_pipelines.domain.guidance.guidance_kind import RULE_VERSIONS, GuidanceKind
from hos_pipelines.postgres.guidance_store import GuidanceMove, move_guidance_states
from hos_pipelines.postgres.profile_store import retire
from hos_pipelines.settings.settings import Settings
from hos_pipelines.stages.analysis.analysis_request import AnalysisRequest
from hos_pipelines.stages.analysis.analysis_runner import AnalysisRunner
from hos_pipelines.stages.database import Database
from hos_pipelines.stages.guidance.by_kind import GUIDANCE_STAGES, run_guidance_of
from hos_pipelines.stages.guidance.guidance_request import GuidanceRequest
from hos_pipelines.stages.guidance.guidance_runner import GuidanceRunner
from hos_pipelines.stages.guidance.guidance_stage import Guidance, GuidanceMoment
from hos_pipelines.stages.guidance.insight_material import InsightMaterial
from hos_pipelines.stages.person.say_facts import RawFact, say_facts
from hos_pipelines.stages.profile_outcome import ProfileOutcome
from hos_pipelines_tests.postgres.lives import TODAY, enrol_people, life, night, store
from hos_pipelines_tests.postgres.rows import NOON

PEOPLE = ("anna", "ben", "cleo")
INSIGHTS = GuidanceKind.INSIGHTS
STATES = """
SELECT profile_id, fingerprint, status, checked_at, made_at, changes, failures FROM guidance_states ORDER BY profile_id
"""


@pytest.fixture
def people(connection: Connection[Any]) -> Connection[Any]:
    """Three people with four weeks each."""
    enrol_people(connection, *PEOPLE)
    store(connection, [row for name in PEOPLE for row in life(name)])
    return connection


@pytest.fixture
def settings(migrated_url: str) -> Settings:
    return Settings.from_mapping({"HOS_DATABASE_URL": migrated_url, "USE_SAHHA_DIRECT": "false"})


@pytest.fixture
def runner(settings: Settings) -> GuidanceRunner:
    return GuidanceRunner(lambda: settings, Database(lambda: settings), lambda: NOON)


@pytest.fixture
def analysed(people: Connection[Any], settings: Settings) -> Connection[Any]:
    analyse(settings)
    return people


def analyse(settings: Settings) -> None:
    AnalysisRunner(lambda: settings, Database(lambda: settings), lambda: NOON).run(
        AnalysisRequest(AnalysisType.BEHAVIOR, PEOPLE), nothing
    )


def nothing(_chunk: Sequence[ProfileOutcome]) -> None:
    """Marks nobody."""


def when_made(monkeypatch: pytest.MonkeyPatch, profile_id: str, happens: Callable[[], object], chunk: int = 2) -> None:
    """What happens while the insights of one person are made, in chunks of two."""
    stage = GUIDANCE_STAGES[INSIGHTS]

    def compute(material: InsightMaterial, at: GuidanceMoment) -> Guidance[Any]:
        if material.known.profile_id == profile_id:
            happens()
        return stage.compute(material, at)

    monkeypatch.setitem(GUIDANCE_STAGES, INSIGHTS, replace(stage, compute=compute, chunk=chunk))


def states(connection: Connection[Any]) -> dict[str, tuple[Any, ...]]:
    return {row[0]: row[1:] for row in connection.execute(STATES)}


def test_whoever_has_an_analysis_is_due_once_and_again_when_it_changes(
    people: Connection[Any], runner: GuidanceRunner, settings: Settings
) -> None:
    assert runner.due(INSIGHTS) == []
    analyse(settings)
    assert runner.due(INSIGHTS) == list(PEOPLE)
    outcomes = runner.run(INSIGHTS, PEOPLE, nothing)
    assert [(one.profile_id, one.outcome) for one in outcomes] == [(name, "new") for name in PEOPLE]
    assert runner.due(INSIGHTS) == []
    store(people, night("ben", TODAY - timedelta(days=40)))
    assert runner.due(INSIGHTS) == []
    analyse(settings)
    assert runner.due(INSIGHTS) == ["ben"]


def test_a_new_version_of_the_rules_makes_everybody_due(
    analysed: Connection[Any], runner: GuidanceRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    runner.run(INSIGHTS, PEOPLE, nothing)
    monkeypatch.setitem(RULE_VERSIONS, INSIGHTS, "next")
    assert runner.due(INSIGHTS) == list(PEOPLE)
    assert {one.outcome for one in runner.run(INSIGHTS, PEOPLE, nothing)} == {"new"}


def test_the_same_input_writes_no_row_but_when_it_was_looked_at(
    analysed: Connection[Any], runner: GuidanceRunner, settings: Settings
) -> None:
    runner.run(INSIGHTS, PEOPLE, nothing)
    before = analysed.execute("SELECT xmin::text, * FROM user_insights ORDER BY 2, 3").fetchall()
    later = NOON + timedelta(hours=3)
    again = GuidanceRunner(lambda: settings, Database(lambda: settings), lambda: later)
    assert {one.outcome for one in again.run(INSIGHTS, PEOPLE, nothing)} == {"unchanged"}
    assert analysed.execute("SELECT xmin::text, * FROM user_insights ORDER BY 2, 3").fetchall() == before
    for _, _, checked_at, made_at, changes, _ in states(analysed).values():
        assert (checked_at, made_at, changes) == (later, NOON, 1)


def test_one_person_that_fails_stops_nobody_moves_nothing_and_is_left_alone_for_a_while(
    analysed: Connection[Any], runner: GuidanceRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    when_made(monkeypatch, "ben", lambda: float("72.4 kg"))
    marked: list[list[tuple[str, bool]]] = []
    outcomes = runner.run(
        INSIGHTS, PEOPLE, lambda chunk: marked.append([(one.profile_id, one.is_bad) for one in chunk])
    )
    assert marked == [[("anna", False), ("ben", True)], [("cleo", False)]]
    assert "72.4" not in (outcomes[1].error or "")
    assert states(analysed)["ben"] == (None, None, None, None, 0, 1)
    assert runner.due(INSIGHTS) == []
    analysed.execute("UPDATE guidance_states SET next_due_at = %s WHERE profile_id = 'ben'", (NOON,))
    assert runner.due(INSIGHTS) == ["ben"]


def test_each_chunk_is_committed_before_it_is_marked_and_the_next_is_begun(
    analysed: Connection[Any], runner: GuidanceRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    when_made(monkeypatch, "nobody", lambda: None)
    seen: list[list[str]] = []
    runner.run(INSIGHTS, PEOPLE, lambda _: seen.append(sorted(states(analysed))))
    assert seen == [["anna", "ben"], ["anna", "ben", "cleo"]]


def test_of_whoever_leaves_meanwhile_nothing_is_written(
    analysed: Connection[Any], runner: GuidanceRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    when_made(monkeypatch, "anna", lambda: retire(analysed, ["anna"]))
    outcomes = runner.run(INSIGHTS, PEOPLE, nothing)
    assert [one.is_bad for one in outcomes] == [True, False, False]
    assert set(states(analysed)) == {"ben", "cleo"}


def test_what_is_committed_while_a_run_is_under_way_is_seen_by_the_next(
    analysed: Connection[Any], runner: GuidanceRunner, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def bring_news() -> None:
        store(analysed, night("anna", TODAY - timedelta(days=40)))
        analyse(settings)

    when_made(monkeypatch, "anna", bring_news)
    runner.run(INSIGHTS, PEOPLE, nothing)
    assert runner.due(INSIGHTS) == ["anna"]


def test_a_run_that_read_earlier_and_comes_later_moves_nothing_back(
    analysed: Connection[Any], runner: GuidanceRunner
) -> None:
    runner.run(INSIGHTS, PEOPLE, nothing)
    before = states(analysed)
    late = [GuidanceMove("anna", "older news", "older", "ok", is_new=True)]
    assert move_guidance_states(analysed, INSIGHTS, late, NOON - timedelta(minutes=1)) == set()
    assert states(analysed) == before


def test_who_has_no_analysis_or_is_unknown_is_told_so(people: Connection[Any], runner: GuidanceRunner) -> None:
    outcomes = runner.run(INSIGHTS, ["anna", "nobody"], nothing)
    assert outcomes[0].error == "has no insights to be made from yet: analyse first."
    assert all(one.is_bad for one in outcomes)
    assert set(states(people)) == {"anna"}


def test_whoever_writes_along_does_so_in_the_transaction_of_the_rows_and_in_that_which_notes_who_failed(
    analysed: Connection[Any], settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    when_made(monkeypatch, "ben", lambda: float("72.4 kg"))
    analysed.execute("CREATE TABLE told (profile_id text, is_bad boolean)")

    def also(connection: Connection[Any], outcomes: Sequence[ProfileOutcome]) -> None:
        for one in outcomes:
            connection.execute("INSERT INTO told VALUES (%s, %s)", (one.profile_id, one.is_bad))
            if one.profile_id == "cleo":
                raise RuntimeError("no more")

    request = GuidanceRequest(INSIGHTS, PEOPLE, also)
    with pytest.raises(RuntimeError, match="no more"):
        run_guidance_of(request, settings, Database(lambda: settings), lambda: NOON, nothing)
    told = analysed.execute("SELECT * FROM told ORDER BY 1").fetchall()
    assert told == [("anna", False), ("ben", True)]
    assert set(states(analysed)) == {"anna", "ben"}


def test_what_is_recorded_after_the_instant_of_a_run_is_news_to_the_next(
    analysed: Connection[Any], runner: GuidanceRunner, settings: Settings
) -> None:
    later = NOON + timedelta(minutes=1)
    for kind in (GuidanceKind.MEMORY, GuidanceKind.ROUTINE_PLAN):
        runner.run(kind, ["anna"], nothing)
        assert "anna" not in runner.due(kind)
    say_facts(analysed, "anna", [RawFact("birth_date", "1990-03-04")], UTC, later)
    afterwards = GuidanceRunner(lambda: settings, Database(lambda: settings), lambda: later)
    for kind in (GuidanceKind.MEMORY, GuidanceKind.ROUTINE_PLAN):
        assert "anna" not in runner.due(kind)
        runner.run(kind, ["anna"], nothing)
        assert "anna" in afterwards.due(kind)
