"""`hos bench`: what its answer holds; how fast anything is, no test says."""

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from hos_pipelines.postgres.embedded import join_server
from hos_pipelines_tests.cli.conftest import Hos

_STEPS = {"fresh_rows_s", "unchanged_rows_s", "changed_rows_s"}


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home whose path is short enough for a socket; the benchmark's server in it ends with the test."""
    with TemporaryDirectory(prefix="hos-") as folder:
        monkeypatch.setenv("HOS_HOME", folder)
        yield Path(folder)
        join_server(Path(folder) / "bench").leave()


def test_the_upsert_is_measured_beside_its_peers_and_an_absent_one_is_named(hos: Hos, home: Path) -> None:
    answer = hos("bench", "upsert", "--rows", "1000", "--repeat", "1").succeeded()
    peers = answer.json["peers"]
    assert answer.json["rows"] == 1000
    assert set(peers["sqlalchemy"]) == _STEPS
    is_there = find_spec("dlt") is not None
    assert (set(peers["dlt"]) if is_there else peers["dlt"]) == (_STEPS if is_there else None)
    assert ("dlt is left out, because it is not installed" in answer.stderr) != is_there


def test_guidance_is_measured_stage_by_stage_with_the_core_view(hos: Hos, home: Path) -> None:
    answer = hos("bench", "guidance", "--users", "3", "--remembered", "30").succeeded().json
    assert set(answer) == {
        "users", "insights_s", "memory_s", "guided_s", "stored_s", "remembered", "core_view_ms_p50", "core_view_ms_p95",
        "peak_mb", "peak_mb_of_first_half",
    }  # fmt: skip
    assert min(answer.values()) > 0


def test_complete_workflows_are_measured_with_one_process_and_two_and_with_nothing_moved(hos: Hos, home: Path) -> None:
    answer = hos("bench", "workflow", "--users", "2").succeeded().json
    assert set(answer) == {
        "users", "one_s", "two_s", "one_cpu_ms", "unchanged_s", "unchanged_two_s", "unchanged_cpu_ms", "failed",
        "peak_mb",
    }  # fmt: skip
    assert answer.pop("failed") == 0
    assert min(answer.values()) > 0
