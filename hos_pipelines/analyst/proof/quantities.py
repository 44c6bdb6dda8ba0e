"""What quantities a text says: clock times, durations, shares, dates, counts. Knows numbers and units, but no facts."""

import re
from collections.abc import Callable, Iterator, Sequence
from math import nan
from typing import NamedTuple

from hos_pipelines.analyst.proof.units import BARE, HOUR, MINUTE, SECOND, UNIT, UNIT_WORD, UNITS, Dimension, Unit

DAY_MINUTES, HOUR_MINUTES, NOON, LAST_HOUR = 1440, 60, 12, 24
HUNDREDTHS, KILO, FIRST_NIGHT_HOUR, NEARBY = 100, 1000, 6, 40
FILLER = "\ue000"


class Quantity(NamedTuple):
    """One quantity as a text says it, from `start` to `end` in the text.

    Clock times are minutes of the day, durations minutes, shares 0 to 1, dates year * 10000 + month * 100 + day with 0
    for what is not said. What cannot be read is nan. `resolution` is the last digit said. `others` are further ways to
    read it, each a set of quantities of which all must be true.
    """

    unit: Unit
    value: float
    resolution: float
    start: int
    end: int
    is_signed: bool = False
    others: tuple[tuple["Quantity", ...], ...] = ()

    @property
    def dimension(self) -> Dimension:
        """What it may be compared with."""
        return self.unit.dimension


CLOCK = Unit(Dimension.CLOCK, "", 1.0)
DATE = Unit(Dimension.DATE, "", 1.0)
SHARE = Unit(Dimension.SHARE, "", 1.0)

SIGN = r"(?P<sign>(?<![\w%)\ue000-\uf8ff])[-+])?"
DIGITS = r"(?:[1-9]\d{0,2}(?:[,' ]\d{3})+(?!\d)|\d+)(?:[.,]\d+)?|\.\d+"
GROUPED = re.compile(r"[1-9]\d{0,2}(?:[,' ]\d{3})+(?!\d)")
MONTH_STEMS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTH = (
    r"(?P<month>Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|"
    r"Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\b\.?"
)
YEAR = r"(?P<year>(?:19|20)\d\d)\b(?![.,]\d|:)"
IN_DAY = r"in the (?:morning|afternoon|evening)|at night"
# Where in the day a 12-hour time lies: am and pm, or words.
HALF = rf"(?P<half>[ap]\.? ?m\b\.?|o'clock(?: (?:{IN_DAY}))?|{IN_DAY})"
EVENING = re.compile(r"\b(?:evenings?|nights?|tonight|afternoons?|bedtimes?|p\.?m)\b", re.IGNORECASE)
BEFORE_CLOCK = re.compile(r"\b(?:at|by|around|until|from|to|after|before|about|near)\s$", re.IGNORECASE)
RANGE = re.compile(r" ?- ?| (?:to|and|or|till|until|through) |/")
BETWEEN = re.compile(r"\bbetween $", re.IGNORECASE)
SOMETHING = re.compile(rf"\d|\b{MONTH}")
Reader = Callable[[re.Match[str]], Quantity]


def quantities(text: str) -> tuple[Quantity, ...]:
    """Every quantity of a text in digits (`in_digits`), in order. No digit is left out: what is odd comes as nan."""
    if not SOMETHING.search(text):
        return ()
    found: list[Quantity] = []
    rest = text
    for pattern, reader in READERS:
        matches = list(pattern.finditer(rest))
        found += map(reader, matches)
        for match in matches:
            rest = rest[: match.start()] + FILLER * (match.end() - match.start()) + rest[match.end() :]
    return tuple(_with_ranges(text, sorted(found, key=lambda one: one.start)))


def _with_ranges(text: str, found: Sequence[Quantity]) -> Sequence[Quantity]:
    """The first of a range has the unit of the second: `7 to 9 hours`."""
    told: list[Quantity] = []
    for one in reversed(found):
        after = told[-1] if told else None
        inherits = after is not None and one.unit is BARE and _is_range(text, one, after)
        told.append(_inherit_unit(one, after) if inherits and after is not None else one)
    return told[::-1]


def _is_range(text: str, one: Quantity, after: Quantity) -> bool:
    gap = text[one.end : after.start]
    if RANGE.fullmatch(gap) is None:
        return False
    return gap != " and " or BETWEEN.search(text, 0, one.start) is not None


def _inherit_unit(one: Quantity, after: Quantity) -> Quantity:
    if after.unit is CLOCK:
        half = NOON * HOUR_MINUTES if after.value >= NOON * HOUR_MINUTES else 0
        return one._replace(unit=CLOCK, value=one.value % NOON * HOUR_MINUTES + half)
    if after.unit is DATE or after.unit is SHARE:
        return one
    return _with_unit(one, after.unit)


