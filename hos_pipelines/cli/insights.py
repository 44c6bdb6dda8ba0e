"""`hos insights`: what stands out in somebody's days now, and what they say of it."""

import re
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

import click
import dagster as dg

from hos_pipelines.adapters.analysis_marks import outcome_metadata
from hos_pipelines.cli.database import open_database
from hos_pipelines.cli.instance import open_instance
from hos_pipelines.cli.labelled import print_lines, print_paragraph
from hos_pipelines.cli.numbers import WholeRange
from hos_pipelines.cli.output import CommandError, json_option, print_json, say
from hos_pipelines.cli.profile_lookup import require_profile
from hos_pipelines.domain.day_text import day_text
from hos_pipelines.domain.facts_text import not_enough
from hos_pipelines.domain.gates import Status
from hos_pipelines.domain.guidance.guidance_kind import GuidanceKind
from hos_pipelines.environment import now, read_settings
from hos_pipelines.pointers import command
from hos_pipelines.postgres.insight_store import (
    CurrentInsight,
    InsightFeedback,
    InsightState,
    current_insights,
    give_feedback,
    insight_state,
    insights_named,
)
from hos_pipelines.stages.guidance.guidance_runner import GuidanceRunner
from hos_pipelines.stages.profile_outcome import NEW, ProfileOutcome

RATING = WholeRange(1, 5)
FEWEST_OF_ID = 4
DIGITS = re.compile("[0-9a-f]+")


@click.command()
@click.argument("profile")
@click.option("--rate", type=(str, RATING), metavar="ID 1..5", help="Say how useful one was; 1 is of no use.")
@click.option("--applied", metavar="ID", help="Say that what one advises was done.")
@click.option("--acknowledge", metavar="ID", help="Say that one was seen.")
@json_option
def insights(
    profile: str, rate: tuple[str, int] | None, applied: str | None, acknowledge: str | None, as_json: bool
) -> None:
    """Tell what stands out in the days of PROFILE (profile id or external id), at most five things, and what to do.

    Made where something has changed since the last time. An ID may be cut short, as long as it names one.
    """
    said = [one for one in (rate, applied, acknowledge) if one is not None]
    if len(said) > 1:
        raise CommandError("--rate, --applied, --acknowledge: say one at a time.")
    with open_database().session() as connection:
        found = require_profile(connection, profile)
        profile_id = str(found["profile_id"])
        if said:
            named = rate[0] if rate else applied or acknowledge or ""
            names = insights_named(connection, profile_id, named) if DIGITS.fullmatch(named) else []
            insight_id = _the_one(names, named, profile_id)
            feedback = InsightFeedback(insight_id, rate[1] if rate else None, is_applied=applied is not None)
            give_feedback(connection, profile_id, feedback, now())
            say(f"{insight_id}: noted; it counts in what is told next.")
        else:
            make_where_due(profile_id)
        state, told = insight_state(connection, profile_id), current_insights(connection, profile_id, now())
    _print(profile_id, state, told)
    if as_json:
        whose = {"profile_id": profile_id, "external_id": found["external_id"]}
        print_json({**whose, **_state_answer(state), "insights": [_answer(one) for one in told]})


def _the_one(names: Sequence[str], named: str, profile_id: str) -> str:
    listed = f"`{command('insights', profile_id)}` lists them"
    if len(named) < FEWEST_OF_ID:
        raise CommandError(f"ID: {named!r} is too short; give {FEWEST_OF_ID} characters or more; {listed}.")
    if not names:
        raise CommandError(f"ID: {profile_id} has no insight {named!r}; {listed}.")
    if len(names) > 1:
        raise CommandError(f"ID: {named!r} names {len(names)} insights; give more of it; {listed}.")
    return names[0]


def make_where_due(profile_id: str) -> None:
    """Makes the insights of an enrolled person where something has changed since the last time.

    Raises:
        CommandError: no analysis of theirs was made yet, or they could not be made.
    """
    database = open_database()
    runner = GuidanceRunner(read_settings, database, now)
    with database.session() as connection:
        state = insight_state(connection, profile_id)
    if state is not None and state.checked_at is not None and profile_id not in runner.due(GuidanceKind.INSIGHTS):
        return
    (outcome,) = runner.run(GuidanceKind.INSIGHTS, [profile_id], mark=lambda _: None)
    if outcome.is_bad:
        analyse = command("analyze", profile_id)
        raise CommandError(f"PROFILE: {profile_id} {outcome.error} `{analyse}` makes the analyses.")
    if outcome.outcome == NEW:
        _record(profile_id, outcome)


def _record(profile_id: str, outcome: ProfileOutcome) -> None:
    """Shows what is new in the UI as well."""
    with open_instance(read_settings()) as instance:
        instance.report_runless_asset_event(
            dg.AssetMaterialization(
                GuidanceKind.INSIGHTS.value, partition=profile_id, metadata=outcome_metadata(outcome)
            )
        )


def _print(profile_id: str, state: InsightState | None, told: Sequence[CurrentInsight]) -> None:
    at = now()
    if state is not None and state.status_at(at) is Status.STALE and state.through is not None:
        click.echo(f"{profile_id}: the newest readings are of {day_text(state.through)}; nothing is said of today.")
    elif not told:
        click.echo(f"{profile_id}: nothing stands out.")
    else:
        click.echo(f"{profile_id}: {len(told)} of at most five things stand out.")
    for one in told:
        print_paragraph(f"{one.title} ({one.insight_id})", "\n")
        print_lines(_lines(one, at))
    if state is not None and state.missing:
        print_paragraph(f"{not_enough(list(state.missing))}.", "\n")


def _lines(one: CurrentInsight, at: datetime) -> list[tuple[str, str]]:
    sure = f"{one.confidence} confidence, {one.n} days; chance does as much in {_percent(one.q)} of what is told so"
    lines = [("What", one.content)]
    if not one.is_stale(at):
        lines.append(("What to do", one.action))
    lines += [("How sure", f"{sure}."), ("Told until", f"{day_text(one.expires_at.date())}.")]
    return lines


def _percent(share: float) -> str:
    return "less than 1 %" if share < 0.01 else f"{100 * share:.0f} %"  # noqa: PLR2004  a hundredth


def _state_answer(state: InsightState | None) -> dict[str, Any]:
    if state is None:
        return {"status": None, "missing": [], "data_through": None, "checked_at": None, "made_at": None}
    status = state.status_at(now())
    return {
        "status": None if status is None else status.value,
        "missing": list(state.missing),
        "data_through": state.through,
        "checked_at": state.checked_at,
        "made_at": state.made_at,
    }


def _answer(one: CurrentInsight) -> dict[str, Any]:
    answer = asdict(one)
    return {**answer, "action": None if one.is_stale(now()) else one.action}
