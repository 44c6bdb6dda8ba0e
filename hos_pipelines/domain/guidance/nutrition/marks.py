"""The closed words by which foods and restrictions meet: allergens, classes of food, and the same seen on a label only.

A food carries the marks of all it holds; a restriction forbids marks. What both have in common decides, never a name.
"""

from enum import StrEnum
from typing import Final


class Allergen(StrEnum):
    """The union of the lists of the FDA (2023) and of the EU (Regulation 1169/2011), and coconut, still asked for."""

    MILK = "milk"
    EGG = "egg"
    FISH = "fish"
    CRUSTACEAN = "crustacean"
    MOLLUSC = "mollusc"
    TREE_NUT = "tree_nut"
    PEANUT = "peanut"
    WHEAT = "wheat"
    GLUTEN = "gluten"
    SOY = "soy"
    SESAME = "sesame"
    CELERY = "celery"
    MUSTARD = "mustard"
    LUPIN = "lupin"
    SULPHITES = "sulphites"
    COCONUT = "coconut"


class FoodClass(StrEnum):
    """Classes of food that a diet or a choice leaves out; single nuts are among them.

    `unsure` and `check` say that the food holds it or not, depending on who makes it.
    """

    MEAT = "meat"
    POULTRY = "poultry"
    BEEF = "beef"
    LAMB = "lamb"
    PORK = "pork"
    BLOOD = "blood"
    HONEY = "honey"
    GELATIN = "gelatin"
    RENNET = "rennet"
    ANIMAL_UNSURE = "animal_unsure"
    ALCOHOL = "alcohol"
    ROOT_VEGETABLE = "root_vegetable"
    FUNGUS = "fungus"
    CAFFEINE = "caffeine"
    GLUTEN_CHECK = "gluten_check"
    LACTOSE = "lactose"
    LACTOSE_LOW = "lactose_low"
    LACTOSE_CHECK = "lactose_check"
    NOT_KOSHER = "not_kosher"
    KOSHER_UNSURE = "kosher_unsure"
    KOSHER_MEAT = "kosher_meat"
    KOSHER_DAIRY = "kosher_dairy"
    SALTY = "salty"
    RAW_UNSURE = "raw_unsure"
    MERCURY_UNSURE = "mercury_unsure"
    ALMOND = "almond"
    WALNUT = "walnut"
    CASHEW = "cashew"
    HAZELNUT = "hazelnut"
    PECAN = "pecan"
    PISTACHIO = "pistachio"
    BRAZIL_NUT = "brazil_nut"
    PINE_NUT = "pine_nut"


Mark = str
Marks = frozenset[Mark]
ALLERGENS: Final = frozenset(map(str, Allergen))
CLASSES: Final = frozenset(map(str, FoodClass))


def on_label(mark: Mark) -> Mark:
    """The mark of a food whose label has to be read for it."""
    return f"{mark}?"


EVERY_MARK: Final[Marks] = frozenset({*ALLERGENS, *map(on_label, ALLERGENS), *CLASSES})
