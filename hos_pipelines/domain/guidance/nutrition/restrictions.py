"""What somebody does not eat: words of a closed vocabulary, and the union of the marks they forbid.

A word that is not known withholds the plan. Nothing is guessed from a likeness: nut is not nutmeg.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from hos_pipelines.domain.guidance.library_file import Entry, LibraryFile, check_single, toml_entries
from hos_pipelines.domain.guidance.nutrition.eater import EATERS_FLAGS
from hos_pipelines.domain.guidance.nutrition.marks import CLASSES, EVERY_MARK, Mark, Marks
from hos_pipelines.domain.guidance.nutrition.plain_words import words_of
from hos_pipelines.domain.guidance.nutrition.plan_refusals import PlanRefusedError

HEALTH = "health"
KINDS = ("allergy", "condition", "diet", "choice", "taste", HEALTH)
TASTES = ("low_sodium", "mediterranean", "dairy")
FIELDS = frozenset(
    {
        *("id", "kind", "forbids", "also", "apart", "hours_apart", "prefers", "refused", "most_carbohydrate_g"),
        *("not_with", "note", "hours_only"),
    }
)
MOST_WORDS, LONGEST_WORD = 100, 60


@dataclass(frozen=True, slots=True)
class Restriction:
    """One word and what it means; `also` is how else it may be written. Of kind health the id is a flag.

    `hours_only`: no food at all is named, as none of the library may be known to do no harm.
    """

    id: str
    kind: str
    forbids: Marks
    also: tuple[str, ...]
    apart: tuple[Mark, Mark] | None = None
    hours_apart: int = 0
    prefers: str | None = None
    refused: str | None = None
    most_carbohydrate_g: int | None = None
    not_with: frozenset[str] = frozenset()
    note: str | None = None
    hours_only: bool = False


@dataclass(frozen=True, slots=True)
class Restrictions:
    """What a person's words come to, in the order of their ids, whatever order they were said in."""

    said: tuple[Restriction, ...] = ()
    forbidden: Marks = frozenset()

    @property
    def ids(self) -> tuple[str, ...]:
        """The words, each once."""
        return tuple(restriction.id for restriction in self.said)

    @property
    def who(self) -> str:
        """The words within a sentence."""
        return ", ".join(self.ids) or "no restriction"

    @property
    def hours_only(self) -> bool:
        """Whether no food may be named."""
        return any(restriction.hours_only for restriction in self.said)

    @property
    def of_health(self) -> bool:
        """Whether a health flag is among what they come from."""
        return any(restriction.kind == HEALTH for restriction in self.said)

    @property
    def apart(self) -> tuple[Restriction, ...]:
        """Those that keep two classes out of one meal."""
        return tuple(restriction for restriction in self.said if restriction.apart is not None)

    @property
    def tastes(self) -> frozenset[str]:
        """What orders meals and removes none."""
        return frozenset(restriction.prefers for restriction in self.said if restriction.prefers)

    @property
    def most_carbohydrate_g(self) -> int | None:
        """The most carbohydrate a day may hold by the person's choice."""
        return min((one.most_carbohydrate_g for one in self.said if one.most_carbohydrate_g), default=None)


