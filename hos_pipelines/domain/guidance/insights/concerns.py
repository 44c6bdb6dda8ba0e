"""What the stored analyses say could be better, where the interval of a fact lies beyond what is advised or common."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from hos_pipelines.domain.facts import Fact
from hos_pipelines.domain.guidance.insights.amounts import amount_text
from hos_pipelines.domain.guidance.insights.candidates import Candidate, Estimated
from hos_pipelines.domain.guidance.insights.phrases import concern_text
from hos_pipelines.domain.guidance.insights.subjects import SUBJECTS
from hos_pipelines.domain.resampling import Z_95


@dataclass(frozen=True, slots=True)
class StoredConcern:
    """What an analysis advises, and the facts it cites, as they are stored."""

    action: str
    facts: Sequence[Fact]


# By the beginning and the end of a fact: the subject, what its value is held against, and the side that is worse.
# Seven hours for adults (AASM and Sleep Research Society 2015), 150 minutes (WHO 2020), half an hour (ours).
HELD_AGAINST: Mapping[tuple[str, str], tuple[str, float, int]] = {
    ("sleep_mean", ""): ("sleep_duration", 7.0, -1),
    ("exercise_weekly_minutes", ""): ("exercise_week", 150.0, -1),
    ("regular_", "_timing_sd_within"): ("steady_times", 0.5, 1),
}


def stored_concerns(concerns: Sequence[StoredConcern], through: date) -> Iterator[Candidate]:
    """A candidate for each subject that an analysis has a concern about, the first of each."""
    told: set[str] = set()
    for concern in concerns:
        for fact in concern.facts:
            held = _held_against(fact.id)
            if held is None or held[0] in told:
                continue
            one = _candidate(concern, fact, held, through)
            if one is not None:
                told.add(held[0])
                yield one
                break


def _held_against(fact_id: str) -> tuple[str, float, int] | None:
    return next(
        (held for (begin, end), held in HELD_AGAINST.items() if fact_id.startswith(begin) and fact_id.endswith(end)),
        None,
    )


def _candidate(concern: StoredConcern, fact: Fact, held: tuple[str, float, int], through: date) -> Candidate | None:
    subject, reference, worse = SUBJECTS[held[0]], held[1], held[2]
    interval = fact.interval
    if not isinstance(fact.value, float) or interval is None or interval.low is None or interval.high is None:
        return None
    reach = (interval.high - interval.low) / 2
    effect = fact.value - reference
    if reach <= 0 or effect * worse <= 0:
        return None
    low, high = interval.low - reference, interval.high - reference
    first = date.fromisoformat(fact.window.partition("/")[0]) if fact.window else through
    text = concern_text(subject.name, first, amount_text(fact.value, fact.unit), amount_text(reference, fact.unit))
    found = Estimated(effect, low, high, [one for one in concern.facts if one.value is not None], text)
    return Candidate(
        kind="concern",
        subject=subject,
        p=math.erfc(abs(effect) / (reach / Z_95) / math.sqrt(2)),
        rough=effect,
        least_change=reach,
        n=fact.n,
        first=first.toordinal(),
        last=through.toordinal(),
        confidence=fact.confidence,
        estimate=lambda: found,
        action=concern.action,
    )
