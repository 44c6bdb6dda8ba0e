"""Honest claims with one number made wrong, in every way a writer could."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from random import Random

from benchmarks.grounding.drafts import Draft, Figure
from benchmarks.grounding.figures import DAY_MINUTES, HALF_DAY, HOUR, SMALL, Dimension, Form, is_right, right_forms
from benchmarks.grounding.wrong import Wrong, wrong

Maker = Callable[[Figure, str, Random], str | None]

# Digits of other scripts, by the first of each: full width, Arabic-Indic.
SCRIPTS = tuple({ord("0") + digit: first + digit for digit in range(10)} for first in (0xFF10, 0x0660))
OTHER_HALF = "the other half of the day"
HOURS_ONLY = re.compile(r"(\d+) h(?:ours)?")
TEN_PERCENT = 1.1
ENOUGH_MINUTES = 10
# Units that change what a number says; nights and days are left as they are, being often the same.
OTHER_UNITS = (
    (r"(?<=\d) h \d+ min$", " min"),
    (r"\bhours?\b", "minutes"),
    (r"(?<=\d) h$", " min"),
    (r"\bminutes?$", "hours"),
    (r"(?<=\d) min$", " h"),
    (r" ?(%|percent)$", " minutes"),
    (r" ?bpm$| beats per minute$", " ms"),
    (r" ?ms$| milliseconds$", " bpm"),
    (r"\bdays?$", "weeks"),
    (r"\bnights?$", "hours"),
)
INVENTED: Sequence[tuple[str, Sequence[str | int | float]]] = (
    (" Keep this up for {} days.", (9, 12, 17, 19, 33)),
    (" Do this {} times a week.", ("three", "five", 4)),
    (" That is a {} percent gain.", (20, 15, 35)),
    (" That is {} minutes more than last month.", (23, 37, 43, 52)),
    (" In {} weeks you will feel the difference.", ("six", "eight", 5)),
    (" Most people need {} attempts.", ("seven", 11, "a dozen")),
    (" It is {} hours more than a month ago.", ("two and a half", "one and a half", 1.7)),
    (" You are in the top {} % of people.", (17, 23, 6)),
    (" Aim for {} steps.", ("10,000", "12000", "fifteen thousand")),
    (" That is twice as much as before.", ("",)),
    (" One in {} people is like that.", ("seven", "nine", 13)),
    (" A third of your nights are like that.", ("",)),
    (" Add {} minutes each day.", ("fifteen", "twenty", "25")),
    (" Be there at {}.", ("6:10 am", "04:40", "ten past four")),
)
# Numbers in words by what they measure, with what they mean.
IN_WORDS: Mapping[Dimension, Mapping[str, float]] = {
    Dimension.LENGTH: {
        "half an hour": 30, "three quarters of an hour": 45, "an hour and a half": 90, "two and a half hours": 150,
        "five and a half hours": 330, "six and a half hours": 390, "seven and a half hours": 450, "six hours": 360,
        "eight and a half hours": 510, "nine hours": 540, "twenty minutes": 20, "a quarter of an hour": 15,
    },
    Dimension.CLOCK: {
        "half past ten": 630, "quarter to eleven": 645, "ten o'clock": 600, "quarter past seven": 435,
        "half past six": 390, "twenty to twelve": 700, "eleven o'clock": 660, "five past eight": 485,
    },
    Dimension.SHARE: {
        "two thirds": 66.7, "three quarters": 75, "half": 50, "nine out of ten": 90, "a quarter": 25, "a third": 33.3,
        "eighty percent": 80, "four in five": 80, "one in ten": 10,
    },
    Dimension.COUNT: {"about twenty thousand": 20_000, "two hundred thousand": 200_000, "three dozen": 36},
    Dimension.NIGHTS: {"a dozen nights": 12, "seventeen nights": 17, "fifty nights": 50},
    Dimension.DAYS: {"a dozen days": 12, "seventeen days": 17, "a fortnight": 14},
}  # fmt: skip
# How far off such words must be to be wrong even for who takes them loosely.
LOOSE: Mapping[Dimension, float] = {
    Dimension.LENGTH: 12, Dimension.CLOCK: 12, Dimension.SHARE: 4, Dimension.COUNT: 2000,
    Dimension.NIGHTS: 1, Dimension.DAYS: 1,
}  # fmt: skip
WORDS = {word: (LOOSE[of], meant) for of, words in IN_WORDS.items() for word, meant in words.items()}


def wrong_numbers(draft: Draft, chance: Random) -> Iterator[Wrong]:
    """Every way in which a number of this claim can be made wrong, and an invented one added to it."""
    for place in draft.places(Figure):
        figure = draft.pieces[place]
        assert isinstance(figure, Figure)  # noqa: S101  `places` looks for nothing else
        for how, maker in MAKERS.items():
            made = maker(figure, figure.form.write(figure.value), chance)
            if made is not None and _is_false(made, figure, draft):
                yield wrong("number", how, draft, draft.text(place, made))
        if figure.is_placeholder:
            yield from _beside_placeholder(draft, place, figure)
    yield from _invented(draft, chance)


def exchanged(draft: Draft) -> Iterator[Wrong]:
    """Two cited numbers of one claim, each in the place of the other: all grounded, and yet wrong."""
    figures = [(place, piece) for place in draft.places(Figure) if isinstance(piece := draft.pieces[place], Figure)]
    for (first, one), (second, other) in pairwise(figures):
        if one.dimension != other.dimension or _is_near(one, other.value):
            continue
        pieces = list(draft.pieces)
        pieces[first], pieces[second] = other, one
        yield wrong("exchanged_facts", "exchanged", draft, draft.with_pieces(pieces).text())


def _is_near(one: Figure, value: float) -> bool:
    least = {Dimension.CLOCK: 20.0, Dimension.LENGTH: 20.0}.get(one.dimension, 0.1 * abs(one.value))
    return abs(one.value - value) <= least


def _is_false(text: str, figure: Figure, draft: Draft) -> bool:
    """Whether a number as it now reads is that of no cited fact and of no constant at the precision it is said in."""
    numbers = [(figure.dimension, figure.value), *draft.cited_numbers()]
    if text in draft.passage.text:
        return False
    if any(
        text == form.write(abs(value)) for dimension, value in numbers for form in right_forms(dimension, abs(value))
    ):
        return False
    if text in WORDS:
        far, meant = WORDS[text]
        return all(_gap(figure.dimension, meant, abs(value)) > far for of, value in numbers if of == figure.dimension)
    said = _read(text, figure.form)
    if HOURS_ONLY.fullmatch(text) and any(
        f"{value / HOUR:.1f}" == f"{text.split(maxsplit=1)[0]}.0" for _, value in numbers
    ):
        return False
    # What cannot be read any more, such as a clock of 27 hours, is nobody's number.
    return said is None or not any(_agrees(figure, said, dimension, value) for dimension, value in numbers)


def _agrees(figure: Figure, said: float, dimension: Dimension, value: float) -> bool:
    if figure.dimension != dimension:
        return False
    if dimension is Dimension.CLOCK:
        gap = abs(said - value) % DAY_MINUTES
        return is_right(figure.form, min(gap, DAY_MINUTES - gap), 0.0)
    return is_right(figure.form, abs(said), abs(value))


def _gap(dimension: Dimension, one: float, other: float) -> float:
    """How far two numbers lie apart; of clock times in words nobody says which half of the day is meant."""
    if dimension is not Dimension.CLOCK:
        return abs(one - other)
    gap = (one - other) % HALF_DAY
    return min(gap, HALF_DAY - gap)


def _read(text: str, form: Form) -> float | None:
    plain = "".join(str(int(letter)) if letter.isdecimal() else letter for letter in text)
    plain = plain.replace("\u00a0", " ").replace("\u202f", " ").replace("\u2009", " ")
    hours = HOURS_ONLY.fullmatch(plain)
    said = form.read(re.sub(r"(?<=\d) (?=\d{3}\b)", "", plain))
    return int(hours[1]) * HOUR if said is None and hours else said


def _other_digit(_: Figure, text: str, chance: Random) -> str | None:
    places = [found.start() for found in re.finditer(r"\d", text)]
    if not places:
        return None
    place = chance.choice(places)
    digit = chance.choice([one for one in "0123456789" if one != text[place]])
    return text[:place] + digit + text[place + 1 :]


def _swapped_digits(_: Figure, text: str, chance: Random) -> str | None:
    pairs = [found.start() for found in re.finditer(r"(?=(\d)(?!\1)\d)", text)]
    if not pairs:
        return None
    place = chance.choice(pairs)
    return text[:place] + text[place + 1] + text[place] + text[place + 2 :]


def _one_more(figure: Figure, _: str, chance: Random) -> str | None:
    changed = figure.value + figure.form.step * chance.choice((1, 1, -1))
    return figure.form.write(changed) if changed > 0 and figure.form.suits(changed) else None


def _ten_percent(figure: Figure, _: str, chance: Random) -> str | None:
    factor = chance.choice((TEN_PERCENT, 1 / TEN_PERCENT))
    if figure.dimension is Dimension.CLOCK:
        return None
    changed = figure.value * factor
    return figure.form.write(changed) if figure.form.suits(changed) else None


def _other_unit(figure: Figure, text: str, _: Random) -> str | None:
    if figure.value == 0 or figure.dimension is Dimension.CLOCK:
        return None
    for pattern, unit in OTHER_UNITS:
        if re.search(pattern, text):
            changed = re.sub(pattern, unit, text)
            # Too far from any form to be read again, but a length may be right by another cited fact.
            return changed if not re.match(r"no |0\b", changed) else None
    return None


def _other_half(figure: Figure, _: str, _chance: Random) -> str | None:
    """The other half of the day, on either clock; but without a word for it, 11:56 may be that of the night."""
    if figure.dimension is not Dimension.CLOCK:
        return None
    other = figure.form.write(figure.value + HALF_DAY)
    return None if re.fullmatch(r"1[012]:\d\d", other) else other


def _without_minutes(figure: Figure, _: str, chance: Random) -> str | None:
    rest = round(figure.value) % HOUR
    if figure.dimension not in (Dimension.CLOCK, Dimension.LENGTH) or not (
        ENOUGH_MINUTES <= rest <= HOUR - ENOUGH_MINUTES and figure.value >= HOUR
    ):
        return None
    hours = round(figure.value) // HOUR
    if figure.dimension is Dimension.LENGTH:
        return chance.choice((f"{hours} h", f"{hours} hours"))
    return chance.choice((f"{hours:02d}:00", f"{hours % 12 or 12} {'am' if hours < HALF_DAY // HOUR else 'pm'}"))


def _in_words(figure: Figure, _: str, chance: Random) -> str | None:
    """Another number in words, far enough off to be wrong however it is meant."""
    words = IN_WORDS.get(figure.dimension)
    return chance.choice(list(words)) if words else None


def _transliterated(figure: Figure, text: str, chance: Random) -> str | None:
    other = _other_digit(figure, text, chance)
    return other and other.translate(chance.choice(SCRIPTS))


def _with_odd_spaces(figure: Figure, text: str, chance: Random) -> str | None:
    """A wrong number whose blanks and separators are of the kind that splits or joins it for a careless reader."""
    other = _one_more(figure, text, chance)
    if other is None:
        return None
    space = chance.choice(("\u00a0", "\u202f", "\u2009"))
    return other.replace(",", space).replace(" ", space)


def _times_ten(_: Figure, text: str, chance: Random) -> str | None:
    """A digit too many, or a point in another place."""
    found = re.match(r"\d+", text)
    if found is None or set(found[0]) == {"0"}:
        return None
    return chance.choice((text[: found.end()] + "0" + text[found.end() :], text[: found.start() + 1] + "9" + text[1:]))


MAKERS: dict[str, Maker] = {
    "another digit": _other_digit,
    "swapped digits": _swapped_digits,
    "one more": _one_more,
    "ten percent": _ten_percent,
    "another unit": _other_unit,
    OTHER_HALF: _other_half,
    "without minutes": _without_minutes,
    "in words": _in_words,
    "other digits of Unicode": _transliterated,
    "odd spaces": _with_odd_spaces,
    "a digit too many": _times_ten,
}


def _beside_placeholder(draft: Draft, place: int, figure: Figure) -> Iterator[Wrong]:
    """What is filled in becomes another number by what stands right beside it."""
    mark = f"{{{{{draft.evidence.tag_id(figure.fact_id)}}}}}"
    additions = [f"1{mark}", f"{mark}5"]
    if figure.dimension is not Dimension.CLOCK and figure.value:
        additions += [f"{mark} and a half", f"twice {mark}", f"half of {mark}"]
    yield from (wrong("number", "beside a placeholder", draft, draft.text(place, one)) for one in additions)


def _invented(draft: Draft, chance: Random) -> Iterator[Wrong]:
    """A number more, which is that of no cited fact, no constant, and no amount of data."""
    text, numbers = chance.choice(INVENTED)
    added = chance.choice(numbers)
    known = {round(value) for _, value in draft.cited_numbers()} | {
        round(value / HOUR) for dimension, value in draft.cited_numbers() if dimension is Dimension.LENGTH
    }
    known |= {draft.evidence.facts[one].n for one in draft.cited if one in draft.evidence.facts}
    meant = SMALL.index(str(added)) if added in SMALL else added
    if meant not in known:
        yield wrong("number", "invented", draft, draft.text() + text.format(added))
