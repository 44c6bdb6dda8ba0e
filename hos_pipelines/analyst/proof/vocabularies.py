"""The values labels can have, as sentences name them, and what the cited facts hold of them. Judges no text."""

import re
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from hos_pipelines.domain.behavior.sophistication import CATEGORIES
from hos_pipelines.domain.behavior.strategy import RECOVERY_EMPHASIS
from hos_pipelines.domain.facts import Fact
from hos_pipelines.domain.gates import surest

Ids = AbstractSet[str]
Facts = Mapping[str, Fact]
Held = Callable[[Ids, Facts], frozenset[str]]


class Phrase(NamedTuple):
    """Words, the values they are true of, and those of which it is true to deny them: where not told, all others."""

    words: re.Pattern[str]
    values: frozenset[str]
    denied: frozenset[str] | None = None

    def is_true(self, held: frozenset[str], *, is_negated: bool) -> bool:
        """Whether they are, said or denied, of what is held."""
        if is_negated and self.denied is not None:
            return bool(self.denied & held)
        return bool(self.values & held) is not is_negated


class Vocabulary(NamedTuple):
    """The values one label can have, the most telling phrases first; `held` finds what the cited facts hold.

    Where `held` finds nothing, naming a value is wrong in itself if the vocabulary `needs_fact`.
    """

    name: str
    phrases: Sequence[Phrase]
    held: Held
    needs_fact: bool


def _phrases(*told: tuple[str, tuple[str, ...]]) -> list[Phrase]:
    return [
        Phrase(re.compile(rf"\b(?:{'|'.join(words)})", re.IGNORECASE), frozenset(values.split()))
        for values, words in told
    ]


def _values_of(*fact_ids: str) -> Held:
    def held(cited: Ids, facts: Facts) -> frozenset[str]:
        return frozenset(value for one in fact_ids if one in cited and isinstance(value := facts[one].value, str))

    return held


def _regularity(cited: Ids, facts: Facts) -> frozenset[str]:
    """Both analyses tell it: one as a band, one in a word."""
    return frozenset(
        BANDS.get(value, value) for value in _values_of("regularity_band", "regularity_plain")(cited, facts)
    )


def _living(_: Ids, facts: Facts) -> frozenset[str]:
    """How somebody lives is said as the sheet has it, whatever is cited."""
    return frozenset(value.replace(" ", "_") for value in _values_of("living")(facts.keys(), facts))


def _standing(_: Ids, facts: Facts) -> frozenset[str]:
    """Whether sleep is enough is said as the sheet has it, whatever is cited."""
    return _values_of("sleep_standing")(facts.keys(), facts)


def _least_sure(cited: Ids, facts: Facts) -> frozenset[str]:
    """As sure as the least sure of what is cited."""
    levels = [facts[one].confidence for one in cited]
    return frozenset({surest(*levels).value}) if levels else frozenset()


def _stages(cited: Ids, facts: Facts) -> frozenset[str]:
    return frozenset(str(facts[one].value) for one in cited if one.endswith("_stage"))


def _level(cited: Ids, facts: Facts) -> frozenset[str]:
    """No fact holds the readiness level, but the share of recovery follows from it alone."""
    emphasis = facts.get("recovery_emphasis")
    if emphasis is None or not any(READINESS_ID.match(one) for one in cited):
        return frozenset()
    return frozenset(level for level, share in RECOVERY_EMPHASIS.items() if share == emphasis.value)


def _category(cited: Ids, facts: Facts) -> frozenset[str]:
    score = facts["sophistication_score"].value if "sophistication_score" in cited else None
    if not isinstance(score, float):
        return frozenset()
    return frozenset({next(category for up_to, category, _ in CATEGORIES if score <= up_to)})


def zones_of(fact_id: str) -> frozenset[str]:
    """The zone of energy a fact speaks of."""
    found = ZONE_ID.match(fact_id)
    named = found[1] if found else next((zone for prefix, zone in EXTREMES.items() if fact_id.startswith(prefix)), None)
    return frozenset() if named is None else frozenset({named})


