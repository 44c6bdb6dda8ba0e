"""Lines for people on stdout: a label, and beside it a text that is wrapped to the width of the terminal."""

import re
import shutil
import sys
import textwrap
from collections.abc import Iterable

import click

NARROWEST, WIDEST = 40, 100
USUAL_LABELS = 12
# A number and its unit stay on one line.
UNIT = re.compile(r"(?<=\d) (?=(?:%|h|min|bpm|ms|UTC)(?!\w))")
TIED = "\u00a0"
# What an old terminal cannot show, it gets in ASCII.
PLAIN = str.maketrans({"\u2013": "-", "\u2026": "...", "\u00d7": "x", "\u00b2": "2"})


def print_lines(lines: Iterable[tuple[str, str]], labels: int = USUAL_LABELS, indent: int = 0) -> None:
    """Prints labels and texts side by side; `labels` is how wide the column of labels is."""
    margin = " " * indent
    for label, text in lines:
        beside = margin + " " * (labels + 1)
        if len(label) > labels:
            print_paragraph(label, margin)
            print_paragraph(text, beside)
        else:
            print_paragraph(text, f"{margin}{label:<{labels}} ", beside)


def print_paragraph(text: str, first: str = "", rest: str | None = None) -> None:
    """Prints one text, wrapped; its first line begins with `first`, the others with `rest`, or all with `first`."""
    wrapped = textwrap.fill(
        UNIT.sub(TIED, text),
        width(),
        initial_indent=first,
        subsequent_indent=first if rest is None else rest,
        break_on_hyphens=False,
    )
    _echo((wrapped or first).replace(TIED, " "))


def width() -> int:
    """How many columns are used: the terminal's, within what can be read; 80 where there is none."""
    return min(max(shutil.get_terminal_size((80, 24)).columns, NARROWEST), WIDEST)


def _echo(text: str) -> None:
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        text = text.translate(PLAIN).encode(encoding, "replace").decode(encoding)
    click.echo(text.rstrip())
