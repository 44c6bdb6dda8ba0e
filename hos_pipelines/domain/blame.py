"""Whose fault a refusal is: a person's, Sahha's or the deployment's. Only the share of a run that is refused tells."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from hos_pipelines.domain.sync import Outcome, ProfilePull, Stream

Pulls = dict[Stream, list[ProfilePull]]

# Of 1,000 people of a batch a handful leave Sahha in a day, not one in twenty; below three a share says nothing.
MOST_REFUSED_SHARE = 0.05
FEWEST_FOR_A_SHARE = 3


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the refusals of a run come to: the pulls as they may be written, or the setting that is wrong."""

    pulls: Pulls
    misconfigured: str | None = None


class Blame:
    """Keeps the refusals of a run until everyone was asked: what was written of an earlier chunk could not be unsaid.

    Whoever has one good answer is known to Sahha, whatever it says of their other streams.
    """

    def __init__(self) -> None:
        self._asked: set[str] = set()
        self._answered: set[str] = set()
        self._held: list[tuple[Stream, ProfilePull]] = []

    def sift(self, pulls: Mapping[Stream, Sequence[ProfilePull]]) -> Pulls:
        """What of a chunk may be written at once: everything but the refusals."""
        ready: Pulls = {}
        for stream, chunk in pulls.items():
            for pull in chunk:
                self._asked.add(pull.profile_id)
                if _is_refusal(pull):
                    self._held.append((stream, pull))
                    continue
                ready.setdefault(stream, []).append(pull)
                if pull.problem is None:
                    self._answered.add(pull.profile_id)
        return ready

    def verdict(self) -> Verdict:
        """What the refusals come to, now that everyone was asked."""
        accused = {pull.profile_id for _, pull in self._held} - self._answered
        if not self._are_too_many(len(accused)):
            return Verdict(self._written(lambda pull: replace(pull, is_known=pull.profile_id in self._answered)))
        settings = {pull.suspect for _, pull in self._held}
        if not self._answered and None not in settings:
            return Verdict({}, self._nobody_answers(self._held[0][1]))
        said = f"So it is for {len(accused)} of {len(self._asked)} profiles at once, which is taken as Sahha's fault."

        def judged(pull: ProfilePull) -> ProfilePull:
            if pull.profile_id not in accused:
                return replace(pull, is_known=True)
            return replace(
                pull, problem=Outcome.FAILED, error=f"{pull.error} {said}", refused=False, is_sahhas_fault=True
            )

        return Verdict(self._written(judged))

    def _written(self, judge: Callable[[ProfilePull], ProfilePull]) -> Pulls:
        pulls: Pulls = {}
        for stream, pull in self._held:
            pulls.setdefault(stream, []).append(judge(pull))
        return pulls

    def _are_too_many(self, accused: int) -> bool:
        asked = len(self._asked)
        is_everybody = accused == asked > 1
        return is_everybody or (accused >= FEWEST_FOR_A_SHARE and accused > MOST_REFUSED_SHARE * asked)

    def _nobody_answers(self, first: ProfilePull) -> str:
        return (
            f"{first.suspect}: {first.error} So it is for all {len(self._asked)} profiles; "
            "check that setting. Nobody's refresh counts as tried."
        )


def _is_refusal(pull: ProfilePull) -> bool:
    return pull.refused or pull.problem is Outcome.GONE
