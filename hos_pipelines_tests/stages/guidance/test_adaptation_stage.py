"""The stage of adaptation on PostgreSQL, day by day: what people do of their plans, and what plans become."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import psycopg
import pytest
from psycopg import Connection

from hos_pipelines.domain.guidance.adaptation.change import PlanChange, change_uuid
from hos_pipelines.domain.guidance.adaptation.record import AdaptationFinding
from hos_pipelines.domain.guidance.adaptation.state import LOCK
from hos_pipelines.domain.guidance.guidance_kind import GuidanceKind
from hos_pipelines.domain.guidance.routine.limits import Stage
from hos_pipelines.domain.profiles import Archetype
from hos_pipelines.postgres.adaptation_rows import write_findings
from hos_pipelines.postgres.engagement_store import hearing_once, read_engagement
from hos_pipelines.settings.settings import Settings
from hos_pipelines_tests.postgres.lives import enrol_people, reading, store
from hos_pipelines_tests.stages.guidance.adapted_days import DAY, KIND, START, AdaptedDays, nothing

PLAN_OF_DAY = """
INSERT INTO plans (plan_id, profile_id, kind, plan_date, status, zone, beds_at, notes, plan, rule_version,
                   library_version, fingerprint, made_at, superseded_at)
VALUES (gen_random_uuid(), 'anna', 'routine', %(day)s, 'ok', 'UTC', %(bed)s, '{}', '{}', '3', '1', 'x', %(made)s,
        %(over)s)
