"""`hos request`: files a request as an app does, and follows it."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import click
from psycopg import Connection

from hos_pipelines.cli.automation_now import read_state
from hos_pipelines.cli.database import open_database
from hos_pipelines.cli.followed_request import RequestStory, follow
from hos_pipelines.cli.numbers import WholeRange
from hos_pipelines.cli.output import CommandError, json_option, print_json, say
from hos_pipelines.cli.profile_lookup import require_profile
from hos_pipelines.cli.said_values import read_object, read_text
from hos_pipelines.domain.person.faults import is_storable, quoted, shown
from hos_pipelines.domain.profiles import parse_archetype, parse_timezone
from hos_pipelines.domain.requests.asked import Ask, RequestView
from hos_pipelines.domain.requests.kinds import RequestKind
from hos_pipelines.domain.requests.request_refusals import (
    FURTHEST_AHEAD_DAYS,
    MOST_PREFERENCES_BYTES,
    refusal_of_day,
    too_large,
    unknown_kind,
)
from hos_pipelines.domain.requests.states import CAN_BE_CANCELLED, RequestStatus
from hos_pipelines.environment import now, read_settings
from hos_pipelines.pointers import command
from hos_pipelines.postgres.clock_repair import require_right_clock
from hos_pipelines.postgres.request_claims import FURTHEST_ZONE
from hos_pipelines.postgres.request_store import (
    cancel_request,
    file_request,
    preferences_size,
    read_progress,
    read_request,
)

LONGEST_KEY = 200
WAITED_S = 600


@click.command()
@click.argument("profile", required=False)
@click.argument("kind", required=False, metavar="[behavior|circadian|insights|nutrition|routine|complete|refresh]")
@click.option("--archetype", help="The coaching archetype the person has from now on.")
@click.option("--timezone", help="The IANA zone the person lives in from now on, such as Europe/Berlin.")
@click.option("--preferences", help="What the person says of themselves: a JSON object of facts, or a file of one.")
@click.option("--for", "day", help="The local day it is for, such as 2026-11-02; it waits until that day begins.")
@click.option("--force", is_flag=True, help="Run the analyses even if little has changed.")
@click.option("--key", help="Under one key of a person one request is worked on; repeat it without fear.")
@click.option(
    "--priority", type=WholeRange(-10, 10), default=0, show_default=True, help="-10 to 10; the higher goes first."
)
@click.option("--follow/--no-follow", default=True, show_default=True, help="Wait until it is answered.")
@click.option(
    "--wait", type=WholeRange(1, 86_400), default=WAITED_S, show_default=True, help="So many seconds at most."
)
@click.option("--cancel", "cancelled", metavar="ID", help="Cancel a request that has not begun.")
@json_option
def request(
    profile: str | None,
    kind: str | None,
    archetype: str | None,
    timezone: str | None,
    preferences: str | None,
    day: str | None,
    force: bool,
    key: str | None,
    priority: int,
    follow: bool,
    wait: int,
    cancelled: str | None,
    as_json: bool,
) -> None:
    """Ask for something of PROFILE (profile id or external id) and follow it until it is answered.

    It is a row of analysis_requests, as an app files it; the daemon (`hos up`) answers it. What is said with it holds
    from then on. Ends with 1 where it is refused, fails or is only answered in part, and with 3 where it was followed
    and is not answered yet.
    """
    if cancelled is not None:
        if profile is not None or kind is not None:
            raise CommandError("--cancel: takes the ID of a request alone; leave out PROFILE and KIND.")
        answer = _cancel(cancelled)
        if as_json:
            print_json(answer)
        return
    if profile is None or kind is None:
        raise CommandError(f"KIND: name a PROFILE and what to ask for: {', '.join(RequestKind)}.")
    ask = Ask(
        profile,
        _kind(kind),
        None if archetype is None else parse_archetype(archetype),
        _preferences(preferences),
        None if timezone is None else parse_timezone(timezone),
        force,
        _day(day),
        _key(key),
        priority,
    )
    story = _file(ask)
    if follow:
        story = _follow(story, wait)
    answer = _answer(story)
    _conclude(story.view, answer, follow)
    if as_json:
        print_json(answer)


class UnansweredError(CommandError):
    """A request that was followed and is not answered yet; it stays filed."""

    exit_code = 3


def _file(ask: Ask) -> RequestStory:
    with open_database().session() as connection:
        found = require_profile(connection, ask.profile_id)
        if read_settings().house.virtual_now is None:
            require_right_clock(connection, now(), without="filed")
        _require_near(ask.requested_for)
        size = preferences_size(connection, ask.preferences)
        if size > MOST_PREFERENCES_BYTES:
            raise CommandError(f"--{too_large(size).sentence} Nothing was filed.")
        named = Ask(**{**_fields(ask), "profile_id": str(found["profile_id"])})
        request_id = file_request(connection, named, now())
        return _story(connection, request_id)


def _fields(ask: Ask) -> dict[str, Any]:
    return {name: getattr(ask, name) for name in Ask.__dataclass_fields__}


def _story(connection: Connection[Any], request_id: str) -> RequestStory:
    view = read_request(connection, request_id)
    if view is None:
        raise CommandError(f"request: {request_id} is gone; the person was erased, or it was deleted by hand.")
    return RequestStory(view, read_progress(connection, view.duplicate_of or request_id))


def _follow(story: RequestStory, wait_s: int) -> RequestStory:
    say(f"Filed as {story.view.id}.")
    if story.view.status is RequestStatus.DUPLICATE:
        say(f"The same is under way as {story.view.duplicate_of}; both end together.")
    settings, database = read_settings(), open_database()

    def read() -> RequestStory:
        with database.session() as connection:
            return _story(connection, story.view.id)

    return follow(story, read, lambda: read_state(settings).is_alive is True, wait_s)


def _conclude(view: RequestView, answer: Mapping[str, Any], is_followed: bool) -> None:
    """Says how it stands, by the exit code as well."""
    if view.status is RequestStatus.REFUSED:
        raise CommandError(f"refused ({view.refusal_code}): {view.refusal}", answer)
    if view.status in (RequestStatus.FAILED, RequestStatus.PARTIAL):
        raise CommandError(f"{view.status}: {view.error or 'see the failed runs in the UI.'}", answer)
    if view.completed_at is None:
        lists = command("requests", options=["--profile", view.profile_id])
        stands = f"Filed as {view.id}, and {view.status}; `{lists}` tells what becomes of it."
        if is_followed:
            raise UnansweredError(f"--wait: it is not answered yet. {stands}", answer)
        say(stands)
        return
    seconds = (view.completed_at - view.requested_at).total_seconds()
    say(f"{view.kind} of {view.profile_id}: {view.status}, {seconds:.1f} s after it was filed.")


def _answer(story: RequestStory) -> dict[str, Any]:
    return {**asdict(story.view), "stages": [asdict(stage) for stage in story.stages]}


def _cancel(request_id: str) -> dict[str, Any]:
    key = _id(request_id)
    with open_database().session() as connection:
        is_cancelled = cancel_request(connection, key)
        view = read_request(connection, key)
    if view is None:
        raise CommandError(f"--cancel: there is no request {key}; `hos requests` lists them.")
    if not is_cancelled:
        why = "is running, and what has begun is ended" if view.completed_at is None else f"is {view.status} already"
        can = " or ".join(sorted(CAN_BE_CANCELLED))
        raise CommandError(f"--cancel: {key} {why}; only what is {can} can be cancelled.", asdict(view))
    say(f"{key}: cancelled.")
    return asdict(view)


def _id(said: str) -> str:
    try:
        return str(UUID(said))
    except ValueError:
        raise CommandError(f"--cancel: {quoted(said)} is no id of a request; `hos requests` lists them.") from None


def _kind(said: str) -> RequestKind:
    try:
        return RequestKind(said)
    except ValueError:
        raise CommandError(unknown_kind(said).sentence) from None


def _key(said: str | None) -> str | None:
    if said is not None and not (0 < len(said) <= LONGEST_KEY and said.isprintable()):
        raise CommandError(f"--key: must have 1 to {LONGEST_KEY} printable characters; shorten it.")
    return said


def _day(said: str | None) -> date | None:
    try:
        return None if said is None else date.fromisoformat(said)
    except ValueError:
        raise CommandError(f"--for: {quoted(said or '')} is no day; write it as 2026-11-02.") from None


def _is_json(said: str) -> bool:
    """Whether it is JSON, or was meant to be, and no name of a file."""
    return said.lstrip()[:1] in {"{", "[", '"'} or said.strip() in {"null", "true", "false"}


def _require_near(day: date | None) -> None:
    """Refuses a day that is too far ahead wherever the person lives; whoever takes the request up knows where."""
    refusal = refusal_of_day(day, (now() + FURTHEST_ZONE).date())
    if refusal is not None and refusal.code == "day_too_far":
        raise CommandError(f"--for: {day} is more than {FURTHEST_AHEAD_DAYS} days ahead; ask nearer to that day.")


def _preferences(said: str | None) -> dict[str, Any] | None:
    if said is None:
        return None
    pairs = read_text("--preferences", said) if _is_json(said) else read_object(Path(said), "--preferences")
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = next(name for name in found if [other for other, _ in pairs].count(name) > 1)
        raise CommandError(f"--preferences: say {shown(twice)} twice; keep one. Nothing was filed.")
    if not is_storable(json.dumps(found, ensure_ascii=False)) or "\\u0000" in json.dumps(found):
        raise CommandError("--preferences: hold a NUL or half a character; leave it out. Nothing was filed.")
    return found
