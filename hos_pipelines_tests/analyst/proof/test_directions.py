"""Words of direction in claims: what the cited facts bear out passes, what they do not is found."""

import pytest

from hos_pipelines.analyst.proof.direction_words import direction_words
from hos_pipelines.domain.facts import Fact, Interval
from hos_pipelines.domain.violations import ViolationKind
from hos_pipelines_tests.analyst.proof.claims import fact, kinds, of_facts, proof_of

# Each a sentence with the word that is true and the one that is not.
EITHER = [
    ("You wake {free_minus_work_wake} [later|earlier] on free days.", []),
    ("You wake {free_minus_work_wake} [earlier|later] on work days.", []),
    ("On work days you wake {free_minus_work_wake} [earlier|later].", []),
    ("On free days you get up {free_minus_work_wake} [later|earlier] than on work days.", []),
    ("Compared with work days, you wake {free_minus_work_wake} [later|earlier] on free days.", []),
    ("Waking comes {free_minus_work_wake} [later|earlier] at weekends than on weekdays.", []),
    ("Than on work days, waking is [later|earlier] by {free_minus_work_wake} on days off.", []),
    ("You wake at {wake_free} on free days, [later|earlier] than {wake_work} on work days.", []),
    ("You fall asleep [later|earlier] on free days ({onset_free}) than on work days ({onset_work}).", []),
    ("Your midsleep is [later|earlier] on free days: {msf} instead of {msw}.", []),
    ("Your midsleep lies {sjl_rel} [later|earlier] on free days.", []),
    ("Your social jetlag of {sjl} means a [later|earlier] midsleep on free days.", []),
    ("Nights before free days are [shorter|longer]: {sd_free} against {sd_work} on work days.", []),
    ("You sleep [longer|shorter] on work days: {sd_work} against {sd_free}.", []),
    ("At {duration_mean} you sleep [less|more] than the {sleep_need} you need.", []),
    ("Your nights are [shorter|longer] than your need: {duration_mean} against {sleep_need}.", []),
    ("You need {sleep_need}, which is [more|less] than the {duration_mean} you get.", []),
    ("Your sleep of {duration_mean} stays [below|above] your need of {sleep_need}.", []),
    ("You walk [fewer|more] steps on free days (ratio {free_work_steps_ratio}).", []),
    ("You walk [more|fewer] steps on work days (ratio {free_work_steps_ratio}).", []),
    ("Your active time has been [falling|rising] by {active_duration_trend_slope}.", []),
    ("Your active time is [declining|improving], by {active_duration_trend_slope}.", []),
    ("Active minutes have [dropped|climbed] by {active_duration_trend_slope}.", []),
    ("Your active time [decreased|increased] by {active_duration_trend_slope}.", []),
    ("Active time is going [down|up] by {active_duration_trend_slope}.", []),
    ("Active time [fell|rose] by {active_duration_trend_slope}.", []),
    ("Active time [shrank|grew] by {active_duration_trend_slope}.", []),
    ("Your active time has [worsened|improved].", ["active_duration_trend_slope"]),
    ("Your heart rate variability is [rising|falling] by {hrv_sdnn_trend_slope}.", []),
    ("Your HRV has [improved|worsened] by {hrv_sdnn_trend_slope}.", []),
    ("HRV is [climbing|slipping] by {hrv_sdnn_trend_slope}.", []),
    ("HRV is [up|down] by {hrv_sdnn_trend_slope}.", []),
    ("HRV has gone [up|down] by {hrv_sdnn_trend_slope}.", []),
    ("At {hrv_sdnn_latest} your HRV is [higher|lower] than the usual {hrv_sdnn_median}.", []),
    ("The usual {hrv_sdnn_median} of HRV is [lower|higher] than the latest {hrv_sdnn_latest}.", []),
    ("Your HRV is [elevated|reduced], {hrv_sdnn_z}.", []),
    ("Your HRV is [above|below] its usual level: {hrv_sdnn_z}.", []),
    ("Your HRV is [better|worse] than usual: {hrv_sdnn_z}.", []),
    (
        "Your HRV is [rising|falling], while active time is falling.",
        ["hrv_sdnn_trend_slope", "active_duration_trend_slope"],
    ),
    (
        "Your HRV is rising, while active time is [falling|rising].",
        ["hrv_sdnn_trend_slope", "active_duration_trend_slope"],
    ),
    ("Active time [fell|rose] and HRV rose.", ["hrv_sdnn_trend_slope", "active_duration_trend_slope"]),
    (
        "Your activity score is [lower|higher] than usual and falling.",
        ["activity_score_z", "activity_score_trend_slope"],
    ),
    ("Your steps [rose|fell] from {steps_change_before} to {steps_change_after}.", []),
    ("You walk [more|fewer] steps since {steps_change_day}: {steps_change_after}, not {steps_change_before}.", []),
    ("Before {steps_change_day} you walked [fewer|more] steps: {steps_change_before}, then {steps_change_after}.", []),
    ("Your energy is [highest|lowest] from {zone_peak_1_start} to {zone_peak_1_end}.", []),
    ("Your energy is [lower|higher] from {zone_recovery_2_start} to {zone_recovery_2_end}.", []),
    (
        "Energy is [higher|lower] from {zone_peak_1_start} and lower from {zone_recovery_2_start}.",
        [],
    ),
    (
        "Energy is higher from {zone_peak_1_start} and [lower|higher] from {zone_recovery_2_start}.",
        [],
    ),
]
# Nothing moves here, or nothing cited does.
UNFOUNDED = [
    ("Your steps are rising.", ["steps_trend_slope", "steps_trend_p"]),
    ("Your steps are falling.", ["steps_trend_slope", "steps_trend_p"]),
    ("Your steps have declined.", ["steps_median", "steps_trend_slope"]),
    ("Your steps have improved.", ["steps_median"]),
    ("Your resting heart rate is raised.", ["rhr_flag"]),
    ("Your resting heart rate is lower than usual.", ["rhr_flag"]),
    ("Your heart rate variability is below the usual band.", ["hrv_state"]),
    ("Your heart rate variability is above the usual band.", ["hrv_state"]),
    ("Your resting heart rate is higher than usual.", ["heart_rate_resting_z"]),
    ("Your sleep has become longer.", ["sleep_duration_trend_slope"]),
    ("You sleep longer than most.", ["duration_mean"]),
    ("Active time is not falling.", ["active_duration_trend_slope"]),
    ("Active time is no longer falling.", ["active_duration_trend_slope"]),
    ("Your HRV hasn't improved.", ["hrv_sdnn_trend_slope"]),
    ("Your active time is stable.", ["active_duration_trend_slope"]),
    ("Your active time is unchanged.", ["active_duration_trend_slope"]),
    ("You do not wake later on free days.", ["free_minus_work_wake"]),
    ("Your sleep is falling.", ["active_duration_trend_slope", "sleep_duration_median"]),
    ("Go to bed earlier.", ["predicted_bed"]),
    ("Your sleep has held steady.", ["sleep_duration_trend_slope"]),
    ("Your sleep is stable.", ["sleep_duration_trend_q"]),
    ("Your sleep is neither rising nor falling.", ["sleep_duration_trend_slope"]),
    ("You owe no sleep from the last 14 nights.", ["sleep_debt_14"]),
    ("You have slept {sleep_debt_14} ahead.", []),
]
FOUNDED = [
    ("Your steps are neither rising nor falling.", ["steps_trend_slope"]),
    ("Your steps are not rising.", ["steps_trend_slope", "steps_trend_p"]),
    ("Your steps are stable.", ["steps_trend_slope"]),
    ("There is no clear trend in your steps.", ["steps_trend_slope"]),
    ("There is no clear trend in your sleep.", ["sleep_duration_trend_slope"]),
    ("Your steps have held steady.", ["steps_trend_slope"]),
    ("Your steps aren't falling.", ["steps_trend_slope"]),
    ("Your resting heart rate isn't raised.", ["rhr_flag"]),
    ("Your heart rate variability is neither above nor below its usual band.", ["hrv_state"]),
    ("You do not wake earlier on free days.", ["free_minus_work_wake"]),
    ("Active time is not rising.", ["active_duration_trend_slope"]),
    ("Active time is no longer rising.", ["active_duration_trend_slope"]),
]
NO_DIRECTION: list[tuple[str, list[str]]] = [
    ("Your strongest lever is a steady morning: get up around {predicted_wake}.", []),
    ("You usually fall asleep at {onset_mean} and get up at {wake_mean}.", []),
    ("Falling asleep at {onset_mean} works more or less every night.", []),
    ("Your midsleep falls at {msf}.", []),
    ("Wake up at {predicted_wake}, no later than {advice_wake_end}.", []),
    ("Sooner or later the evening ends: wind down from {advice_wind_down_start}.", []),
    ("Keep light low and warm from {advice_dim_start} on.", []),
    ("You woke up at {wake_mean} on average, up to {wake_free} on free days.", []),
    ("Above all, keep {predicted_wake} as the time of getting up.", []),
    ("You rise at {wake_mean}; the nights before add up to {sleep_debt_14} of sleep owed.", []),
    ("Look forward to waking at {wake_mean}.", []),
    ("Your longest streak of exercise is {exercise_longest_streak}.", []),
]


