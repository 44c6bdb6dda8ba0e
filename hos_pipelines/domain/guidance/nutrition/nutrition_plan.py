"""One person's nutrition plan of one day: facts, anchors, restrictions and a library in; a plan or a refusal out.

The same input gives the same bytes. What cannot be made safely is refused as a whole, with a reason.
"""

import hashlib
import math
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from hos_pipelines.domain.circadian.advice_sources import CONSTANTS
from hos_pipelines.domain.guidance.nutrition.day_anchors import DayAnchors
from hos_pipelines.domain.guidance.nutrition.day_balance import DayBalance
from hos_pipelines.domain.guidance.nutrition.day_figures import energy_figures, nutritional_info, planned_kcal
from hos_pipelines.domain.guidance.nutrition.eater import CARE_FLAGS, EATING_DISORDER, MEDICINES, Eater
from hos_pipelines.domain.guidance.nutrition.energy_plan import EnergyPlan, energy_plan
from hos_pipelines.domain.guidance.nutrition.food_library import LIBRARY_ID
from hos_pipelines.domain.guidance.nutrition.kitchen import Kitchen
from hos_pipelines.domain.guidance.nutrition.macronutrients import LOSE
from hos_pipelines.domain.guidance.nutrition.meal_blocks import SHARES, meal_blocks
from hos_pipelines.domain.guidance.nutrition.meal_choice import DayChoice
from hos_pipelines.domain.guidance.nutrition.nutrients import half_up
from hos_pipelines.domain.guidance.nutrition.nutrition_results import (
    NutritionBlock,
    NutritionDay,
    NutritionPlan,
    PlanRefusal,
    RefusedNutritionPlan,
)
from hos_pipelines.domain.guidance.nutrition.plan_refusals import PlanRefusedError, Refusal
from hos_pipelines.domain.guidance.nutrition.planned_block import (
    DRINK_WITH_CARE,
    EAT_WITH_CARE,
    EATS_NOTHING,
    ChosenMeal,
    filled_block,
    without_meals,
)
from hos_pipelines.domain.guidance.nutrition.planned_meal_block import BlockName, MealBlock
from hos_pipelines.domain.guidance.nutrition.restrictions import HEALTH, Restrictions
from hos_pipelines.domain.guidance.nutrition.servings import Serving
from hos_pipelines.domain.guidance.nutrition.shortfalls import DayFigures, shortfalls_of
from hos_pipelines.domain.guidance.nutrition.wording_check import forbidden_in
from hos_pipelines.domain.statements import Statement

METHOD_VERSION: Final = "3"
PLATE: Final = (
    "A plate that works without weighing: half of it vegetables or fruit, a quarter a food rich in protein, a quarter "
    "grain or another starchy food."
)
LOW_PLATE: Final = (
    "A plate that works without weighing: half of it vegetables, a good third a food rich in protein, and some oil or "
    "another source of fat."
)
LABEL_NOTE: Final = (
    "Read the label of whatever comes in a package: only that tells what it was made beside and what has changed."
)
LOSE_NOTE: Final = "No energy is taken away in this plan: please talk to a professional about your wish to lose weight."
MEDICINE_NOTE: Final = "We do not know how foods act with your medicine: ask whoever prescribed it."
SET_ASIDE_NOTE: Final = "Your wish for more of something you leave out was set aside."
OFF_BALANCE_NOTE: Final = (
    "Protein, fat and carbohydrate of this day do not all lie in their accepted ranges, or the protein of your goal is "
    "not reached: for what you eat the library has no nearer meals."
)
CARE_NOTE: Final = "These meals know nothing of what your care team has told you: that comes first."
CARE_SUMMARY: Final = "Hours of eating laid along your waking day; what you eat then belongs to you and your care team."
DRINKS_WITH_CARE: Final = frozenset({"fluid_limit", "heart_failure", "kidney_disease"})
# Kinds of restriction that a trace may matter to.
LABELLED: Final = frozenset({"allergy", "condition"})
TEN = 10
ALL_BUT_ROUNDING: Final = Decimal("0.999")


@dataclass(frozen=True, slots=True)
class NutritionRequest:
    """All a plan depends on besides the library. `words` are the person's restrictions, as they said them."""

    profile_id: str
    eater: Eater
    anchors: DayAnchors
    words: tuple[str, ...] = ()
    word_facts: tuple[str, ...] = ()
    recent_meals: tuple[str, ...] = ()


def nutrition_plan(request: NutritionRequest, kitchen: Kitchen) -> NutritionPlan | RefusedNutritionPlan:
    """The plan, or why there is none."""
    fingerprint = fingerprint_of(request, kitchen)
    try:
        return _plan(request, kitchen, fingerprint)
    except PlanRefusedError as refused:
        return RefusedNutritionPlan(
            date=request.anchors.plan_date,
            refusal=_told(refused.refusal),
            method_version=METHOD_VERSION,
            library_version=kitchen.library.version,
            fingerprint=fingerprint,
        )


