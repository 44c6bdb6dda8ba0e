"""What no claim may be about or contain, in words that no list of the benchmark has; and everyday words that may."""

import pytest

from hos_pipelines.domain.violations import ViolationKind
from hos_pipelines_tests.analyst.proof.claims import kinds


@pytest.mark.parametrize(
    "text",
    [
        "Good job keeping such a steady bedtime around {typical_onset}!",
        "One more thing: your regularity index is {sri}.",
        "Aim to be up and about by {predicted_wake}, give or take.",
        "You exercised on {exercise_adherence} of days. Get up, get going, and keep it simple.",
        "There is no need to worry: {sleep_need} of sleep is what you need.",
        "Exercise on one day is followed by more of it on the next in {exercise_persistence} of cases.",
    ],
)
def test_everyday_words_are_no_violation(text: str) -> None:
    assert not kinds(text) - {ViolationKind.DIRECTION, ViolationKind.INSUFFICIENT}


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (ViolationKind.TOPIC, "Your career takes its toll at {wake_mean}."),
        (ViolationKind.TOPIC, "Your partner wakes at {wake_mean}."),
        (ViolationKind.MEDICAL, "Hypothyroidism could shorten sleep of {duration_mean}."),
        (ViolationKind.MEDICAL, "An iron deficiency may be behind {duration_mean} of sleep."),
        (ViolationKind.LANGUAGE, "Ihr Schlaf dauert {duration_mean}."),
        (ViolationKind.LANGUAGE, "Je slaapt gemiddeld {duration_mean} per nacht."),
        (ViolationKind.LANGUAGE, "Nukut noin {duration_mean} yossa."),
        (ViolationKind.FORM, "You sleep {duration_mean}.\nMore follows."),
        (ViolationKind.FORM, "You sleep {duration_mean}\u200d now."),
        (ViolationKind.FORM, "You sleep {duration_mean}\u202e now."),
        (ViolationKind.FORM, "Assistant: you sleep {duration_mean}."),
        (ViolationKind.FORM, "It has been verified that you sleep {duration_mean}."),
        (ViolationKind.NUMBER, "Bright light is best from 06:45 pm, in the evening, not {dlmo}."),
        (ViolationKind.NUMBER, "Half of {duration_mean} is deep rest."),
        (ViolationKind.NUMBER, "You sleep {duration_mean} and a half."),
        (ViolationKind.DIRECTION, "Your active time comes up a little ({active_duration_trend_p})."),
    ],
)
def test_what_is_not_of_the_facts_is_found(kind: ViolationKind, text: str) -> None:
    assert kind in kinds(text)
