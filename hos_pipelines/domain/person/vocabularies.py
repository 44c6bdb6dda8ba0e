"""The closed vocabularies of facts: allergens, diets, health flags, goals; and what words people use for them.

Allergens are the union of the nine of the FDA, the fourteen of the EU (Regulation 1169/2011, Annex II) and coconut,
which has been no tree nut by the FDA since 2025 and is still asked for. A word that is not known is never guessed at.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from hos_pipelines.domain.person.fact_keys import FactKey

ALLERGENS = (
    "milk",
    "egg",
    "fish",
    "crustacean",
    "mollusc",
    "tree_nut",
    "peanut",
    "wheat",
    "gluten",
    "soy",
    "sesame",
    "celery",
    "mustard",
    "lupin",
    "sulphites",
    "coconut",
)
DIETS = (
    "vegan",
    "vegetarian",
    "pescatarian",
    "halal",
    "kosher",
    "hindu",
    "jain",
    "gluten_free",
    "lactose_free",
    "low_fodmap",
    "keto",
    "low_sodium",
    "dash",
    "mediterranean",
)
HEALTH_FLAGS = (
    "pregnancy",
    "lactation",
    "bariatric_surgery",
    "kidney_disease",
    "liver_disease",
    "heart_failure",
    "fluid_limit",
    "diabetes_on_medicine",
    "pku",
    "cancer_treatment",
    "eating_disorder",
    "blood_thinner",
    "mao_inhibitor",
    "thyroid_medicine",
)
GOALS = (
    "lose_weight",
    "maintain_weight",
    "build_muscle",
    "sleep_better",
    "more_energy",
    "less_stress",
    "move_more",
    "eat_better",
)
SEXES = ("female", "male", "unknown")

LISTS: Mapping[FactKey, tuple[str, ...]] = {
    FactKey.DIET: DIETS,
    FactKey.RESTRICTIONS: (*ALLERGENS, *DIETS),
    FactKey.ALLERGIES: ALLERGENS,
    FactKey.HEALTH_FLAGS: HEALTH_FLAGS,
}
CHOICES: Mapping[FactKey, tuple[str, ...]] = {FactKey.SEX: SEXES, FactKey.GOAL: GOALS}

# Whole words only: "nut" is in "nutmeg" and "coconut", and neither is a nut. Who says "nuts" is taken to mean both.
ALIASES: Mapping[str, tuple[str, ...]] = {
    "dairy": ("milk",),
    "cow_milk": ("milk",),
    "shellfish": ("crustacean", "mollusc"),
    "shrimp": ("crustacean",),
    "prawn": ("crustacean",),
    "crab": ("crustacean",),
    "lobster": ("crustacean",),
    "mollusk": ("mollusc",),
    "nut": ("tree_nut", "peanut"),
    "almond": ("tree_nut",),
    "walnut": ("tree_nut",),
    "hazelnut": ("tree_nut",),
    "cashew": ("tree_nut",),
    "pistachio": ("tree_nut",),
    "pecan": ("tree_nut",),
    "macadamia": ("tree_nut",),
    "brazil_nut": ("tree_nut",),
    "pine_nut": ("tree_nut",),
    "groundnut": ("peanut",),
    "soya": ("soy",),
    "soybean": ("soy",),
    "celeriac": ("celery",),
    "sulfite": ("sulphites",),
    "sulphite": ("sulphites",),
    "coeliac": ("gluten",),
    "celiac": ("gluten",),
    "plant_based": ("vegan",),
    "lacto_ovo_vegetarian": ("vegetarian",),
    "pescetarian": ("pescatarian",),
    "ketogenic": ("keto",),
    "low_salt": ("low_sodium",),
    "pregnant": ("pregnancy",),
    "breastfeeding": ("lactation",),
}


def fold(word: str) -> str:
    """A word as it is compared: small letters, compatible characters as one, underscores for what separates."""
    return re.sub(r"[\s_-]+", "_", unicodedata.normalize("NFKC", word).casefold().strip())


def ids_of(word: str, known: Iterable[str]) -> tuple[str, ...] | None:
    """The known ids a word stands for, in any case, in the plural, or by another name; None where for none."""
    names = frozenset(known)
    folded = fold(word)
    for form in (folded, folded.removesuffix("s"), f"{folded}s"):
        if form in names:
            return (form,)
        meant = ALIASES.get(form, ())
        if meant and names.issuperset(meant):
            return meant
    return None


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that is written most like it: to be offered, never to be taken for it."""
    names = tuple(known)
    found = get_close_matches(fold(word), (*names, *ALIASES), n=1, cutoff=0.6)
    if not found:
        return None
    meant = ids_of(found[0], names)
    return None if meant is None else " and ".join(meant)
