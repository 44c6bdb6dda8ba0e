"""What a model is given to write from: facts of one result, where its series go, and passages it may put anew."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from hos_pipelines.domain.circadian.results import Constant
from hos_pipelines.domain.facts import Fact

NEW = "new"


@dataclass(frozen=True, slots=True)
class Passage:
    """One piece of text of a result, `section/place` by its key, with the facts and constants it may rest on.

    `text` is the rules engine's own sentence, `beside` what is shown next to it and stays. The passage `section/new`
    has none: it stands for claims the model may add to the section, on any fact.
    """

    key: str
    text: str
    fact_ids: tuple[str, ...] = ()
    constants: Mapping[str, Constant] = field(default_factory=dict)
    beside: str = ""

    @property
    def section(self) -> str:
        """The part of the result it belongs to."""
        return self.key.partition("/")[0]

    @property
    def is_new(self) -> bool:
        """Whether it stands for claims that the rules engine does not make."""
        return self.key.endswith(f"/{NEW}")


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that may be said of one person in one answer.

    `tag` is drawn from the fingerprint of the person's data and follows each fact id in the prompt (`sri.k7q2m`): an
    answer that was written for somebody else cites ids that are not on this sheet, whatever it says. `courses` holds by
    the prefix of its facts where a series goes over four weeks: 1 rises, -1 falls, 0 is steady. Of others nothing is
    known, whatever the slope.
    """

    facts: Mapping[str, Fact]
    passages: Sequence[Passage]
    tag: str
    courses: Mapping[str, int] = field(default_factory=dict)

    def tag_id(self, fact_id: str) -> str:
        """A fact's or constant's id as the model sees it."""
        return f"{fact_id}.{self.tag}"

    def untag_id(self, cited: str) -> str | None:
        """The id behind what the model cites; None where the tag is another's, or there is none."""
        fact_id, dot, tag = cited.rpartition(".")
        return fact_id if dot and tag == self.tag else None
