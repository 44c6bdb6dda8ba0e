"""The second net: which allergens and classes the words of a text name, with the words that only look like one.

Foods and meals are told apart by their marks; this looks at what is said, whoever wrote it. Of terms that begin at one
word the longest counts, so that peanut butter is no butter, and what a false friend covers is not looked at again.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from hos_pipelines.domain.guidance.library_file import Entry, LibraryFile, check_single, table_entries
from hos_pipelines.domain.guidance.nutrition.marks import ALLERGENS, CLASSES, Mark, Marks, on_label
from hos_pipelines.domain.guidance.nutrition.plain_words import is_readable, joined_words, words_of

CERTAINTIES = ("always", "check", "false_friend")
SHORTEST_STEM = 4
MOST_REMEMBERED = 20_000
UNREADABLE: Mark = "unreadable"


@dataclass(frozen=True, slots=True)
class Term:
    """A word or phrase, what it names, and how sure that is."""

    text: str
    names: str
    certainty: str

    @property
    def mark(self) -> Mark | None:
        """What it marks a text with; None for a false friend."""
        if self.certainty == "false_friend":
            return None
        return on_label(self.names) if self.certainty == "check" else self.names


def parse_terms(file: LibraryFile, column: str) -> tuple[Term, ...]:
    """The terms of a file that names allergens or classes in a column.

    Raises:
        LibraryFaultError: an entry is incomplete, unknown or there twice.
    """
    entries = table_entries(file, ["term", column, "certainty", "support"], "term")
    check_single(entries, ["term", column])
    seen: dict[tuple[object, ...], str] = {}
    terms = []
    for entry in entries:
        term = _term(entry, column)
        key = (words_of(term.text), term.names)
        if key in seen:
            raise entry.fault("term", f"{term.text!r} has the same words as {seen[key]}; take one out.")
        seen[key] = entry.place
        terms.append(term)
    return tuple(terms)


def _term(entry: Entry, column: str) -> Term:
    text = entry.text("term")
    entry.text("support")
    if not words_of(text) or not is_readable(text):
        raise entry.fault("term", f"{text!r} holds no Latin word; write one.")
    return Term(text, entry.choice(column, ALLERGENS | CLASSES), entry.choice("certainty", CERTAINTIES))


class TermNet:
    """All terms, ready to be found in texts. What was found in a text is remembered: sentences repeat."""

    def __init__(self, terms: Iterable[Term]) -> None:
        phrases: defaultdict[str, set[tuple[tuple[str, ...], str, Mark | None]]] = defaultdict(set)
        self._single: defaultdict[str, set[str]] = defaultdict(set)
        self._stems: defaultdict[str, set[Mark]] = defaultdict(set)
        for term in terms:
            words = words_of(term.text)
            phrases[words[0]].add((words, term.names, term.mark))
            if len(words) == 1:
                self._single[words[0]].add(term.names)
                if term.certainty == "always" and len(words[0]) >= SHORTEST_STEM:
                    self._stems[words[0]].add(term.names)
        self._phrases: Mapping[str, list[tuple[tuple[str, ...], str, Mark | None]]] = {
            first: sorted(found, key=lambda one: (-len(one[0]), one[1], one[2] or ""))
            for first, found in phrases.items()
        }
        self._found: dict[str, Marks] = {}
        self._compounds: dict[str, Marks] = {}

    def marks_in(self, text: str) -> Marks:
        """Every mark that a text names; `unreadable` where it holds letters that cannot be compared."""
        known = self._found.get(text)
        if known is None:
            if len(self._found) >= MOST_REMEMBERED:
                self._found.clear()
            known = self._found[text] = self._look(text)
        return known

    def _look(self, text: str) -> Marks:
        words = words_of(text)
        found: set[Mark] = set() if is_readable(text) else {UNREADABLE}
        covered: dict[str, int] = {}
        for place, word in enumerate(words):
            settled: set[str] = set()
            for phrase, names, mark in self._phrases.get(word, ()):
                if names in settled or covered.get(names, 0) > place:
                    continue
                if words[place : place + len(phrase)] == phrase:
                    settled.add(names)
                    if mark is None:
                        covered[names] = place + len(phrase)
                    else:
                        found.add(mark)
            found |= {mark for mark in self._within(word) if covered.get(mark, 0) <= place}
        for word in joined_words(text):
            found |= {mark for phrase, _, mark in self._phrases.get(word, ()) if mark is not None and len(phrase) == 1}
        return frozenset(found)

    def _within(self, word: str) -> Marks:
        """What a compound begins or ends with, as buttercream with butter; a word that is a term is no compound."""
        known = self._compounds.get(word)
        if known is None:
            if len(self._compounds) >= MOST_REMEMBERED:
                self._compounds.clear()
            parts = {part for cut in range(SHORTEST_STEM, len(word)) for part in (word[:cut], word[-cut:])}
            named = {mark for part in parts for mark in self._stems.get(part, ())}
            known = self._compounds[word] = frozenset(named - self._single.get(word, set()))
        return known