def fingerprint_of(request: NutritionRequest, kitchen: Kitchen) -> str:
    """A digest of facts, anchors, restrictions, library, method and date."""
    eater, anchors = request.eater, request.anchors
    parts = (
        METHOD_VERSION,
        kitchen.library.version,
        request.profile_id,
        *(f"{name}={_stable(getattr(eater, name))}" for name in Eater.__slots__),
        *(f"{name}={_stable(getattr(anchors, name))}" for name in DayAnchors.__slots__),
        str(anchors.wake.tzinfo),
        repr(sorted(request.words)),
        repr(request.word_facts),
        repr(sorted(request.recent_meals)),
    )
    return hashlib.sha256("\n".join(parts).encode(errors="surrogatepass")).hexdigest()


def _stable(value: object) -> str:
    """Sets and mappings in one order, instants with their zone, whatever the process."""
    if isinstance(value, frozenset):
        return repr(sorted(value))
    return repr(sorted(value.items())) if isinstance(value, dict) else str(value)


def _plan(request: NutritionRequest, kitchen: Kitchen, fingerprint: str) -> NutritionPlan:
    restrictions = kitchen.library.vocabulary.restrict(request.words, request.eater.flags)
    _check_flags(restrictions, request.eater)
    blocks = meal_blocks(request.anchors)
    figures = energy_plan(request.eater, restrictions.most_carbohydrate_g)
    energy = figures if isinstance(figures, EnergyPlan) else None
    choice = _choose(blocks, request, kitchen, restrictions, energy)
    servings = [pick.taken for pick in choice.picks]
    if energy is not None:
        _check_carbohydrate(choice)
    told = list(_told_blocks(blocks, choice, request, energy))
    info = None if energy is None else nutritional_info(servings, kitchen.library)
    planned = None if energy is None else energy_figures(energy, servings)
    has_little_carbohydrate = restrictions.most_carbohydrate_g is not None
    codes, missed = shortfalls_of(
        {str(name): block for name, block in told},
        None if planned is None or info is None else DayFigures(planned, info, has_little_carbohydrate),
        is_all_placed=sum(block.share for block in blocks) > ALL_BUT_ROUNDING,
    )
    plan = NutritionPlan(
        date=request.anchors.plan_date,
        status="without_numbers" if energy is None else "complete",
        nutrition=NutritionDay(
            summary=CARE_SUMMARY if restrictions.hours_only else _summary(energy, restrictions),
            nutritional_info=info,
            **dict(told),
        ),
        energy=planned,
        numbers_refused=_told(figures) if isinstance(figures, Refusal) else None,
        goal_refused=None if energy is None or energy.refused is None else _told(energy.refused),
        restrictions=list(restrictions.ids),
        shortfalls=codes,
        notes=[*_notes(request, restrictions, energy, servings), *_missed(missed, request, energy)],
        anchors_source=request.anchors.source,
        constants={} if energy is None else {name: CONSTANTS[name] for name in _constants(blocks)},
        method_version=METHOD_VERSION,
        library_id=LIBRARY_ID,
        library_version=kitchen.library.version,
        fingerprint=fingerprint,
    )
    broken = forbidden_in(kitchen.library, restrictions, texts_of(plan))
    if broken:
        raise PlanRefusedError("restriction_broken", f"The plan named {broken[0]}, which is left out; it is withheld.")
    return plan


def _check_flags(restrictions: Restrictions, eater: Eater) -> None:
    for restriction in restrictions.said:
        held = sorted(restriction.not_with & eater.flags)
        if held:
            raise PlanRefusedError(
                "restriction_contradicts_health",
                f"{restriction.id}: with what you said of your health this belongs to a care team, so no plan is made.",
            )


def _check_carbohydrate(choice: DayChoice) -> None:
    most = choice.most_carbohydrate_g
    if most is None or sum(pick.taken.amount("carb_g") for pick in choice.picks) <= most:
        return
    empty = [
        pick.block.name.replace("_", " ")
        for pick in choice.picks
        if pick.taken.amount("carb_g") > float(most * pick.block.share)
    ]
    raise PlanRefusedError(
        "not_feasible",
        f"With {choice.restrictions.who} no day of at most {most} g of carbohydrate can be made: "
        f"no meal that is left holds little enough for its share of it, and {', '.join(empty)} ran empty.",
    )


def _choose(
    blocks: tuple[MealBlock, ...],
    request: NutritionRequest,
    kitchen: Kitchen,
    restrictions: Restrictions,
    energy: EnergyPlan | None,
) -> DayChoice:
    """A meal for each block that takes one, in the order of the day, and then the balance of all."""
    choice = DayChoice(
        kitchen=kitchen,
        menu=kitchen.menu(restrictions),
        restrictions=restrictions,
        key=f"{request.profile_id}|{request.anchors.plan_date.isoformat()}",
        recent=frozenset(request.recent_meals),
        least_protein_g=0.0 if energy is None else float(energy.protein_g[0]),
        most_protein_g=math.inf if energy is None else float(energy.protein_g[1]),
        most_carbohydrate_g=restrictions.most_carbohydrate_g,
    )
    if restrictions.hours_only:
        return choice
    for block in blocks:
        if block.use is None or (block.use == "early" and not _offers_drink(request, choice)):
            continue
        asked = 0 if energy is None else int(half_up(energy.planned * block.share / TEN)) * TEN
        choice.choose(block, asked, 0.0 if energy is None else energy.macros.protein_g * float(block.share))
    if energy is not None:
        choice.balance()
    return choice


