"""Numbers as a writer puts them: every fact in several right forms, and each form read back into its number."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from hos_pipelines.domain.circadian.results import Constant
from hos_pipelines.domain.facts import Fact

DAY_MINUTES, HALF_DAY, HOUR = 1440, 720, 60
SMALL = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
# A value this near to the middle between two steps of a form is right in both.
UNDECIDED = 0.1
MIDDLE = 1e-6
THOUSANDS = 1000


class Dimension(StrEnum):
    """What a number measures: minutes of the day, minutes, per cent, things, or a bare number with its unit."""

    CLOCK = "clock"
    LENGTH = "length"
    SHARE = "share"
    NIGHTS = "nights"
    DAYS = "days"
    COUNT = "count"
    BPM = "bpm"
    MILLISECOND = "ms"
    BARE = "bare"
    LABEL = "label"


@dataclass(frozen=True, slots=True)
class Form:
    """One way of writing numbers of one dimension. `step` is what it can tell apart, None without `read`."""

    name: str
    write: Callable[[float], str]
    read: Callable[[str], float | None]
    step: float = 1.0
    suits: Callable[[float], bool] = lambda _: True


def measured(fact: Fact) -> tuple[Dimension, float] | None:
    """What a fact measures and its number in the dimension's unit; None for curves, words and what nobody says."""
    if not isinstance(fact.value, float) or fact.unit not in _MEASURES:
        return None
    dimension, factor = _MEASURES[fact.unit]
    return dimension, fact.value * factor


def of_constant(constant: Constant) -> tuple[Dimension, float]:
    """A constant of advice in the same terms."""
    dimension, factor = _MEASURES.get(constant.unit, (Dimension.BARE, 1.0))
    return dimension, constant.value * factor


def right_forms(dimension: Dimension, value: float) -> list[Form]:
    """The forms in which this number is right."""
    return [form for form in FORMS[dimension] if form.suits(value)]


def is_right(form: Form, said: float, value: float) -> bool:
    """Whether a number as it was said stands for a value, at the precision of its form or a little beside."""
    return abs(said - value) <= form.step * (0.5 + UNDECIDED)


def day_forms(iso: str) -> list[str]:
    """A local day in the ways people write it."""
    day = date.fromisoformat(iso)
    return [iso, f"{day.day} {day:%B}", f"{day:%B} {day.day}", f"{day.day} {day:%B} {day.year}"]


def _clock24(minutes: float) -> str:
    whole = round(minutes) % DAY_MINUTES
    return f"{whole // HOUR:02d}:{whole % HOUR:02d}"


def _twelve(am: str, pm: str) -> Callable[[float], str]:
    def write(minutes: float) -> str:
        whole = round(minutes) % DAY_MINUTES
        return f"{whole // HOUR % 12 or 12}:{whole % HOUR:02d} {am if whole < HALF_DAY else pm}"

    return write


def _full_hour(minutes: float) -> str:
    whole = round(minutes) % DAY_MINUTES // HOUR
    return f"{whole % 12 or 12} {'am' if whole < HALF_DAY // HOUR else 'pm'}"


def _read_clock(text: str) -> float | None:
    found = re.fullmatch(r"(\d{1,2})(?::(\d\d))?(?: ([ap])\.?m\.?)?", text, re.IGNORECASE)
    if found is None:
        return None
    hour, minute, half = int(found[1]), int(found[2] or 0), (found[3] or "").lower()
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    return None if hour >= DAY_MINUTES // HOUR or minute >= HOUR else hour * HOUR + minute


def _hours_and_minutes(between: str, after: str) -> Callable[[float], str]:
    def write(minutes: float) -> str:
        whole = round(minutes)
        return f"{whole // HOUR}{between}{whole % HOUR:02d}{after}"

    return write


def _spelt_out(minutes: float) -> str:
    hours, rest = divmod(round(minutes), HOUR)
    return f"{hours} hour{'s' * (hours != 1)} and {rest} minute{'s' * (rest != 1)}"


def _read_hours_and_minutes(text: str) -> float | None:
    found = re.fullmatch(r"(\d+)\D+(\d+)\D*", text)
    return int(found[1]) * HOUR + int(found[2]) if found else None


def _tenths(unit: str) -> Callable[[float], str]:
    return lambda minutes: f"{minutes / HOUR:.1f} {unit}"


def _read_scaled(factor: float) -> Callable[[str], float | None]:
    def read(text: str) -> float | None:
        found = re.match(r"-?\d[\d,\u202f]*(?:\.\d+)?", text)
        return float(re.sub("[,\u202f]", "", found[0])) * factor if found else None

    return read


def _decimals(places: int, unit: str = "") -> Form:
    return Form(
        f"{places} decimals{unit}",
        lambda value: f"{value:.{places}f}{unit}",
        _read_scaled(1),
        10.0**-places,
        # What rounds to nothing is no longer said, and of what lies in the middle people say the one or the other.
        lambda value: abs(value) >= 10.0**-places and not _is_in_the_middle(value * 10.0**places),
    )


def _is_in_the_middle(value: float) -> bool:
    return abs(abs(value) % 1 - 0.5) < MIDDLE


