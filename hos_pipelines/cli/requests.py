"""`hos requests`: what was asked for, and what became of it."""

from dataclasses import asdict

import click

from hos_pipelines.cli.database import open_database
from hos_pipelines.cli.numbers import WholeRange
from hos_pipelines.cli.output import json_option, print_json, print_rows, say
from hos_pipelines.cli.profile_lookup import require_profile
from hos_pipelines.domain.requests.asked import RequestView
from hos_pipelines.domain.requests.states import RequestStatus
from hos_pipelines.postgres.request_store import read_open, read_requests


@click.command()
@click.option("--profile", metavar="PROFILE", help="Of this person (profile id or external id) alone.")
@click.option(
    "--status", "statuses", type=click.Choice(list(map(str, RequestStatus))), multiple=True, help="In this state alone."
)
@click.option("--most", type=WholeRange(1, 10_000), default=50, show_default=True, help="So many at most.")
@json_option
def requests(profile: str | None, statuses: tuple[str, ...], most: int, as_json: bool) -> None:
    """List what was asked for, the newest first, and what became of it."""
    chosen = [RequestStatus(one) for one in statuses] or None
    with open_database().session() as connection:
        key = None
        if profile is not None:
            key = str(require_profile(connection, profile, may_be_gone=True, argument="--profile")["profile_id"])
        found, waiting = read_requests(connection, key, chosen, most), read_open(connection)
    if found:
        columns = ["requested (UTC)", "id", "profile", "kind", "status", "took", "why"]
        print_rows("Requests", columns, [_row(one) for one in found], is_whole=True)
    else:
        say("Nothing was asked for yet; `hos request PROFILE KIND` does, and docs/requests.md tells how apps do.")
    if as_json:
        print_json({"open": waiting.open, "oldest_at": waiting.oldest_at, "requests": [asdict(one) for one in found]})


def _row(one: RequestView) -> list[object]:
    took = "" if one.completed_at is None else f"{(one.completed_at - one.requested_at).total_seconds():.1f} s"
    why = one.refusal_code or one.error or (f"as {one.duplicate_of}" if one.duplicate_of else "")
    return [f"{one.requested_at:%Y-%m-%d %H:%M:%S}", one.id, one.profile_id, one.kind, one.status, took, why]
