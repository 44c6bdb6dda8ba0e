"""`hos gaps`: what is missing, and pulling just that."""

import time
from collections.abc import Sequence
from datetime import UTC, datetime

import click

from hos_pipelines.cli.database import open_database
from hos_pipelines.cli.output import json_option, print_json, print_rows, say
from hos_pipelines.cli.profile_lookup import require_profile
from hos_pipelines.cli.refresh import conclude, run_refresh
from hos_pipelines.domain.coverage import Gap
from hos_pipelines.environment import now, read_settings
from hos_pipelines.stages.refresh.gaps import known_gaps

MOST_LISTED = 50


@click.command()
@click.argument("profile", required=False)
@click.option("--fill", is_flag=True, help="Pull what is missing, and nothing else.")
@json_option
def gaps(profile: str | None, fill: bool, as_json: bool) -> None:
    """List the ranges that were never pulled, or only in vain: of all active profiles, or of one PROFILE (profile id
    or external id).
    """
    started = time.monotonic()
    profile_ids = None if profile is None else [_profile_id(profile, fill=fill)]
    found = _find(profile_ids)
    listed = found if profile is not None else found[:MOST_LISTED]
    answer = {**_totals(found), "gaps": [_as_answer(gap) for gap in listed]}
    _show(found, listed)
    if fill and found:
        read_settings().sahha_account()
        behind = list(dict.fromkeys(gap.profile_id for gap in found))
        answer["filled"] = conclude(run_refresh(behind, None, gaps=found, command="hos gaps"), len(behind), started)
        answer["left"] = len(_find(profile_ids))
        say("1 gap is left." if answer["left"] == 1 else f"{answer['left']:,} gaps are left.")
    if as_json:
        print_json(answer)


def _profile_id(profile: str, *, fill: bool) -> str:
    with open_database().session() as connection:
        found = require_profile(connection, profile, may_be_gone=not fill)
    if found["status"] != "active":
        say(f"{profile} is {found['status']}: only active profiles are pulled, so nothing counts as missing.")
    return str(found["profile_id"])


def _find(profile_ids: Sequence[str] | None) -> list[Gap]:
    with open_database().session() as connection:
        return known_gaps(connection, read_settings(), now(), profile_ids)


def _totals(found: Sequence[Gap]) -> dict[str, object]:
    return {"total": len(found), "profiles": len({gap.profile_id for gap in found})}


def _as_answer(gap: Gap) -> dict[str, object]:
    return {
        "profile_id": gap.profile_id,
        "stream": gap.stream.value,
        "from": _instant(gap.span.start),
        "to": _instant(gap.span.end),
        "tried_in_vain": gap.has_failed,
    }


def _show(found: Sequence[Gap], listed: Sequence[Gap]) -> None:
    if not found:
        say("No gaps.")
        return
    rows: list[list[object]] = [
        [gap.profile_id, gap.stream.value, _minute(gap.span.start), _minute(gap.span.end), "yes" * gap.has_failed]
        for gap in listed
    ]
    print_rows("Gaps (UTC)", ["profile", "stream", "from", "to", "tried in vain"], rows, is_whole=True)
    if len(found) > len(listed):
        say(f"{len(found) - len(listed)} more; name a PROFILE to see all of one.")


def _minute(instant: datetime) -> str:
    return f"{instant.astimezone(UTC):%Y-%m-%d %H:%M}"


def _instant(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat(timespec="seconds")
