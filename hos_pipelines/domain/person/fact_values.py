"""Reads a value as a person writes it into the form in which it is stored, or says what is wrong with it."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from typing import Any, NamedTuple

from hos_pipelines.domain.calendars import parse_country
from hos_pipelines.domain.person.fact_keys import QUANTITIES, FactKey
from hos_pipelines.domain.person.faults import quoted
from hos_pipelines.domain.person.hours import clock_text, parse_clock, parse_hours
from hos_pipelines.domain.person.local_days import plain_day
from hos_pipelines.domain.person.roster import parse_roster
from hos_pipelines.domain.person.vocabularies import CHOICES, KINDS, Vocabulary, nearest_of
from hos_pipelines.domain.profiles import InvalidProfileError, parse_timezone
from hos_pipelines.domain.work_week import WEEKDAYS

ADULT = "adult"
OLDEST = 120
LONGEST = 4000
NUMBER = re.compile(r"([+-]?[0-9]+(?:[.,][0-9]+)?)\s*([^0-9]*)")
# What is said in another unit is not converted unseen: the sentence offers it in ours.
OTHER_UNITS: Mapping[str, tuple[str, float]] = {
    "in": ("cm", 2.54),
    "inch": ("cm", 2.54),
    "inches": ("cm", 2.54),
    '"': ("cm", 2.54),
    "ft": ("cm", 30.48),
    "feet": ("cm", 30.48),
    "m": ("cm", 100.0),
    "lb": ("kg", 0.453592),
    "lbs": ("kg", 0.453592),
    "pounds": ("kg", 0.453592),
    "st": ("kg", 6.35029),
    "kj": ("kcal", 0.239006),
}
YES_NO = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
# Kept in the profile.
NEEDED = frozenset({FactKey.COUNTRY, FactKey.TIMEZONE})
NOTHING = frozenset({"none", "nothing", "no"})


class ValueRules(NamedTuple):
    """What values are read by: the words that are known, and the person's local day."""

    words: Vocabulary
    today: date


def parse_value(key: FactKey, said: object, rules: ValueRules) -> Any:
    """The value of a key as it is stored. None, or `unknown`, takes back what was said.

    Raises:
        ValueError: it cannot be what the key is about; the text goes on after the name of the key.
    """
    if isinstance(said, str):
        if len(said) > LONGEST:
            raise ValueError(f"has {len(said):,} characters; {LONGEST:,} are the most")
        if not said.isprintable():
            raise ValueError("holds control characters; leave them out")
        said = said.strip()
    if said is None or (said == "unknown" and key is not FactKey.SEX):
        if key in NEEDED:
            raise ValueError("cannot be taken back, since days are told by it; give another")
        return None
    if said == "":
        raise ValueError("is empty; give a value, or `unknown` to take back what was said")
    return READERS[key](said, rules)


def _birth_date(said: object, rules: ValueRules) -> str:
    if said == ADULT:
        return ADULT
    try:
        day = plain_day(said)
    except ValueError:
        raise ValueError(
            f"{quoted(str(said))} is no date; write it as 1980-05-21, or `adult` where it is not to be told"
        ) from None
    if day > rules.today:
        raise ValueError(f"{day} is in the future; check the year")
    if rules.today.year - day.year > OLDEST:
        raise ValueError(f"{day} is more than {OLDEST} years ago; check the year")
    return day.isoformat()


def _quantity(key: FactKey, said: object, rules: ValueRules) -> float | int:
    del rules
    quantity = QUANTITIES[key]
    is_one = isinstance(said, str | int | float) and not isinstance(said, bool)
    found = NUMBER.fullmatch(str(said)) if is_one else None
    if found is None:
        raise ValueError(
            f"{quoted(str(said))} is no number; give it in {quantity.unit}, such as {quantity.least + 80:g}"
        )
    value, unit = float(found[1].replace(",", ".")), found[2].strip().casefold()
    if unit not in {"", quantity.unit}:
        raise ValueError(f"{quoted(str(said))} is not in {quantity.unit}; {_in_our_unit(value, unit, quantity.unit)}")
    if not quantity.least <= value <= quantity.most:
        raise ValueError(
            f"{value:g} is not between {quantity.least:g} and {quantity.most:g} {quantity.unit}; {_perhaps(key, value)}"
        )
    return int(value) if value.is_integer() else round(value, 2)


