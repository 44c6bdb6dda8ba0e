"""`hos doctor` says where the value of each setting came from, and shows no secret."""

from pathlib import Path

import pytest

from hos_pipelines.settings.settings import SETTING_NAMES
from hos_pipelines_tests.cli.conftest import Hos

SECRET = "hunter2"  # noqa: S105


def told(answer: dict[str, object]) -> dict[str, tuple[str | None, str]]:
    rows = answer["settings"]
    assert isinstance(rows, list)
    assert [row["setting"] for row in rows] == list(SETTING_NAMES)
    return {row["setting"]: (row["value"], row["source"]) for row in rows}


def test_values_come_from_the_environment_a_file_that_is_named_or_nowhere(
    hos: Hos, deployed: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / ".env"
    file.write_text(f"SAHHA_MAX_RETRIES=9\nHOS_BATCH_SIZE=50\nSAHHA_WEBHOOK_SECRET={SECRET}\nHOS_LEASE_MINUTES=7\n")
    monkeypatch.setenv("HOS_LEASE_MINUTES", "  ")
    answer = hos("doctor").succeeded()
    sources = told(answer.json)
    assert sources["SAHHA_MAX_RETRIES"] == ("1", "environment")
    assert sources["HOS_BATCH_SIZE"] == ("50", str(file))
    assert sources["SAHHA_WEBHOOK_SECRET"] == ("**********", str(file))
    assert sources["HOS_DATABASE_URL"] == ("**********", "environment")
    assert sources["HOS_LEASE_MINUTES"] == ("30", "default")
    assert sources["HOS_COUNTRY"] == (None, "default")
    assert SECRET not in answer.stdout
    lines = {tuple(line.strip("│ ").replace("│", " ").split()) for line in answer.stdout.splitlines()}
    assert {("HOS_BATCH_SIZE", "50", str(file)), ("HOS_FIRST_SYNC_DAYS", "7", "default")} <= lines


def test_where_a_value_cannot_be_used_none_is_shown_but_where_each_came_from(
    hos: Hos, deployed: str, tmp_path: Path
) -> None:
    file = tmp_path / ".env"
    file.write_text("HOS_BATCH_SIZE=0\n")
    sources = told(hos("doctor").refused_with("first settings").json)
    assert sources["HOS_BATCH_SIZE"] == (None, str(file))
    assert sources["HOS_DATABASE_URL"] == (None, "environment")
    assert sources["HOS_COUNTRY"] == (None, "default")


def test_a_demo_knows_nothing_but_its_own(hos: Hos, tmp_path: Path) -> None:
    home = tmp_path / "hos-home" / "demo"
    home.mkdir(parents=True)
    (home / "present.txt").write_text("2026-11-01T12:00:00+00:00")
    (tmp_path / ".env").write_text(f"HOS_DATABASE_URL=postgresql://me:{SECRET}@127.0.0.1:1/hos\n")
    answer = hos("--demo", "doctor")
    sources = told(answer.json)
    assert sources["HOS_HOME"] == (str(home), "--demo")
    assert sources["SAHHA_API_BASE_URL"][1] == sources["HOS_ENGINE"][1] == "--demo"
    assert sources["HOS_DATABASE_URL"] == (None, "default")
    assert SECRET not in answer.stdout + answer.stderr
