"""How a fact is shown: its name, and its value in words, with its unit or without the need of one."""

from collections.abc import Callable, Mapping

from hos_pipelines.domain.behavior.wording import duration_text, number_text
from hos_pipelines.domain.clock import clock_text
from hos_pipelines.domain.facts import Fact

HOUR_SECONDS, HOUR_MINUTES = 3600, 60
SMALLEST_P = 0.001
FEW_DIGITS, SHORT, MANY_DIGITS = 0.1, 10, 1000
PER_DAY = " per day"

TITLES: Mapping[str, str] = {
    "cbt_min": "minimum of core body temperature",
    "chronotype_munich": "type in the Munich distribution",
    "chronotype_share": "share of people with this type",
    "cpd": "composite phase deviation",
    "cpd_about_mean": "composite phase deviation about the own mean",
    "dlmo": "onset of melatonin in dim light",
    "duration_mean": "usual length of main sleep",
    "duration_sd": "spread of sleep duration",
    "hrv_state": "heart rate variability against the own baseline",
    "midpoint_sd": "spread of midsleep",
    "msf": "midsleep on free days (MSF)",
    "msf_sc": "midsleep on free days, corrected for sleep owed (MSFsc)",
    "msw": "midsleep on work days (MSW)",
    "offset_sd": "spread of waking",
    "onset_sd": "spread of falling asleep",
    "rhr_flag": "resting heart rate against the own baseline",
    "sahha_sleep_debt": "sleep debt as Sahha delivers it",
    "sd_free": "sleep on free days",
    "sd_week": "sleep over the week",
    "sd_work": "sleep on work days",
    "sjl": "social jetlag",
    "sjl_rel": "social jetlag, with its sign",
    "sjl_sc": "social jetlag, corrected for sleep owed",
    "sleep_debt_14": "sleep owed from the last 14 nights",
    "sleep_debt_now": "sleep owed now, older nights fading",
    "sleep_pressure_bed": "modelled sleep pressure at bedtime (0 to 1)",
    "sleep_pressure_wake": "modelled sleep pressure at waking (0 to 1)",
    "sloss_week": "sleep lost over the week",
    "sri": "sleep regularity index (-100 to 100)",
}


def title(fact_id: str) -> str:
    """What a fact is called in a table or a list."""
    return TITLES.get(fact_id, fact_id.replace("_", " "))


def display(fact: Fact) -> str:
    """The value in words: clock times as HH:MM, durations in hours and minutes, shares in per cent.

    A fact without a value says what it lacks, a curve its extent.
    """
    value = fact.value
    if value is None:
        return not_enough([fact.missing] if fact.missing else [])
    if isinstance(value, str):
        return value.replace("_", " ")
    if isinstance(value, list):
        return _curve(value, fact.unit)
    return _number(value, fact.unit)


def not_enough(missing: list[str]) -> str:
    """The sentence that stands where nothing can be said."""
    return f"Not enough data: {'; '.join(missing)}" if missing else "Not enough data"


def _curve(values: list[float], unit: str) -> str:
    extent = f", {_number(min(values), unit)} to {_number(max(values), unit)}" if values else ""
    return f"{len(values)} values{extent}"


def _number(value: float, unit: str) -> str:
    if unit.endswith(PER_DAY):
        return _slope(value, unit.removesuffix(PER_DAY))
    if unit in SAID:
        return SAID[unit](value)
    return f"{_digits(value)} {_many(unit) if abs(value) != 1 else unit}"


def _slope(value: float, unit: str) -> str:
    if value == 0:
        return "no change per day"
    if unit == "hour":
        value, unit = value * HOUR_MINUTES, "minute"
    number = f"{value:+.2g}" if abs(value) < SHORT else f"{value:+,.0f}"
    return f"{number}{PER_DAY}" if unit in BARE else f"{number} {_many(unit)}{PER_DAY}"


def _many(unit: str) -> str:
    return f"{unit}s" if unit in COUNTED else unit


def _digits(value: float) -> str:
    """Two significant digits below a tenth, else as in a sentence; thousands apart."""
    if 0 < abs(value) < FEW_DIGITS:
        return f"{value:.2g}"
    return f"{value:,.0f}" if abs(value) >= MANY_DIGITS else number_text(value)


def _clock_of_seconds(value: float) -> str:
    return clock_text(value / HOUR_SECONDS)


def _duration_of_seconds(value: float) -> str:
    return duration_text(value / HOUR_SECONDS)


def _probability(value: float) -> str:
    return f"below {SMALLEST_P}" if value < SMALLEST_P else _digits(value)


def _percent(value: float) -> str:
    return f"{number_text(value)} %"


def _share(value: float) -> str:
    return f"{round(100 * value)} %"


def _deviations(value: float) -> str:
    return f"{value:+.1f} deviations from usual" if round(value, 1) else "no deviation from usual"


def _duration_of_minutes(value: float) -> str:
    return duration_text(value / HOUR_MINUTES)


BARE = frozenset({"count", "index", "ratio"})
COUNTED = frozenset({"night", "day", "point", "hour", "minute", "bit", "millisecond"})
SAID: Mapping[str, Callable[[float], str]] = {
    "second": _duration_of_seconds,
    "second of the local day": _clock_of_seconds,
    "hour": duration_text,
    "minute": _duration_of_minutes,
    "local hour": clock_text,
    "clock hour": clock_text,
    "share": _share,
    "percent of people": _percent,
    "percentage": _share,
    "p": _probability,
    "q": _probability,
    "z": _deviations,
    "relative energy": _digits,
    "index": _digits,
    "ratio": _digits,
    "rho": _digits,
    "count": _digits,
    "score": _digits,
    "sleep pressure S": _digits,
}