def _with_unit(one: Quantity, unit: Unit) -> Quantity:
    """A bare number in a unit. Whole hours are meant to the minute: nothing shorter than `7.0 h` says a tenth."""
    resolution = one.resolution * unit.factor
    if unit is HOUR and one.resolution >= 1:
        resolution = MINUTE.factor
    return one._replace(unit=unit, value=one.value * unit.factor, resolution=resolution)


def _number(digits: str) -> tuple[float, float]:
    """The number and the place of its last digit. A comma before three digits parts thousands, else decimals."""
    grouped = GROUPED.match(digits)
    whole = re.sub(r"[,' ]", "", grouped[0]) if grouped else ""
    rest = digits[grouped.end() :] if grouped else digits
    number = (whole + rest).replace(",", ".")
    decimals = len(number.partition(".")[2])
    return float(number), float(f"1e-{decimals}")


def _read_number(match: re.Match[str]) -> Quantity:
    value, resolution = _number(match["number"])
    text, end = match.string, match.end()
    if match["kilo"]:
        value, resolution = value * KILO, resolution * KILO
    one = Quantity(BARE, -value if match["sign"] == "-" else value, resolution, match.start(), end, bool(match["sign"]))
    if text[end : end + 1].isalnum() or text[match.start() - 1 : match.start()].isalnum():
        return one._replace(value=nan)
    unit = UNITS[match["unit"].lower()] if match["unit"] else BARE
    measured = one if unit is BARE else _with_unit(one, unit)
    return _or_dotted_clock(measured, match)


def _or_dotted_clock(one: Quantity, match: re.Match[str]) -> Quantity:
    """`at 23.15` and `23.15 h` may be clock times."""
    hour, _, minute = match["number"].partition(".")
    is_time = len(minute) == 2 and one.unit in (BARE, HOUR)  # noqa: PLR2004  two digits of minutes
    if not is_time or not (one.unit is HOUR or BEFORE_CLOCK.search(match.string, 0, match.start())):
        return one
    return one._replace(others=((_clock(match, int(hour), int(minute), ""),),))


def _clock(match: re.Match[str], hour: int, minute: int, half: str) -> Quantity:
    """A clock time; without a half of the day it may be one after noon where an evening is spoken of nearby.

    A leading zero is that of the 24-hour clock: `06:45` is never in the evening.
    """
    if hour > LAST_HOUR or minute >= HOUR_MINUTES or (hour == LAST_HOUR and minute):
        return Quantity(CLOCK, nan, 1.0, match.start(), match.end())
    is_late = _is_after_noon(hour, half)
    told = hour if is_late is None or hour > NOON else hour % NOON + (NOON if is_late else 0)
    one = Quantity(CLOCK, (told * HOUR_MINUTES + minute) % DAY_MINUTES, 1.0, match.start(), match.end())
    is_open = is_late is None and 0 < hour <= NOON and not match[0].startswith("0")
    if not is_open or not _speaks_of_evening(match):
        return one
    return one._replace(others=((one._replace(value=(one.value + NOON * HOUR_MINUTES) % DAY_MINUTES),),))


def _is_after_noon(hour: int, half: str) -> bool | None:
    """By `pm` or `in the evening`; None where nothing is said. At night is before midnight from six on."""
    half = half.lower()
    if half.endswith("night"):
        return FIRST_NIGHT_HOUR <= hour < NOON
    if half.startswith(("a", "p")):
        return half.startswith("p")
    if half.endswith(("morning", "afternoon", "evening")):
        return not half.endswith("morning")
    return None


def _speaks_of_evening(match: re.Match[str]) -> bool:
    return EVENING.search(match.string, max(0, match.start() - NEARBY), match.end() + NEARBY) is not None


def _read_clock(match: re.Match[str]) -> Quantity:
    hour, minute = int(match["hour"]), int(match["minute"])
    clock = _clock(match, hour, minute, match["half"] or "")
    if not match["hours"]:
        return clock
    return Quantity(HOUR, hour * HOUR_MINUTES + minute, 1.0, clock.start, clock.end, others=((clock,),))


def _read_hour(match: re.Match[str]) -> Quantity:
    return _clock(match, int(match["hour"]), int(match["minute"] or 0), match["half"])


def _read_compound(match: re.Match[str]) -> Quantity:
    minutes, resolution = _number(match["minutes"] or match["bare"])
    value = int(match["hours"]) * HOUR_MINUTES + minutes
    sign = match["sign"]
    return Quantity(
        MINUTE, -value if sign == "-" else value, resolution, match.start(), match.end(), is_signed=bool(sign)
    )


def _read_short(match: re.Match[str]) -> Quantity:
    value = int(match["minutes"]) + int(match["seconds"]) * SECOND.factor
    return Quantity(MINUTE, value, SECOND.factor, match.start(), match.end())


