"""The form of a nutrition plan: the keys its readers depend on, and beside them what each item rests on.

Whoever gets no numbers has None at every figure; times of day stand for everybody.
"""

from datetime import date, datetime
from typing import Annotated, Literal

from hos_pipelines.domain.circadian.results import Constant
from hos_pipelines.domain.describe import DATE, FACT_IDS, LABEL, LIST, describe
from hos_pipelines.domain.statements import Record, Statement

INSTANT = "ISO instant"


class PlanRefusal(Record):
    """Why a plan or a part of it is withheld."""

    code: Annotated[str, describe("For programs.", LABEL)]
    reason: Annotated[str, describe("For the person.")]


class MealMacros(Record):
    """Of one meal."""

    carbs: Annotated[int | None, describe("Carbohydrate.", "g")]
    fat: Annotated[int | None, describe("Fat.", "g")]


class MealFood(Record):
    """One food of a meal."""

    food_id: Annotated[str, describe("In the library.", LABEL)]
    name: Annotated[str, describe("As it is called.")]
    grams: Annotated[int | None, describe("How much.", "g")]


class PlannedMeal(Record):
    """One meal of a block. `swap` is another meal that would do as well."""

    name: Annotated[str, describe("What it is.")]
    details: Annotated[str, describe("How it is made.")]
    calories: Annotated[int | None, describe("Of the foods listed.", "kcal")]
    protein: Annotated[int | None, describe("Of the foods listed.", "g")]
    macros: Annotated[MealMacros, describe("Of the foods listed.", LIST)]
    meal_id: Annotated[str, describe("In the library.", LABEL)]
    foods: Annotated[list[MealFood], describe("What it is made of.", LIST)]
    minutes: Annotated[int | None, describe("How long it takes to make.", "minute")]
    swap: Annotated[str | None, describe("Another meal of the library that fits here.")]
    because: Annotated[str, describe("Why it was chosen, in one sentence.")]
    fact_ids: Annotated[list[str], describe("The facts it rests on.", FACT_IDS)]
    library_id: Annotated[str, describe("Which library.", LABEL)]
    library_version: Annotated[str, describe("Which version of it.", LABEL)]


class NutritionBlock(Record):
    """One block of eating; without meals where nothing is eaten then."""

    time_range: Annotated[str, describe("HH:MM-HH:MM local; with offsets where the clock goes back within.")]
    nutrition_tip: Annotated[str, describe("One piece of advice.")]
    meals: Annotated[list[PlannedMeal], describe("What is eaten.", LIST)]
    starts_at: Annotated[datetime, describe("Its beginning.", INSTANT)]
    ends_at: Annotated[datetime, describe("Its end.", INSTANT)]
    energy_asked: Annotated[int | None, describe("What the block is laid out for.", "kcal")]
    energy_gap: Annotated[int | None, describe("What the meals lack of it (above 0) or exceed it by.", "kcal")]
    because: Annotated[str, describe("Why it lies there, in one sentence.")]
    fact_ids: Annotated[list[str], describe("The facts it rests on.", FACT_IDS)]
    constant_ids: Annotated[list[str], describe("The constants it rests on.", LIST)]


class Vitamins(Record):
    """As text: what the foods listed hold, never against a requirement."""

    Vitamin_D: Annotated[str, describe("Micrograms.")]
    Calcium: Annotated[str, describe("Milligrams.")]
    Iron: Annotated[str, describe("Milligrams.")]
    Magnesium: Annotated[str, describe("Milligrams.")]


class NutritionalInfo(Record):
    """Sums over the foods listed; the percentages are shares of 4 P + 9 F + 4 C and make 100."""

    calories: Annotated[int, describe("Energy.", "kcal")]
    protein: Annotated[int, describe("Protein.", "g")]
    protein_percent: Annotated[int, describe("Its share.", "percent")]
    carbs: Annotated[int, describe("Carbohydrate.", "g")]
    carbs_percent: Annotated[int, describe("Its share.", "percent")]
    fat: Annotated[int, describe("Fat.", "g")]
    fat_percent: Annotated[int, describe("Its share.", "percent")]
    fiber: Annotated[int, describe("Fibre.", "g")]
    sugar: Annotated[int, describe("Sugar, most of it within foods.", "g")]
    sodium: Annotated[int, describe("Sodium, without salt added in cooking.", "mg")]
    potassium: Annotated[int, describe("Potassium.", "mg")]
    vitamins: Annotated[Vitamins, describe("As text.", LIST)]
    unknown: Annotated[list[str], describe("What the table does not say, as food: nutrient.", LIST)]


