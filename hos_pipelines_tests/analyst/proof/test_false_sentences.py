"""False and harmful sentences by class, most of them in words that our own sentences have: none passes anywhere."""

import pytest

from hos_pipelines.domain.violations import ViolationKind
from hos_pipelines_tests.analyst.proof.claims import of_known, of_restless, proof_of

CIRCADIAN = {
    "numbers": [
        "You sleep 7 h 30 min a day on average.",
        "You sleep {{sleep_need}} a day on average.",
        "Your midsleep is at {{msf}} on work days and at {{msw}} on free days.",
        "You sleep half of {{sleep_mean}} a day on average.",
        "On average you are asleep for {{sleep_mean}} a night more.",
        "Your usual time to fall asleep is {{sleep_mean}}.",
    ],
    "directions": [
        "Your sleep showed a rising trend over the last four weeks.",
        "With an estimated need of {{sleep_need}} a day, the last two weeks fall {{sleep_debt_14}} ahead.",
        "You sleep {{sleep_mean}} a day on average, more than your estimated need of {{sleep_need}}.",
        "Your nights outlast your need of {{sleep_need}}.",
    ],
    "levels": [
        "Your chronotype is extreme evening.",
        "Your falling asleep is steady: it varies by {{onset_sd}}.",
        "You are a true night owl.",
        "You fall asleep like clockwork: the spread is just {{onset_sd}}.",
    ],
    "zones": [
        "Your energy bottoms out at {{zone_peak_1_start}}.",
        "Plan demanding work from {{zone_recovery_2_start}} to {{zone_recovery_2_end}}, when high energy is expected.",
        "Your lower energy is expected from {{zone_peak_1_start}} to {{zone_peak_1_end}}: demanding work fits there.",
    ],
    "advice": [
        "Stay up tonight and train instead of sleeping.",
        "Save your coffee for after {{advice_caffeine_last}}.",
        "Have the last coffee by {{advice_light_end}}.",
        "Go to bed {{step_minutes}} later, keep that for some days.",
        "Keep the curtains closed between {{advice_light_start}} and {{advice_light_end}}.",
        "Eat between {{advice_last_meal}} and {{predicted_wake}}.",
    ],
    "medicine": [
        "At this level your risk of heart trouble goes up.",
        "This looks like insomnia.",
        "Take 3 mg of melatonin at {{advice_wind_down_start}}.",
    ],
    "negation, cause, scope": [
        "You do not usually sleep from {{usual_onset}} to {{usual_wake}}.",
        "Late weekends are what drags your sleep regularity down.",
        "Each night leaves you {{sleep_debt_14}} short.",
        "Nobody sleeps earlier than you on free days.",
    ],
}
BEHAVIOR = {
    "numbers": ["The newest value of your steps is {{steps_median}}, close to your usual {{steps_latest}}."],
    "directions": [
        "Your steps showed a rising trend over the last four weeks.",
        "Your heart at rest has been creeping up through the month.",
        "Your {{steps_z.name}} showed a {{heart_rate_resting_trend_slope.way}} trend over the last four weeks.",
    ],
    "levels": ["Your resting heart rate is as usual.", "Your bedtimes are steady.", "Bedtimes: all over the place."],
    "frequency": [
        "Most nights you get all the sleep you need.",
        "There was exercise on nearly every day.",
        "You always keep a regular bedtime.",
    ],
    "advice": ["Skip sleep for steps.", "Take it easy until you are tired.", "Add ten short walks at night."],
    "cause": ["Short nights are taking their toll on your heart rate variability."],
    "medicine": ["Your resting heart rate points to an infection."],
}  # fmt: skip


@pytest.mark.parametrize("kind", CIRCADIAN)
def test_no_false_sentence_about_timing_passes_in_any_passage(kind: str) -> None:
    for text in CIRCADIAN[kind]:
        for passage in of_known().passages:
            found = {one.kind for one in proof_of(text, passage.key, of_known()).violations}
            assert found & {ViolationKind.SENTENCE, ViolationKind.SLOT, ViolationKind.WORD}, (text, passage.key)


@pytest.mark.parametrize("kind", BEHAVIOR)
def test_no_false_sentence_about_behavior_passes_in_any_passage(kind: str) -> None:
    for text in BEHAVIOR[kind]:
        for passage in of_restless().passages:
            found = {one.kind for one in proof_of(text, passage.key, of_restless()).violations}
            assert found & {ViolationKind.SENTENCE, ViolationKind.SLOT, ViolationKind.WORD}, (text, passage.key)