class RestrictionWords:
    """All restrictions by every spelling of them; those of health flags by their flag alone."""

    def __init__(self, version: str, restrictions: Iterable[Restriction]) -> None:
        self.version = version
        self.by_id = {restriction.id: restriction for restriction in restrictions}
        self._by_words = {
            words_of(spelling): restriction
            for restriction in self.by_id.values()
            if restriction.kind != HEALTH
            for spelling in (*restriction.also, restriction.id.replace("_", " "))
        }

    def restrict(self, words: Iterable[str], flags: Collection[str] = ()) -> Restrictions:
        """What these words and health flags forbid together.

        Raises:
            PlanRefusedError: one is not known, or is known and cannot be followed.
        """
        found = {one.id: one for one in self.by_id.values() if one.kind == HEALTH and one.id in flags}
        for count, word in enumerate(words):
            if count >= MOST_WORDS:
                raise PlanRefusedError("preferences_too_large", f"more than {MOST_WORDS} restrictions; state fewer.")
            restriction = self._restriction(word)
            found[restriction.id] = restriction
        said = tuple(found[name] for name in sorted(found))
        for restriction in said:
            if restriction.refused:
                raise PlanRefusedError("restriction_not_supported", f"{restriction.id}: {restriction.refused}.")
        return Restrictions(said, frozenset[str]().union(*(restriction.forbids for restriction in said)))

    @property
    def sayable(self) -> list[str]:
        """The ids that people may say, in their order."""
        return sorted(name for name, one in self.by_id.items() if one.kind != HEALTH)

    def _restriction(self, word: str) -> Restriction:
        spelled = words_of(word.replace("_", " ")) if len(word) <= LONGEST_WORD else ()
        restriction = self._by_words.get(spelled)
        if restriction is None:
            shown = word if len(word) <= LONGEST_WORD else f"{word[:LONGEST_WORD]}…"
            raise PlanRefusedError(
                "unknown_restriction", f"unknown_restriction: {shown!r}; known are {', '.join(self.sayable)}."
            )
        return restriction


def parse_restrictions(file: LibraryFile) -> RestrictionWords:
    """The vocabulary of a file.

    Raises:
        LibraryFaultError: an entry is incomplete, unknown, or two share a spelling.
    """
    entries = toml_entries(file, "restriction")
    check_single(entries, ["id"])
    spellings: Mapping[tuple[str, ...], str] = {}
    restrictions = []
    for entry in entries:
        restriction = _parse(entry)
        for spelling in (*restriction.also, restriction.id.replace("_", " ")):
            other = spellings.get(words_of(spelling), restriction.id)
            if other != restriction.id:
                raise entry.fault("also", f"{spelling!r} already means {other}; take it out of one of them.")
            spellings = {**spellings, words_of(spelling): restriction.id}
        restrictions.append(restriction)
    return RestrictionWords(file.version, restrictions)


def _parse(entry: Entry) -> Restriction:
    unknown = sorted(entry.cells.keys() - FIELDS)
    if unknown:
        raise entry.fault(unknown[0], f"is no field of a restriction; use {', '.join(sorted(FIELDS))}.")
    kind = entry.choice("kind", KINDS)
    forbids = frozenset(entry.words("forbids", EVERY_MARK))
    prefers = entry.choice("prefers", TASTES) if "prefers" in entry.cells else None
    most = entry.whole("most_carbohydrate_g", 1, 130) if "most_carbohydrate_g" in entry.cells else None
    refused = entry.text("refused") if "refused" in entry.cells else None
    hours_only = entry.cells.get("hours_only", False)
    if not isinstance(hours_only, bool):
        raise entry.fault("hours_only", "is neither true nor false; write one of them.")
    if not (forbids or prefers or most or refused or hours_only):
        raise entry.fault("forbids", "is empty, and nothing else says what it means; name the marks it forbids.")
    apart = entry.words("apart", CLASSES) if "apart" in entry.cells else ()
    if apart and len(set(apart)) != len(("one", "other")):
        raise entry.fault("apart", "does not name two classes; name two.")
    return Restriction(
        id=entry.identifier("id"),
        kind=kind,
        forbids=forbids,
        also=entry.words("also"),
        apart=(apart[0], apart[1]) if apart else None,
        hours_apart=entry.whole("hours_apart", 0, 24) if apart else 0,
        prefers=prefers,
        refused=refused,
        most_carbohydrate_g=most,
        not_with=frozenset(entry.words("not_with", EATERS_FLAGS)),
        note=entry.text("note") if "note" in entry.cells else None,
        hours_only=hours_only,
    )
