"""Which days may still come in late: told per group of readings that one device delivers every day."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hos_pipelines.domain.holes import Hole
from hos_pipelines.domain.lateness import ANYTHING, NOTHING, Asked, Lateness, days_of_groups, newest_days
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
    return Asked(ago(days), reaches_all, ago(30), TODAY)


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
    assert newest_days(rows, TODAY) == {
        ANYTHING: MIDNIGHT.date(),
        "type weight": MIDNIGHT.date(),
        "type exercise_duration": (MIDNIGHT - 3 * ONE_DAY).date(),
    }
    assert newest_days([score(None)], TODAY) == {}
    assert newest_days([biomarker(day=900)], TODAY) == {}


def test_each_score_and_each_archetype_is_a_group_of_its_own() -> None:
    assert newest_days([score()], TODAY) == {"sleep": MIDNIGHT.date(), ANYTHING: MIDNIGHT.date()}
    due = (MIDNIGHT + 13 * ONE_DAY).date()  # a week after the end of the newest one
    assert newest_days([archetype()], TODAY) == {"wake_schedule weekly": due, ANYTHING: due}


def spoken(*days_ago: int) -> dict[str, list[date]]:
    return {"sleep": [ago(days) for days in days_ago]}


def test_days_that_a_group_has_leapt_over_are_reached_for_while_an_upload_may_go_on() -> None:
    known = Lateness(PHONE | {"sleep": ago(12)})
    leapt = known.after(PHONE | {"sleep": TODAY}, asked(12), lambda: spoken(12, 1, 0))
    assert leapt.holes == (Hole("sleep", ago(11), ago(2), TODAY),)
    assert plan_window(target(leapt), NOON).start.date() == ago(11)
    part = leapt.after(PHONE | {"sleep": TODAY}, replace(asked(12), today=ago(-2)), lambda: spoken(12, 11, 10, 1, 0))
    assert part.holes == (Hole("sleep", ago(9), ago(2), ago(-2)),)  # and the days are counted anew
    assert part.after(PHONE, asked(12), lambda: spoken(*range(13))).holes == ()
    assert (
        part.after(PHONE, asked(3), lambda: spoken(*range(3))) == part
    )  # an answer that does not reach it says nothing


def test_who_leaves_a_watch_off_now_and_then_is_left_to_the_deep_looks_after_three_days() -> None:
    known = Lateness(PHONE, holes=(Hole("sleep", ago(9), ago(5), ago(4)),))
    assert plan_window(target(known), NOON) == plan_window(target(Lateness(PHONE)), NOON)
    assert known.after(PHONE, asked(12), lambda: spoken(0)).holes == ()


def test_a_type_that_leaps_over_days_nobody_asked_for_since_owes_them_but_is_never_waited_for() -> None:
    known = Lateness(PHONE | {"type weight": ago(14), "type steps": TODAY})
    assert plan_window(target(known), NOON) == plan_window(target(Lateness(PHONE)), NOON)
    assert known.after(PHONE | {"type weight": TODAY}, asked(3)).late_from == ago(14)


def test_a_type_that_was_never_seen_owes_no_days_before_the_person() -> None:
    known = Lateness(PHONE | {"type steps": TODAY})
    new = PHONE | {"type weight": TODAY}
    assert known.after(new, asked(3)).late_from == ago(30)
    assert known.after(new, replace(asked(3), person_since=ago(20))).late_from == ago(20)


def test_all_days_a_group_has_a_value_of_are_spoken_of() -> None:
    rows = [biomarker(kind="sleep_duration"), biomarker(kind="sleep_duration", day=-2), biomarker(kind="weight")]
    assert days_of_groups(rows, TODAY) == {"sleep": {MIDNIGHT.date(), MIDNIGHT.date() - 2 * ONE_DAY}}
    assert days_of_groups([archetype()], TODAY) == {}


def test_what_was_late_is_told_by_what_has_moved() -> None:
    known = Lateness(PHONE | {"sleep": ago(12)}, holes=(Hole("vitals", ago(20), ago(15), TODAY),))
    after = known.after(PHONE | {"sleep": TODAY}, asked(21), lambda: {"vitals": [ago(day) for day in range(22)]})
    assert known.oldest_day_caught_up(after) == ago(20)
    assert Lateness(PHONE).oldest_day_caught_up(Lateness(PHONE)) is None


def test_the_overlap_alone_is_asked_for_on_the_day_sahha_gave_no_answer_for_more() -> None:
    known = Lateness(PHONE | {"sleep": ago(12)}, ago(40), failed_on=TODAY)
    assert late_start(target(known), NOON) is None
    assert late_start(target(known), NOON + ONE_DAY) is not None


def deep_reaches(known: Lateness) -> dict[int, int]:
    """How many of the half-hourly pulls of 60 days reach back how many days."""
    reaches: dict[int, int] = {}
    for number in range(60 * 48):
        now = NOON + number * HOUR / 2
        last = SyncTarget("anna", "anna", NOON - 1000 * ONE_DAY, now - HOUR / 2, lateness=known)
        window = plan_window(last, now, kept_since=now - 400 * ONE_DAY)
        reaches[(now - window.start).days] = reaches.get((now - window.start).days, 0) + 1
    return reaches


def test_a_fortnight_is_looked_at_daily_six_weeks_weekly_and_all_that_is_kept_monthly() -> None:
    known = Lateness({"activity": ago(-90), ANYTHING: ago(-90)})
    reaches = deep_reaches(known)
    assert 49 <= reaches[14] <= 54
    assert 6 <= reaches[45] <= 9
    assert reaches[400] == 2
    assert sum(reaches[days] for days in reaches if days > 3) <= 62
    assert set(deep_reaches(Lateness())) == {3}  # of whom nothing is known yet


def test_no_deep_look_reaches_before_the_person() -> None:
    young = SyncTarget("anna", "anna", NOON - 20 * ONE_DAY, NOON - 40 * ONE_DAY, lateness=Lateness(PHONE))
    assert plan_window(young, NOON).start >= NOON - 43 * ONE_DAY


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
