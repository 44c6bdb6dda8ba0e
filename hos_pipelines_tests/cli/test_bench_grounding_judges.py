"""The judges of `hos bench grounding`: what they call false, and sentences written without sight of the proof's."""

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from benchmarks.grounding import people
from benchmarks.grounding.people import Sheet, demo_sheets
from benchmarks.grounding.plan_judge import false_of_plan
from benchmarks.grounding.plan_people import pages_of
from benchmarks.grounding.recombined import judged
from benchmarks.grounding.sentences import judge_sentences
from benchmarks.grounding.slot_judge import false_slots
from benchmarks.grounding.word_judge import false_words
from hos_pipelines.domain.facts_text import display

UNSEEN = Path(people.__file__).parent / "unseen"
FILES = ("shown", "apart")
LEAST_FALSE, LEAST_FOUND = 150, 0.85
SLOT = re.compile(r"\{\{(\w+)\}\}")
# Of the person who sleeps late on free days, and of one whose newest steps are few.
FALSE = {
    "another time": ("wake_free", "08:27"),
    "another length": ("sleep_mean", "6 h 53 min"),
    "another unit": ("sleep_mean", "6.6 %"),
    "no bound": ("sleep_mean", "at least 6 h 35 min"),
    "another way": ("lie_in.way", "earlier"),
    "a debt as a surplus": ("sleep_debt_14.way", "ahead"),
    "another level": ("regularity_plain.level", "steady"),
    "more than is needed": ("sleep_mean.versus.sleep_need", "more than"),
    "alike": ("sleep_mean.versus.sleep_need", "the same as"),
    "a comparison of two kinds": ("sleep_mean.versus.wake_free", "less than"),
    "an earlier time": ("wake_free.versus.wake_work", "earlier than"),
    "another zone": ("zone_peak_1_start.name", "lower energy"),
    "a frequency without a share": ("sleep_mean.often", "on most days"),
    "somebody else's": ("mode_1_onset", "23:00"),
}
OF_BEHAVIOR = {
    "another number": ("steps_median", "1,560"),
    "another share": ("exercise_adherence.often", "on nearly every day"),
    "another place": ("steps_z.way", "above"),
    "close": ("steps_z.way", "close to"),
    "another name": ("steps_latest.name", "resting heart rate"),
    "no trend": ("steps_trend_slope.way", "rising"),
    "no day": ("steps_median.since", "since 1 October 2026"),
    "within chance": ("steps_week.versus.steps_week_before", "less than"),
}
WORDS = {
    "most nights": ("Most nights see you asleep at 23:00.", "Usually falls asleep at 23:00."),
    "certainty": ("For certain nothing is owed.", "The last two weeks owe nothing for certain."),
    "negation": ("Do not get up around 06:00.", "Get up around 06:00."),
    "medicine": ("Take melatonin.", "Let the day end quietly."),
    "backwards": ("Sleep from 23:00 to 22:00.", "Fall asleep around 22:00, by 23:00."),
    "a figure of nobody": ("Get up around 05:00.", "Get up around 06:00."),
    "other advice": ("Have the last meal early.", "Have the last coffee early."),
}


@cache
def sheet(kind: str, area: str) -> Sheet:
    return next(one for one in demo_sheets(kind) or () if one.area == area)


def lines() -> Iterator[dict[str, Any]]:
    for name in FILES:
        yield from map(json.loads, (UNSEEN / f"{name}.jsonl").read_text(encoding="utf-8").splitlines())


@pytest.mark.parametrize("name", FILES)
def test_of_sentences_written_before_ours_were_read_no_false_one_passes(name: str) -> None:
    counts, verdicts = judge_sentences(UNSEEN / f"{name}.jsonl")
    assert counts["passed_false"] == 0, [one["text"] for one in verdicts if one["verdict"] == "passed_false"]
    assert counts["refused_false"] > LEAST_FALSE / 3


def test_the_judges_find_most_of_what_is_false_in_prose_too() -> None:
    """The proof never lets prose come that far; a judge that found nothing in it would be none."""
    false = [one for one in lines() if not one["true"]]
    assert len(false) > LEAST_FALSE
    found = [one for one in false if wrong_of(one)]
    assert len(found) > LEAST_FOUND * len(false)


def wrong_of(line: dict[str, Any]) -> list[str]:
    """What the judges say of a line, each slot with its fact's value as it is shown."""
    of = sheet(line["person"], line["analysis"])
    facts = of.result.facts
    slots = [(one, display(facts[one]).lstrip("+-") if one in facts else "?") for one in SLOT.findall(line["text"])]
    values = iter(shown for _, shown in slots)
    return judged(SLOT.sub(lambda _: next(values), line["text"]), slots, "sleep_pattern/new", of)


@pytest.mark.parametrize("slot", FALSE.values(), ids=FALSE)
def test_a_slot_that_shows_another_fact_is_false(slot: tuple[str, str]) -> None:
    assert false_slots([slot], sheet("weekend_shifted", "circadian").result)


@pytest.mark.parametrize("slot", OF_BEHAVIOR.values(), ids=OF_BEHAVIOR)
def test_a_slot_that_shows_another_behavior_is_false(slot: tuple[str, str]) -> None:
    assert false_slots([slot], sheet("wearable", "behavior").result)


@pytest.mark.parametrize(("text", "rules"), WORDS.values(), ids=WORDS)
def test_words_that_claim_more_than_the_rules_are_false(text: str, rules: str) -> None:
    result = sheet("lark", "circadian").result
    assert false_words(text, [], [rules], result)
    assert not false_words(rules, [], [rules], result)


def test_free_and_work_days_that_change_places_are_false() -> None:
    result = sheet("weekend_shifted", "circadian").result
    slots = [("wake_free", "09:27"), ("wake_work", "05:55")]
    said = "On free days you get up at 09:27, on work days at 05:55."
    turned = "On work days you get up at 09:27, on free days at 05:55."
    assert not false_words(said, slots, [said], result)
    assert false_words(turned, slots, [said], result) == ["free and work days are exchanged"]


# Of the routine and the meals of one person, each in the place of the first title or reason of its plan.
FALSE_OF_PLANS = (
    "Take 12 mg of it before you walk.", "Take a dose of melatonin.", "A walk for your insomnia.", "You will lose one.",
    "Guaranteed to work.", "Get up, as you failed yesterday.", "It certainly helps.", "Twelve of them.", "At 03:17.",
    "With peanut butter.", "With salmon and rice.", "Breathe in with a lozenge.", "Nothing of the kind.",
    "Half an hour more of it than planned.", "Because your blood sugar falls.", "A \u0440eanut break.", "\u2167 times.",
)  # fmt: skip


@pytest.mark.parametrize("text", FALSE_OF_PLANS)
def test_a_text_of_a_plan_that_says_more_than_its_item_is_false(text: str) -> None:
    (page,) = [one for one in pages_of(1) if one.kind == "routine_plan"]
    key = next(key for key in page.texts if key.startswith("because/frame_wake"))
    assert false_of_plan(text, key, page.row, ["peanut"], has_numbers=True)
    assert not false_of_plan(page.texts[key].text, key, page.row, ["peanut"], has_numbers=True)


def test_what_stands_at_no_item_of_the_plan_is_false() -> None:
    for page in pages_of(1):
        assert false_of_plan("Get up", "title/hyd_nowhere", page.row, [], has_numbers=True)
