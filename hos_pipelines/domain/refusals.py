"""Whose fault a refusal is: a person's, Sahha's or the deployment's.

Told by how many of a run are refused, and by control profiles: people Sahha answered lately, asked again meanwhile.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from hos_pipelines.domain.sync import Outcome, ProfilePull, Stream

Pulls = dict[Stream, list[ProfilePull]]

# Of 1,000 people of a batch a handful leave Sahha in a day, not one in twenty; below three a share says nothing.
MOST_REFUSED_SHARE = 0.05
FEWEST_FOR_A_SHARE = 3


@dataclass(frozen=True, slots=True)
class ControlAnswer:
    """What control profiles told, once many of a run were refused: nothing, where none could be asked.

    `somebody_answers` says that Sahha answers now for one of those it answered lately; there are `others` of them,
    apart from the refused. `unlisted` are the refused whom the profile search lacks, though it finds that one.
    """

    others: int = 0
    somebody_answers: bool = False
    unlisted: Collection[str] = ()


NONE = ControlAnswer()


@dataclass(frozen=True, slots=True)
class ReviewedPulls:
    """What the refusals of a run come to: the pulls as they may be written, or the setting that is wrong."""

    pulls: Pulls
    misconfigured: str | None = None


class RefusalReview:
    """Keeps the refusals of a run until everyone was asked: what is written of a chunk is committed with it.

    Whoever has one good answer is known to Sahha, whatever it says of their other streams; a stream that is refused to
    many is Sahha's fault all the same.
    """

    def __init__(self) -> None:
        self._asked: defaultdict[Stream, set[str]] = defaultdict(set)
        self._answered: set[str] = set()
        self._held: list[tuple[Stream, ProfilePull]] = []

    def take(self, pulls: Mapping[Stream, Sequence[ProfilePull]]) -> Pulls:
        """What of a chunk may be written at once: everything but the refusals."""
        ready: Pulls = {}
        for stream, chunk in pulls.items():
            for pull in chunk:
                self._asked[stream].add(pull.profile_id)
                if _is_refusal(pull):
                    self._held.append((stream, pull))
                    continue
                ready.setdefault(stream, []).append(pull)
                if pull.problem is None:
                    self._answered.add(pull.profile_id)
        return ready

    @property
    def refused_profiles(self) -> set[str]:
        """Whom Sahha refused, and answered nothing else of."""
        return {pull.profile_id for _, pull in self._held} - self._answered

    @property
    def needs_control(self) -> bool:
        """Whether so many are refused that control profiles are to be asked: a run may be for those few alone."""
        return _are_too_many(len(self.refused_profiles), len(self._everybody))

    @property
    def _everybody(self) -> set[str]:
        return set[str]().union(*self._asked.values())

    def conclude(self, control: ControlAnswer = NONE) -> ReviewedPulls:
        """What the refusals come to, now that everyone was asked."""
        asked = len(self._everybody)
        persons = self.refused_profiles
        not_theirs = persons if self.needs_control else set[str]()
        if control.somebody_answers:
            not_theirs = not_theirs - set(control.unlisted)
            total = max(asked, len(persons) + control.others)
            not_theirs = not_theirs if _are_too_many(len(not_theirs), total) else set()
        elif not_theirs and not self._answered and all(pull.suspect for _, pull in self._held):
            return ReviewedPulls({}, _nobody_answers(self._held[0][1], asked))
        refused = Counter(stream for stream, pull in self._held if pull.profile_id not in persons)
        broken = {stream for stream, many in refused.items() if _are_too_many(many, len(self._asked[stream] - persons))}
        pulls: Pulls = {}
        for stream, pull in self._held:
            reviewed = replace(pull, is_known=pull.profile_id not in persons)
            if pull.profile_id in not_theirs:
                reviewed = _as_failure(reviewed, f"{len(not_theirs)} of {asked} profiles", is_sahhas_fault=True)
            elif reviewed.is_known and stream in broken:
                reviewed = _as_failure(reviewed, f"{refused[stream]} of {len(self._asked[stream] - persons)} profiles")
            pulls.setdefault(stream, []).append(reviewed)
        return ReviewedPulls(pulls)


def _as_failure(pull: ProfilePull, whom: str, *, is_sahhas_fault: bool = False) -> ProfilePull:
    """The pull as a failure that nobody is counted against; without anything else from Sahha it is asked again soon."""
    return replace(
        pull,
        problem=Outcome.FAILED,
        error=f"{pull.error} So it is for {whom} at once, which is taken as Sahha's fault.",
        refused=False,
        is_sahhas_fault=is_sahhas_fault,
    )


def _are_too_many(refused: int, asked: int) -> bool:
    is_everybody = refused == asked > 1
    return is_everybody or (refused >= FEWEST_FOR_A_SHARE and refused > MOST_REFUSED_SHARE * asked)


def _nobody_answers(first: ProfilePull, asked: int) -> str:
    return f"{first.suspect}: {first.error} So it is for all {asked} profiles; check that setting."


def _is_refusal(pull: ProfilePull) -> bool:
    return pull.refused or pull.problem is Outcome.GONE