def _in_our_unit(value: float, unit: str, ours: str) -> str:
    other = OTHER_UNITS.get(unit)
    return f"give {value * other[1]:.1f}" if other is not None and other[0] == ours else f"give it in {ours}"


def _perhaps(key: FactKey, value: float) -> str:
    """What a number out of range may have been meant as."""
    if key is FactKey.HEIGHT:
        for unit, factor, least, most in (("m", 100, 0.9, 2.6), ("inches", 2.54, 36, 89), ("feet", 30.48, 3, 8)):
            if least <= value <= most:
                return f"if these are {unit}, give {value * factor:.1f}"
    if key is FactKey.WEIGHT and QUANTITIES[key].most < value <= 880:  # noqa: PLR2004
        return f"if these are pounds, give {value * 0.453592:.1f}"
    return "check the number and its unit"


def _choice(key: FactKey, said: object, rules: ValueRules) -> str:
    del rules
    known = CHOICES[key]
    word = re.sub(r"[\s-]+", "_", str(said).strip().casefold())
    if word not in known:
        raise ValueError(
            f"{quoted(str(said))} is unknown{_offer(nearest_of(str(said), known))}; known are {', '.join(known)}"
        )
    return word


def _words(key: FactKey, said: object, rules: ValueRules) -> list[str]:
    words, found = rules.words[key], set()
    for word in _listed(said):
        meant = words.find(word)
        if meant is None:
            offer = _offer(words.nearest(word))
            raise ValueError(f"{quoted(word)} is unknown{offer}; known are {', '.join(words.ids)}")
        found.add(meant)
    return [word for word in words.ids if word in found]


def _listed(said: object) -> list[str]:
    words = said.split(",") if isinstance(said, str) else said
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        raise ValueError("is no list of words; separate them by commas, or write `none`")
    listed = [word.strip() for word in words]
    if not all(listed):
        raise ValueError("has an empty word; put one comma between two")
    is_none = [word.casefold() in NOTHING for word in listed]
    if any(is_none):
        if len(listed) > 1:
            raise ValueError("says none and names some; leave out one or the other")
        return []
    return listed


def _offer(near: str | None) -> str:
    return "" if near is None else f" (did you mean {near}?)"


def _clock(said: object, rules: ValueRules) -> str:
    del rules
    return clock_text(parse_clock(str(said)))


def _hours(said: object, rules: ValueRules) -> str:
    del rules
    return parse_hours(str(said))


def _weekdays(said: object, rules: ValueRules) -> list[str]:
    del rules
    days = set()
    for word in _listed(said):
        day = next((name for name in WEEKDAYS if word.casefold() in {name, name[:3]}), None)
        if day is None:
            raise ValueError(f"{word!r} is no weekday; give names such as monday, tuesday")
        days.add(day)
    return [name for name in WEEKDAYS if name in days]


def _roster(said: object, rules: ValueRules) -> dict[str, Any]:
    del rules
    return parse_roster(said)


def _country(said: object, rules: ValueRules) -> str:
    del rules
    return parse_country(str(said))


def _timezone(said: object, rules: ValueRules) -> str:
    del rules
    try:
        return parse_timezone(str(said))
    except InvalidProfileError as error:
        raise ValueError(str(error).partition(": ")[2].removesuffix(".")) from None


def _switch(said: object, rules: ValueRules) -> bool:
    del rules
    if isinstance(said, bool):
        return said
    if (found := YES_NO.get(str(said).casefold())) is None:
        raise ValueError(f"{quoted(str(said))} is neither yes nor no; give one of them")
    return found


READERS: Mapping[FactKey, Callable[[object, ValueRules], Any]] = {
    FactKey.BIRTH_DATE: _birth_date,
    **{key: partial(_quantity, key) for key in QUANTITIES},
    **{key: partial(_choice, key) for key in CHOICES},
    **{key: partial(_words, key) for key in (*KINDS, FactKey.HEALTH_FLAGS)},
    FactKey.WAKE_TIME_WORK: _clock,
    FactKey.WAKE_TIME_FREE: _clock,
    FactKey.SLEEP_TIME_WORK: _clock,
    FactKey.SLEEP_TIME_FREE: _clock,
    FactKey.WORK_DAYS: _weekdays,
    FactKey.WORK_HOURS: _hours,
    FactKey.ROSTER: _roster,
    FactKey.COUNTRY: _country,
    FactKey.TIMEZONE: _timezone,
    FactKey.OPT_OUT_OF_NUMBERS: _switch,
    FactKey.ALLOW_SWITCH: _switch,
}
