"""What is said with a request is stored whole and the request runs, or it is refused with a reason and nothing is."""

from datetime import date, timedelta, timezone
from typing import Any

import pytest
from psycopg import Connection, sql

from hos_pipelines.domain.requests.asked import Ask, RequestView
from hos_pipelines.domain.requests.kinds import RequestKind
from hos_pipelines.postgres.profile_store import retire
from hos_pipelines.postgres.request_claims import begin_request_batch, claim_requests, open_request_batches
from hos_pipelines.postgres.request_store import cancel_request, file_request, read_progress, read_request
from hos_pipelines.stages.requests import take_up as take_up_step
from hos_pipelines.stages.requests.take_up import take_up
from hos_pipelines_tests.postgres.lives import enrol_people, reading, store
from hos_pipelines_tests.postgres.rows import NOON

TODAY = NOON.date()
ROUTINE, INSIGHTS = RequestKind.ROUTINE, RequestKind.INSIGHTS


def taken(connection: Connection[Any], who: str = "anna", kind: RequestKind = ROUTINE, **said: Any) -> RequestView:
    """A request after it was taken up, or was not."""
    request_id = file_request(connection, Ask(who, kind, **said), NOON)
    claim_requests(connection, NOON)
    for batch in open_request_batches(connection):
        for one in begin_request_batch(connection, batch.batch_id, batch.attempt, NOON) or ():
            take_up(connection, batch.batch_id, one, ["routine_plan"], NOON)
    found = read_request(connection, request_id)
    assert found is not None
    return found


def stored(connection: Connection[Any]) -> dict[str, Any]:
    facts = connection.execute("SELECT fact_key, value FROM profile_facts ORDER BY id").fetchall()
    row = connection.execute("SELECT archetype, timezone FROM profiles WHERE profile_id = 'anna'").fetchone()
    assert row is not None
    return {**dict(facts), "archetype": row[0], "zone": row[1]}


@pytest.fixture
def anna(connection: Connection[Any]) -> Connection[Any]:
    enrol_people(connection, "anna", "left", "erased")
    retire(connection, ["left"])
    connection.execute("UPDATE profiles SET status = 'erased' WHERE profile_id = 'erased'")
    return connection


UNTOUCHED = {"archetype": "Foundation Builder", "zone": None}


def test_what_is_said_holds_from_then_on(anna: Connection[Any]) -> None:
    found = taken(
        anna,
        archetype="peak_performer",
        timezone="Asia/Tokyo",
        preferences={
            "wake_time": "07:00",
            "restrictions": ["vegan"],
            "goal": {"value": "move_more", "from": "2026-10-01"},
        },
    )
    assert (found.status, found.started_at) == ("running", NOON)
    assert stored(anna) == {
        "timezone": "Asia/Tokyo",
        "wake_time_work": "07:00",
        "wake_time_free": "07:00",
        "restrictions": ["vegan"],
        "goal": "move_more",
        "archetype": "Peak Performer",
        "zone": "Asia/Tokyo",
    }
    assert [(one.stage, one.status) for one in read_progress(anna, found.id)] == [("routine_plan", "waiting")]


@pytest.mark.parametrize(
    ("said", "code", "field"),
    [
        ({"who": "nobody"}, "no_such_profile", "profile_id"),
        ({"who": "erased"}, "erased_profile", "profile_id"),
        ({"who": "left"}, "retired_profile", "profile_id"),
        ({"archetype": "Couch Potato"}, "unknown_archetype", "archetype"),
        ({"timezone": "Mars/Olympus"}, "unknown_timezone", "timezone"),
        ({"timezone": "CEST"}, "unknown_timezone", "timezone"),
        ({"timezone": "Factory"}, "unknown_timezone", "timezone: 'Factory' is"),
        ({"timezone": "Mars\x1b"}, "unknown_timezone", "timezone: 'Mars\\x1b' is"),
        ({"preferences": {"timezone": "Factory"}}, "bad_preference", "timezone"),
        ({"preferences": {"diet": ["sunlight"]}}, "unknown_restriction", "diet"),
        ({"preferences": {"restrictions": "no_green_things"}}, "unknown_restriction", "restrictions"),
        ({"preferences": {"shoe_size": 43}}, "unknown_preference", "shoe_size"),
        ({"preferences": {"weight": "heavy"}}, "bad_preference", "weight"),
        ({"preferences": {"goal": {"value": "move_more", "form": "2026-10-01"}}}, "bad_preference", "goal"),
        ({"preferences": {"goal": {"value": "move_more", "from": 7}}}, "bad_preference", "goal"),
        ({"preferences": {"diet": ["vegan", "pescatarian"]}}, "contradictory_preferences", "diet"),
        (
            {"preferences": {"timezone": "Europe/Rome"}, "timezone": "Asia/Tokyo"},
            "contradictory_preferences",
            "timezone",
        ),
        ({"requested_for": TODAY - timedelta(days=1)}, "day_is_over", "requested_for"),
        ({"requested_for": date(1970, 1, 1)}, "day_is_over", "requested_for"),
        ({"requested_for": TODAY + timedelta(days=17)}, "day_too_far", "requested_for"),
        ({"requested_for": date.max}, "day_too_far", "requested_for"),
        ({"preferences": {"weight": 10**400}}, "bad_preference", "weight"),
        ({"kind": INSIGHTS}, "not_enough_data", "kind"),
        ({}, "not_enough_data", "kind"),
    ],
)
def test_what_cannot_be_is_refused_with_code_and_sentence_and_nothing_of_it_is_stored(
    anna: Connection[Any], said: dict[str, Any], code: str, field: str
) -> None:
    said = {"preferences": None if code == "not_enough_data" else {"goal": "move_more"}, **said}
    if said["preferences"] and "goal" not in said["preferences"]:
        said["preferences"] = {"goal": "move_more", **said["preferences"]}
    if code != "unknown_archetype":
        said["archetype"] = "Peak Performer"
    found = taken(anna, **said)
    assert (found.status, found.refusal_code) == ("refused", code)
    assert field in (found.refusal or "")
    assert (found.refusal or "").endswith(".")
    assert stored(anna) == UNTOUCHED
    assert read_progress(anna, found.id) == []


