"""From items, check-ins and journals to what adaptation goes by."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from hos_pipelines.domain.guidance.adaptation.gather import KnownOfAdapted, seen_of
from hos_pipelines.domain.guidance.adaptation.seen import SeenOfPerson
from hos_pipelines.domain.guidance.adaptation.standing_still import is_flat
from hos_pipelines.domain.guidance.adaptation.verdict import Done
from hos_pipelines.domain.person.checkin import Again, Checkin, Completion, SkipReason
from hos_pipelines.domain.person.engagement import Engagement
from hos_pipelines.domain.person.journal import Journal
from hos_pipelines.domain.person.plan_item import PlanItem
from hos_pipelines.domain.profiles import Archetype

MONDAY = date(2026, 11, 2)
DAY = timedelta(days=1)
NOW = datetime(2026, 11, 9, 7, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


def item(number: int, day: date, name: str = "walk", at: time = time(8), **more: Any) -> PlanItem:
    return PlanItem(
        **{
            "profile_id": "anna",
            "id": UUID(int=number),
            "item_id": name,
            "plan_date": day,
            "title": "Walk",
            "category": None,
            "scheduled_time": at,
            "is_counted": True,
            "recorded_at": NOW - 10 * DAY,
            **more,
        }
    )


def checkin(number: int, day: date, status: Completion = Completion.COMPLETED, **more: Any) -> Checkin:
    return Checkin(
        **{
            "profile_id": "anna",
            "id": UUID(int=1000 + number),
            "plan_item_id": UUID(int=number),
            "planned_date": day,
            "status": status,
            "done_at": None,
            "satisfaction": None,
            "again": None,
            "skip_reason": None,
            "has_note": False,
            "recorded_at": datetime.combine(day, time(20), UTC),
            **more,
        }
    )


def journal(day: date, **more: Any) -> Journal:
    return Journal("anna", UUID(int=day.toordinal()), day, False, datetime.combine(day, time(21), UTC), **more)


def seen(engagement: Engagement, **known: Any) -> SeenOfPerson:
    return seen_of(
        KnownOfAdapted(**{"profile_id": "anna", "archetype": Archetype.PEAK_PERFORMER, "zone": UTC, **known}),
        engagement,
        NOW,
    )


def test_a_correction_that_comes_late_changes_nothing_and_illness_that_is_told_late_only_safety() -> None:
    late = MONDAY - 4 * DAY
    said, well = checkin(0, late), journal(late, is_ill=False)
    unwanted: dict[str, Any] = {"status": Completion.SKIPPED, "again": Again.NO, "recorded_at": NOW - DAY}
    corrected = checkin(0, late, told_at=said.recorded_at, former=(said,), **unwanted)
    ill = replace(well, is_ill=True, is_travelling=True, recorded_at=NOW - DAY, former=(well,))
    before = seen(Engagement([item(0, late)], [said], [well]))
    after = seen(Engagement([item(0, late)], [corrected], [ill]))
    assert (after.days, after.tasks, after.ratings) == (before.days, before.tasks, before.ratings)
    assert not after.signs | after.away
    assert after.ill == {late}


def test_a_task_is_due_where_anything_was_said_of_its_day() -> None:
    items = [item(n, MONDAY + n * DAY) for n in range(3)] + [item(9, MONDAY, "read")]
    told = [checkin(0, MONDAY), checkin(1, MONDAY + DAY, Completion.PARTIAL)]
    found = seen(Engagement(items, told))
    assert found.tasks["walk"].completion(MONDAY, MONDAY + 6 * DAY, frozenset()) == Done(1.5, 2)
    assert found.tasks["read"].completion(MONDAY, MONDAY + 6 * DAY, frozenset()) == Done(0.0, 1)
    assert [one.is_reported for one in found.days] == [True, True, False]
    assert list(found.planned) == [MONDAY, MONDAY + DAY, MONDAY + 2 * DAY]


def test_what_is_told_too_late_counts_neither_as_done_nor_as_a_rating() -> None:
    late = checkin(0, MONDAY, satisfaction=1, recorded_at=datetime.combine(MONDAY + 4 * DAY, time(9), UTC))
    found = seen(Engagement([item(0, MONDAY)], [late]))
    assert found.ratings == []
    assert [one.due for one in found.days] == [0]


def test_an_item_another_plan_stood_for_counts_where_something_was_said_of_it() -> None:
    gone: dict[str, Any] = {"superseded_at": NOW - 6 * DAY}
    items = [item(0, MONDAY, **gone), item(1, MONDAY, "read", **gone), item(2, MONDAY, "breathe")]
    found = seen(Engagement(items, [checkin(0, MONDAY)]))
    assert set(found.tasks) == {"walk", "breathe"}
    assert found.days[0].due == 2


def test_hours_off_the_plan_are_told_in_the_zone_of_the_person_and_around_midnight() -> None:
    done = datetime(2026, 11, 2, 22, 45, tzinfo=UTC)
    items = [item(0, MONDAY, at=time(1, 15)), item(1, MONDAY, "read", at=time(21))]
    told = [checkin(0, MONDAY, done_at=done), checkin(1, MONDAY, done_at=done)]
    found = seen(Engagement(items, told), zone=BERLIN)
    assert found.tasks["walk"].done_at == [(MONDAY, 23 * 60 + 45, -90)]
    assert found.tasks["read"].done_at == [(MONDAY, 23 * 60 + 45, 165)]


def test_dislikes_refusals_signs_and_journeys_are_told_by_day() -> None:
    told = [
        checkin(0, MONDAY, satisfaction=2),
        checkin(1, MONDAY + DAY, satisfaction=3, again=Again.NO),
        checkin(2, MONDAY + 2 * DAY, Completion.SKIPPED, skip_reason=SkipReason.TRAVELLING),
    ]
    days = [
        journal(MONDAY, is_ill=True),
        journal(MONDAY + DAY, has_pain=True),
        journal(MONDAY + 3 * DAY, is_on_holiday=True),
    ]
    found = seen(Engagement([item(n, MONDAY + n * DAY) for n in range(3)], told, days))
    assert (found.tasks["walk"].disliked, found.tasks["walk"].refused) == ([MONDAY], [MONDAY + DAY])
    assert found.signs == {MONDAY, MONDAY + DAY}
    assert found.away == {MONDAY + 2 * DAY, MONDAY + 3 * DAY}


def test_series_stand_still_only_where_none_has_a_trend_and_enough_days() -> None:
    days = [MONDAY - n * DAY for n in range(1, 29)]
    noise = {day: 7000.0 + 500 * (-1) ** n for n, day in enumerate(days)}
    rising = {day: 7000.0 - 60 * n for n, day in enumerate(days)}
    assert is_flat({"steps": noise}, MONDAY) is True
    assert is_flat({"steps": noise, "sleep_duration": rising}, MONDAY) is False
    assert is_flat({"steps": dict(list(noise.items())[:19])}, MONDAY) is None
    assert is_flat({}, MONDAY) is None
