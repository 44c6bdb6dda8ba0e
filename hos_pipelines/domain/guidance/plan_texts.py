"""The texts of a plan that may be said otherwise: titles, reasons and tips, each with what it is about.

Nothing else of a plan is a text: hours, amounts, foods, order and items have no place here.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from hos_pipelines.domain.count_text import count_text
from hos_pipelines.domain.guidance.plan_rows import PlanItemRow, PlanKind, PlanRow

TITLE, BECAUSE, TIP, HOUR = "title", "because", "tip", "hour"
# What each block of eating is called within a sentence.
BLOCK_WORDS: Mapping[str, str] = {
    "Early_Morning": "the start of the day",
    "Breakfast": "breakfast",
    "Morning_Snack": "the morning snack",
    "Lunch": "lunch",
    "Afternoon_Snack": "the afternoon snack",
    "Dinner": "dinner",
    "Evening_Snack": "the evening",
}


@dataclass(frozen=True, slots=True)
class PlanText:
    """One text in the rules' words. `key` is `section/place`, `item` the id of the item it is of, none of a block.

    `beside` are the rules' texts of the same thing, `food_ids` its foods. `names` and `amounts` are what may stand in
    slots: words of the plan, and its hours and figures.
    """

    key: str
    text: str
    fact_ids: Sequence[str]
    item: str | None = None
    beside: Sequence[str] = ()
    food_ids: Sequence[str] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    amounts: Mapping[str, str] = field(default_factory=dict)


def texts_of(row: PlanRow) -> list[PlanText]:
    """The texts of a plan in the order of its day; none where it was refused."""
    if row.refusal is not None:
        return []
    return list(_of_routine(row) if row.kind is PlanKind.ROUTINE else _of_meals(row))


def with_texts(row: PlanRow, told: Mapping[str, str], engine: str) -> PlanRow:
    """The same plan with other texts by their keys, in its contract and in its items; all else is as it was."""
    items_told = {one.item for one in texts_of(row) if one.item is not None and one.key in told}
    items = tuple(_item_with(row, item, told, engine) if _name(row, item) in items_told else item for item in row.items)
    contract = _routine_with(row, told) if row.kind is PlanKind.ROUTINE else _meals_with(row, told)
    return replace(row, contract=contract, items=items, engine=engine)


def told_in(kind: PlanKind, contract: Mapping[str, object]) -> dict[str, str]:
    """The texts that a stored contract has, by their keys."""
    told: dict[str, str] = {}
    if kind is PlanKind.ROUTINE:
        for block in _list(contract["time_blocks"]):
            for task in _list(_mapping(block)["tasks"]):
                told |= {f"{TITLE}/{task['id']}": task["title"], f"{BECAUSE}/{task['id']}": task["because"]}
        return told
    day = _mapping(contract["nutrition"])
    for block_name in BLOCK_WORDS:
        block, place = _mapping(day[block_name]), block_name.lower()
        told |= {f"{TIP}/{place}": block["nutrition_tip"], f"{HOUR}/{place}": block["because"]}
        for meal in _list(block["meals"]):
            name = f"{place}_{meal['meal_id']}"
            told |= {f"{TITLE}/{name}": meal["name"], f"{BECAUSE}/{name}": meal["because"]}
    return told


def _of_routine(row: PlanRow) -> Iterator[PlanText]:
    for item in row.items:
        texts, name = (item.title, item.because, item.description), item.item_id
        hours = {"minutes": count_text(item.minutes, "minute"), "from": f"{item.starts_at:%H:%M}"}
        for section, text in ((TITLE, item.title), (BECAUSE, item.because)):
            yield PlanText(f"{section}/{name}", text, item.fact_ids, name, texts, amounts=hours)


def _of_meals(row: PlanRow) -> Iterator[PlanText]:
    day = _mapping(row.contract["nutrition"])
    for block_name, words in BLOCK_WORDS.items():
        block, place = _mapping(day[block_name]), block_name.lower()
        tip, reason = str(block["nutrition_tip"]), str(block["because"])
        meals = [_mapping(meal) for meal in _list(block["meals"])]
        named = {"block": words}
        hours = {name: _clock(block[key]) for name, key in (("from", "starts_at"), ("until", "ends_at"))}
        foods = [str(_mapping(food)["food_id"]) for meal in meals for food in _list(meal["foods"])]
        texts = [tip, reason, *(str(meal[key]) for meal in meals for key in ("name", "details", "because"))]
        yield PlanText(f"{HOUR}/{place}", reason, block["fact_ids"], None, texts, foods, named, hours)
        yield PlanText(f"{TIP}/{place}", tip, block["fact_ids"], None, texts, foods, named, hours)
        for meal in meals:
            name = f"{place}_{meal['meal_id']}"
            figures = (("energy", "calories", "kcal"), ("protein", "protein", "g"))
            amounts = {one: f"{meal[key]} {unit}" for one, key, unit in figures if meal[key] is not None}
            if meal["minutes"] is not None:
                amounts["minutes"] = count_text(meal["minutes"], "minute")
            own = [str(_mapping(food)["food_id"]) for food in _list(meal["foods"])]
            titled = named | {"meal": str(meal["name"])}
            for section, text in ((TITLE, meal["name"]), (BECAUSE, meal["because"])):
                yield PlanText(
                    f"{section}/{name}", str(text), meal["fact_ids"], name, texts, own, titled, hours | amounts
                )


def _name(row: PlanRow, item: PlanItemRow) -> str:
    return item.item_id if row.kind is PlanKind.ROUTINE else f"{item.block.lower()}_{item.item_id}"


def _item_with(row: PlanRow, item: PlanItemRow, told: Mapping[str, str], engine: str) -> PlanItemRow:
    name = _name(row, item)
    title, because = told.get(f"{TITLE}/{name}", item.title), told.get(f"{BECAUSE}/{name}", item.because)
    return replace(item, title=title, because=because, engine=engine)


def _routine_with(row: PlanRow, told: Mapping[str, str]) -> dict[str, object]:
    def task_with(task: Mapping[str, Any]) -> dict[str, object]:
        return {
            **task,
            "title": told.get(f"{TITLE}/{task['id']}", task["title"]),
            "because": told.get(f"{BECAUSE}/{task['id']}", task["because"]),
        }

    blocks = [_mapping(block) for block in _list(row.contract["time_blocks"])]
    anew = [{**block, "tasks": [task_with(_mapping(task)) for task in _list(block["tasks"])]} for block in blocks]
    return {**row.contract, "time_blocks": anew}


def _meals_with(row: PlanRow, told: Mapping[str, str]) -> dict[str, object]:
    def meal_with(meal: Mapping[str, Any], place: str) -> dict[str, object]:
        name = f"{place}_{meal['meal_id']}"
        return {
            **meal,
            "name": told.get(f"{TITLE}/{name}", meal["name"]),
            "because": told.get(f"{BECAUSE}/{name}", meal["because"]),
        }

    day = dict(_mapping(row.contract["nutrition"]))
    for block_name in BLOCK_WORDS:
        block, place = _mapping(day[block_name]), block_name.lower()
        day[block_name] = {
            **block,
            "nutrition_tip": told.get(f"{TIP}/{place}", block["nutrition_tip"]),
            "because": told.get(f"{HOUR}/{place}", block["because"]),
            "meals": [meal_with(_mapping(meal), place) for meal in _list(block["meals"])],
        }
    return {**row.contract, "nutrition": day}


def _clock(instant: Any) -> str:
    return f"{datetime.fromisoformat(str(instant)):%H:%M}"


def _mapping(value: object) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise TypeError(f"{type(value).__name__} stands where the contract has an object.")
    return value


def _list(value: object) -> Sequence[Any]:
    if not isinstance(value, list):
        raise TypeError(f"{type(value).__name__} stands where the contract has a list.")
    return value
