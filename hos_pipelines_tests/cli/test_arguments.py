"""Arguments that cannot be meant: refused with the argument's name, and nothing is different afterwards."""

import pytest

from hos_pipelines_tests.cli.answers import rows_of, snapshot
from hos_pipelines_tests.cli.conftest import Hos


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["enroll", "anna", "--archetype", "Sofa Hero"], "archetype: 'Sofa Hero' is unknown; use one of: Foundation"),
        (["enroll", "anna", "--timezone", "Mars/Olympus"], "timezone: 'Mars/Olympus' is unknown; use an IANA name"),
        (["enroll", "anna", "--timezone", "../../etc/passwd"], "timezone: '../../etc/passwd' is unknown"),
        (["enroll"], "EXTERNAL_ID: name one or more profiles, or pass --all"),
        (["enroll", "anna", "--all"], "EXTERNAL_ID: name one or more profiles, or pass --all"),
        (["enroll", "anna", ""], "external_id: must have 1 to 100 characters"),
        (["enroll", "anna", "b" * 101], "external_id: must have 1 to 100 characters"),
        (["enroll", "anna", "two\nlines"], "external_id: holds control characters"),
        (["refresh", "sim-0001", "--days", "0"], "'--days': 0 is not in the range 1<=x<=3650"),
        (["refresh", "sim-0001", "--days", "3651"], "'--days': 3651 is not in the range 1<=x<=3650"),
        (["refresh", "sim-0001", "--days", "soon"], "'--days': 'soon' is not a valid integer"),
        (["refresh"], "EXTERNAL_ID: name one or more profiles, or pass either --all or --due"),
        (["refresh", "sim-0001", "--all"], "EXTERNAL_ID: name one or more profiles"),
        (["refresh", "nobody"], "EXTERNAL_ID: nobody is not enrolled; run `hos enroll nobody`."),
        (["status", "nobody"], "PROFILE: nobody is not enrolled; run `hos enroll nobody`."),
        (["rollback", "--steps", "0"], "'--steps': 0 is not in the range"),
        (["demo", "--users", "0"], "users is 0; give a number from 1"),
        (["demo", "--at", "tomorrow"], "must be an ISO instant such as 2026-11-01T12:00:00Z"),
        (["simulator", "--days", "9999"], "days is 9999; give a number from 1 to 400"),
        (["simulator", "--port", "99999"], "'--port': 99999 is not in the range"),
        (["simulator", "--kind", "sloth"], "kinds holds 'sloth', which is none; give any of lark, owl"),
        (["dance"], "No such command 'dance'"),
    ],
    ids=lambda value: " ".join(value)[:40] if isinstance(value, list) else "",
)
def test_an_argument_that_cannot_be_meant_is_named_and_changes_nothing(
    hos: Hos, beside_fixed_sahha: str, arguments: list[str], sentence: str
) -> None:
    before = snapshot(beside_fixed_sahha)
    hos(*arguments).refused_with(sentence)
    assert snapshot(beside_fixed_sahha) == before


def test_a_name_that_is_not_text_is_refused(hos: Hos, deployed: str) -> None:
    for command in ("enroll", "refresh", "status"):
        hos(command, "\udcff").refused_with("UTF-8" if command != "enroll" else "external_id: holds control characters")
    assert rows_of(deployed, "SELECT count(*) FROM profiles") == [(0,)]


def test_enrolling_again_changes_what_is_given_and_keeps_the_rest(hos: Hos, deployed: str) -> None:
    query = "SELECT archetype, timezone, status FROM profiles WHERE profile_id = 'anna'"
    first = hos("enroll", "anna", "--archetype", "peak-performer", "--timezone", "Europe/Berlin").succeeded().json
    assert first == first | {"enrolled": 1, "new": 1, "skipped": 0, "paused": 0, "profile_ids": {"anna": "anna"}}
    assert rows_of(deployed, query) == [("Peak Performer", "Europe/Berlin", "active")]
    assert hos("enroll", "anna").succeeded().json["new"] == 0
    hos("enroll", "anna", "--timezone", "UTC").succeeded()
    assert rows_of(deployed, query) == [("Peak Performer", "UTC", "active")]


def test_an_erased_profile_does_not_come_back(hos: Hos, deployed: str) -> None:
    hos("enroll", "anna").succeeded()
    rows_of(deployed, "UPDATE profiles SET status = 'erased' WHERE profile_id = 'anna' RETURNING profile_id")
    answer = hos("enroll", "anna", "bert").refused_with("EXTERNAL_ID: anna was erased and cannot come back.")
    assert answer.json["enrolled"] == 1
    assert answer.json["profile_ids"] == {"bert": "bert"}
    hos("refresh", "anna").refused_with("EXTERNAL_ID: anna was erased and cannot come back")
    assert rows_of(deployed, "SELECT profile_id, status FROM profiles ORDER BY 1") == [
        ("anna", "erased"), ("bert", "active"),
    ]  # fmt: skip


def test_status_tells_rows_outcomes_and_watermarks(hos: Hos, deployed: str) -> None:
    assert hos("status").succeeded().json["profiles"] == {}
    assert hos("enroll", "--all").succeeded().json["enrolled"] == 6
    brought = hos("refresh", "sim-0001", "sim-0002").succeeded().counted("inserted")
    everyone = hos("status").succeeded().json
    assert everyone["profiles"] == {"active": 6}
    for stream, state in everyone["streams"].items():
        assert state["rows"] == brought[stream]
        assert (state["profiles"], state["outcomes"], state["quarantined"]) == (2, {"updated": 2}, 0)
        assert state["newest_watermark"].startswith("2026-11-01 12:00:00")
    one = hos("status", "sim-0002").succeeded().json
    assert (one["profile_id"], one["status"], one["archetype"]) == ("sim-0002", "active", "Foundation Builder")
    rows = rows_of(deployed, "SELECT count(*) FROM biomarkers WHERE profile_id = 'sim-0002'")
    assert rows == [(one["streams"]["biomarkers"]["rows"],)]


def test_due_refreshes_the_active_and_those_never_synced(hos: Hos, deployed: str) -> None:
    hos("enroll", "--all").succeeded()
    assert hos("refresh", "--due").succeeded().json["users"] == 6
    rows_of(deployed, "UPDATE profiles SET last_active_at = NULL WHERE profile_id <> 'sim-0002' RETURNING 1")
    assert hos("refresh", "--due").succeeded().json["users"] == 1
