"""The routine of days around shifts: energy, items, and words are true of who is at work, on the way home or asleep."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from hos_pipelines.domain.guidance.routine.contract import NOTES, contract_of
from hos_pipelines.domain.guidance.routine.experience import Experience
from hos_pipelines.domain.guidance.routine.experiences import Experiences
from hos_pipelines.domain.guidance.routine.plan import RoutinePlan, routine_of
from hos_pipelines.domain.guidance.routine.subject import RoutineSubject, routine_input
from hos_pipelines.domain.guidance.routine.task_hours import needs_home
from hos_pipelines.domain.guidance.routine.tasks import TaskLibrary
from hos_pipelines.domain.guidance.routine.waking_day import clock_range
from hos_pipelines.domain.guidance.routine.zones_of_day import zones_of_day
from hos_pipelines.domain.person.hours import ClockSpan
from hos_pipelines.domain.person.roster import Roster, Shift
from hos_pipelines.domain.profiles import Archetype
from hos_pipelines.domain.work_week import WorkWeek

MONDAY = date(2026, 11, 30)
BERLIN = ZoneInfo("Europe/Berlin")
NIGHT_FLAGS = frozenset({"shift_work", "night_shift"})
# Zones of somebody asleep from 22:45 to 06:30.
FACTS: dict[str, float | str | None] = {
    "predicted_wake": 6.5,
    "predicted_bed": 22.75,
    "cbt_min": 4.0,
    "advice_light_end": 9.0,
    "zone_peak_1_start": 8.5,
    "zone_peak_1_end": 12.0,
    "zone_recovery_1_start": 13.0,
    "zone_recovery_1_end": 15.0,
    "zone_maintenance_1_start": 15.0,
    "zone_maintenance_1_end": 20.0,
    "zone_recovery_2_start": 21.0,
    "zone_recovery_2_end": 22.75,
    "zone_sleep_1_start": 22.75,
    "zone_sleep_1_end": 6.5,
}
OF_ENERGY = ("low of the day", "asks most", "energy", "steady hour", "best hours")


def roster_of(shifts: str, hours: str | None = None) -> Roster:
    """Shifts of the day before, the day, and the day after."""
    dates = {MONDAY + timedelta(days=n): Shift(one) for n, one in zip((-1, 0, 1), shifts.split(), strict=True)}
    return Roster(dates=dates, hours={} if hours is None else dict.fromkeys(Shift, hours))


def worker(shifts: str, **others: Any) -> RoutineSubject:
    flags = NIGHT_FLAGS if "night" in shifts else frozenset()
    known = {"facts": FACTS, "roster": roster_of(shifts), "flags": flags, **others}
    return RoutineSubject("somebody", Archetype.PEAK_PERFORMER, BERLIN, **known)


def plan_of(subject: RoutineSubject, library: TaskLibrary) -> RoutinePlan:
    return routine_of(routine_input(subject, MONDAY), library)


def purposes(plan: RoutinePlan) -> dict[str, str]:
    blocks: Any = contract_of("Peak Performer", plan)["time_blocks"]
    return {block["block_name"]: block["purpose"] for block in blocks}


def ids_of(plan: RoutinePlan) -> set[str]:
    return {item.id for item in plan.items}


@pytest.mark.parametrize("shifts", ["night night night", "off night night", "night off off"])
def test_zones_of_other_sleep_are_not_laid_over_a_day_of_shifts(shifts: str, library: TaskLibrary) -> None:
    plan = plan_of(worker(shifts), library)
    assert "no_zones" in plan.notes
    assert not any(block.zones for block in plan.blocks)
    said = [*purposes(plan).values(), *(f"{item.offer.what} {item.offer.because}" for item in plan.items)]
    assert not [text for text in said if any(word in text for word in OF_ENERGY)]
    assert not any(fact.startswith("zone_") for item in plan.items for fact in item.fact_ids)


def test_zones_hold_on_a_day_that_hangs_on_about_the_sleep_they_are_of() -> None:
    by_night = zones_of_day(FACTS, 6 * 60 + 30, 65)
    assert len(by_night) == 4
    assert zones_of_day(FACTS, 8 * 60 + 30, 65)
    assert zones_of_day(FACTS, 8 * 60 + 45, 65) == ()
    assert zones_of_day(FACTS, 4 * 60 + 15, 65) == ()
    without = {key: value for key, value in FACTS.items() if not key.startswith("zone_sleep")}
    assert zones_of_day(without, 14 * 60, 68) == ()


@pytest.mark.parametrize("archetype", Archetype)
@pytest.mark.parametrize("hours", [None, "21:00-07:00", "13:00-21:30"])
@pytest.mark.parametrize("shifts", ["night night night", "off night night", "late late late", "early early early"])
def test_nothing_that_needs_home_lies_in_a_shift_or_on_the_way_home(
    shifts: str, hours: str | None, archetype: Archetype, library: TaskLibrary
) -> None:
    subject = replace(worker(shifts), archetype=archetype, roster=roster_of(shifts, hours))
    plan = plan_of(subject, library)
    assert plan.work
    for item in plan.items:
        if item.id in library.tasks and not needs_home(library.tasks[item.id]):
            continue
        if item.id in {"frame_wake", "frame_main_meal", "nut_first_meal", "nut_last_meal_3h", "lgt_morning"}:
            continue
        start = plan.waking_day.minutes_until(item.starts_at)
        assert all(start + item.minutes <= span.start or start >= span.end + 60 for span in plan.work), item.id


def test_what_needs_home_is_what_people_do_there(library: TaskLibrary) -> None:
    home = {task.id for task in library.tasks.values() if needs_home(task)}
    assert home >= {
        *("nut_prep_tomorrow", "slp_worry_list", "slp_wind_down_30", "slp_short_nap", "rec_warm_shower_10"),
        *("mov_mobility_10", "mov_morning_stretch", "exe_strength_15", "mnd_three_good", "mnd_journal_5"),
        *(
            "mov_evening_stroll",
            "slp_dim_lights",
            "soc_call_10",
            "mov_brisk_20",
            "slp_bedroom_check",
            "mov_daylight_loop",
        ),
    }
    assert home.isdisjoint({"foc_shutdown_10", "hyd_meal_glass", "lgt_shift_shade", "mov_sitting_break", "foc_deep_25"})


def test_a_walk_after_the_meal_lies_at_work_only_where_the_meal_does(library: TaskLibrary) -> None:
    only = TaskLibrary("1", {"mov_after_meal_walk": library.tasks["mov_after_meal_walk"]})
    found = {}
    for start, meal in ((8 * 60, 360), (14 * 60, 415)):
        subject = worker("off off off", roster=None, work_hours=ClockSpan(start, start + 480))
        plan = routine_of(replace(routine_input(subject, MONDAY), meals={"frame_main_meal": meal}), only)
        found[start] = [f"{item.starts_at:%H:%M}" for item in plan.items if item.id == "mov_after_meal_walk"]
    assert found == {8 * 60: ["13:05"], 14 * 60: []}


def test_the_end_of_the_day_begins_after_the_way_home_and_is_shorter_or_left_out(library: TaskLibrary) -> None:
    found = {}
    for hours in ("14:00-21:00", "14:00-21:40", "14:00-22:00"):
        subject = replace(worker("late late late"), roster=roster_of("late late late", hours))
        plan = plan_of(subject, library)
        downs = [item for item in plan.items if item.id == "frame_wind_down"]
        found[hours] = [f"{item.starts_at:%H:%M} {item.minutes}" for item in downs]
    assert found == {"14:00-21:00": ["22:15 30"], "14:00-21:40": [], "14:00-22:00": []}
    later = replace(worker("late late late"), roster=roster_of("late late late", "14:00-21:20"))
    (item,) = [item for item in plan_of(later, library).items if item.id == "frame_wind_down"]
    assert f"{item.starts_at:%H:%M} {item.minutes}" == "22:25 20"
    assert "half hour" not in item.offer.because


@pytest.mark.parametrize(
    ("shifts", "told"),
    [
        ("night night night", {"Mid-day Slump": "begins", "Evening Routine": "You are at work", "Wind Down": "ends"}),
        ("late late late", {"Mid-day Slump": "begins", "Evening Routine": "You are at work", "Wind Down": "ends"}),
        ("early early early", {"Morning Block": "begins", "Peak Energy Block": "You are at work"}),
    ],
)
def test_a_block_that_a_shift_lies_in_says_so(shifts: str, told: dict[str, str], library: TaskLibrary) -> None:
    said = purposes(plan_of(worker(shifts), library))
    assert {name: text for name, text in told.items() if text not in said[name]} == {}
    assert not any("rest, and" in said[name] or "quieter" in said[name] for name in told)
    assert said["Wind Down"] == {
        "early early early": "Come to rest before bed.",
    }.get(shifts, "Your work ends in these hours. Come home, then come to rest before bed.")


def test_the_first_of_some_nights_is_told_as_long_and_has_a_nap_before_it(library: TaskLibrary) -> None:
    plan = plan_of(worker("off night night"), library)
    assert "first_night" in plan.notes
    assert "awake for very long" in NOTES["first_night"]
    (nap,) = [item for item in plan.items if item.id == "frame_nap"]
    assert f"{nap.starts_at:%H:%M} {nap.minutes}" == "20:10 20"
    assert "roster" in nap.fact_ids
    flagged = replace(worker("off night night"), flags=NIGHT_FLAGS | {"insomnia_complaint"})
    assert "frame_nap" not in ids_of(plan_of(flagged, library))
    assert "first_night" in plan_of(flagged, library).notes
    for others in ("night night night", "night off off", "late late late"):
        assert "first_night" not in plan_of(worker(others), library).notes


CLOSING = "foc_shutdown_10"


@pytest.mark.parametrize(
    ("subject", "facts"),
    [
        (worker("night off off"), None),
        (worker("off off off"), None),
        (worker("late late late"), "roster"),
        (worker("night night night"), "roster"),
        (worker("off off off", roster=None), None),
        (worker("off off off", roster=None, week=WorkWeek(is_stated=True)), "work_days"),
        (worker("off off off", roster=None, week=WorkWeek(frozenset({0}), is_stated=True)), None),
        (worker("off off off", roster=None, work_hours=ClockSpan(540, 1020)), "work_hours"),
    ],
)
def test_work_is_closed_where_there_is_some_by_what_is_known(
    subject: RoutineSubject, facts: str | None, library: TaskLibrary
) -> None:
    only = TaskLibrary("1", {CLOSING: library.tasks[CLOSING]})
    found = [item for item in plan_of(subject, only).items if item.id == CLOSING]
    assert bool(found) == (facts is not None)
    for item in found:
        assert facts in item.fact_ids
        assert "work_days" not in item.fact_ids or facts == "work_days"


def test_work_is_not_closed_before_it_ends(library: TaskLibrary) -> None:
    only = TaskLibrary("1", {CLOSING: library.tasks[CLOSING]})
    usual = Experiences({CLOSING: Experience(due=10, done=6, days_since_used=1)}, 0.7, {CLOSING: 18 * 60})
    (item,) = [one for one in plan_of(worker("late late late", experiences=usual), only).items if one.id == CLOSING]
    assert f"{item.starts_at:%H:%M}" == "21:50"


def test_shade_after_a_shift_is_for_the_way_home_of_a_night(library: TaskLibrary) -> None:
    only = TaskLibrary("1", {"lgt_shift_shade": library.tasks["lgt_shift_shade"]})
    (item,) = [one for one in plan_of(worker("night night night"), only).items if one.id == "lgt_shift_shade"]
    assert f"{item.starts_at:%H:%M}" == "06:00"
    assert "lgt_shift_shade" not in ids_of(plan_of(worker("night off off"), only))


def test_the_morning_is_told_of_light_where_there_is_some(library: TaskLibrary) -> None:
    day, night = (plan_of(worker(shifts), library) for shifts in ("off off off", "night night night"))
    assert "lgt_morning" in ids_of(day)
    assert purposes(day)["Morning Block"] == "Get up, get light, and begin."
    assert purposes(night)["Morning Block"] == "Get up and begin."


def test_work_that_begins_before_a_day_or_on_the_next_date_lies_where_it_is(library: TaskLibrary) -> None:
    by_hours = worker("off off off", roster=None, work_hours=ClockSpan(2 * 60, 10 * 60))
    evening = replace(by_hours, facts={"predicted_wake": 20.0, "predicted_bed": 12.0})
    assert plan_of(evening, library).work == ((6 * 60, 14 * 60),)
    late_riser = replace(worker("early early early"), facts=FACTS)
    (span,) = plan_of(late_riser, library).work
    assert (span.start, span.end) == (90, 570)


def test_a_range_over_the_hour_that_the_clock_goes_back_is_told_with_its_offsets() -> None:
    santiago = ZoneInfo("America/Santiago")
    start = datetime(2026, 4, 5, 2, 30, tzinfo=UTC).astimezone(santiago)
    for minutes, told in ((30, "23:30 (UTC-03:00) - 23:00 (UTC-04:00)"), (90, "23:30 (UTC-03:00) - 00:00 (UTC-04:00)")):
        end = (start.astimezone(UTC) + timedelta(minutes=minutes)).astimezone(santiago)
        assert clock_range(start, end) == told
    before = (start.astimezone(UTC) - timedelta(minutes=30)).astimezone(santiago)
    assert clock_range(before, start) == "23:00-23:30"
