"""`hos enroll`: who is refreshed."""

import asyncio
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import click

from hos_pipelines.adapters.partitions import align_partitions
from hos_pipelines.cli.database import open_database
from hos_pipelines.cli.instance import open_instance
from hos_pipelines.cli.output import CommandError, console, json_option, print_json, say
from hos_pipelines.domain.calendars import parse_country
from hos_pipelines.domain.count_text import count_text
from hos_pipelines.domain.profiles import Archetype, Enrolment, parse_archetype, parse_timezone, profile_id_for
from hos_pipelines.environment import now, read_settings
from hos_pipelines.postgres.pauses import resume_listed
from hos_pipelines.postgres.profile_store import Enrolled, enrol, enrolled_profile_ids
from hos_pipelines.sahha.account import SahhaAccount
from hos_pipelines.sahha.client import sahha_session
from hos_pipelines.stages.operations.known_ids import ask_sahha


@click.command()
@click.argument("external_ids", nargs=-1, metavar="[EXTERNAL_ID]...")
@click.option("--all", "everyone", is_flag=True, help="Enrol every profile of the Sahha account.")
@click.option("--archetype", help=f"The coaching archetype: {', '.join(Archetype)}.")
@click.option("--timezone", help="IANA time zone, such as Europe/Berlin.")
@click.option("--country", help="ISO code such as DE: whose weekend and public holidays count as free days.")
@json_option
def enroll(
    external_ids: tuple[str, ...],
    everyone: bool,
    archetype: str | None,
    timezone: str | None,
    country: str | None,
    as_json: bool,
) -> None:
    """Enrol profiles by the id Sahha knows them by; enrolling again updates what is given.

    Sahha is asked whether it knows each EXTERNAL_ID; those it does not know are enrolled all the same, and named.
    """
    if bool(external_ids) == everyone:
        raise CommandError("EXTERNAL_ID: name one or more profiles, or pass --all for every profile of the account.")
    given = Given(
        parse_archetype(archetype) if archetype is not None else None,
        parse_timezone(timezone) if timezone is not None else None,
        _country(country) if country is not None else None,
    )
    external_ids, skipped = _of_account() if everyone else (external_ids, 0)
    enrolled = enrol_external_ids(external_ids, given, by_hand=not everyone)
    erased = [one.external_id for one in enrolled if one.status == "erased"]
    enrolled = [one for one in enrolled if one.status != "erased"]
    new = sum(one.is_new for one in enrolled)
    paused = sum(one.status == "paused" for one in enrolled)
    taken_up = [one.external_id for one in enrolled if one.is_taken_up]
    say(
        f"{count_text(len(enrolled), 'profile')} enrolled, {new} of them new."
        + (f" {skipped} without external id." * bool(skipped))
        + (f" Paused as before: {paused}." * bool(paused))
        + (f" Taken up again: {', '.join(taken_up)}." * bool(taken_up))
    )
    answer = {
        "enrolled": len(enrolled),
        "new": new,
        "skipped": skipped,
        "paused": paused,
        "taken_up": taken_up,
        "profile_ids": _ids(enrolled),
    }
    if not everyone:
        answer |= _ask_about([one.external_id for one in enrolled])
    if erased and not everyone:
        raise CommandError(f"EXTERNAL_ID: {', '.join(erased)} was erased and cannot come back.", answer)
    if as_json:
        print_json(answer)


def _of_account() -> tuple[tuple[str, ...], int]:
    """The external ids of the account, and how many profiles have none."""
    with console.status("Reading the profiles of the account"):
        found = asyncio.run(account_external_ids(read_settings().sahha_account()))
    named = tuple(external_id for external_id in found if external_id)
    return named, len(found) - len(named)


def _ask_about(external_ids: Sequence[str]) -> dict[str, object]:
    """Says whom of them Sahha does not know, or why it was not asked."""
    asked = ask_sahha(read_settings(), external_ids)
    if asked.unknown:
        say(
            f"EXTERNAL_ID: Sahha does not know {', '.join(asked.unknown)}; check the spelling. Enrolled all the same: "
            "it may come to know them."
        )
    if asked.not_asked is not None:
        say(f"Whether Sahha knows them is not known: {asked.not_asked}")
    return {"unknown_to_sahha": list(asked.unknown), "not_asked": asked.not_asked}


class Given(NamedTuple):
    """What is said of all that are enrolled; what is not said keeps its default or stored value."""

    archetype: Archetype | None = None
    timezone: str | None = None
    country: str | None = None


def enrol_external_ids(external_ids: Iterable[str], given: Given, *, by_hand: bool) -> list[Enrolled]:
    """Enrols external ids and gives each its partition. Those that are not named by hand are listed by Sahha."""
    enrolments = [Enrolment(profile_id_for(one), one, *given) for one in dict.fromkeys(external_ids)]
    with open_database().session() as connection, open_instance(read_settings()) as instance:
        if not by_hand:
            resume_listed(connection, [one.external_id for one in enrolments])
        enrolled = enrol(connection, enrolments, now(), by_hand=by_hand)
        align_partitions(instance, enrolled_profile_ids(connection), may_delete=False)
    return enrolled


async def account_external_ids(account: SahhaAccount) -> list[str | None]:
    """The external id of every profile of the account; None for a profile that has none."""
    async with sahha_session(account) as client:
        await client.log_in()
        return [_external_id(item.get("externalId")) async for item in client.all_profiles()]


def _country(code: str) -> str:
    try:
        return parse_country(code)
    except ValueError as error:
        raise CommandError(f"--country: {error}.") from error


def _external_id(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _ids(enrolled: Iterable[Enrolled]) -> dict[str, str]:
    return {one.external_id: one.profile_id for one in enrolled}
