"""A sentence written without sight of the proof: where it stands, what it rests on, and for whom it is meant.

In a text `<sri>` is a placeholder, `[sri]` the value as shown, `[wake_mean+40]` that value moved by minutes (or by
points, or by what the fact counts), `[sleep_need:words]` and `[wake_mean:12h]` the value in another spelling.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from benchmarks.grounding.people import User
from hos_pipelines.analyst.answers import Answer, Claim
from hos_pipelines.analyst.evidence import Evidence, Passage
from hos_pipelines.analyst.prompt import direction_words
from hos_pipelines.domain.facts import Fact
from hos_pipelines.domain.facts_text import display

Facts = Mapping[str, Fact]
Condition = Callable[[Evidence], bool]
MARK = re.compile(r"<(?P<placed>[a-z0-9_]+)>|\[(?P<id>[a-z0-9_]+)(?P<moved>[+-][\d.]+)?(?::(?P<form>\w+))?\]")
# Facts that other ones have taken the place of in the engine's sentences since these were written.
NOW: Mapping[str, tuple[str, ...]] = {
    "onset_mean": ("usual_onset", "onset_work"),
    "typical_onset": ("usual_onset", "usual_onset_work"),
    "midpoint_sd": ("midpoint_sd_within",),
    "regularity_band": ("regular_bedtime_timing_sd_within",),
    "exercise_adherence": ("exercise_weekly_minutes",),
}  # fmt: skip
# What one step of a move is in each unit; in all others a step is one.
STEPS: Mapping[str, float] = {
    "hour": 1 / 60, "local hour": 1 / 60, "second": 60.0, "second of the local day": 60.0, "share": 0.01,
    "percentage": 0.01,
}  # fmt: skip
ONES = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
NOON, HUNDRED = 12, 100


def always(_: Evidence) -> bool:
    """For anybody who has the facts."""
    return True


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence. `passage` is `section/new`, or `section/` and a fact that the passage meant rests on.

    `cites` are ids beside those in the text; one with a dot in it is cited as it stands.
    """

    passage: str
    text: str
    when: Condition = always
    cites: tuple[str, ...] = ()

    def answer_for(self, user: User) -> tuple[Answer, Evidence] | None:
        """The sentence as an answer about one user; None where it is not meant for them."""
        for sheet in user.sheets:
            passage = self._passage_in(sheet.evidence.passages)
            if passage is not None and self._is_for(passage, sheet.evidence):
                return Answer(claims=[self._claim(passage, sheet.evidence)]), sheet.evidence
        return None

    def _passage_in(self, passages: Sequence[Passage]) -> Passage | None:
        section, _, anchor = self.passage.partition("/")
        for passage in passages:
            anchors = {anchor, *NOW.get(anchor, ())}
            if passage.section == section and (passage.key == self.passage or anchors.intersection(passage.fact_ids)):
                return passage
        return None

    def _is_for(self, passage: Passage, evidence: Evidence) -> bool:
        told = all(name in passage.constants or _is_told(name, evidence.facts) for name in self._names())
        return told and self.when(evidence)

    def _names(self) -> list[str]:
        """The ids in the text and beside it, each once."""
        found = [match["placed"] or match["id"] for match in MARK.finditer(self.text)]
        return list(dict.fromkeys([*found, *(one for one in self.cites if "." not in one)]))

    def _claim(self, passage: Passage, evidence: Evidence) -> Claim:
        names = dict.fromkeys([*passage.fact_ids, *(one for one in self._names() if one not in passage.constants)])
        ids = [evidence.tag_id(one) for one in names] + [one for one in self.cites if "." in one]
        text = MARK.sub(lambda match: _said(match, evidence), self.text)
        return Claim(passage=passage.key, text=text, fact_ids=ids)


def label(fact_id: str, *values: str) -> Condition:
    """Where a label has one of these values."""
    return lambda one: _is_told(fact_id, one.facts) and one.facts[fact_id].value in values


def above(fact_id: str, least: float) -> Condition:
    """Where a number is larger."""
    return lambda one: (number := _number(fact_id, one.facts)) is not None and number > least


def below(fact_id: str, most: float) -> Condition:
    """Where a number is smaller."""
    return lambda one: (number := _number(fact_id, one.facts)) is not None and number < most


def shown_apart(first: str, second: str) -> Condition:
    """Where two facts are not shown alike."""
    return lambda one: display(one.facts[first]) != display(one.facts[second])


def less(first: str, second: str) -> Condition:
    """Where the first number is smaller than the second."""

    def holds(evidence: Evidence) -> bool:
        one, other = _number(first, evidence.facts), _number(second, evidence.facts)
        return one is not None and other is not None and one < other

    return holds


def way(fact_id: str, word: str) -> Condition:
    """Where a fact points the way the model is told it does."""

    def holds(evidence: Evidence) -> bool:
        if not _is_told(fact_id, evidence.facts):
            return False
        return word in direction_words(evidence.facts[fact_id], evidence.facts, evidence.courses).split("; ")

    return holds


def trendless(fact_id: str) -> Condition:
    """Where a series goes neither up nor down as far as the model is told."""

    def holds(evidence: Evidence) -> bool:
        if not _is_told(fact_id, evidence.facts):
            return False
        words = direction_words(evidence.facts[fact_id], evidence.facts, evidence.courses)
        return not any(word in words.split("; ") for word in ("rising", "falling"))

    return holds


def both(*conditions: Condition) -> Condition:
    """Where all of them hold."""
    return lambda evidence: all(condition(evidence) for condition in conditions)


def _is_told(fact_id: str, facts: Facts) -> bool:
    return fact_id in facts and isinstance(facts[fact_id].value, (float, str))


def _number(fact_id: str, facts: Facts) -> float | None:
    value = facts[fact_id].value if fact_id in facts else None
    return value if isinstance(value, float) else None


def _said(match: re.Match[str], evidence: Evidence) -> str:
    if match["placed"]:
        return f"{{{{{evidence.tag_id(match['placed'])}}}}}"
    fact = _moved(evidence.facts[match["id"]], float(match["moved"] or 0))
    return FORMS[match["form"]](display(fact)) if match["form"] else display(fact)


def _moved(fact: Fact, steps: float) -> Fact:
    return replace(fact, value=fact.value + steps * STEPS.get(fact.unit, 1)) if isinstance(fact.value, float) else fact


def _half_day_clock(shown: str) -> str:
    """`22:05` as `10:05 pm`."""
    hour, minute = map(int, shown.split(":"))
    return f"{(hour - 1) % NOON + 1}:{minute:02d} {'pm' if hour >= NOON else 'am'}"


def _in_words(shown: str) -> str:
    """`7 h 32 min` as `seven hours and thirty-two minutes`, `96 %` as `ninety-six percent`."""
    names = {"h": "hour", "min": "minute", "%": "percent"}
    parts = []
    for figure, unit in re.findall(r"(\d+) ?([a-z%]+)?", shown):
        count = int(figure)
        name = names.get(unit, unit)
        parts.append(f"{_spelled(count)} {name}{'s' if name in ('hour', 'minute') and count != 1 else ''}".strip())
    return " and ".join(parts)


def _spelled(count: int) -> str:
    if count < len(ONES):
        return ONES[count]
    if count >= HUNDRED:
        return "a hundred" if count == HUNDRED else str(count)
    tens, rest = divmod(count, 10)
    return TENS[tens - 2] + (f"-{ONES[rest]}" if rest else "")


FORMS: Mapping[str, Callable[[str], str]] = {"12h": _half_day_clock, "words": _in_words}
