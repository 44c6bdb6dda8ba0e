"""`hos maintain`: what the nightly job does, in this process."""

from collections.abc import Callable

import click
import psycopg

from hos_pipelines.adapters.instance.log_trimming import trim_dagster_log
from hos_pipelines.cli.database import open_database
from hos_pipelines.cli.instance import open_instance
from hos_pipelines.cli.output import CommandError, json_option, print_json, print_rows
from hos_pipelines.environment import now, read_settings, real_now
from hos_pipelines.postgres.errors import DatabaseError
from hos_pipelines.settings.settings import Settings
from hos_pipelines.stages.operations.maintenance import (
    Counts,
    consolidate_memories,
    count_gaps,
    delete_old_data,
)


@click.command()
@json_option
def maintain(as_json: bool) -> None:
    """Delete data and Dagster log past their age (HOS_KEEP_…), for good, consolidate memory, and count what is
    missing.
    """
    settings, database = read_settings(), open_database()
    answer: dict[str, Counts | None] = {}
    failures: list[str] = []
    for name, piece in (
        ("deleted", lambda: delete_old_data(database, settings.keep.rules, now())),
        ("dagster_log", lambda: _trim(settings)),
        ("memories", lambda: consolidate_memories(database, settings, now())),
        ("gaps", lambda: count_gaps(database, settings, now())),
    ):
        _do(name, piece, answer, failures)
    if failures:
        raise CommandError(f"{len(failures)} of 4 pieces failed; first {failures[0]}", answer)
    if as_json:
        print_json(answer)


def _trim(settings: Settings) -> Counts | None:
    with open_instance(settings) as instance:
        return trim_dagster_log(instance, settings, real_now())


def _do(name: str, piece: Callable[[], Counts | None], answer: dict[str, Counts | None], failures: list[str]) -> None:
    """One piece; the others go on where it fails."""
    try:
        answer[name] = piece()
    except (DatabaseError, CommandError) as error:
        failures.append(f"{name}: {error}")
    except psycopg.Error as error:
        failures.append(f"{name}: the database failed ({type(error).__name__}); see `hos doctor`.")
    else:
        print_rows(name.replace("_", " "), ["what", "count"], [[*one] for one in (answer[name] or {}).items()])