def test_what_is_said_with_a_request_that_was_cancelled_meanwhile_is_not_stored(anna: Connection[Any]) -> None:
    request_id = file_request(anna, Ask("anna", ROUTINE, preferences={"goal": "move_more"}), NOON)
    claim_requests(anna, NOON)
    (batch,) = open_request_batches(anna)
    begun = begin_request_batch(anna, batch.batch_id, batch.attempt, NOON)
    assert begun is not None
    (one,) = begun
    cancel_request(anna, request_id)
    assert not take_up(anna, batch.batch_id, one, ["routine_plan"], NOON)
    assert stored(anna) == UNTOUCHED


def test_what_nobody_foresaw_fails_its_own_request_without_quoting_it(
    anna: Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_off(*_arguments: object) -> None:
        raise RuntimeError("71.25 kg")

    monkeypatch.setattr(take_up_step, "say_facts", break_off)
    found = taken(anna, preferences={"weight": 71.25}, archetype="Peak Performer")
    assert (found.status, stored(anna)) == ("failed", UNTOUCHED)
    assert "RuntimeError at test_take_up.py" in (found.error or "")
    assert "71.25" not in (found.error or "")


@pytest.mark.parametrize("value", [{"value": {"a": [1]}}, [[[]]], {"a": 1}, 1e300, True, "", [None], {"value": None}])
def test_any_value_is_stored_or_refused(anna: Connection[Any], value: object) -> None:
    for name in ("goal", "weight", "diet", "roster", "wake_time", "birth_date", "country", "timezone", "allow_switch"):
        found = taken(anna, preferences={name: value, "sex": "female"})
        assert found.status in ("running", "refused"), (name, found)
        anna.execute("DELETE FROM analysis_requests")


def test_a_day_ahead_waits_until_it_begins_where_the_person_lives(anna: Connection[Any]) -> None:
    found = taken(
        anna, preferences={"goal": "move_more"}, timezone="Asia/Tokyo", requested_for=TODAY + timedelta(days=1)
    )
    assert (found.status, found.attempt) == ("requested", 0)
    assert found.not_before is not None
    assert found.not_before.isoformat() == "2026-11-01T15:00:00+00:00"
    assert stored(anna) == UNTOUCHED


def test_a_day_that_is_over_elsewhere_is_not_over_here(anna: Connection[Any]) -> None:
    found = taken(anna, preferences={"goal": "move_more"}, timezone="Pacific/Honolulu", requested_for=TODAY)
    assert found.status == "running"


def test_a_health_value_is_in_no_sentence(anna: Connection[Any]) -> None:
    found = taken(anna, preferences={"weight": "12345 kg", "goal": "move_more"})
    assert found.refusal_code == "bad_preference"


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        ("preferences", '{"weight": 1e5000}', "bad_preference"),
        ("preferences", '{"diet": ' + "[" * 3000 + "]" * 3000 + "}", "bad_preference"),
        ("requested_for", "infinity", "day_too_far"),
        ("requested_for", "-infinity", "day_is_over"),
        ("requested_for", "0044-03-15 BC", "day_is_over"),
    ],
)
def test_what_no_program_reads_is_refused_and_holds_up_nobody(
    anna: Connection[Any], column: str, value: str, code: str
) -> None:
    filing = sql.SQL(
        "INSERT INTO analysis_requests (profile_id, kind, {}) VALUES ('anna', 'complete', %s) RETURNING id"
    )
    (request_id,) = anna.execute(filing.format(sql.Identifier(column)), (value,)).fetchone() or ("",)
    assert taken(anna, "left").refusal_code == "retired_profile"
    found = read_request(anna, request_id)
    assert found is not None
    assert (found.status, found.refusal_code) == ("refused", code)
    assert column in (found.refusal or "")
    assert stored(anna) == UNTOUCHED


def test_without_a_zone_a_day_begins_by_the_newest_reading_as_it_does_in_plans(anna: Connection[Any]) -> None:
    east = timezone(timedelta(hours=14))
    store(anna, [reading("anna", "steps", TODAY, "7000", "count", zone=east)])
    tomorrow = TODAY + timedelta(days=1)
    preferences = {"wake_time": "07:00", "sleep_time": "23:00"}
    assert taken(anna, requested_for=TODAY, preferences=preferences).refusal_code == "day_is_over"
    assert taken(anna, requested_for=tomorrow, preferences=preferences).status == "running"
