"""The nightly work by hand: counts of what was deleted and of what is missing, and settings that are refused."""

import pytest

from hos_pipelines.postgres.connection import connect
from hos_pipelines_tests.cli.answers import rows_of, snapshot
from hos_pipelines_tests.cli.conftest import Hos

OLD_STEPS = (
    "INSERT INTO biomarkers (profile_id, type, start_date_time) "
    "VALUES ('anna', 'steps', '2025-09-01Z'), ('anna', 'steps', '2025-10-01Z') RETURNING 1"
)


def test_it_deletes_what_is_old_and_tells_the_counts(hos: Hos, deployed: str) -> None:
    rows_of(deployed, OLD_STEPS)
    answer = hos("maintain").succeeded()
    assert answer.json["deleted"]["biomarkers"] == 1
    assert set(answer.json["deleted"].values()) == {0, 1}
    assert set(answer.json["dagster_log"]) == {
        "materializations", "planned", "other_events", "log_lines", "runs", "checks",
    }  # fmt: skip
    assert answer.json["gaps"] == {"biomarkers": 0, "scores": 0, "sahha_archetypes": 0, "profiles": 0}
    assert "biomarkers" in answer.stdout
    assert hos("maintain").succeeded().json["deleted"]["biomarkers"] == 0


def test_one_piece_that_fails_stops_no_other_and_is_named(hos: Hos, deployed: str) -> None:
    with connect(deployed) as session:
        session.execute("ALTER TABLE webhook_inbox RENAME TO webhook_inbox_away")
    answer = hos("maintain").refused_with("1 of 4 pieces failed; first deleted: the database failed (UndefinedTable)")
    assert answer.json["gaps"]["profiles"] == 0
    assert answer.json["dagster_log"]["runs"] >= 0


@pytest.mark.parametrize(
    ("setting", "sentence"),
    [
        (("HOS_KEEP_READINGS_DAYS", "34"), "Input should be greater than or equal to 35"),
        (("HOS_KEEP_READINGS_DAYS", "50"), "must be more than HOS_OVERLAP_AFTER_CONNECT_DAYS"),
        (("HOS_KEEP_WEBHOOKS_DAYS", "0"), "Input should be greater than or equal to 1"),
        (("HOS_KEEP_QUARANTINE_DAYS", "ninety"), "must be a whole number in plain digits"),
        (("HOS_KEEP_TICKS_DAYS", "-1"), "Input should be greater than or equal to 1"),
    ],
)
def test_an_age_that_cannot_be_meant_is_refused_and_deletes_nothing(
    hos: Hos, deployed: str, monkeypatch: pytest.MonkeyPatch, setting: tuple[str, str], sentence: str
) -> None:
    rows_of(deployed, OLD_STEPS)
    before = snapshot(deployed)
    monkeypatch.setenv("HOS_OVERLAP_AFTER_CONNECT_DAYS", "60")
    monkeypatch.setenv(*setting)
    hos("maintain").refused_with(f"{setting[0]}: {sentence}")
    assert snapshot(deployed) == before
