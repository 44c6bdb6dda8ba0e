"""A claim as it is read: its words, its numbers, what it cites, and what may support it. Judges nothing."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from hos_pipelines.analyst.answers import Claim
from hos_pipelines.analyst.evidence import Evidence, Passage
from hos_pipelines.analyst.proof.directions import NumberPlace
from hos_pipelines.analyst.proof.figures import Figure, constant_figures, figures
from hos_pipelines.analyst.proof.matching import KnownNumbers, find_unexplained
from hos_pipelines.analyst.proof.numerals import in_digits
from hos_pipelines.analyst.proof.quantities import Quantity, quantities
from hos_pipelines.analyst.proof.spelling import plain
from hos_pipelines.analyst.proof.units import UNIT_WORD, UNITS, Dimension
from hos_pipelines.analyst.shown import shown_constant, shown_value
from hos_pipelines.domain.circadian.results import Constant
from hos_pipelines.domain.fact_titles import TITLES
from hos_pipelines.domain.facts import Fact

PLACEHOLDER = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")
# A placeholder becomes one character of this private block, by its place among the placeholders of the claim.
FIRST_MARK, LAST_MARK = 0xE100, 0xE8FF
MARK = re.compile(f"[{chr(FIRST_MARK)}-{chr(LAST_MARK)}]")
UNIT_AFTER = re.compile(
    rf"[ -]?(?P<unit>{UNIT_WORD}|k|thousand|hundred|million|dozen|[ap]m\b|[ap]\.m\.|o'clock|fold)(?![\w])",
    re.IGNORECASE,
)
SIGN_BEFORE = re.compile(
    r"(?:(?<![\d\ue100-\ue8ff])(?<![\d\ue100-\ue8ff] )[-+~]|\b(?:minus|plus|negative)) ?$", re.IGNORECASE
)
# As `in_digits` leaves them: `half of`, `twice`, `three times the`; and `and a half`.
MULTIPLE_BEFORE = re.compile(
    r"(?:(?<!\d/)\d+/\d+|\d times)(?: of| as (?:much|many|long) as)?(?: (?:the|your|this|these|about))* ?$",
    re.IGNORECASE,
)
PART_AFTER = re.compile(r" (?:(?:and|plus) (?:an? )?\d+/\d+|times \d)", re.IGNORECASE)
GLUED = re.compile(
    "[\\d.,:/]*\\d[.,:/]?[\ue100-\ue8ff]|[\ue100-\ue8ff][.,:/]?\\d|\\w[\ue100-\ue8ff]|[\ue100-\ue8ff](?!(?:h|m|min|k|x|am|pm|bpm|ms)\\b)\\w"
)
# What means of a week and trends are taken over.
SPANS = {"7 days": re.compile(r"_week(?:_before)?$"), "28 days": re.compile(r"_trend_(?:slope|q)$")}
CLOCK_WORDS = re.compile(r"[ap]\.?m\.?|o'clock", re.IGNORECASE)


@dataclass(frozen=True)
class ReadClaim:
    """A claim with all that its proof needs; offsets are those of `words`.

    `words` is the text with number words in digits and each placeholder one private character. `marked` are the plain
    ids behind the placeholders, in order; None for one that is foreign.
    """

    claim: Claim
    passage: Passage
    evidence: Evidence
    words: str
    marked: tuple[str | None, ...]

    @cached_property
    def foreign(self) -> list[str]:
        """What is cited, in the list or a placeholder, and is neither a fact of this person nor of the passage."""
        cited = [*self.claim.fact_ids, *PLACEHOLDER.findall(self.claim.text)]
        return [one for one in dict.fromkeys(cited) if self.plain_id(one) is None]

    @cached_property
    def cited(self) -> frozenset[str]:
        """The plain ids of the facts cited, in the list or by a placeholder."""
        return frozenset(self.fact_ids)

    @cached_property
    def fact_ids(self) -> tuple[str, ...]:
        """The same, in the order of the claim."""
        ids = [self.plain_id(one) for one in self.claim.fact_ids]
        told = [one for one in (*ids, *self.marked) if one is not None and one in self.facts]
        return tuple(dict.fromkeys(told))

    def plain_id(self, cited: str) -> str | None:
        """The id of the fact or constant behind what is cited; None where it is foreign."""
        one = self.evidence.untag_id(cited.strip())
        return one if one is not None and (one in self.facts or one in self.constants) else None

    @property
    def facts(self) -> Mapping[str, Fact]:
        """Everything known of the person."""
        return self.evidence.facts

    @property
    def constants(self) -> Mapping[str, Constant]:
        """The constants of the passage."""
        return self.passage.constants

    @cached_property
    def others(self) -> Sequence[Passage]:
        """The other passages that rest on nothing but what is cited."""
        return [
            one
            for one in self.evidence.passages
            if one is not self.passage and one.fact_ids and self.cited.issuperset(one.fact_ids)
        ]

    @cached_property
    def engine(self) -> str:
        """What the rules engine itself says here, and wherever it rests on nothing but what is cited."""
        return " ".join(
            engine_words(text) for one in (self.passage, *self.others) for text in (one.text, one.beside) if text
        )

    @cached_property
    def quantities(self) -> Sequence[Quantity]:
        """The numbers outside of placeholders."""
        return quantities(self.words)

    @cached_property
    def known(self) -> KnownNumbers:
        """The numbers it may hold."""
        told: dict[str, Sequence[Figure]] = {one: figures(self.facts[one]) for one in self.cited}
        told |= {name: constant_figures(one) for name, one in self.constants.items()}
        return KnownNumbers(told, self._spoken(told))

    def _spoken(self, told: Mapping[str, Sequence[Figure]]) -> list[Quantity]:
        """Numbers of the engine's sentences that are no fact's, such as `the last two weeks`, and those in titles.

        A constant is of its own passage alone.
        """
        own = {one: figures(self.facts[one]) for one in self.passage.fact_ids if one in self.facts}
        constants = {name: constant_figures(one) for other in self.others for name, one in other.constants.items()}
        titles = [TITLES[one] for one in sorted(self.cited) if one in TITLES]
        titles += [span for span, ids in SPANS.items() if any(map(ids.search, self.cited))]
        of_nobody = find_unexplained(quantities(self.engine), KnownNumbers({**told, **own, **constants}))
        return [*of_nobody, *quantities(engine_words(" ".join(titles)))]

    @cached_property
    def places(self) -> list[NumberPlace]:
        """Where numbers stand, with the facts that say them."""
        marks = [
            NumberPlace(match.start(), match.end(), frozenset({fact_id} if fact_id else ()))
            for match, fact_id in zip(MARK.finditer(self.words), self.marked, strict=True)
        ]
        return marks + [NumberPlace(one.start, one.end, frozenset(self.known.of(one))) for one in self.quantities]

    @cached_property
    def shown(self) -> str:
        """The text with its placeholders filled in; a unit that the value brings along is not said twice."""
        text, told = "", 0
        for match in PLACEHOLDER.finditer(self.claim.text):
            if match.start() < told:
                continue
            plain_id = self.plain_id(match[1])
            value = "" if plain_id is None else self._value(plain_id)
            text += self.claim.text[told : match.start()] + value
            after = UNIT_AFTER.match(self.claim.text, match.end())
            told = after.end() if after and plain_id and _brings(value, after["unit"]) else match.end()
        return text + self.claim.text[told:]

    def _value(self, plain_id: str) -> str:
        if plain_id in self.facts:
            return shown_value(self.facts[plain_id])
        return shown_constant(self.constants[plain_id])

    def figures_of(self, plain_id: str) -> Sequence[Figure]:
        """The numbers of a fact or a constant of the passage."""
        return figures(self.facts[plain_id]) if plain_id in self.facts else constant_figures(self.constants[plain_id])


def read_claim(claim: Claim, passage: Passage, evidence: Evidence) -> ReadClaim:
    """Reads a claim for one passage."""
    read = ReadClaim(claim, passage, evidence, "", ())
    pieces = PLACEHOLDER.split(claim.text)
    words = "".join(
        _spell_piece(piece) if place % 2 == 0 else chr(FIRST_MARK + place // 2 % (LAST_MARK - FIRST_MARK))
        for place, piece in enumerate(pieces)
    )
    marked = tuple(read.plain_id(one) for one in pieces[1::2])
    return ReadClaim(claim, passage, evidence, in_digits(words.strip()), marked)


def _spell_piece(piece: str) -> str:
    """Plain spelling that keeps the spaces at either end, which part words from placeholders."""
    told = plain(piece)
    before, after = piece[:1].isspace(), piece[-1:].isspace()
    return f"{' ' * before}{told}{' ' * after}" if told else " " * before


@lru_cache(maxsize=1024)
def engine_words(text: str) -> str:
    """A sentence of the rules engine as claims are read."""
    return in_digits(plain(text))


def without_placeholders(text: str) -> str:
    """The words of a claim alone."""
    return plain(PLACEHOLDER.sub(" ", text))


def _brings(value: str, unit: str) -> bool:
    """Whether a shown value says this unit already."""
    if CLOCK_WORDS.fullmatch(unit):
        return True
    told = quantities(value)
    named = UNITS.get(unit.lower())
    if named is None or not told:
        return False
    return told[-1].dimension is named.dimension and (
        named.dimension is not Dimension.COUNT or told[-1].unit.name == named.name
    )
