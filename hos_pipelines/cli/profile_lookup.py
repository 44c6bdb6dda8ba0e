"""Whom a command is about: a profile by its id or by the id Sahha knows it by, or a sentence about who is not there."""

from typing import Any

from psycopg import Connection

from hos_pipelines.cli.output import CommandError
from hos_pipelines.pointers import command
from hos_pipelines.postgres.counts import find_profile

GONE = ("retired", "erased")


def require_profile(
    connection: Connection[Any], profile: str, *, may_be_gone: bool = False, argument: str = "PROFILE"
) -> dict[str, Any]:
    """One profile: enrolled, or, where it `may_be_gone`, retired or erased; `argument` is what the command calls it.

    Raises:
        CommandError: it is not.
    """
    if not profile.strip():
        raise CommandError(f"{argument}: is empty; give a profile id or an external id.")
    found = find_profile(connection, profile)
    if found is None:
        raise not_enrolled(argument, [profile])
    if found["status"] == "erased" and not may_be_gone:
        raise CommandError(f"{argument}: {profile} was erased and cannot come back.")
    if found["status"] == "retired" and not may_be_gone:
        undo = command("retire", profile, options=["--undo"])
        raise CommandError(f"{argument}: {profile} is retired; `{undo}` takes it up again.")
    return found


def not_enrolled(argument: str, who: list[str]) -> CommandError:
    """The sentence about those nobody has enrolled."""
    are = "is" if len(who) == 1 else "are"
    return CommandError(f"{argument}: {', '.join(who)} {are} not enrolled; run `{command('enroll', *who)}`.")
