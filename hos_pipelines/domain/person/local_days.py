"""Days and instants as a person says them, by the zone they live in."""

import re
from datetime import UTC, date, datetime, timedelta, tzinfo

from hos_pipelines.domain.person.faults import quoted
from hos_pipelines.domain.person.hours import parse_clock

LATEST = timedelta(days=60)
RELATIVE = {"today": 0, "yesterday": 1}
PLAIN_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
AHEAD = timedelta(hours=1)


def local_day(now: datetime, zone: tzinfo | None) -> date:
    """The person's day; where no zone is known the one of UTC."""
    return now.astimezone(zone or UTC).date()


def plain_day(said: object) -> date:
    """A day as it is written everywhere here, 2026-11-02, and in no other form of ISO 8601.

    Raises:
        ValueError: it is none.
    """
    if not isinstance(said, str) or PLAIN_DAY.fullmatch(said) is None:
        raise ValueError(f"{said!r} is no day")
    return date.fromisoformat(said)


def parse_day(name: str, said: str, today: date) -> date:
    """A day such as 2026-11-02, today or yesterday, of the last 60.

    Raises:
        ValueError: it is none, has not come yet, or is longer ago.
    """
    if said in RELATIVE:
        return today - timedelta(days=RELATIVE[said])
    try:
        day = plain_day(said)
    except ValueError:
        raise ValueError(f"{name}: {quoted(said)} is no day; write it as {today}, today or yesterday.") from None
    if day > today:
        raise ValueError(f"{name}: {day} has not come yet where the person lives; check it, or the device's clock.")
    if today - day > LATEST:
        raise ValueError(f"{name}: {day} is more than {LATEST.days} days ago; check the year.")
    return day


def parse_moment(name: str, said: str, day: date, zone: tzinfo | None, now: datetime) -> datetime:
    """When something was done: `now`, an hour of the day such as 07:30, or an instant with its offset.

    Raises:
        ValueError: it is none, or more than an hour ahead of `now`.
    """
    if said == "now":
        return now
    if re.fullmatch(r"\d{1,2}:\d{2}.*", said):
        try:
            moment = datetime.combine(day, parse_clock(said), zone or UTC)
        except ValueError as error:
            raise ValueError(f"{name}: {error}.") from None
    else:
        try:
            moment = datetime.fromisoformat(said)
        except ValueError:
            raise ValueError(f"{name}: {quoted(said)} is no time; write 07:30, or an instant with offset.") from None
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=zone or UTC)
    if moment > now + AHEAD:
        raise ValueError(f"{name}: lies in the future; check it, or set the clock of the device right.")
    if not -timedelta(days=1) <= moment - datetime.combine(day, datetime.min.time(), UTC) <= timedelta(days=9):
        raise ValueError(f"{name}: is not around {day}, the day it was planned for; check it, or give that day.")
    return moment
