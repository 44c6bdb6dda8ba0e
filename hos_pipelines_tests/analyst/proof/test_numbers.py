"""Numbers in claims: each way to write a true one passes, each altered, invented or hidden one is found."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hos_pipelines.analyst.proof.figures import figures
from hos_pipelines.analyst.proof.numerals import ONES, TENS, in_digits
from hos_pipelines.analyst.proof.quantities import quantities
from hos_pipelines.analyst.proof.spelling import plain
from hos_pipelines.analyst.shown import shown_value
from hos_pipelines.domain.clock_text import clock_text
from hos_pipelines.domain.violations import ViolationKind
from hos_pipelines_tests.analyst.proof.claims import evidence, fact, kinds, proof_of

# Bed 23:15, waking 06:53 on average, 7 h 12 min of sleep, need 7 h 34 min, 64 % exercise, 6,674 steps.
TRUE = [
    ("You usually fall asleep at 23:41.", ["onset_mean"]),
    ("You usually fall asleep at 11:41 pm.", ["onset_mean"]),
    ("You usually fall asleep at 11:41 p.m. and wake at 6:53 a.m.", ["onset_mean", "wake_mean"]),
    ("In the evening you usually fall asleep at 11:41.", ["onset_mean"]),
    ("Your usual bedtime is 11:41 at night.", ["onset_mean"]),
    ("You sleep from 23:41-06:53.", ["onset_mean", "wake_mean"]),
    ("Bedtime is set for quarter past eleven in the evening.", ["predicted_bed"]),
    ("Plan to wake at half past six.", ["predicted_next_wake"]),
    ("Plan to wake at quarter to eight.", ["predicted_wake"]),
    ("Your energy peak begins at ten o'clock.", ["zone_peak_1_start"]),
    ("Your energy peak begins at 10 am and ends at 12:15.", ["zone_peak_1_start", "zone_peak_1_end"]),
    ("The second peak ends at 10 pm.", ["zone_peak_2_end"]),
    ("The second peak ends at ten in the evening.", ["zone_peak_2_end"]),
    ("You sleep 7 h 12 min on average.", ["duration_mean"]),
    ("You sleep 7 h 12 on average.", ["duration_mean"]),
    ("You sleep 7h12m on average.", ["duration_mean"]),
    ("You sleep 7:12 h on average.", ["duration_mean"]),
    ("You sleep 7.2 hours on average.", ["duration_mean"]),
    ("You sleep 7,2 h on average.", ["duration_mean"]),
    ("You sleep 7.19 h on average.", ["duration_mean"]),
    ("You sleep 432 minutes on average.", ["duration_mean"]),
    ("You sleep seven hours and twelve minutes on average.", ["duration_mean"]),
    ("You sleep 7 hours, 12 minutes on average.", ["duration_mean"]),
    ("Your maintenance zones last seven hours.", ["zone_maintenance_minutes"]),
    ("Your sleep zone lasts eight and a half hours.", ["zone_sleep_minutes"]),
    ("Your sleep zone lasts 8½ hours.", ["zone_sleep_minutes"]),
    ("Your peaks last four and three quarter hours, or 285 min.", ["zone_peak_minutes"]),
    ("You exercise on 64 % of the days.", ["exercise_adherence"]),
    ("You exercise on 64% of the days.", ["exercise_adherence"]),
    ("You exercise on 64 percent of the days.", ["exercise_adherence"]),
    ("You exercise on sixty-four per cent of the days.", ["exercise_adherence"]),
    ("The share of days with exercise is 0.64.", ["exercise_adherence"]),
    ("You wake on time on half of the days after you did.", ["regular_wake_persistence"]),
    ("You usually walk 6,674 steps.", ["steps_median"]),
    ("You usually walk 6674 steps.", ["steps_median"]),
    ("You usually walk 6 674 steps a day.", ["steps_median"]),
    ("You usually walk six thousand six hundred and seventy-four steps.", ["steps_median"]),
    ("Your resting heart rate is 58 bpm.", ["heart_rate_resting_latest"]),
    ("Your resting heart rate is 58 beats per minute.", ["heart_rate_resting_latest"]),
    ("Your heart rate variability is usually 51 ms.", ["hrv_rmssd_median"]),
    ("Your heart rate variability is usually fifty-one milliseconds.", ["hrv_rmssd_median"]),
    ("25 nights were recorded, 8 nights before free days.", ["nights", "free_nights"]),
    ("8 of 25 nights end on a free day.", ["nights", "free_nights"]),
    ("Your regularity index is 89.15.", ["sri"]),
    ("Your regularity index is 89.2.", ["sri"]),
    ("The steadiness of your timing is 89 out of 100.", ["timing_steadiness"]),
    ("Your score is 46.2 points.", ["sophistication_score"]),
    ("The readiness score is 0.7.", ["readiness_score_latest"]),
    ("The correlation is 0.7.", ["association_1_rho"]),
    ("The correlation is -0.62.", ["association_2_rho"]),
    ("32 % of people are of this type.", ["chronotype_share"]),
    ("31.5 % of people are of this type.", ["chronotype_share"]),
    ("44 of 100 people have an earlier midsleep, 44 percent.", ["chronotype_percentile", "chronotype_share"]),
    ("You exercise on 4.5 days a week.", ["exercise_weekly_days"]),
    ("Since February 20 you walk 8,214 steps.", ["steps_change_day", "steps_change_after"]),
    ("Since 20 Feb you walk 8,214 steps.", ["steps_change_day", "steps_change_after"]),
    ("Since the 20th of February 2026 you walk 8,214 steps.", ["steps_change_day", "steps_change_after"]),
    ("Since 2026-02-20 you walk 8,214 steps.", ["steps_change_day", "steps_change_after"]),
    ("Your streak of a regular bedtime was five days at its longest.", ["regular_bedtime_longest_streak"]),
    ("Work and free days lie 1.3 h apart.", ["sjl"]),
    ("Work and free days lie an hour and 19 minutes apart.", ["sjl"]),
    ("Over the last 14 nights, 7 h 37 min of sleep are owed.", ["sleep_debt_14"]),
]
FALSE = [
    ("You usually fall asleep at 23:42.", ["onset_mean"]),
    ("You usually fall asleep at 11:41.", ["onset_mean"]),
    ("You usually fall asleep at 11:41 am.", ["onset_mean"]),
    ("You usually wake at 6:53 pm.", ["wake_mean"]),
    ("You usually wake at 6:53 in the evening.", ["wake_mean"]),
    ("You usually fall asleep at midnight.", ["onset_mean"]),
    ("You usually wake at seven o'clock.", ["wake_mean"]),
    ("You usually wake at 7.", ["wake_mean"]),
    ("You usually wake at ten to seven.", ["wake_mean"]),
    ("You usually wake at noon.", ["wake_mean"]),
    ("You sleep 7 h on average.", ["duration_mean"]),
    ("You sleep seven hours on average.", ["duration_mean"]),
    ("You sleep 8.2 h on average.", ["duration_mean"]),
    ("You sleep 7 h 13 min on average.", ["duration_mean"]),
    ("You sleep 7 h 21 min on average.", ["duration_mean"]),
    ("You sleep 7 h 12 min 30 s on average.", ["duration_mean"]),
    ("You sleep 7 to 7.2 h on average.", ["duration_mean"]),
    ("You sleep seven and a half hours on average.", ["duration_mean"]),
    ("You sleep 7¼ hours on average.", ["duration_mean"]),
    ("You sleep 430 minutes on average.", ["duration_mean"]),
    ("You sleep 7.2 % on average.", ["duration_mean"]),
    ("You sleep 7.2 on average.", ["duration_mean"]),
    ("You sleep at 07:12 on average.", ["duration_mean"]),
    ("You exercise on 65 % of the days.", ["exercise_adherence"]),
    ("You exercise on 46 % of the days.", ["exercise_adherence"]),
    ("You exercise on two thirds of the days.", ["exercise_adherence"]),
    ("You exercise on two in three days.", ["exercise_adherence"]),
    ("You exercise on half of the days.", ["exercise_adherence"]),
    ("You exercise on 5 of 7 days.", ["exercise_adherence"]),
    ("You exercise 64 days.", ["exercise_adherence"]),
    ("You exercise twice a week.", ["exercise_adherence"]),
    ("You exercise once a week.", ["exercise_adherence"]),
    ("You usually walk 6.7k steps.", ["steps_median"]),
    ("You usually walk 6,700 steps.", ["steps_median"]),
    ("You usually walk 6,764 steps.", ["steps_median"]),
    ("You usually walk six thousand steps.", ["steps_median"]),
    ("You usually walk a thousand steps.", ["steps_median"]),
    ("You usually walk 6,674 kcal.", ["steps_median"]),
    ("You usually walk 6,674 steps in two weeks.", ["steps_median"]),
    ("You walk 6,674 steps, double the minimum.", ["steps_median"]),
    ("Your resting heart rate is 59 bpm.", ["heart_rate_resting_latest"]),
    ("Your resting heart rate is 58 ms.", ["heart_rate_resting_latest"]),
    ("Your resting heart rate is 58.", ["heart_rate_resting_latest"]),
    ("Your regularity index is 89.3.", ["sri"]),
    ("Your regularity index is 90.", ["sri"]),
    ("Your regularity index is 89.15 out of 90.", ["sri"]),
    ("Your regularity index is 89 %.", ["sri"]),
    ("The steadiness of your timing is 89 out of 120.", ["timing_steadiness"]),
    ("The correlation is 0.74.", ["association_1_rho"]),
    ("The correlation is 0.7 in 1000 people.", ["association_1_rho"]),
    ("31 % of people are of this type.", ["chronotype_share"]),
    ("Since February 21 you walk 8,214 steps.", ["steps_change_day", "steps_change_after"]),
    ("Since March you walk 8,214 steps.", ["steps_change_day", "steps_change_after"]),
    ("Since 20 February 2025 you walk 8,214 steps.", ["steps_change_day", "steps_change_after"]),
    ("Since 2024 you walk 8,214 steps.", ["steps_change_day", "steps_change_after"]),
    ("Nine in ten nights are regular.", ["sri"]),
    ("You slept for a dozen nights.", ["nights"]),
    ("On the third night in a row you slept well.", ["nights"]),
    ("Every second night is short.", ["nights"]),
    ("Go to bed half an hour before that.", ["predicted_bed"]),
    ("Go to bed an hour before that.", ["predicted_bed"]),
    ("Go to bed at { predicted_bed }, 30 minutes of slack are fine.".replace("{ ", "{").replace(" }", "}"), []),
    ("You sleep \uff17.\uff13 h on average.", ["duration_mean"]),
    ("You sleep 7\u200b.3 h on average.", ["duration_mean"]),
    ("You sleep 7\u00a0h\u00a040 on average.", ["duration_mean"]),
    ("You sleep \u0668 hours on average.", ["duration_mean"]),
    ("You sleep \u2167 hours on average.", ["duration_mean"]),
    ("You sleep \u2467 hours on average.", ["duration_mean"]),
    ("You wake at 06\u223655 on average.", ["wake_mean"]),
    ("You sleep x8 on average.", ["duration_mean"]),
    ("Sleep is at level 9b.", ["duration_mean"]),
    ("You sleep {duration_mean} on average, 3{sleep_need} are needed.", []),
    ("You sleep {duration_mean}5 on average.", []),
    ("You sleep -{duration_mean} on average.", []),
    ("You sleep minus {duration_mean} on average.", []),
    ("You walk {steps_median} thousand steps.", []),
    ("You walk {steps_median}k steps.", []),
    ("You exercise {exercise_adherence} hours.", []),
    ("Your steadiness is {sleep_consistency} %.", []),
    ("You sleep {duration_mean} percent.", []),
    ("You sleep twice {duration_mean}.", []),
    ("Your curve is {energy_curve}.", []),
    ("A peak lasts from {zone_peak_1_end} to {zone_peak_1_start}.", []),
    ("Get up between {advice_wake_end} and {advice_wake_start}.", []),
    ("Steps went from {steps_change_after} to {steps_change_before}.", []),
    ("You fall asleep at {wake_mean} and wake at {onset_mean}.", []),
    ("You usually fall asleep at 06:53 and wake at 23:41.", ["onset_mean", "wake_mean"]),
]


@pytest.mark.parametrize(("text", "fact_ids"), TRUE)
def test_a_true_number_passes_however_it_is_written(text: str, fact_ids: list[str]) -> None:
    assert proof_of(text, *fact_ids).violations == []


@pytest.mark.parametrize(("text", "fact_ids"), FALSE)
def test_an_altered_or_hidden_number_is_found(text: str, fact_ids: list[str]) -> None:
    assert ViolationKind.NUMBER in kinds(text, *fact_ids)


def numbers() -> list[str]:
    """The ids of all facts of `known()` that show one number."""
    return [one.id for one in evidence().facts.values() if isinstance(one.value, float)]


@pytest.mark.parametrize("fact_id", numbers())
def test_every_fact_passes_as_it_is_shown_and_with_no_other_digit(fact_id: str) -> None:
    shown = shown_value(evidence().facts[fact_id])
    assert ViolationKind.NUMBER not in kinds(f"Here it is: {shown}.", fact_id)
    for place, digit in enumerate(shown):
        for other in "0123456789" if digit.isdigit() else "":
            altered = f"{shown[:place]}{other}{shown[place + 1 :]}"
            if other != digit and not says_the_same(altered, shown):
                assert ViolationKind.NUMBER in kinds(f"Here it is: {altered}.", fact_id), altered


def says_the_same(altered: str, shown: str) -> bool:
    """`no` figure at all, or zeros in other places."""
    told, other = quantities(altered), quantities(shown)
    return [one.value for one in told] == [one.value for one in other]


@given(hours=st.floats(0, 23.999), said=st.integers(0, 1439), style=st.sampled_from(["24", "12", "words"]))
def test_a_clock_time_matches_its_own_minute_only(hours: float, said: int, style: str) -> None:
    hour, minute = divmod(said, 60)
    half = "pm" if hour >= 12 else "am"
    text = {
        "24": f"{hour:02d}:{minute:02d}",
        "12": f"{hour % 12 or 12}:{minute:02d} {half}",
        "words": f"{hour % 12 or 12}:{minute:02d} in the {'evening' if hour >= 12 else 'morning'}",
    }[style]
    (one,) = quantities(text)
    (figure,) = figures(fact("typical_wake", hours, "local hour"))
    assert figure.is_told_by(one) is (clock_text(hours) == f"{hour:02d}:{minute:02d}")


@given(minutes=st.integers(1, 1439), off=st.integers(-90, 90))
def test_a_duration_matches_in_every_form_and_no_other_one_does(minutes: int, off: int) -> None:
    (figure,) = figures(fact("duration_mean", minutes / 60, "hour"))
    said = abs(minutes + off)
    hours, rest = divmod(said, 60)
    for text in (
        f"{hours} h {rest} min",
        f"{hours}h{rest:02d}",
        f"{hours} hours and {rest} minutes",
        f"{said} minutes",
    ):
        (one,) = quantities(in_digits(text))
        assert figure.is_told_by(one) is (said == minutes), text


@given(st.integers(2, 999_999))
def test_number_words_say_what_digits_say(number: int) -> None:
    assert in_digits(in_words(number)) == str(number)


def in_words(number: int) -> str:
    if number >= 1000:
        rest = f" {in_words(number % 1000)}" if number % 1000 else ""
        return f"{in_words(number // 1000)} thousand{rest}"
    if number >= 100:
        rest = f" and {in_words(number % 100)}" if number % 100 else ""
        return f"{in_words(number // 100)} hundred{rest}"
    if number >= 20:
        rest = f"-{ONES[number % 10]}" if number % 10 else ""
        return TENS[number // 10 - 2] + rest
    return ONES[number]


@given(st.text(max_size=200))
def test_no_digit_of_any_text_is_left_unread(text: str) -> None:
    words = in_digits(plain(text))
    read = {place for one in quantities(words) for place in range(one.start, one.end)}
    assert all(place in read for place, letter in enumerate(words) if letter.isdigit())
