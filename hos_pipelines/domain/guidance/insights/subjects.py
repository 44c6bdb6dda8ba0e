"""What insights are about: each subject, its unit, how much it varies within a person, and what it is made of."""

from collections.abc import Mapping
from typing import Literal, NamedTuple

from hos_pipelines.domain.behavior.wording import HOURS, SHARE

Category = Literal["sleep", "activity", "recovery", "feeling", "memory"]
POINTS = "points of 5"
LN = "ln millisecond"


class InsightSubject(NamedTuple):
    """A subject. `typical_sd` is that of single days within a person, a share of the mean where `is_relative`.

    `better` as in the behavior series. Subjects that share what they are made of are not told side by side: they move
    together by definition. `actionability` is 1 where a task of ours can move it this week, .5 indirectly.
    """

    name: str
    title: str
    category: Category
    unit: str
    typical_sd: float
    better: Literal[-1, 0, 1]
    made_of: frozenset[str]
    actionability: float = 1.0
    is_relative: bool = False


ASLEEP, TIMING, MOVEMENT, FREE_DAYS, HEART, VARIABILITY = (
    "asleep",
    "timing",
    "movement",
    "free_days",
    "heart",
    "variability",
)
# Sleep: 77 min of actigraphy in 2,404 healthy people (Messman 2022), 1.29 h; efficiency 5.2 points (CARDIA). Steps vary
# by about a third from day to day; heart rate by 2 to 4 bpm and the others are ours.
TYPICAL_SLEEP_SD = 1.29
FEELING_SD = 0.8
# A walk that was planned and done is in the steps as well.
OF_PLAN = frozenset({"plan", MOVEMENT})
SUBJECTS: Mapping[str, InsightSubject] = {
    one.name: one
    for one in (
        InsightSubject("sleep_duration", "Sleep", "sleep", HOURS, TYPICAL_SLEEP_SD, 0, frozenset({ASLEEP})),
        InsightSubject("bedtime", "Falling asleep", "sleep", HOURS, 1.0, 0, frozenset({TIMING})),
        InsightSubject(
            "sleep_efficiency", "Sleep efficiency", "sleep", SHARE, 0.052, 1, frozenset({ASLEEP, "awake"}), 0.5
        ),
        InsightSubject("steps", "Steps", "activity", "count", 0.35, 1, frozenset({MOVEMENT}), is_relative=True),
        InsightSubject(
            "active_duration", "Active time", "activity", "minute", 0.35, 1, frozenset({MOVEMENT}), is_relative=True
        ),
        InsightSubject("resting_heart_rate", "Resting heart rate", "recovery", "bpm", 3.0, -1, frozenset({HEART}), 0.5),
        InsightSubject("hrv", "Heart rate variability", "recovery", LN, 0.2, 1, frozenset({VARIABILITY}), 0.5),
        InsightSubject("plan_completion", "What is done of the plan", "activity", SHARE, 0.25, 1, OF_PLAN),
        InsightSubject("mood", "Mood", "feeling", POINTS, FEELING_SD, 1, frozenset({"mood"}), 0.5),
        InsightSubject("energy", "Energy by the journal", "feeling", POINTS, FEELING_SD, 1, frozenset({"energy"}), 0.5),
        InsightSubject("stress", "Stress", "feeling", POINTS, FEELING_SD, -1, frozenset({"stress"}), 0.5),
        InsightSubject(
            "free_days_midsleep", "Hours of sleep on free days", "sleep", HOURS, 1.0, 0, frozenset({FREE_DAYS})
        ),
        InsightSubject(
            "free_days_sleep", "Sleep on free days", "sleep", HOURS, TYPICAL_SLEEP_SD, 0, frozenset({FREE_DAYS, ASLEEP})
        ),
        InsightSubject(
            "free_days_steps",
            "Steps on free days",
            "activity",
            "count",
            0.35,
            0,
            frozenset({FREE_DAYS}),
            is_relative=True,
        ),
        InsightSubject("exercise_week", "Exercise", "activity", "minute", 60.0, 1, frozenset({"exercise"})),
        InsightSubject("steady_times", "Steadiness of sleep", "sleep", HOURS, 0.35, -1, frozenset({TIMING})),
    )
}


def made_of(subject: str) -> frozenset[str]:
    """What a subject is made of; what is remembered is of itself."""
    return SUBJECTS[subject].made_of if subject in SUBJECTS else frozenset({subject})
