"""The choice: which insights are told now, which go on standing, and which have ended. None is a good answer."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import isfinite
from typing import Literal

from hos_pipelines.domain.guidance.insights.candidates import BANDS, Candidate, CredibleInsight
from hos_pipelines.domain.guidance.insights.ranking import rank
from hos_pipelines.domain.guidance.insights.subjects import made_of
from hos_pipelines.domain.guidance.insights.told import NOT_AGAIN, ToldInsight

MOST_TOLD, MOST_OF_CATEGORY = 5, 2
# Something that stands has turned where its effect lies below half of what is detectable, or goes the other way.
TURNED_BELOW = 0.5

Ending = Literal["expired", "turned", "superseded", "outranked"]


@dataclass(frozen=True, slots=True)
class ChosenInsights:
    """What is told anew with its rank, what was found again, and what has ended and how, by id."""

    new: Sequence[tuple[CredibleInsight, float]]
    confirmed: Sequence[str]
    ended: Mapping[str, Ending]


def choose(
    insights: Sequence[CredibleInsight],
    tested: Sequence[Candidate],
    before: Sequence[ToldInsight],
    actionability: Mapping[str, float],
    now: datetime,
) -> ChosenInsights:
    """The choice for one person; `before` are the rows of the last weeks, `tested` every test of the run.

    What stands is not told again: found again it is confirmed, found larger it is superseded. At most one of a subject
    and of what shares its making, two of a category, five in all; the higher rank stays.
    """
    ended: dict[str, Ending] = {}
    confirmed: list[str] = []
    standing: list[ToldInsight] = []
    for one in sorted((one for one in before if one.stands), key=lambda one: one.insight_id):
        ending = _ending(one, insights, tested, now)
        if ending is not None:
            ended[one.insight_id] = ending
            continue
        standing.append(one)
        if any(_says_the_same(one, insight) for insight in insights):
            confirmed.append(one.insight_id)
    fresh = [
        (insight, rank(insight, before, actionability.get(insight.subject.name, insight.subject.actionability), now))
        for insight in insights
        if not _is_told(insight, before, ended, now)
    ]
    new, outranked = _fill(standing, fresh)
    ended |= dict.fromkeys(outranked, "outranked")
    return ChosenInsights(new, [one for one in confirmed if one not in ended], ended)


def _ending(
    one: ToldInsight, insights: Sequence[CredibleInsight], tested: Sequence[Candidate], now: datetime
) -> Ending | None:
    """How something that stood has ended; None where it goes on."""
    if one.expires_at <= now:
        return "expired"
    found = next((insight for insight in insights if insight.candidate.key == (one.kind, one.subject)), None)
    if found is not None:
        if found.direction != one.direction:
            return "turned"
        return "superseded" if BANDS.index(found.band) > BANDS.index(one.band) else None
    test = next((test for test in tested if test.key == (one.kind, one.subject)), None)
    if test is None:
        return None
    along = test.rough if one.direction == "up" else -test.rough
    # A test that found no place for a change judges none.
    return "turned" if isfinite(test.least_change) and along < TURNED_BELOW * test.least_change else None


def _says_the_same(one: ToldInsight, insight: CredibleInsight) -> bool:
    return (one.subject, one.direction) == (insight.subject.name, insight.direction)


def _is_told(
    insight: CredibleInsight, before: Sequence[ToldInsight], ended: Mapping[str, Ending], now: datetime
) -> bool:
    """Whether as much of the same is told now, or was within a week."""
    for one in before:
        if one.insight_id in ended and ended[one.insight_id] in ("superseded", "turned"):
            continue
        if one.is_live(now) and one.insight_id not in ended and _says_the_same(one, insight):
            return True
        if one.covers(insight) and now - min(one.last_shown_at, now) < NOT_AGAIN:
            return True
    return False


def _fill(
    standing: Sequence[ToldInsight], fresh: Sequence[tuple[CredibleInsight, float]]
) -> tuple[list[tuple[CredibleInsight, float]], list[str]]:
    """Those told anew, and the ids of those that stood and must give way."""
    by_rank = [
        *((one.rank, one.subject, one.category, one) for one in standing),
        *((rank, insight.subject.name, insight.subject.category, (insight, rank)) for insight, rank in fresh),
    ]
    by_rank.sort(key=lambda entry: (-entry[0], entry[1], isinstance(entry[3], tuple)))
    new: list[tuple[CredibleInsight, float]] = []
    outranked: list[str] = []
    taken: set[str] = set()
    categories: Counter[str] = Counter()
    for _, subject, category, entry in by_rank:
        sources = made_of(subject)
        fits = sum(categories.values()) < MOST_TOLD and categories[category] < MOST_OF_CATEGORY
        if fits and not sources & taken:
            taken |= sources
            categories[category] += 1
            if isinstance(entry, tuple):
                new.append(entry)
        elif isinstance(entry, ToldInsight):
            outranked.append(entry.insight_id)
    return new, outranked
