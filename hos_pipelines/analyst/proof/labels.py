"""Whether a claim names types, stages, zones and levels as the facts do. Knows no numbers and no directions."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from typing import NamedTuple

from hos_pipelines.analyst.proof.directions import Place
from hos_pipelines.domain.behavior.sophistication import CATEGORIES
from hos_pipelines.domain.behavior.strategy import RECOVERY_EMPHASIS
from hos_pipelines.domain.facts import Fact

Facts = Mapping[str, Fact]


class Phrase(NamedTuple):
    """Words, and the values they are true of."""

    words: re.Pattern[str]
    values: frozenset[str]


class Vocabulary(NamedTuple):
    """The values a label can have as sentences name them; `held` finds what the cited facts hold.

    Where `held` finds nothing, naming a value is wrong in itself, unless `needs_fact` is false.
    """

    name: str
    phrases: Sequence[Phrase]
    held: Callable[[Set[str], Facts], frozenset[str]]
    needs_fact: bool = True


NEGATED = re.compile(
    r"(?:\b(?:not|neither|nor|never|no|hardly|rather than|instead of|without)\b|n't\b)(?: [\w-]+){0,3} ?$",
    re.IGNORECASE,
)
BEFORE = 40


def _phrases(told: Mapping[str, str]) -> list[Phrase]:
    return [
        Phrase(re.compile(rf"\b(?:{words})", re.IGNORECASE), frozenset(values.split()))
        for values, words in told.items()
    ]


def _values_of(*fact_ids: str) -> Callable[[Set[str], Facts], frozenset[str]]:
    def held(cited: Set[str], facts: Facts) -> frozenset[str]:
        return frozenset(value for one in fact_ids if one in cited and isinstance(value := facts[one].value, str))

    return held


def _stages(cited: Set[str], facts: Facts) -> frozenset[str]:
    return frozenset(str(facts[one].value) for one in cited if one.endswith("_stage"))


def _zones(cited: Set[str], facts: Facts) -> frozenset[str]:
    return frozenset(zone for one in cited if one in facts for zone in zones_of(one))


def zones_of(fact_id: str) -> frozenset[str]:
    """The zone a fact speaks of."""
    found = ZONE_ID.match(fact_id)
    return frozenset({ZONE_OF[found[1]]}) if found else frozenset()


def _level(cited: Set[str], facts: Facts) -> frozenset[str]:
    """No fact holds the readiness level, but the share of recovery follows from it alone."""
    emphasis = facts.get("recovery_emphasis")
    if emphasis is None or not any(READINESS_ID.match(one) for one in cited):
        return frozenset()
    return frozenset(level for level, share in RECOVERY_EMPHASIS.items() if share == emphasis.value)


def _category(cited: Set[str], facts: Facts) -> frozenset[str]:
    score = facts["sophistication_score"].value if "sophistication_score" in cited else None
    if not isinstance(score, float):
        return frozenset()
    return frozenset({next(category for up_to, category, _ in CATEGORIES if score <= up_to)})


ZONE_ID = re.compile(
    r"zone_(?:threshold_)?(peak|maintenance|recovery|sleep)|(energy_max|second_opinion_peak|energy_min)"
)
ZONE_OF: Mapping[str | None, str] = {zone: zone for zone in ("peak", "maintenance", "recovery", "sleep")}
READINESS_ID = re.compile(r"readiness_|recovery_emphasis|hrv_state|rhr_flag")
TYPE = r"(?:[ -](?:type|chronotype|person|people)s?)"
MORNING = "extreme_morning moderate_morning extreme_early moderate_early slight_early"
EVENING = "extreme_evening moderate_evening extreme_late moderate_late slight_late"
STAGE = r"(?:[ -](?:stage|phase))"
WINDOW = r"(?:[- ](?:energy|performance))?(?:[ -](?:windows?|zones?|blocks?|periods?|times?|hours?|phases?))"
REGULAR = r"(?:regularity|consistency|steadiness)"
VOCABULARIES: tuple[Vocabulary, ...] = (
    Vocabulary(
        "chronotype",
        _phrases(
            {
                "extreme_morning extreme_early": rf"extreme(?:ly)?[ -](?:morning{TYPE}?|early{TYPE}?)\b|definite morning{TYPE}",
                "moderate_morning": rf"moderate(?:ly)?[ -]morning{TYPE}?\b",
                "moderate_early": rf"moderate(?:ly)?[ -]early{TYPE}?\b",
                "slight_early": rf"slight(?:ly)?[ -]early{TYPE}?\b(?!er)",
                "intermediate": rf"intermediate{TYPE}|in-between{TYPE}|neither{TYPE}",
                "slight_late": rf"slight(?:ly)?[ -]late{TYPE}?\b(?!r)",
                "moderate_late": rf"moderate(?:ly)?[ -]late{TYPE}?\b",
                "moderate_evening": rf"moderate(?:ly)?[ -]evening{TYPE}?\b",
                "extreme_evening extreme_late": rf"extreme(?:ly)?[ -](?:evening{TYPE}?|late{TYPE}?)\b|definite evening{TYPE}",
                MORNING: rf"(?:(?:morning|early){TYPE}|early[ -](?:birds?|risers?)|larks?|morning-oriented)\b",
                EVENING: rf"(?:(?:evening|late|night){TYPE}|(?:night[ -])?owls?|night-?hawks?|evening-oriented)\b",
            }
        ),
        _values_of("chronotype", "chronotype_munich"),
    ),
    Vocabulary(
        "shift work",
        _phrases({"yes": r"shift[ -]?work(?:er|ers|ing)?\b|work(?:ing|s)? (?:in )?shifts\b|rotating shifts\b"}),
        _values_of("shift_work"),
        needs_fact=False,
    ),
    Vocabulary(
        "heart rate variability",
        _phrases(
            {
                "within": r"(?:within|inside|in|at)(?: (?:its|your|the|their|a))?(?: own)? (?:usual|normal|typical|expected)(?: (?:band|range|level|zone))?\b",
            }
        ),
        _values_of("hrv_state"),
        needs_fact=False,
    ),
    Vocabulary(
        "resting heart rate",
        _phrases(
            {
                "usual": r"(?:is|looks|stays|remains|was|at|as)(?: (?:its|your|the|at|at its|at your))? (?:usual|normal|typical)\b(?! (?:band|range|days?|sleep|time|bed))"
            }
        ),
        _values_of("rhr_flag"),
        needs_fact=False,
    ),
    Vocabulary(
        "regularity",
        _phrases(
            {
                "high": rf"(?:high|very high|strong)[ -]{REGULAR}|{REGULAR}(?: of [\w ]{{1,20}})? (?:is|are|counts as|was) (?:very )?high\b|(?:very|highly|extremely) (?:steady|regular|consistent)\b",
                "medium": rf"(?:medium|moderate)[ -]{REGULAR}|{REGULAR}(?: of [\w ]{{1,20}})? (?:is|are|counts as|was) (?:medium|moderate)\b|(?:fairly|moderately|reasonably) (?:steady|regular|consistent)\b",
                "low": rf"low[ -]{REGULAR}|{REGULAR}(?: of [\w ]{{1,20}})? (?:is|are|counts as|was) low\b|changeable\b|irregular\b|erratic\b|unsteady\b|all over the place\b",
                "high medium": r"(?:is|are|look|stay|remain)s? (?:quite |pretty )?(?:steady|regular|consistent)\b",
            }
        ),
        _values_of("regularity_band"),
        needs_fact=False,
    ),
    Vocabulary(
        "stage",
        _phrases(
            {
                "initiation": rf"initiation\b|initiating{STAGE}|beginning{STAGE}",
                "early_formation": r"early[ -_]formation\b|early forming\b",
                "consolidation": rf"consolidation\b|consolidating\b|consolidated\b",
                "maintenance": rf"maintenance{STAGE}\b|(?:stage|phase) of maintenance\b|in maintenance\b",
            }
        ),
        _stages,
    ),
    Vocabulary(
        "readiness",
        _phrases(
            {
                level: rf"{words} readiness\b|readiness(?: level)?(?: (?:is|looks|stands at|counts as|was|today is|remains))?(?: (?:at|currently|now|today|rather|quite|very))? {words}\b(?!er)"
                for level, words in (("High", "high"), ("Medium", "(?:medium|moderate)"), ("Low", "low"))
            }
        ),
        _level,
    ),
    Vocabulary(
        "category",
        _phrases(
            {
                "Novice": r"novice\b|beginner\b",
                "Intermediate": r"intermediate(?: (?:level|category|stage|skill|user|habit-builder))\b|(?:category|level|rated|graded|counts as|are|is|at)(?: (?:an?|the|as))? intermediate\b",
                "Advanced": r"advanced\b",
                "Expert": r"experts?\b",
            }
        ),
        _category,
    ),
)
ZONE_WORDS = _phrases(
    {
        "peak": rf"peaks?\b(?! performer)|high(?:est)?[- ]energy\b|energy is (?:(?:expected|likely|predicted) to be )?high(?:est)?\b",
        "maintenance": rf"maintenance\b(?!{STAGE})|(?:moderate|medium)[- ]energy\b",
        "recovery": rf"recovery{WINDOW}|low(?:est)?[- ]energy\b|energy is (?:(?:expected|likely|predicted) to be )?low(?:est)?\b|energy (?:dips?|lows?|troughs?)\b|troughs?\b|slump\b",
        "sleep": rf"sleep(?:ing)? (?:windows?|zones?)\b",
    }
)


def wrong_labels(text: str, cited: Set[str], facts: Facts, engine: str) -> Iterator[str]:
    """What a text names otherwise than the cited facts hold it, and the rules engine does not say either."""
    for vocabulary in VOCABULARIES:
        held = vocabulary.held(cited, facts)
        if not held and not vocabulary.needs_fact:
            continue
        yield from _misnamed(text, vocabulary, held, engine)


def _misnamed(text: str, vocabulary: Vocabulary, held: frozenset[str], engine: str) -> Iterator[str]:
    taken: list[tuple[int, int]] = []
    for phrase in vocabulary.phrases:
        for match in phrase.words.finditer(text):
            if any(start <= match.start() < end for start, end in taken):
                continue
            taken.append(match.span())
            is_right = bool(phrase.values & held) is not _is_negated(text, match.start())
            if not is_right and not phrase.words.search(engine):
                yield f"{match[0]} ({vocabulary.name})"


def _is_negated(text: str, start: int) -> bool:
    return NEGATED.search(text, max(0, start - BEFORE), start) is not None


def wrong_zones(text: str, cited: Set[str], places: Sequence[Place], engine: str) -> Iterator[str]:
    """Zones of energy that a text names next to the times of another one, or without any time of it."""
    cited_zones = frozenset().union(*map(zones_of, cited)) | _extremes(cited)
    for phrase in ZONE_WORDS:
        for match in phrase.words.finditer(text):
            near = _zones_near(match, places, text)
            held = near if near else cited_zones
            if not phrase.values & held and not phrase.words.search(engine):
                yield match[0]


def _extremes(cited: Set[str]) -> frozenset[str]:
    return frozenset(zone for prefix, zone in EXTREMES.items() if any(one.startswith(prefix) for one in cited))


EXTREMES: Mapping[str, str] = {"energy_max": "peak", "second_opinion_peak": "peak", "energy_min": "recovery"}


def _zones_near(match: re.Match[str], places: Sequence[Place], text: str) -> frozenset[str]:
    """The zones of the nearest number that is the edge of one, in the same sentence."""
    start, end = text.rfind(". ", 0, match.start()) + 1, text.find(". ", match.end())
    inside = [one for one in places if start <= one.start and (end < 0 or one.start < end)]
    zoned = [
        (one, zones)
        for one in inside
        if (zones := frozenset().union(*map(zones_of, one.fact_ids)) | _extremes(one.fact_ids))
    ]
    near = min(zoned, key=lambda pair: max(pair[0].start - match.end(), match.start() - pair[0].end), default=None)
    return near[1] if near else frozenset()
