"""The closed vocabularies of facts, and how else people write their words.

What somebody does not eat is said in the words of the library of restrictions, by which meals are chosen. A word
that is not known is never guessed at: nut is not nutmeg.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from hos_pipelines.domain.guidance.nutrition.plain_words import words_of
from hos_pipelines.domain.guidance.nutrition.restrictions import RestrictionWords
from hos_pipelines.domain.person.fact_keys import FactKey

HEALTH_FLAGS: Mapping[str, tuple[str, ...]] = {
    "pregnancy": ("pregnant",),
    "lactation": ("breastfeeding", "nursing"),
    "bariatric_surgery": (),
    "kidney_disease": ("kidney",),
    "liver_disease": ("liver",),
    "heart_failure": ("heart",),
    "fluid_limit": (),
    "diabetes_on_medicine": ("diabetes",),
    "pku": ("phenylketonuria",),
    "cancer_treatment": ("cancer",),
    "eating_disorder": ("eating disorder flag", "anorexia", "bulimia"),
    "blood_thinner": (),
    "mao_inhibitor": ("maoi",),
    "thyroid_medicine": (),
    "injury": (),
}
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
CHOICES: Mapping[FactKey, tuple[str, ...]] = {FactKey.SEX: SEXES, FactKey.GOAL: GOALS}
# Below this likeness two words are not taken for one misspelt: Nüsse is no mussel.
LIKE = 0.8
# Which kinds of restriction each key takes; a disease of gluten is named among allergies too.
KINDS: Mapping[FactKey, frozenset[str]] = {
    FactKey.DIET: frozenset({"diet", "condition", "taste"}),
    FactKey.RESTRICTIONS: frozenset({"allergy", "condition", "diet", "choice", "taste"}),
    FactKey.ALLERGIES: frozenset({"allergy", "condition"}),
}


@dataclass(frozen=True, slots=True)
class Words:
    """The ids a key takes, in their order, and every spelling of each."""

    ids: tuple[str, ...]
    spellings: Mapping[str, str]

    def find(self, word: str) -> str | None:
        """The id a word stands for, in any case and in the plural; None where it stands for none."""
        return self.spellings.get(_spelled(word))

    def nearest(self, word: str) -> str | None:
        """The id that is written most like a word: to be offered, never to be taken for it."""
        found = get_close_matches(_spelled(word), self.spellings, n=1, cutoff=LIKE)
        return self.spellings[found[0]] if found else None


Vocabulary = Mapping[FactKey, Words]


def vocabulary_of(restrictions: RestrictionWords) -> Vocabulary:
    """What each key with a list of words takes."""
    said = {
        key: {one.id: one.also for one in restrictions.by_id.values() if one.kind in kinds}
        for key, kinds in KINDS.items()
    }
    return {key: _words(names) for key, names in (said | {FactKey.HEALTH_FLAGS: HEALTH_FLAGS}).items()}


def nearest_of(word: str, known: Iterable[str]) -> str | None:
    """The known word that is written most like another."""
    return _words(dict.fromkeys(known, ())).nearest(word)


def _words(names: Mapping[str, tuple[str, ...]]) -> Words:
    spellings = {_spelled(spelling): name for name, also in names.items() for spelling in (name, *also)}
    return Words(tuple(names), spellings)


def _spelled(word: str) -> str:
    return " ".join(words_of(word.replace("_", " ")))
