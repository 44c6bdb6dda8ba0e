"""Rows of one answer that share a key and say different things: one stays for a reason, the others are told apart."""

from datetime import timedelta
from itertools import permutations
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from hos_pipelines.domain.contradictions import ResolvedRows, resolve_archetypes, resolve_biomarkers, resolve_scores
from hos_pipelines.domain.measurements import Biomarker, last_value_per_key, score_supersedes
from hos_pipelines_tests.postgres.rows import NOON, archetype, biomarker, score

LATER = NOON + timedelta(hours=1)
CONTRADICTIONS = st.lists(
    st.builds(
        lambda day, aggregation, periodicity, value: biomarker(day=day, periodicity=periodicity, value=value)._replace(
            aggregation=aggregation
        ),
        st.integers(0, 1),
        st.sampled_from(["total", "average", "maximum", None, ""]),
        st.sampled_from(["daily", "intraday"]),
        st.sampled_from(["1", "2", None]),
    ),
    max_size=8,
)


def settle(*rows: Biomarker) -> ResolvedRows[Biomarker]:
    return resolve_biomarkers(rows, lambda _: None)


@given(CONTRADICTIONS, st.randoms(use_true_random=False))
def test_what_stays_has_the_same_aggregation_and_is_as_final_in_any_order(
    rows: list[Biomarker], random: Random
) -> None:
    once, again = settle(*rows), settle(*random.sample(rows, len(rows)))
    assert {(row[:4], row.aggregation, row.periodicity) for row in once.rows} == {
        (row[:4], row.aggregation, row.periodicity) for row in again.rows
    }


@given(CONTRADICTIONS)
def test_an_answer_keeps_one_row_a_key_and_merges_only_what_agrees_or_was_open(rows: list[Biomarker]) -> None:
    settled = settle(*rows)
    by_key = {row[:4]: row for row in settled.rows}
    assert len(by_key) == len(settled.rows)
    assert set(by_key) == {row[:4] for row in rows}
    merged = list(rows)
    for row in [*settled.rows, *settled.other_aggregation, *settled.other_value]:
        merged.remove(row)
    for row in merged:
        stays = by_key[row[:4]]
        assert row.aggregation == stays.aggregation
        assert row.value == stays.value or (row.periodicity, stays.periodicity) == ("intraday", "daily")
    assert all(row.aggregation != by_key[row[:4]].aggregation for row in settled.other_aggregation)
    assert all(row.value != by_key[row[:4]].value for row in settled.other_value)


def test_daily_stays_over_intraday_whatever_the_aggregation() -> None:
    opened, closed = biomarker(periodicity="intraday"), biomarker(aggregation="maximum")
    for rows in permutations([opened, closed]):
        assert settle(*rows) == ResolvedRows([closed], [opened])


def test_an_open_row_of_the_aggregation_that_stays_is_an_earlier_version_and_no_contradiction() -> None:
    opened, other, closed = biomarker(periodicity="intraday", value="7"), biomarker(aggregation="maximum"), biomarker()
    for rows in permutations([opened, other, closed]):
        assert settle(*rows) == ResolvedRows([closed], [other])


def test_a_total_stays_over_an_average_and_that_over_a_maximum_and_both_over_what_nobody_knows() -> None:
    known = [biomarker(aggregation=name) for name in ("total", "average", "maximum", "none", "aaa")]
    for place in range(len(known) - 1):
        for rows in permutations(known[place:]):
            settled = settle(*rows)
            assert settled.rows == [known[place]]
            assert sorted(settled.other_aggregation) == sorted(known[place + 1 :])


def test_of_different_values_the_newest_stays_wherever_it_stands() -> None:
    values = {"9000": NOON, "100": LATER, "55": NOON}
    for rows in permutations([biomarker(value=value) for value in values]):
        settled = resolve_biomarkers(rows, lambda row: values[row.value or ""])
        assert [row.value for row in settled.rows] == ["100"]
        assert {row.value for row in settled.other_value} == {"9000", "55"}


def test_of_values_that_are_equally_new_the_last_stays_and_one_always_stays_over_none() -> None:
    seven, nine, none = biomarker(value="7"), biomarker(value="9"), biomarker(value=None)
    assert settle(seven, nine) == ResolvedRows([nine], [], [seven])
    assert settle(nine, seven) == ResolvedRows([seven], [], [nine])
    assert settle(nine, none) == ResolvedRows([nine], [], [none])


def test_a_row_that_is_there_twice_contradicts_nothing() -> None:
    row = biomarker()
    again = row._replace(sahha_biomarker_id="another")
    assert settle(row, again) == ResolvedRows([again])
    assert resolve_scores([score(), score()]) == ResolvedRows([score(), score()])
    assert resolve_archetypes([archetype(), archetype()]) == ResolvedRows([archetype(), archetype()])


def test_of_scores_the_one_calculated_last_stays_then_the_higher_version_then_the_last() -> None:
    old, new = score(0.9, calculated_at=NOON), score(0.1, calculated_at=LATER)
    second, first = score(0.2, version=2.0), score(0.8, version=1.0)
    for rows, stays in (([old, new], new), ([second, first], second), ([score(0.3), score(0.7)], score(0.7))):
        for order in [rows, rows[::-1]] if stays in (new, second) else [rows]:
            settled = resolve_scores(order)
            assert (settled.rows, len(settled.other_value)) == ([stays], 1)
            assert last_value_per_key(order, 3, score_supersedes) == [stays]


def test_of_sahha_archetypes_the_higher_version_stays_then_the_last() -> None:
    owl, lark = archetype("night_owl"), archetype("early_riser")
    assert resolve_archetypes([owl, lark]) == ResolvedRows([lark], [], [owl])
    newer = archetype("night_owl", version=2.0)
    assert resolve_archetypes([newer, lark]) == ResolvedRows([newer], [], [lark])


def test_an_answer_without_contradictions_is_kept_as_it_came() -> None:
    rows = [biomarker(day=day) for day in (2, 0, 1)]
    assert settle(*rows) == ResolvedRows(rows)
    assert settle() == ResolvedRows()
