"""Number words as digits: `half past ten`, `seven and a half hours`, `nine in ten`. Knows no facts."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

ONES = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
THOUSAND = 1000
VALUES: Mapping[str, int] = {
    **{word: value for value, word in enumerate(ONES)},
    **{word: 10 * value for value, word in enumerate(TENS, start=2)},
    "nought": 0,
    "fourty": 40,
}
SCALES: Mapping[str, int] = {
    "dozen": 12,
    "dozens": 12,
    "hundred": 100,
    "hundreds": 100,
    "thousand": THOUSAND,
    "thousands": THOUSAND,
    "million": 1_000_000,
}
ORDINALS = [
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "seventeenth",
    "eighteenth",
    "nineteenth",
    "twentieth",
]
PARTS: Mapping[str, int] = {
    "half": 2,
    "halves": 2,
    "quarter": 4,
    "quarters": 4,
    **{word: place for place, word in enumerate(ORDINALS[:8], start=3)},
    **{f"{word}s": place for place, word in enumerate(ORDINALS[:8], start=3)},
}
NOUNS = (
    r"(?:hours?|hrs?|h|minutes?|mins?|seconds?|secs?|days?|nights?|weeks?|months?|years?|percent|per cent|%|steps?|"
    r"points?|bpm|beats?|ms|milliseconds?|kcal|calories|times|deviations?|standard deviations?|percentile|bits?|"
    r"work days?|free days?|work nights?|free nights?|habits?|naps?)\b"
)
WORD = "|".join(sorted((*VALUES, *SCALES), key=len, reverse=True))
RUN = re.compile(
    rf"\b(?:(?:an?|several|some)[ -](?=dozen|hundred|thousand|million))?(?:{WORD})(?:[ -]+(?:and[ -]+)?(?:{WORD}))*\b",
    re.IGNORECASE,
)
SPLIT = re.compile(r"[ -]+")
# `One day` of two, or one after another, is no number.
NOT_ALONE = r"(?! at a time\b| after (?:the other|another)\b|(?<=day),? [^.;!?]{0,60}\b(?:the next|another)\b)"
# One is a number before a unit, a fraction or a whole it is taken of; else an article, as in `one of these`.
COUNTS_ONE = re.compile(
    rf"[ -](?:{NOUNS}{NOT_ALONE}|and an? (?:half|quarter)|(?:half|third|quarter|fifth)\b|o'clock|[ap]\.?m\b|"
    rf"(?:in|out of|of)(?: every| your| the)? (?:\d|(?:{WORD})\b))",
    re.IGNORECASE,
)
# `The one point` is the point itself.
ONLY_ONE, ONLY_NOUN = (
    re.compile(r"\b(?:the|this|that) $", re.IGNORECASE),
    re.compile(r" (?:point|habit|step|day|night)\b"),
)
AN_HOUR = re.compile(
    r"(?<!half )(?<!half-)(?<!of )(?<!quarter )(?<!steps )(?<!bpm )(?<!times )(?<!\d )\ban?[ -]hour\b(?!s)",
    re.IGNORECASE,
)
A_WHILE = re.compile(
    r"\b(by|within|for|about|nearly|almost|roughly|than|in|over|only) an? (minute|week|month|year)\b"
    r"|\ban? (minute|day|night|week|month)(?= (?:later|earlier|longer|shorter|ago|more|less)\b)",
    re.IGNORECASE,
)
HOUR_WORD = r"(?:hours?|hrs?|h)\b"
MIXED = re.compile(
    rf"(\d+)(?: {HOUR_WORD})? and (?:(3|an?|1|one)[ -])?(half|quarter)s?(?: of an)?(?:[ -](?:an )?({HOUR_WORD}))?"
    rf"|(\d+) (\d)/(\d)(?:[ -]({HOUR_WORD}))?",
    re.IGNORECASE,
)
HOUR_PART = re.compile(
    r"\b(?:(\d+|an?|one)[ -])?(half|halves|quarters?|thirds?)(?: of)?[ -](?:an? |1 )?hours?\b", re.IGNORECASE
)
HALF_A = re.compile(r"\bhalf[ -]an? (day|minute|week|dozen|12)\b", re.IGNORECASE)
HALVED = {"day": "12 hours", "minute": "30 seconds", "week": "3.5 days", "dozen": "6", "12": "6"}
PART_WORD = "|".join(sorted(PARTS, key=len, reverse=True))
FRACTION = re.compile(
    rf"\b(\d+|an?|one)[ -]({PART_WORD})\b"
    r"|(?<!first )(?<!second )(?<!other )(?<!later )(?<!earlier )(?<!latter )(?<!better )(?<!last )(?<!former )"
    r"\b(half)\b(?! past)"
    rf"|(?!half)\b({PART_WORD})(?= of (?:the|your|all|this|these)\b)",
    re.IGNORECASE,
)
CLOCK_PART = re.compile(
    r"(?<!from )(?<!between )\b(?:an? |1 )?(5|10|20|25|quarter|half)(?: minutes| min)? "
    r"(past|to|before|till|after|(?<=quarter )of) (1[0-2]|[1-9])\b"
    rf"(?!:|[.,]\d|[ -]?(?:{NOUNS}|%))",
    re.IGNORECASE,
)
NAMED_CLOCK = re.compile(r"\b(noon|midday|midnight)\b", re.IGNORECASE)
ORDINAL = re.compile(
    rf"\b({'|'.join(ORDINALS)})\b(?!,)|\b(second)[ -](?=(?:night|day|week|month)\b)|\bevery (second|other)\b",
    re.IGNORECASE,
)
TIMES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\bonce(?= (?:an?|per|every|each) )", re.IGNORECASE), "1 times"),
    (re.compile(r"\b(?:twice|doubl(?:e|es|ed|ing)|twofold)\b", re.IGNORECASE), "2 times"),
    (re.compile(r"\b(?:thrice|tripl(?:e|es|ed|ing)|threefold)\b", re.IGNORECASE), "3 times"),
    (re.compile(r"\bquadrupl(?:e|es|ed|ing)\b", re.IGNORECASE), "4 times"),
    (re.compile(r"\bhalv(?:e|es|ed|ing)\b", re.IGNORECASE), "1/2"),
    (re.compile(r"\bfortnights?\b", re.IGNORECASE), "14 days"),
    (re.compile(r"\b(?:a )?(?:couple|pair) of\b", re.IGNORECASE), "2"),
    (re.compile(r"\b(minus|negative) (?=\d)", re.IGNORECASE), "-"),
    (re.compile(r"(?<=\d)[ -]?fold\b", re.IGNORECASE), " times"),
)
SOME_NUMBER = re.compile(
    rf"\b(?:{WORD}|{PART_WORD}|an? (?:hour|minute|day|night|week|month|year)|an-hour|{'|'.join(ORDINALS)}|second|noon|"
    r"midday|midnight|once|twice|thrice|doubl|tripl|quadrupl|halv|twofold|threefold|fortnight|couple|pair|minus|"
    r"negative|every other)|\d (?:\d/\d|and )|\d[ -]?fold\b|\d (?:past|to|before|till|after) \d",
    re.IGNORECASE,
)


def in_digits(text: str) -> str:
    """The text with every number word as digits, in a form that `quantities` reads; other words stay as they are.

    Parts of an hour become minutes, other fractions `n/d`, `quarter past seven` becomes `7:15`.
    """
    if not SOME_NUMBER.search(text):
        return text
    text = RUN.sub(_replace_run, text)
    for pattern, put in STEPS:
        text = pattern.sub(put, text)
    for pattern, times in TIMES:
        text = pattern.sub(times, text)
    return text


def _replace_run(match: re.Match[str]) -> str:
    words = match[0]
    if words.lower() == "one" and not _counts_one(match):
        return words
    return " ".join(_numbers(SPLIT.split(words.lower())))


def _counts_one(match: re.Match[str]) -> bool:
    text = match.string
    if ONLY_ONE.search(text, 0, match.start()) and ONLY_NOUN.match(text, match.end()):
        return False
    return COUNTS_ONE.match(text, match.end()) is not None


def _numbers(words: Sequence[str]) -> Iterator[str]:
    """The numbers a run of number words says, one after another: `twenty three` is one, `seven and nine` are two."""
    group: list[str] = []
    for word in words:
        if group and not _goes_on(group, word):
            yield _value_of_group(group)
            group = []
        group.append(word)
    yield _value_of_group(group)


def _goes_on(group: Sequence[str], word: str) -> bool:
    """Whether a word belongs to the number before it: ones after tens, anything after a scale, a scale after all."""
    last = group[-1]
    if word == "and":
        return last in SCALES
    if last == "and":
        return len(group) > 1 and word in VALUES
    return word in SCALES or last in SCALES or (last in TENS and word in ONES[1:10])


def _value_of_group(group: Sequence[str]) -> str:
    if group == ["and"]:
        return "and"
    done, current = 0, 0
    for word in group:
        scale = SCALES.get(word, 0)
        if scale >= THOUSAND:
            done, current = done + max(current, 1) * scale, 0
        else:
            current = max(current, 1) * scale if scale else current + VALUES.get(word, 0)
    return str(done + current)


def _replace_mixed(match: re.Match[str]) -> str:
    whole, times, part, hours, plain_whole, over, under, plain_hours = match.groups()
    count = int(times) if times and times.isdigit() else 1
    value = int(plain_whole) + int(over) / int(under) if part is None else int(whole) + count / PARTS[part.lower()]
    if hours or plain_hours or "hour" in match[0].lower():
        return f"{int(value)} h {round(value % 1 * 60):02d} min"
    return f"{value:g}"


def _hour_part(match: re.Match[str]) -> str:
    count, part = match.groups()
    times = int(count) if count and count.isdigit() else 1
    return f"{60 * times / PARTS[part.lower()]:g} min"


def _half_a(match: re.Match[str]) -> str:
    return HALVED[match[1].lower()]


def _fraction(match: re.Match[str]) -> str:
    count, part, half, bare = match.groups()
    over = count if count and count.isdigit() else "1"
    return f"{over}/{PARTS[(part or half or bare).lower()]}"


def _clock_part(match: re.Match[str]) -> str:
    part, side, hour = match[1].lower(), match[2].lower(), int(match[3])
    minutes = {"quarter": 15, "half": 30}.get(part) or int(part)
    if side in ("past", "after"):
        return f"{hour}:{minutes:02d}"
    return f"{(hour - 1) % 24 or 12}:{60 - minutes:02d}"


def _replace_named_clock(match: re.Match[str]) -> str:
    return "00:00" if match[1].lower() == "midnight" else "12:00"


def _ordinal(match: re.Match[str]) -> str:
    place, second, every = match.groups()
    if every:
        return "every 2"
    return "2 " if second else str(ORDINALS.index(place.lower()) + 3)


def _a_while(match: re.Match[str]) -> str:
    before, period, later = match.groups()
    return f"{before} 1 {period}" if before else f"1 {later}"


STEPS: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    (NAMED_CLOCK, _replace_named_clock),
    (CLOCK_PART, _clock_part),
    (AN_HOUR, "1 hour"),
    (A_WHILE, _a_while),
    (MIXED, _replace_mixed),
    (HOUR_PART, _hour_part),
    (HALF_A, _half_a),
    (FRACTION, _fraction),
    (ORDINAL, _ordinal),
)
