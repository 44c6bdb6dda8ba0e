"""Advice on the waking day: light, work, breaks, training, coffee, meals, the evening; no hour nobody keeps."""

import math

from hos_pipelines.domain.circadian.advice_sources import (
    EARLIEST_HOUR,
    EXERCISE_BEFORE_BED,
    LATEST_HOUR,
    LATEST_WORK_HOUR,
    constant,
)
from hos_pipelines.domain.circadian.adviser import KEEPS_HOURS, Adviser, weight_of
from hos_pipelines.domain.circadian.chronotype import from_cut
from hos_pipelines.domain.circadian.eating_hours import eating_hours
from hos_pipelines.domain.circadian.effort import EARLIEST_TYPE, hours_before_bed, is_early_type
from hos_pipelines.domain.circadian.energy_facts import EnergyDay
from hos_pipelines.domain.circadian.zones import Run, hour_of
from hos_pipelines.domain.clock import DAY_HOURS

SHORT_HOURS = 0.5
FIRST_COFFEE_HOURS = 1.0
FIRST_MEAL_HOURS = 6.0
LAST_LIGHT_HOUR = 17.0
WELL_SLEPT, SLEPT_SD = 7.3, 0.5
# The middle of the Munich distribution, and about how far its people lie apart.
USUAL_MIDSLEEP, MIDSLEEP_SD = 4.4, 1.3
USUAL_JETLAG, JETLAG_SD = 0.6, 0.5
DEEP_DIP, DIP_SD = 65.0, 8.0


class Waking:
    """The waking hours of the predicted day as hours from waking, and the waking and bedtime that are advised."""

    def __init__(self, adviser: Adviser, day: EnergyDay) -> None:
        self.day = day
        self.wake = hour_of(day.zoned.wake_slot)
        self.rise_fact = "advice_wake" if adviser.number("advice_wake") is not None else "predicted_wake"
        self.rise = adviser.number(self.rise_fact) or 0.0
        self.bed_fact = "advice_bed" if adviser.number("advice_bed") is not None else "predicted_bed"
        self.bed = adviser.number(self.bed_fact) or 0.0
        self.awake = (self.bed - self.wake) % DAY_HOURS

    def since(self, hour: float) -> float:
        """A clock hour as hours from waking."""
        return (hour - self.wake) % DAY_HOURS

    def within(self, run: Run, latest: float) -> tuple[float, float] | None:
        """The part of a run between 06:00 and a latest clock hour and before bed, in hours from waking."""
        begins = self.since(hour_of(run.start))
        ends = min(begins + run.slots / 4, self.awake)
        begins = max(begins, self._opens())
        ends = min(ends, self._closes(latest))
        return (begins, ends) if ends - begins >= SHORT_HOURS else None

    def _opens(self) -> float:
        """When six in the morning comes, in hours from waking; at once for who wakes later."""
        return self.since(EARLIEST_HOUR) if self.wake < EARLIEST_HOUR else 0.0

    def _closes(self, latest: float) -> float:
        """When it is too late, in hours from waking; at once for who wakes after it."""
        return latest - self.wake if self.wake < latest else 0.0


def day_advice(adviser: Adviser) -> None:
    """All of it; none without a predicted day."""
    if adviser.day is None:
        return
    waking = Waking(adviser, adviser.day)
    if adviser.label("living") in KEEPS_HOURS:
        _morning_light(adviser, waking)
    _focus(adviser, waking)
    _breaks(adviser, waking)
    _nap(adviser, waking)
    _exercise(adviser, waking)
    _caffeine(adviser, waking)
    _meals(adviser, waking)
    _evening(adviser, waking)


def _lateness(adviser: Adviser) -> float:
    """How late midsleep is, in usual deviations; 0 where no type is told."""
    midsleep = adviser.hours("msf_sc")
    if midsleep is None or adviser.label("chronotype") is None:
        return 0.0
    return (from_cut(midsleep) - USUAL_MIDSLEEP) / MIDSLEEP_SD


