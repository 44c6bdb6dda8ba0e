"""`hos journal`: how a day was, as the person says."""

from pathlib import Path

import click

from hos_pipelines.cli.database import open_database
from hos_pipelines.cli.output import CommandError, json_option, print_json, say
from hos_pipelines.cli.profile_lookup import require_profile
from hos_pipelines.cli.said_values import read_object, read_pairs, refuse
from hos_pipelines.domain.person.faults import PersonFaultsError, shown
from hos_pipelines.domain.profiles import zone_of
from hos_pipelines.environment import now, read_settings
from hos_pipelines.postgres.clock_repair import require_right_clock
from hos_pipelines.stages.person.keep_journal import RawJournal, keep_journal


@click.command()
@click.argument("profile")
@click.option("--set", "pairs", multiple=True, metavar="FIELD=VALUE", help="Say this of the day; can be repeated.")
@click.option(
    "--file",
    "path",
    type=click.Path(path_type=Path),
    help="A JSON object of fields; own words are better kept out of a command line.",
)
@click.option("--day", default="today", show_default=True, help="The local day, such as 2026-11-02 or yesterday.")
@json_option
def journal(profile: str, pairs: tuple[str, ...], path: Path | None, day: str, as_json: bool) -> None:
    """Say how a day of PROFILE (profile id or external id) was: energy_level=4, mood_rating, sleep_quality, is_ill=yes.

    What is not said again stays; a correction keeps what was before, and the same again changes nothing. Own words
    (what_went_well and others) are stored and shown nowhere.
    """
    said: dict[str, object] = {}
    for name, value in [*read_pairs(pairs), *([] if path is None else read_object(path))]:
        if name in said:
            raise CommandError(f"{shown(name)}: is said twice; say it once. Nothing was stored.")
        said[name] = value
    instant = now()
    with open_database().session() as connection:
        found = require_profile(connection, profile)
        key = str(found["profile_id"])
        if read_settings().house.virtual_now is None:
            require_right_clock(connection, instant, without="stored")
        try:
            outcome = keep_journal(connection, key, RawJournal(day, said), zone_of(found["timezone"]), instant)
        except PersonFaultsError as error:
            raise refuse(error) from None
    if outcome is None:
        raise CommandError(f"PROFILE: {key} left meanwhile. Nothing was stored.")
    say(f"{key}: journal {outcome}.")
    if as_json:
        print_json({"profile_id": key, "day": day, "outcome": outcome})
