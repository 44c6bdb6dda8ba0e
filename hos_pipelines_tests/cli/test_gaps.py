"""Gaps as a user finds and fills them: what the ledger misses is listed, pulled, and nothing else is."""

from collections.abc import Iterator

import httpx
import pytest

from hos_pipelines.cli import gaps as gaps_command
from hos_pipelines.simulator.server import RunningSimulator, running_simulator
from hos_pipelines.simulator.settings import SimulatorSettings
from hos_pipelines_tests.cli.answers import rows_of
from hos_pipelines_tests.cli.conftest import Hos

FROM, TO = "2026-10-27T00:00:00+00:00", "2026-10-29T00:00:00+00:00"
GAP = {"profile_id": "sim-0002", "stream": "scores", "from": FROM, "to": TO, "tried_in_vain": False}
NO_GAPS = {"total": 0, "profiles": 0, "gaps": []}


@pytest.fixture
def simulator() -> Iterator[RunningSimulator]:
    """Three synthetic people with ten days of history."""
    with running_simulator(SimulatorSettings(users=3, days=10)) as running:
        yield running


@pytest.fixture
def pulled(hos: Hos, deployed: str) -> str:
    """Everyone is enrolled and pulled; gives the address of the database."""
    hos("enroll", "--all").succeeded()
    hos("refresh", "--all").succeeded()
    return deployed


def lose(url: str, profile_id: str, stream: str = "scores", since: str = FROM, until: str = TO) -> None:
    """As if a range had never been pulled."""
    rows_of(
        url,
        "UPDATE sync_coverage SET covered = covered - what, empty = empty - what "
        "FROM (SELECT tstzmultirange(tstzrange(%s, %s)) AS what) AS hole "
        "WHERE profile_id = %s AND stream = %s RETURNING 1",
        since, until, profile_id, stream,
    )  # fmt: skip
    rows_of(
        url,
        "DELETE FROM scores WHERE %s = 'scores' AND profile_id = %s AND score_date_time >= %s AND score_date_time < %s "
        "RETURNING 1",
        stream, profile_id, since, until,
    )  # fmt: skip


def test_where_nothing_is_missing_it_says_so(hos: Hos, pulled: str) -> None:
    for arguments in ([], ["sim-0001"], ["--fill"]):
        answer = hos("gaps", *arguments).succeeded()
        assert answer.json == NO_GAPS
        assert "No gaps." in answer.stderr


def test_a_gap_is_listed_for_everyone_and_for_its_profile_alone(hos: Hos, pulled: str) -> None:
    lose(pulled, "sim-0002")
    for arguments in ([], ["sim-0002"]):
        answer = hos("gaps", *arguments).succeeded()
        assert answer.json == {"total": 1, "profiles": 1, "gaps": [GAP]}
        assert "sim-0002" in answer.stdout
        assert "No gaps." not in answer.stderr
    assert hos("gaps", "sim-0001").succeeded().json == NO_GAPS


