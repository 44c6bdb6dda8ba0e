"""`hos adaptation`: how demanding somebody's plans are, why, what is being tried, and what came of what was."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import click

from hos_pipelines.cli.database import open_database
from hos_pipelines.cli.labelled import print_lines, print_paragraph
from hos_pipelines.cli.output import CommandError, json_option, print_json, print_rows, say
from hos_pipelines.cli.profile_lookup import require_profile
from hos_pipelines.domain.day_text import day_text
from hos_pipelines.domain.facts_text import not_enough
from hos_pipelines.domain.guidance.adaptation.change import PlanChange
from hos_pipelines.domain.guidance.adaptation.state_json import state_json
from hos_pipelines.domain.guidance.adaptation.wording import ACTIONS, STANDINGS, judged_line, state_lines
from hos_pipelines.domain.guidance.guidance_kind import GuidanceKind
from hos_pipelines.domain.person.local_days import local_day
from hos_pipelines.domain.profiles import zone_of
from hos_pipelines.environment import now, read_settings
from hos_pipelines.pointers import command
from hos_pipelines.postgres.adaptation_view import AdaptationView, read_adaptation
from hos_pipelines.stages.guidance.guidance_runner import GuidanceRunner


@click.command()
@click.argument("profile")
@json_option
def adaptation(profile: str, as_json: bool) -> None:
    """Tell how demanding the plans of PROFILE (profile id or external id) are, what is being tried, and why.

    Brought up to date where a week of plans is over or something was said since. What is decided holds from tomorrow.
    """
    database = open_database()
    with database.session() as connection:
        found = require_profile(connection, profile)
    profile_id = str(found["profile_id"])
    runner = GuidanceRunner(read_settings, database, now)
    if profile_id in runner.due(GuidanceKind.ADAPTATION):
        (outcome,) = runner.run(GuidanceKind.ADAPTATION, [profile_id], lambda _: None)
        if outcome.is_bad:
            raise CommandError(f"PROFILE: {profile_id} {outcome.error}")
    with database.session() as connection:
        view = read_adaptation(connection, profile_id, local_day(now(), zone_of(found["timezone"])))
    _tell(profile_id, view)
    if as_json:
        print_json({"profile_id": profile_id, "external_id": found["external_id"], **_answer(view)})


def _tell(profile_id: str, view: AdaptationView) -> None:
    click.echo(f"{profile_id}: {' '.join(state_lines(view.state, view.today))}")
    for coming in view.coming:
        print_paragraph(f"From {day_text(coming.holds_from)} on: {coming.because}", "\n", "")
    if view.open is not None:
        _tell_change("Under evaluation", view.open)
    if view.proposed is not None:
        _tell_change("Proposed", view.proposed)
        allow = command("person", profile_id, options=["--set", "allow_switch=yes"])
        say(f"`{allow}` lets it be changed; `hos enroll` changes it at once.")
    if view.past:
        rows: list[list[object]] = [
            [one.decided_on, ACTIONS[one.action], STANDINGS[one.standing], _came_of(view, one)] for one in view.past
        ]
        print_rows("What was tried", ["on", "what", "now", "what came of it"], rows, is_whole=True)
    if view.status is None:
        plan = command("plan", profile_id)
        say(f"Nothing is adapted yet: it takes a plan to begin with; `{plan}` makes one.")
    elif view.missing:
        print_paragraph(f"{not_enough(view.missing)}.", "\n", "")
        say(f"`{command('checkin', profile_id)}` says what became of the items of a plan.")


def _tell_change(title: str, change: PlanChange) -> None:
    print_paragraph(f"{title}: {ACTIONS[change.action].lower()}, since {day_text(change.decided_on)}", "\n", "")
    lines = [("Why", change.because)]
    judged = judged_line(change)
    if judged is not None:
        lines.append(("Then", judged))
    if change.question is not None:
        lines.append(("Asked", change.question))
    print_lines(lines)


def _came_of(view: AdaptationView, change: PlanChange) -> str:
    made = view.evaluations.get(str(change.id), [])
    return made[-1].because if made else change.because


def _answer(view: AdaptationView) -> dict[str, Any]:
    return {
        "status": view.status,
        "missing": view.missing,
        "state": {"version": view.state.version, "holds_from": view.state.holds_from, **state_json(view.state)},
        "next": None
        if not view.coming
        else {
            "holds_from": view.coming[-1].holds_from,
            "because": " ".join(one.because for one in view.coming),
            **state_json(view.coming[-1].state),
        },
        "open": None if view.open is None else _change(view, view.open),
        "proposed": None if view.proposed is None else _change(view, view.proposed),
        "past": [_change(view, one) for one in view.past],
        "weeks": [asdict(one) for one in view.weeks],
    }


def _change(view: AdaptationView, change: PlanChange) -> Mapping[str, Any]:
    return {**asdict(change), "evaluations": [asdict(one) for one in view.evaluations.get(str(change.id), [])]}
