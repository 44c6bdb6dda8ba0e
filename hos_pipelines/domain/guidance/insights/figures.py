"""What stands in the slots of an insight's sentence, by its own row: filled in, the rules' template is its content."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from hos_pipelines.domain.behavior.weekly_rhythm import WEEK
from hos_pipelines.domain.count_text import count_text
from hos_pipelines.domain.day_text import day_text
from hos_pipelines.domain.guidance.insights.amounts import amount_text
from hos_pipelines.domain.guidance.insights.concerns import HELD_AGAINST
from hos_pipelines.domain.guidance.insights.phrases import ON_FREE_DAYS, PER, WORDS, Effect
from hos_pipelines.domain.guidance.insights.rows import InsightRow
from hos_pipelines.domain.guidance.routine.tasks import CATEGORIES
from hos_pipelines.domain.memory.sources.levels import PARTS
from hos_pipelines.domain.memory.wording import REASONS

# The facts that are an average beside an effect.
LEVELS = ("_last_7", "_since_shift")
# What is remembered is put otherwise where it is in our own words: an application names its tasks as it likes.
OF_PART = "|".join(dict.fromkeys(part for _, part in PARTS))
OURS = re.compile(
    rf"(?:{'|'.join(CATEGORIES)}) (?:is mostly done in the (?:{OF_PART})|at night|is mostly left out; the reason given "
    rf"is (?:{'|'.join(REASONS).replace('_', ' ')}))",
    re.IGNORECASE,
)
REFERENCES: Mapping[str, float] = {subject: reference for subject, reference, _ in HELD_AGAINST.values()}


def figures_of(row: InsightRow) -> dict[str, str]:
    """By the names that the files of sentences use; nothing where a row does not have what its kind tells."""
    since = _since(row)
    if since is None:
        return {}
    told = {"since": day_text(since)}
    if row.kind == "memory":
        return _remembered(row, told)
    if row.kind == "concern":
        reference = REFERENCES[row.subject]
        of = {"value": row.effect + reference, "reference": reference}
        return told | {name: amount_text(one, row.unit) for name, one in of.items()}
    size = Effect(row.effect, row.interval_low, row.interval_high, row.unit).size
    if row.kind == "vital":
        return told | {"amount": size}
    head, more, less = (ON_FREE_DAYS if row.kind == "contrast" else WORDS)[row.subject]
    per = PER.get(row.subject, "") if row.kind in ("recent", "shift") else ""
    return told | {"about": head, "amount": f"{size}{per}", "way": more if row.effect > 0 else less} | _level(row)


def _since(row: InsightRow) -> date | None:
    if row.kind == "recent":
        return row.window_to - timedelta(days=WEEK - 1)
    if row.kind == "vital":
        return row.window_to - timedelta(days=1)
    if row.kind == "shift":
        day = _value(row, f"{row.subject}_shift_day")
        return None if day is None else date.fromisoformat(day)
    if row.kind in ("trend", "contrast"):
        window = row.evidence[row.fact_ids[0]]["window"]
        return date.fromisoformat(window.partition("/")[0])
    return row.window_from


def _level(row: InsightRow) -> dict[str, str]:
    fact = next((row.evidence[one] for end in LEVELS if (one := f"{row.subject}{end}") in row.evidence), None)
    return {} if fact is None else {"level": amount_text(fact["value"], fact["unit"])}


def _remembered(row: InsightRow, told: dict[str, str]) -> dict[str, str]:
    """What is remembered stands between the day it began and the days that show it."""
    supports = round(_value(row, row.fact_ids[0]) * row.n)
    against = f", {row.n - supports} against" if row.n > supports else ""
    seen = f"{count_text(supports, 'day')}{against}"
    said = row.content.removeprefix(f"Since {told['since']}: ").removesuffix(f" (seen on {seen}).")
    return told | {"said": said, "seen": seen} if OURS.fullmatch(said) else {}


def _value(row: InsightRow, fact_id: str) -> Any:
    return row.evidence.get(fact_id, {}).get("value")
