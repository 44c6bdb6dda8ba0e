"""The insights of one person: a pure function of readings, stored analyses, what was told before, and an instant."""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from hos_pipelines.domain.gates import Status
from hos_pipelines.domain.guidance.insights.advice import GOES_ON, advice_of
from hos_pipelines.domain.guidance.insights.candidates import Candidate, CredibleInsight
from hos_pipelines.domain.guidance.insights.choice import ChosenInsights, choose
from hos_pipelines.domain.guidance.insights.concerns import StoredConcern, stored_concerns
from hos_pipelines.domain.guidance.insights.days import WINDOW_DAYS, SeenDays, lacking, see_days
from hos_pipelines.domain.guidance.insights.free_days import on_free_days
from hos_pipelines.domain.guidance.insights.gating import credible
from hos_pipelines.domain.guidance.insights.moved import moved
from hos_pipelines.domain.guidance.insights.recent import recent
from hos_pipelines.domain.guidance.insights.remembered import HeldTrue, remembered
from hos_pipelines.domain.guidance.insights.told import ToldInsight
from hos_pipelines.domain.guidance.insights.vital import raised_pulse
from hos_pipelines.domain.history import History, Series
from hos_pipelines.domain.living import Living
from hos_pipelines.domain.work_week import WorkWeek

SEED_BYTES = 8
# What goes on by itself, or is to be kept as it is, is moved by no task.
GOING_ON, OTHERWISE = 0.5, 1.0


@dataclass(frozen=True, slots=True)
class InsightsFound:
    """What a run found for one person, and what becomes of it; `actions` are by kind and subject."""

    status: Status
    chosen: ChosenInsights
    actions: Mapping[tuple[str, str], str]
    missing: Sequence[str]
    tests: int
    passed: int


@dataclass(frozen=True, slots=True)
class KnownOfPerson:
    """What is known beside readings: concerns of analyses, what people say of their days, what is remembered."""

    concerns: Sequence[StoredConcern] = ()
    lived: Mapping[str, Series] = field(default_factory=dict)
    held_true: Sequence[HeldTrue] = ()


NOTHING = ChosenInsights((), (), {})


def find_insights(
    history: History, week: WorkWeek, known: KnownOfPerson, before: Sequence[ToldInsight], now: datetime
) -> InsightsFound:
    """Everything that is tested, what passes, and the choice among it. The order of readings does not matter.

    What is drawn is seeded by the readings, so that the same ones give the same insights.
    """
    seen = see_days(history, week, known.lived)
    missing = lacking(seen)
    candidates: list[Candidate] = []
    if seen is not None:
        through = seen.day(seen.through)
        held = [*stored_concerns(known.concerns, through), *remembered(known.held_true, through)]
        candidates = [*tests(seen, history.digest), *held]
    if seen is None or not candidates:
        return InsightsFound(Status.INSUFFICIENT, NOTHING, {}, missing, 0, 0)
    passed = credible(candidates)
    actions = {one.candidate.key: action_of(one, seen.living) for one in passed}
    actionability = {
        one.subject.name: one.subject.actionability * (GOING_ON if actions[one.candidate.key] in GOES_ON else OTHERWISE)
        for one in passed
    }
    chosen = choose(passed, candidates, before, actionability, now)
    status = Status.PRELIMINARY if missing or len(next(iter(seen.rows.values()))) < WINDOW_DAYS else Status.OK
    return InsightsFound(status, chosen, actions, missing, len(candidates), len(passed))


def tests(seen: SeenDays, digest: str) -> list[Candidate]:
    """Every test that the days of a person allow."""
    seed = int.from_bytes(hashlib.sha256(digest.encode()).digest()[:SEED_BYTES])
    return [*recent(seen), *moved(seen), *on_free_days(seen, seed), *raised_pulse(seen)]


def action_of(insight: CredibleInsight, living: Living) -> str:
    """What to do about an insight: that of the analysis it comes from, else ours."""
    return insight.candidate.action or advice_of(insight.subject.name, living, rises=insight.found.effect > 0)


def counts_of(found: InsightsFound) -> dict[str, int | str | float]:
    """What was looked at and told, in numbers."""
    kinds = Counter(insight.kind for insight, _ in found.chosen.new)
    return {
        "tests": found.tests,
        "passed": found.passed,
        "new": len(found.chosen.new),
        "confirmed": len(found.chosen.confirmed),
        "ended": len(found.chosen.ended),
        **{f"new_{kind}": number for kind, number in sorted(kinds.items())},
    }
