"""The facts as lines of a list: section by section, what belongs together on one line, with what it means."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from hos_pipelines.domain.analysis_result import AnalysisResult
from hos_pipelines.domain.behavior.results import BehaviorResult
from hos_pipelines.domain.circadian.results import CircadianResult
from hos_pipelines.domain.fact_meanings import meaning
from hos_pipelines.domain.fact_order import by_section
from hos_pipelines.domain.fact_titles import title
from hos_pipelines.domain.facts import Fact
from hos_pipelines.domain.facts_text import display, interval_text, least_change_text
from hos_pipelines.report.wording import capitalize, lacking_text, sentence_text, words_text

LETTERS = "abcdefghijklmnopqrstuvwxyz"


class Family(NamedTuple):
    """Facts told on one line: the pattern of their ids, whose first group is their base, and how the line reads.

    The line is named by `name`, in which `{base}` is the base in words; `texts` are tried in their order until all
    facts of one are there.
    """

    pattern: re.Pattern[str]
    name: str
    texts: tuple[str, ...]


def _family(keys: str, name: str, *texts: str, base: str = r"\w+?") -> Family:
    return Family(re.compile(f"({base})_({keys})"), name, texts)


FAMILIES: tuple[Family, ...] = (
    _family("start|end|energy", "{base}", "{start} to {end}, mean level {energy}", base=r"zone_[a-z]+_\d+"),
    _family("start|end", "{base}", "{start} to {end}", "from {start}", "until {end}", base=r"advice_\w+?"),
    _family("onset|wake|nights", "{base}", "{onset} to {wake}, {nights}", base=r"mode_\d+"),
    _family("at|earliest|latest", "{base}", "{at} ({earliest} to {latest})", base="dlmo|cbt_min"),
    _family("rho|q", "{base}", "rho {rho}, q {q}", base=r"association_\d+"),
    _family("median|mad", "{base}, usual", "{median}, give or take {mad}", "give or take {mad}"),
    _family("latest|z", "{base}, newest", "{latest}, {z}"),
    _family(
        "trend_slope|trend_p|trend_q",
        "{base}, trend",
        "{trend_slope} (q {trend_q}, p {trend_p})",
        "{trend_slope} (q {trend_q})",
        "{trend_slope} (p {trend_p})",
    ),
    _family(
        "change_day|change_before|change_after|change_q",
        "{base}, change",
        "{change_day}: {change_before} before, {change_after} since (q {change_q})",
        "{change_day}: {change_before} before, {change_after} since",
    ),
    _family(
        "adherence|adherence_low|adherence_high",
        "{base}: done",
        "{adherence} ({adherence_low} to {adherence_high})",
    ),
    _family("streak|longest_streak", "{base}: in a row", "{streak} now, {longest_streak} at most"),
    _family("persistence|recovery", "{base}: again", "{persistence} after a day done, {recovery} after a miss"),
    _family("habit_strength|stage", "{base}: strength", "{habit_strength} ({stage})"),
    _family(
        "timing_sd|timing_sd_within|timing_concentration",
        "{base}: spread",
        "{timing_sd}, {timing_sd_within} among days of one kind (concentration {timing_concentration})",
        "{timing_sd} (concentration {timing_concentration})",
    ),
    _family(
        "weekly_rhythm|weekly_rhythm_p|weekly_rhythm_q",
        "{base}: day of the week",
        "{weekly_rhythm} (q {weekly_rhythm_q}, p {weekly_rhythm_p})",
        "{weekly_rhythm} (q {weekly_rhythm_q})",
        "{weekly_rhythm} (p {weekly_rhythm_p})",
    ),
    _family("predictability", "{base}: predictability", "{predictability}"),
)  # fmt: skip
ZONES = {"peak": "high energy", "maintenance": "moderate energy", "recovery": "low energy", "sleep": "sleep"}


class Reference(NamedTuple):
    """A fact by the result it stands in; `anchor` is where a link to it leads."""

    result: str
    fact: Fact

    @property
    def anchor(self) -> str:
        """The id of its element on the page."""
        return f"fact-{self.result}-{self.fact.id}"


class FactLine(NamedTuple):
    """One or more facts on a line; `means` is what the term means and what is usual, `method` the mark of how."""

    references: tuple[Reference, ...]
    title: str
    text: str
    means: str
    method: str

    @property
    def rests_on(self) -> str:
        """How much went into it and how sure it is."""
        fact = self.references[0].fact
        return f"n {fact.n}, {fact.confidence}"


class Unknown(NamedTuple):
    """Facts without a value that lack the same."""

    missing: str
    references: tuple[Reference, ...]
    titles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the list: its lines, what is not known, and its methods by their marks."""

    title: str
    lines: tuple[FactLine, ...]
    unknown: tuple[Unknown, ...]
    methods: Mapping[str, str]


def name_of(result: AnalysisResult) -> str:
    """What anchors of a result's facts begin with."""
    return "c" if isinstance(result, CircadianResult) else "b"


def fact_sections(*results: AnalysisResult) -> list[Section]:
    """All facts of some results of one person, section by section."""
    references = [Reference(name_of(result), fact) for result in results for fact in result.facts.values()]
    names = [_names(result) for result in results if isinstance(result, BehaviorResult)]
    return _sections(references, names[0] if names else {})


def sections_of(facts: Iterable[Fact]) -> list[Section]:
    """Facts that stand in no result, section by section."""
    return _sections([Reference("", fact) for fact in facts], {})


