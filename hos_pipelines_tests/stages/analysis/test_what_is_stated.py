"""What somebody states counts in both analyses: a roster or a work week for estimated free days, and their age."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from psycopg import Connection

from hos_pipelines.domain.analysis_due import Decision, decide
from hos_pipelines.domain.analysis_scope import AnalysisType
from hos_pipelines.domain.person.fact_keys import FactKey
from hos_pipelines.domain.person.known_person import known_person
from hos_pipelines.domain.person.person import UNKNOWN
from hos_pipelines.domain.person.roster import parse_roster
from hos_pipelines.domain.person.said_fact import SaidFact
from hos_pipelines.domain.person.stated_week import stated_week
from hos_pipelines.domain.work_week import WEEKDAYS, WorkWeek
from hos_pipelines.environment import read_settings
from hos_pipelines.postgres.analysis_due_store import count_due
from hos_pipelines.postgres.analysis_store import read_states
from hos_pipelines.postgres.fact_store import add_facts
from hos_pipelines.stages.analysis.analysis_request import AnalysisRequest
from hos_pipelines.stages.analysis.analysis_runner import AnalysisRunner
from hos_pipelines.stages.database import Database
from hos_pipelines_tests.postgres.lives import TODAY, enrol_people, life, store
from hos_pipelines_tests.postgres.rows import NOON

Analyse = Callable[[], dict[str, tuple[str, dict[str, Any]]]]
STANDS = """
SELECT r.analysis_type, r.fingerprint, r.result
FROM archetype_analysis_tracking AS t
JOIN analysis_results AS r ON r.profile_id = t.user_id AND r.analysis_type = t.analysis_type
                          AND r.fingerprint = t.fingerprint
