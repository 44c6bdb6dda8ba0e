"""The words foods are called by, found in texts: which food a sentence speaks of, and whether it is one of its own."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from hos_pipelines.domain.guidance.nutrition.foods import Food
from hos_pipelines.domain.guidance.nutrition.plain_words import words_of


class FoodWords:
    """An index of words and phrases; of those that begin at one word the longest counts, as in sweet potato."""

    def __init__(self, foods: Iterable[Food]) -> None:
        phrases: defaultdict[str, defaultdict[tuple[str, ...], set[str]]] = defaultdict(lambda: defaultdict(set))
        for food in foods:
            for spelling in (*food.words, food.name):
                words = words_of(spelling)
                phrases[words[0]][words].add(food.id)
        self._phrases: Mapping[str, list[tuple[tuple[str, ...], frozenset[str]]]] = {
            first: sorted(((words, frozenset(ids)) for words, ids in found.items()), key=lambda one: -len(one[0]))
            for first, found in phrases.items()
        }

    def foods_in(self, text: str) -> list[tuple[str, frozenset[str]]]:
        """Each name of a food in a text, with the foods that are called so."""
        words = words_of(text)
        found: list[tuple[str, frozenset[str]]] = []
        place = 0
        while place < len(words):
            for phrase, ids in self._phrases.get(words[place], ()):
                if words[place : place + len(phrase)] == phrase:
                    found.append((" ".join(phrase), ids))
                    place += len(phrase)
                    break
            else:
                place += 1
        return found

    def strangers(self, text: str, own: frozenset[str]) -> list[str]:
        """Names in a text of foods that are none of these."""
        return [name for name, ids in self.foods_in(text) if not ids & own]
