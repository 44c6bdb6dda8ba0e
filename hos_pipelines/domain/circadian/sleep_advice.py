"""Advice on sleep itself: its length, its regularity, when to get up and to go to bed, and for who lives otherwise.

Nothing is said below what the interval of a fact allows, and nothing that cannot be followed.
"""

import math

from hos_pipelines.domain.behavior.wording import duration_text
from hos_pipelines.domain.circadian.advice_sources import constant
from hos_pipelines.domain.circadian.adviser import KEEPS_HOURS, Adviser, weight_of
from hos_pipelines.domain.circadian.chronotype import DAY_SLEEP
from hos_pipelines.domain.circadian.zones import ROUNDING, hour_of
from hos_pipelines.domain.clock import DAY_HOURS, wrap
from hos_pipelines.domain.clock_text import clock_text
from hos_pipelines.domain.facts import Interval

HOUR_MINUTES = 60
MOST_EARLIER = 1.5
VERY_SHORT = 6.0
LEAST_SHARED = 2.0
CLEAR_LIE_IN = 0.25
# Usual spreads of falling asleep and waking in minutes, and how far people differ in them (ours, near MESA).
USUAL_SPREAD, SPREAD_SD = 32.0, 15.0
LIVES_STEADILY = ("by night", "irregular", "unknown")


def sleep_extension(adviser: Adviser) -> None:
    """Only where length, need and signs of too little sleep agree; sized by what lacks, in steps."""
    mean = adviser.number("sleep_mean")
    if mean is None or adviser.label("sleep_standing") != "short":
        return
    need, bounds = adviser.interval("sleep_need"), adviser.interval("sleep_mean")
    least = constant("least_sleep_hours")
    enough = max(least, need.low) if need is not None and need.low is not None else least
    lacking = min(MOST_EARLIER, max(0.25, math.ceil((enough - mean) * 4 - ROUNDING) / 4))
    low = 0.0 if bounds is None or bounds.high is None else min(lacking, max(0.0, enough - bounds.high))
    high = None if need is None or need.high is None else min(MOST_EARLIER, max(lacking, need.high - mean))
    adviser.hours_of("advice_earlier", lacking, "sleep_mean", Interval(low, high))
    why, rests = (f"adults need {least:g} hours or more", "least_sleep_hours")
    if mean >= least:
        why, rests = f"you seem to need {adviser.duration('sleep_need')}", "sleep_need"
    text = (
        f"You sleep {duration_text(mean)} on average; {why}. Go to bed {constant('step_minutes'):g} min earlier, keep "
        f"that for some days, and go on in such steps until it is {duration_text(lacking)} earlier."
    )
    weight = 0.95 if mean < VERY_SHORT else 0.85
    on = ["sleep_mean", "advice_earlier", "sleep_standing", rests, "step_minutes"]
    adviser.say(weight, "sleep_extension", text, None, on)


def wake_window(adviser: Adviser) -> None:
    """Around the usual time; on free days no later than the gap to work days that is advised."""
    day = adviser.day
    if day is None:
        return
    wake, usual = hour_of(day.zoned.wake_slot), "predicted_wake"
    if has_wide_gap(adviser) and day.day_type == "free":
        latest = (adviser.number("wake_work") or 0.0) + constant("catch_up_hours")
        if wrap(wake - latest) > 0:
            usual = adviser.time("advice_wake", latest, "wake_work", "+ 2 h")
            wake = adviser.number(usual) or 0.0
    margin = constant("regular_minutes") / HOUR_MINUTES
    start = adviser.time("advice_wake_start", wake - margin, usual, "- 30 min")
    end = adviser.time("advice_wake_end", wake + margin, usual, "+ 30 min")
    text = f"Get up around {clock_text(wake)}, between {{start}} and {{end}}: a steady morning sets the rest."
    weight = weight_of(_spread(adviser, "offset_sd"))
    adviser.say(weight, "wake_window", text, (start, end), [usual, "regular_minutes"])


def bed_window(adviser: Adviser) -> None:
    """Around the usual time; only before it where nights are too short."""
    day = adviser.day
    if day is None:
        return
    margin = constant("regular_minutes") / HOUR_MINUTES
    usual, earlier = hour_of(day.zoned.bed_slot), adviser.number("advice_earlier")
    weight = weight_of(_spread(adviser, "onset_sd"))
    if earlier is not None:
        start = adviser.time("advice_bed", usual - earlier, "predicted_bed", "- advice_earlier")
        text = "Be in bed between {start} and {end}, a little nearer the beginning every few days."
        adviser.say(weight, "bed_window", text, (start, "predicted_bed"))
        return
    start = adviser.time("advice_bed_start", usual - margin, "predicted_bed", "- 30 min")
    end = adviser.time("advice_bed_end", usual + margin, "predicted_bed", "+ 30 min")
    text = f"Fall asleep around {clock_text(usual)}, between {{start}} and {{end}}."
    adviser.say(weight, "bed_window", text, (start, end), ["predicted_bed", "regular_minutes"])


