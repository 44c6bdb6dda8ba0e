"""Probable phase: the rule from free-day midsleep, its band, and when nothing may be said."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hos_pipelines.domain.circadian.phase import add_phase, phase_of, phase_refusal
from hos_pipelines.domain.facts import Basis, FactSheet
from hos_pipelines.domain.gates import FREE_NIGHTS, MEDIUM, Status


@pytest.mark.parametrize(("midsleep", "dlmo", "cbt_min"), [(3.0, 21.0, 4.0), (5.5, 23.5, 6.5), (7.0, 1.0, 8.0)])
def test_melatonin_rises_six_hours_before_midsleep(midsleep: float, dlmo: float, cbt_min: float) -> None:
    assert phase_of(midsleep) == (dlmo, cbt_min)


@given(st.floats(0, 24, exclude_max=True), st.floats(0, 24))
def test_phase_moves_with_sleep(midsleep: float, later: float) -> None:
    before, after = phase_of(midsleep), phase_of((midsleep + later) % 24)
    assert (after.dlmo - before.dlmo - later + 12) % 24 - 12 == pytest.approx(0, abs=1e-9)
    assert (after.cbt_min - before.cbt_min - later + 12) % 24 - 12 == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize(
    ("sri", "spread", "refused"),
    [
        (60.0, 1.5, False),
        (59.9, 1.0, True),
        (None, 1.0, True),
        (81.0, 1.51, True),
        (100.0, None, False),
    ],
)
def test_irregular_sleep_says_nothing_of_phase(sri: float | None, spread: float | None, refused: bool) -> None:
    assert (phase_refusal(sri, spread) is not None) is refused


def test_each_phase_is_entered_with_its_band() -> None:
    sheet = FactSheet(None)
    add_phase(sheet, 5.5, Basis.of(FREE_NIGHTS, 8, "", MEDIUM))
    assert [sheet.number(name) for name in ("dlmo", "dlmo_earliest", "dlmo_latest")] == [23.5, 22.0, 1.0]
    assert [sheet.number(name) for name in ("cbt_min", "cbt_min_earliest", "cbt_min_latest")] == [6.5, 5.0, 8.0]
    assert {fact.confidence for fact in sheet} == {MEDIUM}


def test_a_refused_phase_has_no_number() -> None:
    sheet = FactSheet(None)
    add_phase(sheet, 5.5, Basis.of(FREE_NIGHTS, 8, "", MEDIUM).refuse("shift work"))
    assert {(fact.status, fact.value, fact.missing) for fact in sheet} == {(Status.INSUFFICIENT, None, "shift work")}
