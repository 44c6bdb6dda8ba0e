"""The `hos` command: gathers the commands and turns every foreseen failure into one sentence."""

import signal
from typing import Any

import click
import psycopg

from hos_pipelines.cli.analyze import analyze
from hos_pipelines.cli.bench import bench
from hos_pipelines.cli.demo import demo
from hos_pipelines.cli.doctor import doctor
from hos_pipelines.cli.enroll import enroll
from hos_pipelines.cli.gaps import gaps
from hos_pipelines.cli.gateway import gateway
from hos_pipelines.cli.maintain import maintain
from hos_pipelines.cli.migrate import migrate, rollback
from hos_pipelines.cli.model_simulator import model_simulator
from hos_pipelines.cli.output import INTERRUPTED, CommandError, print_json
from hos_pipelines.cli.process import load_env_file
from hos_pipelines.cli.refresh import refresh
from hos_pipelines.cli.report import report
from hos_pipelines.cli.simulator import simulator
from hos_pipelines.cli.status import status
from hos_pipelines.cli.up import up
from hos_pipelines.domain.profiles import InvalidProfileError
from hos_pipelines.postgres.errors import DatabaseError
from hos_pipelines.sahha.errors import SahhaError
from hos_pipelines.settings import SettingsError

FORESEEN = (SettingsError, InvalidProfileError, DatabaseError, SahhaError)
JSON_ASKED = "hos.json"


class Commands(click.Group):
    """A group whose commands fail with one sentence, and with it as `error` where JSON was asked for."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Notes whether JSON is asked for before a command can refuse its other arguments."""
        ctx.meta[JSON_ASKED] = "--json" in args
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Runs the command."""
        try:
            return super().invoke(ctx)
        except (
            click.ClickException,
            KeyboardInterrupt,
            UnicodeEncodeError,
            psycopg.Error,
            OSError,
            *FORESEEN,
        ) as error:
            failure = _explained(error)
            if ctx.meta[JSON_ASKED]:
                known = failure.answer if isinstance(failure, CommandError) else None
                print_json({**(known or {}), "error": failure.format_message()})
            raise failure from error


def _explained(error: BaseException) -> click.ClickException:
    if isinstance(error, click.ClickException):
        return error
    if isinstance(error, KeyboardInterrupt):
        return CommandError(INTERRUPTED)
    if isinstance(error, UnicodeEncodeError):
        return CommandError("arguments: hold bytes that are not UTF-8; type them in a UTF-8 terminal.")
    if isinstance(error, psycopg.Error):
        return CommandError(f"HOS_DATABASE_URL: the database failed ({type(error).__name__}); see `hos doctor`.")
    if isinstance(error, OSError):
        return CommandError(
            f"{error.filename or 'system'}: {error.strerror or error}; free it or choose another place."
        )
    return CommandError(str(error))


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="hos-pipelines")
def main() -> None:
    """HolisticOS pipelines: every user's wearable health data, fresh in PostgreSQL."""
    # Both end a command the same way, so that servers it started end with it; a script's `&` would ignore SIGINT.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))
    load_env_file()


for command in (
    demo,
    up,
    migrate,
    rollback,
    doctor,
    enroll,
    refresh,
    analyze,
    report,
    gaps,
    maintain,
    status,
    simulator,
    model_simulator,
    gateway,
    bench,
):
    main.add_command(command)

if __name__ == "__main__":
    main()
