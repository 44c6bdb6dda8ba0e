"""Whether numbers stand where they belong: a start before its end, a time of waking after `wake`."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise, product

from hos_pipelines.analyst.proof.directions import NumberPlace
from hos_pipelines.analyst.proof.subjects import mentions, subjects_of
from hos_pipelines.domain.facts import Fact

TO = re.compile(r" ?- ?| (?:to|until|till) ")
BETWEEN = re.compile(r"\b(?:from|between)[^.;]{0,30}$", re.IGNORECASE)
LATER_AND_EARLIER = (("_end", "_start"), ("_change_after", "_change_before"), ("_latest", "_earliest"))
# A day of advice runs from waking to bed.
BACKWARD = re.compile(
    r"advice_\w+_end (?:predicted_(?:next_)?|advice_)wake|(?:predicted|advice)_bed advice_\w+_start|"
    r"predicted_bed advice_bed|"
    r"advice_exercise_end zone_peak_\w+_start"
)
# A night runs from falling asleep to waking.
WAKE_TO_SLEEP = re.compile(r"(?:usual_|typical_)?wake_?\w* (?:usual_|typical_)?onset_?\w*|mode_\d_wake mode_\d_onset")
OF_A_NIGHT = re.compile(r"\b(?:nights?|sleep|asleep)\b[^.;]{0,60}$", re.IGNORECASE)
# What may stand between an event and its time.
LINK = re.compile(
    r"(?: (?:usually|typically|mostly|often|is|are|was|at|around|about|by|near|of|comes?|lies?|on|average|time|falls))*"
    r"(?: an?)? ?",
    re.IGNORECASE,
)
OPPOSITE: Mapping[str, str] = {"bedtime": "waking", "waking": "bedtime"}


def find_misplaced(text: str, places: Sequence[NumberPlace], facts: Mapping[str, Fact]) -> Iterator[str]:
    """The numbers that would be true of something else: the ends of a range swapped, or two events."""
    ordered = sorted(places, key=lambda one: one.start)
    for one, other in pairwise(ordered):
        is_wrong = _is_turned(one, other) or _is_mixed(one, other, ordered) or _is_night_turned(text, one, other)
        if _is_range(text, one, other) and is_wrong:
            yield text[one.start : other.end]
    for mention in mentions(text):
        opposite = OPPOSITE.get(mention.subject)
        after = next((one for one in ordered if one.start >= mention.end), None)
        if opposite is None or after is None or LINK.fullmatch(text, mention.end, after.start) is None:
            continue
        told = [subjects_of(facts[one]) for one in after.fact_ids if one in facts]
        if told and all(opposite in subjects and mention.subject not in subjects for subjects in told):
            yield text[mention.start : after.end]


def _is_range(text: str, one: NumberPlace, other: NumberPlace) -> bool:
    between = text[one.end : other.start]
    return TO.fullmatch(between) is not None or (between == " and " and BETWEEN.search(text, 0, one.start) is not None)


def _is_turned(one: NumberPlace, other: NumberPlace) -> bool:
    """Only where that is so of all facts each number may be of: one time may end one zone and begin the next."""
    pairs = list(product(one.fact_ids, other.fact_ids))
    return bool(pairs) and all(_is_backward(*pair) for pair in pairs)


def _is_night_turned(text: str, one: NumberPlace, other: NumberPlace) -> bool:
    """Whether a night or sleep is said to run from waking to falling asleep."""
    pairs = [f"{first} {second}" for first, second in product(one.fact_ids, other.fact_ids)]
    return (
        bool(pairs) and all(map(WAKE_TO_SLEEP.fullmatch, pairs)) and OF_A_NIGHT.search(text, 0, one.start) is not None
    )


def _is_backward(first: str, second: str) -> bool:
    if BACKWARD.fullmatch(f"{first} {second}"):
        return True
    return any(
        first.endswith(end) and second.endswith(start) and first.removesuffix(end) == second.removesuffix(start)
        for end, start in LATER_AND_EARLIER
    )


def _is_mixed(one: NumberPlace, other: NumberPlace, places: Sequence[NumberPlace]) -> bool:
    """Whether one end of a window stands in a range with something else, and its other end elsewhere."""
    elsewhere = [place.fact_ids for place in places if place not in (one, other)]
    for end, start in LATER_AND_EARLIER:
        starts = {f"{fact_id.removesuffix(end)}{start}" for fact_id in other.fact_ids if fact_id.endswith(end)}
        ends = {f"{fact_id.removesuffix(start)}{end}" for fact_id in one.fact_ids if fact_id.endswith(start)}
        if any(ids and ids <= starts and starts.isdisjoint(one.fact_ids) for ids in elsewhere):
            return True
        if any(ids and ids <= ends and ends.isdisjoint(other.fact_ids) for ids in elsewhere):
            return True
    return False