"""
TABLES = ("adaptations", "adaptation_evaluations", "adaptation_weeks", "adaptation_states")


@pytest.fixture
def settings(migrated_url: str) -> Settings:
    return Settings.from_mapping({"HOS_DATABASE_URL": migrated_url, "USE_SAHHA_DIRECT": "false"})


@pytest.fixture
def anna(connection: Connection[Any], settings: Settings) -> AdaptedDays:
    enrol_people(connection, "anna", "ben")
    return AdaptedDays(connection, settings)


def everything(days: AdaptedDays) -> dict[str, Any]:
    return {table: days.rows(table, "1, 2, 3") for table in TABLES}


def test_who_is_asked_too_much_is_given_less_and_recovers(anna: AdaptedDays) -> None:
    anna.live(21, 0.65)
    assert anna.changes == []
    anna.live(7, 0.25)
    (change,) = anna.changes
    assert (change["trigger"], change["action"], change["standing"]) == ("poor_adherence", "simplify", "open")
    assert (change["baseline_from"], change["baseline_to"]) == (START - 7 * DAY, START + 20 * DAY)
    assert change["baseline_due"] == 84
    assert change["evaluate_on"] == change["decided_on"] + 9 * DAY
    assert change["decided_on"] == anna.day
    assert anna.state().stage is Stage.MAINTAIN, "the plan of the day it is decided on goes by the state before"
    anna.live(1, 1)
    assert anna.state().stage is Stage.SIMPLIFY
    anna.live(14, 1)
    (evaluation,) = anna.evaluations
    assert (evaluation["verdict"], evaluation["outcome"]) == ("better", "kept")
    assert evaluation["interval_low"] > 0
    assert [one["trigger"] for one in anna.changes] == ["poor_adherence", "recovered"]
    assert anna.state().stage is Stage.MAINTAIN


def test_who_does_nearly_all_of_it_is_given_more_and_then_longer(anna: AdaptedDays) -> None:
    anna.live(56, 0.95)
    assert [one["action"] for one in anna.changes] == ["progress", "intensify", "switch_archetype"]
    assert [one["standing"] for one in anna.changes] == ["closed", "closed", "proposed"]
    assert anna.state().stage is Stage.INTENSIFY
    assert list(anna.state().longer.values()) == [5]
    assert {one["verdict"] for one in anna.evaluations} == {"inconclusive"}


def test_who_falls_silent_is_asked_and_not_blamed(anna: AdaptedDays) -> None:
    anna.live(21, 0.65)
    anna.live(7, is_silent=True)
    (change,) = anna.changes
    assert (change["trigger"], change["action"], change["metric"]) == ("engagement_decline", "fewer_items", "reporting")
    assert change["question"].endswith("the plan follows it.")
    assert not any(word in (change["because"] + change["question"]).lower() for word in ("fail", "miss", "should"))
    anna.live(1, is_silent=True)
    assert (anna.state().stage, anna.state().fewer_items) == (Stage.MAINTAIN, 1)
    anna.live(20, 0.65)
    assert anna.changes[-1]["trigger"] == "engagement_recovered"
    anna.live(2, 0.65)
    assert anna.state().fewer_items == 0


def test_what_does_harm_is_taken_back_and_its_lever_rests(anna: AdaptedDays) -> None:
    anna.live(21, 0.7)
    anna.live(7, 0.9)
    anna.live(1, 0.9)
    assert anna.state().stage is Stage.PROGRESS
    anna.live(9, 0.3)
    change = anna.changes[-1]
    assert (change["action"], change["standing"]) == ("progress", "rolled_back")
    (evaluation,) = anna.evaluations
    assert (evaluation["verdict"], evaluation["rollback_reason"]) == ("worse", "worse")
    anna.live(1, 0.7)
    versions = anna.rows("adaptation_states", "version")
    assert anna.state().stage is Stage.MAINTAIN
    assert [one["reason"] for one in versions] == ["begins", "ready_for_more", "rolled_back"]
    assert anna.state().locked == {"progress": change["closed_on"] + LOCK}
    memory = anna.runner(anna.at(7))
    assert memory.due(GuidanceKind.MEMORY) == ["anna"]
    memory.run(GuidanceKind.MEMORY, ["anna"], nothing)
    assert [one["levers"] for one in anna.rows("meta_memory", "profile_id")] == [{"progress": [0, 1]}]
    anna.live(14, 0.95)
    assert anna.weeks[-1]["reason"] == "locked"
    assert len(anna.changes) == 1


def test_words_within_48_hours_open_a_week_again_by_the_same_rule_in_the_same_row(anna: AdaptedDays) -> None:
    anna.live(14, 0.65)
    anna.live(2, 0.65)
    anna.live(5, is_silent=True)
    (change,) = anna.changes
    assert change["trigger"] == "engagement_decline"
    before = anna.weeks[-1]
    at = anna.at(7)
    for back in (1, 2):
        for number, task in enumerate(("walk", "stretch", "breathe", "read")):
            anna.say(task, "completed" if number < 3 else "skipped", day=anna.day - back * DAY, at=at)
    anna.run_where_due(8)
    again = anna.weeks[-1]
    assert len(anna.weeks) == 3
    assert (again["week_from"], again["judged_on"]) == (before["week_from"], before["judged_on"])
    assert (before["decision"], again["decision"], again["reopened"]) == ("changed", "kept", 1)
    assert (before["reported_days"], again["reported_days"], again["adaptation_id"]) == (2, 4, None)
    assert [one["standing"] for one in anna.changes] == ["withdrawn"]
    anna.day += DAY
    assert (anna.state().fewer_items, anna.state().version) == (0, 3)


def test_words_that_come_later_than_that_are_kept_and_change_nothing(anna: AdaptedDays) -> None:
    anna.live(14, 0.65)
    anna.live(7, is_silent=True)
    before = everything(anna)
    anna.day += 3 * DAY
    anna.say("walk", "completed", day=anna.day - 4 * DAY, at=anna.at(9))
    anna.run_where_due(10)
    assert everything(anna) == before


def test_corrections_that_come_later_than_that_are_kept_and_change_nothing(anna: AdaptedDays) -> None:
    anna.live(14, 0.65)
    anna.live(7, 0.65)
    before = everything(anna)
    anna.day += 2 * DAY
    done = anna.connection.execute(
        "UPDATE task_checkins SET completion_status = 'skipped', recorded_at = %s "
        "WHERE planned_date < %s AND completion_status <> 'skipped'",
        (anna.at(7), anna.day - 3 * DAY),
    )
    assert done.rowcount > 10
    anna.run_where_due(8)
    assert everything(anna) == before


def test_a_week_that_has_closed_is_not_judged_by_what_is_deleted_since(anna: AdaptedDays) -> None:
    anna.live(14, 0.65)
    anna.live(7, 0.65)
    before = everything(anna)
    anna.day += 3 * DAY
    anna.connection.execute("DELETE FROM task_checkins WHERE profile_id = 'anna'")
    anna.write_journal(is_ill=False)
    anna.run_where_due(21)
    assert everything(anna) == before


def test_the_same_again_writes_nothing_and_nothing_is_due(anna: AdaptedDays) -> None:
    anna.live(30, 0.3)
    before = everything(anna)
    at = anna.at(6, 31)
    assert anna.runner(at).due(KIND) == []
    assert anna.run(at) == "unchanged"
    assert everything(anna) == before


def test_what_was_broken_off_is_made_again_the_same(anna: AdaptedDays, connection: Connection[Any]) -> None:
    """A run that dies with its transaction leaves nothing behind, and the next gives what it would have given."""
    anna.live(13, 0.65)
    for task in anna.plan():
        anna.say(task, "skipped")
    anna.day += DAY
    connection.execute("ALTER TABLE adaptation_weeks ADD CONSTRAINT torn CHECK (week_from < '2026-09-08') NOT VALID")
    before = everything(anna)
    with pytest.raises(Exception, match="torn"):
        anna.runner(anna.at(6, 30)).run(KIND, ["anna"], nothing)
    assert everything(anna) == before
    connection.execute("ALTER TABLE adaptation_weeks DROP CONSTRAINT torn")
    anna.run_where_due()
    assert [one["week_from"] for one in anna.weeks] == [START, START + 7 * DAY]


def test_illness_makes_plans_easy_at_once_and_overtakes_what_is_judged(anna: AdaptedDays) -> None:
    anna.live(22, 0.9)
    assert anna.state().stage is Stage.PROGRESS
    anna.live(7, 0.9)
    anna.write_journal(is_ill=True)
    anna.run_where_due(21)
    change = anna.changes[-1]
    assert (change["trigger"], change["standing"], change["evaluate_on"]) == ("safety", "noted", None)
    assert change["fact_ids"] == [f"journal:{anna.day}"]
    anna.live(1, 0.9)
    assert anna.state().stage is Stage.SIMPLIFY
    assert anna.state().held_until == anna.day + 6 * DAY
    anna.live(20, 0.9)
    assert anna.state().stage is not Stage.SIMPLIFY


def test_a_journey_leaves_its_week_out(anna: AdaptedDays) -> None:
    anna.live(14, 0.65)
    anna.live(3, 0.2)
    anna.write_journal(is_travelling=True)
    anna.live(4, 0.2)
    assert (anna.weeks[-1]["decision"], anna.weeks[-1]["reason"]) == ("skipped", "life_context")
    assert anna.changes == []


def test_a_task_nobody_wants_rests(anna: AdaptedDays) -> None:
    anna.live(14, 0.65)
    anna.plan()
    anna.say("read", "completed", again="no")
    anna.run_where_due(21)
    (change,) = anna.changes
    assert (change["trigger"], change["lever"]) == ("user_feedback", "task:read")
    anna.day += DAY
    assert set(anna.state().resting) == {"read"}


def test_a_task_done_at_another_hour_goes_there(anna: AdaptedDays) -> None:
    anna.live(14, 0.65)
    for _ in range(7):
        for number, task in enumerate(anna.plan()):
            done_at = anna.at(18, 30) if task == "walk" else None
            anna.say(task, "completed" if number < 3 else "skipped", done_at=done_at)
        anna.day += DAY
        anna.run_where_due()
    (change,) = anna.changes
    assert (change["trigger"], change["lever"], change["metric"]) == (
        "schedule_conflict",
        "hour:walk",
        "task_completion",
    )
    anna.day += DAY
    assert anna.state().moved == {"walk": 18 * 60 + 30}


def taken_back_twice(days: AdaptedDays) -> None:
    """Two changes that did harm within four weeks: one of size, one of an hour."""
    days.live(21, 0.7)
    days.live(7, 0.9)
    days.live(10, 0.3)
    days.connection.execute("UPDATE adaptations SET adaptation_id = adaptation_id")
    days.connection.execute(
        "INSERT INTO adaptations SELECT (jsonb_populate_record(a, jsonb_build_object("
        "'adaptation_id', gen_random_uuid(), 'lever', 'hour:walk'))).* FROM adaptations AS a WHERE profile_id = %s",
        (days.who,),
    )


def test_two_changes_taken_back_propose_another_archetype_and_change_it_only_where_allowed(anna: AdaptedDays) -> None:
    anna.connection.execute("UPDATE profiles SET archetype = 'Systematic Improver' WHERE profile_id = 'anna'")
    taken_back_twice(anna)
    anna.live(1, 0.7)
    anna.run(anna.at(7))
    proposed = anna.changes[-1]
    assert (proposed["standing"], proposed["trigger"]) == ("proposed", "strategy_ineffective")
    assert proposed["to_archetype"] == "Foundation Builder"
    kept = "SELECT archetype FROM profiles WHERE profile_id = 'anna'"
    assert anna.connection.execute(kept).fetchone() == ("Systematic Improver",)
    anna.connection.execute(
        "INSERT INTO profile_facts (profile_id, fact_key, value, source, valid_from, recorded_at) "
        "VALUES ('anna', 'allow_switch', 'true', 'stated', %(at)s, %(at)s)",
        {"at": anna.at(8)},
    )
    anna.run_where_due(9)
    assert anna.connection.execute(kept).fetchone() == ("Foundation Builder",)
    anna.day += DAY
    blend = anna.state().blend
    assert blend is not None
    assert (blend.old.value, blend.new.value, blend.starts) == ("Systematic Improver", "Foundation Builder", anna.day)


def test_an_archetype_is_changed_a_day_after_what_was_taken_back(anna: AdaptedDays) -> None:
    anna.connection.execute("UPDATE profiles SET archetype = 'Systematic Improver' WHERE profile_id = 'anna'")
    anna.connection.execute(
        "INSERT INTO profile_facts (profile_id, fact_key, value, source, valid_from, recorded_at) "
        "VALUES ('anna', 'allow_switch', 'true', 'stated', %(at)s, %(at)s)",
        {"at": anna.at(8)},
    )
    anna.live(21, 0.7)
    anna.live(7, 0.9)
    anna.connection.execute(
        "INSERT INTO adaptations SELECT (jsonb_populate_record(a, jsonb_build_object('adaptation_id', "
        "gen_random_uuid(), 'lever', 'hour:walk', 'standing', 'rolled_back', 'closed_on', decided_on))).* "
        "FROM adaptations AS a WHERE profile_id = %s AND standing = 'open'",
        (anna.who,),
    )
    anna.live(12, 0.3)
    decided = {one["reason"]: one["decided_on"] for one in anna.rows("adaptation_states")}
    assert decided["archetype_change"] == decided["rolled_back"] + DAY
    assert anna.connection.execute("SELECT archetype FROM profiles WHERE profile_id = 'anna'").fetchone() == (
        "Foundation Builder",
    )


def test_an_archetype_the_person_changes_starts_as_usual_with_a_blend(anna: AdaptedDays) -> None:
    anna.live(22, 0.95)
    assert anna.state().stage is Stage.PROGRESS
    anna.connection.execute("UPDATE profiles SET archetype = 'Systematic Improver' WHERE profile_id = 'anna'")
    anna.run_where_due(12)
    assert [one["standing"] for one in anna.changes] == ["closed", "noted"]
    anna.day += DAY
    assert anna.state().stage is Stage.MAINTAIN
    assert anna.state().blend is not None


def test_an_archetype_the_person_has_set_meanwhile_stays(anna: AdaptedDays) -> None:
    old, new = Archetype.SYSTEMATIC_IMPROVER, Archetype.FOUNDATION_BUILDER
    change = PlanChange(
        id=change_uuid("anna", START, "archetype_change", "switch_archetype", f"archetype:{new}"),
        decided_on=START,
        trigger="archetype_change",
        action="switch_archetype",
        lever=f"archetype:{new}",
        because="So.",
        fact_ids=("archetype",),
        from_version=0,
        to_version=0,
        standing="noted",
        from_archetype=old,
        to_archetype=new,
    )
    for held, becomes in (("Peak Performer", "Peak Performer"), (old.value, new.value)):
        anna.connection.execute("UPDATE profiles SET archetype = %s WHERE profile_id = 'anna'", (held,))
        write_findings(anna.connection, {"anna": AdaptationFinding(changes=(change,), archetype=new)}, anna.at(7))
        found = anna.connection.execute("SELECT profile_id, archetype FROM profiles ORDER BY profile_id").fetchall()
        assert found == [("anna", becomes), ("ben", "Foundation Builder")]


def test_nobody_elses_rows_are_touched(anna: AdaptedDays, settings: Settings) -> None:
    ben = AdaptedDays(anna.connection, settings, "ben")
    ben.live(28, 0.3)
    before = everything(ben)
    anna.live(35, 0.3)
    assert everything(ben) == before
    ours, theirs = anna.changes[0]["adaptation_id"], ben.changes[0]["adaptation_id"]
    assert ours != theirs
    with pytest.raises(psycopg.errors.ForeignKeyViolation):
        anna.connection.execute(
            "UPDATE adaptation_evaluations SET adaptation_id = %s, attempt = 2 "
            "WHERE profile_id = 'anna' AND attempt = 1",
            (theirs,),
        )
    anna.connection.execute("DELETE FROM profiles WHERE profile_id = 'anna'")
    assert everything(anna) == {table: [] for table in TABLES}
    assert everything(ben) == before


def test_whoever_was_left_alone_for_weeks_has_one_week_judged_and_the_others_noted(anna: AdaptedDays) -> None:
    for _ in range(28):
        for task in anna.plan():
            anna.say(task, "skipped")
        anna.day += DAY
    anna.run(anna.at(6, 30) + timedelta(minutes=1))
    assert [one["reason"] for one in anna.weeks] == ["judged_late", "judged_late", "judged_late", "poor_adherence"]
    assert len(anna.changes) == 1


def test_how_sleep_has_moved_since_is_kept_beside_the_verdict(anna: AdaptedDays, connection: Connection[Any]) -> None:
    anna.live(21, 0.7)
    anna.live(7, 0.8)
    nights = [(anna.day + number * DAY, 480 if number > 0 else 390) for number in range(-50, 22)]
    store(connection, [reading("anna", "sleep_duration", day, str(minutes), "minute") for day, minutes in nights])
    anna.live(20, 0.72)
    first, second = anna.evaluations
    assert (first["body"], second["attempt"]) == ([], 2)
    assert second["body"] == [
        {"name": "sleep_duration", "shift": 1.5, "low": 1.5, "high": 1.5, "before": 28, "since": 14}
    ]
    assert second["because"].endswith("Since then: 1 h 30 min more sleep a night (1 h 30 min).")


def test_a_night_workers_week_is_judged_once_they_are_in_bed(anna: AdaptedDays, connection: Connection[Any]) -> None:
    anna.live(6, 0.2)
    beds_at = anna.at(9) + DAY
    for made_at, superseded_at, bed in (
        (anna.at(1), anna.at(2), anna.at(22)),
        (anna.at(2), anna.at(20) + DAY, beds_at),
        (anna.at(20) + DAY, None, anna.at(22)),
    ):
        connection.execute(PLAN_OF_DAY, {"day": anna.day, "made": made_at, "over": superseded_at, "bed": bed})
    anna.live(1, 0.2)
    anna.run(anna.at(6, 30))
    anna.run(beds_at + timedelta(hours=5, minutes=59))
    assert anna.weeks == []
    anna.run_where_due(15)
    (week,) = anna.weeks
    assert (week["planned_days"], week["judged_on"]) == (7, anna.day)


def test_a_nap_is_no_night_and_takes_none_away(anna: AdaptedDays, connection: Connection[Any]) -> None:
    anna.live(21, 0.7)
    anna.live(7, 0.8)
    first = [anna.day + number * DAY for number in range(-50, 22)]
    nights = [reading("anna", "sleep_duration", day, "420", "minute") for day in first]
    naps = [
        reading("anna", "sleep_duration", day, "30", "minute")._replace(
            start_date_time=datetime.combine(day, time(13), UTC), end_date_time=datetime.combine(day, time(14), UTC)
        )
        for day in first
        if day > anna.day
    ]
    store(connection, [*nights, *naps])
    anna.live(20, 0.72)
    assert anna.evaluations[-1]["attempt"] == 2
    assert [one["body"] for one in anna.evaluations] == [[], []]


def test_hours_that_moved_weeks_ago_are_in_no_baseline(anna: AdaptedDays, connection: Connection[Any]) -> None:
    moved = START + 8 * DAY
    offsets = [(START + number * DAY, 60 if START + number * DAY < moved else 300) for number in range(-5, 60)]
    days = [reading("anna", "steps", day, "8000", "count")._replace(utc_offset_minutes=at) for day, at in offsets]
    store(connection, days)
    anna.live(35, 0.65)
    anna.live(7, 0.2)
    (change,) = anna.changes
    assert (change["baseline_from"], change["baseline_due"]) == (START + 7 * DAY, (28 - 4) * 4)


def test_a_plan_of_its_last_day_made_anew_takes_no_day_from_a_judged_week(
    anna: AdaptedDays, connection: Connection[Any]
) -> None:
    anna.live(7, 0.2)
    (judged,) = anna.weeks
    values = {"day": anna.day - DAY, "made": anna.at(6, 45), "over": None, "bed": anna.at(10)}
    connection.execute(PLAN_OF_DAY, values)
    anna.plan()
    anna.say("walk", "completed", at=anna.at(8))
    anna.run_where_due(9)
    (again,) = anna.weeks
    assert (again["planned_days"], again["due"], again["reopened"]) == (7, judged["due"], 0)


def test_a_correction_that_is_older_than_the_newest_word_is_news(
    anna: AdaptedDays, connection: Connection[Any]
) -> None:
    anna.live(3, 0.7)
    anna.write_journal(is_ill=False)
    anna.day += DAY
    anna.plan()
    anna.say("walk", "completed", at=anna.at(11))
    anna.run(anna.at(12))
    connection.execute(
        "UPDATE daily_journals SET is_ill = true, recorded_at = %s WHERE profile_id = 'anna'", (anna.at(10),)
    )
    assert anna.runner(anna.at(13)).due(KIND) == ["anna"]
    anna.run(anna.at(13))
    assert [one["trigger"] for one in anna.changes] == ["safety"]


def test_a_word_that_is_committed_between_two_stages_is_read_by_the_next(
    anna: AdaptedDays, connection: Connection[Any]
) -> None:
    anna.live(3, 0.7)
    span = (anna.day - 5 * DAY, anna.day)
    with hearing_once():
        assert read_engagement(connection, ["anna"], *span, anna.at(12))["anna"].journals == []
        anna.day -= DAY
        anna.write_journal(is_ill=True)  # last evening, by its device
        anna.day += DAY
        (heard,) = read_engagement(connection, ["anna"], *span, anna.at(12))["anna"].journals
    assert heard.is_ill


def test_a_week_is_told_of_the_stage_its_plans_were_made_in(anna: AdaptedDays, connection: Connection[Any]) -> None:
    anna.live(21, 0.7)
    anna.live(8, 0.9)
    anna.live(16, 0.3)
    assert "rolled_back" in [one["standing"] for one in anna.changes]
    rows = connection.execute(
        "SELECT w.week_from, w.stage, held.stage FROM adaptation_weeks AS w CROSS JOIN LATERAL ("
        "SELECT s.state ->> 'stage' AS stage FROM adaptation_states AS s WHERE s.holds_from <= w.week_from "
        "ORDER BY s.version DESC LIMIT 1) AS held"
    ).fetchall()
    assert [(week, held) for week, _, held in rows] == [(week, stage) for week, stage, _ in rows]