def _tip_without_meal(block: MealBlock) -> str:
    if block.use is None:
        return EATS_NOTHING
    return DRINK_WITH_CARE if block.use == "early" else EAT_WITH_CARE


def _offers_drink(request: NutritionRequest, choice: DayChoice) -> bool:
    return not request.eater.flags & DRINKS_WITH_CARE and "early" in choice.menu.meals


def _told_blocks(
    blocks: tuple[MealBlock, ...], choice: DayChoice, request: NutritionRequest, energy: EnergyPlan | None
) -> Iterator[tuple[BlockName, NutritionBlock]]:
    """Each block as it is told, in the order of the day."""
    picks = {pick.block.name: pick for pick in choice.picks}
    cited = request.eater.cite("goal") if energy is not None and request.eater.goal is not None else []
    if choice.restrictions.of_health:
        cited += request.eater.cite("flags")
    for block in blocks:
        pick = picks.get(block.name)
        if pick is None:
            yield block.name, without_meals(block, _tip_without_meal(block))
            continue
        facts = (*block.fact_ids, *request.word_facts, *cited)
        chosen = ChosenMeal(pick.taken, choice.other(pick), facts, choice.kitchen.library.version)
        yield block.name, filled_block(block, chosen, has_numbers=energy is not None)


def _summary(energy: EnergyPlan | None, restrictions: Restrictions) -> str:
    if energy is None:
        plate = PLATE if restrictions.most_carbohydrate_g is None else LOW_PLATE
        return f"Meals laid along your waking day. {plate}"
    low, high = energy.need.told
    told = f"You need about {low:,} to {high:,} kcal a day."
    if energy.planned < energy.need.middle:
        return f"{told} This day is laid out for about {planned_kcal(energy):,} kcal, for your goal."
    return f"{told} This day is laid out for about the middle of that."


def _notes(
    request: NutritionRequest, restrictions: Restrictions, energy: EnergyPlan | None, servings: list[Serving]
) -> list[Statement]:
    words = list(request.word_facts)
    flags = request.eater.cite("flags")
    said = {one.note: flags if one.kind == HEALTH else words for one in restrictions.said if one.note is not None}
    notes = [Statement(text=note, fact_ids=fact_ids) for note, fact_ids in said.items()]
    if any(one.kind in LABELLED for one in restrictions.said):
        notes.append(Statement(text=LABEL_NOTE, fact_ids=words))
    if "dairy" in restrictions.tastes and "milk" in restrictions.forbidden:
        notes.append(Statement(text=SET_ASIDE_NOTE, fact_ids=words))
    if request.eater.flags & CARE_FLAGS.keys() and not restrictions.hours_only:
        notes.append(Statement(text=CARE_NOTE, fact_ids=flags))
    if energy is None and request.eater.goal == LOSE and EATING_DISORDER not in request.eater.flags:
        notes.append(Statement(text=LOSE_NOTE, fact_ids=request.eater.cite("goal")))
    if request.eater.flags & set(MEDICINES):
        notes.append(Statement(text=MEDICINE_NOTE, fact_ids=flags))
    if energy is not None:
        notes += [Statement(text=note, fact_ids=list(energy.fact_ids)) for note in energy.notes]
        balance = DayBalance.of(servings)
        if restrictions.most_carbohydrate_g is None and balance.outside(float(energy.protein_g[0])):
            notes.append(Statement(text=OFF_BALANCE_NOTE, fact_ids=[*energy.fact_ids, *words]))
    if request.anchors.source == "default":
        text = "Nothing tells yet when you sleep, so usual hours stand for yours."
        notes.append(Statement(text=text, fact_ids=list(request.anchors.wake_facts)))
    return notes


def _missed(notes: list[str], request: NutritionRequest, energy: EnergyPlan | None) -> Iterator[Statement]:
    """What the meals miss rests on what they were laid out for."""
    hours = [*request.anchors.wake_facts, *request.anchors.sleep_facts]
    cited = hours if energy is None else [*energy.fact_ids, *hours, *request.word_facts]
    yield from (Statement(text=note, fact_ids=list(dict.fromkeys(cited))) for note in notes)


def _constants(blocks: tuple[MealBlock, ...]) -> list[str]:
    return sorted({name for block in blocks for name in block.constant_ids})


def _told(refusal: Refusal) -> PlanRefusal:
    return PlanRefusal(code=refusal.code, reason=refusal.reason)


def texts_of(plan: NutritionPlan) -> Iterator[str]:
    """Every sentence, title, tip and swap that a reader sees."""
    yield plan.nutrition.summary
    yield from (note.text for note in plan.notes)
    for name in SHARES:
        block: NutritionBlock = getattr(plan.nutrition, name)
        yield block.nutrition_tip
        yield block.because
        for meal in block.meals:
            yield from (meal.name, meal.details, meal.because, *(food.name for food in meal.foods))
            if meal.swap is not None:
                yield meal.swap
