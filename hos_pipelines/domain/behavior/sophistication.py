"""Sophistication: how mature someone's self-regulation looks, as a score with fixed weights over counted things."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from hos_pipelines.domain.behavior.behavior_facts import BehaviorRecord
from hos_pipelines.domain.behavior.habits import is_established, is_unsteady
from hos_pipelines.domain.behavior.result_terms import Category, Indicator, Skill
from hos_pipelines.domain.behavior.results import ReadinessIndicator, SophisticationAssessment
from hos_pipelines.domain.behavior.series import SeriesRecord
from hos_pipelines.domain.behavior.wording import DAYS, SHARE, say_value
from hos_pipelines.domain.facts import Basis, Fact, FactSheet
from hos_pipelines.domain.gates import LONG_RUN, MEDIUM, NO_CAP, Status

# Ours: four signs of self-regulation, in points of 100. Each is counted, none is read into a person.
WEIGHTS: Mapping[str, float] = {
    "data_coverage": 25.0,
    "established_habits": 30.0,
    "recovery_after_a_miss": 25.0,
    "regularity_band": 20.0,
}
ENOUGH_SIGNS = 3
FULL_HABITS = 3.0
HABITS_METHOD = "behaviors of habit strength 0.6 or more that meet their mark (half of the days, a week's exercise)"
BANDS = {"high": 1.0, "medium": 0.5, "low": 0.0}
WELL_COVERED = 0.8
COMES_BACK = 0.5
CATEGORIES: tuple[tuple[float, Category, Skill], ...] = (
    (30.0, "Novice", "beginner"),
    (60.0, "Intermediate", "intermediate"),
    (80.0, "Advanced", "advanced"),
    (100.0, "Expert", "expert"),
)
GROWTH = {
    "data_coverage": "Wearing the device on more days would show more of what already works.",
    "established_habits": "Repeating one behavior until it holds by itself offers most room to grow.",
    "recovery_after_a_miss": "Coming back on the day after a miss offers most room to grow.",
    "regularity_band": "Steadier bedtimes offer most room to grow.",
}
NO_ROOM = "What is counted here leaves no room to grow."


class Signs(NamedTuple):
    """The facts behind the score and the score itself; `shares` are the known signs from 0 to 1."""

    recorded_days: Fact
    coverage: Fact
    habits: Fact
    recovery: Fact
    regularity: Fact
    score: Fact
    shares: Mapping[str, float]


def record_signs(
    sheet: FactSheet, recorded: int, expected: int, records: Sequence[BehaviorRecord], regularity: Fact
) -> Signs:
    """Enters the counts and the score.

    `recorded` is the number of days of the window with any reading, `expected` that of its days since the person's
    first reading: who came two weeks ago has missed nothing before. A sign that cannot be told leaves the others to
    share its weight; with fewer than three there is no score.
    """
    counted = Basis(recorded, "days of the window with any activity or sleep", Status.OK, NO_CAP, None)
    days = sheet.add("recorded_days", float(recorded), DAYS, counted)
    share = min(1.0, recorded / expected) if expected else 0.0
    since = counted.by("days recorded / days since the first reading, of 28")
    coverage = sheet.add("data_coverage", share, SHARE, since)
    judged = [record for record in records if not record.behavior.is_relative]
    n = max(len(record.behavior.days) for record in judged)
    basis = Basis.of(LONG_RUN, n, HABITS_METHOD)
    told = [record for record in judged if record.kept is not None]
    habits = sheet.add("established_habits", float(sum(map(is_established, told))), "count", basis)
    recovery = _enter_recovery(sheet, told, n)
    shares = _shares(coverage, habits, recovery, regularity)
    return Signs(days, coverage, habits, recovery, regularity, _score(sheet, n, shares), shares)


def sophistication_assessment(
    signs: Signs, records: Sequence[BehaviorRecord], series: Sequence[SeriesRecord]
) -> SophisticationAssessment:
    """The part of the result."""
    score = signs.score
    grade = _grade(score)
    facts = [score, signs.coverage, signs.habits, signs.recovery, signs.regularity]
    return SophisticationAssessment(
        status=score.status,
        # What recovery lacks is a difference, which more data need not bring.
        missing=[f"{fact.id}: {fact.missing}" for fact in facts if fact.missing and fact is not signs.recovery],
        fact_ids=[fact.id for fact in (*facts, signs.recorded_days) if fact.value is not None],
        score=score.value if isinstance(score.value, float) else None,
        category=grade[0] if grade else None,
        level=grade[1] if grade else None,
        readiness_indicators=_indicators(signs, records, series),
        growth_potential=_growth(signs, records) if grade else None,
        justification=_justification(signs) if grade else None,
    )


def _enter_recovery(sheet: FactSheet, records: Sequence[BehaviorRecord], n: int) -> Fact:
    """The mean P(1|0) of the behaviors whose recovery says more than their adherence."""
    known = [recovery for record in records if (recovery := record.number("recovery")) is not None]
    basis = Basis.of(LONG_RUN, n, "mean P(done | missed the day before) where it differs from the adherence")
    if not known and basis.status is not Status.INSUFFICIENT:
        basis = basis.refuse("a behavior whose days after a miss differ from its others")
    return sheet.add("recovery_after_a_miss", sum(known) / len(known) if known else None, SHARE, basis)


def _shares(coverage: Fact, habits: Fact, recovery: Fact, regularity: Fact) -> dict[str, float]:
    shares: dict[str, float] = {}
    if isinstance(coverage.value, float):
        shares["data_coverage"] = coverage.value
    if isinstance(habits.value, float):
        shares["established_habits"] = min(habits.value, FULL_HABITS) / FULL_HABITS
    if isinstance(recovery.value, float):
        shares["recovery_after_a_miss"] = recovery.value
    if isinstance(regularity.value, str):
        shares["regularity_band"] = BANDS[regularity.value]
    return shares


def _score(sheet: FactSheet, n: int, shares: Mapping[str, float]) -> Fact:
    method = "weights 25 coverage, 30 habits (three are full), 25 recovery after a miss, 20 regularity (ours)"
    basis = Basis.of(LONG_RUN, n, method, MEDIUM)
    if basis.status is not Status.INSUFFICIENT and len(shares) < ENOUGH_SIGNS:
        lacking = ", ".join(name for name in WEIGHTS if name not in shares)
        basis = basis.refuse(f"at least {ENOUGH_SIGNS} of the four signs (lacking: {lacking})")
    known = sum(WEIGHTS[name] for name in shares)
    points = sum(WEIGHTS[name] * share for name, share in shares.items())
    return sheet.add("sophistication_score", round(100 * points / known, 1) if known else None, "points", basis)


def _grade(score: Fact) -> tuple[Category, Skill] | None:
    value = score.value
    if not isinstance(value, float):
        return None
    return next((category, skill) for up_to, category, skill in CATEGORIES if value <= up_to)


def _indicators(
    signs: Signs, records: Sequence[BehaviorRecord], series: Sequence[SeriesRecord]
) -> list[ReadinessIndicator]:
    return [
        _consistency(signs, records),
        ReadinessIndicator(
            indicator="awareness",
            present=signs.shares["data_coverage"] >= WELL_COVERED,
            evidence=f"Wears the device on {say_value(signs.coverage)} of the days since the first reading.",
            fact_ids=[signs.coverage.id],
        ),
        _proactivity(signs),
        _optimization(series),
    ]


def _consistency(signs: Signs, records: Sequence[BehaviorRecord]) -> ReadinessIndicator:
    if signs.habits.value is None:
        return _untold("consistency")
    strong = [record for record in records if is_established(record)]
    return ReadinessIndicator(
        indicator="consistency",
        present=bool(strong),
        evidence="Established: " + (", ".join(one.behavior.title for one in strong) or "nothing yet") + ".",
        fact_ids=[signs.habits.id] + [fact_id for one in strong for fact_id in one.ids("habit_strength")],
    )


def _proactivity(signs: Signs) -> ReadinessIndicator:
    if signs.recovery.value is None:
        return _untold("proactivity")
    return ReadinessIndicator(
        indicator="proactivity",
        present=signs.shares["recovery_after_a_miss"] >= COMES_BACK,
        evidence=f"Comes back the day after a miss in {say_value(signs.recovery)} of the cases.",
        fact_ids=[signs.recovery.id],
    )


def _optimization(series: Sequence[SeriesRecord]) -> ReadinessIndicator:
    tested = [record for record in series if record.is_tested]
    if not tested:
        return _untold("optimization")
    improving = [record for record in tested if record.change == "improving"]
    return ReadinessIndicator(
        indicator="optimization",
        present=bool(improving),
        evidence="Improving: " + (", ".join(one.kind.title for one in improving) or "nothing credible") + ".",
        fact_ids=[fact_id for one in improving or tested for fact_id in one.ids("trend_q")],
    )


def _untold(indicator: Indicator) -> ReadinessIndicator:
    return ReadinessIndicator(indicator=indicator, present=None, evidence="Cannot be told yet.", fact_ids=[])


def _growth(signs: Signs, records: Sequence[BehaviorRecord]) -> str:
    """The sign with the most points left; steadier bedtimes only where they vary and advice on them makes sense."""
    unsteady = any(one.behavior.event == "onset" and one.behavior.may_advise and is_unsteady(one) for one in records)
    left = {
        name: WEIGHTS[name] * (1 - share)
        for name, share in signs.shares.items()
        if share < 1 and (unsteady or name != "regularity_band")
    }
    return GROWTH[max(left, key=lambda name: (left[name], name))] if left else NO_ROOM


def _justification(signs: Signs) -> str:
    habits = signs.habits.value
    told = [
        f"{say_value(signs.coverage)} of the days recorded",
        f"{say_value(signs.habits)} established {'habit' if habits == 1 else 'habits'}",
    ]
    if signs.recovery.value is not None:
        told.append(f"{say_value(signs.recovery)} of misses followed by a day done")
    if signs.regularity.value is not None:
        told.append(f"{say_value(signs.regularity)} regularity of bedtimes")
    return f"{say_value(signs.score)}: {', '.join(told)}."
