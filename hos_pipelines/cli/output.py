"""How every command speaks: progress and sentences on stderr, answers on stdout, one JSON object as the last line."""

import json
import logging
import os
import select
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from hos_pipelines.cli.interruption import EXIT_STATUS, INTERRUPTED
from hos_pipelines.pointers import invoked_program, with_program

# No row of ours is wider.
WIDEST = 100_000

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
        console.print(f"[bold red]Error:[/] {_escape(self.message)}", highlight=False, soft_wrap=True)


class InterruptedCommandError(CommandError):
    """A command that was told to end before it was done."""

    exit_code = EXIT_STATUS

    def show(self, file: Any = None) -> None:
        """Prints the sentence on a line of its own: a bar, or the terminal's ^C, may stand on the one before."""
        console.print()
        super().show(file)


def broken_off(sentence: str, answer: Mapping[str, Any] | None = None) -> CommandError:
    """The error of work that broke off, which may be because somebody wanted it to."""
    kind = InterruptedCommandError if sentence == INTERRUPTED else CommandError
    return kind(sentence, answer)


def say(sentence: str) -> None:
    """A sentence for the person watching."""
    console.print(_escape(_pasteable(sentence)), highlight=False, soft_wrap=True)


class _WarningHandler(logging.Handler):
    """Says what our own code warns of, beside a progress bar too."""

    def emit(self, record: logging.LogRecord) -> None:
        say(record.getMessage())


def tell_warnings() -> None:
    """From now on whoever watches a command is told what it waits for."""
    ours = logging.getLogger("hos_pipelines")
    if not any(isinstance(handler, _WarningHandler) for handler in ours.handlers):
        ours.addHandler(_WarningHandler(logging.WARNING))


def print_json(answer: Mapping[str, Any]) -> None:
    """The machine-readable answer: one object on one line of stdout."""
    click.echo(json.dumps(answer, default=str))


def is_reader_gone() -> bool:
    """Whether whoever our output was piped to, such as `head`, reads no more of it."""
    poll = select.poll()
    for descriptor in (1, 2):
        poll.register(descriptor, 0)
    return any(event & select.POLLERR for _, event in poll.poll(0))


def print_rows(title: str, columns: list[str], rows: list[list[object]], *, is_whole: bool = False) -> None:
    """A table for people, on stdout: without frame and never cut where it `is_whole`, as wide as it is where piped."""
    table = Table(*columns, title=title, title_justify="left")
    if is_whole:
        table.box, table.pad_edge, table.padding = None, False, (0, 2, 0, 0)
        for column in table.columns:
            column.no_wrap = True
    for row in rows:
        table.add_row(*("" if cell is None else _escape(_pasteable(str(cell))) for cell in row))
    out = Console(emoji=False)
    if is_whole or not out.is_terminal:
        out.width = max(out.width, out.measure(table, options=out.options.update(max_width=WIDEST)).maximum)
    out.print(table)


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


def _escape(text: str) -> str:
    return text.replace("[", r"\[")
