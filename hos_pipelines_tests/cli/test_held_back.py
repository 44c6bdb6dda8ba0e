"""A command that Sahha holds back says so: until then nothing moves on the screen."""

import time

import pytest

from hos_pipelines.environment import read_settings
from hos_pipelines.sahha import pacing
from hos_pipelines.sahha.pace_store import PaceFile
from hos_pipelines_tests.cli.conftest import Hos


def test_who_waits_for_sahha_is_told_until_when(hos: Hos, deployed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    hos("enroll", "sim-0001").succeeded()
    monkeypatch.setattr(pacing, "TOLD_FROM_S", 0.0)
    pace_file = read_settings().sahha_account().pace_file
    assert pace_file is not None
    now = time.monotonic()
    PaceFile(pace_file).update(lambda kept: kept.after_429(now, now, 4.0, 0.0))
    assert "held back by Sahha for " in hos("refresh", "sim-0001").succeeded().stderr


def test_each_address_has_a_pace_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAHHA_CLIENT_ID", "a")
    monkeypatch.setenv("SAHHA_CLIENT_SECRET", "b")
    files = set()
    for address in ("http://127.0.0.1:1", "http://127.0.0.1:2", "https://127.0.0.1:1", "http://127.0.0.1:1/sandbox"):
        monkeypatch.setenv("SAHHA_API_BASE_URL", address)
        files.add(read_settings().sahha_account().pace_file)
    assert len(files) == 4
