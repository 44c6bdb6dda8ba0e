"""Which days may still come in late: told per group of readings that one device delivers every day."""

from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hos_pipelines.domain.lateness import ANYTHING, NOTHING, Asked, Lateness, newest_days
from hos_pipelines.domain.measurements import Reading
from hos_pipelines.domain.sync import PullWindow, SyncRules, SyncTarget, late_start, plan_window
from hos_pipelines_tests.postgres.rows import MIDNIGHT, NOON, archetype, biomarker, score

TODAY = NOON.date()
ONE_DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
PHONE = {"activity": TODAY, ANYTHING: TODAY}


def ago(days: int) -> date:
    return TODAY - days * ONE_DAY


def asked(days: int, *, reaches_all: bool = False) -> Asked:
    return Asked(ago(days), reaches_all, ago(30))


def target(known: Lateness) -> SyncTarget:
    return SyncTarget("anna", "anna", NOON - 100 * ONE_DAY, NOON - HOUR, lateness=known)


@pytest.mark.parametrize("silent", [6, 12, 40])
def test_a_watch_that_is_behind_its_phone_is_reached_for_at_every_pull(silent: int) -> None:
    window = plan_window(target(Lateness(PHONE | {"sleep": ago(silent)})), NOON)
    assert (window.start.date(), window.moves_watermark) == (ago(silent), True)


@pytest.mark.parametrize("group", ["sleep", "sleep of a watch", "vitals", "activity of a watch", ANYTHING, NOTHING])
def test_any_group_may_be_behind(group: str) -> None:
    assert plan_window(target(Lateness(PHONE | {group: ago(9)})), NOON).start.date() == ago(9)


def test_who_delivers_everything_is_asked_no_further_back_than_the_overlap() -> None:
    known = Lateness(PHONE | {"sleep": TODAY, "vitals": ago(2)})
    assert plan_window(target(known), NOON) == plan_window(target(Lateness()), NOON)
    assert late_start(target(known), NOON) is None


def test_nothing_is_asked_for_that_is_not_kept() -> None:
    kept_since = NOON - 30 * ONE_DAY
    window = plan_window(target(Lateness({"sleep": ago(40), ANYTHING: ago(40)})), NOON, None, SyncRules(), kept_since)
    assert window == PullWindow(kept_since, NOON, reaches_all=True)


def reached_of_a_fortnight(groups: Sequence[str], silent: Sequence[str]) -> int:
    """How many of the hourly pulls of two weeks reach back, where some groups have been silent for 200 days."""
    reached = 0
    for now in (NOON + hour * HOUR for hour in range(24 * 14)):
        known = Lateness(dict.fromkeys(groups, now.date()) | dict.fromkeys(silent, ago(200)))
        last = SyncTarget("anna", "anna", NOON - 300 * ONE_DAY, now - HOUR, lateness=known)
        reached += late_start(last, now) is not None
    return reached


def test_a_watch_given_up_for_good_is_reached_for_the_more_seldom_the_longer_it_is_silent() -> None:
    assert 3 <= reached_of_a_fortnight(["activity", ANYTHING], ["sleep"]) <= 5
    assert reached_of_a_fortnight([], ["sleep", ANYTHING]) == 24 * 14  # costs nothing: no row comes again


def test_days_a_person_names_are_pulled_as_named() -> None:
    assert plan_window(target(Lateness(PHONE | {"sleep": ago(40)})), NOON, 7).start == NOON - 7 * ONE_DAY


def test_an_answer_that_reaches_back_settles_what_was_silent() -> None:
    known = Lateness(PHONE | {"sleep": ago(12)})
    assert known.after(PHONE | {"sleep": TODAY}, asked(12)) == Lateness(PHONE | {"sleep": TODAY})
    assert known.after(PHONE, asked(12)) == known
    assert known.after(PHONE | {"sleep": ago(5)}, asked(12)).days["sleep"] == ago(5)


def test_an_answer_that_does_not_owes_the_days_between() -> None:
    known = Lateness(PHONE | {"sleep": ago(12)})
    owing = known.after(PHONE | {"sleep": TODAY}, asked(3))
    assert owing == Lateness(PHONE | {"sleep": ago(12)}, ago(12))
    assert plan_window(target(owing), NOON).start.date() == ago(12)
    assert owing.after(PHONE | {"sleep": TODAY}, asked(12)) == Lateness(PHONE | {"sleep": TODAY})


def test_what_is_owed_from_before_all_that_is_kept_is_settled_by_asking_for_all_that_is() -> None:
    owing = Lateness(PHONE | {"sleep": ago(500)}, ago(500))
    assert owing.after(PHONE | {"sleep": TODAY}, asked(400, reaches_all=True)) == Lateness(PHONE | {"sleep": TODAY})


def test_a_device_that_was_never_seen_brings_a_month_along() -> None:
    owing = Lateness(PHONE).after(PHONE | {"sleep": TODAY}, asked(3))
    assert owing == Lateness(PHONE | {"sleep": TODAY}, ago(30))
    assert owing.after(PHONE | {"sleep": TODAY}, asked(30)).late_from is None
    assert Lateness().after(PHONE | {"sleep": TODAY}, asked(7)).late_from is None


def test_who_has_never_delivered_is_asked_from_the_first_day_on_until_something_comes() -> None:
    waiting = Lateness().after({}, asked(7))
    assert waiting == Lateness({NOTHING: ago(7)})
    assert plan_window(target(waiting), NOON).start.date() == ago(7)
    assert waiting.after({}, asked(7)) == waiting
    assert waiting.after(PHONE, asked(7)) == Lateness(PHONE)


def test_what_comes_now_and_then_or_says_nothing_is_no_sign_of_a_device() -> None:
    rows: Sequence[Reading] = [
        biomarker(kind="weight"), biomarker(kind="exercise_duration", day=-3), biomarker(kind="steps", value=None),
        biomarker(kind="sleep_end_time", periodicity="weekly"),
    ]  # fmt: skip
    assert newest_days(rows, TODAY) == {ANYTHING: MIDNIGHT.date()}
    assert newest_days([score(None)], TODAY) == {}
    assert newest_days([biomarker(day=900)], TODAY) == {}


def test_each_score_and_each_archetype_is_a_group_of_its_own() -> None:
    assert newest_days([score()], TODAY) == {"sleep": MIDNIGHT.date(), ANYTHING: MIDNIGHT.date()}
    due = (MIDNIGHT + 13 * ONE_DAY).date()  # a week after the end of the newest one
    assert newest_days([archetype()], TODAY) == {"wake_schedule weekly": due, ANYTHING: due}


@given(st.lists(st.tuples(st.integers(0, 44), st.integers(0, 44)), max_size=8))
def test_whatever_was_asked_before_the_next_pull_reaches_every_day_that_nobody_asked_for_since(
    looks: list[tuple[int, int]],
) -> None:
    """Each look asks for so many days back, and finds the watch synced up to so many days ago."""
    known, synced, unasked = Lateness(PHONE | {"sleep": ago(44)}), ago(44), ago(44)
    for back, behind in looks:
        synced = max(synced, ago(behind))
        known = known.after(PHONE | ({"sleep": synced} if synced >= ago(back) else {}), asked(back))
        if ago(back) <= unasked:
            unasked = synced
    assert plan_window(target(known), NOON).start.date() <= max(unasked, ago(3))
