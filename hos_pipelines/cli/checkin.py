"""`hos checkin`: what became of an item of a plan."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import click
from psycopg import Connection

from hos_pipelines.cli.database import open_database
from hos_pipelines.cli.numbers import WholeRange
from hos_pipelines.cli.output import CommandError, json_option, print_json, print_rows, say
from hos_pipelines.cli.profile_lookup import require_profile
from hos_pipelines.cli.said_values import refuse
from hos_pipelines.domain.count_text import count_text
from hos_pipelines.domain.person.checkin import Again, Checkin, Completion, SkipReason
from hos_pipelines.domain.person.faults import PersonFaultsError
from hos_pipelines.domain.person.local_days import local_day, parse_day
from hos_pipelines.domain.person.plan_item import PlanItem
from hos_pipelines.domain.person.reporting import Reporting
from hos_pipelines.domain.profiles import zone_of
from hos_pipelines.environment import now, read_settings
from hos_pipelines.postgres.clock_repair import require_right_clock
from hos_pipelines.postgres.engagement_store import read_engagement
from hos_pipelines.stages.person.check_in import RawCheckin, check_in
from hos_pipelines.stages.person.reported import read_reporting

LISTED = timedelta(days=6)


@click.command()
@click.argument("profile")
@click.argument("item", required=False)
@click.option("--status", type=click.Choice([str(one) for one in Completion]), help="How much of it was done.")
@click.option("--day", help="The local day it was planned for; without it the day of the item.")
@click.option("--at", help="When it was really done: now, an hour such as 07:30, or an instant.")
@click.option("--satisfaction", type=WholeRange(1, 5), help="1 to 5.")
@click.option("--again", type=click.Choice([str(one) for one in Again]), help="Whether it is wanted again.")
@click.option("--reason", type=click.Choice([str(one) for one in SkipReason]), help="Why it was not done.")
@click.option("--note", help="Own words; nobody but the person reads them.")
@json_option
def checkin(
    profile: str,
    item: str | None,
    status: str | None,
    day: str | None,
    at: str | None,
    satisfaction: int | None,
    again: str | None,
    reason: str | None,
    note: str | None,
    as_json: bool,
) -> None:
    """Say what became of ITEM (its id, or its name) of a plan of PROFILE (profile id or external id).

    Without ITEM: list the items of the last seven days, or of one --day. What is not said again stays; a correction
    keeps what was before, and the same again changes nothing.
    """
    instant = now()
    with open_database().session() as connection:
        found = require_profile(connection, profile)
        key, zone = str(found["profile_id"]), zone_of(found["timezone"])
        if item is None:
            answer = _list(connection, key, day, local_day(instant, zone), instant)
        else:
            raw = RawCheckin(
                item,
                None if status is None else Completion(status),
                day,
                at,
                satisfaction,
                None if again is None else Again(again),
                None if reason is None else SkipReason(reason),
                note,
            )
            answer = _tell(connection, found, raw, instant)
    if as_json:
        print_json({"profile_id": key, **answer})


def _tell(
    connection: Connection[Any], profile: Mapping[str, Any], raw: RawCheckin, instant: datetime
) -> dict[str, Any]:
    if read_settings().house.virtual_now is None:
        require_right_clock(connection, instant, without="stored")
    key = str(profile["profile_id"])
    try:
        outcome = check_in(connection, key, raw, zone_of(profile["timezone"]), instant)
    except PersonFaultsError as error:
        raise refuse(error) from None
    if outcome is None:
        raise CommandError(f"PROFILE: {key} left meanwhile. Nothing was stored.")
    say(f"{key}: check-in {outcome}.")
    return {"item": raw.item, "outcome": outcome}


def _list(connection: Connection[Any], key: str, day: str | None, today: date, instant: datetime) -> dict[str, Any]:
    try:
        until = parse_day("--day", day or "today", today)
    except ValueError as error:
        raise CommandError(str(error)) from None
    since = until if day is not None else until - LISTED
    engagement = read_engagement(connection, [key], since, until, instant)[key]
    told = {one.plan_item_id: one for one in engagement.checkins}
    items = [one for one in engagement.items if since <= one.plan_date <= until]
    _show(key, items, told)
    reporting = read_reporting(connection, [key], instant)[key]
    if reporting.days:
        say(_reported(reporting))
    return {
        "reporting": {
            "plan_days": len(reporting.days),
            "reported_days": reporting.reported_days,
            "rate": reporting.rate,
            "due": reporting.due,
            "reported": reporting.reported,
            "completion": reporting.completion,
        },
        "items": [
            {
                "id": str(one.id),
                "item_id": one.item_id,
                "title": one.title,
                "plan_date": one.plan_date.isoformat(),
                "is_counted": one.is_counted,
                "status": told[one.id].status if one.id in told else None,
            }
            for one in items
        ],
    }


def _reported(reporting: Reporting) -> str:
    days = f"Of the last {count_text(len(reporting.days), 'plan day')} {reporting.reported_days} reported"
    if reporting.completion is None:
        return f"{days}: too little to say how much was done."
    return f"{days}; done {reporting.completion:.0%} of what was due."


def _show(key: str, items: Sequence[PlanItem], told: Mapping[UUID, Checkin]) -> None:
    if not items:
        say(f"{key} has no items of plans for these days.")
        return
    rows: list[list[object]] = [
        [one.plan_date, one.scheduled_time, one.title, _status(told.get(one.id)), one.id] for one in items
    ]
    print_rows(f"Items of {key}", ["day", "at", "title", "said", "item"], rows, is_whole=True)


def _status(told: Checkin | None) -> str:
    return "" if told is None else str(told.status)