def _morning_light(adviser: Adviser, waking: Waking) -> None:
    """From waking, from six, or from the minimum of temperature, whichever is last: light before it delays the clock.

    Nobody is sent out for light when the afternoon ends, nor who sleeps among the earliest: it keeps them early.
    """
    if adviser.label("chronotype") == EARLIEST_TYPE:
        return
    hours = constant("morning_light_hours")
    start, begins = waking.rise_fact, waking.rise
    minimum = adviser.number("cbt_min")
    if minimum is not None and 0 < (minimum - begins) % DAY_HOURS < DAY_HOURS / 2:
        start, begins = "cbt_min", math.ceil(minimum * 4) / 4
    if begins < EARLIEST_HOUR or start == "cbt_min":
        begins = max(begins, EARLIEST_HOUR)
        start = adviser.time("advice_light_start", begins, start, "to the next quarter of an hour, not before 06:00")
    if begins + hours > LAST_LIGHT_HOUR:
        return
    end = adviser.time("advice_light_end", begins + hours, start, "+ 2 h")
    text = (
        f"Get {constant('morning_light_minutes'):g} minutes or more of bright light between {{start}} and {{end}}, "
        "outdoors if you can: it keeps the body clock from drifting later."
    )
    on = ["morning_light_hours", "morning_light_minutes"]
    adviser.say(weight_of(_lateness(adviser)), "morning_light", text, (start, end), on)


def _focus(adviser: Adviser, waking: Waking) -> None:
    """Whole peaks, but none that reaches into the quiet end of the day."""
    text = "Put demanding work between {start} and {end}, where your energy is expected to be highest."
    for name, run in waking.day.zoned.named_runs:
        whole = _whole(waking, run)
        is_early = whole[1] <= waking.awake - constant("wind_down_hours")
        if run.zone == "peak" and is_early and waking.within(run, LATEST_WORK_HOUR) == whole:
            adviser.say(weight_of(-_lateness(adviser) / 2), "focus_block", text, (f"{name}_start", f"{name}_end"))


def _whole(waking: Waking, run: Run) -> tuple[float, float]:
    begins = waking.since(hour_of(run.start))
    return begins, begins + run.slots / 4


def _breaks(adviser: Adviser, waking: Waking) -> None:
    """Low hours in the middle of the day; those of waking up and of the late evening need no advice."""
    awake = [(name, run) for name, run in waking.day.zoned.named_runs if run.zone != "sleep"]
    for name, run in awake[1:-1]:
        if run.zone == "recovery" and waking.within(run, LATEST_WORK_HOUR) is not None:
            text = "Energy is expected to be lower between {start} and {end}: a break or light tasks fit there."
            depth = (DEEP_DIP - (adviser.number(f"{name}_energy") or DEEP_DIP)) / DIP_SD
            adviser.say(weight_of(depth), "recovery_break", text, (f"{name}_start", f"{name}_end"))


def _nap(adviser: Adviser, waking: Waking) -> None:
    """In the first low hours of the day, before 15:00 and eight hours before bed; only where nights are short."""
    if adviser.label("sleep_standing") != "short":
        return
    for name, run in waking.day.zoned.named_runs[1:]:
        if run.zone != "recovery":
            continue
        begins = waking.since(hour_of(run.start))
        closes = min(waking.awake - constant("nap_hours"), waking.since(constant("nap_latest_hour")))
        ends = min(begins + run.slots / 4, closes)
        if ends - begins < SHORT_HOURS:
            return
        start = adviser.time("advice_nap_start", waking.wake + begins, f"{name}_start", "as it is")
        end = adviser.time("advice_nap_end", waking.wake + ends, f"{name}_end", "by 15:00 and 8 h before bed")
        text = (
            f"As your nights are short, a nap of up to {constant('nap_minutes'):g} minutes fits between {{start}} and "
            "{end}."
        )
        on = ["sleep_standing", waking.bed_fact, "nap_minutes", "nap_latest_hour", "nap_hours"]
        adviser.say(weight_of(0.0), "nap", text, (start, end), on)
        return


