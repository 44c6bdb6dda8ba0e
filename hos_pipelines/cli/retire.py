"""`hos retire`: who is no longer refreshed, and back."""

from typing import Any

import click

from hos_pipelines.adapters.partitions import align_partitions
from hos_pipelines.cli.database import open_database
from hos_pipelines.cli.instance import open_instance
from hos_pipelines.cli.output import CommandError, json_option, print_json, say
from hos_pipelines.cli.profile_lookup import require_profile
from hos_pipelines.environment import read_settings
from hos_pipelines.pointers import command
from hos_pipelines.postgres.profile_store import enrolled_profile_ids, take_up_again
from hos_pipelines.postgres.profile_store import retire as retire_profiles

Profiles = list[dict[str, Any]]


@click.command()
@click.argument("profiles", nargs=-1, required=True, metavar="PROFILE...")
@click.option("--undo", is_flag=True, help="Take them up again, as `hos enroll` would.")
@json_option
def retire(profiles: tuple[str, ...], undo: bool, as_json: bool) -> None:
    """Refresh each PROFILE (profile id or external id) no longer, and keep its rows.

    Its partition is removed by the enrolment sensor, once no run holds it. Whoever is retired already stays so.
    """
    with open_database().session() as connection:
        found = list({one["profile_id"]: one for one in (_find(connection, name) for name in profiles)}.values())
        changed = (take_up_again if undo else retire_profiles)(connection, [str(one["profile_id"]) for one in found])
        enrolled = enrolled_profile_ids(connection)
    if undo and changed:
        with open_instance(read_settings()) as instance:
            align_partitions(instance, enrolled, may_delete=False)
    for one in found:
        say(_tell(one, undo=undo, is_changed=one["profile_id"] in changed))
    if as_json:
        unchanged = [str(one["profile_id"]) for one in found if one["profile_id"] not in changed]
        print_json({"taken_up" if undo else "retired": sorted(changed), "unchanged": unchanged})


def _find(connection: Any, name: str) -> dict[str, Any]:
    found = require_profile(connection, name, may_be_gone=True)
    if found["status"] == "erased":
        raise CommandError(f"PROFILE: {name} was erased; it is not refreshed and cannot come back.")
    return found


def _tell(one: dict[str, Any], *, undo: bool, is_changed: bool) -> str:
    name = str(one["profile_id"])
    if undo:
        return f"{name} is refreshed again." if is_changed else f"{name} is not retired; nothing to undo."
    back = f"`{command('retire', name, options=['--undo'])}` takes it up again."
    return f"{name} is retired: its rows stay. {back}" if is_changed else f"{name} is retired already. {back}"
