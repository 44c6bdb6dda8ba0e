"""`hos memory`: what is remembered of a person, and forgetting it at their word."""

from typing import Any

import click
from psycopg import Connection

from hos_pipelines.cli.database import open_database
from hos_pipelines.cli.output import CommandError, json_option, print_json, print_rows, say
from hos_pipelines.cli.profile_lookup import require_profile
from hos_pipelines.domain.analysis_scope import AnalysisType
from hos_pipelines.domain.memory.memory_key import InvalidMemoryKeyError, parse_key
from hos_pipelines.domain.memory.wording import basis_text, memory_text
from hos_pipelines.environment import now
from hos_pipelines.pointers import command
from hos_pipelines.postgres.analysis_store import read_states
from hos_pipelines.postgres.memory_forgetting import Forgotten, forget
from hos_pipelines.postgres.memory_view import count_access, read_core, read_layers


@click.command()
@click.argument("profile")
@click.option("--forget", "key", metavar="KEY", help="Forget what stands under KEY, for good: it is not learned again.")
@json_option
def memory(profile: str, key: str | None, as_json: bool) -> None:
    """Show what is remembered of PROFILE (profile id or external id), and how rich that is.

    What the person said comes first, then what is surest. What is forgotten leaves nothing but the hash of its key.
    """
    with open_database().session() as connection:
        found = require_profile(connection, profile, may_be_gone=True)
        answer = _show(connection, found) if key is None else _forget(connection, found, key)
    if as_json:
        print_json(answer)


def _forget(connection: Connection[Any], found: dict[str, Any], text: str) -> dict[str, object]:
    try:
        key = parse_key(text)
    except InvalidMemoryKeyError as error:
        raise CommandError(str(error)) from None
    profile_id = str(found["profile_id"])
    came = forget(connection, profile_id, key, now())
    if came is Forgotten.UNKNOWN:
        shown = command("memory", profile_id)
        raise CommandError(f"KEY: nothing is remembered of {profile_id} under {key}; `{shown}` lists the keys.")
    if came is Forgotten.BEFORE:
        say(f"{key} of {profile_id} was forgotten before, and stays so.")
    else:
        say(f"{key} of {profile_id} is forgotten: rows, versions and log. Its report goes too, and can be made again.")
    return {"profile_id": profile_id, "key": key, "outcome": came.value}


def _show(connection: Connection[Any], found: dict[str, Any]) -> dict[str, object]:
    profile_id, at = str(found["profile_id"]), now()
    core = read_core(connection, profile_id)
    layers = read_layers(connection, profile_id, at)
    states = read_states(connection, AnalysisType.CIRCADIAN, [profile_id])
    quality = states[0].memory_quality(at.date()).value if states else None
    if core:
        rows: list[list[object]] = [
            [
                row.key,
                memory_text(row.key, row.value),
                basis_text(row.source, row.support_count, row.contradiction_count),
                f"{row.confidence:.2f}",
                row.last_confirmed,
            ]
            for row in core
        ]
        print_rows(f"Remembered of {profile_id}", ["key", "what", "from", "confidence", "last"], rows, is_whole=True)
        count_access(connection, profile_id, [row.key for row in core])
        say(f"`{command('memory', profile_id, options=['--forget', core[0].key])}` forgets one of them for good.")
    else:
        say(f"Nothing is held to be true of {profile_id} yet: it takes what is said, or 3 days that span 7.")
    if layers["shortterm"]:
        seen: list[list[object]] = [
            [row["key"], memory_text(row["key"], row["value"]), row["support_count"], row["contradiction_count"]]
            for row in layers["shortterm"]
        ]
        print_rows("Of the last 30 days", ["key", "what", "days", "against"], seen, is_whole=True)
    if quality is not None:
        say(f"Memory is {quality}.")
    meta = next(iter(layers.pop("meta")), None)
    answer: dict[str, object] = {"profile_id": profile_id, "quality": quality, "core": [_core_row(row) for row in core]}
    return answer | layers | {"meta": meta}


def _core_row(row: Any) -> dict[str, object]:
    return {name: getattr(row, name) for name in row.__slots__} | {"text": memory_text(row.key, row.value)}