def _options(text: str) -> tuple[str, str]:
    before, _, rest = text.partition("[")
    options, _, after = rest.partition("]")
    right, wrong = options.split("|")
    return before + right + after, before + wrong + after


@pytest.mark.parametrize(("text", "fact_ids"), EITHER)
def test_a_direction_passes_only_the_way_the_facts_point(text: str, fact_ids: list[str]) -> None:
    right, wrong = _options(text)
    assert proof_of(right, *fact_ids).violations == []
    assert ViolationKind.DIRECTION in kinds(wrong, *fact_ids)


@pytest.mark.parametrize(("text", "fact_ids"), UNFOUNDED)
def test_a_direction_without_a_fact_behind_it_is_found(text: str, fact_ids: list[str]) -> None:
    assert ViolationKind.DIRECTION in kinds(text, *fact_ids)


@pytest.mark.parametrize(("text", "fact_ids"), [*FOUNDED, *NO_DIRECTION])
def test_what_is_said_not_to_move_or_is_no_direction_passes(text: str, fact_ids: list[str]) -> None:
    assert proof_of(text, *fact_ids).violations == []


@pytest.mark.parametrize(
    ("passage", "text"),
    [
        (
            "recommendations/8",
            "Get bright light between {predicted_wake} and {advice_light_end}: it stops you drifting [later|earlier].",
        ),
        (
            "recommendations/4",
            "From {zone_recovery_2_start} to {zone_recovery_2_end} energy is [lower|higher]: take a break.",
        ),
        ("behavior_data_insights/0", "A [higher|lower] heart rate variability goes with longer sleep on the same day."),
        (
            "behavior_data_insights/0",
            "With more [..] sleep".replace(
                "more [..] sleep", "a higher HRV you tend to sleep [longer|shorter] that day."
            ),
        ),
        (
            "behavior_data_insights/1",
            "With [more|fewer] steps your resting heart rate tends to be lower the day after.",
        ),
        (
            "behavior_data_insights/1",
            "With more steps your resting heart rate tends to be [lower|higher] the day after.",
        ),
    ],
)
def test_the_rules_engine_s_own_words_may_be_used_the_way_it_uses_them(passage: str, text: str) -> None:
    cited = {"behavior_data_insights/0": ["association_1_rho"], "behavior_data_insights/1": ["association_2_rho"]}
    right, wrong = _options(text)
    assert proof_of(right, *cited.get(passage, []), passage=passage).violations == []
    assert ViolationKind.DIRECTION in kinds(wrong, *cited.get(passage, []), passage=passage)


