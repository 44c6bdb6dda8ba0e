"""`hos status`: what an operator wants to know on one screen, or everything about one profile."""

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

import click
from psycopg import Connection

from hos_pipelines.cli.automation_now import read_state
from hos_pipelines.cli.automation_state import AutomationState
from hos_pipelines.cli.database import open_database
from hos_pipelines.cli.labelled import print_lines
from hos_pipelines.cli.numbers import NumberRange
from hos_pipelines.cli.output import CommandError, json_option, print_json
from hos_pipelines.cli.profile_lookup import not_enrolled
from hos_pipelines.cli.status_screen import failing_lines, overview_lines, profile_lines
from hos_pipelines.domain.analysis_scope import AnalysisType
from hos_pipelines.domain.freshness import is_tick_late, stale_after
from hos_pipelines.environment import now, read_settings
from hos_pipelines.postgres import overview
from hos_pipelines.postgres.analysis_due_store import count_due as count_analyses_due
from hos_pipelines.postgres.connection import describe
from hos_pipelines.postgres.counts import count_profiles, profile_summary, stream_summary
from hos_pipelines.postgres.freshness import stream_freshness
from hos_pipelines.postgres.plan_store import plan_counts
from hos_pipelines.postgres.planner import count_due, count_leased, read_tick
from hos_pipelines.postgres.request_store import read_open
from hos_pipelines.settings.settings import Settings
from hos_pipelines.stages.data_source import read_data_source
from hos_pipelines.stages.database import database_url

STALE = 2
STREAM_LABELS = 17


class StatusCommand(click.Command):
    """A command whose wrong arguments end with 1, since 2 says that data is stale."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parses them."""
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as error:
            raise CommandError(error.format_message()) from error


@click.command(cls=StatusCommand)
@click.argument("profile", required=False)
@click.option("--failing", "is_failing", is_flag=True, help="Name who fails or is paused, since when and why.")
@click.option("--exact", is_flag=True, help="Count the rows of large tables, which can take minutes; else estimated.")
@click.option(
    "--most-stale",
    type=NumberRange(0, 100),
    default=0,
    show_default=True,
    metavar="PERCENT",
    help="Up to this share of the active people may be stale before it counts.",
)
@json_option
def status(profile: str | None, is_failing: bool, exact: bool, most_stale: float, as_json: bool) -> None:
    """Show on one screen whether everything runs, or the state of one PROFILE (profile id or external id).

    Ends with 2 when stale: biomarkers or scores of active people were last pulled (or, never pulled, the people
    enrolled) longer ago than HOS_FULL_SWEEP_HOURS and 2 hours; or the last tick is more than 65 minutes old although
    the schedule has been on for longer than that and nothing of a tick is under way. Ends with 1 for errors, else 0.
    """
    if profile is not None and is_failing:
        raise CommandError("--failing: names people of all; leave out PROFILE, whose failures are shown anyway.")
    settings, instant = read_settings(), now()
    if profile is not None:
        with open_database().session() as connection:
            answer = profile_summary(connection, profile)
        if answer is None:
            raise not_enrolled("PROFILE", [profile])
        print_lines(profile_lines(answer, instant), STREAM_LABELS)
        if as_json:
            print_json(answer)
        return
    with open_database().session() as connection:
        answer = _overview(connection, settings, instant, is_exact=exact)
        failing = overview.read_failing(connection) if is_failing else []
    state = read_state(settings)
    answer |= _automation(answer, state, instant, most_stale)
    print_lines(overview_lines(answer, state, instant))
    if is_failing:
        print_lines(failing_lines(failing, stands_still=settings.house.virtual_now is not None), STREAM_LABELS)
        answer["failing"]["streams"] = [asdict(one) for one in failing]
    if state.error is not None:
        raise CommandError(state.error, answer)
    if as_json:
        print_json(answer)
    if answer["stale"]["is_stale"]:
        click.get_current_context().exit(STALE)


def _overview(connection: Connection[Any], settings: Settings, instant: datetime, *, is_exact: bool) -> dict[str, Any]:
    """What the database says, by keys that stay."""
    tick = read_tick(connection)
    streams = stream_summary(connection, is_exact=is_exact)
    rules = settings.sync.rules
    is_counted = not any(one["quarantined_estimated"] for one in streams)
    quarantine = overview.read_quarantine(connection) if is_counted else None
    return {
        "clock_stands_still_at": settings.house.virtual_now,
        "database": describe(database_url(settings)),
        "profiles": count_profiles(connection),
        "last_tick": None if tick is None else asdict(tick),
        "data_source": asdict(read_data_source(connection, settings.sahha, instant)),
        "due": count_due(connection, instant, rules),
        "under_way": count_leased(connection, instant),
        "failing": {
            "people": overview.count_failing(connection),
            "reasons": [asdict(one) for one in overview.failing_reasons(connection)],
        },
        "freshness": {
            one.stream: {
                "never_pulled": one.profiles - one.synced,
                "failing": one.failing,
                "median_age_minutes": _minutes(one.median_age),
                "p99_age_minutes": _minutes(one.p99_age),
            }
            for one in stream_freshness(connection, instant, stale_after(rules))
        },
        "stale_people": overview.count_stale(connection, instant, stale_after(rules)),
        "streams": {stream.pop("stream"): stream for stream in streams},
        "quarantine": {
            "rows": sum(one["quarantined"] for one in streams),
            "people": None if quarantine is None else quarantine.people,
            "newest_at": None if quarantine is None else quarantine.newest_at,
        },
        "webhooks": asdict(overview.read_inbox(connection)),
        "requests": asdict(read_open(connection)),
        "analyses_due": {kind.value: count_analyses_due(connection, kind, instant) for kind in AnalysisType},
        "plans": plan_counts(connection, instant),
    }


def _automation(answer: dict[str, Any], state: AutomationState, instant: datetime, most_stale: float) -> dict[str, Any]:
    """What Dagster's records say, and what is stale."""
    tick = answer["last_tick"]
    tick_age = None if tick is None else instant - tick["planned_at"]
    is_late = is_tick_late(tick_age, state.on_for, answer["under_way"])
    people, active = answer.pop("stale_people"), answer["profiles"].get("active", 0)
    too_many = people > active * most_stale / 100
    return {
        "schedule": {
            "is_on": state.is_on,
            "on_since": state.on_since,
            "maintenance_is_on": state.maintenance_is_on,
        },
        "daemon": {
            "is_alive": state.is_alive,
            "heartbeat_at": state.heartbeat_at,
            "troubled": list(state.troubled),
        },
        "stale": {
            "is_stale": too_many or is_late,
            "people": people,
            "older_than_hours": stale_after(read_settings().sync.rules).total_seconds() / 3600,
            "tick_is_late": is_late,
        },
    }


def _minutes(age: timedelta | None) -> float | None:
    return None if age is None else round(age / timedelta(minutes=1), 1)
