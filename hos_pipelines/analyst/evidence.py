"""What a model is given to write from: facts of one result, where its series go, and passages it may put anew."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from hos_pipelines.domain.circadian.results import Constant
from hos_pipelines.domain.facts import Fact

NEW = "new"


# Compared by identity: what may be said of it is worked out once.
@dataclass(frozen=True, slots=True, eq=False)
class Passage:
    """One piece of text of a result, `section/place` by its key, with the facts and constants it may rest on.

    `text` is the rules engine's own sentence, `beside` what is shown next to it and stays. `figures` are what stands in
    the slots of that sentence, by name, where the passage brings them along; where it `is_exact`, the rules' sentence
    is found to the letter with these in it, be they none. The passage `section/new` has no sentence: it stands for
    what the model may add to the section, on any fact.
    """

    key: str
    text: str
    fact_ids: tuple[str, ...] = ()
    constants: Mapping[str, Constant] = field(default_factory=dict)
    beside: str = ""
    figures: Mapping[str, str] = field(default_factory=dict)
    is_exact: bool = False

    @property
    def section(self) -> str:
        """The part of the result it belongs to."""
        return self.key.partition("/")[0]

    def figure_id(self, name: str) -> str:
        """What a slot of this passage's own figure is called on the sheet, where there are others beside it."""
        return f"{self.key.replace('/', '_')}_{name}"

    @property
    def is_new(self) -> bool:
        """Whether it stands for claims that the rules engine does not make."""
        return self.key.endswith(f"/{NEW}")


# Whether a passage may read so, with its slots filled in.
Allows = Callable[[Passage, str], bool]


def allow_all(passage: Passage, shown: str) -> bool:
    """Of words that name nothing anybody leaves out."""
    del passage, shown
    return True


# Compared by identity: what may be said of it is worked out once.
@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """All that may be said of one person in one answer.

    `analysis` and `voice` say which sentences there are. `tag` is drawn from the fingerprint of the person's data and
    ends each key and slot of the prompt (`sri.k7q2m`): an answer that was written for somebody else has keys that are
    not on this sheet, whatever it says. `courses` holds by the prefix of its facts where a series goes over four weeks:
    1 rises, -1 falls, 0 is steady. Of others nothing is known, whatever the slope. What the person `allows` is asked of
    each sentence as it would be shown.
    """

    analysis: str
    voice: str
    facts: Mapping[str, Fact]
    passages: Sequence[Passage]
    tag: str
    courses: Mapping[str, int] = field(default_factory=dict)
    allows: Allows = allow_all

    def tag_id(self, plain: str) -> str:
        """A key or slot as the model sees it."""
        return f"{plain}.{self.tag}"

    def untag_id(self, tagged: str) -> str | None:
        """The key or slot behind what the model wrote; None where the tag is another's, or there is none."""
        plain, dot, tag = tagged.strip().rpartition(".")
        return plain if dot and tag == self.tag else None
