"""Foods: what 100 g of each hold, what it is marked with, and the words it is called by."""

from collections.abc import Mapping
from dataclasses import dataclass

from hos_pipelines.domain.guidance.library_file import Entry, LibraryFile, check_single, table_entries
from hos_pipelines.domain.guidance.nutrition.marks import ALLERGENS, FoodClass, Mark, Marks, on_label
from hos_pipelines.domain.guidance.nutrition.nutrients import ALWAYS_KNOWN, NUTRIENTS, PLACES, THOUSANDTHS, PerHundred

GROUPS = (
    *("grain", "starch", "legume", "nut_seed", "egg", "dairy", "fish", "shellfish", "poultry", "red_meat"),
    *("vegetable", "fruit", "fat", "condiment", "sweet", "drink"),
)
EU_NAMES: Mapping[str, Mark] = {"nuts": "tree_nut"}
DIETS: Mapping[str, frozenset[Mark]] = {
    "vegan": frozenset(),
    "vegan_check": frozenset({FoodClass.ANIMAL_UNSURE}),
    "lacto": frozenset({"milk"}),
    "lacto_rennet": frozenset({"milk", FoodClass.RENNET}),
    "ovo": frozenset({"egg"}),
    "fish": frozenset({"fish"}),
    "shellfish": frozenset(),
    "meat": frozenset({FoodClass.MEAT}),
    "pork": frozenset({FoodClass.MEAT, FoodClass.PORK}),
    "not_vegan": frozenset({FoodClass.HONEY}),
}
GLUTEN: Mapping[str, frozenset[Mark]] = {
    "none": frozenset(),
    "check": frozenset({FoodClass.GLUTEN_CHECK, on_label("gluten")}),
    "contains": frozenset({"gluten"}),
}
LACTOSE: Mapping[str, frozenset[Mark]] = {
    "none": frozenset(),
    "low": frozenset({FoodClass.LACTOSE_LOW}),
    "yes": frozenset({FoodClass.LACTOSE}),
    "check": frozenset({FoodClass.LACTOSE_CHECK}),
}
KOSHER: Mapping[str, frozenset[Mark]] = {
    "pareve": frozenset(),
    "fish": frozenset(),
    "dairy": frozenset({FoodClass.KOSHER_DAIRY}),
    "dairy_check": frozenset({FoodClass.KOSHER_DAIRY, FoodClass.KOSHER_UNSURE}),
    "fish_check": frozenset({FoodClass.KOSHER_UNSURE}),
    "meat": frozenset({FoodClass.KOSHER_MEAT}),
    "not_kosher": frozenset({FoodClass.NOT_KOSHER}),
}
CLASSES_STATED = frozenset(
    {
        *("root_vegetable", "fungus", "beef", "lamb", "poultry", "caffeine", "alcohol", "gelatin", "blood"),
        *("almond", "walnut", "cashew", "hazelnut", "pecan", "pistachio", "brazil_nut", "pine_nut"),
        *("raw_unsure", "mercury_unsure"),
    }
)
COLUMNS = (
    *("food_id", "name", "words", "group", "ndb_no", "usda_description", *NUTRIENTS),
    *("usda_measure", "usda_measure_g", "portion_g", "allergens_fda", "allergens_eu", "label_check"),
    *("diet", "gluten", "lactose", "kosher", "classes", "check"),
)
LARGEST_PORTION = 1000
# More than 1.5 g of salt in 100 g is high in salt on labels of the United Kingdom (Department of Health 2016).
SALTY_MG = 600


@dataclass(frozen=True, slots=True)
class Food:
    """One food. `per_hundred` are thousandths of each nutrient's unit in 100 g; `portion` is a usual one in grams."""

    id: str
    name: str
    words: tuple[str, ...]
    group: str
    per_hundred: PerHundred
    portion: int
    marks: Marks
    ndb_no: str = ""

    @property
    def kcal(self) -> int:
        """Thousandths of a kilocalorie in 100 g."""
        return self.per_hundred[PLACES["kcal"]] or 0


def parse_foods(file: LibraryFile) -> dict[str, Food]:
    """The foods of a file by id.

    Raises:
        LibraryFaultError: an entry is incomplete or carries an unknown tag.
    """
    entries = table_entries(file, COLUMNS, "food_id")
    check_single(entries, ["food_id"])
    check_single(entries, ["name"])
    foods = [_food(entry) for entry in entries]
    return {food.id: food for food in foods}


def _food(entry: Entry) -> Food:
    return Food(
        id=entry.identifier("food_id"),
        name=entry.text("name"),
        words=entry.words("words") or _missing_words(entry),
        group=entry.choice("group", GROUPS),
        per_hundred=tuple(_thousandths(entry, name, most) for name, most in NUTRIENTS.items()),
        portion=entry.whole("portion_g", 1, LARGEST_PORTION),
        marks=_marks(entry),
        ndb_no=entry.text("ndb_no"),
    )


def _missing_words(entry: Entry) -> tuple[str, ...]:
    raise entry.fault("words", "is empty; write the words by which texts call this food.")


def _thousandths(entry: Entry, name: str, most: float) -> int | None:
    value = entry.decimal(name, 0, most) if name in ALWAYS_KNOWN else entry.optional_decimal(name, 0, most)
    if value is None:
        return None
    thousandths = value * THOUSANDTHS
    if thousandths != thousandths.to_integral_value():
        raise entry.fault(name, f"{value} has more than three decimals; round it.")
    return int(thousandths)


def _marks(entry: Entry) -> Marks:
    listed = {*entry.words("allergens_fda", ALLERGENS), *_eu_allergens(entry)}
    gluten = entry.choice("gluten", GLUTEN)
    if "gluten" in listed:
        if gluten == "none":
            raise entry.fault("gluten", "says none of a food that allergens_eu lists for gluten; correct one.")
        listed.discard("gluten")
    marks = {
        *listed,
        *map(on_label, entry.words("label_check", ALLERGENS)),
        *DIETS[entry.choice("diet", DIETS)],
        *GLUTEN[gluten],
        *LACTOSE[entry.choice("lactose", LACTOSE)],
        *KOSHER[entry.choice("kosher", KOSHER)],
        *entry.words("classes", CLASSES_STATED),
    }
    if (entry.optional_decimal("sodium_mg", 0, NUTRIENTS["sodium_mg"]) or 0) > SALTY_MG:
        marks.add(FoodClass.SALTY)
    return frozenset(map(str, marks))


def _eu_allergens(entry: Entry) -> set[Mark]:
    stated = entry.words("allergens_eu", (ALLERGENS - {"tree_nut"}) | EU_NAMES.keys())
    return {EU_NAMES.get(name, name) for name in stated}
