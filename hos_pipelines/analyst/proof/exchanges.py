"""Whether two cited numbers of one kind have changed places: free and work days, before and since. Knows no values."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

from hos_pipelines.analyst.proof.directed import FREE, WORK
from hos_pipelines.analyst.proof.directions import NumberPlace, apart

FIGURE = r"(?:(?:about|around|roughly|an?|the|your) )?[\d\ue100-\ue8ff]"


class Side(NamedTuple):
    """One side of an opposition: the ids of its facts, and the words that announce them."""

    ids: re.Pattern[str]
    words: re.Pattern[str]


class Opposition(NamedTuple):
    """Sides that one claim may set against each other.

    `is_of_series`: only numbers of the same series are compared. `is_telling`: one word is enough to tell.
    """

    sides: Mapping[str, Side]
    is_of_series: bool = False
    is_telling: bool = False


class Found(NamedTuple):
    """A side where a text speaks of it, in words or by a number."""

    side: str
    start: int
    end: int


def _side(ids: str, words: str) -> Side:
    return Side(re.compile(ids), re.compile(words, re.IGNORECASE))


OPPOSITIONS: Sequence[Opposition] = (
    Opposition(
        {
            "free": _side(r"^(?:(?:usual_)?(?:wake|onset)|sd)_free$|^msf$|^free_nights$", FREE),
            "work": _side(r"^(?:(?:usual_)?(?:wake|onset)|sd)_work$|^msw$|^work_nights$", WORK),
        },
        is_telling=True,
    ),
    Opposition(
        {
            "bed": _side(
                r"^onset_(?:mean|free|work)$|^typical_onset$|^usual_onset|^mode_\d_onset$|^predicted_bed$|^advice_bed",
                r"\b(?:asleep|bed (?:at|by|around)|bed-?times?|lights out|"
                r"drop(?:s|ping)? off|(?:to|in|for) (?:bed|sleep)|turn(?:s|ing)? in|"
                r"nod(?:s|ding)? off|nights?(?: \w+){0,3} (?:begins?|starts?))\b",
            ),
            "wake": _side(
                r"^wake_(?:mean|free|work)$|^typical_wake$|^usual_wake|^mode_\d_wake$|^predicted_(?:next_)?wake$|^advice_wake",
                r"\b(?:wak(?:e|es|ing)|woke|awake|(?:get|gets|getting|got|be|are) up|ris(?:e|es|ing)|out of bed|"
                r"up (?:at|by|around)|"
                r"(?<!the )ends?(?= (?:at|around|near|by)\b))\b",
            ),
            "evening": _side(
                r"^advice_(?:wind_down|dim)_start$",
                r"\b(?:wind(?:s|ing)?[ -]down|dim(?:s|ming|med)?|unwind\w*|slow(?:s|ing)? down)\b",
            ),
            "coffee": _side(r"^advice_caffeine_last$", r"\b(?:coffee|caffeine|espresso|cup)s?\b"),
            "meal": _side(r"^advice_last_meal$", r"\b(?:meals?|eat(?:ing)?|dinner|supper)\b"),
        }
    ),
    Opposition(
        {
            "before": _side(r"_change_before$", rf"\bbefore\b|\bpreviously\b|\buntil\b|\bfrom (?={FIGURE})"),
            "since": _side(r"_change_after$", rf"\b(?:since|after|now)\b|\bto (?={FIGURE})"),
        },
        is_of_series=True,
    ),
    Opposition(
        {
            "week": _side(r"_week$", r"\bthis week\b|\b(?:last|past) 7 days\b"),
            "week before": _side(
                r"_week_before$",
                r"\b(?:week|7 days|seven days) before\b|\b(?:previous|preceding|prior) (?:week|7 days)\b",
            ),
        },
        is_of_series=True,
        is_telling=True,
    ),
    Opposition(
        {
            "latest": _side(
                r"(?<!^dlmo)(?<!^cbt_min)_latest$",
                r"\b(?:latest|newest|last (?:night|day|value)|most recent(?:ly)?|today|yesterday|currently|now)\b",
            ),
            "usual": _side(
                r"_median$", r"\b(?:usual(?:ly)?|typical(?:ly)?|normal(?:ly)?|median|average|baseline|mostly)\b"
            ),
        },
        is_of_series=True,
        is_telling=True,
    ),
    Opposition(
        {
            "off": _side(r"^journey_hours$", r"\boff\b"),
            "nap": _side(r"^nap_minutes$", r"\bnaps?\b"),
        }
    ),
    Opposition(
        {
            "advised": _side(r"^least_sleep_hours$", r"\b(?:advised|recommended|adults)\b"),
            "had": _side(r"^sleep_mean$", rf"\byou(?:r| are| get)? (?:sle(?:ep|pt)|asleep)\b|\bget (?={FIGURE})"),
        },
        is_telling=True,
    ),
    Opposition(
        {
            "need": _side(r"^sleep_need$", r"\b(?:need(?:s|ed)?|requir\w+)\b"),
            "slept": _side(
                r"^duration_mean$|^sleep_mean$|^sd_(?:week|work|free)$|^sleep_duration_median$",
                rf"(?<!^on )\baverage\b|\busual(?:ly)?\b|\bslept\b|\b(?:sleep|get|last)s? (?={FIGURE})",
            ),
        },
        is_telling=True,
    ),
)
SENTENCE = re.compile(r"(?<![ap]\.m)[.!?](?=\s+[A-Z])")
COMPARED = re.compile(
    r"\b(?:than|compared (?:with|to)|unlike|relative to|against|versus|vs\.?)(?: (?:on|in|before|your|the|is))* $",
    re.IGNORECASE,
)
AGAINST = re.compile(
    r"[^.;]{0,25}(?:\band\b|,|\bvs\b|\bversus\b|\bagainst\b|\brather than\b|\binstead of\b|\bcompared\b)", re.IGNORECASE
)
RANGE = re.compile(r"\b(?:from|between) (?:about |around )?$", re.IGNORECASE)
FAR, TELLING_GAP, BEFORE = 45, 6, 40


def find_exchanges(text: str, places: Sequence[NumberPlace]) -> Iterator[str]:
    """The sentences in which numbers stand on each other's side."""
    start = 0
    for end in [match.end() for match in SENTENCE.finditer(text)] + [len(text)]:
        inside = [
            one._replace(start=one.start - start, end=one.end - start) for one in places if start <= one.start < end
        ]
        sentence = text[start:end]
        if any(_is_exchanged(sentence, inside, opposition) for opposition in OPPOSITIONS):
            yield sentence.strip()
        start = end


