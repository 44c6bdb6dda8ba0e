"""`hos plan`: the plans of somebody's day, made now where they are due; told here, or as a page to print."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import click

from hos_pipelines.cli.database import open_database
from hos_pipelines.cli.labelled import print_paragraph
from hos_pipelines.cli.output import CommandError, json_option, print_json, print_rows, say
from hos_pipelines.cli.pages import write_page
from hos_pipelines.cli.places import require_file
from hos_pipelines.cli.profile_lookup import require_profile
from hos_pipelines.domain.guidance.guidance_kind import GuidanceKind
from hos_pipelines.domain.guidance.plan_rows import PlanKind
from hos_pipelines.domain.guidance.routine.contract import NOTES
from hos_pipelines.environment import now, read_settings
from hos_pipelines.postgres.plan_store import StoredPlan, read_plan
from hos_pipelines.report.day_plan import MEALS_OF_ROUTINE, hours_alone, meal_blocks, render_day
from hos_pipelines.stages import on_demand
from hos_pipelines.stages.database import Database
from hos_pipelines.stages.guidance.guidance_request import GuidanceRequest
from hos_pipelines.stages.report.day import energy_of_day, shown_day

STAGES: Mapping[PlanKind, GuidanceKind] = {
    PlanKind.ROUTINE: GuidanceKind.ROUTINE_PLAN,
    PlanKind.NUTRITION: GuidanceKind.NUTRITION_PLAN,
}
BOTH = "both"
EARLIEST = date(2000, 1, 1)
# Until then a day may be planned ahead: in the evening the next one is, in any zone.
LATEST_AHEAD = timedelta(days=2)


@click.command()
@click.argument("profile")
@click.option("--date", "day", metavar="DAY", help="The plan of another day that was made, such as 2026-11-02.")
@click.option(
    "--kind",
    type=click.Choice([*(kind.value for kind in STAGES), BOTH]),
    default=BOTH,
    show_default=True,
    help="What the plan is of.",
)
@click.option("--html", type=click.Path(path_type=Path), metavar="FILE", help="Write the day as a page to print.")
@json_option
def plan(profile: str, day: str | None, kind: str, html: Path | None, as_json: bool) -> None:
    """Show the plans of the day that comes for PROFILE (profile id or external id); they are made where due.

    The running day is planned until three hours before bed, then the next one. A plan that is refused is told with the
    reason, and leaves the other one alone.
    """
    database, wanted = open_database(), None
    if html is not None:
        require_file("--html", html)
    with database.session() as connection:
        key = str(require_profile(connection, profile)["profile_id"])
    if day is not None:
        wanted = _parse_day(day)
    kinds = list(STAGES) if kind == BOTH else [PlanKind(kind)]
    if wanted is None:
        _make(database, key, [STAGES[one] for one in kinds])
    with database.session() as connection:
        found = [one for one in (read_plan(connection, key, each, wanted) for each in kinds) if one is not None]
    if not found:
        raise CommandError(
            f"--date: {key} has no plan of {wanted}; plans are made for the day that comes: leave it out for that one."
        )
    has_meals = any(one.kind == PlanKind.NUTRITION and one.refusal is None for one in found)
    for one in found:
        _tell(key, one, has_meals=has_meals)
    if html is not None:
        write_page("--html", html, _page(database, key, found))
        say(f"The day of {key} to print: {html}")
    if as_json:
        print_json({"profile_id": key, "plans": {one.kind: _as_answer(one) for one in found}})


def _parse_day(day: str) -> date:
    try:
        wanted = date.fromisoformat(day)
    except ValueError:
        raise CommandError(f"--date: {day!r} is no day; write it as 2026-11-02.") from None
    if wanted < EARLIEST:
        raise CommandError(f"--date: {wanted} lies before any plan; give a day from {EARLIEST} on.")
    if wanted > now().date() + LATEST_AHEAD:
        raise CommandError(f"--date: {wanted} is not planned yet; that is done the evening before.")
    return wanted


def _make(database: Database, key: str, kinds: Sequence[GuidanceKind]) -> None:
    """Makes the plans that are asked for now; where nothing has moved, nothing is written.

    Raises:
        CommandError: one failed.
    """
    settings = read_settings()
    for kind in kinds:
        outcomes = on_demand.run_guidance(GuidanceRequest(kind, [key]), settings, database, now, lambda _: None)
        for outcome in outcomes:
            if outcome.is_bad:
                raise CommandError(f"PROFILE: {key} {outcome.error}")


def _tell(key: str, found: StoredPlan, *, has_meals: bool) -> None:
    if found.refusal is not None:
        say(f"No {found.kind} plan of {found.plan_date} for {key}: {found.refusal.rstrip('.')}.")
    elif found.kind == PlanKind.ROUTINE:
        _tell_routine(key, found, MEALS_OF_ROUTINE if has_meals else frozenset())
    else:
        _tell_meals(key, found)


def _tell_routine(key: str, found: StoredPlan, without: frozenset[str]) -> None:
    rows: list[list[object]] = []
    for block in found.plan["time_blocks"]:
        rows.append([f"{block['start_time']} - {block['end_time']}", block["block_name"], block["purpose"]])
        rows += [
            [f"  {task['start_time']}", f"  {task['title']}", f"{task['description']} {task['because']}"]
            for task in block["tasks"]
            if task["id"] not in without
        ]
    print_rows(f"{found.plan_date:%A %d %B %Y} of {key}, {found.zone}", ["when", "what", "why"], rows, is_whole=True)
    for note in found.notes:
        say(NOTES[note])


def _tell_meals(key: str, found: StoredPlan) -> None:
    rows: list[list[object]] = [
        [block["time_range"], meal["name"], _portions(meal)]
        for block in meal_blocks(found.plan)
        for meal in block["meals"]
    ]
    rows += [[block["time_range"], name, ""] for name, block in hours_alone(found.plan)]
    print_rows(f"Meals of {found.plan_date:%A %d %B %Y} of {key}", ["when", "what", "of"], rows, is_whole=True)
    print_paragraph(found.plan["nutrition"]["summary"])
    for withheld in (found.plan["numbers_refused"], found.plan["goal_refused"]):
        if withheld is not None:
            print_paragraph(withheld["reason"])
    for note in found.plan["notes"]:
        print_paragraph(note["text"])


def _portions(meal: Mapping[str, Any]) -> str:
    return ", ".join(
        food["name"] if food["grams"] is None else f"{food['name']} {food['grams']} g" for food in meal["foods"]
    )


def _page(database: Database, key: str, found: Sequence[StoredPlan]) -> str:
    with database.session() as connection:
        energy = energy_of_day(connection, key)
    return render_day(key, shown_day({one.kind: one for one in found}, energy))


def _as_answer(found: StoredPlan) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, date | datetime) else value
        for name in found.__slots__
        for value in (getattr(found, name),)
    }
