"""The sentences of honest claims, as a capable model puts them.

`{fact}` is a number in one of its right forms, `[fact]` the words for a label's value, `<later|earlier>` the word for a
side above and one below zero. `cites` are further facts the sentence rests on; `side` says on which side they lie.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from hos_pipelines.domain.clock import wrap
from hos_pipelines.domain.facts import Fact

Facts = Mapping[str, Fact]
Side = Callable[[Facts], float]
MINUTE = 1 / 60


@dataclass(frozen=True, slots=True)
class Template:
    """One sentence; `denied` is the same with a negation too many, and so wrong."""

    text: str
    cites: tuple[str, ...] = ()
    side: Side | None = None
    denied: str | None = None
    needs: Callable[[Facts], bool] = lambda _: True


def number(facts: Facts, fact_id: str) -> float:
    """The number a fact says; the facts of a template are known to say one."""
    value = facts[fact_id].value
    if not isinstance(value, float):
        raise TypeError(f"{fact_id}: says no number.")
    return value


def difference(first: str, second: str, least: float) -> Side:
    """The first number less the second; nothing where that is less than anybody would speak of."""

    def side(facts: Facts) -> float:
        gap = number(facts, first) - number(facts, second)
        return gap if abs(gap) >= least else 0.0

    return side


def turned(first: str, second: str, least: float) -> Side:
    """The same for clock hours, the shorter way round."""

    def side(facts: Facts) -> float:
        gap = wrap(number(facts, first) - number(facts, second))
        return gap if abs(gap) >= least else 0.0

    return side


def sign(fact_id: str, least: float, around: float = 0.0) -> Side:
    """Where one number lies."""

    def side(facts: Facts) -> float:
        gap = number(facts, fact_id) - around
        return gap if abs(gap) >= least else 0.0

    return side


def above(fact_id: str, least: float) -> Callable[[Facts], bool]:
    """Whether there is enough of it to speak of."""
    return lambda facts: number(facts, fact_id) >= least


def is_owed(facts: Facts) -> bool:
    """Whether sleep is owed beyond doubt, of somebody who sleeps too little."""
    reach = facts["sleep_debt_14"].interval
    return reach is not None and (reach.low or 0.0) > 0 and facts["sleep_standing"].value == "short"


def is_ahead(facts: Facts) -> bool:
    """Whether sleep was slept ahead beyond doubt."""
    reach = facts["sleep_debt_14"].interval
    return reach is not None and (reach.high or 0.0) < 0


def beyond(fact_id: str, within: str) -> Side:
    """Above or below the interval of another fact; nothing within it."""

    def side(facts: Facts) -> float:
        value, reach = number(facts, fact_id), facts[within].interval
        low, high = (None, None) if reach is None else (reach.low, reach.high)
        return value - min(max(value, low or value), high or value)

    return side


def surely(fact_id: str) -> Side:
    """On which side of nothing a difference lies with its whole interval."""

    def side(facts: Facts) -> float:
        reach = facts[fact_id].interval
        is_sure = reach is None or (reach.low or 0.0) > 0 or (reach.high or 0.0) < 0
        return number(facts, fact_id) if is_sure else 0.0

    return side


def more_than_chance(first: str, second: str) -> Side:
    """The first less the second, from the least change on that is more than chance."""

    def side(facts: Facts) -> float:
        gap, reach = number(facts, first) - number(facts, second), facts[first].interval
        least = reach.least_change if reach is not None else None
        return gap if least is not None and abs(gap) >= least else 0.0

    return side


CIRCADIAN = (
    Template("You usually fall asleep around {onset_mean} and wake around {wake_mean}."),
    Template("Most of your nights run from {onset_mean} to {wake_mean}."),
    Template("A typical night for you starts at {onset_mean}, ends at {wake_mean} and lasts {duration_mean}."),
    Template("Across {nights}, you slept {duration_mean} on average."),
    Template("On average you sleep {duration_mean} a night."),
    Template("Your bedtime moves by about {onset_sd} from night to night."),
    Template("Waking varies by {offset_sd}, falling asleep by {onset_sd}."),
    Template("On work days you drop off at {onset_work} and get up at {wake_work}."),
    Template("On free days your night begins at {onset_free} and ends at {wake_free}."),
    Template(
        "Your sleep need is estimated at {sleep_need}, and the short nights add up to {sleep_debt_14}.", needs=is_owed
    ),
    Template("Right now you carry a sleep debt of {sleep_debt_now}.", ("sleep_debt_14",), needs=is_owed),
    Template("You are asleep for {sleep_mean} a day on average."),
    Template("All in all you get {sleep_mean} of sleep a day."),
    Template("It usually takes you {sleep_latency_median} to fall asleep."),
    Template("You lie awake for {awake_median} on a usual night."),
    Template("Of your time in bed you are asleep for {sleep_efficiency_median}."),
    Template("On most nights you fall asleep around {usual_onset}."),
    Template("About {chronotype_share} of people share your type."),
    Template("About {chronotype_percentile} of people have an earlier midsleep than you."),
    Template("Your bedtimes are [regularity_plain]."),
    Template("Your bedtimes count as [regularity_plain], moving by {onset_sd}."),
    Template("You sleep [living]."),
    Template("Held against what you need, your sleep is [sleep_standing]."),
    Template(
        "Some of your nights run from {mode_1_onset} to {mode_1_wake}, others from {mode_2_onset} to {mode_2_wake}."
    ),
    Template("You seem to need {sleep_need} of sleep to feel your best."),
    Template("Your sleep regularity index comes out at {sri}."),
    Template("The middle of your sleep lies at {msf} on free days and at {msw} on work days."),
    Template("Social jetlag, the gap between free days and work days, is {sjl} for you."),
    Template(
        "Your evening melatonin onset is estimated at {dlmo}, somewhere between {dlmo_earliest} and {dlmo_latest}."
    ),
    Template("Your core body temperature probably bottoms out near {cbt_min}."),
    Template("Expect your first energy peak between {zone_peak_1_start} and {zone_peak_1_end}."),
    Template("A second peak follows from {zone_peak_2_start} to {zone_peak_2_end}."),
    Template("Energy tends to dip between {zone_recovery_2_start} and {zone_recovery_2_end}, so keep it low-key then."),
    Template("In total, {zone_peak_minutes} of your day are peak time."),
    Template("You seem to be a [chronotype].", ("chronotype",)),
    Template("Your timing points to a [chronotype], with a corrected midsleep of {msf_sc}."),
    Template("On the Munich scale you come out as [chronotype_munich]."),
    Template("The record holds {free_nights} before free days and {work_nights} before work days."),
    Template("The record lacks {missing_nights}."),
    Template("You napped on {nap_days}."),
    Template("[shift_work]."),
    Template("Nights before work days last {sd_work}; before free days it's {sd_free}."),
    Template("The length of your nights varies by {duration_sd}."),
    Template("First thing in the morning, around {predicted_wake}, is a fine moment for daylight."),
    Template("Aim for bed around {predicted_bed}; small habits, day by day, add up."),
    Template("A calm evening from {advice_wind_down_start} on helps you wind down."),
    Template("Try to have your last coffee no later than {advice_caffeine_last}."),
    Template("The steadiness of your timing comes to {timing_steadiness}."),
    Template("Composite phase deviation, a measure of how much your timing drifts, is {cpd}."),
    Template("Your weekly sleep loss comes to {sloss_week}.", needs=above("sloss_week", 600)),
    Template("Over the whole week you average {sd_week} of sleep."),
    Template("Your midsleep sits at {midpoint_mean}, give or take {midpoint_sd}."),
    Template("Get up at {predicted_wake} and let the rest of the day fall into place, one step at a time."),
    Template("Falling asleep near {onset_mean} works well for you, so hold on to it."),
    Template("It's up to you, but {predicted_bed} would be a good time for lights out."),
)

CIRCADIAN_TURNS = (
    Template(
        "On free days you wake <later|earlier> ({wake_free}) than on work days ({wake_work}).",
        (), turned("wake_free", "wake_work", 10 * MINUTE),
        "On free days you do not wake <later|earlier> ({wake_free}) than on work days ({wake_work}).",
    ),
    Template(
        "You fall asleep <later|earlier> on free days: {onset_free} rather than {onset_work}.",
        (), turned("onset_free", "onset_work", 10 * MINUTE),
        "You don't fall asleep <later|earlier> on free days: {onset_free} against {onset_work}.",
    ),
    Template(
        "The middle of your sleep moves <later|earlier> on free days, by {sjl}.",
        ("sjl_rel",), surely("sjl_rel"),
        "The middle of your sleep does not move <later|earlier> on free days; the gap is {sjl}.",
    ),
    Template(
        "You sleep <longer|shorter> before free days ({sd_free}) than before work days ({sd_work}).",
        (), difference("sd_free", "sd_work", 600),
        "You never sleep <longer|shorter> before free days ({sd_free}) than before work days ({sd_work}).",
    ),
    Template(
        "You sleep <more|less> than the {sleep_need} you seem to need: {duration_mean} on average.",
        (), beyond("duration_mean", "sleep_need"),
        "You do not sleep <more|less> than the {sleep_need} you seem to need: {duration_mean} on average.",
    ),
    Template(
        "At {sleep_mean} a day you sleep <more|less> than the {sleep_need} you seem to need.",
        (), beyond("sleep_mean", "sleep_need"),
        "At {sleep_mean} a day you do not sleep <more|less> than the {sleep_need} you seem to need.",
    ),
    Template(
        "You get up <later|earlier> on free days, by {lie_in}.",
        (), surely("lie_in"),
        "You do not get up <later|earlier> on free days; the gap is {lie_in}.",
    ),
    Template(
        "The last 14 nights leave you {sleep_debt_14} <short|ahead>.",
        (), lambda facts: 1.0 if is_owed(facts) else -1.0 if is_ahead(facts) else 0.0,
    ),
    Template(
        "{chronotype_percentile} of people sleep <earlier|later> than you.",
        (), lambda _: 1.0,
    ),
    Template(
        "Free-day nights are <longer|shorter> than work-day nights for you.",
        ("sd_free", "sd_work"), difference("sd_free", "sd_work", 600),
        "Free-day nights are not <longer|shorter> than work-day nights for you.",
    ),
    Template(
        "Your sleep shifts <later|earlier> on free days, which is what a social jetlag of {sjl} means.",
        ("sjl_rel",), surely("sjl_rel"),
    ),
    Template(
        "Compared with work days, your free days start <later|earlier>: you wake at {wake_free}.",
        ("wake_work",), turned("wake_free", "wake_work", 10 * MINUTE),
        "Compared with work days, your free days don't start <later|earlier>: you wake at {wake_free}.",
    ),
    Template(
        "Work-day nights start <earlier|later> than free-day nights, at {onset_work}.",
        ("onset_free",), turned("onset_free", "onset_work", 10 * MINUTE),
    ),
)  # fmt: skip

BEHAVIOR = (
    Template("Your latest step count was {steps_latest}, against a usual {steps_median}."),
    Template("You typically take {steps_median} steps a day."),
    Template("You logged {steps_latest} steps on your latest day."),
    Template("Your resting heart rate usually sits at {heart_rate_resting_median}."),
    Template("Your latest resting heart rate was {heart_rate_resting_latest}."),
    Template("Heart rate variability (RMSSD) was {hrv_rmssd_latest} most recently."),
    Template("Your heart rate variability (SDNN) usually lies around {hrv_sdnn_median}."),
    Template("You got enough sleep on {enough_sleep_adherence} of recorded days."),
    Template(
        "You kept a regular bedtime on {regular_bedtime_adherence} of days and a regular wake time on "
        "{regular_wake_adherence}."
    ),
    Template("Your longest streak of exercise is {exercise_longest_streak}."),
    Template("You have kept a regular bedtime for {regular_bedtime_streak} in a row. Nice going!"),
    Template("Your bedtimes spread by {regular_bedtime_timing_sd} around {typical_onset}."),
    Template("You usually wake at {typical_wake}."),
    Template("On most nights you drop off around {usual_onset}, and on most mornings you are up at {usual_wake}."),
    Template("On work days you usually fall asleep at {usual_onset_work} and wake at {usual_wake_work}."),
    Template("In a usual week you exercise for {exercise_weekly_minutes}."),
    Template("Exercise fills {exercise_weekly_days} of a usual week."),
    Template("Over the last 7 days you averaged {steps_week} steps; in the week before it was {steps_week_before}."),
    Template("Your resting heart rate averaged {heart_rate_resting_week} over the last 7 days."),
    Template("You are asleep for {sleep_mean} a day on average."),
    Template("You usually fall asleep at {typical_onset} and get up at {typical_wake}."),
    Template("After a missed day you come back to exercise {exercise_recovery} of the time."),
    Template("When you exercise on one day, you do so again on the next in {exercise_persistence} of cases."),
    Template("Your usual night is {sleep_duration_median}; the latest was {sleep_duration_latest}."),
    Template("Sleep efficiency is usually {sleep_efficiency_median} for you."),
    Template("Your readiness score stands at {readiness_score_latest}."),
    Template("Your sleep score was {sleep_score_latest}; {sleep_score_median} is usual for you."),
    Template("You were active for {active_duration_latest} on your latest day."),
    Template("Exercise usually takes {exercise_duration_median} of your day."),
    Template("Readings of {recorded_days} went into this picture."),
    Template("Your exercise habit is in [exercise_stage]."),
    Template("Your regular bedtime has reached [regular_bedtime_stage]."),
    Template("Your bedtimes show [regularity_band] regularity."),
    Template("The strength of your exercise habit is {exercise_habit_strength}."),
    Template("Your self-regulation score is {sophistication_score}."),
    Template("Your latest sleep debt is {sleep_debt_latest}."),
    Template("One step at a time: you exercised on {exercise_adherence} of days, and it's up to you to build on that."),
    Template("About {active_day_adherence} of your days were active days."),
    Template("Your routine index, how alike your nights are, is {routine_index}."),
    Template("You kept your wake time steady on {regular_wake_adherence} of days: a solid base, first and foremost."),
    Template("Your wellbeing score is {wellbeing_score_latest}."),
    Template("The habit of an active day once held for {active_day_longest_streak} on end."),
)

BEHAVIOR_TURNS = (
    Template(
        "You walked <more|less> this week ({steps_week} steps) than in the week before ({steps_week_before}).",
        (), more_than_chance("steps_week", "steps_week_before"),
        "You did not walk <more|less> this week ({steps_week} steps) than in the week before ({steps_week_before}).",
    ),
    Template(
        "On free days you wake <later|earlier> ({usual_wake_free}) than on work days ({usual_wake_work}).",
        (), turned("usual_wake_free", "usual_wake_work", 10 * MINUTE),
    ),
    Template(
        "You wake {free_minus_work_wake} <later|earlier> on free days than on work days.",
        (), surely("free_minus_work_wake"),
        "You do not wake {free_minus_work_wake} <later|earlier> on free days than on work days.",
    ),
    Template(
        "Your mornings start <later|earlier> on free days.",
        ("free_minus_work_wake",), surely("free_minus_work_wake"),
        "Your mornings do not start <later|earlier> on free days.",
    ),
    Template(
        "You take <more|fewer> steps on free days than on work days.",
        ("free_work_steps_ratio",), sign("free_work_steps_ratio", 0.05, 1.0),
        "You don't take <more|fewer> steps on free days than on work days.",
    ),
    Template(
        "Free days are <more|less> active than work days for you, going by your steps.",
        ("free_work_steps_ratio",), sign("free_work_steps_ratio", 0.05, 1.0),
    ),
    Template(
        "Your latest night ({sleep_duration_latest}) was <longer|shorter> than your usual {sleep_duration_median}.",
        ("sleep_duration_z",), difference("sleep_duration_latest", "sleep_duration_median", 0.15),
        "Your latest night ({sleep_duration_latest}) was not <longer|shorter> than your usual {sleep_duration_median}.",
    ),
    Template(
        "You walked <more|less> than usual: {steps_latest} steps against {steps_median}.",
        ("steps_z",), difference("steps_latest", "steps_median", 200),
    ),
    Template(
        "Your resting heart rate, {heart_rate_resting_latest}, is <higher|lower> than your usual "
        "{heart_rate_resting_median}.",
        ("heart_rate_resting_z",), difference("heart_rate_resting_latest", "heart_rate_resting_median", 1.5),
        "Your resting heart rate, {heart_rate_resting_latest}, is not <higher|lower> than your usual "
        "{heart_rate_resting_median}.",
    ),
)  # fmt: skip

# Of any series: {title} is its name, the facts are written with the series in place of *.
RISING = (
    ("Your {title} has been <rising|falling> over the last four weeks.", "Your {title} has not been <rising|falling>."),
    ("Your {title} is <climbing|dropping>.", "Your {title} is not <climbing|dropping>."),
    ("Lately, your {title} has been <going up|going down>.", None),
    ("There is <an upward|a downward> trend in your {title}.", "There is no <upward|downward> trend in your {title}."),
    ("Your {title} keeps <increasing|decreasing>.", "Your {title} never kept <increasing|decreasing>."),
    ("Day by day, your {title} <goes up|comes down> a little.", None),
)
BETTER = (
    ("Your {title} has <improved|worsened>.", "Your {title} has not <improved|worsened>."),
    ("Your {title} is getting <better|worse>.", "Your {title} is not getting <better|worse>."),
    ("Your {title} keeps <improving|worsening>.", None),
)
NO_TREND = ("Your {title} shows no clear trend.", "There is no clear trend in your {title}.")
# Only of a series in which a trend of any size is ruled out.
STEADY = (
    "Your {title} has been holding steady.",
    "Your {title} is neither rising nor falling.",
    "Your {title} is stable.",
)
STANDING = (
    (
        "Your latest {title} is <higher|lower> than usual for you.",
        "Your latest {title} is not <higher|lower> than usual.",
    ),
    ("Most recently, your {title} came in <above|below> your usual level.", None),
)
CHANGED = (
    ("Since {*_change_day}, your {title} averages {*_change_after}, <up|down> from {*_change_before}.", None),
    ("Your {title} went <up|down> from {*_change_before} to {*_change_after}.", None),
    ("Around {*_change_day}, your {title} moved to a <higher|lower> level: {*_change_after}.", None),
)

# Claims in place of a passage, for whichever has all facts and constants they name.
REPHRASED = (
    Template("Aim to be up around {predicted_wake}; anything from {advice_wake_start} to {advice_wake_end} will do."),
    Template("Step outside for bright light between {predicted_wake} and {advice_light_end}."),
    Template("Bright light does most between {advice_light_start} and {advice_light_end}, so get some then."),
    Template("Save your toughest tasks for {zone_peak_1_start} to {zone_peak_1_end}, when energy tends to peak."),
    Template("Block {zone_peak_2_start} to {zone_peak_2_end} for what takes the most focus."),
    Template("Between {zone_recovery_2_start} and {zone_recovery_2_end}, go for a break or something light."),
    Template("Make {advice_caffeine_last} your last call for coffee."),
    Template("Coffee within {caffeine_hours} of bedtime tends to cost sleep, so stop by {advice_caffeine_last}."),
    Template("Finish dinner by {advice_last_meal}, so that {last_meal_hours} remain before bed."),
    Template("From {advice_dim_start} on, dim the lights and let the evening be an evening."),
    Template("Start to wind down at {advice_wind_down_start}, and be in bed by {predicted_bed}."),
    Template("Start to wind down at {advice_wind_down_start}, and be in bed by {advice_bed}."),
    Template("Lights out around {predicted_bed}, between {advice_bed_start} and {advice_bed_end}."),
    Template("Head for bed between {advice_bed} and {predicted_bed}, a little sooner every few days."),
    Template("You sleep {sleep_mean} and seem to need {sleep_need}: head to bed {step_minutes} earlier, bit by bit."),
    Template("You sleep {sleep_mean}, and adults need {least_sleep_hours} or more: go to bed {step_minutes} earlier."),
    Template("You sleep {sleep_mean} a day, which is less than the {least_sleep_hours} advised for adults."),
    Template("Your midsleep moves around by {midpoint_sd_within}; steadier mornings would help."),
    Template("Train between {advice_exercise_start} and {advice_exercise_end}, and leave {exercise_hours} before bed."),
    Template("Make it a core of sleep from {mode_1_onset} to {mode_2_wake} on all days."),
    Template("Your clock is still {journey_hours} off; naps of {nap_minutes} are plenty until it has settled."),
    Template("You fall asleep at {onset_work} on work days and at {onset_free} on free days."),
    Template("Your midsleep is {msf} on free days and {msw} on work days."),
    Template("Once catch-up sleep is taken out, your midsleep comes to {msf_sc}."),
    Template("Between free days and work days lie {sjl}."),
    Template("You tend to fall asleep at {usual_onset} and wake at {usual_wake}."),
    Template("Work days see you asleep at {usual_onset_work} and awake at {usual_wake_work}."),
    Template("Enough sleep happens on {enough_sleep_adherence} of your days; bring bedtime forward little by little."),
    Template("Your bedtimes vary by {regular_bedtime_timing_sd_within}: pick one and set a prompt for it."),
    Template("Waking varies by {regular_wake_timing_sd_within}: keep one wake time on most days."),
    Template("A usual week holds {exercise_weekly_minutes} of exercise; {exercise_weekly_lacking} more would do."),
    Template("A lie-in of up to {catch_up_hours} on free days, to {wake_free}, is fine after short work nights."),
)

OPENERS = (
    "First things first: ", "Good to know: ", "Here is one to build on: ", "At the end of the day, ", "Worth a look: ",
    "To start with, ", "In short, ", "Step by step, then: ", "One more thing: ", "Nicely done. ",
    "Looking at your data, ",
)  # fmt: skip
CLOSERS = (
    " Take it one day at a time.", " Keep it up!", " It's up to you how you use it.", " Small habits add up.",
    " Let that settle in before you change anything else.", " That is a good place to start.",
    " Keep it low-key and see how it feels.", " Get up, get going, and keep it simple.", " Wind down in your own way.",
    " There is no need to rush.", " One thing at a time is plenty.", " Every bit counts, so be kind to yourself.",
    " Try it for a while and see.", " Think of it as a first step.", " Hold on to what already works.",
)  # fmt: skip

TITLES: Mapping[str, str] = {
    "steps": "step count",
    "active_duration": "active time",
    "exercise_duration": "exercise time",
    "sleep_duration": "sleep duration",
    "sleep_efficiency": "sleep efficiency",
    "sleep_debt": "sleep debt",
    "heart_rate_resting": "resting heart rate",
    "hrv_sdnn": "heart rate variability (SDNN)",
    "hrv_rmssd": "heart rate variability (RMSSD)",
    "readiness_score": "readiness score",
    "sleep_score": "sleep score",
    "activity_score": "activity score",
    "wellbeing_score": "wellbeing score",
}

# Each value of a label in words; every way of saying one value is wrong for the others.
LABELS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "chronotype": {
        "extreme_morning": ("extreme morning type",),
        "moderate_morning": ("moderate morning type",),
        "intermediate": ("intermediate type",),
        "moderate_evening": ("moderate evening type",),
        "extreme_evening": ("extreme evening type",),
    },
    "chronotype_munich": {
        "extreme_early": ("extreme early",),
        "moderate_early": ("moderate early",),
        "slight_early": ("slight early", "slightly early"),
        "intermediate": ("intermediate",),
        "slight_late": ("slight late", "slightly late"),
        "moderate_late": ("moderate late",),
        "extreme_late": ("extreme late",),
    },
    "shift_work": {
        "yes": ("You sleep at changing hours", "Your nights lie at changing hours"),
        "no": ("Nothing in your nights points to shift work", "There is no sign of shift work"),
    },
    "living": {
        "by night": ("at night", "by night"),
        "by day": ("by day", "during the day"),
        "changing": ("at changing hours",),
    },
    "sleep_standing": {"short": ("too short",), "enough": ("long enough",)},
    "regularity_plain": {
        "steady": ("steady", "very steady"),
        "fairly steady": ("fairly steady",),
        "changeable": ("changeable",),
    },
    "regularity_band": {"high": ("high",), "medium": ("medium",), "low": ("low",)},
    "hrv_state": {
        "below": ("below your usual band",),
        "within": ("within your usual band",),
        "above": ("above your usual band",),
    },
    "rhr_flag": {"raised": ("raised",), "usual": ("as usual", "at its usual level")},
    **{
        f"{habit}_stage": {
            "initiation": ("its initiation stage",),
            "early_formation": ("early formation",),
            "consolidation": ("its consolidation stage",),
            "maintenance": ("maintenance",),
        }
        for habit in ("exercise", "regular_bedtime")
    },
}
LABELLED = (
    Template("Your heart rate variability over the last week is [hrv_state]."),
    Template("Your resting heart rate is [rhr_flag]."),
)
