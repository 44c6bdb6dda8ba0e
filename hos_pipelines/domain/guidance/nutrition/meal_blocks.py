"""The seven blocks of eating, laid along one waking day: when each lies, how much of the energy it takes, and why.

Eating begins after waking and ends three hours before bed, within twelve hours. Who works by night eats the main meals
after waking and before the shift; between midnight and five only little (Chellappa 2021). Sources stand in
`advice_sources.py`.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Final

from hos_pipelines.domain.circadian.advice_sources import constant
from hos_pipelines.domain.circadian.eating_hours import FIRST_MEAL, WINDOW, eating_hours
from hos_pipelines.domain.guidance.nutrition.day_anchors import DayAnchors, TimedSpan, elapsed
from hos_pipelines.domain.guidance.nutrition.meal_room import growth, with_room
from hos_pipelines.domain.guidance.nutrition.planned_meal_block import BlockName, MealBlock

SHARES: Final[Mapping[BlockName, Decimal]] = {
    "Early_Morning": Decimal(0),
    "Breakfast": Decimal("0.25"),
    "Morning_Snack": Decimal("0.08"),
    "Lunch": Decimal("0.30"),
    "Afternoon_Snack": Decimal("0.10"),
    "Dinner": Decimal("0.27"),
    "Evening_Snack": Decimal(0),
}
USES: Final[Mapping[BlockName, str | None]] = {
    "Early_Morning": "early",
    "Breakfast": "breakfast",
    "Morning_Snack": "snack",
    "Lunch": "lunch",
    "Afternoon_Snack": "snack",
    "Dinner": "dinner",
    "Evening_Snack": None,
}
MINUTES, MAIN_MINUTES, EARLY_MINUTES = 5, 30, 15
LUNCH_AT = 0.43
AFTER_LAST = 60
BEFORE_SHIFT, LEAST_BETWEEN = 15, 120
NIGHT_SHARE = Decimal(str(constant("night_meal_share")))
NIGHT = range(5)
DAY_SLEEPER_FROM = 14
FIRST_TEXT: Final = "The first meal follows your waking; a steady hour is easier to keep."
BEFORE_TRAINING, AFTER_TRAINING = timedelta(hours=3), timedelta(hours=2, minutes=30)


def meal_blocks(anchors: DayAnchors) -> tuple[MealBlock, ...]:
    """All seven, in the order of the day, without overlap; one that has no room is among them and takes nothing.

    Raises:
        PlanRefusedError: the anchors make no waking day.
    """
    anchors.check()
    starts = _starts(anchors)
    blocks = [_block(anchors, name, starts[name]) for name in SHARES]
    blocks = [_at_night(anchors, block) for block in blocks]
    blocks = [_around_training(anchors, block) for block in blocks]
    return tuple(_whole(with_room(blocks)))


def is_night_worker(anchors: DayAnchors) -> bool:
    """Whether a shift lies in the small hours, or the day begins in the afternoon or later."""
    shift = anchors.shift
    if shift is not None:
        hours = int(elapsed(shift.start, shift.end) / timedelta(hours=1)) + 1
        by_hour = (shift.start + timedelta(hours=hour) for hour in range(hours))
        return any(at.hour in NIGHT for at in by_hour)
    return anchors.wake.hour >= DAY_SLEEPER_FROM


def _starts(anchors: DayAnchors) -> dict[BlockName, int]:
    """Minutes after waking at which each block begins."""
    first, end = _eating_hours(anchors)
    dinner = end - MAIN_MINUTES
    lunch = _lunch(anchors, first, dinner)
    morning = _round((first + MAIN_MINUTES + lunch) / 2 - MAIN_MINUTES / 2)
    middle = _round((lunch + MAIN_MINUTES + dinner) / 2 - MAIN_MINUTES / 2)
    low = _low_point(anchors, lunch, dinner)
    return {
        "Early_Morning": 0,
        "Breakfast": first,
        "Morning_Snack": morning,
        "Lunch": lunch,
        "Afternoon_Snack": middle if low is None else _round(anchors.minutes_to(low.start)),
        "Dinner": dinner,
        "Evening_Snack": end + AFTER_LAST,
    }


def _eating_hours(anchors: DayAnchors) -> tuple[int, int]:
    """From when until when is eaten; from earlier on where two meals have to come before a night shift."""
    first, end = eating_hours(anchors.awake_minutes)
    before = _shift_begins(anchors)
    if before is None:
        return first, end
    earlier = _latest_lunch(before) - LEAST_BETWEEN - MAIN_MINUTES
    if not FIRST_MEAL <= earlier < first:
        return first, end
    return earlier, min(end, _down(earlier + WINDOW))


def _latest_lunch(before: int) -> int:
    return _down(before - BEFORE_SHIFT - MAIN_MINUTES)


def _lunch(anchors: DayAnchors, first: int, dinner: int) -> int:
    """In the middle of the eating hours; before a night shift where it would fall into it."""
    lunch = _round(first + (dinner - first) * LUNCH_AT)
    before = _shift_begins(anchors)
    if before is not None:
        latest = _latest_lunch(before)
        if first + MAIN_MINUTES + LEAST_BETWEEN <= latest < lunch + MAIN_MINUTES:
            return latest
    return lunch


def _shift_begins(anchors: DayAnchors) -> int | None:
    if anchors.shift is None or not is_night_worker(anchors):
        return None
    return anchors.minutes_to(anchors.shift.start)


def _low_point(anchors: DayAnchors, lunch: int, dinner: int) -> TimedSpan | None:
    """The first low hours that begin well after lunch and well before dinner."""
    for span in anchors.low:
        if lunch + LEAST_BETWEEN <= anchors.minutes_to(span.start) <= dinner - LEAST_BETWEEN:
            return span
    return None


def _block(anchors: DayAnchors, name: BlockName, start: int) -> MealBlock:
    minutes = EARLY_MINUTES if name == "Early_Morning" else MAIN_MINUTES
    because, fact_ids, constant_ids = _reason(anchors, name, start)
    return MealBlock(
        name=name,
        start=anchors.at(start),
        end=anchors.at(start + minutes),
        use=USES[name],
        share=SHARES[name],
        because=because,
        fact_ids=fact_ids,
        constant_ids=constant_ids,
    )


def _reason(anchors: DayAnchors, name: BlockName, start: int) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """One sentence, the facts it rests on, and the constants."""
    wake, bed = anchors.wake_facts, anchors.sleep_facts
    plain = {
        "Early_Morning": ("It begins with your waking.", wake, ()),
        "Breakfast": (FIRST_TEXT, wake, ("first_meal_minutes",)),
        "Dinner": ("The last meal ends about three hours before your bedtime.", bed, ("last_meal_hours",)),
        "Evening_Snack": ("Meals end about three hours before your bedtime.", bed, ("last_meal_hours",)),
    }
    if name in plain:
        return plain[name]
    before = _shift_begins(anchors) if name == "Lunch" else None
    if before is not None and anchors.shift is not None and start + MAIN_MINUTES + BEFORE_SHIFT <= before:
        return "A main meal comes before your shift.", (*wake, *anchors.shift.fact_ids), ("night_meal_share",)
    if name == "Afternoon_Snack":
        for low in anchors.low:
            if _round(anchors.minutes_to(low.start)) == start:
                return "It comes where your energy is expected to be low.", low.fact_ids, ()
    return "It lies in the hours between your first and your last meal.", (*wake, *bed), ("eating_window_hours",)


def _at_night(anchors: DayAnchors, block: MealBlock) -> MealBlock:
    """Little in the small hours of whoever works by night."""
    if not block.share or block.start.hour not in NIGHT or not is_night_worker(anchors):
        return block
    shift = anchors.shift.fact_ids if anchors.shift is not None else ()
    return replace(
        block,
        use="night",
        share=min(block.share, NIGHT_SHARE),
        because="It stays small: large meals in the small hours work against the body clock.",
        fact_ids=(*block.fact_ids, *shift),
        constant_ids=("night_meal_share",),
    )


def _around_training(anchors: DayAnchors, block: MealBlock) -> MealBlock:
    """A snack next to training suits it."""
    training = anchors.training
    if training is None or block.use != "snack":
        return block
    if timedelta(0) <= elapsed(block.end, training.start) <= BEFORE_TRAINING:
        use, because = "before_training", "It comes before your training and is light on the stomach."
    elif timedelta(0) <= elapsed(training.end, block.start) <= AFTER_TRAINING:
        use, because = "after_training", "It comes after your training and brings protein."
    else:
        return block
    return replace(block, use=use, because=because, fact_ids=(*block.fact_ids, *training.fact_ids))


def _whole(blocks: list[MealBlock]) -> list[MealBlock]:
    """The shares add up to one: what the small hours give up goes to the blocks outside of them.

    Of what has no room they take only so much as they may grow; the rest is told as a gap.
    """
    small = sum((block.share for block in blocks if block.use == "night"), Decimal(0))
    rest = sum((block.share for block in blocks if block.use != "night"), Decimal(0))
    left_out = sum((block.left_out for block in blocks), Decimal(0))
    factor = (1 - small) / (rest + left_out) * growth(left_out, rest)
    return [block if block.use == "night" else replace(block, share=block.share * factor) for block in blocks]


def _round(minutes: float) -> int:
    return int(minutes / MINUTES + 0.5) * MINUTES


def _down(minutes: int) -> int:
    return minutes // MINUTES * MINUTES
