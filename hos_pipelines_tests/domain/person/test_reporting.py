"""What was due and what was said: silence is not a refusal, and lateness ends."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random
from uuid import UUID
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from hos_pipelines.domain.person.checkin import Checkin, Completion
from hos_pipelines.domain.person.engagement import Engagement
from hos_pipelines.domain.person.journal import Journal
from hos_pipelines.domain.person.plan_item import PlanItem
from hos_pipelines.domain.person.reporting import ReportedDay, Reporting, report, settles_at, settling

MONDAY = date(2026, 11, 2)
DAY = timedelta(days=1)
LATER = datetime(2026, 12, 1, tzinfo=UTC)


def settles(day: date) -> datetime:
    return settles_at(day, UTC)


def evening(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 20, tzinfo=UTC)


def item(number: int, day: date = MONDAY) -> PlanItem:
    key = UUID(int=(day - MONDAY).days * 100 + number + 1)
    return PlanItem("anna", key, f"task-{number}", day, "Walk", None, None, is_counted=True, recorded_at=evening(day))


def said(of: PlanItem, status: Completion, told_at: datetime | None = None, day: date | None = None) -> Checkin:
    at = told_at or evening(of.plan_date)
    return Checkin(
        "anna", of.id, of.id, day or of.plan_date, status, None, None, None, None, has_note=False, told_at=at,
        recorded_at=at,
    )  # fmt: skip


def journal(day: date, told_at: datetime | None = None) -> Journal:
    at = told_at or evening(day)
    return Journal("anna", UUID(int=1), day, has_text=False, told_at=at, recorded_at=at)


def week_of(engagement: Engagement, at: datetime = LATER) -> Reporting:
    return report(engagement, MONDAY, MONDAY + 6 * DAY, settles, at)


def test_done_counts_one_partly_done_half_and_what_was_not_reported_on_an_open_day_nothing() -> None:
    items = [item(number) for number in range(4)]
    told = [
        said(items[0], Completion.COMPLETED),
        said(items[1], Completion.PARTIAL),
        said(items[2], Completion.SKIPPED),
    ]
    found = week_of(Engagement(items, told))
    assert found.days == (ReportedDay(MONDAY, planned=4, due=4, reported=3, done=1.5, is_reported=True),)
    assert (found.rate, found.completion) == (1.0, 0.375)


def test_a_silent_day_has_nothing_due_and_is_no_refusal() -> None:
    items = [item(0), item(0, MONDAY + DAY)]
    found = week_of(Engagement(items, [said(items[0], Completion.COMPLETED)]))
    assert [(one.due, one.is_reported) for one in found.days] == [(1, True), (0, False)]
    assert (found.rate, found.completion) == (0.5, 1.0)


def test_below_half_of_the_days_completion_is_not_known() -> None:
    items = [item(0, MONDAY + back * DAY) for back in range(7)]
    three, four = ([said(one, Completion.COMPLETED) for one in items[:count]] for count in (3, 4))
    assert (week_of(Engagement(items, three)).completion, week_of(Engagement(items, four)).completion) == (None, 1.0)
    assert week_of(Engagement()).rate is None


def test_a_journal_opens_its_day() -> None:
    found = week_of(Engagement([item(0)], [], [journal(MONDAY)]))
    assert (found.due, found.reported, found.completion) == (1, 0, 0.0)


def test_a_day_is_judged_six_hours_after_bed_and_told_of_until_48_hours_later() -> None:
    settled = datetime(2026, 11, 3, 6, tzinfo=UTC)
    assert settles_at(MONDAY, UTC) == settled
    assert settles_at(MONDAY, UTC, datetime(2026, 11, 2, 22, tzinfo=UTC)) == settled
    assert settles_at(MONDAY, UTC, datetime(2026, 11, 3, 8, 30, tzinfo=UTC)) == settled + timedelta(hours=8.5)
    one = item(0)
    assert week_of(Engagement([one]), settled - timedelta(seconds=1)).days == ()
    in_time = said(one, Completion.COMPLETED, settled + timedelta(hours=48))
    late = said(one, Completion.COMPLETED, settled + timedelta(hours=48, seconds=1))
    assert week_of(Engagement([one], [in_time])).reported == 1
    assert week_of(Engagement([one], [late])).reported_days == 0
    corrected = replace(late, status=Completion.SKIPPED, told_at=in_time.told_at, former=(in_time,))
    assert week_of(Engagement([one], [corrected])).completion == 1.0
    soon = replace(corrected, recorded_at=settled + timedelta(hours=48), former=(said(one, Completion.COMPLETED),))
    assert week_of(Engagement([one], [soon])).completion == 0.0


def test_a_day_of_25_hours_is_judged_six_hours_after_its_bed() -> None:
    assert settles_at(date(2026, 10, 25), ZoneInfo("Europe/Berlin")) == datetime(2026, 10, 26, 5, tzinfo=UTC)
    bed = datetime(2026, 10, 26, 1, tzinfo=ZoneInfo("Europe/Berlin"))
    assert settles_at(date(2026, 10, 25), ZoneInfo("Europe/Berlin"), bed) == datetime(2026, 10, 26, 6, tzinfo=UTC)


def test_each_day_is_judged_after_its_own_bed() -> None:
    nights = Engagement(beds={MONDAY: datetime(2026, 11, 3, 9, tzinfo=UTC)})
    settles = settling(nights, UTC)
    assert settles(MONDAY) == datetime(2026, 11, 3, 15, tzinfo=UTC)
    assert settles(MONDAY + DAY) == datetime(2026, 11, 4, 6, tzinfo=UTC)


def test_what_another_plan_stands_for_counts_only_where_something_was_said_of_it_and_the_frame_never() -> None:
    old, unsaid = (replace(item(number), superseded_at=evening(MONDAY)) for number in (0, 1))
    frame = replace(item(2), is_counted=False)
    found = week_of(Engagement([old, unsaid, frame], [said(old, Completion.COMPLETED)]))
    assert [(one.planned, one.due) for one in found.days] == [(1, 1)]


def test_an_item_that_is_repeated_is_due_on_the_days_something_was_said_of_it() -> None:
    one = item(0)
    told = [said(one, Completion.COMPLETED, evening(MONDAY + DAY), MONDAY + DAY)]
    found = week_of(Engagement([one], told))
    assert [(day.day, day.due) for day in found.days] == [(MONDAY, 0), (MONDAY + DAY, 1)]


STATUSES = st.lists(st.sampled_from([None, *Completion]), min_size=1, max_size=12)


@given(statuses=STATUSES, order=st.randoms(use_true_random=False))
def test_completion_lies_between_nothing_and_all_whatever_the_order(
    statuses: list[Completion | None], order: Random
) -> None:
    items = [item(number, MONDAY + number % 5 * DAY) for number in range(len(statuses))]
    told = [said(one, status) for one, status in zip(items, statuses, strict=True) if status is not None]
    found = week_of(Engagement(list(items), list(told)))
    order.shuffle(items)
    order.shuffle(told)
    assert week_of(Engagement(items, told)) == found
    assert found.completion is None or 0 <= found.completion <= 1
    assert found.reported <= found.due <= len(items)
