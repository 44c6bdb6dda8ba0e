from datetime import date, timedelta

import pytest

from hos_pipelines.domain.guidance.adaptation.archetype_change import (
    BAD,
    CE,
    FB,
    GOOD,
    PP,
    RR,
    SI,
    TS,
    ArchetypeRecord,
    Handover,
    Proposal,
    fit_between,
    handover,
    proposal,
)
from hos_pipelines.domain.guidance.routine.limits import Stage
from hos_pipelines.domain.profiles import Archetype

TODAY = date(2026, 11, 28)


def test_fits_are_not_symmetric() -> None:
    assert (fit_between(FB, CE), fit_between(CE, FB)) == ("fair", "fair")
    assert (fit_between(TS, CE), fit_between(CE, TS)) == ("good", "good")
    assert (fit_between(SI, CE), fit_between(CE, SI)) == ("bad", "bad")
    assert (fit_between(FB, SI), fit_between(RR, SI)) == ("good", "fair")
    assert (fit_between(PP, TS), fit_between(FB, TS)) == ("fair", "bad")


@pytest.mark.parametrize("archetype", Archetype)
def test_every_archetype_has_its_row_and_nothing_is_both(archetype: Archetype) -> None:
    assert not set(GOOD[archetype]) & set(BAD[archetype])
    assert archetype not in {*GOOD[archetype], *BAD[archetype]}
    assert fit_between(archetype, archetype) == "same"


@pytest.mark.parametrize(
    ("old", "new", "way"),
    [
        (FB, FB, Handover("adaptive", 0)),
        (FB, RR, Handover("adaptive", 3)),
        (FB, SI, Handover("gradual_blend", 7)),
        (RR, SI, Handover("gradual_blend", 7)),
        (FB, PP, Handover("fresh_start", 0)),
        (SI, CE, Handover("fresh_start", 0)),
    ],
)
def test_a_plan_goes_over_by_fit_and_distance(old: Archetype, new: Archetype, way: Handover) -> None:
    assert handover(old, new) == way


def test_a_blend_is_linear_and_ends() -> None:
    blend = handover(FB, SI)
    assert [round(blend.share_of_new(day), 3) for day in (0, 3, 6, 7, 30)] == [0.143, 0.571, 1.0, 1.0, 1.0]
    assert handover(FB, PP).share_of_new(0) == 1.0


def test_two_rollbacks_propose_something_easier_and_four_intense_weeks_something_harder() -> None:
    assert proposal(SI, ArchetypeRecord(Stage.MAINTAIN, 7, 2), TODAY) == Proposal(FB, "strategy_ineffective")
    assert proposal(FB, ArchetypeRecord(Stage.INTENSIFY, 28, 0), TODAY) == Proposal(RR, "ready_for_more")
    assert proposal(FB, ArchetypeRecord(Stage.INTENSIFY, 27, 1), TODAY) is None


@pytest.mark.parametrize("archetype", Archetype)
def test_a_bad_pair_is_never_proposed(archetype: Archetype) -> None:
    for record in (ArchetypeRecord(Stage.MAINTAIN, 0, 5), ArchetypeRecord(Stage.INTENSIFY, 99, 0)):
        proposed = proposal(archetype, record, TODAY)
        assert proposed is None or fit_between(archetype, proposed.archetype) == "good"


def test_nothing_is_proposed_within_four_weeks_of_a_change() -> None:
    recent = ArchetypeRecord(Stage.MAINTAIN, 7, 3, last_change=TODAY - timedelta(days=27))
    assert proposal(SI, recent, TODAY) is None
    assert proposal(SI, ArchetypeRecord(Stage.MAINTAIN, 7, 3, TODAY - timedelta(days=28)), TODAY) is not None
