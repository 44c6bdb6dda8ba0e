"""Takes one request up: all that is said with it is stored and it is running, or it is refused and nothing is.

What is said with a request holds from then on, as if the person had said it by itself: `preferences` and `timezone`
are facts, `archetype` is the profile's. So every stage goes by it, this one and those to come.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta, timezone, tzinfo
from typing import Any

import psycopg
from psycopg import Connection

from hos_pipelines.domain.guidance.guidance_kind import GuidanceKind
from hos_pipelines.domain.person.fact_keys import FactKey
from hos_pipelines.domain.person.faults import PersonFaultsError, shown
from hos_pipelines.domain.person.local_days import local_day
from hos_pipelines.domain.person.vocabularies import nearest_of
from hos_pipelines.domain.profiles import InvalidProfileError, parse_archetype, parse_timezone, zone_of
from hos_pipelines.domain.requests.asked import TakenRequest
from hos_pipelines.domain.requests.kinds import GUIDANCE
from hos_pipelines.domain.requests.request_refusals import (
    RequestRefusal,
    RequestRefusedError,
    refusal_of_day,
    refuse,
    unknown_archetype,
    unknown_timezone,
)
from hos_pipelines.postgres.guidance_store import read_guidance_states
from hos_pipelines.postgres.profile_store import follow_archetype
from hos_pipelines.postgres.request_finish import (
    fail_request,
    put_off_request,
    refuse_request,
    take_up_request,
    waiting_stages,
    write_progress,
)
from hos_pipelines.stages.person.say_facts import BOTH, RawFact, read_said, say_facts
from hos_pipelines.stages.profile_outcome import outcome_of_error

LISTS = frozenset({FactKey.RESTRICTIONS.value, FactKey.DIET.value, FactKey.ALLERGIES.value})
# Beside the value of a preference, as in a file of `hos person`.
WITHIN = frozenset({"value", "from", "to"})
LONGEST_SENTENCE = 1000
NO_ANALYSIS = "no analysis has been made"

WHO = """
SELECT p.status, p.timezone,
       (SELECT utc_offset_minutes FROM biomarkers
        WHERE profile_id = p.profile_id AND utc_offset_minutes IS NOT NULL
        ORDER BY end_date_time DESC NULLS LAST LIMIT 1)
