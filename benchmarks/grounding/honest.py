"""Honest claims about one user: the engine's own sentences, and free ones in the words of the templates."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from random import Random

from benchmarks.grounding.drafts import Draft, Figure, Named, Piece, Turn
from benchmarks.grounding.figures import day_forms, measured, of_constant, right_forms
from benchmarks.grounding.people import Sheet
from benchmarks.grounding.templates import (
    BEHAVIOR,
    BEHAVIOR_TURNS,
    BETTER,
    CHANGED,
    CIRCADIAN,
    CIRCADIAN_TURNS,
    CLOSERS,
    LABELLED,
    LABELS,
    NO_TREND,
    OPENERS,
    REPHRASED,
    RISING,
    STANDING,
    STEADY,
    TITLES,
    Side,
    Template,
    number,
    sign,
)
from hos_pipelines.analyst.answers import MOST_CHARACTERS
from hos_pipelines.analyst.evidence import Evidence, Passage
from hos_pipelines.domain.behavior.series import KINDS

SLOT = re.compile(r"\{(\w+)\}|\[(\w+)\]|<([^|>]+)\|([^>]+)>")
UNUSUAL = 1.0
PLACEHOLDERS, MIXED = 0.4, 0.15
DECORATED = 0.35
BETTER_WAY = {kind.prefix: kind.better for kind in KINDS.values()}


def honest_claims(sheet: Sheet, chance: Random, free: int) -> list[Draft]:
    """All of the engine's sentences and so many free claims, those with a direction or a label before all others."""
    evidence = sheet.evidence
    turns = list(_drafts(evidence, _with_direction(sheet), chance))
    plain = list(_drafts(evidence, CIRCADIAN if sheet.area == "circadian" else BEHAVIOR, chance))
    again = list(_rephrased(evidence, chance))
    chance.shuffle(turns)
    chance.shuffle(plain)
    told = [*turns[: free // 3], *again, *plain][:free]
    return [*_own_sentences(evidence, chance), *(_decorated(draft, chance) for draft in told)]


def _own_sentences(evidence: Evidence, chance: Random) -> Iterator[Draft]:
    """The passages as they stand; a model that cites them all as they are listed cites their constants, too."""
    for passage in evidence.passages:
        if not passage.is_new:
            constants = tuple(passage.constants) if chance.random() < 1 / 2 else ()
            yield Draft(evidence, passage, (passage.text,), (*passage.fact_ids, *constants))


def _with_direction(sheet: Sheet) -> Iterator[Template]:
    if sheet.area == "circadian":
        yield from CIRCADIAN_TURNS
        return
    yield from BEHAVIOR_TURNS
    yield from LABELLED
    for prefix, title in TITLES.items():
        yield from _of_series(sheet, prefix, title)


def _of_series(sheet: Sheet, prefix: str, title: str) -> Iterator[Template]:
    """What may be said of where one series goes, where it stands, and whether it has shifted."""
    evidence, trend = sheet.evidence, sheet.trend(prefix)
    slope, q, z = (f"{prefix}_{name}" for name in ("trend_slope", "trend_q", "z"))
    shift = _shift_ids(prefix)
    if _are_told(evidence, (slope, q)):
        if trend == "stable":
            yield from (Template(text.format(title=title), (slope, q)) for text in (*NO_TREND, *STEADY))
        elif trend is not None:
            yield from _trending(prefix, title, (slope, q))
        elif not _are_told(evidence, shift):
            yield from (Template(text.format(title=title), (slope, q)) for text in NO_TREND)
    if _are_told(evidence, (z,)):
        for text, denied in STANDING:
            yield _titled(text, denied, title, (z,), sign(z, UNUSUAL))
    for text, denied in CHANGED:
        # The shift itself says where it goes: its means before and after.
        yield _titled(text.replace("*", prefix), denied, title, shift, _shift(prefix))


def _trending(prefix: str, title: str, cites: tuple[str, str]) -> Iterator[Template]:
    slope, _ = cites
    for text, denied in RISING:
        yield _titled(text, denied, title, cites, sign(slope, 1e-9))
    if better := BETTER_WAY[prefix]:
        for text, denied in BETTER:
            yield _titled(text, denied, title, cites, lambda facts: better * number(facts, slope))


def _titled(text: str, denied: str | None, title: str, cites: tuple[str, ...], side: Side) -> Template:
    return Template(text.replace("{title}", title), cites, side, denied and denied.replace("{title}", title))


def _shift_ids(prefix: str) -> tuple[str, ...]:
    return tuple(f"{prefix}_{name}" for name in ("change_before", "change_after", "change_day"))


def _shift(prefix: str) -> Side:
    before, after, _ = _shift_ids(prefix)
    return lambda facts: number(facts, after) - number(facts, before)


def _drafts(evidence: Evidence, templates: Iterable[Template], chance: Random) -> Iterator[Draft]:
    """Of each template that these facts allow a claim of the model's own."""
    new = next((passage for passage in evidence.passages if passage.is_new), None)
    if new is not None:
        writer = _Writer(evidence, new, chance)
        yield from filter(None, map(writer.draft, templates))


def _rephrased(evidence: Evidence, chance: Random) -> Iterator[Draft]:
    """Of each passage a template that says the same from its facts and constants."""
    for passage in evidence.passages:
        allowed = {*passage.fact_ids, *passage.constants}
        fitting = [one for one in REPHRASED if set(_slots(one.text)) <= allowed]
        if fitting and not passage.is_new:
            draft = _Writer(evidence, passage, chance).draft(chance.choice(fitting))
            if draft is not None:
                yield draft


def _slots(text: str) -> list[str]:
    return [found[1] or found[2] for found in SLOT.finditer(text) if found[1] or found[2]]


def _are_told(evidence: Evidence, fact_ids: Sequence[str]) -> bool:
    return all(one in evidence.facts and evidence.facts[one].value is not None for one in fact_ids)


@dataclass(frozen=True, slots=True)
class _Writer:
    """Fills in templates for one passage: numbers as figures, as placeholders, or some of each."""

    evidence: Evidence
    passage: Passage
    chance: Random

    def draft(self, template: Template) -> Draft | None:
        """The claim; None where these facts do not allow it, or lie on neither side."""
        cited = tuple(dict.fromkeys((*_slots(template.text), *template.cites)))
        facts = [fact_id for fact_id in cited if fact_id not in self.passage.constants]
        if not _are_told(self.evidence, facts) or not template.needs(self.evidence.facts):
            return None
        side = template.side(self.evidence.facts) if template.side else 1.0
        pieces = self._pieces(template.text, side) if side else None
        if pieces is None:
            return None
        denied = self._pieces(template.denied, side) if template.denied else None
        return Draft(self.evidence, self.passage, pieces, cited, denied)

    def _pieces(self, text: str, side: float) -> tuple[Piece, ...] | None:
        """The text cut at its slots; None where a number cannot be said in any form, or a label in no words."""
        way = self.chance.random()
        share = 1.0 if way < PLACEHOLDERS else 0.5 if way < PLACEHOLDERS + MIXED else 0.0
        pieces: list[Piece] = []
        end = 0
        for found in SLOT.finditer(text):
            piece = self._piece(found, side, share)
            if piece is None:
                return None
            pieces += [text[end : found.start()], piece]
            end = found.end()
        return (*pieces, text[end:])

    def _piece(self, found: re.Match[str], side: float, share: float) -> Piece | None:
        fact_id, label, upper, lower = found.groups()
        if upper:
            return Turn(upper, lower) if side > 0 else Turn(lower, upper)
        if label:
            return self._named(label)
        if fact_id.endswith("_change_day"):
            return self.chance.choice(day_forms(str(self.evidence.facts[fact_id].value)))
        return self._figure(fact_id, is_placeholder=self.chance.random() < share)

    def _named(self, fact_id: str) -> Named | None:
        words = LABELS[fact_id]
        value = str(self.evidence.facts[fact_id].value)
        if value not in words:
            return None
        wrong = tuple(one for other, said in words.items() if other != value for one in said)
        return Named(fact_id, self.chance.choice(words[value]), wrong)

    def _figure(self, fact_id: str, *, is_placeholder: bool) -> Figure | None:
        """A number in one of its forms. Below zero its sign is in the words around it, and it is no placeholder."""
        constant = self.passage.constants.get(fact_id)
        found = of_constant(constant) if constant else measured(self.evidence.facts[fact_id])
        forms = right_forms(found[0], abs(found[1])) if found is not None else []
        if found is None or not forms:
            return None
        return Figure(fact_id, found[0], abs(found[1]), self.chance.choice(forms), is_placeholder and found[1] >= 0)


def _decorated(draft: Draft, chance: Random) -> Draft:
    """With what a coach says around a claim, in ordinary words that only look like numbers or directions."""
    pieces = list(draft.pieces)
    if chance.random() < DECORATED:
        opener, first = chance.choice(OPENERS), pieces[0]
        if isinstance(first, str) and opener.endswith(", "):
            pieces[0] = first[:1].lower() + first[1:]
        pieces.insert(0, opener)
    if chance.random() < DECORATED:
        pieces.append(chance.choice(CLOSERS))
    decorated = draft.with_pieces(pieces)
    return decorated if len(decorated.text()) < MOST_CHARACTERS else draft