def _is_exchanged(sentence: str, places: Sequence[NumberPlace], opposition: Opposition) -> bool:
    figures = _figures(places, opposition)
    sides = {one.side for one in figures}
    if len(sides) != 2:  # noqa: PLR2004  one against another
        return False
    words = _words(sentence, opposition, sides)
    told = _runs(words)
    if len(told) == 1 and opposition.is_telling:
        return _is_beside_another(sentence, words, figures)
    numbers = _runs(figures)
    if len(told) != 2 or len(numbers) != 2 or told == numbers:  # noqa: PLR2004  one against another
        return False
    return _is_parallel(sentence, words, figures)


def _figures(places: Sequence[NumberPlace], opposition: Opposition) -> list[Found]:
    """The numbers whose side is beyond doubt, in order; of a series that has both sides here, where that matters."""
    found: list[Found] = []
    series: set[str] = set()
    for place in sorted(places, key=lambda one: one.start):
        sides = {_side_of(one, opposition) for one in place.fact_ids}
        side = next(iter(sides), None) if len(sides) == 1 else None
        if side is not None:
            found.append(Found(side, place.start, place.end))
            series |= {opposition.sides[side].ids.sub("", one) for one in place.fact_ids}
    return [] if opposition.is_of_series and len(series) != 1 else found


def _side_of(fact_id: str, opposition: Opposition) -> str | None:
    return next((name for name, side in opposition.sides.items() if side.ids.search(fact_id)), None)


def _words(sentence: str, opposition: Opposition, sides: set[str]) -> list[Found]:
    found = [
        Found(name, *match.span())
        for name, side in opposition.sides.items()
        if name in sides
        for match in side.words.finditer(sentence)
    ]
    return sorted(found, key=lambda one: one.start)


def _runs(found: Sequence[Found]) -> list[str]:
    return [side for side, _ in groupby(one.side for one in found)]


def _is_parallel(sentence: str, words: Sequence[Found], figures: Sequence[Found]) -> bool:
    """Whether the numbers follow the words in the same order: `later on free days than on work days: A against B`.

    Where all words come first, the numbers may answer them in any order unless they are set against each other.
    """
    if words[-1].end > figures[0].start:
        return True
    if COMPARED.search(sentence, max(0, words[0].start - BEFORE), words[0].start):
        return False
    return AGAINST.match(sentence, figures[0].end) is not None and not _is_range(sentence, figures[0])


def _is_beside_another(sentence: str, words: Sequence[Found], figures: Sequence[Found]) -> bool:
    """Whether the only word stands clearly next to a number of the other side; after `than` it means the other one."""
    if len(words) != 1 or _is_range(sentence, figures[0]):
        return False
    word = words[0]
    near, *others = sorted(figures, key=lambda one: apart(sentence, word[1:], one[1:]))
    gaps = [apart(sentence, word[1:], one[1:]) for one in (near, others[0])]
    if gaps[0] > FAR or gaps[1] - gaps[0] < TELLING_GAP:
        return False
    follows = near.start - word.end >= 0
    is_apart = follows and ":" in sentence[word.end : near.start]
    if COMPARED.search(sentence, max(0, word.start - BEFORE), word.start):
        return is_apart and near.side == word.side
    return near.side != word.side


def _is_range(sentence: str, figure: Found) -> bool:
    return RANGE.search(sentence, 0, figure.start) is not None
