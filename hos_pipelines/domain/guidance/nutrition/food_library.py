"""Foods, meals, terms and restrictions as one library: its parts agree, or it does not load.

What a text names has to be in what it is about: a meal that speaks of a food it does not hold is a fault, and so is a
food whose name says more than its tags.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from hos_pipelines.domain.guidance.library_file import LibraryFaultError, LibraryFile
from hos_pipelines.domain.guidance.nutrition.food_words import FoodWords
from hos_pipelines.domain.guidance.nutrition.foods import Food, parse_foods
from hos_pipelines.domain.guidance.nutrition.forbidden_terms import Term, TermNet, parse_terms
from hos_pipelines.domain.guidance.nutrition.marks import ALLERGENS, CLASSES, FoodClass, Mark, Marks
from hos_pipelines.domain.guidance.nutrition.meals import Meal, parse_meals
from hos_pipelines.domain.guidance.nutrition.restrictions import RestrictionWords, parse_restrictions

LIBRARY_ID = "nutrition"
FILES = ("foods", "allergens", "class_terms", "restrictions", "meals")
# Classes that words name only where another is held: cheese is said of much lactose as of little.
HELD_BY: Mapping[Mark, frozenset[Mark]] = {
    FoodClass.LACTOSE_LOW: frozenset({FoodClass.LACTOSE, FoodClass.LACTOSE_CHECK}),
    FoodClass.LACTOSE: frozenset({FoodClass.LACTOSE_LOW, FoodClass.LACTOSE_CHECK}),
    FoodClass.RENNET: frozenset({"milk"}),
}
# Classes whose foods no everyday word names.
WITHOUT_TERMS = frozenset(
    {
        *("gluten_check", "lactose_check", "not_kosher", "kosher_unsure", "kosher_meat", "kosher_dairy"),
        *("salty", "raw_unsure", "mercury_unsure"),
    }
)


@dataclass(frozen=True)
class FoodLibrary:
    """What nutrition plans are made of. `version` names its files' versions and a digest of their content."""

    version: str
    foods: Mapping[str, Food]
    meals: tuple[Meal, ...]
    vocabulary: RestrictionWords
    net: TermNet

    @cached_property
    def words(self) -> FoodWords:
        """The words by which texts call its foods."""
        return FoodWords(self.foods.values())

    def said_by(self, meal: Meal) -> Marks:
        """What the texts of a meal and the names of its foods speak of."""
        texts = (*meal.texts, *(portion.food.name for portion in meal.portions))
        return frozenset[str]().union(*map(self.net.marks_in, texts))


def parse_food_library(files: Mapping[str, LibraryFile]) -> FoodLibrary:
    """The library that these files make.

    Raises:
        LibraryFaultError: one of them is not as it must be, or they disagree.
    """
    foods = parse_foods(files["foods"])
    terms = (*parse_terms(files["allergens"], "allergen"), *parse_terms(files["class_terms"], "class"))
    library = FoodLibrary(
        version=version_of(files[name] for name in FILES),
        foods=foods,
        meals=parse_meals(files["meals"], foods),
        vocabulary=parse_restrictions(files["restrictions"]),
        net=TermNet(terms),
    )
    _check_terms(files, terms)
    _check_foods(files["foods"], library)
    _check_meals(files["meals"], library)
    _check_notes(files["restrictions"], library)
    return library


def version_of(files: Iterable[LibraryFile]) -> str:
    """The versions of files and the beginning of a digest of their texts: other content is another version."""
    listed = list(files)
    digest = hashlib.sha256("\0".join(f"{file.name}\0{file.text}" for file in listed).encode()).hexdigest()
    return f"{'.'.join(file.version for file in listed)}+{digest[:12]}"


def _check_terms(files: Mapping[str, LibraryFile], terms: Iterable[Term]) -> None:
    named = {term.names for term in terms if term.certainty == "always"}
    for file, marks in ((files["allergens"], ALLERGENS), (files["class_terms"], CLASSES - WITHOUT_TERMS)):
        lacking = sorted(marks - named)
        if lacking:
            raise file.fault(f"has no term that always means {lacking[0]}; add the words it is called by.")


def _check_foods(file: LibraryFile, library: FoodLibrary) -> None:
    for food in library.foods.values():
        if any(letter.isdigit() for letter in food.name):
            raise LibraryFaultError(f"{file.name}, {food.id}, name: holds a figure; say it in words.")
        unheld = unheld_marks(library.net.marks_in(food.name), food.marks)
        if unheld:
            raise LibraryFaultError(
                f"{file.name}, {food.id}, name: {food.name!r} names {unheld[0].replace('?', ' at times')} and the tags "
                "of the row do not; complete the tags, or list a false friend beside the terms."
            )


def _check_meals(file: LibraryFile, library: FoodLibrary) -> None:
    for meal in library.meals:
        for text in meal.texts:
            unheld = unheld_marks(library.net.marks_in(text), meal.marks)
            named = library.words.strangers(text, meal.food_ids)
            if unheld or named:
                raise LibraryFaultError(
                    f"{file.name}, {meal.id}, name, steps or tip: {text!r} names "
                    f"{(named or unheld)[0].replace('?', ' at times')}, which no food of the meal holds; "
                    "say it otherwise or add the food."
                )


def _check_notes(file: LibraryFile, library: FoodLibrary) -> None:
    """A note stands in the plans of people who leave out other things as well: it names no food at all."""
    for restriction in library.vocabulary.by_id.values():
        note = restriction.note or ""
        named = [*(name for name, _ in library.words.foods_in(note)), *sorted(library.net.marks_in(note))]
        if named or any(letter.isdigit() for letter in note):
            what = f"names {named[0]}" if named else "holds a figure"
            raise LibraryFaultError(f"{file.name}, {restriction.id}, note: {what}; say it without.")


def unheld_marks(said: Marks, held: Marks) -> list[Mark]:
    """What is said and not held; what is said to hold something at times is held as well by what always does."""
    return sorted(
        mark
        for mark in said
        if mark not in held and mark.removesuffix("?") not in held and not HELD_BY.get(mark, frozenset()) & held
    )