def week(adviser: Adviser) -> None:
    """Sleeping in after short work nights is repair, and said to be; a wider gap, or wandering hours, are named.

    Nobody who lives at changing hours is told to sleep more regularly.
    """
    if adviser.label("living") not in LIVES_STEADILY:
        return
    if has_wide_gap(adviser):
        most = constant("catch_up_hours")
        text = (
            f"On free days you get up at {adviser.clock('wake_free')}, on work days at {adviser.clock('wake_work')}: "
            f"a gap of at most {most:g} hours is easier on the body clock."
        )
        adviser.say(0.8, "regularity", text, None, ["wake_work", "wake_free", "lie_in", "catch_up_hours"])
    elif _catches_up(adviser):
        most = constant("catch_up_hours")
        text = (
            f"Getting up at {adviser.clock('wake_free')} on free days instead of {adviser.clock('wake_work')} makes up "
            f"for short work nights: up to {most:g} hours of it are fine."
        )
        on = ["wake_work", "wake_free", "sd_work", "lie_in", "catch_up_hours"]
        adviser.say(0.55, "catch_up_sleep", text, None, on)
    _steadier(adviser)


def has_wide_gap(adviser: Adviser) -> bool:
    """Whether free days begin more than two hours after work days, beyond what chance may add."""
    gap = adviser.interval("lie_in")
    keeps_hours = adviser.label("living") in KEEPS_HOURS
    return keeps_hours and gap is not None and gap.low is not None and gap.low > constant("catch_up_hours")


def _catches_up(adviser: Adviser) -> bool:
    gap, slept = adviser.interval("lie_in"), adviser.hours("sd_work")
    keeps_hours = adviser.label("living") in KEEPS_HOURS
    is_later = keeps_hours and gap is not None and gap.low is not None and gap.low >= CLEAR_LIE_IN
    return is_later and slept is not None and slept < constant("least_sleep_hours")


def _steadier(adviser: Adviser) -> None:
    """Where midsleep wanders among days of one kind by more than counts as regular, beyond what chance may add."""
    spread, reach = adviser.number("midpoint_sd_within"), adviser.interval("midpoint_sd_within")
    limit = constant("spread_minutes") / HOUR_MINUTES
    if spread is None or reach is None or reach.low is None or reach.low <= limit:
        return
    text = (
        f"The middle of your nights varies by {duration_text(spread)} among days of one kind: one fixed time of "
        "getting up is the easiest way to steadier nights."
    )
    adviser.say(0.7, "regularity", text, None, ["midpoint_sd_within", "spread_minutes"])


def other_lives(adviser: Adviser) -> None:
    """What fits people who do not sleep by night at steady hours."""
    living = adviser.label("living")
    if living == "changing":
        _anchor(adviser)
    if living == "by day" or (living == "changing" and _sleeps_by_day_at_times(adviser)):
        text = "Where you sleep by day, keep the room dark, quiet and cool, and the hours to yourself."
        adviser.say(0.75, "day_sleep", text, on=["living"])
    if living == "on journey":
        left = adviser.duration("journey_hours")
        text = (
            f"Your body clock is still about {left} off the local time and moves about {constant('settling_hours'):g} "
            f"hour a day: expect unsettled nights until then, and keep naps to {constant('nap_minutes'):g} minutes."
        )
        adviser.say(0.9, "journey", text, None, ["journey_hours", "settling_hours", "nap_minutes"])


def _sleeps_by_day_at_times(adviser: Adviser) -> bool:
    """Whether one of two groups of nights lies in the day; true as well where the nights make no groups."""
    groups = [_mode(adviser, place) for place in (1, 2)]
    return any(
        group is None or DAY_SLEEP[0] <= (group[0] + (group[1] - group[0]) % DAY_HOURS / 2) % DAY_HOURS < DAY_SLEEP[1]
        for group in groups
    )


def _mode(adviser: Adviser, place: int) -> tuple[float, float] | None:
    onset, wake = adviser.number(f"mode_{place}_onset"), adviser.number(f"mode_{place}_wake")
    return None if onset is None or wake is None else (onset, wake)


def _anchor(adviser: Adviser) -> None:
    """The hours that sleep at both times shares, where there are some: a fixed core of sleep (anchor sleep)."""
    one, two = _mode(adviser, 1), _mode(adviser, 2)
    if one is None or two is None:
        return
    (one_onset, one_wake), (two_onset, two_wake) = one, two
    starts, begin = ("mode_1_onset", one_onset) if wrap(one_onset - two_onset) > 0 else ("mode_2_onset", two_onset)
    ends, end = ("mode_1_wake", one_wake) if wrap(one_wake - two_wake) < 0 else ("mode_2_wake", two_wake)
    if not LEAST_SHARED <= (end - begin) % DAY_HOURS <= DAY_HOURS / 2:
        return
    text = "Sleep between {start} and {end} on all days if you can: a core of sleep at one time steadies the clock."
    adviser.say(0.8, "anchor_sleep", text, (starts, ends))


def _spread(adviser: Adviser, fact_id: str) -> float:
    spread = adviser.number(fact_id)
    return 0.0 if spread is None else (spread * HOUR_MINUTES - USUAL_SPREAD) / SPREAD_SD