def test_words_that_only_look_like_directions_are_passed_over() -> None:
    text = "Fall asleep at ten, wake up rested, catch up to two hours, more or less; sunrise helps, no more than that."
    assert [one.said for one in direction_words(text)] == []


def balance(hours: float, low: float, high: float, standing: str = "short") -> tuple[Fact, ...]:
    """What is owed, as far as that is known, and now; how sleep stands against the need."""
    return (
        fact("sleep_debt_14", hours, "hour", interval=Interval(low, high)),
        fact("sleep_debt_now", hours / 3, "hour"),
        fact("sleep_need", 8.0, "hour", interval=Interval(7.3, 8.7)),
        fact("sleep_standing", standing, "label"),
    )


OWED = [
    "You owe {sleep_debt_14} from the last 14 nights.",
    "Your sleep debt is {sleep_debt_14}.",
    "The last 14 nights fall {sleep_debt_14} short.",
    "The last 14 nights fall about {sleep_debt_14} short of a need of {sleep_need}.",
    "{sleep_debt_14} of sleep are missing.",
    "Right now you carry a debt of {sleep_debt_now}.",
]
AHEAD = [
    "You have slept {sleep_debt_14} ahead.",
    "You are {sleep_debt_14} ahead of your need.",
    "There is a surplus of {sleep_debt_14}.",
]
NEITHER = ["You owe nothing for certain.", "You have no sleep debt to speak of."]


