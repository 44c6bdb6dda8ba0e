"""What is printed, as its reader gets it: whole where it is piped, and without complaint where nobody reads on."""

import os
import subprocess

import pytest

from hos_pipelines.cli.output import print_rows
from hos_pipelines_tests.cli.processes import HOS, PATIENCE_S


@pytest.mark.parametrize("is_whole", [True, False])
def test_a_piped_table_is_as_wide_as_its_cells(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, is_whole: bool
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    cells = ["x" * 100, "sahha_archetypes", "2026-10-27 00:00"]
    print_rows("Gaps", ["profile", "stream", "from"], [list(cells)], is_whole=is_whole)
    [line] = [line for line in capsys.readouterr().out.splitlines() if "x" in line]
    assert all(cell in line for cell in cells)


@pytest.mark.parametrize("arguments", [["status"], ["status", "--json"], ["status", "nobody", "--json"], ["doctor"]])
def test_whoever_reads_no_more_is_told_nothing(deployed: str, arguments: list[str]) -> None:
    """As `hos status | head -1`."""
    reader, writer = os.pipe()
    os.close(reader)
    with subprocess.Popen([HOS, *arguments], stdout=writer, stderr=subprocess.PIPE, text=True) as process:
        os.close(writer)
        errors = process.communicate(timeout=PATIENCE_S)[1]
    assert process.returncode in {1, 141}
    assert (errors, arguments) == ("", arguments)
