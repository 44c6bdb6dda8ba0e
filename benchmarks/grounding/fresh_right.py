"""Sentences that are right, written as a model would from the prompt."""

from collections.abc import Sequence

from benchmarks.grounding.fresh_line import Line, above, below, both, label, way

PATTERN, INSIGHTS, ADVICE = "sleep_pattern/new", "data_insights/new", "recommendations/"
LATER, STEADY = way("sjl", "later on free days"), label("regularity_band", "high")
OWED = way("sleep_debt_14", "owed")

EVIDENCE = (
    Line("evidence/msf", "On free days your sleep centres on <msf>, on work days on <msw>."),
    Line("evidence/msf", "The midpoint of your night sits at <msw> when you work and at <msf> when you are off."),
    Line("evidence/msf", "Left to itself, your body puts the middle of the night at <msf>; on work days it is <msw>."),
    Line("evidence/msf", "Your midsleep on free days, [msf], is one of the best clues to how your body clock is set."),
    Line("evidence/msf_sc", "Once sleep owed is taken into account, your midsleep on free days comes out at <msf_sc>."),
    Line("evidence/msf_sc", "Allowing for the sleep you catch up on, your natural midpoint is about <msf_sc>."),
    Line("evidence/sjl", "There are <sjl> between the middle of your work nights and that of your free nights."),
    Line("evidence/sjl", "Your free nights sit <sjl> later than your work nights.", LATER),
    Line("evidence/sjl", "Your social jetlag comes to [sjl].", above("sjl", 0)),
    Line(
        "evidence/sjl",
        "The middle of your sleep moves <sjl> earlier on free days.",
        way("sjl", "earlier on free days"),
    ),
    Line("evidence/msf", "Seen over your free days, the middle of your sleep falls at [msf:12h]."),
)
PATTERNS = (
    Line(
        "sleep_pattern/onset_mean",
        "Most nights run from about <onset_mean> to <wake_mean>, which gives you <duration_mean>.",
    ),
    Line("sleep_pattern/onset_mean", "You usually drift off around <onset_mean> and wake around <wake_mean>."),
    Line("sleep_pattern/onset_mean", "A typical night for you lasts <duration_mean>, starting near <onset_mean>."),
    Line("sleep_pattern/onset_mean", "On average you sleep [duration_mean:words], from [onset_mean] to [wake_mean]."),
    Line("sleep_pattern/onset_mean", "You tend to be awake by [wake_mean:12h] after about [duration_mean] of sleep."),
    Line("sleep_pattern/onset_sd", "The time you fall asleep varies by <onset_sd>, the time you wake by <offset_sd>."),
    Line("sleep_pattern/onset_sd", "Bedtimes shift by around <onset_sd> from night to night, mornings by <offset_sd>."),
    Line("sleep_pattern/onset_sd", "Your sleep onset spreads over [onset_sd] and your wake time over [offset_sd]."),
    Line(
        "sleep_pattern/sleep_need",
        "You seem to need about <sleep_need> a night, and you owe <sleep_debt_14> from the last two weeks.",
        OWED,
    ),
    Line(
        "sleep_pattern/sleep_need",
        "Your estimated sleep need is <sleep_need>; over the last two weeks <sleep_debt_14> are missing.",
        OWED,
    ),
    Line("sleep_pattern/sleep_need", "Around [sleep_need:words] of sleep looks right for you."),
    Line(
        "sleep_pattern/sleep_need",
        "Short nights in the past two weeks have left <sleep_debt_14> of sleep owed.",
        OWED,
    ),
    Line(PATTERN, "Your sleep regularity index is <sri>."),
    Line(
        PATTERN,
        "With a sleep regularity index of [sri], your days have a recognisable rhythm to build on.",
        above("sri", 85),
    ),
    Line(PATTERN, "On work days you wake at <wake_work>, on free days at <wake_free>."),
    Line(PATTERN, "You fall asleep around <onset_work> before work days and around <onset_free> before free days."),
    Line(PATTERN, "Work nights give you <sd_work> of sleep, free nights <sd_free>."),
    Line(PATTERN, "Across the whole week your sleep comes to <sd_week> a night."),
    Line(PATTERN, "Your nights differ in length by about <duration_sd>."),
    Line(PATTERN, "The middle of your sleep moves by about <midpoint_sd> from night to night."),
    Line(
        PATTERN,
        "All of this rests on <nights>, <work_nights> before work and <free_nights> before free days.",
        above("free_nights", 0),
    ),
    Line(
        PATTERN,
        "Not one night is missing from your record.",
        both(label("shift_work", "no"), below("missing_nights", 1)),
        ("missing_nights",),
    ),
    Line(PATTERN, "Your recording has gaps on <missing_nights>.", above("missing_nights", 1)),
    Line(PATTERN, "You took no naps on the days recorded.", below("nap_days", 1), ("nap_days",)),
    Line(
        PATTERN,
        "You look like a moderate morning type.",
        label("chronotype", "moderate_morning"),
        ("chronotype",),
    ),
    Line(
        PATTERN,
        "Your body clock leans to mornings: your type is moderate morning.",
        label("chronotype", "moderate_morning"),
        ("chronotype",),
    ),
    Line(PATTERN, "Your chronotype is <chronotype>, and <chronotype_share> of people share it."),
    Line(PATTERN, "In the Munich distribution you count as <chronotype_munich>."),
    Line(PATTERN, "Your chronotype reads as [chronotype]."),
    Line(
        PATTERN,
        "You are a moderate evening type, so late hours come naturally to you.",
        label("chronotype", "moderate_evening"),
        ("chronotype",),
    ),
    Line(
        PATTERN,
        "Counting older nights less, you currently owe <sleep_debt_now> of sleep.",
        OWED,
    ),
    Line(PATTERN, "Sahha puts your sleep debt at <sahha_sleep_debt>.", above("sahha_sleep_debt", 0.2)),
    Line(PATTERN, "Your circadian health score stands at <circadian_health_score>."),
    Line(PATTERN, "Your next waking is expected at about <predicted_next_wake>."),
    Line(PATTERN, "Sleep is expected between <zone_sleep_1_start> and <zone_sleep_1_end>."),
    Line(PATTERN, "In all, <zone_peak_minutes> of your day should be peak time, so plan what matters there."),
    Line(
        PATTERN,
        "Your free nights are shifted later by <sjl>, a small gap you can be relaxed about.",
        both(LATER, below("sjl", 3000)),
    ),
    Line(PATTERN, "Recovery time adds up to <zone_recovery_minutes>; use it for light tasks."),
    Line(PATTERN, "Your data do not suggest shift work.", label("shift_work", "no"), ("shift_work",)),
    Line(PATTERN, "Your nights average [duration_mean], and your estimated need is [sleep_need]."),
    Line(PATTERN, "Of the nights recorded, [work_nights] were before work days.", above("work_nights", 1)),
)
SCHEDULE = (
    Line(
        ADVICE + "advice_wake_start",
        "Aim to get up around <predicted_wake>, anywhere from <advice_wake_start> to <advice_wake_end>.",
    ),
    Line(
        ADVICE + "advice_wake_start",
        "Keep your mornings steady: feet on the floor between <advice_wake_start> and <advice_wake_end>.",
    ),
    Line(
        ADVICE + "advice_wake_start",
        "One anchor is enough to begin with. Rise near <predicted_wake>, even at weekends.",
    ),
    Line(
        ADVICE + "advice_wake_start",
        "Set your alarm for about [predicted_wake:12h] and let the rest of the day follow.",
    ),
    Line(ADVICE + "advice_light_end", "Step outside for bright light before <advice_light_end>."),
    Line(
        ADVICE + "advice_light_end",
        "Morning daylight up to <advice_light_end> helps keep your body clock from drifting later.",
    ),
    Line(
        ADVICE + "advice_light_end",
        "Can you get outside early? Bright light until [advice_light_end] suits your body clock.",
    ),
    Line(
        ADVICE + "zone_peak_1_start",
        "Save your hardest work for <zone_peak_1_start> to <zone_peak_1_end>, when your energy should be highest.",
    ),
    Line(
        ADVICE + "zone_peak_1_start",
        "Your first peak runs from <zone_peak_1_start> to <zone_peak_1_end>: protect it for what matters.",
    ),
    Line(
        ADVICE + "zone_peak_1_start", "Block the hours between [zone_peak_1_start] and [zone_peak_1_end] for deep work."
    ),
    Line(
        ADVICE + "zone_peak_2_end",
        "A second window for demanding tasks opens at <zone_peak_2_start> and closes at <zone_peak_2_end>.",
    ),
    Line(
        ADVICE + "zone_peak_2_end",
        "Energy is expected to peak again from <zone_peak_2_start>, so leave a challenge for then.",
    ),
    Line(
        ADVICE + "zone_recovery_2_start",
        "Expect a dip between <zone_recovery_2_start> and <zone_recovery_2_end>; a short break fits well.",
    ),
    Line(
        ADVICE + "zone_recovery_2_start",
        "Around <zone_recovery_2_start> energy is likely to be lower, so go easy until <zone_recovery_2_end>.",
    ),
    Line(
        ADVICE + "zone_recovery_2_start",
        "Be kind to yourself from [zone_recovery_2_start:12h] to [zone_recovery_2_end:12h] and keep tasks light.",
    ),
    Line(ADVICE + "advice_exercise_end", "Train between <zone_peak_2_start> and <advice_exercise_end> if you can."),
    Line(
        ADVICE + "advice_exercise_end",
        "Finish hard workouts by <advice_exercise_end>, at least <exercise_hours> before bed at <predicted_bed>.",
    ),
    Line(
        ADVICE + "advice_exercise_end",
        "Your second peak is a good moment to move: start at <zone_peak_2_start> and be done by <advice_exercise_end>.",
    ),
    Line(ADVICE + "advice_caffeine_last", "Make <advice_caffeine_last> your cut-off for coffee."),
    Line(
        ADVICE + "advice_caffeine_last",
        "Enjoy your last coffee by <advice_caffeine_last>, about <caffeine_hours> ahead of bed.",
    ),
    Line(ADVICE + "advice_caffeine_last", "After [advice_caffeine_last], switch to something without caffeine."),
    Line(
        ADVICE + "advice_last_meal", "Try to have dinner finished by <advice_last_meal>, <last_meal_hours> before bed."
    ),
    Line(ADVICE + "advice_last_meal", "Keep your meals between <predicted_wake> and <advice_last_meal>."),
    Line(ADVICE + "advice_dim_start", "From <advice_dim_start> on, swap bright lamps for low, warm light."),
    Line(
        ADVICE + "advice_dim_start",
        "Dim the lights at <advice_dim_start>; bright light late in the evening can delay sleep.",
    ),
    Line(
        ADVICE + "advice_wind_down_start",
        "Start winding down at <advice_wind_down_start> so that <predicted_bed> comes naturally.",
    ),
    Line(
        ADVICE + "advice_wind_down_start",
        "Give yourself a quiet stretch from [advice_wind_down_start] until lights out at [predicted_bed].",
    ),
    Line(
        ADVICE + "advice_bed_end",
        "Let sleep come between <advice_bed_start> and <advice_bed_end>, ideally near <predicted_bed>.",
    ),
    Line(ADVICE + "advice_bed_end", "A bedtime close to <predicted_bed> fits your body clock well."),
    Line(
        ADVICE + "midpoint_sd", "Your nights wander by <midpoint_sd>; steadier times for bed and getting up will help."
    ),
    Line(ADVICE + "wake_free", "You get up at <wake_work> on work days and at <wake_free> on free days."),
    Line(
        "archetype/predicted_wake",
        "Choose one fixed point first: getting up at <predicted_wake>. Everything else can follow.",
    ),
)
HABITS = (
    Line(ADVICE + "enough_sleep_adherence", "Bring your bedtime forward a little at a time."),
    Line(ADVICE + "enough_sleep_adherence", "Try going to bed a touch earlier, step by step."),
    Line(ADVICE + "enough_sleep_adherence", "Tonight, turn in a quarter of an hour earlier than usual."),
    Line(
        ADVICE + "typical_onset",
        "If you want to add something new, place it before bed, which is around <typical_onset> for you.",
    ),
    Line(
        ADVICE + "typical_onset",
        "Tie a new habit to your evening: bedtime is a steady moment for you.",
        STEADY,
        ("regularity_band",),
    ),
    Line(
        ADVICE + "exercise_adherence",
        "Decide in advance when and where you will exercise, and keep it short enough to succeed.",
    ),
    Line(ADVICE + "exercise_adherence", "Planning the place and time of your exercise is the next step."),
    Line(ADVICE + "regularity_band", "Pick one bedtime and set a reminder half an hour ahead of it."),
    Line(ADVICE + "regularity_band", "Choose one bedtime and hold on to it; a prompt shortly before will remind you."),
    Line(ADVICE + "rhr_flag", "Go gently until your resting heart rate is back to usual."),
    Line(ADVICE + "rhr_flag", "Your resting heart rate is above its usual level, so let today be an easy day."),
    Line(ADVICE + "hrv_state", "Choose easy movement today and an early night."),
    Line(
        ADVICE + "hrv_state",
        "Your heart rate variability is below your own baseline: rest comes first.",
        label("hrv_state", "below"),
    ),
    Line(ADVICE + "recorded_days", "Wear your device day and night so that we can see more than <recorded_days>."),
    Line("signature/typical_onset", "You usually fall asleep at <typical_onset> and wake at <typical_wake>."),
    Line(
        "signature/typical_onset",
        "Your rhythm is highly regular, with bedtimes that vary by <regular_bedtime_timing_sd>.",
        STEADY,
        ("regularity_band",),
    ),
    Line(
        INSIGHTS,
        "Your regular bedtime holds on <regular_bedtime_adherence> of days.",
        above("regular_bedtime_adherence", 0.5),
    ),
    Line(
        INSIGHTS,
        "You kept a regular bedtime on nearly every day, <regular_bedtime_adherence> of them.",
        above("regular_bedtime_adherence", 0.93),
    ),
    Line(
        INSIGHTS,
        "Going to bed at a regular time is in the consolidation stage.",
        label("regular_bedtime_stage", "consolidation"),
        ("regular_bedtime_stage",),
    ),
    Line(
        INSIGHTS,
        "Exercise is still in early formation, and that is a fine place to start.",
        label("exercise_stage", "early_formation"),
        ("exercise_stage",),
    ),
    Line(INSIGHTS, "Your exercise habit is in its [exercise_stage] stage."),
    Line(
        INSIGHTS,
        "Your longest exercise streak so far is <exercise_longest_streak>.",
        above("exercise_longest_streak", 1),
    ),
    Line(INSIGHTS, "You have kept your wake time for <regular_wake_streak> in a row.", above("regular_wake_streak", 1)),
    Line(INSIGHTS, "When you miss a workout, you pick it up the next day in <exercise_recovery> of cases."),
    Line(INSIGHTS, "A typical day holds <steps_median> steps."),
    Line(
        INSIGHTS,
        "You took <steps_latest> steps on the latest day, lower than your usual <steps_median>.",
        way("steps_z", "lower"),
        ("steps_z",),
    ),
    Line(
        INSIGHTS,
        "You usually take [steps_median] steps, and there is no clear trend either way.",
        way("steps_trend_slope", "neither rising nor falling"),
        ("steps_trend_slope",),
    ),
    Line(
        INSIGHTS,
        "Your steps are neither rising nor falling.",
        way("steps_trend_slope", "neither rising nor falling"),
        ("steps_trend_slope",),
    ),
    Line(
        INSIGHTS,
        "Your sleep duration has held steady, with a median of <sleep_duration_median>.",
        way("sleep_duration_trend_slope", "neither rising nor falling"),
        ("sleep_duration_trend_slope",),
    ),
    Line(
        INSIGHTS,
        "Your resting heart rate is rising by <heart_rate_resting_trend_slope>.",
        way("heart_rate_resting_trend_slope", "rising"),
    ),
    Line(
        "data_insights/heart_rate_resting_trend_slope",
        "Over the last four weeks your resting heart rate has been climbing.",
        way("heart_rate_resting_trend_slope", "rising"),
    ),
    Line(
        "data_insights/readiness_score_trend_slope",
        "Your readiness has been slipping over the last four weeks.",
        way("readiness_score_trend_slope", "falling"),
    ),
    Line(
        "data_insights/hrv_rmssd_trend_slope",
        "Good news: your heart rate variability is trending up.",
        way("hrv_rmssd_trend_slope", "rising"),
    ),
    Line(
        "data_insights/hrv_rmssd_change_day",
        "Since <hrv_rmssd_change_day> your heart rate variability averages <hrv_rmssd_change_after>; "
        "before it was <hrv_rmssd_change_before>.",
    ),
    Line(
        "data_insights/sleep_debt_change_day",
        "Your sleep debt changed on <sleep_debt_change_day>: from <sleep_debt_change_before> "
        "to <sleep_debt_change_after> on average.",
    ),
    Line(
        "data_insights/sleep_duration_trend_slope",
        "You have been sleeping longer over the last four weeks.",
        way("sleep_duration_trend_slope", "rising"),
    ),
    Line(
        INSIGHTS,
        "Your heart rate variability is within your usual range.",
        label("hrv_state", "within"),
        ("hrv_state",),
    ),
    Line(
        INSIGHTS,
        "Heart rate variability sits above your own baseline, a good sign for recovery.",
        label("hrv_state", "above"),
        ("hrv_state",),
    ),
    Line(
        INSIGHTS,
        "Your resting heart rate is where it usually is, with a median of <heart_rate_resting_median>.",
        label("rhr_flag", "usual"),
        ("rhr_flag",),
    ),
    Line(
        INSIGHTS,
        "Your latest resting heart rate was <heart_rate_resting_latest>, higher than usual for you.",
        way("heart_rate_resting_z", "higher"),
        ("heart_rate_resting_z",),
    ),
    Line(
        INSIGHTS,
        "On free days you wake <free_minus_work_wake> later.",
        way("free_minus_work_wake", "later on free days"),
    ),
    Line(
        INSIGHTS,
        "You walk less on free days than on work days.",
        way("free_work_steps_ratio", "lower on free days"),
        ("free_work_steps_ratio",),
    ),
    Line(INSIGHTS, "Your regularity is high, and that is worth celebrating.", STEADY, ("regularity_band",)),
    Line(
        INSIGHTS,
        "Your regularity is low for now; small steps count.",
        label("regularity_band", "low"),
        ("regularity_band",),
    ),
    Line(INSIGHTS, "Sleep efficiency typically reaches <sleep_efficiency_median>."),
    Line(INSIGHTS, "You spend about <active_duration_median> a day being active."),
    Line(INSIGHTS, "<established_habits> of your habits are established.", above("established_habits", 1)),
    Line(INSIGHTS, "No day went unrecorded, <recorded_days> in all.", above("recorded_days", 27.5), ("data_coverage",)),
    Line(
        INSIGHTS,
        "Your mental wellbeing score was <mental_wellbeing_score_latest> on the latest day "
        "and its median is <mental_wellbeing_score_median>.",
    ),
    Line(INSIGHTS, "After a miss you get back on track <recovery_after_a_miss> of the time."),
)
RIGHT: Sequence[Line] = (*EVIDENCE, *PATTERNS, *SCHEDULE, *HABITS)
