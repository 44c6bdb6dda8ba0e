"""Words of direction in a text: higher, earlier, improving. Knows no facts; what is no direction is passed over."""

import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import NamedTuple

from hos_pipelines.analyst.proof.neutral_phrases import NEUTRAL


class Axis(StrEnum):
    """What a direction is a direction of."""

    AMOUNT = "amount"
    TIME = "time of day"
    VALENCE = "better or worse"
    BALANCE = "sleep owed or slept ahead"


class Sort(StrEnum):
    """Whether a word compares (`higher`), tells a movement (`rising`), or may do either (`raised`)."""

    LEVEL = "level"
    MOVEMENT = "movement"
    EITHER = "either"


class Way(NamedTuple):
    """An axis with a sign: 1 is more, later, better, owed; 0 says that nothing moves, None that nobody knows."""

    axis: Axis
    sign: int | None
    sort: Sort


class DirectionWord(NamedTuple):
    """One word with the way it points and its place; `is_negated` where the text says it is not so."""

    said: str
    way: Way
    start: int
    end: int
    is_negated: bool

    @property
    def denies(self) -> bool:
        """Whether it is `no clear trend`, which leaves open whether there is one."""
        return self.said.lower().startswith("no ")


AMOUNT, TIME, VALENCE, BALANCE = Axis.AMOUNT, Axis.TIME, Axis.VALENCE, Axis.BALANCE
LEVEL, MOVEMENT, EITHER = Sort.LEVEL, Sort.MOVEMENT, Sort.EITHER
ADVERB = r"(?:slightly|clearly|slowly|steadily|gradually|markedly|significantly|sharply|a bit|a little|much|further) "
GOES = (
    r"(?:is|are|was|were|been|be|went|go|goes|going|gone|trend(?:s|ed|ing)?|mov(?:e|es|ed|ing)|creep(?:s|ing)?|crept|"
    r"edg(?:es|ed|ing)|inch(?:es|ed|ing)|com(?:e|es|ing)|came|tick(?:s|ed|ing)|shot|drift(?:s|ed|ing)?|"
    r"point(?:s|ed|ing)?|head(?:s|ed|ing)?)"
)
UP_WHERE = r"(?=by\b|from\b|slightly\b|clearly\b|compared\b|on (?:your|the)\b|over (?:your|the)\b|\d|[\ue000-\uf8ff])"
UP_IS = rf"{GOES} (?:{ADVERB})?up\b(?! (?:to|at|before|early|around|until|and)\b)|up {UP_WHERE}"
UP_IS += r"|(?:the|its|their|a) way up\b"
DOWN_IS = UP_IS.replace("up", "down")
USUAL = r"(?=your (?:usual|normal|baseline|own|need|typical|average)\b)"
# A number with its unit stands between a negation and its word as one word would.
FIGURE_UNIT = r"(?:%|h|hours?|min|minutes?|percent|steps?|bpm|ms|points?)"
FIGURE = rf"(?:[\ue000-\uf8ff]|\d[\d.,:]*)(?:,? (?:and )?(?:\d[\d.,:]*|{FIGURE_UNIT}))*"
BY = r"(?:(?<=[\ue000-\uf8ff] )|(?<=\d )|(?<=\bh )|(?<=\bhour )|(?<=\bhours )|(?<=\bmin )|(?<=\bminutes ))"
WAYS: tuple[tuple[Way, tuple[str, ...]], ...] = (
    (
        Way(BALANCE, 1, LEVEL),
        (
            r"ow(?:e|es|ed|ing)\b|debts?\b|deficits?\b|shortfall\b|lost sleep\b|missing\b|lacking\b|short by\b",
            rf"{BY}(?:short|behind)\b",
        ),
    ),
    (
        Way(BALANCE, -1, LEVEL),
        (
            r"surplus\b|in credit\b|to spare\b|slept ahead\b|ahead(?= (?:of (?:your |the )?need|on sleep)\b)",
            rf"{BY}ahead\b",
        ),
    ),
    (
        Way(AMOUNT, 1, MOVEMENT),
        (
            r"ris(?:e|es|ing|en)\b|rose\b|increas\w*|grow(?:s|ing|n|th)?\b|grew\b|climb\w*|gain(?:s|ed|ing)?\b",
            rf"upwards?\b|(?:build(?:s|ing)?|built) up\b|{UP_IS}",
        ),
    ),
    (
        Way(AMOUNT, -1, MOVEMENT),
        (
            r"fall(?:s|ing|en)?\b|fell\b|decreas\w*|drop(?:s|ped|ping)?\b|declin\w*|shr[aiu]nk\w*|dwindl\w*",
            r"slip(?:s|ped|ping)?\b|slid(?:e|es|ing)?\b|dip(?:s|ped|ping)?\b|s[iau]nk(?:s|ing)?\b|diminish\w*|lower(?:ed|ing)\b",
            rf"downwards?\b|{DOWN_IS}",
        ),
    ),
    (
        Way(AMOUNT, 1, LEVEL),
        (
            r"high(?:er|est)\b|more\b|long(?:er|est)\b|great(?:er|est)\b|larg(?:er|est)\b|bigg(?:er|est)\b|above\b",
            rf"strong(?:er|est)\b|fast(?:er|est)\b|exceed\w*|surpass\w*|over {USUAL}|beyond {USUAL}",
        ),
    ),
    (
        Way(AMOUNT, -1, LEVEL),
        (
            r"low(?:er|est)\b|less\b|few(?:er|est)\b|short(?:er|est)\b|small(?:er|est)\b|below\b|weak(?:er|est)\b",
            rf"slow(?:er|est)\b|under {USUAL}|short of\b|beneath\b",
        ),
    ),
    (Way(AMOUNT, 1, EITHER), (r"elevat\w*|raised\b|heightened\b",)),
    (Way(AMOUNT, -1, EITHER), (r"reduc\w*|depleted\b|suppressed\b",)),
    (
        Way(TIME, 1, EITHER),
        (r"later\b|delay\w*|postpon\w*", r"(?:bring|brought|mov|push|shift|put)\w*\b[^.;,]{0,20}\bback(?:wards?)?\b"),
    ),
    (Way(TIME, -1, EITHER), (r"earlier\b|sooner\b|forwards?\b|advanc(?:e|es|ing)\b",)),
    (Way(VALENCE, 1, MOVEMENT), (r"improv\w*|recovering\b|gets? better\b|getting better\b|strengthen\w*",)),
    (Way(VALENCE, -1, MOVEMENT), (r"worsen\w*|deteriorat\w*|gets? worse\b|getting worse\b|weaken\w*",)),
    (Way(VALENCE, 1, LEVEL), (r"better\b",)),
    (Way(VALENCE, -1, LEVEL), (r"worse\b",)),
    (
        Way(AMOUNT, 0, MOVEMENT),
        (
            r"unchanged\b|stable\b|flat\b|no (?:clear |credible )?(?:trend|change)\b",
            r"(?:h[eo]ld(?:s|ing)?|stay(?:s|ed|ing)?|remain(?:s|ed|ing)?) (?:very |quite |fairly )?steady\b",
        ),
    ),
)
BY_GROUP: Mapping[str, Way] = {f"w{place}": way for place, (way, _) in enumerate(WAYS)}
GROUPS = "|".join(f"(?P<w{place}>{'|'.join(words)})" for place, (_, words) in enumerate(WAYS))
DIRECTION = re.compile(rf"\b(?:{GROUPS})", re.IGNORECASE)
NEGATION = re.compile(
    r"(?:\b(?:not(?! only\b| just\b)|never|hardly|neither|nor|no|without|cannot|nothing|barely|scarcely|nowhere|"
    rf"far from|instead of|rather than)\b|n't\b)(?: (?:{FIGURE}|[\w',-]+)){{0,3}} ?$",
    re.IGNORECASE,
)
# What stands after a word of sleep owed: `owe nothing`.
NOTHING = re.compile(r" (?:nothing|no|none|hardly any)\b", re.IGNORECASE)
NEITHER = re.compile(r"\bneither\b[^.;]{0,40}$", re.IGNORECASE)
BEFORE = 60
# Ends what a negation or a comparison reaches over.
CLAUSE = re.compile(r"[.;:!?](?!\d)|,(?!\d)| but | while | whereas | although | though ")


def direction_words(text: str) -> Iterator[DirectionWord]:
    """Every word of direction of a text, in order."""
    masked = NEUTRAL.sub(_blank, text)
    for match in DIRECTION.finditer(masked):
        group = match.lastgroup
        if group is not None:
            way = BY_GROUP[group]
            is_negated = _is_negated(text, match.start()) or (way.axis is BALANCE and NOTHING.match(text, match.end()))
            yield DirectionWord(match[0], way, match.start(), match.end(), bool(is_negated))


def _blank(match: re.Match[str]) -> str:
    return "_" * (match.end() - match.start())


def _is_negated(text: str, start: int) -> bool:
    before = text[max(0, start - BEFORE) : start]
    clause = CLAUSE.split(before)[-1]
    return NEGATION.search(clause) is not None or NEITHER.search(before) is not None
