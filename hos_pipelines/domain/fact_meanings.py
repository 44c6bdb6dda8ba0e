"""What each fact means and what is usual, with the source of that norm."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple


class Meaning(NamedTuple):
    """What a term means, and what is usual with the source of that norm; `usual` is empty where there is none."""

    text: str
    usual: str = ""


MESA = "steadiest class up to 30 min, least steady above 90 (MESA, Huang 2020)"

# By id, or by a pattern of ids; the first that fits counts.
MEANINGS: Mapping[str, Meaning] = {
    "living": Meaning("how sleep lies on the clock; never why"),
    "shift_work": Meaning("whether sleep lies now at night, now by day; never why"),
    "drift": Meaning("how far midsleep moves from one day to the next", "0 of who lives by the day"),
    "onset_mean|wake_mean|midpoint_mean|typical_.*": Meaning("mean clock time over all nights"),
    "onset_(work|free)|wake_(work|free)": Meaning("mean clock time; free days are estimated from the calendar"),
    "usual_.*": Meaning("where most nights lie; days are judged by it"),
    "mode_.*": Meaning("one of two groups of nights"),
    "clock_change_day": Meaning("the hour of which days before and after differ"),
    "free_minus_work_wake|lie_in": Meaning(
        "how much later waking is on free days", "up to 2 h is catching up (NSF 2023)"
    ),
    "nap_days": Meaning("days with sleep beside the main sleep"),
    "sleep_measure": Meaning("delivered durations where they cover the nights, else the time from onset to waking"),
    "sleep_mean": Meaning("time asleep, naps included", "7 h or more (AASM/SRS 2015)"),
    "sleep_standing": Meaning("the mean against what is enough, with signs of the day"),
    "sleep_need": Meaning("what free nights last, drawn towards 8 h", "7 to 9 h for adults (NSF 2015)"),
    "sleep_debt_14": Meaning("need less sleep over 14 nights; below 0 is ahead", "about 0"),
    "sleep_debt_now": Meaning("the same, older nights counting less; below 0 is ahead", "about 0"),
    "sahha_sleep_debt": Meaning("as delivered, by a rule that Sahha does not publish"),
    "duration_mean": Meaning("from falling asleep to waking, time awake in between included"),
    "sd_(work|free|week)": Meaning("from falling asleep to waking, of the mean hours (MCTQ)"),
    "sloss_week": Meaning("what work days take from the mean night, over a week (MCTQ)"),
    "sleep_efficiency_median": Meaning("time asleep by time in bed", "85 % or more (NSF 2017)"),
    "sleep_latency_median": Meaning("from going to bed to falling asleep", "30 min or less (NSF 2017)"),
    "awake_median": Meaning("awake between falling asleep and waking", "20 min or less (NSF 2017)"),
    "sleep_pressure_.*": Meaning("how much the model says sleep is wanted (Borbely 1982)"),
    "chronotype": Meaning("the Munich types gathered to five"),
    "chronotype_munich": Meaning("by corrected midsleep", "intermediate: 04:15 to 05:15 (Roenneberg)"),
    "chronotype_percentile": Meaning("of 100 people, how many have their midsleep earlier"),
    "chronotype_share": Meaning("of 100 people, how many are of this type"),
    "msf_sc": Meaning("midsleep as it would be without sleep to make up", "about 04:15 (Munich, Roenneberg)"),
    "msf": Meaning("halfway between falling asleep and waking"),
    "msw": Meaning("halfway between falling asleep and waking"),
    "sjl.*": Meaning("how far midsleep on free days lies from work days", "about 1 h; 2 h or more is much"),
    "dlmo": Meaning("estimated from sleep times, 1.5 h either way", "about 2 h before sleep (Burgess 2003)"),
    "cbt_min": Meaning("estimated from sleep times, 1.5 h either way", "about 3 h before waking (Burgess 2003)"),
    "energy_phase": Meaning("clock hour the energy model is set by"),
    "regularity_(plain|band)": Meaning("by the spread of falling asleep", "steady: up to 30 min (MESA, Huang 2020)"),
    "timing_steadiness|circadian_health_score": Meaning("our points for steady timing; says nothing of health"),
    "(onset|offset)_sd|regular_.*_timing_sd(_within)?": Meaning("standard deviation over the nights", MESA),
    "midpoint_sd(_within)?": Meaning("standard deviation over the nights", "below 65 min (RU-SATED)"),
    "duration_sd": Meaning("standard deviation over the nights", "at most 60 min (MESA, Huang 2020)"),
    "sri": Meaning("100: asleep and awake at the same minutes every day; no norm for sleep windows"),
    "cpd": Meaning("distance of midsleep from free days and from the day before; no norm"),
    "cpd_about_mean": Meaning("distance of midsleep from its mean and from the day before; no norm"),
    "routine_index": Meaning("1: one night lies where the last one lay"),
    "predicted_.*": Meaning("mean of days of that kind, to a quarter of an hour"),
    r"zone_(peak|maintenance|recovery|sleep)_\d+_.*": Meaning("modelled; level 0 to 100 within the own day"),
    "zone_(peak|maintenance|recovery|sleep)_minutes": Meaning("how long of the predicted day"),
    "zone_threshold_.*": Meaning("edge between zones, from the own day"),
    "energy_curve|energy_m.*": Meaning("modelled from sleep times; ranks the hours of one day"),
    "second_opinion_peak_hour": Meaning("by the three-process model (Ingre 2014), which knows no dip at midday"),
    "advice_.*": Meaning("a time in the advice"),
    "hrv_state": Meaning("last 7 days against the 28 before (Plews 2014)", "within"),
    "rhr_flag": Meaning("raised: 5 bpm above usual two days in a row"),
    ".*_median": Meaning("the middle of 28 days, and how far days spread about it"),
    ".*_latest": Meaning("the newest reading, against the own days"),
    "hrv_state_q": Meaning("how likely by chance, with many looks counted"),
    ".*_trend_slope": Meaning("change a day over 28 days; q, p: how likely by chance, with many looks counted or not"),
    ".*_change_day": Meaning("first day at a new level, before and since"),
    ".*_week": Meaning("mean of the last 7 days"),
    ".*_week_before": Meaning("mean of the 7 days before those"),
    ".*_adherence": Meaning("days it was done, of those recorded"),
    ".*_streak": Meaning("recorded days in a row"),
    ".*_recovery|recovery_after_a_miss": Meaning("how often it is done on the day after"),
    ".*_habit_strength": Meaning("0 to 1, grows with repetition", "near 1 takes 66 days (Lally 2010)"),
    ".*_predictability": Meaning("above 0: the day of the week foretells it"),
    ".*_weekly_rhythm": Meaning("how much goes with the day of the week"),
    "exercise_weekly_.*": Meaning("vigorous minutes count double", "150 min or more (WHO 2020)"),
    "established_habits": Meaning("habits of strength 0.6 or more"),
    "consistency_score": Meaning("mean over all habits"),
    "association_.*": Meaning("-1 to 1: how two series move together; says nothing of causes"),
    "free_work_steps_ratio": Meaning("1: as many steps on free days as on work days"),
    "entropy_rate": Meaning("in bits; 0: active days follow a fixed pattern, 1: like a coin"),
    ".*_consistency": Meaning("1: every day alike"),
    "sophistication_score": Meaning("our points for days recorded, habits, coming back and regularity"),
    "recovery_emphasis": Meaning("how much rest a plan should hold, 0 to 1"),
    "outlying_nights": Meaning("more than 4 h from the other nights of their kind"),
    "(work|free)_nights": Meaning("not on a journey nor just after one"),
    "nights|missing_nights|recorded_days|data_coverage": Meaning("of the days looked at"),
    "new_.*": Meaning("since the analysis before"),
}


@lru_cache(maxsize=4096)
def meaning(fact_id: str) -> Meaning | None:
    """What is meant by a fact of this id; None where nothing needs to be said."""
    return next((one for ids, one in MEANINGS.items() if re.fullmatch(ids, fact_id)), None)