def _read_part(match: re.Match[str]) -> Quantity:
    """`5 of 7 nights` is a share, or two counts that are both known."""
    (over, digit), (under, below) = _number(match["over"]), _number(match["under"])
    unit = UNITS[match["unit"].lower()] if match["unit"] else BARE
    first, second = (
        Quantity(BARE, value, place, match.start(), match.end()) for value, place in ((over, digit), (under, below))
    )
    parts = ((_with_unit(first, unit), _with_unit(second, unit)), (first, second))
    share = over / under if under and over <= under else nan
    return Quantity(SHARE, share, 1 / HUNDREDTHS, match.start(), match.end(), others=parts)


def _read_slash(match: re.Match[str]) -> Quantity:
    over, under, year = match.groups()
    days = [_date(year, month, day, match) for day, month in ((over, under), (under, over))]
    if year:
        return days[0]._replace(others=((days[1],),))
    share = int(over) / int(under) if int(under) else nan
    one = Quantity(SHARE, share, 1 / HUNDREDTHS, match.start(), match.end())
    parts = tuple(Quantity(BARE, float(part), 1.0, match.start(), match.end()) for part in (over, under))
    return one._replace(others=(parts, *((day,) for day in days)))


def _read_date(match: re.Match[str]) -> Quantity:
    told = match.groupdict()
    month = told.get("month") or "0"
    number = month if month.isdigit() else str(MONTH_STEMS.index(month[:3].lower()) + 1)
    return _date(told.get("year"), number, told.get("day") or "0", match)


def _date(year: str | None, month: str, day: str, match: re.Match[str]) -> Quantity:
    whole = int(year or 0)
    if year and len(year) == 2:  # noqa: PLR2004  two digits of a year
        whole += 2000
    return Quantity(DATE, whole * 10_000 + int(month) * 100 + int(day), 1.0, match.start(), match.end())


def _readers() -> Iterator[tuple[re.Pattern[str], Reader]]:
    day = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
    hours, minutes = r"(?:h|hr|hrs|hours?)\b", r"(?:m|min|mins|minutes?)\b"
    yield re.compile(r"\b(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)\b"), _read_date
    yield re.compile(rf"\b{day}(?: of)? {MONTH}(?:,? {YEAR})?"), _read_date
    yield re.compile(rf"\b{MONTH} (?:the )?{day}(?![\d:%]|[.,]\d)(?:,? {YEAR})?"), _read_date
    yield (
        re.compile(rf"\b(?i:in|since|during|until|till|from|of|early|mid|late|by|before|after)[ -]{MONTH}(?: {YEAR})?"),
        _read_date,
    )
    yield re.compile(rf"\b(?i:in|since|during) {YEAR}"), _read_date
    yield (
        re.compile(
            rf"(?<![\d.,])(?P<hour>\d\d?):(?P<minute>\d\d)(?::\d\d)?(?![\d:])(?: ?{HALF}| ?(?P<hours>{hours}))?",
            re.IGNORECASE,
        ),
        _read_clock,
    )
    yield re.compile(rf"(?<![\d.,])(?P<hour>\d\d?)(?:\.(?P<minute>\d\d))? ?{HALF}", re.IGNORECASE), _read_hour
    yield (
        re.compile(
            rf"{SIGN}\b(?P<hours>\d+) ?(?:h|hr|hrs|hours?)(?:(?:,? and |, | )(?P<minutes>\d\d?(?:\.\d+)?) ?{minutes}"
            rf"| ?(?P<bare>\d\d?)(?: ?{minutes}|(?![\w%]|[:.,]\d| ?(?:{UNIT_WORD})\b)))",
            re.IGNORECASE,
        ),
        _read_compound,
    )
    yield (
        re.compile(
            rf"\b(?P<minutes>\d+) ?{minutes}(?:,? and |, | )?(?P<seconds>\d\d?) ?(?:s|secs?|seconds?)\b", re.IGNORECASE
        ),
        _read_short,
    )
    yield (
        re.compile(
            rf"(?<![\d.,:])(?P<over>\d+(?:\.\d+)?) (?:in|of|out of)(?: (?:every|the|your|all))*(?: (?:last|past))? "
            rf"(?P<under>\d+)(?![\d:]|[.,]\d)(?:[ -]{UNIT})?",
            re.IGNORECASE,
        ),
        _read_part,
    )
    yield re.compile(r"(?<![\d.,/])(\d{1,4})/(\d{1,4})(?:/(\d{2,4}))?(?![\d/])"), _read_slash
    yield (
        re.compile(rf"{SIGN}(?P<number>{DIGITS})(?P<kilo>k(?!\w))?(?:[ -]?{UNIT})?", re.IGNORECASE),
        _read_number,
    )


READERS = tuple(_readers())
