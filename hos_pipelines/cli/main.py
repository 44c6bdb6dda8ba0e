"""The `hos` command: gathers the commands and turns every foreseen failure into one sentence."""

from collections.abc import Mapping
from typing import Any

import click

from hos_pipelines.cli.env_file import load_env_file
from hos_pipelines.cli.interruption import (
    INTERRUPTED,
    is_interrupted,
    nothing_begun,
    watch_no_longer,
    watch_working,
)
from hos_pipelines.cli.lazy import LazyGroup, on_call
from hos_pipelines.cli.output import CommandError, broken_off, is_reader_gone, print_json, tell_warnings
from hos_pipelines.domain.profiles import InvalidProfileError
from hos_pipelines.postgres.errors import DatabaseError
from hos_pipelines.private_files import close_what_is_made
from hos_pipelines.sahha.errors import SahhaError
from hos_pipelines.settings.errors import SettingsError

FORESEEN = (SettingsError, InvalidProfileError, DatabaseError, SahhaError)
JSON_ASKED = "hos.json"
COMMANDS = {
    "adaptation": "Tell how demanding the plans of PROFILE (profile id or external id) are, what is being tried, "
    "and why.",
    "analyze": "Analyse one PROFILE (profile id or external id), or the sleep windows or hourly activity of a file.",
    "bench": "Measure this machine; each benchmark ends with one JSON line.",
    "checkin": "Say what became of ITEM (its id, or its name) of a plan of PROFILE (profile id or external id).",
    "demo": "Bring synthetic people's data into an own PostgreSQL through the whole pipeline, "
    "then open the Dagster UI.",
    "doctor": "Check settings, database, schema version, Dagster's storage, the Sahha login "
    "and who writes the analyses.",
    "enroll": "Enrol profiles by the id Sahha knows them by; enrolling again updates what is given.",
    "gaps": "List the ranges that were never pulled, or only in vain: of all active profiles, "
    "or of one PROFILE (profile id or external id).",
    "gateway": "Take in Sahha's webhooks until interrupted.",
    "insights": "Tell what stands out in the days of PROFILE (profile id or external id), at most five things, "
    "and what to do.",
    "journal": "Say how a day of PROFILE (profile id or external id) was: "
    "energy_level=4, mood_rating, sleep_quality, is_ill=yes.",
    "maintain": "Delete data and Dagster log past their age (HOS_KEEP_…), for good, consolidate memory, "
    "and count what is missing.",
    "memory": "Show what is remembered of PROFILE (profile id or external id), and how rich that is.",
    "migrate": "Apply every pending step of sql/.",
    "model-simulator": "Serve a model of our own over OpenAI's protocol until interrupted: "
    "it costs nothing and errs when told to.",
    "person": "Say what is known of PROFILE (profile id or external id) besides readings, or list it.",
    "plan": "Show the plans of the day that comes for PROFILE (profile id or external id); they are made where due.",
    "refresh": "Pull biomarkers, scores and Sahha archetypes of enrolled profiles into PostgreSQL.",
    "report": "Write one self-contained HTML page about PROFILE (profile id or external id), "
    "and keep it in the database.",
    "request": "Ask for something of PROFILE (profile id or external id) and follow it until it is answered.",
    "requests": "List what was asked for, the newest first, and what became of it.",
    "retire": "Refresh each PROFILE (profile id or external id) no longer, and keep its rows.",
    "rollback": "Undo the newest steps of sql/.",
    "simulator": "Serve synthetic people over Sahha's own protocol until interrupted.",
    "status": "Show on one screen whether everything runs, or the state of one PROFILE (profile id or external id).",
    "up": "Run the Dagster UI and daemon until interrupted.",
    "workflow": "Run all stages of PROFILE (profile id or external id): analyses, insights, plans, memory, adaptation.",
}


class Commands(LazyGroup):
    """A group whose commands fail with one sentence, and with it as `error` where JSON was asked for."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Notes whether JSON is asked for before a command can refuse its other arguments."""
        ctx.meta[JSON_ASKED] = "--json" in args
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Runs the command."""
        try:
            return super().invoke(ctx)
        except (KeyboardInterrupt, Exception) as error:
            if isinstance(error, BrokenPipeError) and is_reader_gone() and not is_interrupted():
                raise  # click ends quietly
            failure = broken_off(INTERRUPTED, _answer_of(error)) if is_interrupted() else _explain(error)
            if failure is None:
                raise
            if ctx.meta[JSON_ASKED]:
                print_json({**(_answer_of(failure) or {}), "error": failure.format_message()})
            raise failure from error
        finally:
            watch_no_longer()

    def load(self, listed: click.Command) -> click.Command:
        """The command itself; loading it takes a second or two, in which nothing has begun."""
        with nothing_begun():
            return super().load(listed)


def _answer_of(error: BaseException) -> Mapping[str, Any] | None:
    return error.answer if isinstance(error, CommandError) else None


def _explain(error: BaseException) -> click.ClickException | None:
    """The failure as one sentence; None where it was not foreseen."""
    if isinstance(error, click.ClickException):
        return error
    if isinstance(error, KeyboardInterrupt):
        return broken_off(INTERRUPTED)
    if isinstance(error, UnicodeEncodeError):
        return CommandError("arguments: hold bytes that are not UTF-8; type them in a UTF-8 terminal.")
    if _is_of_the_database(error):
        return CommandError(f"HOS_DATABASE_URL: the database failed ({type(error).__name__}); see `hos doctor`.")
    if isinstance(error, OSError):
        return CommandError(
            f"{error.filename or 'system'}: {error.strerror or error}; free it or choose another place."
        )
    return CommandError(str(error)) if isinstance(error, FORESEEN) else None


def _is_of_the_database(error: BaseException) -> bool:
    """Whether it is psycopg's. Told by name: to import psycopg takes as long as all else of `hos --help`."""
    return any((base.__module__, base.__name__) == ("psycopg", "Error") for base in type(error).__mro__)


@click.group(
    cls=Commands,
    package="hos_pipelines.cli",
    listed=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(package_name="hos-pipelines")
@click.option("--demo", "in_demo", is_flag=True, help="Work on what `hos demo` has brought, not on what is configured.")
def main(in_demo: bool) -> None:
    """HolisticOS pipelines: every user's wearable health data, fresh in PostgreSQL."""
    watch_working()
    close_what_is_made()
    tell_warnings()
    load_env_file()
    if in_demo and click.get_current_context().invoked_subcommand != "demo":  # the demo is in itself already
        on_call("hos_pipelines.cli.demo_home", "enter_demo")()  # it imports the embedded server


if __name__ == "__main__":
    main()