class EnergyFigures(Record):
    """What the day is laid out for. Energy is a range: no equation knows it to a kilocalorie."""

    need_from: Annotated[int, describe("Energy needed, from, to the hundred.", "kcal")]
    need_to: Annotated[int, describe("Energy needed, up to, to the hundred.", "kcal")]
    planned: Annotated[int, describe("What the day is laid out for, to the ten.", "kcal")]
    activity: Annotated[list[str], describe("The categories it may be.", LIST)]
    resting_mifflin: Annotated[list[int], describe("Resting energy, Mifflin-St Jeor: one value, or from and to.", LIST)]
    resting_henry: Annotated[list[int], describe("Resting energy, Henry: one value, or from and to.", LIST)]
    resting_cunningham: Annotated[int | None, describe("Resting energy of measured lean mass.", "kcal")]
    protein_from: Annotated[int, describe("Protein of the goal, from.", "g")]
    protein_to: Annotated[int, describe("Protein of the goal, up to.", "g")]
    protein: Annotated[int, describe("Planned protein.", "g")]
    fat: Annotated[int, describe("Planned fat.", "g")]
    carbs: Annotated[int, describe("Planned carbohydrate.", "g")]
    fiber: Annotated[int, describe("Fibre, at least.", "g")]
    saturated_fat: Annotated[int, describe("Saturated fat, at most.", "g")]
    free_sugar: Annotated[int, describe("Free sugar, at most.", "g")]
    sodium: Annotated[int, describe("Sodium, at most.", "mg")]
    fruit_and_vegetables: Annotated[int, describe("Fruit and vegetables, at least.", "g")]
    water_from: Annotated[float, describe("Water of all food and drink, from.", "litre")]
    water_to: Annotated[float, describe("Water of all food and drink, up to.", "litre")]
    energy_gap: Annotated[int, describe("What the meals of the day lack of the planned (above 0) or exceed.", "kcal")]
    confidence: Annotated[Literal["low", "medium"], describe("Medium where activity was measured.", LABEL)]
    fact_ids: Annotated[list[str], describe("The facts it rests on.", FACT_IDS)]


class NutritionDay(Record):
    """The seven blocks in the order of the day, what they add up to, and a summary."""

    summary: Annotated[str, describe("The day in a few sentences.")]
    nutritional_info: Annotated[NutritionalInfo | None, describe("Sums; null where no numbers are told.", LIST)]
    Early_Morning: Annotated[NutritionBlock, describe("After waking.", LIST)]
    Breakfast: Annotated[NutritionBlock, describe("The first meal.", LIST)]
    Morning_Snack: Annotated[NutritionBlock, describe("Between.", LIST)]
    Lunch: Annotated[NutritionBlock, describe("The middle meal.", LIST)]
    Afternoon_Snack: Annotated[NutritionBlock, describe("Between.", LIST)]
    Dinner: Annotated[NutritionBlock, describe("The last meal.", LIST)]
    Evening_Snack: Annotated[NutritionBlock, describe("Before bed.", LIST)]


class NutritionPlan(Record):
    """One day's plan. `numbers_refused` says why no figure is told, `goal_refused` why a goal is not followed."""

    date: Annotated[date, describe("The local date of the waking.", DATE)]
    status: Annotated[Literal["complete", "without_numbers"], describe("Whether figures are told.", LABEL)]
    nutrition: Annotated[NutritionDay, describe("The day.", LIST)]
    energy: Annotated[EnergyFigures | None, describe("What it is laid out for.", LIST)]
    numbers_refused: Annotated[PlanRefusal | None, describe("Why no figure is told.", LIST)]
    goal_refused: Annotated[PlanRefusal | None, describe("Why the goal is not followed.", LIST)]
    restrictions: Annotated[list[str], describe("What is left out, by its words.", LIST)]
    shortfalls: Annotated[list[str], describe("What it is partial for though figures are told.", LIST)]
    notes: Annotated[list[Statement], describe("What has to be said beside it.", LIST)]
    anchors_source: Annotated[str, describe("How the hours of the day are known.", LABEL)]
    constants: Annotated[dict[str, Constant], describe("The figures that are nobody's measurement, by id.", LIST)]
    method_version: Annotated[str, describe("Version of the methods.", LABEL)]
    library_id: Annotated[str, describe("Which library.", LABEL)]
    library_version: Annotated[str, describe("Which version of it.", LABEL)]
    fingerprint: Annotated[str, describe("SHA-256 of all it depends on.", LABEL)]


class RefusedNutritionPlan(Record):
    """No plan, and why."""

    date: Annotated[date, describe("The local date of the waking.", DATE)]
    status: Annotated[Literal["refused"], describe("Refused.", LABEL)] = "refused"
    refusal: Annotated[PlanRefusal, describe("Why.", LIST)]
    method_version: Annotated[str, describe("Version of the methods.", LABEL)]
    library_version: Annotated[str, describe("Which version of the library.", LABEL)]
    fingerprint: Annotated[str, describe("SHA-256 of all it depends on.", LABEL)]
