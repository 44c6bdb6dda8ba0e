"""How often something is said to happen, in words: `nearly every day`, `always`, `rarely`. A number in disguise."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

TIMES = r"(?:day|night|morning|evening|afternoon|time|week)s?"


class Frequency(NamedTuple):
    """Words for a share of the days, and the least and the most it may be."""

    words: re.Pattern[str]
    least: float
    most: float


def _frequency(words: str, least: float, most: float) -> Frequency:
    return Frequency(re.compile(rf"\b(?:{words})", re.IGNORECASE), least, most)


# Of what somebody does, `you always`; advice, `always leave`, has no `you` before the word.
YOU = r"(?:you(?:'ve|'re)?|it|that|this|which) (?:\w+ ){0,2}?"
FREQUENCIES: Sequence[Frequency] = (
    _frequency(rf"{YOU}always\b|every single {TIMES}|without (?:exception|fail)\b|all the time\b", 0.95, 1.0),
    _frequency(
        rf"(?:nearly|almost|virtually|practically) (?:every|all)\b|(?:nearly|almost) always\b|"
        rf"{YOU}(?:\w+ )?every {TIMES}\b|{YOU}(?:happens? )?daily\b|happens? (?:daily|every {TIMES})\b",
        0.8,
        1.0,
    ),
    # `Most nights run from …` tells what is usual, and cites it.
    _frequency(rf"(?:on |for )?most (?:of (?:the|your) )?(?!nights\b){TIMES}\b", 0.5, 1.0),
    _frequency(
        rf"{YOU}(?:rarely|seldom|hardly ever|scarcely ever|almost never)\b|on (?:very )?few {TIMES}\b", 0.0, 0.3
    ),
    _frequency(rf"{YOU}never\b|not once\b", 0.0, 0.02),
    _frequency(r"most (?:other )?people\b", 0.5, 1.0),
    _frequency(r"few (?:other )?people\b", 0.0, 0.3),
    _frequency(r"(?:hardly any|almost no|hardly anybody|hardly anyone)\b", 0.0, 0.05),
)
# A sentence that tells somebody what to do says nothing of what is done.
ADVICE = re.compile(
    r"(?:^|[.!?:;] )\s*(?:aim|try|keep|let|make|give|go|get|take|have|put|start|set|plan|use|do|build|choose|pick|hold|"
    r"protect|leave|stick|write|tie|attach|move|bring|guard|place|eat|wear|spend|step|save|repeat|look|think|note)\b[^.!?]*$",
    re.IGNORECASE,
)


def find_unfounded_frequencies(text: str, shares: Sequence[float], engine: str) -> Iterator[str]:
    """The words of frequency that no cited share bears out, nor the rules engine's own sentence.

    `shares` are those of the cited facts, 0 to 1, of days or of people.
    """
    for one in FREQUENCIES:
        if any(one.least <= share <= one.most for share in shares) or one.words.search(engine):
            continue
        for match in one.words.finditer(text):
            if not ADVICE.search(text, 0, match.start()):
                yield match[0]