def _sections(references: Sequence[Reference], names: Mapping[str, str]) -> list[Section]:
    by_id: dict[str, list[Reference]] = {}
    for one in references:
        by_id.setdefault(one.fact.id, []).append(one)
    return [
        _section(name, [one for fact_id in fact_ids for one in by_id[fact_id]], names)
        for name, fact_ids in by_section(by_id).items()
    ]


def _names(behavior: BehaviorResult) -> Mapping[str, str]:
    """What the bases of families are called: series and behaviors by their titles, associations by what they join."""
    names = {prefix: one.series for prefix, one in behavior.baselines.items()}
    names |= {row.behavior: row.title for row in behavior.habit_analysis.behaviors}
    for number, one in enumerate(behavior.behavioral_signature.associations, start=1):
        names[f"association_{number}"] = f"{words_text(one.first)} and {words_text(one.second)}, {one.when}"
    return names


def _section(name: str, references: Sequence[Reference], names: Mapping[str, str]) -> Section:
    known = [one for one in references if one.fact.value is not None]
    marks: dict[str, str] = {}
    lines = _without_repetition(_join_alike(_line(group, names, marks) for group in _group_families(known)))
    return Section(name, lines, tuple(_unknown(references, names)), {mark: method for method, mark in marks.items()})


def _join_alike(lines: Iterable[FactLine]) -> Iterable[FactLine]:
    """What both results tell alike is told once."""
    told: dict[tuple[str, str], FactLine] = {}
    for line in lines:
        same = told.setdefault((line.title, line.text), line)
        if same is not line:
            told[line.title, line.text] = same._replace(references=same.references + line.references)
    return told.values()


def _without_repetition(lines: Iterable[FactLine]) -> tuple[FactLine, ...]:
    """A term is explained where a section first uses it."""
    explained: set[str] = set()
    kept: list[FactLine] = []
    for line in lines:
        kept.append(line._replace(means="") if line.means in explained else line)
        explained.add(line.means)
    return tuple(kept)


def _group_families(references: Sequence[Reference]) -> Iterator[tuple[Reference, ...]]:
    """Facts of one family and base together, where the first of them stands."""
    groups: dict[tuple[str, ...], list[Reference]] = {}
    for one in references:
        family, base, _ = _split_id(one.fact.id)
        key = (one.result, base, family.name) if family else (one.result, one.fact.id)
        groups.setdefault(key, []).append(one)
    for group in groups.values():
        yield tuple(group)


def _split_id(fact_id: str) -> tuple[Family | None, str, str]:
    """The family of a fact, its base, and its key in that family; it may be alone."""
    if fact_id in ("dlmo", "cbt_min"):
        fact_id = f"{fact_id}_at"
    for family in FAMILIES:
        match = family.pattern.fullmatch(fact_id)
        if match:
            return family, match[1], match[2]
    return None, fact_id, ""


def _line(group: tuple[Reference, ...], names: Mapping[str, str], marks: dict[str, str]) -> FactLine:
    family, base, _ = _split_id(group[0].fact.id)
    facts = {_split_id(one.fact.id)[2]: one.fact for one in group}
    template = next((text for text in family.texts if _keys(text) <= facts.keys()), None) if family else None
    if family is None or template is None:
        text = "; ".join(_value_text(one.fact) for one in group)
        name = title(group[0].fact.id)
    else:
        text = template.format(**{key: sentence_text(display(fact)) for key, fact in facts.items()})
        name = family.name.format(base=_base_text(base, names))
    means = next((one for reference in group if (one := meaning(reference.fact.id))), None)
    said = "" if means is None else f"{means.text}; usual: {means.usual}" if means.usual else means.text
    method = ", ".join(dict.fromkeys(_mark(one.fact.method, marks) for one in group[:1]))
    return FactLine(group, capitalize(name), text, capitalize(said), method)


def _keys(text: str) -> set[str]:
    return set(re.findall(r"{(\w+)}", text))


def _value_text(fact: Fact) -> str:
    """The value with its interval, and from when on a change counts."""
    interval, least = interval_text(fact), least_change_text(fact)
    text = sentence_text(display(fact)) + (f" ({interval})" if interval else "")
    return f"{text}; a change counts from {least}" if least else text


def _base_text(base: str, names: Mapping[str, str]) -> str:
    zone = re.fullmatch(r"zone_([a-z]+)_(\d+)", base)
    if zone:
        return f"{ZONES.get(zone[1], zone[1])}, {zone[2]}"
    mode = re.fullmatch(r"mode_(\d+)", base)
    if mode:
        return f"group {mode[1]} of nights"
    return names.get(base) or title(base)


def _mark(method: str, marks: dict[str, str]) -> str:
    """A letter, or two, for a method of a section."""
    if method not in marks:
        number = len(marks)
        first = LETTERS[number // len(LETTERS) - 1] if number >= len(LETTERS) else ""
        marks[method] = first + LETTERS[number % len(LETTERS)]
    return marks[method]


def _unknown(references: Sequence[Reference], names: Mapping[str, str]) -> Iterator[Unknown]:
    lacking: dict[str, list[Reference]] = {}
    for one in references:
        if one.fact.value is None:
            lacking.setdefault(one.fact.missing or "cannot be computed from these data", []).append(one)
    for missing, some in lacking.items():
        titles = dict.fromkeys(_unknown_title(one.fact.id, names) for one in some)
        yield Unknown(lacking_text(missing), tuple(some), tuple(titles))


def _unknown_title(fact_id: str, names: Mapping[str, str]) -> str:
    family, base, _ = _split_id(fact_id)
    return title(fact_id) if family is None else family.name.format(base=_base_text(base, names))
