"""What a claim can be about: the words for each subject, and the facts that speak of it. Knows no numbers."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from hos_pipelines.domain.facts import Fact


class Subject(NamedTuple):
    """Words for it in a sentence, and ids (of associations: what their method names) of the facts about it.

    `is_topic` is false for words too common to need a fact of their own; they only tell what a comparison is about.
    """

    name: str
    words: str
    facts: str
    is_topic: bool = True


class Mention(NamedTuple):
    """A subject and where in the text it stands."""

    subject: str
    start: int
    end: int


ADVICE = r"^advice_"
SLEEP_LENGTH = (
    r"^duration_|^sd_(?:week|work|free)|sleep_duration|^sleep_(?:need|mean|standing|measure)|sleep_debt|^sloss|"
    r"enough_sleep|^sleep_consistency|^zone_sleep_minutes|^awake_median|^advice_earlier|^living"
)
ONSET = (
    r"^onset_|^(?:typical|usual)_onset|^mode_\d_onset|^regular_bedtime|^predicted_bed|^advice_(?!wake|light)|"
    r"^regularity_(?:band|plain)|sleep_onset|^sleep_latency|^zone_sleep|^sleep_pressure_bed|^dlmo|^drift|^living|"
    r"^enough_sleep"
)
WAKING = (
    r"^wake_|^(?:typical|usual)_wake|^mode_\d_wake|^regular_wake|^predicted_(?:next_)?wake|^advice_(?:wake|light)|"
    r"^offset_sd|^free_minus_work|^lie_in|^zone_sleep|^zone_recovery_1|^sleep_pressure_wake|^sd_work|^cbt_min|^drift|"
    r"^awake_median|^living"
)
# Steps that nobody walks: `in small steps`, `15-minute steps`.
NO_MANNER = "".join(
    f"(?<!{word} )"
    for word in ("in", "small", "next", "these", "first", "little", "easy", "simple", "gentle", "minute", "min", "baby")
)
# The first that fits is meant: `heart rate variability` is no heart rate, `sleep debt` no sleep.
SUBJECTS: tuple[Subject, ...] = (
    Subject("hrv", r"heart[- ]rate variability|\bHRV\b|\bRMSSD\b|\bSDNN\b", r"hrv|heart_rate_variability"),
    Subject(
        "resting heart rate",
        r"resting (?:heart[- ]?rate|pulse)|\bRHR\b|heart[- ]?rate|\bpulse\b|heart ?beats?",
        r"heart_rate_resting|^rhr_",
    ),
    Subject("mental wellbeing", r"mental (?:well-?being|health)", r"mental_wellbeing"),
    Subject("wellbeing", r"well-?being", r"wellbeing"),
    Subject("sleep score", r"sleep scores?", r"^sleep_score"),
    Subject("activity score", r"activity scores?", r"^activity_score"),
    Subject("sleep efficiency", r"sleep efficiency", r"^sleep_efficiency"),
    Subject(
        "sleep debt",
        r"sleep[- ]debt|debt of sleep|ow(?:e|es|ed|ing)\b(?: sleep)?|sleep (?:deficit|shortage|lost)\b|lost sleep",
        r"sleep_debt|^sloss",
    ),
    Subject(
        "social jetlag",
        r"(?:social )?jet[- ]?lag",
        r"^sjl|^msf|^msw|^free_minus_work|^lie_in|^(?:wake|onset)_(?:free|work)",
    ),
    Subject(
        "chronotype",
        r"chronotypes?|body[- ]clock type|(?:morning|evening)[- ](?:type|person|chronotype)s?|night[- ]owls?|"
        r"early[- ]birds?|\blarks?\b|\bowls?\b",
        r"^chronotype|^msf|^msw",
    ),
    Subject(
        "midsleep",
        r"mid-?sleep|mid-?point of sleep|middle of (?:your )?(?:sleep|nights?)",
        r"^ms[fw]|^midpoint|^sjl|^cpd|^drift|^chronotype_percentile",
    ),
    Subject("melatonin", r"melatonin|\bDLMO\b", r"^dlmo"),
    Subject("temperature", r"(?:body|core) temperature|temperature minimum", r"^cbt_min"),
    Subject("caffeine", r"caffeine|coffees?|espressos?", r"^advice_caffeine"),
    Subject("meals", r"\bmeals?\b|\beat(?:ing|s)?\b|dinner|supper|breakfast", r"^advice_last_meal"),
    Subject("shift work", r"shift[- ]?work(?:ers?|ing)?|night shifts?|work(?:ing)? shifts", r"^shift_work|^living"),
    Subject("naps", r"\bnap(?:s|ping|ped)?\b", r"^nap_days|^sri"),
    Subject(
        "steps",
        rf"{NO_MANNER}steps\b(?! of (?:a|an|\d))|step counts?|walk(?:s|ing|ed)?\b",
        r"steps|^active_day|^activity_|^entropy_rate",
    ),
    Subject(
        "exercise",
        r"\bexercis(?:e|es|ing|ed)\b|\btrain(?:ing|ed|s)?\b|\bwork-?outs?\b|hard efforts",
        r"exercise|^zone_peak",
    ),
    Subject(
        "activity",
        r"\bactiv(?:e|ity)(?: (?:time|minutes|duration|levels?))?\b(?! day)",
        r"steps|^active_|^activity_|exercise|^entropy_rate",
        is_topic=False,
    ),
    Subject("readiness", r"readiness", r"^readiness|^recovery_(?:consistency|emphasis)|^hrv_state|^rhr_flag"),
    Subject(
        "bedtime",
        r"bed-?times?\b|(?:fall(?:s|ing)?|fell|fallen) (?:back )?asleep|(?:go(?:es|ing)?|went) to (?:bed|sleep)|"
        r"lights out|sleep onset|onset of sleep",
        ONSET,
    ),
    Subject(
        "waking",
        r"\b(?:wake|wakes|woke|waking|woken)(?:[- ]?up)?(?:[- ]?times?)?\b|\b(?:get|gets|getting|got) up\b"
        r"(?!,? (?:and )?(?:get (?:going|moving|started|active|out)|go|move|stretch)\b| to speed\b)",
        WAKING,
    ),
    Subject("energy", r"\benerg(?:y|etic)\b|\balertness\b", r"^zone_|^energy_|^second_opinion", is_topic=False),
    Subject("sleep need", r"\bneed(?:s|ed)?\b", r"^sleep_need", is_topic=False),
    Subject("sleep", r"\bsle(?:ep|eps|eping|pt)\b|\bnights?\b", SLEEP_LENGTH, is_topic=False),
    Subject("streak", r"\bstreaks?\b|\bin a row\b", r"_streak|^rhr_flag"),
    Subject("regularity index", r"regularity index|\bSRI\b", r"^sri"),
)
BY_GROUP = {f"s{place}": subject for place, subject in enumerate(SUBJECTS)}
# The boundary stands outside: tried at the beginnings of words only, it takes a fifth of the time.
ANY = re.compile(
    r"\b(?:" + "|".join(f"(?P<{group}>{subject.words})" for group, subject in BY_GROUP.items()) + ")", re.IGNORECASE
)
TOPICS = frozenset(subject.name for subject in SUBJECTS if subject.is_topic)


@lru_cache(maxsize=1024)
def mentions(text: str) -> Sequence[Mention]:
    """The subjects a text speaks of, in order."""
    return [
        Mention(BY_GROUP[match.lastgroup].name, match.start(), match.end())
        for match in ANY.finditer(text)
        if match.lastgroup is not None
    ]


def subjects_of(fact: Fact) -> frozenset[str]:
    """The names of the subjects a fact speaks of; of an association, those of both its series."""
    return _subjects_of(f"{fact.id} {fact.method}" if fact.id.startswith("association_") else fact.id)


@lru_cache(maxsize=4096)
def _subjects_of(about: str) -> frozenset[str]:
    return frozenset(subject.name for subject, facts in FACTS if facts.search(about))


FACTS: Sequence[tuple[Subject, re.Pattern[str]]] = [(subject, re.compile(subject.facts)) for subject in SUBJECTS]
