"""What is told, goes on, ends or gives way; and what people's feedback changes."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from hos_pipelines.domain.facts import Fact
from hos_pipelines.domain.gates import Confidence, Status
from hos_pipelines.domain.guidance.insights.candidates import (
    LIVES,
    Candidate,
    CredibleInsight,
    Estimated,
    InsightKind,
)
from hos_pipelines.domain.guidance.insights.choice import MOST_TOLD, ChosenInsights, choose
from hos_pipelines.domain.guidance.insights.gating import credible
from hos_pipelines.domain.guidance.insights.ranking import rank
from hos_pipelines.domain.guidance.insights.rows import broken_row_checks, meaning_of, row_of
from hos_pipelines.domain.guidance.insights.subjects import SUBJECTS
from hos_pipelines.domain.guidance.insights.told import ToldInsight

NOW = datetime(2026, 11, 1, 6, tzinfo=UTC)
DAY = timedelta(days=1)
FACT = Fact("fact", 1.0, "hour", 30, None, "made", Confidence.HIGH, Status.OK)


def insight(
    subject: str = "sleep_duration",
    effect: float = -1.0,
    kind: InsightKind = "shift",
    least: float = 0.4,
    p: float = 1e-4,
) -> CredibleInsight:
    candidate = candidate_of(subject, effect, kind, least, p)
    found = candidate.estimate()
    assert found is not None
    return CredibleInsight(candidate, found, 0.01)


def candidate_of(
    subject: str = "sleep_duration",
    effect: float = -1.0,
    kind: InsightKind = "shift",
    least: float = 0.4,
    p: float = 1e-4,
) -> Candidate:
    through = date(2026, 10, 31).toordinal()
    found = Estimated(effect, effect - 0.3, effect + 0.3, [FACT], "Since then it is so.")
    return Candidate(
        kind, SUBJECTS[subject], p, effect, least, 35, through - 34, through, Confidence.HIGH, lambda: found
    )


def as_told(one: CredibleInsight, at: datetime = NOW, order: float = 0.7) -> ToldInsight:
    """The row of an insight that was told at some time and stands."""
    row = row_of(one, order, "Do it.", at)
    return ToldInsight(
        row.insight_id,
        one.kind,
        row.category,
        row.subject,
        one.direction,
        one.band,
        order,
        at,
        at,
        row.expires_at,
        True,
    )


def chosen(*insights: CredibleInsight, before: tuple[ToldInsight, ...] = (), now: datetime = NOW) -> ChosenInsights:
    return choose(insights, [one.candidate for one in insights], before, {}, now)


def subjects_of(found: ChosenInsights) -> list[str]:
    return [one.subject.name for one, _ in found.new]


def test_one_of_a_subject_two_of_a_category_and_five_in_all() -> None:
    many = [insight(name, 1.0 + place / 9) for place, name in enumerate(SUBJECTS)]
    twice = [insight("steps", 2000.0, "recent", 500.0), insight("steps", 2000.0, "shift", 500.0)]
    told = subjects_of(chosen(*many, *twice))
    categories = [SUBJECTS[name].category for name in told]
    assert len(told) == len(set(told)) <= MOST_TOLD
    assert max(categories.count(one) for one in categories) == 2
    assert chosen().new == []


def test_what_shares_its_making_is_not_told_side_by_side() -> None:
    told = subjects_of(chosen(insight("steps", -2000.0, least=500.0), insight("active_duration", -40.0, least=20.0)))
    assert len(told) == 1
    told = subjects_of(chosen(insight("free_days_midsleep", 1.5), insight("free_days_steps", -3000.0, least=900.0)))
    assert len(told) == 1


def test_what_stands_is_confirmed_and_not_told_again_until_a_week_after_it_ended() -> None:
    one = insight()
    standing = as_told(one)
    found = chosen(one, before=(standing,), now=NOW + DAY)
    assert (subjects_of(found), list(found.confirmed), dict(found.ended)) == ([], [standing.insight_id], {})
    over = NOW + LIVES["shift"] * DAY
    found = chosen(one, before=(standing,), now=over)
    assert (subjects_of(found), dict(found.ended)) == ([], {standing.insight_id: "expired"})
    ended = replace(standing, stands=False, ended_at=over)
    assert subjects_of(chosen(one, before=(ended,), now=over + 6 * DAY)) == []
    assert subjects_of(chosen(one, before=(ended,), now=over + 7 * DAY)) == ["sleep_duration"]


def test_the_same_by_another_test_is_no_news_either() -> None:
    found = chosen(insight(kind="recent"), before=(as_told(insight(kind="shift")),), now=NOW + DAY)
    assert (subjects_of(found), len(found.confirmed)) == ([], 1)


def test_a_larger_effect_supersedes_and_a_smaller_one_does_not() -> None:
    small, large = insight(effect=-0.5), insight(effect=-1.2)
    assert (small.band, large.band) == ("small", "large")
    found = chosen(large, before=(as_told(small),), now=NOW + DAY)
    assert subjects_of(found) == ["sleep_duration"]
    assert set(found.ended.values()) == {"superseded"}
    assert subjects_of(chosen(small, before=(as_told(large),), now=NOW + DAY)) == []


def test_what_goes_the_other_way_has_turned_and_what_only_fades_goes_on() -> None:
    standing = as_told(insight(effect=-1.0))
    found = chosen(insight(effect=1.0), before=(standing,), now=NOW + DAY)
    assert (subjects_of(found), dict(found.ended)) == (["sleep_duration"], {standing.insight_id: "turned"})
    for effect, ended in ((-0.3, {}), (-0.1, {standing.insight_id: "turned"})):
        found = choose([], [candidate_of(effect=effect)], (standing,), {}, NOW + DAY)
        assert (dict(found.ended), list(found.confirmed)) == (ended, [])
    assert choose([], [], (standing,), {}, NOW + DAY).ended == {}


def test_what_ranks_higher_takes_the_place_of_what_stands() -> None:
    weak = as_told(insight("bedtime", 0.6), order=0.2)
    other = as_told(insight("sleep_efficiency", 0.1, least=0.05), order=0.9)
    found = chosen(insight("free_days_midsleep", 2.0, "contrast"), before=(weak, other), now=NOW + DAY)
    assert subjects_of(found) == ["free_days_midsleep"]
    assert dict(found.ended) == {weak.insight_id: "outranked"}


def test_feedback_changes_the_rank_for_four_weeks() -> None:
    one = insight("resting_heart_rate", 6.0, least=3.0)
    plain = as_told(one, NOW - 40 * DAY)
    neutral = rank(one, [plain], 0.5, NOW)
    rated = replace(plain, rating=2, rated_at=NOW - DAY)
    assert rank(one, [rated], 0.5, NOW) == pytest.approx(neutral - 0.25 * 0.25)
    assert rank(one, [replace(rated, rating=3)], 0.5, NOW) == pytest.approx(neutral)
    assert rank(one, [replace(rated, rated_at=NOW - 29 * DAY)], 0.5, NOW) == pytest.approx(neutral)
    assert rank(one, [replace(plain, applied_at=NOW - DAY)], 0.5, NOW) == pytest.approx(neutral + 0.25 * 0.25)
    assert rank(one, [replace(plain, acknowledged_at=NOW - DAY)], 0.5, NOW) < neutral
    assert rank(one, [], 0.5, NOW) > neutral


def test_a_meaning_is_the_same_whatever_the_numbers() -> None:
    assert meaning_of(insight(effect=-1.0)) == meaning_of(insight(effect=-1.1, p=0.003))
    others = [insight(effect=1.0), insight(effect=-0.5), insight(kind="recent"), insight("bedtime")]
    assert len({meaning_of(one) for one in (insight(), *others)}) == 5


def test_every_test_counts_in_the_correction_told_or_not() -> None:
    one = candidate_of(p=0.006)
    assert len(credible([one])) == 1
    assert credible([one, *(candidate_of("bedtime", 0.1, "recent", p=0.9) for _ in range(200))]) == []


@pytest.mark.parametrize("least", [0.99, 1.01])
def test_an_effect_below_what_is_detectable_is_not_told(least: float) -> None:
    assert bool(credible([candidate_of(effect=-1.0, least=least)])) is (least < 1)


def test_a_row_that_cites_what_is_not_stored_is_named() -> None:
    row = row_of(insight(), 0.5, "Do it.", NOW)
    assert broken_row_checks([row]) == {}
    assert set(broken_row_checks([replace(row, evidence={})])) == {"evidence_exists"}
