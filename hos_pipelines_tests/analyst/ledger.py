"""A ledger that lasts as long as its test: what was put by and taken, and what is settled."""

from dataclasses import dataclass, field

from hos_pipelines.domain.model_ledger import Call, Ceiling, Kept, Question, Spent

Mark = tuple[str, str, str]


@dataclass(slots=True)
class Entry:
    """One request; `call` is None until it is settled."""

    question: Question
    estimate: Spent
    call: Call | None = None

    @property
    def tokens(self) -> int:
        """What it counts for: the estimate until something is known."""
        return self.estimate.tokens if self.call is None else self.call.usage.tokens

    @property
    def usd(self) -> float:
        """As `tokens`, in US dollars."""
        return (self.estimate.usd if self.call is None else self.call.usd) or 0.0


@dataclass(slots=True)
class MemoryLedger:
    """Entries in the order of asking, and what was kept, by profile, analysis and fingerprint."""

    entries: list[Entry] = field(default_factory=list)
    settled: dict[Mark, Kept] = field(default_factory=dict)

    def reserve(self, question: Question, estimate: Spent, day: Ceiling) -> int | None:
        """The number of the entry; None where the day, of which all entries are, has no room for it."""
        tokens = sum(entry.tokens for entry in self.entries) + estimate.tokens
        usd = sum(entry.usd for entry in self.entries) + (estimate.usd or 0.0)
        if tokens > day.tokens or usd > day.usd:
            return None
        self.entries.append(Entry(question, estimate))
        return len(self.entries) - 1

    def settle(self, number: int, call: Call) -> None:
        """Notes what a request took."""
        self.entries[number].call = call

    def kept(self, question: Question) -> Kept | None:
        """What was settled before."""
        return self.settled.get(_mark(question))

    def keep(self, question: Question, kept: Kept) -> None:
        """Settles a question."""
        self.settled[_mark(question)] = kept

    @property
    def outcomes(self) -> list[str | None]:
        """What each request came to."""
        return [None if entry.call is None else entry.call.outcome for entry in self.entries]


def _mark(question: Question) -> Mark:
    return question.profile_id, question.analysis_type, question.fingerprint