def _things(one: str, many: str) -> list[Form]:
    def spelt(value: float) -> str:
        return f"{SMALL[round(value)]} {one if value == 1 else many}"

    def read(text: str) -> float | None:
        word = text.split(maxsplit=1)[0]
        return float(SMALL.index(word)) if word in SMALL else None

    figure = Form(
        f"{many} in figures", lambda value: f"{value:.0f} {one if value == 1 else many}", _read_scaled(1), 1.0, _whole
    )
    tenths = Form(f"{many} in tenths", lambda value: f"{value:.1f} {many}", _read_scaled(1), 0.1, _parted)
    words = Form(f"{many} in words", spelt, read, 1.0, lambda value: _whole(value) and value < len(SMALL))
    return [figure, words, tenths]


def _whole(value: float) -> bool:
    return value >= 1 and value == round(value)


def _parted(value: float) -> bool:
    """Neither whole nor so near to it that the tenths say nothing."""
    return round(value, 1) != round(value) and not _is_in_the_middle(10 * value)


def _has_hours(minutes: float) -> bool:
    return round(minutes) >= HOUR


def _full_hours() -> list[Form]:
    """Lengths without minutes, as in `3 hours` and `three hours`."""

    def suits(minutes: float) -> bool:
        return _has_hours(minutes) and round(minutes) % HOUR == 0

    def spelt(minutes: float) -> str:
        hours = round(minutes / HOUR)
        return f"{SMALL[hours] if hours < len(SMALL) else hours} hour{'s' * (hours != 1)}"

    def read(text: str) -> float | None:
        word = text.split(maxsplit=1)[0]
        return float(SMALL.index(word) * HOUR) if word in SMALL else None

    def figure(minutes: float) -> str:
        return f"{minutes / HOUR:.0f} hour{'s' * (round(minutes / HOUR) != 1)}"

    return [
        Form("length in hours", figure, _read_scaled(60), 1.0, suits),
        Form("length in hours in words", spelt, read, 1.0, suits),
    ]


def _is_short(minutes: float) -> bool:
    return 1 <= round(minutes) < HOUR


def _in_minutes(unit: str) -> Form:
    return Form(f"length in {unit}", lambda value: f"{value:.0f} {unit}", _read_scaled(1), 1.0, lambda m: round(m) > 1)


def _percent(unit: str) -> Form:
    return Form(f"share in {unit}", lambda value: f"{value:.0f}{unit}", _read_scaled(1), 1.0)


_MEASURES: Mapping[str, tuple[Dimension, float]] = {
    "local hour": (Dimension.CLOCK, 60),
    "second of the local day": (Dimension.CLOCK, 1 / 60),
    "hour": (Dimension.LENGTH, 60),
    "minute": (Dimension.LENGTH, 1),
    "second": (Dimension.LENGTH, 1 / 60),
    "share": (Dimension.SHARE, 100),
    "percent of people": (Dimension.SHARE, 1),
    "night": (Dimension.NIGHTS, 1),
    "day": (Dimension.DAYS, 1),
    "count": (Dimension.COUNT, 1),
    "bpm": (Dimension.BPM, 1),
    "millisecond": (Dimension.MILLISECOND, 1),
    "index": (Dimension.BARE, 1),
    "score": (Dimension.BARE, 1),
    "points": (Dimension.BARE, 1),
}

FORMS: Mapping[Dimension, list[Form]] = {
    Dimension.CLOCK: [
        Form("clock of 24", _clock24, _read_clock),
        Form("clock am", _twelve("am", "pm"), _read_clock),
        Form("clock a.m.", _twelve("a.m.", "p.m."), _read_clock),
        Form("clock AM", _twelve("AM", "PM"), _read_clock),
        Form("full hour", _full_hour, _read_clock, 1.0, lambda minutes: round(minutes) % HOUR == 0),
    ],
    Dimension.LENGTH: [
        Form("length h min", _hours_and_minutes(" h ", " min"), _read_hours_and_minutes, 1.0, _has_hours),
        Form("length h", _hours_and_minutes(" h ", ""), _read_hours_and_minutes, 1.0, _has_hours),
        Form("length spelt out", _spelt_out, _read_hours_and_minutes, 1.0, _has_hours),
        Form("length in tenths", _tenths("hours"), _read_scaled(60), 6.0, _has_hours),
        Form("length in tenths of h", _tenths("h"), _read_scaled(60), 6.0, _has_hours),
        *_full_hours(),
        _in_minutes("minutes"),
        Form("length in min", lambda value: f"{value:.0f} min", _read_scaled(1), 1.0, _is_short),
    ],
    Dimension.SHARE: [_percent(" %"), _percent("%"), _percent(" percent")],
    Dimension.NIGHTS: _things("night", "nights"),
    Dimension.DAYS: _things("day", "days"),
    Dimension.COUNT: [
        Form("count", lambda value: f"{value:.0f}", _read_scaled(1)),
        Form("count with comma", lambda value: f"{value:,.0f}", _read_scaled(1), 1.0, lambda value: value >= THOUSANDS),
    ],
    Dimension.BPM: [_decimals(0, " bpm"), _decimals(1, " bpm"), _decimals(0, " beats per minute")],
    Dimension.MILLISECOND: [_decimals(0, " ms"), _decimals(1, " ms"), _decimals(0, " milliseconds")],
    # A score of 0 to 1 without its decimals would say nothing; of a hundred, one decimal is more than enough.
    Dimension.BARE: [
        Form("hundredths", lambda value: f"{value:.2f}", _read_scaled(1), 0.01, lambda value: abs(value) <= 1),
        Form("tenths", lambda value: f"{value:.1f}", _read_scaled(1), 0.1, lambda value: abs(value) > 1),
    ],
}
