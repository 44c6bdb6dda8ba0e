import pytest
from hypothesis import given
from hypothesis import strategies as st

from hos_pipelines.domain.guidance.routine.anchors import (
    TYPICAL,
    NoAnchorsError,
    SleepTimes,
    Source,
    anchors_of,
    shorter_way,
)

minutes = st.integers(0, 1439)
preferences = st.builds(SleepTimes, minutes, minutes, st.just("stated"), st.just(()))


def night(bed: str, wake: str, source: Source = "usual") -> SleepTimes:
    at_bed, at_wake = (60 * int(clock[:2]) + int(clock[3:]) for clock in (bed, wake))
    return SleepTimes(at_bed, at_wake, source, (f"{source}_wake",))


USUAL = night("23:00", "07:00")


def test_the_first_that_knows_decides() -> None:
    roster, predicted = night("09:00", "16:00", "roster"), night("23:30", "07:00", "predicted")
    assert anchors_of(None, 0, [roster, predicted, USUAL]).times == roster
    assert anchors_of(None, 0, [predicted, USUAL]).times == predicted
    assert anchors_of(night("22:30", "06:30", "stated"), 0, [roster, predicted]).times.source == "stated"


def test_a_typical_night_is_labelled() -> None:
    anchors = anchors_of(None, 0, [])
    assert (anchors.times, anchors.notes) == (TYPICAL, ("default_times",))


def test_a_preference_near_what_is_usual_holds_at_once() -> None:
    anchors = anchors_of(night("22:00", "05:30", "stated"), 0, [USUAL])
    assert (anchors.times.wake, anchors.notes, anchors.gap_minutes) == (330, (), None)


@pytest.mark.parametrize(("days", "wake", "bed"), [(0, 390, 1350), (1, 390, 1350), (2, 360, 1320), (9, 300, 1260)])
def test_a_preference_far_from_it_is_approached_by_half_an_hour_a_day(days: int, wake: int, bed: int) -> None:
    anchors = anchors_of(night("21:00", "05:00", "stated"), days, [USUAL])
    assert (anchors.times.wake, anchors.times.bed, anchors.gap_minutes) == (wake, bed, 120)
    assert ("on_the_way" in anchors.notes) == (days < 4)
    assert anchors.times.fact_ids == ("stated_wake", "usual_wake")


@pytest.mark.parametrize(
    ("bed", "wake", "notes"),
    [
        ("02:00", "06:00", ("short_night",)),
        ("02:00", "07:00", ()),
        ("21:00", "08:00", ()),
        ("21:00", "09:00", ("long_night",)),
    ],
)
def test_short_and_long_nights_are_kept_with_a_note(bed: str, wake: str, notes: tuple[str, ...]) -> None:
    assert anchors_of(night(bed, wake, "stated"), 0, []).notes == notes


@pytest.mark.parametrize(("bed", "wake"), [("07:00", "23:00"), ("07:00", "07:00"), ("03:00", "06:59")])
def test_contradictory_times_give_way_to_what_is_measured(bed: str, wake: str) -> None:
    stated = night(bed, wake, "stated")
    anchors = anchors_of(stated, 0, [USUAL])
    assert (anchors.times, anchors.is_partial) == (USUAL, True)
    with pytest.raises(NoAnchorsError, match="contradictory_preferences: wake_time and sleep_time"):
        anchors_of(stated, 0, [])


@given(minutes, minutes)
def test_the_shorter_way_leads_there(start: int, end: int) -> None:
    way = shorter_way(start, end)
    assert -720 < way <= 720
    assert (start + way) % 1440 == end


@given(
    st.builds(SleepTimes, minutes, minutes, st.just("stated"), st.just(())),
    minutes,
    st.integers(240, 720),
    st.integers(0, 60),
)
def test_whatever_is_preferred_leaves_a_night(stated: SleepTimes, bed: int, asleep: int, days: int) -> None:
    usual = SleepTimes(bed, (bed + asleep) % 1440, "usual", ("usual_wake",))
    assert 240 <= anchors_of(stated, days, [usual]).times.in_bed <= 720
