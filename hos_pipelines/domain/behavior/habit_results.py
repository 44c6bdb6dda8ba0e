"""What a behavior result says of habits: a row for each behavior, the anchor, what holds and what meets friction."""

from typing import Annotated, Literal

from typing_extensions import TypedDict

from hos_pipelines.domain.analysis_result import Part
from hos_pipelines.domain.behavior.result_terms import (
    CLOCK,
    DAY,
    HOUR,
    INDEX,
    MINUTE,
    SHARE,
    Band,
    BehaviorName,
    Ids,
)
from hos_pipelines.domain.describe import DATE, LABEL, LIST, YES_OR_NO, describe
from hos_pipelines.domain.statements import Record


class BehaviorRow(Part):
    """One daily behavior over the window: how often, how steadily, how predictably."""

    behavior: BehaviorName
    title: Annotated[str, describe("What the behavior is called.")]
    adherence: Annotated[float | None, describe("Share of recorded days on which it was done.", SHARE)] = None
    adherence_low: Annotated[float | None, describe("Lower end of its 95 % interval (Wilson).", SHARE)] = None
    adherence_high: Annotated[float | None, describe("Upper end of its 95 % interval (Wilson).", SHARE)] = None
    current_streak: Annotated[
        float | None, describe("Recorded days done in a row up to the newest, of up to 56 days.", DAY)
    ] = None
    longest_streak: Annotated[float | None, describe("Most recorded days done in a row, of up to 56 days.", DAY)] = None
    persistence: Annotated[
        float | None,
        describe("Share of days done after a day done; null unless it differs from the adherence.", SHARE),
    ] = None
    recovery: Annotated[
        float | None,
        describe("Share of days done after a day missed; null unless it differs from the adherence.", SHARE),
    ] = None
    habit_strength: Annotated[
        float | None, describe("Learning curve over the days seen, 0 to 1: 28 of 28 reach 0.72, 56 of 56 0.92.", INDEX)
    ] = None
    timing_concentration: Annotated[
        float | None, describe("Length of the mean direction of its clock hours, 0 to 1.", INDEX)
    ] = None
    timing_sd: Annotated[float | None, describe("Circular standard deviation of its clock hours.", HOUR)] = None
    timing_sd_within: Annotated[
        float | None, describe("Standard deviation about the means of work and of free days.", HOUR)
    ] = None
    predictability: Annotated[
        float | None,
        describe("How much better the day of the week foretells it than its share does: 1 is all.", INDEX),
    ] = None
    weekly_rhythm: Annotated[float | None, describe("Share of variance between weekdays (eta squared).", INDEX)] = None
    weekly_rhythm_p: Annotated[float | None, describe("How often chance alone does as much.", "p")] = None
    weekly_rhythm_q: Annotated[
        float | None, describe("Share of such findings of this result that are chance.", "q")
    ] = None
    weekly_minutes: Annotated[
        float | None, describe("Minutes of moderate activity in a usual week, vigorous ones counted double.", MINUTE)
    ] = None
    weekly_lacking: Annotated[
        float | None, describe("Minutes short of the 150 a week that are advised (WHO 2020).", MINUTE)
    ] = None
    weekly_days: Annotated[float | None, describe("Days of a usual week on which it was done.", DAY)] = None
    stage: Annotated[
        str | None, describe("Stage of the habit by the days done since the last lapse that was seen.", LABEL)
    ] = None


class Anchor(Record):
    """The steadiest event of the day, to which a new habit can be attached (Fogg prompt)."""

    event: Annotated[str, describe("The event.", LABEL)]
    clock_hour: Annotated[float, describe("When most of its days have it.", CLOCK)]
    sd: Annotated[float, describe("Standard deviation of its clock hours.", HOUR)]
    days: Annotated[
        Literal["all days", "work days"],
        describe("The days it is told of: work days where free ones lie an hour or more apart.", LABEL),
    ] = "all days"
    fact_ids: Ids


class EstablishedHabit(Record):
    """A behavior of habit strength 0.6 or more (21 days done without a miss, or more with misses) that meets its mark.

    The mark is: more than half of the days beyond doubt; of exercise, the advised minutes or days of a week.
    """

    habit: BehaviorName
    strength: Annotated[float, describe("Habit strength, 0 to 1.", INDEX)]
    frequency: Annotated[
        Literal["daily", "weekly", "occasional"],
        describe("On four of five days or more, on two of seven or more, on fewer.", LABEL),
    ]
    biomarker_support: Annotated[str, describe("On how many of the recorded days it was done.")]
    fact_ids: Ids


class EmergingPattern(Record):
    """A behavior on its way to a habit."""

    pattern: BehaviorName
    maturity: Annotated[float, describe("Habit strength, 0 to 1.", INDEX)]
    direction: Annotated[
        Literal["strengthening", "weakening"] | None,
        describe("Whether the later half of the days has more or less of it, beyond chance.", LABEL),
    ]
    recommendation: Annotated[str, describe("What to do.")]
    fact_ids: Ids


class FrictionPoint(Record):
    """A behavior that fails often or seldom comes back after a miss, of those on which advice makes sense."""

    friction: Annotated[str, describe("What fails, and how often.")]
    impact: Annotated[Band, describe("High where it fails on most days beyond doubt.", LABEL)]
    mitigation_strategy: Annotated[str, describe("What may help.")]
    fact_ids: Ids


class CalendarDay(TypedDict):
    """Whether one behavior was done on one recorded local day; days without a record have no entry."""

    behavior: BehaviorName
    day: Annotated[str, describe("The local day.", DATE)]
    done: Annotated[bool, describe("Whether it was done.", YES_OR_NO)]


class HabitAnalysis(Part):
    """What the days show of each behavior."""

    behaviors: Annotated[list[BehaviorRow], describe("A row for each behavior.", LIST)]
    anchor: Annotated[Anchor | None, describe("The steadiest event; null without one usual hour.", "record")]
    established_habits: Annotated[list[EstablishedHabit], describe("What holds.", LIST)]
    emerging_patterns: Annotated[list[EmergingPattern], describe("What is on its way.", LIST)]
    friction_points: Annotated[list[FrictionPoint], describe("What meets friction, the worst first.", LIST)]
    calendar: Annotated[list[CalendarDay], describe("The last 28 days, for pictures.", LIST)]
