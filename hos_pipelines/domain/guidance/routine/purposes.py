"""What each block is for, in words that are true of the day: of energy only where its zones are known, and of work.

Who wakes in the evening is told of no morning, and who is at work is not asked to rest as if they were at home.
"""

from collections.abc import Mapping, Sequence

from hos_pipelines.domain.circadian.energy_results import SLOT_MINUTES
from hos_pipelines.domain.guidance.routine.day_blocks import Block, BlockName
from hos_pipelines.domain.guidance.routine.place import PlacedSpan
from hos_pipelines.domain.guidance.routine.work_of_day import away_of

PLAIN: Mapping[BlockName, str] = {
    "Morning Block": "Get up and begin.",
    "Peak Energy Block": "The first long stretch of the day.",
    "Mid-day Slump": "The middle of your day: pause, and move a little.",
    "Evening Routine": "A second, quieter part of the day.",
    "Wind Down": "Come to rest before bed.",
}
WITH_LIGHT = "Get up, get light, and begin."
PEAK = "The hours for what asks most of you."
LOW, LOW_AT_WORK = "The low of the day: rest, and move a little.", "The low of the day: take it easier where you can."
MIDDLE_AT_WORK = "The middle of your day: pause where you can."
HOME_FIRST = "Come home, then come to rest before bed."


def purpose_of(block: Block, work: Sequence[PlacedSpan], *, has_light: bool) -> str:
    """The purpose of a block of a day with such work, in minutes from waking; `has_light`: morning light lies in it."""
    span = PlacedSpan(block.start * SLOT_MINUTES, block.end * SLOT_MINUTES)
    said = [_of_work(span, one) for one in work if _meet(span, one)]
    is_away = any(_meet(span, one) for one in away_of(work))
    if block.name == "Wind Down":
        goes_home = any(one.end < span.end for one in work)
        return " ".join([*said, *_of_rest(is_away=is_away, goes_home=goes_home)])
    return " ".join(dict.fromkeys([*_of_day(block, is_at_work=bool(said), has_light=has_light), *said]))


def _of_day(block: Block, *, is_at_work: bool, has_light: bool) -> list[str]:
    zones = {zone.zone for zone in block.zones}
    if block.name == "Morning Block" and has_light:
        return [WITH_LIGHT]
    if block.name == "Peak Energy Block" and "peak" in zones:
        return [PEAK]
    if block.name == "Mid-day Slump" and "recovery" in zones:
        return [LOW_AT_WORK if is_at_work else LOW]
    if block.name == "Mid-day Slump" and is_at_work:
        return [MIDDLE_AT_WORK]
    if block.name == "Evening Routine" and is_at_work:
        return []
    return [PLAIN[block.name]]


def _of_rest(*, is_away: bool, goes_home: bool) -> list[str]:
    if not is_away:
        return [PLAIN["Wind Down"]]
    return [HOME_FIRST] if goes_home else []


def _of_work(block: PlacedSpan, work: PlacedSpan) -> str:
    begins, ends = block.start <= work.start, work.end <= block.end
    if begins and ends:
        return "Your work lies in these hours."
    if begins:
        return "Your work begins in these hours."
    return "Your work ends in these hours." if ends else "You are at work in these hours."


def _meet(one: PlacedSpan, other: PlacedSpan) -> bool:
    return one.start < other.end and other.start < one.end
