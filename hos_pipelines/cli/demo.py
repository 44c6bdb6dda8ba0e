"""`hos demo`: synthetic people through the real pipeline, in a folder and databases of their own."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from hos_pipelines.adapters.batch_runs import TICK_TAG
from hos_pipelines.adapters.partitions import PARTITIONS_NAME
from hos_pipelines.cli.analyze_all import analyse_everyone
from hos_pipelines.cli.dagster_home import ensure_dagster_home
from hos_pipelines.cli.database import open_database
from hos_pipelines.cli.demo_home import demo_folder, demo_home, own_environment, remember_sahha
from hos_pipelines.cli.demo_weeks import live_demo_weeks
from hos_pipelines.cli.demo_words import say_some_words
from hos_pipelines.cli.enroll import Given, account_external_ids, enrol_external_ids
from hos_pipelines.cli.instance import open_instance
from hos_pipelines.cli.living_weeks import weeks_until
from hos_pipelines.cli.numbers import NUMBER, PORT, WHOLE, WholeRange
from hos_pipelines.cli.output import CommandError, broken_off, json_option, print_json, say
from hos_pipelines.cli.places import require_file, require_folder, require_port
from hos_pipelines.cli.refresh import COMMAND_TAG, RefreshResult, run_refresh
from hos_pipelines.cli.servers import dagster_servers, launch_job, start_schedule, wait_for_any
from hos_pipelines.cli.simulator import parse_instant
from hos_pipelines.defs.ingestion.automation import tick_run_config
from hos_pipelines.defs.ingestion.checks import check_tables
from hos_pipelines.defs.ingestion.planning import plan_refresh
from hos_pipelines.defs.operations.freshness import freshness_job
from hos_pipelines.domain.count_text import count_text
from hos_pipelines.domain.sync import Stream
from hos_pipelines.environment import read_settings
from hos_pipelines.postgres.counts import count_duplicates
from hos_pipelines.postgres.migrate import migrate
from hos_pipelines.postgres.virtual_clock import set_virtual_now
from hos_pipelines.simulator.model.server import running_model_simulator
from hos_pipelines.simulator.model.settings import ModelSimulatorSettings
from hos_pipelines.simulator.server import running_simulator
from hos_pipelines.simulator.settings import SimulatorSettings
from hos_pipelines.simulator.temperaments import TEMPERAMENTS
from hos_pipelines.stages.database import database_url

USERS, LIVING = 25, len(TEMPERAMENTS)


@click.command()
@click.option("--users", type=WHOLE, show_default="25; with --weeks 12", help="How many people.")
@click.option("--days", type=WHOLE, default=30, show_default=True, help="How many days of history each has.")
@click.option("--seed", type=WHOLE, default=7, show_default=True, help="Who they are.")
@click.option(
    "--at", default="2026-11-01T12:00:00Z", show_default=True, callback=parse_instant, help="The virtual present."
)
@click.option("--fault-rate", type=NUMBER, default=0.0, show_default=True, help="Share of Sahha's answers that fail.")
@click.option("--format", "wire_format", type=click.Choice(["2024", "2025"]), default="2025", show_default=True)
@click.option(
    "--engine",
    type=click.Choice(["rules", "openai"]),
    default="rules",
    show_default=True,
    help="Who writes the analyses; openai is a stand-in on this machine.",
)
@click.option(
    "--weeks", type=WholeRange(1, 26), help="People live with their plans for so many weeks, which end at --at."
)
@click.option(
    "--picture", type=click.Path(path_type=Path), metavar="FILE", help="Draw what became of the weeks, as SVG."
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address of the UI.")
@click.option("--port", type=PORT, default=3000, show_default=True, help="Port of the UI.")
@click.option("--no-ui", is_flag=True, help="End after the data has arrived.")
@json_option
def demo(
    users: int | None,
    weeks: int | None,
    picture: Path | None,
    engine: str,
    host: str,
    port: int,
    no_ui: bool,
    as_json: bool,
    **options: Any,
) -> None:
    """Bring synthetic people's data into an own PostgreSQL through the whole pipeline, then open the Dagster UI.

    Everything lies under .hos/demo; a configured database, the real Sahha and a real model are never touched. With
    --weeks people do, skip and rate what their plans ask, and their nights and steps respond; broken off, it goes on
    where it was when it is called again.
    """
    started = time.monotonic()
    _require_picture(picture, weeks)
    try:
        people = SimulatorSettings(users=(USERS if weeks is None else LIVING) if users is None else users, **options)
    except ValueError as error:
        raise CommandError(str(error)) from error
    lived = None if weeks is None else weeks_until(people, weeks)
    cast = people if lived is None else lived.cast
    if not no_ui:
        require_port(host, port)
    home = demo_home(read_settings())
    require_folder("HOS_HOME", home.parent)
    place = None if no_ui else f"{host}:{port}"
    with demo_folder(home, cast, place), running_simulator(cast) as sahha, _model(engine) as base_url:
        own_environment(home, sahha.url, cast.at, base_url)
        remember_sahha(home, cast, sahha.url)
        if lived is None:
            answer = _bring(people, started, are_silent=False)
        else:
            answer = live_demo_weeks(lived, home, sahha.url, picture)
            if not no_ui:
                _bring(people, started, are_silent=True)
        if as_json:
            print_json(answer | {"seconds": round(time.monotonic() - started, 3)})
        if not no_ui:
            _open_ui(host, port)


def _require_picture(picture: Path | None, weeks: int | None) -> None:
    if picture is None:
        return
    if weeks is None:
        raise CommandError("--picture: draws what became of weeks; say how many with --weeks.")
    require_file("--picture", picture)


def _bring(people: SimulatorSettings, started: float, *, are_silent: bool) -> dict[str, Any]:
    """Everything through Dagster, so that its UI shows each person; what stands as it is stays.

    Who lives with plans has said all there is, and is silent.

    Raises:
        CommandError: it broke off, or somebody failed who was not meant to.
    """
    result, partitions = _load(people, are_silent=are_silent)
    analysed = {} if result.broken else analyse_everyone("hos demo")
    answer = {
        "users": people.users,
        "partitions": partitions,
        **result.tables(),
        "analyses": analysed,
        "duplicates": _duplicates(),
        "failed": len(result.failures),
        "seconds": round(time.monotonic() - started, 3),
    }
    _tell(answer)
    if result.broken or (result.failures and not people.fault_rate):
        raise broken_off(result.broken or next(iter(result.failures.values())), answer)
    return answer


def _load(people: SimulatorSettings, *, are_silent: bool) -> tuple[RefreshResult, int]:
    migrate(database_url(read_settings()))
    with open_database().session() as connection:
        set_virtual_now(connection, people.at)
    external_ids = asyncio.run(account_external_ids(read_settings().sahha_account()))
    enrolled = enrol_external_ids(filter(None, external_ids), Given(), by_hand=True)
    result = run_refresh([one.profile_id for one in enrolled], people.days, command="hos demo")
    with open_database().session() as connection:
        if not are_silent:
            say_some_words(connection, sorted(one.profile_id for one in enrolled), people.at)
    with open_instance(read_settings()) as instance:
        return result, len(instance.get_dynamic_partitions(PARTITIONS_NAME))


def _duplicates() -> int:
    with open_database().session() as connection:
        return count_duplicates(connection)


def _open_ui(host: str, port: int) -> None:
    settings = read_settings()
    with dagster_servers(host, port, ensure_dagster_home(settings)) as (url, processes):
        start_schedule(url, "refresh_active_users")
        _start_ticking(url)
        say(
            f"Dagster UI at {url}. Try Catalog, then analysis_report, then its partitions: a picture of each person. "
            "Ctrl-C ends the demo."
        )
        wait_for_any(url, processes, lambda: database_url(settings))


def _start_ticking(url: str) -> None:
    """A first tick, freshness and checks, which the schedules would bring within the hour."""
    tags = {COMMAND_TAG: "hos demo"}
    name = f"demo of {datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
    launch_job(url, plan_refresh.name, tick_run_config(name), {**tags, TICK_TAG: name})
    for job in (freshness_job, check_tables):
        launch_job(url, job.name, {}, tags)


def _tell(answer: dict[str, Any]) -> None:
    for table in Stream:
        counts = ", ".join(f"{count} {name}" for name, count in answer[table].items() if count)
        say(f"{table}: {counts or 'nothing'}")
    for name, counts in answer["analyses"].items():
        say(f"{name}: {', '.join(f'{count} {status}' for status, count in counts.items())}")
    say(
        f"{count_text(answer['users'], 'user')}, {count_text(answer['partitions'], 'partition')}, "
        f"{answer['failed']} failed, {answer['seconds']} s."
    )


@contextmanager
def _model(engine: str) -> Iterator[str | None]:
    """The address of a stand-in for the model; None where rules write."""
    if engine == "rules":
        yield None
        return
    with running_model_simulator(ModelSimulatorSettings()) as model:
        yield model.base_url
