"""How every command speaks: progress and sentences on stderr, answers on stdout, one JSON object as the last line."""

import json
import logging
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from hos_pipelines.cli.interruption import EXIT_STATUS, INTERRUPTED
from hos_pipelines.pointers import invoked_program, with_program

console = Console(stderr=True, emoji=False)

json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object as the last line of stdout.")


class CommandError(click.ClickException):
    """A command that failed: one sentence, and what is known as JSON where that was asked for."""

    def __init__(self, message: str, answer: Mapping[str, Any] | None = None) -> None:
        super().__init__(_pasteable(message))
        self.answer = answer

    def show(self, file: Any = None) -> None:
        """Prints the sentence on stderr."""
        del file
        console.print(f"[bold red]Error:[/] {_escaped(self.message)}", highlight=False, soft_wrap=True)


class InterruptedCommandError(CommandError):
    """A command that was told to end before it was done."""

    exit_code = EXIT_STATUS


def broken_off(sentence: str, answer: Mapping[str, Any] | None = None) -> CommandError:
    """The error of work that broke off, which may be because somebody wanted it to."""
    kind = InterruptedCommandError if sentence == INTERRUPTED else CommandError
    return kind(sentence, answer)


def say(sentence: str) -> None:
    """A sentence for the person watching."""
    console.print(_escaped(_pasteable(sentence)), highlight=False, soft_wrap=True)


class _Telling(logging.Handler):
    """Says what our own code warns of, beside a progress bar too."""

    def emit(self, record: logging.LogRecord) -> None:
        say(record.getMessage())


def tell_warnings() -> None:
    """From now on whoever watches a command is told what it waits for."""
    ours = logging.getLogger("hos_pipelines")
    if not any(isinstance(handler, _Telling) for handler in ours.handlers):
        ours.addHandler(_Telling(logging.WARNING))


def print_json(answer: Mapping[str, Any]) -> None:
    """The machine-readable answer: one object on one line of stdout."""
    click.echo(json.dumps(answer, default=str))


def print_rows(title: str, columns: list[str], rows: list[list[object]]) -> None:
    """A table for people, on stdout."""
    table = Table(*columns, title=title, title_justify="left")
    for row in rows:
        table.add_row(*("" if cell is None else _escaped(_pasteable(str(cell))) for cell in row))
    Console(emoji=False).print(table)


@contextmanager
def progress_bar(description: str, total: int) -> Iterator[Callable[[int], None]]:
    """A bar on stderr; call what it gives with the number of steps done."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        task = progress.add_task(description, total=total)
        yield lambda steps: progress.advance(task, steps)


def _pasteable(text: str) -> str:
    """With the commands it points to as they are called here."""
    return with_program(text, os.environ.get("HOS_COMMAND") or invoked_program())


def _escaped(text: str) -> str:
    return text.replace("[", r"\[")