"""
PATTERN = "day,day,night,night,off,off from 2026-10-05"


@pytest.fixture
def analyse(migrated_url: str, connection: Connection[Any], monkeypatch: pytest.MonkeyPatch) -> Analyse:
    """Makes both analyses of anna, who has four weeks, and gives what stands of each."""
    monkeypatch.setenv("HOS_DATABASE_URL", migrated_url)
    enrol_people(connection, "anna")
    store(connection, life("anna"))
    runner = AnalysisRunner(read_settings, Database(read_settings), lambda: NOON)

    def run() -> dict[str, tuple[str, dict[str, Any]]]:
        for kind in AnalysisType:
            runner.run(AnalysisRequest(kind, ["anna"]), mark=lambda _: None)
        return {kind: (mark, result) for kind, mark, result in connection.execute(STANDS)}

    return run


def test_a_country_that_is_none_counts_as_none_and_stops_nobody(analyse: Analyse, connection: Connection[Any]) -> None:
    before = analyse()
    connection.execute("UPDATE profiles SET country = 'UK'")
    assert {kind: result for kind, (_, result) in analyse().items()} == {
        kind: result for kind, (_, result) in before.items()
    }
    connection.execute("UPDATE archetype_analysis_tracking SET rows_seen = -1")
    assert set(analyse()) == set(before)


def say(connection: Connection[Any], key: FactKey, value: Any, after: int = 0) -> None:
    add_facts(connection, "anna", [SaidFact(key, value)], NOON - timedelta(hours=1 - after))


def told(found: dict[str, tuple[str, dict[str, Any]]]) -> set[str]:
    return {result["analysis_metadata"]["free_days"] for _, result in found.values()}


def test_what_is_stated_replaces_the_estimate_in_both_and_they_say_so(
    connection: Connection[Any], analyse: Analyse
) -> None:
    estimated = analyse()
    assert told(estimated) == {"estimated: saturday, sunday"}
    say(connection, FactKey.WORK_DAYS, ["friday", "saturday", "sunday"])
    by_week = analyse()
    assert told(by_week) == {"stated: monday, tuesday, wednesday, thursday"}
    say(connection, FactKey.WORK_DAYS, None, 1)
    assert {kind: mark for kind, (mark, _) in analyse().items()} == {
        kind: mark for kind, (mark, _) in estimated.items()
    }
    say(connection, FactKey.ROSTER, parse_roster(PATTERN), 1)
    by_roster = analyse()
    assert told(by_roster) == {"stated: by roster"}
    marks = [{mark for mark, _ in found.values()} for found in (estimated, by_week, by_roster)]
    assert len(set().union(*marks)) == 6
    for found, words in ((estimated, "estimated"), (by_week, "stated"), (by_roster, "stated")):
        facts = found["circadian_analysis"][1]["facts"]
        assert f"free days {words}" in facts["onset_free"]["method"]
        assert f"free days {words}" in facts["msf_sc"]["method"]
    free = [found["circadian_analysis"][1]["facts"]["onset_free"]["n"] for found in (estimated, by_week, by_roster)]
    assert len(set(free)) > 1


def test_what_is_said_later_or_taken_back_counts_from_then_on(connection: Connection[Any], analyse: Analyse) -> None:
    add_facts(connection, "anna", [SaidFact(FactKey.WORK_DAYS, ["monday"])], NOON + timedelta(hours=1))
    add_facts(connection, "anna", [SaidFact(FactKey.WORK_DAYS, ["tuesday"], NOON + timedelta(days=2))], NOON)
    assert told(analyse()) == {"estimated: saturday, sunday"}


@pytest.mark.parametrize("days", [[], ["monday"], list(WEEKDAYS)])
def test_a_week_without_work_or_without_rest_is_analysed(
    connection: Connection[Any], analyse: Analyse, days: list[str]
) -> None:
    say(connection, FactKey.WORK_DAYS, days)
    assert len(analyse()) == 2


@pytest.mark.parametrize("shift", ["off", "night"])
def test_a_roster_of_one_kind_of_day_is_analysed(connection: Connection[Any], analyse: Analyse, shift: str) -> None:
    say(connection, FactKey.ROSTER, {"pattern": [shift], "starts": "2026-10-05"})
    assert told(analyse()) == {"stated: by roster"}


def test_days_a_roster_does_not_say_stay_estimated_and_its_own_go_before_holidays() -> None:
    usual = WorkWeek(holidays=frozenset({date(2026, 11, 2), date(2026, 11, 12)}))
    said = {"roster": {"dates": {"2026-11-01": "late", "2026-11-02": "day", "2026-11-03": "off"}}}
    week = stated_week(usual, said, (date(2026, 10, 20), date(2026, 11, 20)))
    free = [week.is_free(date(2026, 11, day)) for day in (1, 2, 3, 4, 7, 12)]
    assert free == [False, False, True, False, True, True]
    assert stated_week(usual, {"roster": None, "work_days": None}, None) == usual
    assert stated_week(usual, said, (TODAY + timedelta(days=300), TODAY + timedelta(days=310))) == usual


def test_whoever_is_no_adult_or_pregnant_gets_the_hours_of_their_age_and_no_advice_of_adults(
    connection: Connection[Any], analyse: Analyse
) -> None:
    before = {mark for mark, _ in analyse().values()}
    say(connection, FactKey.BIRTH_DATE, "adult")
    assert {mark for mark, _ in analyse().values()} == before
    for key, value in ((FactKey.BIRTH_DATE, "2011-11-02"), (FactKey.HEALTH_FLAGS, ["pregnancy"])):
        say(connection, key, value, 1)
        found = analyse()
        assert not before & {mark for mark, _ in found.values()}
        assert found["circadian_analysis"][1]["schedule_recommendations"]["recommendations"] == []
        say(connection, key, None, 1)
    assert {mark for mark, _ in analyse().values()} == before


def test_age_is_told_in_whole_years_of_the_day() -> None:
    ages = [known_person({"birth_date": born}, TODAY).age for born in ("2008-11-01", "2008-11-02", "adult")]
    assert ages == [18, 17, None]
    assert known_person({"health_flags": []}, TODAY).is_pregnant is False
    assert known_person({}, TODAY) == known_person(None, TODAY) == UNKNOWN


def test_analyses_are_due_anew_when_something_they_go_by_is_said(connection: Connection[Any], analyse: Analyse) -> None:
    analyse()
    say(connection, FactKey.WEIGHT, 70)
    for kind in AnalysisType:
        [state] = read_states(connection, kind, ["anna"])
        assert not decide(state, NOON).is_due
    say(connection, FactKey.WORK_DAYS, ["monday"])
    for kind in AnalysisType:
        [state] = read_states(connection, kind, ["anna"])
        due = decide(state, NOON)
        assert (due.decision, due.reason) == (Decision.FRESH, "something was said of the person")
        assert count_due(connection, kind, NOON) == 1
        assert [one.profile_id for one in read_states(connection, kind)] == ["anna"]
    analyse()
    for kind in AnalysisType:
        [state] = read_states(connection, kind, ["anna"])
        assert not decide(state, NOON).is_due
