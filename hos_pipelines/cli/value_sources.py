"""Where values of settings came from: noted where they enter the process, told by `hos doctor`."""

import os
from collections.abc import Iterable

import click

SOURCES = "hos.sources"
ENVIRONMENT, DEFAULT, DEMO = "environment", "default", "--demo"


def note_source(names: Iterable[str], source: str) -> None:
    """Says of variables where the values come from that they have now, from a file or an option of this command."""
    click.get_current_context().meta.setdefault(SOURCES, {}).update(dict.fromkeys(names, source))


def source_of(name: str) -> str:
    """Where the value of a variable came from: a noted source, else the environment; the default where it is empty."""
    if not os.environ.get(name, "").strip():
        return DEFAULT
    noted: dict[str, str] = click.get_current_context().meta.get(SOURCES, {})
    return noted.get(name, ENVIRONMENT)