ZONE_ID = re.compile(r"zone_(?:threshold_)?(peak|maintenance|recovery|sleep)")
EXTREMES: Mapping[str, str] = {"energy_max": "peak", "second_opinion_peak": "peak", "energy_min": "recovery"}
BANDS: Mapping[str, str] = {"steady": "high", "fairly steady": "medium", "changeable": "low"}
READINESS_ID = re.compile(r"readiness_|recovery_emphasis|hrv_state|rhr_flag")
MORNING = "extreme_morning moderate_morning extreme_early moderate_early slight_early"
EVENING = "extreme_evening moderate_evening extreme_late moderate_late slight_late"
TYPE = r"(?:[ -](?:type|chronotype|person|people)s?)"
STAGE = r"(?:[ -](?:stage|phase))"
REGULAR = r"(?:regularity|consistency|steadiness)"
REGULARITY_IS = rf"{REGULAR}(?: of [\w ]{{1,20}})? (?:is|are|counts as|was)"
STEADY = r"(?:steady|regular|consistent)\b"
SHIFT_WORK = re.compile(
    r"\b(?:(?:night[ -])?shift[ -]?work(?:er|ers|ing)?\b|work(?:ing|s)? (?:in )?(?:night )?shifts\b|"
    r"(?:rotating|night) shifts?\b)",
    re.IGNORECASE,
)
CHANGING_HOURS = (r"(?:at|on|keep\w*|with|have) (?:changing|alternating) (?:hours|times)\b", r"now by (?:day|night)\b")
SLEEP_HOURS = r"(?:sleep|hours|nights?|rhythm|midsleep|bed-?times?)"
SLEEP_OR_NIGHTS = r"(?:sle(?:ep|eps|eping|pt)|nights?)"
# Not `make sure that you sleep enough`.
STATED = "".join(f"(?<!{word} )" for word in ("sure", "that", "until", "if", "when", "before"))
MOSTLY = r"(?:(?:mostly|mainly|usually) )?"
WHOSE = r"(?:(?:its|your|the|their|a) )?(?:own )?"
NOT_A_USUAL = r"(?! (?:band|range|days?|sleep|times?|bed\w*))"
READINESS_IS = (
    r"readiness(?: level)?(?: (?:is|looks|stands at|counts as|was|today is|remains))?"
    r"(?: (?:at|currently|now|today|rather|quite|very))?"
)
VOCABULARIES: tuple[Vocabulary, ...] = (
    Vocabulary(
        "chronotype",
        _phrases(
            (
                "extreme_morning extreme_early",
                (rf"extreme(?:ly)?[ -](?:morning|early){TYPE}?\b", rf"definite morning{TYPE}"),
            ),
            (
                "extreme_evening extreme_late",
                (rf"extreme(?:ly)?[ -](?:evening|late){TYPE}?\b", rf"definite evening{TYPE}"),
            ),
            ("moderate_morning", (rf"moderate(?:ly)?[ -]morning{TYPE}?\b",)),
            ("moderate_evening", (rf"moderate(?:ly)?[ -]evening{TYPE}?\b",)),
            ("moderate_early", (rf"moderate(?:ly)?[ -]early{TYPE}?\b",)),
            ("moderate_late", (rf"moderate(?:ly)?[ -]late{TYPE}?\b",)),
            ("slight_early", (rf"slight(?:ly)?[ -]early{TYPE}?\b",)),
            ("slight_late", (rf"slight(?:ly)?[ -]late{TYPE}?\b",)),
            ("intermediate", (rf"(?:intermediate|in-between|neither){TYPE}\b", r"chronotype is intermediate\b")),
            (
                MORNING,
                (rf"(?:morning|early){TYPE}\b", r"early[ -](?:birds?|risers?)\b", r"larks?\b", r"morning-oriented\b"),
            ),
            (
                EVENING,
                (
                    rf"(?:evening|late|night){TYPE}\b",
                    r"(?:night[ -])?owls?\b",
                    r"night-?hawks?\b",
                    r"evening-oriented\b",
                ),
            ),
        ),
        _values_of("chronotype", "chronotype_munich"),
        needs_fact=True,
    ),
    # The hours of sleep say nothing of why: nobody is told to work shifts, and only who sleeps at steady hours not to.
    Vocabulary("shift work", [Phrase(SHIFT_WORK, frozenset(), frozenset({"no"}))], _values_of("shift_work"), True),
    Vocabulary("changing hours", _phrases(("yes", CHANGING_HOURS)), _values_of("shift_work"), needs_fact=False),
    Vocabulary(
        "way of living",
        _phrases(
            ("by_day", (rf"sleeps? {MOSTLY}(?:by day|during the day|in the day-?time)\b",)),
            ("by_night irregular", (rf"sleeps? {MOSTLY}(?:by night|at night|during the night)\b",)),
            ("changing", CHANGING_HOURS),
            ("drifting", (rf"{SLEEP_HOURS} (?:(?:is|are|keeps?|has|have|been) )*drift\w*", r"free-?running\b")),
            ("moved", (rf"{SLEEP_HOURS} (?:has|have) moved\b",)),
            ("irregular", (r"irregular (?:way of living|life|rhythm|schedule)\b",)),
            ("on_journey", (r"jet-?lagged\b", r"body clock is (?:still |not )?(?:off|on its way|catching up)\b")),
        ),
        _living,
        needs_fact=False,
    ),
    Vocabulary(
        "sleep against the need",
        _phrases(
            (
                "short",
                (
                    rf"{SLEEP_OR_NIGHTS} (?:[\w\ue000-\uf8ff]+ ){{0,3}}?too (?:short|little)\b",
                    rf"{SLEEP_OR_NIGHTS} (?:is|are|looks?|seems?) (?:(?:rather|quite|clearly|a bit) )?short\b",
                ),
            ),
            (
                "enough",
                (
                    rf"{STATED}you (?:(?:usually|mostly|do) )?(?:sleep|get) enough\b",
                    rf"{SLEEP_OR_NIGHTS} (?:is|are|looks?|seems?|lasts?) (?:long )?enough\b",
                ),
            ),
        ),
        _standing,
        needs_fact=False,
    ),
    Vocabulary(
        "confidence",
        _phrases(
            *(
                (level, (rf"{words}[ -]confidence\b", rf"confidence (?:\w+ ){{0,3}}?(?:is|remains) {words}\b"))
                for level, words in (("high", "high"), ("medium", "(?:medium|moderate)"), ("low", "low"))
            ),
            ("high", (r"(?:very|quite|highly|absolutely|fully) (?:sure|certain)\b",)),
        ),
        _least_sure,
        needs_fact=False,
    ),
    Vocabulary(
        "heart rate variability",
        _phrases(
            ("within", (rf"(?:within|inside|in) {WHOSE}(?:usual|normal|typical|expected)(?: band| range| zone)?\b",))
        ),
        _values_of("hrv_state"),
        needs_fact=False,
    ),
    Vocabulary(
        "resting heart rate",
        _phrases(
            (
                "usual",
                (rf"(?:is|looks|stays|remains|was|at|as) (?:at )?{WHOSE}(?:usual|normal|typical)\b{NOT_A_USUAL}",),
            )
        ),
        _values_of("rhr_flag"),
        needs_fact=False,
    ),
    Vocabulary(
        "regularity",
        _phrases(
            (
                "high",
                (
                    rf"(?:high|very high|strong)[ -]{REGULAR}",
                    rf"{REGULARITY_IS} (?:very )?high\b",
                    rf"(?:very|highly|extremely) {STEADY}",
                ),
            ),
            (
                "medium",
                (
                    rf"(?:medium|moderate)[ -]{REGULAR}",
                    rf"{REGULARITY_IS} (?:medium|moderate)\b",
                    rf"(?:fairly|moderately|reasonably|quite|pretty|rather) {STEADY}",
                ),
            ),
            (
                "low",
                (
                    rf"low[ -]{REGULAR}",
                    rf"{REGULARITY_IS} low\b",
                    r"(?:changeable|irregular|erratic|unsteady)\b",
                    r"all over the place\b",
                ),
            ),
            ("high", (r"(?:is|are|looks?|stays?|remains?|counts? as) steady\b",)),
            ("high medium", (rf"(?:is|are|looks?|stays?|remains?|counts? as) {STEADY}",)),
        ),
        _regularity,
        needs_fact=False,
    ),
    Vocabulary(
        "stage",
        _phrases(
            ("initiation", (r"initiation\b", rf"(?:initiating|beginning){STAGE}\b")),
            ("early_formation", (r"early[ -_]formation\b", r"early forming\b")),
            ("consolidation", (r"consolidat(?:ion|ing|ed)\b",)),
            ("maintenance", (rf"maintenance{STAGE}\b", r"(?:stage|phase) of maintenance\b", r"in maintenance\b")),
        ),
        _stages,
        needs_fact=True,
    ),
    Vocabulary(
        "readiness",
        _phrases(
            *(
                (level, (rf"{words} readiness\b", rf"{READINESS_IS} {words}\b"))
                for level, words in (("High", "high"), ("Medium", "(?:medium|moderate)"), ("Low", "low"))
            )
        ),
        _level,
        needs_fact=True,
    ),
    Vocabulary(
        "category",
        _phrases(
            ("Novice", (r"novice\b", r"beginner\b")),
            (
                "Intermediate",
                (
                    r"intermediate (?:level|category|stage|skill|user)\b",
                    r"(?:category|level|rated|graded|counts as|are|is|at)(?: (?:an?|the|as))? intermediate\b",
                ),
            ),
            ("Advanced", (r"advanced\b",)),
            ("Expert", (r"experts?\b",)),
        ),
        _category,
        needs_fact=True,
    ),
)
ENERGY_IS = r"energy is (?:(?:expected|likely|predicted) to be )?"
WINDOW = r"(?:[- ](?:energy|performance))?[ -](?:windows?|zones?|blocks?|periods?|times?|hours?|phases?)"
ZONE_NAMES = _phrases(
    ("peak", (r"peak(?:s|ing)?\b(?! performer)", r"high(?:est)?[- ]energy\b", rf"{ENERGY_IS}high(?:est)?\b")),
    ("maintenance", (rf"maintenance\b(?!{STAGE})", r"(?:moderate|medium)[- ]energy\b")),
    (
        "recovery",
        (
            rf"recovery{WINDOW}",
            r"low(?:est)?[- ]energy\b",
            rf"{ENERGY_IS}low(?:est)?\b",
            r"energy (?:dips?|lows?|troughs?)\b",
            r"troughs?\b",
            r"slump\b",
        ),
    ),
    ("sleep", (r"sleep(?:ing)? (?:windows?|zones?)\b",)),
)
