"""The order of insights: R = .35 E + .30 K + .25 A + .10 N, of effect, sureness, what can be done, and news."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from hos_pipelines.domain.guidance.insights.candidates import CredibleInsight
from hos_pipelines.domain.guidance.insights.told import ToldInsight

OF_EFFECT, OF_SURENESS, OF_ACTION, OF_NEWS = 0.35, 0.30, 0.25, 0.10
HALF_AGAIN_AFTER = timedelta(days=7)
# What people say (ours): of no use halves what can be done, done before adds half, seen before halves news.
DOWN_RATED, APPLIED, SEEN = 0.5, 1.5, 0.5


def rank_of(effect: float, sureness: float, action: float, news: float) -> float:
    """The rank, 0 to 1, of four shares; `sureness` is that of the weakest fact times 1 - q."""
    return OF_EFFECT * effect + OF_SURENESS * sureness + OF_ACTION * action + OF_NEWS * news


def news_of(since: timedelta | None) -> float:
    """How new something is so long after the same was last told: half after a week; 1 where it never was."""
    return 1.0 if since is None else 1 - 2 ** -(max(since, timedelta(0)) / HALF_AGAIN_AFTER)


def rank(insight: CredibleInsight, before: Sequence[ToldInsight], actionability: float, now: datetime) -> float:
    """The rank of one insight after what was told before and what came back of it."""
    subject, direction = insight.subject.name, insight.direction
    of_subject = [one for one in before if one.subject == subject]
    action = actionability
    if any(one.is_down_rated(now) for one in of_subject):
        action *= DOWN_RATED
    elif any(one.is_applied(now) for one in of_subject):
        action = min(1.0, action * APPLIED)
    same = [one for one in of_subject if (one.kind, one.direction) == (insight.kind, direction)]
    shown = [min(one.last_shown_at, now) for one in same]
    news = news_of(now - max(shown) if shown else None)
    if any(one.acknowledged_at is not None for one in same):
        news *= SEEN
    return rank_of(insight.size, insight.sureness * (1 - insight.q), action, news)
