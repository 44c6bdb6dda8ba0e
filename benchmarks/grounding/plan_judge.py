"""Judges a text of a plan by the plan alone; imports nothing of the proof, and of the library no more than its table.

Numbers, foods and what a text is about must be those of its item; what claims more than the rules do is false.
"""

import csv
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from hos_pipelines.domain.guidance.plan_rows import PlanRow

TABLES = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
CLAIMS, SCOPES, AVOIDED = (
    {kind: re.compile(rf"\b(?:{words})\b", re.IGNORECASE) for kind, words in TABLES[table].items()}
    for table in ("claims", "scopes", "avoided")
)
NUMBER_WORD = re.compile(rf"\b(?:{TABLES['numbers']['words']})\b", re.IGNORECASE)
FIGURE = re.compile(r"\d[\d:.,]*\d|\d")
WORD = re.compile(r"[^\W\d_]+")
LEAST_LETTERS, LEAST_OF_ALL, STEM = 4, 3, 4


@dataclass(frozen=True, slots=True)
class JudgedItem:
    """What a text may be about: the rules' text that it stands for, all of its item, and its figures as they stand."""

    ruled: str
    texts: str
    foods: frozenset[str]
    figures: frozenset[str]


def false_of_plan(text: str, key: str, row: PlanRow, restrictions: Sequence[str], *, has_numbers: bool) -> list[str]:
    """What is false of a text in the place of `key` in this plan."""
    item = _item(key, row)
    if item is None:
        return [f"there is no {key} in the plan"]
    return [*_numbers(text, item, has_numbers=has_numbers), *_words(text, item), *_avoided(text, restrictions)]


def _numbers(text: str, item: JudgedItem, *, has_numbers: bool) -> Iterator[str]:
    known = {*FIGURE.findall(item.ruled), *(one for figure in item.figures for one in FIGURE.findall(figure))}
    for one in FIGURE.findall(text):
        if one not in known or not has_numbers:
            yield f"{one} is no figure of the item"
    said, ruled = (set(map(str.lower, NUMBER_WORD.findall(one))) for one in (text, item.ruled))
    yield from (f"{one} is a number nobody computed" for one in sorted(said - ruled))
    if said and not has_numbers:
        yield "a number is told to whom numbers harm"
    if any(letter.isnumeric() and not letter.isascii() for letter in text):
        yield "a figure hides in other signs"


def _words(text: str, item: JudgedItem) -> Iterator[str]:
    bare = text
    for figure in sorted(item.figures, key=len, reverse=True):
        bare = bare.replace(figure, "_")
    for kind, words in CLAIMS.items():
        found = words.search(bare)
        if found and not words.search(item.ruled):
            yield f"{found[0]!r} is a claim of {kind} that nobody makes"
    for kind, words in SCOPES.items():
        found = words.search(text)
        if found and not words.search(item.texts):
            yield f"{found[0]!r} is a word of {kind}, and the item is about something else"
    foreign = (_stems(text) & _names_of_foods()) - item.foods - _stems(item.texts)
    yield from (f"{one} is a food of something else" for one in sorted(foreign))
    if not text.isascii():
        yield "it has letters of another script"
    said = _stems(text, LEAST_OF_ALL) - _stems(TABLES["idle"]["words"], LEAST_OF_ALL)
    if not said & (_stems(item.texts, LEAST_OF_ALL) | item.foods) and not FIGURE.search(text):
        yield "it has nothing to do with its item"


def _avoided(text: str, restrictions: Sequence[str]) -> Iterator[str]:
    for one in restrictions:
        words = AVOIDED.get(one)
        found = words.search(text) if words is not None else None
        if found:
            yield f"{found[0]!r} is left out"


def _item(key: str, row: PlanRow) -> JudgedItem | None:
    section, _, name = key.partition("/")
    return _of_routine(section, name, row) if "time_blocks" in row.contract else _of_meals(section, name, row)


def _of_routine(section: str, name: str, row: PlanRow) -> JudgedItem | None:
    for item in row.items:
        if item.item_id == name:
            texts = f"{item.title} {item.description} {item.because}"
            figures = frozenset({f"{item.starts_at:%H:%M}", str(item.minutes)})
            return JudgedItem({"title": item.title, "because": item.because}[section], texts, frozenset(), figures)
    return None


def _of_meals(section: str, name: str, row: PlanRow) -> JudgedItem | None:
    day: Any = row.contract["nutrition"]
    for block_name, block in day.items():
        if not isinstance(block, dict) or "meals" not in block:
            continue
        place = block_name.lower()
        meals: list[Mapping[str, Any]] = block["meals"]
        own = [meal for meal in meals if f"{place}_{meal['meal_id']}" == name]
        if name != place and not own:
            continue
        listed = own or meals
        foods = " ".join(food["name"] for meal in listed for food in meal["foods"])
        told = " ".join(f"{meal['name']} {meal['details']} {meal['because']}" for meal in listed)
        words = f"{place.replace('_', ' ')} eat meal hour {block['nutrition_tip']} {block['because']} {told} {foods}"
        of_section = {"tip": block["nutrition_tip"], "hour": block["because"]}
        ruled = of_section[section] if not own else own[0]["name" if section == "title" else "because"]
        amounts = (f"{meal[key]} {unit}" for meal in own for key, unit in (("calories", "kcal"), ("protein", "g")))
        figures = {*block["time_range"].split("-"), *amounts, *(str(meal["minutes"]) for meal in own)}
        return JudgedItem(ruled, words, frozenset(_stems(foods)), frozenset(figures))
    return None


def _stems(text: str, least: int = LEAST_LETTERS) -> frozenset[str]:
    words = (word.lower() for word in WORD.findall(text))
    return frozenset(word[:STEM] for word in words if len(word) >= least)


@cache
def _names_of_foods() -> frozenset[str]:
    """The first words of the names of all foods, but those that are words of other things too."""
    table = files("hos_pipelines.libraries").joinpath("foods.csv").read_text(encoding="utf-8")
    names = (row["name"] for row in csv.DictReader(table.splitlines()))
    return frozenset(stem for name in names for stem in _stems(name)) - _stems(TABLES["foods"]["everyday"])