def test_nothing_of_the_list_is_cut_at_80_columns_or_when_it_is_piped(
    hos: Hos, pulled: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    lose(pulled, "sim-0002", "sahha_archetypes")
    lose(pulled, "sim-0002")
    lines = hos("gaps", as_json=False).stdout.splitlines()
    assert [len(line) for line in lines if len(line.rstrip()) > 80] == []
    assert "sim-0002 scores 2026-10-27 00:00 2026-10-29 00:00" in [" ".join(line.split()) for line in lines]


def test_a_profile_goes_by_its_external_id_too(hos: Hos, pulled: str) -> None:
    rows_of(pulled, "UPDATE profiles SET external_id = 'anna@example.org' WHERE profile_id = 'sim-0002' RETURNING 1")
    lose(pulled, "sim-0002")
    assert hos("gaps", "anna@example.org").succeeded().json["gaps"] == [GAP]


def test_a_long_list_is_cut_and_the_rest_counted(hos: Hos, pulled: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gaps_command, "MOST_LISTED", 2)
    for number in (1, 2, 3):
        lose(pulled, f"sim-000{number}")
    lose(pulled, "sim-0003", "biomarkers")
    lose(pulled, "sim-0003", "sahha_archetypes")
    answer = hos("gaps").succeeded()
    assert (answer.json["total"], answer.json["profiles"], len(answer.json["gaps"])) == (5, 3, 2)
    assert "3 more; name a PROFILE to see all of one." in answer.stderr
    assert len(hos("gaps", "sim-0003").succeeded().json["gaps"]) == 3


def test_filling_brings_the_missing_rows_back_and_pulls_nothing_else(
    hos: Hos, pulled: str, simulator: RunningSimulator
) -> None:
    scores = "SELECT profile_id, type, score_date_time, score FROM scores ORDER BY 1, 2, 3"
    whole = rows_of(pulled, scores)
    lose(pulled, "sim-0002")
    assert rows_of(pulled, scores) != whole
    httpx.delete(f"{simulator.url}/simulator/requests").raise_for_status()
    answer = hos("gaps", "--fill").succeeded()
    asked = httpx.get(f"{simulator.url}/simulator/requests").json()["by_endpoint"]
    assert asked == {"scores": 1, "token": 1}
    assert (answer.json["gaps"], answer.json["left"]) == ([GAP], 0)
    assert (answer.json["filled"]["users"], answer.json["filled"]["failed"]) == (1, 0)
    assert answer.json["filled"]["scores"]["inserted"] > 0
    assert "0 gaps are left." in answer.stderr
    assert rows_of(pulled, scores) == whole
    assert hos("gaps").succeeded().json == NO_GAPS


def test_a_filled_gap_does_not_pass_for_the_pull_of_what_is_new(hos: Hos, pulled: str) -> None:
    lose(pulled, "sim-0002")
    rows_of(pulled, "UPDATE profiles SET change_count = change_count + 1, last_active_at = NULL RETURNING 1")
    assert hos("gaps", "--fill").succeeded().json["left"] == 0
    assert hos("refresh", "--due").succeeded().json["users"] == 3


def test_a_gap_that_cannot_be_filled_is_named_and_shown_as_tried_in_vain(
    hos: Hos, pulled: str, simulator: RunningSimulator
) -> None:
    lose(pulled, "sim-0001")
    lose(pulled, "sim-0002")
    fault = {"external_id": "sim-0002", "kind": "500"}
    httpx.post(f"{simulator.url}/simulator/faults", json=fault).raise_for_status()
    answer = hos("gaps", "--fill").refused_with("1 of 2 profiles failed; first sim-0002: failed: ")
    assert list(answer.json["failures"]) == ["sim-0002"]
    assert hos("gaps").succeeded().json["gaps"] == [GAP | {"tried_in_vain": True}]


@pytest.mark.parametrize(
    "story",
    [(["--days", "7"], "2026-11-01T12:30:00Z", ["--days", "14"]), ([], "2026-11-05T12:00:00Z", [])],
    ids=["fourteen days after seven", "the overlap days after the first sync"],
)
def test_one_fill_brings_all_that_was_pulled_in_vain(
    hos: Hos,
    deployed: str,
    simulator: RunningSimulator,
    story: tuple[list[str], str, list[str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first, later, vain = story
    hos("enroll", "--all").succeeded()
    hos("refresh", "--all", *first).succeeded()
    faults = f"{simulator.url}/simulator/faults"
    httpx.post(faults, json={"external_id": "sim-0002", "kind": "500"}).raise_for_status()
    monkeypatch.setenv("HOS_VIRTUAL_NOW", later)
    hos("refresh", "--all", *vain).refused_with("1 of 3 profiles failed; first sim-0002: failed: ")
    httpx.delete(faults).raise_for_status()
    answer = hos("gaps", "--fill").succeeded()
    assert answer.json["left"] == 0, answer.json
    assert hos("gaps").succeeded().json == NO_GAPS
    again = hos("refresh", "--all", "--days", "14").succeeded().json
    assert [again[stream]["inserted"] for stream in ("biomarkers", "scores", "sahha_archetypes")] == [0, 0, 0]


def test_what_is_older_than_readings_are_kept_is_no_gap(hos: Hos, pulled: str, monkeypatch: pytest.MonkeyPatch) -> None:
    lose(pulled, "sim-0002")
    monkeypatch.setenv("HOS_KEEP_READINGS_DAYS", "35")
    monkeypatch.setenv("HOS_VIRTUAL_NOW", "2026-12-02T00:00:00Z")
    assert hos("gaps").succeeded().json["gaps"] == [GAP | {"from": "2026-10-28T00:00:00+00:00"}]
    monkeypatch.setenv("HOS_VIRTUAL_NOW", "2026-12-03T00:00:00Z")
    assert hos("gaps").succeeded().json == NO_GAPS


def test_a_profile_nobody_enrolled_is_refused_and_a_paused_one_has_nothing_missing(hos: Hos, pulled: str) -> None:
    hos("gaps", "nobody").refused_with("PROFILE: nobody is not enrolled; run `hos enroll nobody`.")
    lose(pulled, "sim-0002")
    rows_of(pulled, "UPDATE profiles SET status = 'paused' WHERE profile_id = 'sim-0002' RETURNING 1")
    answer = hos("gaps", "sim-0002", "--fill").succeeded()
    assert answer.json == NO_GAPS
    assert "sim-0002 is paused: only active profiles are pulled" in answer.stderr
