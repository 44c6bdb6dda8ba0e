"""In which order facts are read: by sections, what matters most first; never by the alphabet of their ids."""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

OF_SERIES = (
    "median|mad|latest|z|trend_slope|trend_p|trend_q|change_day|change_before|change_after|change_q|week|week_before"
)
OF_HABIT = (
    "adherence|adherence_low|adherence_high|streak|longest_streak|persistence|recovery|habit_strength|stage|timing_sd|"
    "timing_sd_within|timing_concentration|predictability|weekly_rhythm|weekly_rhythm_p|weekly_rhythm_q|weekly_minutes|"
    "weekly_days|weekly_lacking"
)
OTHER = "Other"
# A list of facts is read in this order; names may be patterns.
SECTIONS: Mapping[str, Sequence[str]] = {
    "When sleep happens": (
        "living", "shift_work", "drift", "mode_.*", "onset_work", "wake_work", "onset_free", "wake_free", "onset_mean",
        "wake_mean", "midpoint_mean", "usual_.*", "typical_.*", "free_minus_work_wake", "lie_in", "nap_days",
        "clock_change_day",
    ),
    "How much sleep": (
        "sleep_mean", "sleep_measure", "sleep_standing", "sleep_need", "sleep_debt_14",
        "sleep_debt_now", "sahha_sleep_debt", "duration_mean", "sd_work", "sd_free", "sd_week", "sloss_week",
        "sleep_efficiency_median", "sleep_latency_median", "awake_median", "sleep_pressure_.*",
    ),
    "Type and body clock": (
        "chronotype", "chronotype_percentile", "chronotype_munich", "chronotype_share", "msf_sc", "msf", "msw", "sjl.*",
        "dlmo.*", "cbt_min.*",
    ),
    "How regular": (
        "regularity_.*", "onset_sd", "offset_sd", "midpoint_sd.*", "duration_sd", "sri", "cpd.*", "routine_index",
        "timing_steadiness", "circadian_health_score",
    ),
    "Energy of the predicted day": (
        "predicted_wake", "predicted_bed", "predicted_next_wake", "zone_.*_start", "zone_.*_end", "zone_.*_energy",
        "zone_.*_minutes", "energy_m.*", "second_opinion_peak_hour", "energy_curve", "energy_phase", "zone_.*",
    ),
    "Times in the advice": ("advice_.*",),
    "Heart, activity and scores": (
        "hrv_state.*", "rhr_flag",
        f"(steps|active_duration|exercise_duration|sleep_.*|heart_.*|hrv_.*|.*_score)_({OF_SERIES})",
    ),
    "Habits": (
        "established_habits", "consistency_score", f".*_({OF_HABIT})",
    ),
    "What goes together": (
        "association_.*", "free_work_steps_ratio", "(sleep|activity|recovery|nutrition)_consistency", "entropy_rate",
    ),
    "Self-regulation": ("sophistication_score", "recovery_after_a_miss", "recovery_emphasis"),
    "Rest and activity by the hour": (
        "is", "iv", "ra", "l5", "l5_start_hour", "m10", "m10_start_hour", "rhythm_.*", "cosinor_.*",
    ),
    "The data beneath": (
        "nights", "work_nights", "free_nights", "outlying_nights", "missing_nights", "recorded_days", "data_coverage",
        "new_.*",
    ),
    OTHER: (".*",),
}  # fmt: skip


@lru_cache(maxsize=4096)
def place(fact_id: str) -> tuple[int, int]:
    """Where a fact stands in a list: the section, then the place within; both count from 0."""
    return next(
        (section, order)
        for section, ids in enumerate(SECTIONS.values())
        for order, one in enumerate(ids)
        if re.fullmatch(one, fact_id)
    )


def in_order(fact_ids: Iterable[str]) -> list[str]:
    """The ids in the order in which their facts are read; what has the same place goes by id."""
    return sorted(fact_ids, key=_place_and_id)


@lru_cache(maxsize=4096)
def _place_and_id(fact_id: str) -> tuple[tuple[int, int], str]:
    return place(fact_id), fact_id


def by_section(fact_ids: Iterable[str]) -> dict[str, list[str]]:
    """The ids in that order, section by section; sections without any are left out."""
    names = tuple(SECTIONS)
    sections: dict[str, list[str]] = {}
    for fact_id in in_order(fact_ids):
        sections.setdefault(names[place(fact_id)[0]], []).append(fact_id)
    return sections
