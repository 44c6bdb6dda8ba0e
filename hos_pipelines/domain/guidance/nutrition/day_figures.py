"""The figures of a day as they are told: sums over its servings, and what the day was laid out for."""

from collections.abc import Sequence

from hos_pipelines.domain.guidance.nutrition.energy_plan import EnergyPlan
from hos_pipelines.domain.guidance.nutrition.food_library import FoodLibrary
from hos_pipelines.domain.guidance.nutrition.nutrients import NOTHING, Totals, half_up
from hos_pipelines.domain.guidance.nutrition.nutrition_results import EnergyFigures, NutritionalInfo, Vitamins
from hos_pipelines.domain.guidance.nutrition.servings import Serving

HUNDRED, TEN = 100, 10
KCAL_PROTEIN, KCAL_FAT, KCAL_CARBOHYDRATE = 4, 9, 4


def day_totals(servings: Sequence[Serving]) -> Totals:
    """The sums over all servings."""
    totals = NOTHING
    for serving in servings:
        totals = totals + serving.totals
    return totals


def nutritional_info(servings: Sequence[Serving], library: FoodLibrary) -> NutritionalInfo:
    """Derived from the foods listed, and from nothing else."""
    totals = day_totals(servings)
    whole = {name: int(totals.amount(name, 0)) for name in WHOLE}
    protein, fat, carbs = hundred_percent(
        KCAL_PROTEIN * totals.units("protein_g"),
        KCAL_FAT * totals.units("fat_g"),
        KCAL_CARBOHYDRATE * totals.units("carb_g"),
    )
    return NutritionalInfo(
        calories=whole["kcal"],
        protein=whole["protein_g"],
        protein_percent=protein,
        carbs=whole["carb_g"],
        carbs_percent=carbs,
        fat=whole["fat_g"],
        fat_percent=fat,
        fiber=whole["fibre_g"],
        sugar=whole["sugar_g"],
        sodium=whole["sodium_mg"],
        potassium=whole["potassium_mg"],
        vitamins=Vitamins(
            Vitamin_D=_text(totals, "vitamin_d_ug", "mcg", library),
            Calcium=_text(totals, "calcium_mg", "mg", library),
            Iron=_text(totals, "iron_mg", "mg", library),
            Magnesium=_text(totals, "magnesium_mg", "mg", library),
        ),
        unknown=sorted(f"{library.foods[food].name}: {nutrient}" for food, nutrient in totals.unknown),
    )


WHOLE = ("kcal", "protein_g", "carb_g", "fat_g", "fibre_g", "sugar_g", "sodium_mg", "potassium_mg")


def hundred_percent(*parts: int) -> list[int]:
    """Whole percentages that make 100: what is cut off goes to the largest remainders, the first of equals."""
    whole = sum(parts)
    if not whole:
        return [0] * len(parts)
    found = [HUNDRED * part // whole for part in parts]
    order = sorted(range(len(parts)), key=lambda place: (-(HUNDRED * parts[place] % whole), place))
    for place in order[: HUNDRED - sum(found)]:
        found[place] += 1
    return found


def _text(totals: Totals, nutrient: str, unit: str, library: FoodLibrary) -> str:
    unknown = [library.foods[food].name for food in totals.lacks(nutrient)]
    amount = f"{totals.amount(nutrient)} {unit} from the foods listed"
    return f"at least {amount}; not known of {', '.join(unknown)}" if unknown else amount


def planned_kcal(energy: EnergyPlan) -> int:
    """What the day is laid out for, to the ten, wherever it is told."""
    return int(half_up(energy.planned / TEN)) * TEN


def energy_figures(energy: EnergyPlan, servings: Sequence[Serving]) -> EnergyFigures:
    """What the day was laid out for, and what its meals lack of it."""
    low, high = energy.need.told
    planned = planned_kcal(energy)
    lean = energy.resting.cunningham
    return EnergyFigures(
        need_from=low,
        need_to=high,
        planned=planned,
        activity=list(energy.categories),
        resting_mifflin=[int(half_up(value)) for value in dict.fromkeys(energy.resting.mifflin)],
        resting_henry=[int(half_up(value)) for value in dict.fromkeys(energy.resting.henry)],
        resting_cunningham=None if lean is None else int(half_up(lean)),
        protein_from=energy.protein_g[0],
        protein_to=energy.protein_g[1],
        protein=energy.macros.protein_g,
        fat=energy.macros.fat_g,
        carbs=energy.macros.carbohydrate_g,
        fiber=int(half_up(energy.limits.fibre_g)),
        saturated_fat=energy.limits.saturated_fat_g,
        free_sugar=energy.limits.free_sugar_g,
        sodium=energy.limits.sodium_mg,
        fruit_and_vegetables=energy.limits.fruit_and_vegetables_g,
        water_from=float(energy.limits.water_litres[0]),
        water_to=float(energy.limits.water_litres[1]),
        energy_gap=planned - int(day_totals(servings).amount("kcal", 0)),
        confidence="medium" if energy.is_measured else "low",
        fact_ids=list(energy.fact_ids),
    )