@pytest.mark.parametrize(
    ("facts", "right"),
    [
        (balance(6.0, 1.0, 11.0), OWED),
        (balance(-6.0, -11.0, -1.0, "enough"), [*AHEAD, *NEITHER]),
        (balance(4.0, -1.0, 9.0), NEITHER),
        # What is owed by the mean of free nights alone nobody is told of whose sleep is enough.
        (balance(6.0, 1.0, 11.0, "enough"), NEITHER),
    ],
    ids=["owed", "ahead", "not clear", "enough"],
)
def test_sleep_is_owed_or_slept_ahead_only_as_its_balance_says(facts: tuple[Fact, ...], right: list[str]) -> None:
    for text in (*OWED, *AHEAD, *NEITHER):
        found = kinds(text, "sleep_debt_14", of=of_facts(*facts))
        assert (found == set()) is (text in right), text
        assert found <= {ViolationKind.DIRECTION}


def test_a_balance_below_zero_is_shown_without_its_sign() -> None:
    told = proof_of("You have slept {sleep_debt_14} ahead.", of=of_facts(*balance(-6.0, -11.0, -1.0, "enough")))
    assert told.claims[0].text == "You have slept 6 h ahead."


def test_a_difference_of_free_and_work_days_within_chance_is_none() -> None:
    for fact_id in ("lie_in", "free_minus_work_wake"):
        sure = of_facts(fact(fact_id, 1.2, "hour", interval=Interval(0.4, 2.0)))
        unsure = of_facts(fact(fact_id, 1.2, "hour", interval=Interval(-0.4, 2.8)))
        text = f"On free days you wake {{{fact_id}}} later."
        assert kinds(text, of=sure) == set()
        assert kinds(text, of=unsure) == {ViolationKind.DIRECTION}
        assert kinds("You do not wake later on free days.", fact_id, of=unsure) == set()


def test_a_drift_goes_the_way_of_its_sign() -> None:
    later = of_facts(fact("drift", 0.25, "hour per day"), fact("living", "drifting", "label"))
    assert kinds("Your sleep moves {drift} later.", "living", of=later) == set()
    assert kinds("Your sleep moves {drift} earlier.", "living", of=later) == {ViolationKind.DIRECTION}


@pytest.mark.parametrize(("least", "is_more"), [(900.0, True), (1100.0, False)])
def test_a_week_is_more_than_the_one_before_from_the_least_change_on(least: float, *, is_more: bool) -> None:
    within = Interval(None, None, least)
    weeks = of_facts(
        fact("steps_week", 9000.0, "count", interval=within),
        fact("steps_week_before", 8000.0, "count", interval=within),
    )
    cited = ("steps_week", "steps_week_before")
    assert (kinds("You walked more this week than in the week before.", *cited, of=weeks) == set()) is is_more
    assert kinds("You walked less this week than in the week before.", *cited, of=weeks) == {ViolationKind.DIRECTION}
    assert kinds("You walked {steps_week} steps, after {steps_week_before} the week before.", of=weeks) == set()
    swapped = "You walked {steps_week_before} steps this week, after {steps_week} the week before."
    assert kinds(swapped, of=weeks) == {ViolationKind.NUMBER}