FROM profiles AS p WHERE p.profile_id = %s FOR NO KEY UPDATE OF p
"""


def take_up(
    connection: Connection[Any], batch_id: str, taken: TakenRequest, stages: Sequence[str], now: datetime
) -> bool:
    """Whether the request is now running. It may have been refused, put off to its day, cancelled, or taken back."""
    try:
        return _begin(connection, batch_id, taken, stages, now)
    except RequestRefusedError as error:
        refuse_request(connection, batch_id, taken, error.refusal, now)
    except psycopg.OperationalError:
        raise  # of the database, not of this request
    except Exception as error:  # noqa: BLE001  the line between one person's request and everyone else's
        failed = outcome_of_error(taken.profile_id, "could not be taken up", error)
        fail_request(connection, batch_id, taken, failed.error or "", now)
    return False


def _begin(
    connection: Connection[Any], batch_id: str, taken: TakenRequest, stages: Sequence[str], now: datetime
) -> bool:
    is_mine = False
    with connection.transaction() as transaction:
        until = _store(connection, taken, now)
        if until is not None:
            put_off_request(connection, batch_id, taken, until, counts=False)
        elif take_up_request(connection, batch_id, taken, now):
            write_progress(connection, batch_id, waiting_stages(taken, stages), now)
            is_mine = True
        else:
            raise psycopg.Rollback(transaction)  # what was said with it is not stored either
    return is_mine


def _store(connection: Connection[Any], taken: TakenRequest, now: datetime) -> datetime | None:
    """Stores what is said with a request; or until when it waits, with nothing stored.

    Raises:
        RequestRefusedError: it is refused, and the transaction takes everything back.
    """
    known_zone = _require_person(connection, taken.profile_id)
    archetype = _archetype_of(taken)
    zone_name = _zone_of(taken)
    zone = zone_of(zone_name) or known_zone
    today = local_day(now, zone)
    _raise_for(refusal_of_day(taken.requested_for, today))
    if taken.requested_for is not None and taken.requested_for > today:
        its_begin = datetime.combine(taken.requested_for, time(), zone or UTC).astimezone(UTC)
        return max(its_begin, now + timedelta(minutes=1))
    raw = read_preferences(taken)
    if raw:
        _say(connection, taken, raw, zone, now)
    if archetype is not None:
        follow_archetype(connection, taken.profile_id, archetype)
    _require_something_to_go_by(connection, taken, now)
    return None


def read_preferences(taken: TakenRequest) -> list[RawFact]:
    """What a request says of the person, as facts.

    Raises:
        RequestRefusedError: a preference is none that is kept.
    """
    if not taken.is_readable:
        raise RequestRefusedError(
            refuse(
                "bad_preference",
                "preferences: hold a number too long, or lists too deep within lists, to be read; leave it out.",
            )
        )
    raw = [RawFact("timezone", taken.timezone)] if taken.timezone else []
    known = [*FactKey, *BOTH]
    for name, value in (taken.preferences or {}).items():
        if name not in known:
            near = nearest_of(name, known)
            offer = "" if near is None else f" (did you mean {near}?)"
            raise RequestRefusedError(
                refuse(
                    "unknown_preference",
                    f"preferences.{shown(name)}: is nothing that is kept{offer}; known are {', '.join(known)}.",
                )
            )
        if name == "timezone" and taken.timezone:
            if value != taken.timezone:
                raise RequestRefusedError(
                    refuse("contradictory_preferences", "timezone: differs from preferences.timezone; say it once.")
                )
            continue
        raw.append(_raw_fact(name, value))
    return raw


def _raw_fact(name: str, value: Any) -> RawFact:
    if not isinstance(value, dict) or "value" not in value:
        return RawFact(name, value)
    strange = [one for one in value if one not in WITHIN]
    texts = [value.get(end) for end in ("from", "to")]
    if strange or any(text is not None and not isinstance(text, str) for text in texts):
        raise RequestRefusedError(
            refuse(
                "bad_preference",
                f"preferences.{name}: takes value, from and to beside each other, the days as text such as 2026-11-02.",
            )
        )
    return RawFact(name, value["value"], *texts)


def _say(
    connection: Connection[Any], taken: TakenRequest, raw: list[RawFact], zone: tzinfo | None, now: datetime
) -> None:
    _, faults = read_said(raw, zone, now)
    if faults:
        is_word = any(fault.partition(":")[0] in LISTS for fault in faults)
        raise RequestRefusedError(refuse("unknown_restriction" if is_word else "bad_preference", _sentence(faults)))
    try:
        say_facts(connection, taken.profile_id, raw, zone, now)
    except PersonFaultsError as error:
        raise RequestRefusedError(refuse("contradictory_preferences", _sentence(error.faults))) from None
    except psycopg.errors.CheckViolation as error:
        if error.diag.constraint_name == "hos_fact_to_profile" and taken.timezone:
            raise RequestRefusedError(unknown_timezone(taken.timezone)) from None
        raise RequestRefusedError(
            refuse("bad_preference", f"preferences: the database takes none of this ({error.diag.constraint_name}).")
        ) from None


def _sentence(faults: Sequence[str]) -> str:
    told = "preferences: " + " ".join(faults)
    return told if len(told) <= LONGEST_SENTENCE else f"{told[:LONGEST_SENTENCE]}..."


def _require_person(connection: Connection[Any], profile_id: str) -> tzinfo | None:
    """The zone of whoever is enrolled; where they have none the offset of their newest reading, as in plans."""
    row = connection.execute(WHO, (profile_id,)).fetchone()
    status, zone, minutes = row or (None, None, None)
    refusals = {None: "no_such_profile", "erased": "erased_profile", "retired": "retired_profile"}
    if status in refusals:
        raise RequestRefusedError(refuse(refusals[status]))
    if zone is None and minutes is not None:
        return timezone(timedelta(minutes=minutes))
    return zone_of(zone)


def _archetype_of(taken: TakenRequest) -> str | None:
    if taken.archetype is None:
        return None
    try:
        return parse_archetype(taken.archetype)
    except InvalidProfileError:
        raise RequestRefusedError(unknown_archetype(taken.archetype)) from None


def _zone_of(taken: TakenRequest) -> str | None:
    if taken.timezone is None:
        return None
    try:
        return parse_timezone(taken.timezone)
    except InvalidProfileError:
        raise RequestRefusedError(unknown_timezone(taken.timezone)) from None


def _require_something_to_go_by(connection: Connection[Any], taken: TakenRequest, now: datetime) -> None:
    """Insights need an analysis, a plan one or a word of the person, which may just have been said."""
    kind = GUIDANCE.get(taken.kind)
    if kind is None:
        return
    state = read_guidance_states(connection, kind, [taken.profile_id], now).get(taken.profile_id)
    if state is not None and state.news is None:
        lacking = NO_ANALYSIS if kind is GuidanceKind.INSIGHTS else f"{NO_ANALYSIS}, and nothing is said"
        raise RequestRefusedError(refuse("not_enough_data", kind.value, lacking))


def _raise_for(refusal: RequestRefusal | None) -> None:
    if refusal is not None:
        raise RequestRefusedError(refusal)
