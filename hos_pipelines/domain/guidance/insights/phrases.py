"""What an insight says: templates over its facts, with since and never because, and a title in a few words."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from hos_pipelines.domain.count_text import count_text
from hos_pipelines.domain.day_text import day_text
from hos_pipelines.domain.guidance.insights.amounts import amount_text, range_text
from hos_pipelines.domain.memory.memory_key import MemoryCategory, category_of
from hos_pipelines.domain.memory.wording import memory_text


class Effect(NamedTuple):
    """The numbers of a sentence, in the unit they are told in."""

    value: float
    low: float
    high: float
    unit: str

    @property
    def size(self) -> str:
        """The effect without its sign, and how far it may be off."""
        return f"{amount_text(self.value, self.unit)} ({range_text(self.low, self.high, self.unit)})"


# By subject: how it reads at the head of a sentence, and what more and less of it are called.
WORDS: Mapping[str, tuple[str, str, str]] = {
    "sleep_duration": ("sleep has been", "longer", "shorter"),
    "bedtime": ("falling asleep has been", "later", "earlier"),
    "sleep_efficiency": ("the share of the time in bed that is slept has been", "higher", "lower"),
    "steps": ("the number of steps has been", "higher", "lower"),
    "active_duration": ("active time has been", "longer", "shorter"),
    "resting_heart_rate": ("resting heart rate has been", "higher", "lower"),
    "hrv": ("heart rate variability has been", "higher", "lower"),
    "plan_completion": ("the share of the plan that is done has been", "higher", "lower"),
    "mood": ("mood by the journal has been", "higher", "lower"),
    "energy": ("energy by the journal has been", "higher", "lower"),
    "stress": ("stress by the journal has been", "higher", "lower"),
}
ON_FREE_DAYS: Mapping[str, tuple[str, str, str]] = {
    "free_days_midsleep": ("the middle of sleep lies", "later", "earlier"),
    "free_days_sleep": ("sleep is", "longer", "shorter"),
    "free_days_steps": ("the number of steps is", "higher", "lower"),
}
PER: Mapping[str, str] = {"sleep_duration": " a night", "steps": " a day", "active_duration": " a day"}


def recent_text(subject: str, since: date, effect: Effect, level: str | None) -> str:
    """Of the last seven days against the four weeks before them."""
    now = "" if level is None else f", {level} on average"
    return f"Since {day_text(since)} {_moved(subject, effect)} than in the four weeks before{now}."


def shift_text(subject: str, since: date, effect: Effect, level: str | None) -> str:
    """Of a level that has held since a day, against the days before it."""
    now = "" if level is None else f", {level} on average"
    return f"Since about {day_text(since)} {_moved(subject, effect)} than before{now}."


def trend_text(subject: str, since: date, effect: Effect) -> str:
    """Of a trend since a day."""
    head, more, less = WORDS[subject]
    way = more if effect.value > 0 else less
    return f"Since {day_text(since)} {head} getting {way} week by week, by {effect.size} in four weeks."


def contrast_text(subject: str, since: date, effect: Effect) -> str:
    """Of free days against work days."""
    head, more, less = ON_FREE_DAYS[subject]
    way = more if effect.value > 0 else less
    return f"Since {day_text(since)} {head} {effect.size} {way} on free days than on work days of the same weeks."


def vital_text(since: date, effect: Effect) -> str:
    """Of a resting heart rate that is raised on two days in a row."""
    return f"Since {day_text(since)} resting heart rate is {effect.size} above its usual value."


CONCERNS: Mapping[str, str] = {
    "sleep_duration": "sleep has been {value} a night on average, less than the {reference} advised for adults",
    "exercise_week": "exercise has added up to {value} a week, less than the {reference} advised",
    "steady_times": "the hours of sleep have varied by {value} among days of one kind, more than is common",
}


def concern_text(subject: str, since: date, value: str, reference: str) -> str:
    """Of a level that lies beyond what is advised or common."""
    return f"Since {day_text(since)} {CONCERNS[subject].format(value=value, reference=reference)}."


def memory_sentence(key: str, value: str, since: date, supports: int, contradictions: int) -> str:
    """Of what memory holds to be true."""
    said = memory_text(key, value)
    if category_of(key) is MemoryCategory.BARRIER:
        name = key.partition(".")[2].replace("_", " ")
        said = f"{name} is mostly left out; the reason given is {value.replace('_', ' ')}"
    against = f", {contradictions} against" if contradictions else ""
    return f"Since {day_text(since)}: {said} (seen on {count_text(supports, 'day')}{against})."


def title_of(kind: str, subject: str, rises: bool) -> str:  # noqa: FBT001  up or down
    """In a few words."""
    if subject in ON_FREE_DAYS:
        return TITLES[subject][rises]
    if kind == "memory":
        return REMEMBERED
    if kind == "concern":
        return CONCERN_TITLES[subject]
    return TITLES[subject][rises]


REMEMBERED = "What your days have shown"
# Down and up.
TITLES: Mapping[str, tuple[str, str]] = {
    "sleep_duration": ("Shorter nights", "Longer nights"),
    "bedtime": ("Falling asleep earlier", "Falling asleep later"),
    "sleep_efficiency": ("Less of the time in bed slept", "More of the time in bed slept"),
    "steps": ("Fewer steps", "More steps"),
    "active_duration": ("Less active time", "More active time"),
    "resting_heart_rate": ("Lower resting heart rate", "Higher resting heart rate"),
    "hrv": ("Lower heart rate variability", "Higher heart rate variability"),
    "plan_completion": ("Less of the plan done", "More of the plan done"),
    "mood": ("Lower mood", "Higher mood"),
    "energy": ("Less energy", "More energy"),
    "stress": ("Less stress", "More stress"),
    "free_days_midsleep": ("Earlier sleep on free days", "Later sleep on free days"),
    "free_days_sleep": ("Shorter sleep on free days", "Longer sleep on free days"),
    "free_days_steps": ("Fewer steps on free days", "More steps on free days"),
}
CONCERN_TITLES: Mapping[str, str] = {
    "sleep_duration": "Nights below what is enough",
    "exercise_week": "Less exercise than is advised",
    "steady_times": "Hours of sleep that vary",
}


def _moved(subject: str, effect: Effect) -> str:
    head, more, less = WORDS[subject]
    way = more if effect.value > 0 else less
    return f"{head} {effect.size}{PER.get(subject, '')} {way}"
