"""How dates, moments and spans are written for people."""

import re
from datetime import UTC, date, datetime, timedelta

from hos_pipelines.domain.behavior.wording import duration_text
from hos_pipelines.domain.day_text import MONTHS, day_text
from hos_pipelines.domain.fact_titles import title
from hos_pipelines.domain.work_week import WEEKDAYS

WHOLE_DAYS_FROM = timedelta(days=2)
CLOCK = re.compile(r"\b\d\d:\d\d\b")
FACT_ID = re.compile(r"\b[a-z]+(?:_[a-z0-9]+)+\b")
ISO_DATE = re.compile(r"\b(\d{4}-\d{2}-\d{2})\b")


def weekday_text(day: date) -> str:
    """`Saturday 14 March 2026`."""
    return f"{WEEKDAYS[day.weekday()].title()} {day_text(day)}"


def short_day_text(day: date) -> str:
    """`14 Mar`."""
    return f"{day.day} {MONTHS[day.month - 1][:3]}"


def span_text(first: date, last: date) -> str:
    """`8 to 14 Mar`, or `26 Feb to 4 Mar`."""
    begins = str(first.day) if first.month == last.month else short_day_text(first)
    return f"{begins} to {short_day_text(last)}"


def moment_text(moment: datetime) -> str:
    """An instant to the minute, in UTC."""
    instant = moment.astimezone(UTC)
    return f"{day_text(instant.date())}, {instant:%H:%M} UTC"


def age_text(age: timedelta) -> str:
    """How old data are, in minutes, hours or days."""
    if age >= WHOLE_DAYS_FROM:
        return f"{age.days} days"
    return duration_text(age / timedelta(hours=1))


def sentence_text(text: str) -> str:
    """A sentence of a result with its dates as people write them."""
    return ISO_DATE.sub(lambda match: _day_or_as_it_is(match[1]), text)


def lacking_text(text: str) -> str:
    """What a result says it lacks, with its dates as people write them and its facts by their names."""
    return FACT_ID.sub(lambda match: title(match[0]), sentence_text(text))


def _day_or_as_it_is(text: str) -> str:
    try:
        return day_text(date.fromisoformat(text))
    except ValueError:
        return text


def capitalize(text: str) -> str:
    """With a capital at the beginning, the rest as it is."""
    return text[:1].upper() + text[1:]


def words_text(name: str | None) -> str:
    """A name from an enumeration as people write it."""
    return "" if name is None else name.replace("_", " ")


def join_words(parts: list[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)
