"""`hos report`: one page that needs nothing beside it, readable by its owner alone, and kept in the database."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from hos_pipelines.simulator.server import RunningSimulator, running_simulator
from hos_pipelines.simulator.settings import SimulatorSettings
from hos_pipelines_tests.cli.answers import rows_of
from hos_pipelines_tests.cli.conftest import Hos

SOMEONE = "sim-0001"
LEADS_OUTSIDE = re.compile(r"""<(?:script|iframe|object|embed)\b|\b(?:src|href)\s*=\s*["'](?!#|data:)|url\((?!#)""")


@pytest.fixture
def simulator() -> Iterator[RunningSimulator]:
    """One synthetic person with four weeks of history."""
    with running_simulator(SimulatorSettings(users=1, days=28)) as running:
        yield running


@pytest.fixture
def pulled(hos: Hos, deployed: str) -> str:
    """Enrolled and pulled; gives the address of the database."""
    hos("enroll", SOMEONE).succeeded()
    hos("refresh", SOMEONE, "--days", "30").succeeded()
    return deployed


def mode(file: Path) -> str:
    return oct(file.stat().st_mode & 0o777)


def test_the_page_is_written_for_its_owner_alone_and_kept(hos: Hos, pulled: str, tmp_path: Path) -> None:
    file = tmp_path / "new folder" / "page.html"
    answer = hos("report", SOMEONE, "--output", str(file)).succeeded()
    page = file.read_text(encoding="utf-8")
    assert answer.json == {"profile_id": SOMEONE, "file": str(file), "bytes": file.stat().st_size}
    assert mode(file) == "0o600"
    assert page.startswith("<!DOCTYPE html>")
    assert SOMEONE in page
    assert "<svg" in page
    assert LEADS_OUTSIDE.search(page) is None
    assert f"Report of {SOMEONE}: {file}" in answer.stderr
    ((profile_id, html, made_at),) = rows_of(pulled, "SELECT profile_id, html, made_at::text FROM analysis_reports")
    assert (profile_id, html) == (SOMEONE, page)
    assert made_at.startswith("2026-11-01 12:00:00")
    kinds = rows_of(pulled, "SELECT analysis_type FROM analysis_results ORDER BY 1")
    assert kinds == [("behavior_analysis",), ("circadian_analysis",)], "what was missing has been analysed"


def test_a_page_makes_no_plans_and_says_how_they_are_made_and_why_there_is_none(
    hos: Hos, pulled: str, tmp_path: Path
) -> None:
    file = tmp_path / "page.html"
    hos("report", SOMEONE, "--output", str(file)).succeeded()
    assert rows_of(pulled, "SELECT count(*) FROM plans") == [(0,)]
    assert f"<code>hos plan {SOMEONE}</code>" in file.read_text(encoding="utf-8")
    hos("person", SOMEONE, "--set", "birth_date=2012-03-04", "--set", "diet=low_fodmap").succeeded()
    hos("plan", SOMEONE).succeeded()
    hos("report", SOMEONE, "--output", str(file)).succeeded()
    page = file.read_text(encoding="utf-8")
    assert "hos plan" not in page
    assert "No routine plan: these rules are made of studies of adults" in page
    assert "No nutrition plan: " in page
    hos("person", SOMEONE, "--set", "birth_date=1990-03-04", "--set", "diet=vegan").succeeded()
    hos("plan", SOMEONE).succeeded()
    hos("report", SOMEONE, "--output", str(file)).succeeded()
    page = file.read_text(encoding="utf-8")
    assert "Planned for" in page
    assert "Wind Down, " in page


def test_a_page_written_again_is_the_same_and_leaves_nobody_else_reading(hos: Hos, pulled: str, tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    hos("report", SOMEONE, "--output", str(file)).succeeded()
    first = file.read_bytes()
    file.write_text("older")
    file.chmod(0o644)
    hos("report", SOMEONE, "--output", str(file)).succeeded()
    assert file.read_bytes() == first
    assert mode(file) == "0o600"
    assert rows_of(pulled, "SELECT count(*) FROM analysis_reports") == [(1,)]


def test_a_link_in_the_place_of_the_page_is_replaced_and_not_followed(hos: Hos, pulled: str, tmp_path: Path) -> None:
    elsewhere, file = tmp_path / "elsewhere.txt", tmp_path / "page.html"
    elsewhere.write_text("mine")
    file.symlink_to(elsewhere)
    hos("report", SOMEONE, "--output", str(file)).succeeded()
    assert elsewhere.read_text() == "mine"
    assert not file.is_symlink()


def test_without_a_name_the_page_lies_in_the_home(hos: Hos, pulled: str, tmp_path: Path) -> None:
    answer = hos("report", SOMEONE).succeeded()
    file = tmp_path / "hos-home" / "reports" / f"{SOMEONE}.html"
    assert answer.json["file"] == str(file)
    assert mode(file) == "0o600"


def test_a_place_that_cannot_be_written_is_named_in_one_sentence(hos: Hos, pulled: str, tmp_path: Path) -> None:
    (tmp_path / "a file").touch()
    (tmp_path / "a folder").mkdir()
    for place, at_fault in (("a file/page.html", "a file"), ("a folder", "a folder")):
        answer = hos("report", SOMEONE, "--output", str(tmp_path / place))
        answer.refused_with("--output: ", f"{tmp_path / at_fault}")
    hos("report", SOMEONE, "--output", "/proc/page.html").refused_with("--output: /proc")
    assert (tmp_path / "a folder").is_dir()


def test_a_page_of_somebody_without_readings_says_so(hos: Hos, deployed: str, tmp_path: Path) -> None:
    hos("enroll", SOMEONE).succeeded()
    hos("report", SOMEONE, "--output", str(tmp_path / "page.html")).succeeded()
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "insufficient" in page.lower() or "too little" in page.lower()
    assert LEADS_OUTSIDE.search(page) is None


def test_a_page_of_nobody_is_refused_and_nothing_is_written(hos: Hos, deployed: str, tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    hos("report", "nobody", "--output", str(file)).refused_with("PROFILE: nobody is not enrolled")
    assert not file.exists()
    assert rows_of(deployed, "SELECT count(*) FROM analysis_reports") == [(0,)]
