"""What a model is asked: the archetype's voice, the facts as they are shown, the passages, and what was wrong before.

No raw series, no id of a person and no name is in it, and no text anybody could have typed: an archetype without a
voice of its own is spoken to in the voice for any.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from jinja2 import Environment, StrictUndefined, Template, select_autoescape

from hos_pipelines.analyst.answers import answer_schema
from hos_pipelines.analyst.client import Message
from hos_pipelines.analyst.evidence import Evidence, Passage
from hos_pipelines.analyst.prompt_files import ANY, prompt_files
from hos_pipelines.analyst.proof.directed import FREE_WORK, OTHERS_YOU, Contrast, directions_of_facts
from hos_pipelines.analyst.proof.direction_words import Axis, Sort
from hos_pipelines.analyst.shown import shown_constant, shown_value
from hos_pipelines.domain.analysis_scope import AnalysisType
from hos_pipelines.domain.behavior.wording import duration_text, say_value
from hos_pipelines.domain.circadian.results import Constant
from hos_pipelines.domain.fact_titles import title
from hos_pipelines.domain.facts import Fact
from hos_pipelines.domain.facts_text import display
from hos_pipelines.domain.violations import Violation

# Not for a person's ears: tests, spreads of spreads, counts behind means and the inside of models.
UNTOLD_UNITS = frozenset({"p", "q", "sleep pressure S", "bit"})
UNTOLD = re.compile(
    r".*_(adherence_low|adherence_high|mad|weekly_rhythm|predictability|energy|timing_concentration|.*within)"
    r"|(zone_threshold|zone_maintenance|advice|dlmo|cbt_min|cpd|energy|second_opinion)(_.*)?|sloss_week|sjl_sc"
    r"|mode_\d+_nights|outlying_nights|sleep_measure|typical_.*"
)
SLOPE = "_trend_slope"
MOST_REPAIRS = 20
MOST_UNKNOWN = 20
NEW_TEXT = "Up to three claims of your own."
HOURS, HOUR_SECONDS, OF_PEOPLE = "hour", 3600.0, "percent of people"


def conversation(analysis_type: AnalysisType, archetype: str, evidence: Evidence) -> list[Message]:
    """The messages that ask for an answer."""
    files = prompt_files()
    voice = files.voices.get(archetype, files.voices[ANY])
    system = _template(files.system).render(
        voice=voice, aim=files.aims[analysis_type], schema=json.dumps(answer_schema(), separators=(",", ":"))
    )
    facts = _template(files.facts).render(
        facts=list(_fact_lines(evidence)),
        constants=list(_constant_lines(evidence)),
        unknown=list(_unknown(evidence)),
        passages=[_passage_line(one, evidence) for one in evidence.passages],
    )
    return [Message("system", system), Message("user", facts)]


def repair(violations: Sequence[Violation]) -> Message:
    """The message that asks for an answer once more."""
    return Message("user", _template(prompt_files().repair).render(violations=violations[:MOST_REPAIRS]))


@lru_cache(maxsize=16)
def _template(text: str) -> Template:
    # Plain text for a model, not a page for a browser.
    environment = Environment(undefined=StrictUndefined, autoescape=select_autoescape([], default_for_string=False))
    return environment.from_string(text)


def _fact_lines(evidence: Evidence) -> Iterator[Mapping[str, str]]:
    cited = {fact_id for passage in evidence.passages for fact_id in passage.fact_ids}
    for fact in _by_id(evidence):
        if fact.value is None or isinstance(fact.value, list):
            continue
        if fact.id not in cited and (_is_untold(fact) or _goes_nowhere(fact, evidence)):
            continue
        yield {
            "id": evidence.tag_id(fact.id),
            "title": title(fact.id),
            "shown": shown_value(fact),
            "direction": direction_words(fact, evidence.facts, evidence.courses) or "-",
        }


def _is_untold(fact: Fact) -> bool:
    return fact.unit in UNTOLD_UNITS or UNTOLD.fullmatch(fact.id) is not None


def _goes_nowhere(fact: Fact, evidence: Evidence) -> bool:
    """Whether it is a slope of a series of which nobody knows where it goes: without a sign it would say nothing."""
    return fact.id.endswith(SLOPE) and fact.id.removesuffix(SLOPE) not in evidence.courses


def _constant_lines(evidence: Evidence) -> list[Mapping[str, str]]:
    constants = {name: one for passage in evidence.passages for name, one in passage.constants.items()}
    return [{"id": evidence.tag_id(name), "shown": shown_constant(one)} for name, one in constants.items()]


def _unknown(evidence: Evidence) -> list[str]:
    """What may not be spoken of, by name."""
    titles = [title(fact.id) for fact in _by_id(evidence) if fact.value is None]
    return titles[:MOST_UNKNOWN]


def _by_id(evidence: Evidence) -> list[Fact]:
    """The facts in the order of their ids, in which the answers to a prompt were measured."""
    return [fact for _, fact in sorted(evidence.facts.items())]


def _passage_line(passage: Passage, evidence: Evidence) -> Mapping[str, str]:
    if passage.is_new:
        return {"key": passage.key, "rests_on": "-", "text": NEW_TEXT, "beside": ""}
    facts = [evidence.facts[fact_id] for fact_id in passage.fact_ids]
    return {
        "key": passage.key,
        "rests_on": " ".join(map(evidence.tag_id, passage.fact_ids)),
        "text": with_placeholders(passage.text, facts, passage.constants, evidence),
        "beside": with_placeholders(passage.beside, facts, {}, evidence),
    }


def with_placeholders(text: str, facts: Iterable[Fact], constants: Mapping[str, Constant], evidence: Evidence) -> str:
    """The engine's sentence with its figures given back to the facts they are the values of, in the facts' order.

    Of two facts that are shown alike the first figure is the first's, the second the second's.
    """
    owners: dict[str, list[str]] = {}
    for fact in facts:
        for form in _forms(fact):
            owners.setdefault(form, []).append(fact.id)
    for name, constant in constants.items():
        for form in _constant_forms(constant):
            owners.setdefault(form, []).append(name)
    if not owners:
        return text
    used: set[str] = set()

    def placeholder(found: re.Match[str]) -> str:
        names = owners[found[0]]
        name = next((one for one in names if one not in used), names[0])
        used.add(name)
        return f"{{{{{evidence.tag_id(name)}}}}}"

    forms = "|".join(re.escape(form) for form in sorted(owners, key=len, reverse=True))
    return re.sub(rf"(?<![\w.:])(?:{forms})(?!\w|[.:]\d)", placeholder, text)


def _forms(fact: Fact) -> list[str]:
    """How a number or a date is written in the engine's sentences; other labels are words like any."""
    if not isinstance(fact.value, float):
        return [display(fact)] if isinstance(fact.value, str) and fact.value[:1].isdigit() else []
    forms = {display(fact), say_value(fact)}
    hours = fact.value / HOUR_SECONDS if fact.unit.startswith("second") else fact.value
    if fact.unit in (HOURS, "second"):
        forms |= {f"{hours:.1f} h", duration_text(abs(hours))}
    if fact.unit == OF_PEOPLE:
        forms.add(f"{fact.value:.0f} of 100 people")
    return [form for form in forms if form[:1].isdigit()]


