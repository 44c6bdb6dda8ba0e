"""Whether a text of a plan may read so for one person: what they leave out, whom numbers harm, foods it is not about.

Asked of every sentence as it would be shown, titles too, whoever chose it, and again when all is in its place.
"""

from dataclasses import dataclass

from hos_pipelines.domain.guidance.nutrition.eater import EATING_DISORDER
from hos_pipelines.domain.guidance.nutrition.eater_of import PersonFacts, restriction_words
from hos_pipelines.domain.guidance.nutrition.food_library import FoodLibrary
from hos_pipelines.domain.guidance.nutrition.plain_words import folded, words_of
from hos_pipelines.domain.guidance.nutrition.restrictions import Restrictions
from hos_pipelines.domain.guidance.nutrition.wording_check import forbidden_in, strange_in
from hos_pipelines.domain.guidance.plan_texts import PlanText
from hos_pipelines.domain.person.fact_keys import FactKey

# As `words_of` gives them. Whoever adds a sentence with another word for a number adds it here.
NUMBER_WORDS = frozenset(
    {
        *("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
        *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen"),
        *("nineteen", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"),
        *("hundred", "thousand", "zero", "half", "third", "quarter", "dozen"),
        *("once", "twice", "thrice", "double", "triple", "pair", "couple"),
        *("percent", "calory", "kcal", "gram", "kilo", "minute", "hour"),
    }
)


@dataclass(frozen=True, slots=True)
class PlanWording:
    """What no text of one person's plan may say; `has_numbers` is false for whom numbers harm or who wants none."""

    library: FoodLibrary
    restrictions: Restrictions
    has_numbers: bool = True

    def allows(self, text: PlanText, shown: str) -> bool:
        """Whether `shown` may stand in place of a text."""
        if forbidden_in(self.library, self.restrictions, [shown]):
            return False
        return (self.has_numbers or not holds_number(shown)) and not strange_in(
            self.library, shown, text.food_ids, text.beside
        )


def wording_of(facts: PersonFacts, library: FoodLibrary) -> PlanWording:
    """What the plans of somebody may not say, by what they have said of themselves.

    Raises:
        PlanRefusedError: a word of what they do not eat is not known.
    """
    words, _ = restriction_words(facts)
    flags, opted_out = facts.get(FactKey.HEALTH_FLAGS), facts.get(FactKey.OPT_OUT_OF_NUMBERS)
    held = frozenset[str]() if flags is None else frozenset(flags.value or ())
    has_numbers = EATING_DISORDER not in held and (opted_out is None or opted_out.value is not True)
    return PlanWording(library, library.vocabulary.restrict(words, held), has_numbers)


def holds_number(shown: str) -> bool:
    """Whether a text has a number in it, in figures of any script or in words, or a unit of one."""
    if any(letter.isnumeric() for letter in (*shown, *folded(shown))):
        return True
    return not NUMBER_WORDS.isdisjoint(words_of(shown))
