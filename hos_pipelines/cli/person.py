"""`hos person`: what is known of somebody besides readings, and what they say of themselves."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Any

import click
from psycopg import Connection

from hos_pipelines.cli.database import open_database
from hos_pipelines.cli.output import CommandError, json_option, print_json, print_rows, say
from hos_pipelines.cli.profile_lookup import require_profile
from hos_pipelines.cli.said_values import read_object, read_pairs, refuse
from hos_pipelines.domain.person.fact_keys import QUANTITIES, FactKey
from hos_pipelines.domain.person.faults import PersonFaultsError, shown
from hos_pipelines.domain.person.profile_facts import ProfileFact, facts_to_come
from hos_pipelines.domain.profiles import zone_of
from hos_pipelines.environment import now, read_settings
from hos_pipelines.postgres.clock_repair import require_right_clock
from hos_pipelines.postgres.fact_store import Added, read_all_said, read_facts
from hos_pipelines.stages.person.say_facts import RawFact, say_facts

WITHIN = frozenset({"value", "from", "to"})


@click.command()
@click.argument("profile")
@click.option("--set", "pairs", multiple=True, metavar="KEY=VALUE", help="Say this of PROFILE; can be repeated.")
@click.option(
    "--file",
    "path",
    type=click.Path(path_type=Path),
    help='A JSON object of keys; a value may be {"value": ..., "from": "2026-11-02", "to": ...}.',
)
@click.option("--show", is_flag=True, help="List what is known; so does the command without anything to say.")
@json_option
def person(profile: str, pairs: tuple[str, ...], path: Path | None, show: bool, as_json: bool) -> None:
    """Say what is known of PROFILE (profile id or external id) besides readings, or list it.

    All that is said is stored, or nothing, with a sentence for each fault. The value `unknown` takes a fact back,
    `none` says that there is none of it. To say the same again changes nothing.
    """
    raw = [RawFact(name, value) for name, value in read_pairs(pairs)]
    raw += [] if path is None else [_raw(name, value) for name, value in read_object(path)]
    if path is not None and not raw:
        raise CommandError(f"--file: {path} says nothing; name a fact, such as {FactKey.WEIGHT}. Nothing was stored.")
    instant = now()
    answer: dict[str, Any] = {}
    with open_database().session() as connection:
        found = require_profile(connection, profile)
        key = str(found["profile_id"])
        if raw:
            added = _say(connection, found, raw, instant)
            answer |= {"changed": added.changed, "unchanged": added.unchanged}
            say(_told(key, added))
        facts = read_facts(connection, [key], instant)[key]
        coming = facts_to_come(read_all_said(connection, key), instant)
    if show or not raw:
        _show(key, facts, instant)
        _show_coming(key, coming, zone_of(found["timezone"]) or UTC)
    if as_json:
        answer["facts"] = {one: _as_answer(fact) for one, fact in facts.items()}
        answer["coming"] = [{"key": fact.key, **_as_answer(fact)} for fact in coming]
        print_json({"profile_id": key, **answer})


def _say(connection: Connection[Any], profile: Mapping[str, Any], raw: list[RawFact], instant: datetime) -> Added:
    if read_settings().house.virtual_now is None:
        require_right_clock(connection, instant, without="stored")
    key = str(profile["profile_id"])
    try:
        added = say_facts(connection, key, raw, zone_of(profile["timezone"]), instant)
    except PersonFaultsError as error:
        raise refuse(error) from None
    if added is None:
        raise CommandError(f"PROFILE: {key} left meanwhile. Nothing was stored.")
    return added


def _raw(name: str, value: Any) -> RawFact:
    if not isinstance(value, dict) or "value" not in value:
        return RawFact(name, value)
    strange = [one for one in value if one not in WITHIN]
    if strange:
        raise CommandError(
            f"{shown(name)}: has {shown(strange[0])} beside its value; known are {', '.join(sorted(WITHIN))}. Nothing "
            "was stored."
        )
    since, until = (_text_of(name, value, end) for end in ("from", "to"))
    return RawFact(name, value["value"], since, until)


def _text_of(name: str, value: Mapping[str, Any], end: str) -> str | None:
    said = value.get(end)
    if said is not None and not isinstance(said, str):
        raise CommandError(
            f'{shown(name)}: has no text for `{end}`; write a day such as "2026-11-02". Nothing was stored.'
        )
    return said


def _told(key: str, added: Added) -> str:
    changed = f"{key}: stored {', '.join(added.changed)}." if added.changed else f"{key}: nothing new."
    return changed + (f" As before: {', '.join(added.unchanged)}." if added.unchanged and added.changed else "")


def _show(key: str, facts: Mapping[FactKey, ProfileFact], instant: datetime) -> None:
    if not facts:
        say(f"Nothing is known of {key} besides readings; say it with --set KEY=VALUE.")
        return
    rows: list[list[object]] = [
        [name, _text(fact), fact.source, f"{fact.valid_from.astimezone(UTC):%Y-%m-%d}", _age(fact, instant)]
        for name, fact in facts.items()
    ]
    print_rows(f"What is known of {key}", ["fact", "value", "source", "since", ""], rows, is_whole=True)


def _show_coming(key: str, coming: Sequence[ProfileFact], zone: tzinfo) -> None:
    """What has been said and does not hold yet, from which day of the person on."""
    if coming:
        rows: list[list[object]] = [
            [fact.key, "no longer known" if fact.value is None else _text(fact), fact.source, _day(fact, zone)]
            for fact in coming
        ]
        print_rows(f"What will hold of {key}", ["fact", "value", "source", "from"], rows, is_whole=True)


def _day(fact: ProfileFact, zone: tzinfo) -> str:
    return f"{fact.valid_from.astimezone(zone):%Y-%m-%d}"


def _text(fact: ProfileFact) -> str:
    value = fact.value
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(value) or "none"
    if isinstance(value, dict):
        return f"{len(value.get('pattern', ()))} days in turn, {len(value.get('dates', ()))} by date"
    unit = QUANTITIES[fact.key].unit if fact.key in QUANTITIES else ""
    return f"{value} {unit}".strip()


def _age(fact: ProfileFact, instant: datetime) -> str:
    return f"{(instant - fact.valid_from).days} days old: say it anew" if fact.has_lapsed else ""


def _as_answer(fact: ProfileFact) -> dict[str, Any]:
    return {
        "value": fact.value,
        "unit": QUANTITIES[fact.key].unit if fact.key in QUANTITIES else None,
        "source": fact.source,
        "valid_from": fact.valid_from.isoformat(),
        "valid_to": None if fact.valid_to is None else fact.valid_to.isoformat(),
        "recorded_at": fact.recorded_at.isoformat(),
        "has_lapsed": fact.has_lapsed,
    }
