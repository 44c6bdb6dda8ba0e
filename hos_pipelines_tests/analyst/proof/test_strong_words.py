"""Words of frequency, cause and exaggeration: what no cited fact bears out is refused, what one does may be said."""

import pytest

from hos_pipelines.analyst.proof.frequencies import find_unfounded_frequencies
from hos_pipelines.domain.violations import ViolationKind
from hos_pipelines_tests.analyst.proof.claims import proof_of

# Of the person of `known()`: exercise on 64 % of the days, enough sleep on 8 %, a record of 89 %.
UNFOUNDED: list[tuple[str, list[str], ViolationKind]] = [
    ("You exercise nearly every day.", ["exercise_adherence"], ViolationKind.NUMBER),
    ("You always get enough sleep.", ["enough_sleep_adherence"], ViolationKind.NUMBER),
    ("You never keep a regular bedtime.", ["regular_bedtime_adherence"], ViolationKind.NUMBER),
    ("You rarely exercise.", ["exercise_adherence"], ViolationKind.NUMBER),
    ("Exercise happens daily for you.", ["exercise_adherence"], ViolationKind.NUMBER),
    ("Your steps cause your resting heart rate.", ["steps_median", "heart_rate_resting_median"], ViolationKind.CAUSE),
    ("Because you go to bed late you walk so much.", ["typical_onset", "steps_median"], ViolationKind.CAUSE),
    ("Your irregular bedtimes are the reason for your sleep debt.", ["onset_sd", "sleep_debt_14"], ViolationKind.CAUSE),
    ("Your sleep is perfectly regular.", ["sri"], ViolationKind.EXAGGERATION),
    ("Your rhythm is in complete chaos.", ["sri"], ViolationKind.EXAGGERATION),
    ("Your exercise habit is fully automatic by now.", ["exercise_stage"], ViolationKind.EXAGGERATION),
]
FOUNDED: list[tuple[str, list[str]]] = [
    ("You exercise on most days, {exercise_adherence} of them.", ["exercise_adherence"]),
    ("You rarely get enough sleep: on {enough_sleep_adherence} of the days.", ["enough_sleep_adherence"]),
    ("Nearly all your days have a record.", ["data_coverage"]),
    ("Keep light low and warm from {advice_dim_start} on, every evening.", ["advice_dim_start"]),
    ("Try to get up at {predicted_wake} on most days.", ["predicted_wake"]),
    ("Enough sleep is always worth it: so far {enough_sleep_adherence} of the days.", ["enough_sleep_adherence"]),
]


@pytest.mark.parametrize(("text", "fact_ids", "kind"), UNFOUNDED)
def test_what_is_said_more_strongly_than_the_facts_do_is_refused(
    text: str, fact_ids: list[str], kind: ViolationKind
) -> None:
    assert kind in {one.kind for one in proof_of(text, *fact_ids).violations}


@pytest.mark.parametrize(("text", "fact_ids"), FOUNDED)
def test_a_frequency_that_a_cited_share_bears_out_or_advice_passes(text: str, fact_ids: list[str]) -> None:
    assert proof_of(text, *fact_ids).violations == []


@pytest.mark.parametrize(
    ("words", "share", "is_founded"),
    [
        ("you always", 0.97, True), ("you always", 0.9, False), ("nearly every day", 0.85, True),
        ("nearly every day", 0.64, False), ("most days", 0.51, True), ("most days", 0.49, False),
        ("you rarely", 0.2, True), ("you rarely", 0.4, False), ("you never", 0.0, True), ("you never", 0.1, False),
    ],
)  # fmt: skip
def test_each_word_has_a_band_of_shares(words: str, share: float, *, is_founded: bool) -> None:
    assert (list(find_unfounded_frequencies(words, [share], "")) == []) is is_founded


def test_what_the_engine_says_itself_may_be_said_again() -> None:
    assert list(find_unfounded_frequencies("nearly every day", [], "It happens nearly every day.")) == []
