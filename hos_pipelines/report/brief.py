"""The answer in brief: ten lines of one person's analyses, in the words of the report's first screen."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple

from hos_pipelines.domain.behavior.results import BehaviorResult
from hos_pipelines.domain.behavior.wording import duration_text
from hos_pipelines.domain.circadian.results import CircadianResult
from hos_pipelines.domain.facts_text import display, interval_text
from hos_pipelines.domain.gates import Status
from hos_pipelines.report.first_screen import MOST_LACKING, FirstScreen, first_known, first_screen, tell_owed
from hos_pipelines.report.wording import capitalize, lacking_text, sentence_text, weekday_text

ZONES = (("high energy", "peak_energy_periods"), ("low", "low_energy_periods"), ("sleep", "sleep_periods"))
OVER = "over the last 14 nights"
TO = "\u2013"  # as the first screen writes from and to
# The figures of sleep had and needed stand on one line, all others on the line before it.
AMOUNTS = ("Asleep a day", "Main sleep", "Sleep needed")


class BriefLine(NamedTuple):
    """What is told, by what it is about."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class BriefInput:
    """Of whom a brief is: the results there are, as seen now, and how old and whence the readings beneath are."""

    circadian: CircadianResult | None
    behavior: BehaviorResult | None
    data_age: timedelta | None
    data_source: str


def brief(subject: BriefInput) -> list[BriefLine]:
    """The lines of a person; what nothing is known of has none, and is told as missing."""
    screen = first_screen(subject.circadian, subject.behavior, subject.data_age, subject.data_source)
    return [BriefLine(label, text) for label, text in _lines(subject, screen) if text]


def _lines(subject: BriefInput, screen: FirstScreen) -> Iterator[tuple[str, str]]:
    circadian, behavior = subject.circadian, subject.behavior
    for word, sentence in screen.warnings:
        yield capitalize(word.removeprefix("database_")), capitalize(sentence)
    if circadian is not None:
        yield "Type", " ".join([*(one.text for one in screen.who), *_midsleep(circadian, screen)])
        yield "Usual sleep", _figures(screen, are_amounts=False)
        yield "Sleep", _figures(screen, are_amounts=True)
        yield "Balance", _balance(circadian)
        yield "Zones", _zones(circadian)
    elif behavior is not None:
        yield "Rhythm", sentence_text(behavior.behavioral_signature.signature_summary or "")
        yield "Readiness", _readiness(behavior)
        yield "Goal", behavior.primary_goal.goal if behavior.primary_goal else ""
    yield "Today", screen.today[0].text if screen.today else screen.unplanned
    yield "Stands out", _stands_out(screen)
    yield "Missing", "; ".join(screen.lacking if circadian is not None else _lacking(behavior))
    yield "How sure", " ".join(filter(None, [*_confidence(circadian, screen), screen.recorded, screen.free_days]))


def _midsleep(circadian: CircadianResult, screen: FirstScreen) -> Iterator[str]:
    """The number the type is told by, wherever a type is told."""
    midsleep = first_known(circadian.facts, "msf_sc")
    if midsleep is None or not any("chronotype" in one.fact_ids for one in screen.who):
        return
    reach = interval_text(midsleep)
    yield f"Midsleep on free days, corrected for sleep owed: {display(midsleep)}" + (f" ({reach})." if reach else ".")


def _figures(screen: FirstScreen, *, are_amounts: bool) -> str:
    figures = [one for one in screen.figures if (one.label in AMOUNTS) is are_amounts]
    texts = [f"{one.label.lower()} {one.value}" + (f" ({one.below})" if one.below else "") for one in figures]
    return f"{capitalize('; '.join(texts))}." if texts else ""


def _balance(circadian: CircadianResult) -> str:
    """Owed, ahead or even as far as the interval allows; the need is an estimate, and short is told as elsewhere."""
    short = next(tell_owed(circadian), None)
    if short is not None:
        return short.text
    balance = first_known(circadian.facts, "sleep_debt_14")
    if balance is None or not isinstance(balance.value, float):
        return ""
    interval = balance.interval
    if interval is None or interval.low is None or interval.high is None:
        return ""
    if interval.high < 0:
        reach = f"{duration_text(-interval.high)} to {duration_text(-interval.low)}"
        return f"Slept {duration_text(-balance.value)} more than needed {OVER} ({reach})."
    if interval.low > 0:
        return f"No debt that is certain {OVER}: length, estimated need and signs of short sleep do not all agree."
    side = "short" if balance.value > 0 else "ahead"
    ahead, behind = duration_text(-interval.low), duration_text(interval.high)
    return (
        f"{duration_text(abs(balance.value))} {side} {OVER}, but nothing is certain: from {ahead} ahead to "
        f"{behind} short."
    )


def _zones(circadian: CircadianResult) -> str:
    """When energy is expected to be high and low, and when sleep, of the predicted day."""
    day, summary = circadian.energy_zone_analysis.predicted_day, circadian.summary
    parts = [
        f"{name} {', '.join(period.replace('-', TO) for period in periods)}"
        for name, key in ZONES
        if (periods := getattr(summary, key))
    ]
    if day is None or not parts:
        return ""
    return f"{weekday_text(day)}: {'; '.join(parts)}."


def _readiness(behavior: BehaviorResult) -> str:
    readiness = behavior.readiness
    if readiness.level is None or readiness.status is Status.INSUFFICIENT:
        return ""
    return " ".join([f"{readiness.level}.", *(sentence_text(one.text) for one in readiness.reasons)])


def _stands_out(screen: FirstScreen) -> str:
    """What the line on the balance says is not said again."""
    texts = [one.text for one in screen.stands_out if one.fact_ids[:1] != ("sleep_debt_14",)]
    return " ".join(texts) or ("" if screen.stands_out else screen.unremarkable)


def _lacking(behavior: BehaviorResult | None) -> Sequence[str]:
    if behavior is None or behavior.status is Status.STALE:
        return []
    parts = (behavior.habit_analysis, behavior.sophistication_assessment, behavior.readiness)
    missing = [one for part in parts if part.status is Status.INSUFFICIENT for one in part.missing]
    return list(dict.fromkeys(map(lacking_text, missing)))[:MOST_LACKING]


def _confidence(circadian: CircadianResult | None, screen: FirstScreen) -> Iterator[str]:
    if circadian is not None:
        yield f"Confidence: {screen.overall}."
        yield screen.sure