def _exercise(adviser: Adviser, waking: Waking) -> None:
    """A peak between 06:00 and 21:00 that leaves four hours before bed: the last one, of early types the first.

    Early types are sent to none in the evening; where only that is left, nothing is said.
    """
    is_early = is_early_type(adviser.label("chronotype"))
    gap = hours_before_bed("vigorous", is_early=is_early)
    fitting: list[tuple[str, float, float]] = []
    for name, run in waking.day.zoned.named_runs:
        span = waking.within(run, LATEST_HOUR) if run.zone == "peak" else None
        if span is None:
            continue
        ends = min(span[1], waking.awake - gap)
        if ends - span[0] >= SHORT_HOURS:
            fitting.append((name, span[0], ends))
    if not fitting:
        return
    name, begins, ends = fitting[0 if is_early else -1]
    start = adviser.time("advice_exercise_start", waking.wake + begins, f"{name}_start", "not before 06:00")
    end = adviser.time(
        "advice_exercise_end", waking.wake + ends, f"{name}_end", f"{gap:g} h before bed, by 21:00 at the latest"
    )
    hard, moderate, easy = (constant(one) for one in EXERCISE_BEFORE_BED.values())
    text = (
        f"A good time to train is {{start}} to {{end}}; hard efforts end at least {hard:g} hours before bed, moderate "
        f"ones {moderate:g} hours, easy ones {easy:g} hour."
    )
    on = [waking.bed_fact, *EXERCISE_BEFORE_BED.values(), *(["early_type_exercise_hours"] if is_early else [])]
    adviser.say(weight_of(-_lateness(adviser) / 2), "exercise", text, (start, end), on)


def _caffeine(adviser: Adviser, waking: Waking) -> None:
    """By dose: a coffee, and a double one where it may be had at all. No last one that lies before the first."""
    hours, double = constant("caffeine_hours"), constant("double_caffeine_hours")
    if waking.awake - hours < FIRST_COFFEE_HOURS:
        return
    start = adviser.time("advice_caffeine_last", waking.bed - hours, waking.bed_fact, "- 8.8 h")
    text = f"Have the last coffee by {{start}}: one within about {hours:g} hours of bed tends to cost sleep."
    on = ["caffeine_hours"]
    if waking.awake - double >= FIRST_COFFEE_HOURS:
        early = adviser.time("advice_caffeine_double", waking.bed - double, waking.bed_fact, "- 13.2 h")
        text = (
            f"Have the last coffee by {{start}}, a double one by {adviser.clock(early)}: within about {hours:g} hours "
            f"and {double:g} hours of bed they tend to cost sleep."
        )
        on = [early, "caffeine_hours", "double_caffeine_hours"]
    slept = adviser.number("sleep_mean")
    weight = weight_of(0.0 if slept is None else (WELL_SLEPT - slept) / SLEPT_SD)
    adviser.say(weight, "caffeine_cut_off", text, (start, waking.bed_fact), on)


def _meals(adviser: Adviser, waking: Waking) -> None:
    """The hours that the plan of meals is laid along."""
    hours = constant("last_meal_hours")
    if waking.awake - hours < FIRST_MEAL_HOURS:
        return
    first, last = (minutes / 60 for minutes in eating_hours(round((waking.bed - waking.rise) % DAY_HOURS * 60)))
    start = adviser.time("advice_first_meal", waking.rise + first, waking.rise_fact, "+ 30 min to 2 h")
    end = adviser.time(
        "advice_last_meal", waking.rise + last, waking.bed_fact, "- 3 h, at most 12 h after the first meal"
    )
    text = f"Eat between {{start}} and {{end}}, the last meal at least {hours:g} hours before bed."
    on = [waking.bed_fact, "last_meal_hours", "first_meal_minutes", "eating_window_hours"]
    adviser.say(weight_of(-1.0), "meal_timing", text, (start, end), on)


def _evening(adviser: Adviser, waking: Waking) -> None:
    """Low light and a quiet end; evening light is no harm to who sleeps among the earliest."""
    if adviser.label("chronotype") != EARLIEST_TYPE:
        _dimming(adviser, waking)
    hours = constant("wind_down_hours")
    start = adviser.time("advice_wind_down_start", waking.bed - hours, waking.bed_fact, "- 1 h")
    text = "Let the day end quietly from {start} to {end}."
    adviser.say(weight_of(-2.0), "wind_down", text, (start, waking.bed_fact), ["wind_down_hours"])


def _dimming(adviser: Adviser, waking: Waking) -> None:
    jetlag = adviser.hours("sjl_rel")
    weight = weight_of(0.0 if jetlag is None else (jetlag - USUAL_JETLAG) / JETLAG_SD)
    hours = constant("evening_light_hours")
    start = adviser.time("advice_dim_start", waking.bed - hours, waking.bed_fact, "- 3 h")
    text = "Keep light low and warm from {start} on: bright light in the last hours delays sleep."
    adviser.say(weight, "evening_dimming", text, (start, waking.bed_fact), ["evening_light_hours"])