def _constant_forms(constant: Constant) -> set[str]:
    """How a constant is written there: `8.8 hours`, `7 h`, `15 min`."""
    short = {"hour": "h", "minute": "min"}.get(constant.unit, constant.unit)
    return {shown_constant(constant), *(f"{constant.value:g} {unit}" for unit in (constant.unit, short))}


def direction_words(fact: Fact, facts: Mapping[str, Fact], courses: Mapping[str, int]) -> str:
    """Which way a fact points, as the proof will see it: `rising; improving`, or empty."""
    told = []
    for one in directions_of_facts({fact.id}, facts, courses):
        if one.way.sign is None:
            continue
        words = WORDS.get((one.way.axis, one.way.sort), WORDS[one.way.axis, Sort.LEVEL])
        side = SIDES.get(one.contrast, "")
        told.append(f"{words[one.way.sign + 1]}{side}")
    return "; ".join(dict.fromkeys(told))


# On which side of a contrast a fact points that way.
SIDES: Mapping[Contrast | None, str] = {FREE_WORK: " on free days", OTHERS_YOU: " (those people than you)"}
# By axis and sort: the words for less, for neither, and for more.
WORDS: Mapping[tuple[Axis, Sort], tuple[str, str, str]] = {
    (Axis.AMOUNT, Sort.MOVEMENT): ("falling", "neither rising nor falling", "rising"),
    (Axis.AMOUNT, Sort.LEVEL): ("lower", "neither higher nor lower", "higher"),
    (Axis.AMOUNT, Sort.EITHER): ("below usual", "as usual", "above usual"),
    (Axis.TIME, Sort.LEVEL): ("earlier", "neither earlier nor later", "later"),
    (Axis.BALANCE, Sort.LEVEL): ("slept ahead of the need", "neither owed nor ahead for certain", "owed"),
    (Axis.VALENCE, Sort.MOVEMENT): ("declining", "neither improving nor declining", "improving"),
    (Axis.VALENCE, Sort.LEVEL): ("worse", "neither better nor worse", "better"),
}
