"""`hos plan`: the plan of somebody's day, made now where it is due."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import click

from hos_pipelines.cli.database import open_database
from hos_pipelines.cli.output import CommandError, json_option, print_json, print_rows, say
from hos_pipelines.cli.profile_lookup import require_profile
from hos_pipelines.domain.guidance.guidance_kind import GuidanceKind
from hos_pipelines.domain.guidance.plan_rows import PlanKind
from hos_pipelines.domain.guidance.routine.contract import NOTES
from hos_pipelines.environment import now, read_settings
from hos_pipelines.postgres.plan_store import StoredPlan, read_plan
from hos_pipelines.stages import on_demand
from hos_pipelines.stages.database import Database
from hos_pipelines.stages.guidance.guidance_request import GuidanceRequest

STAGES: Mapping[PlanKind, GuidanceKind] = {PlanKind.ROUTINE: GuidanceKind.ROUTINE_PLAN}


@click.command()
@click.argument("profile")
@click.option("--date", "day", metavar="DAY", help="A plan that was made before, such as of 2026-11-02.")
@click.option(
    "--kind",
    type=click.Choice([kind.value for kind in STAGES]),
    default=PlanKind.ROUTINE.value,
    show_default=True,
    help="What the plan is of.",
)
@json_option
def plan(profile: str, day: str | None, kind: str, as_json: bool) -> None:
    """Show the plan of the day that comes for PROFILE (profile id or external id); it is made where it is due.

    The running day is planned until three hours before bed, then the next one.
    """
    wanted = None if day is None else _parse_day(day)
    database = open_database()
    with database.session() as connection:
        key = str(require_profile(connection, profile)["profile_id"])
    if wanted is None:
        _make(database, key, STAGES[PlanKind(kind)])
    with database.session() as connection:
        found = read_plan(connection, key, kind, wanted)
    if found is None:
        raise CommandError(
            f"--date: {key} has no {kind} plan of {wanted}; leave it out for the one of the day that comes."
        )
    if found.refusal is not None:
        say(f"No {kind} plan of {found.plan_date} for {key}: {found.refusal}.")
    else:
        _show(key, found)
    if as_json:
        print_json({"profile_id": key, **_as_answer(found)})


def _parse_day(day: str) -> date:
    try:
        return date.fromisoformat(day)
    except ValueError:
        raise CommandError(f"--date: {day!r} is no day; write it as 2026-11-02.") from None


def _make(database: Database, key: str, kind: GuidanceKind) -> None:
    """Makes the plan that is asked for now; where nothing has moved, nothing is written.

    Raises:
        CommandError: it failed.
    """
    outcomes = on_demand.run_guidance(GuidanceRequest(kind, [key]), read_settings(), database, now, lambda _: None)
    for outcome in outcomes:
        if outcome.is_bad:
            raise CommandError(f"{key}: {outcome.error}")


def _show(key: str, found: StoredPlan) -> None:
    rows: list[list[object]] = []
    for block in found.plan["time_blocks"]:
        rows.append([f"{block['start_time']} - {block['end_time']}", block["block_name"], block["purpose"]])
        rows += [
            [f"  {task['start_time']}", f"  {task['title']}", f"{task['description']} {task['because']}"]
            for task in block["tasks"]
        ]
    print_rows(f"{found.plan_date:%A %d %B %Y} of {key}, {found.zone}", ["when", "what", "why"], rows, is_whole=True)
    for note in found.notes:
        say(NOTES[note])


def _as_answer(found: StoredPlan) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, date | datetime) else value
        for name in found.__slots__
        for value in (getattr(found, name),)
    }
