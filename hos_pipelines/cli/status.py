"""`hos status`: how fresh everyone is, or everything about one profile."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import click

from hos_pipelines.adapters.data_source import read_data_source
from hos_pipelines.adapters.database import database_url
from hos_pipelines.cli.database import open_database
from hos_pipelines.cli.output import CommandError, json_option, print_json, print_rows, say
from hos_pipelines.environment import now, read_settings
from hos_pipelines.postgres.census import count_profiles, profile_summary, stream_summary
from hos_pipelines.postgres.connection import describe
from hos_pipelines.postgres.planner import read_tick


@click.command()
@click.argument("profile", required=False)
@click.option("--exact", is_flag=True, help="Count the rows of large tables, which can take minutes; else estimated.")
@json_option
def status(profile: str | None, exact: bool, as_json: bool) -> None:
    """Show rows, outcomes and watermarks: of all streams, or of one PROFILE (profile id or external id)."""
    with open_database().session() as connection:
        if profile is not None:
            answer = profile_summary(connection, profile)
            if answer is None:
                raise CommandError(f"PROFILE: {profile} is not enrolled; run `hos enroll {profile}`.")
            _show_profile(answer)
        else:
            streams = stream_summary(connection, is_exact=exact)
            tick = read_tick(connection)
            answer = {
                "database": describe(database_url(read_settings())),
                "data_source": asdict(read_data_source(connection, read_settings(), now())),
                "last_tick": None if tick is None else asdict(tick),
                "profiles": count_profiles(connection),
                "streams": {stream.pop("stream"): stream for stream in streams},
            }
            _show_all(answer)
    if as_json:
        print_json(answer)


def _show_profile(answer: dict[str, Any]) -> None:
    reason = f" ({answer['status_reason']})" if answer["status_reason"] else ""
    say(f"{answer['profile_id']}: {answer['status']}{reason}, {answer['archetype']}, {answer['timezone'] or 'no zone'}")
    columns = ["stream", "rows", "quarantined", "last outcome", "watermark", "newest reading", "last error"]
    fields = ("rows", "quarantined", "last_outcome", "watermark", "newest_reading", "last_error")
    print_rows("Streams", columns, [[name, *(s[f] for f in fields)] for name, s in answer["streams"].items()])


def _show_all(answer: dict[str, Any]) -> None:
    people = ", ".join(f"{count} {status}" for status, count in answer["profiles"].items()) or "nobody yet"
    say(f"{answer['database']}: {people}")
    source = answer["data_source"]
    say(f"Data source: {source['name']}" + (f" ({source['reason']})" if source["reason"] else ""))
    if (tick := answer["last_tick"]) is not None:
        say(
            f"Last tick {tick['tick']}: {tick['profiles_changed']} changed, {tick['profiles_due']} due in "
            f"{tick['batches']} batches, {tick['search_requests'] + tick['requests_planned']} requests planned, "
            f"{tick['requests_saved']} saved"
        )
    columns = ["stream", "rows", "quarantined", "profiles synced", "outcomes", "oldest watermark", "newest watermark"]
    fields = ("profiles", "outcomes", "oldest_watermark", "newest_watermark")
    rows: list[list[object]] = [
        [name, *(_shown(one, counted) for counted in ("rows", "quarantined")), *(one[f] for f in fields)]
        for name, one in answer["streams"].items()
    ]
    print_rows("Streams", columns, rows)


def _shown(stream: Mapping[str, Any], counted: str) -> str:
    return f"about {stream[counted]:,}" if stream[f"{counted}_estimated"] else f"{stream[counted]:,}"
