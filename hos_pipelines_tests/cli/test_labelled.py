"""Lines at the width of a terminal, in what it can show."""

import io
import sys

import pytest

from hos_pipelines.cli.labelled import print_lines, width

LONG = "Asleep a day 7 h 10 min (6 h 58 min to 7 h 22 min); the need is 7 h 45 min, and 25 % of people sleep less."


@pytest.mark.parametrize(("columns", "used"), [("80", 80), ("20", 40), ("300", 100)])
def test_no_line_is_wider_than_the_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], columns: str, used: int
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    print_lines([("Sleep", LONG), ("A label far too long for its column", LONG)], labels=12, indent=2)
    lines = capsys.readouterr().out.splitlines()
    assert width() == used
    assert max(map(len, lines)) <= used
    assert lines[0].startswith("  Sleep        Asleep a day")
    assert not any(line.strip().startswith(("%", "min", "h ")) for line in lines), "a number stays with its unit"


def test_what_an_old_terminal_cannot_show_it_gets_in_ascii(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="ascii"))
    print_lines([("Zones", "high energy 08:45\u201311:15 \u2026")])
    sys.stdout.flush()
    assert raw.getvalue() == b"Zones        high energy 08:45-11:15 ...\n"
