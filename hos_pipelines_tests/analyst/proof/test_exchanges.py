"""Numbers of one kind that have changed places: each is a cited fact's, and yet the sentence is wrong."""

import pytest

from hos_pipelines.domain.violations import ViolationKind
from hos_pipelines_tests.analyst.proof.claims import kinds

HONEST = [
    "Compared with work days at {wake_work}, you wake at {wake_free} on free days.",
    "On average you need {sleep_need} a night, and you sleep {duration_mean}.",
    "From wake-up at {predicted_wake} to bedtime at {predicted_bed}, light shapes your day.",
    "Before {steps_change_day} you walked {steps_change_before} steps; now it is {steps_change_after}.",
    "Against your usual {hrv_sdnn_median}, the latest reading of your heart rate variability is {hrv_sdnn_latest}.",
    "Start dimming the lights at {advice_dim_start} and head to bed at {predicted_bed}.",
]
EXCHANGED = [
    "Your wake time is {onset_mean} and your bedtime {wake_mean}.",
    "You wake at {wake_work} on free days and {wake_free} on work days.",
    "You need {duration_mean} but get {sleep_need}.",
    "Your usual is {hrv_sdnn_latest} and the latest {hrv_sdnn_median} for heart rate variability.",
    "Your steps went from {steps_change_after} to {steps_change_before}.",
    "Dim the lights at {predicted_bed} and head to bed at {advice_dim_start}.",
    "Get bright light between {advice_light_end} and {predicted_wake}.",
    "Be up around {advice_wake_start}; anything from {predicted_wake} to {advice_wake_end} will do.",
]


@pytest.mark.parametrize("text", HONEST)
def test_numbers_in_their_own_places_pass(text: str) -> None:
    assert kinds(text) == set()


@pytest.mark.parametrize("text", EXCHANGED)
def test_numbers_in_the_place_of_one_another_are_found(text: str) -> None:
    assert ViolationKind.NUMBER in kinds(text)
