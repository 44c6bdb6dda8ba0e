"""The page of a day: both plans as one, what is refused told beside the other, and nothing from outside unescaped."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hos_pipelines.report.day_plan import PlannedDay, day_plan, render_day

DAY = date(2026, 11, 2)
ZONE = ZoneInfo("Europe/Berlin")
WAKE = datetime(2026, 11, 2, 16, tzinfo=ZONE)
BED = datetime(2026, 11, 3, 8, tzinfo=ZONE)
EDGES = (16, 19, 22, 26, 30, 32)
NAMES = ("Morning Block", "Peak Energy Block", "Mid-day Slump", "Evening Routine", "Wind Down")


def clock(hour: int) -> str:
    return f"{datetime(2026, 11, 2, tzinfo=ZONE) + timedelta(hours=hour):%I:%M %p}"


def task(hour: int, title: str, task_id: str = "walk") -> dict[str, Any]:
    start = datetime(2026, 11, 2, tzinfo=ZONE) + timedelta(hours=hour)
    return {
        "id": task_id,
        "start_time": clock(hour),
        "end_time": f"{start + timedelta(minutes=20):%I:%M %p}",
        "starts_at": start.isoformat(),
        "title": title,
        "description": "Do it.",
        "because": "It helps.",
        "role": "counted",
    }


def routine() -> PlannedDay:
    tasks = {2: [task(24, "After <midnight>"), task(25, "Meal", "frame_main_meal")]}
    blocks = [
        {
            "block_name": name,
            "purpose": "For this.",
            "start_time": clock(start),
            "end_time": clock(end),
            "tasks": tasks.get(place, []),
        }
        for place, (name, start, end) in enumerate(zip(NAMES, EDGES[:-1], EDGES[1:], strict=True))
    ]
    contract = {"time_blocks": blocks, "key_insights": []}
    return PlannedDay(DAY, WAKE.astimezone(UTC), BED.astimezone(UTC), contract, None)


def test_a_day_over_midnight_keeps_its_order_and_its_hours() -> None:
    plan = day_plan(routine(), None)
    assert plan is not None
    assert [block.clock for block in plan.blocks] == [
        "16:00–19:00", "19:00–22:00", "22:00–02:00", "02:00–06:00", "06:00–08:00",  # noqa: RUF001  as it is told
    ]  # fmt: skip
    assert [one.clock for one in plan.blocks[2].entries] == ["00:00", "01:00"]
    html = render_day("<b>anna</b>", plan)
    assert "<b>anna" not in html
    assert "After &lt;midnight&gt;" in html


def test_a_question_is_asked_before_the_day_and_once() -> None:
    asked = routine()
    question = "Does it fit?"
    asked.contract["adaptation"] = {"question": question}  # type: ignore[index]
    asked.contract["key_insights"].append(question)
    plan = day_plan(asked, None)
    assert plan is not None
    assert (plan.question, plan.notes) == (question, ())
    html = render_day("anna", plan)
    assert html.count(question) == 1
    assert html.index(question) < html.index("Morning Block")


def test_blocks_over_a_clock_that_is_put_back_end_at_their_instants_and_hold_their_items() -> None:
    """Awake by night in New York: 01:30 comes twice, and the second time is meant."""
    zone = ZoneInfo("America/New_York")
    wake = datetime(2026, 10, 31, 21, tzinfo=zone)
    edges = [(wake.astimezone(UTC) + timedelta(hours=hours)).astimezone(zone) for hours in (0, 1.5, 5.5, 8, 10.5, 12)]
    meal = task(0, "Meal")
    meal |= {"starts_at": (edges[1].astimezone(UTC) + timedelta(hours=3.75)).astimezone(zone).isoformat()}
    blocks = [
        {
            "block_name": name,
            "purpose": "For this.",
            "start_time": f"{start:%I:%M %p}",
            "end_time": f"{end:%I:%M %p}",
            "starts_at": start.isoformat(),
            "ends_at": end.isoformat(),
            "tasks": [meal] if place == 1 else [],
        }
        for place, (name, start, end) in enumerate(zip(NAMES, edges[:-1], edges[1:], strict=True))
    ]
    plan = day_plan(
        PlannedDay(
            DAY, wake.astimezone(UTC), edges[-1].astimezone(UTC), {"time_blocks": blocks, "key_insights": []}, None
        ),
        None,
    )
    assert plan is not None
    assert [block.clock for block in plan.blocks] == [
        "21:00–22:30", "22:30–01:30", "01:30–04:00", "04:00–06:30", "06:30–08:00",  # noqa: RUF001  as it is told
    ]  # fmt: skip
    assert [len(block.entries) for block in plan.blocks] == [0, 1, 0, 0, 0]
    assert plan.blocks[1].ends_at.astimezone(UTC) - plan.blocks[1].starts_at.astimezone(UTC) == timedelta(hours=4)


def test_the_energy_of_usual_nights_is_not_drawn_over_a_day_of_the_roster() -> None:
    energy = [(f"{hour:02d}:00", 50.0) for hour in range(24)]
    by_source = {}
    for source in ("predicted", "roster"):
        given = routine()
        given.contract["anchors"] = {"source": source}  # type: ignore[index]
        plan = day_plan(given, None, energy)
        assert plan is not None
        by_source[source] = '<path class="curve"' in str(plan.picture)
    assert by_source == {"predicted": True, "roster": False}


def test_a_refusal_is_told_beside_the_other_plan_and_alone() -> None:
    refused = PlannedDay(DAY, None, None, {}, "No nutrition plan: so it is.")
    both = day_plan(routine(), refused)
    assert both is not None
    assert both.notes == ("No nutrition plan: so it is.",)
    assert not both.is_empty
    alone = day_plan(None, refused)
    assert alone is not None
    assert alone.is_empty
    assert "so it is" in render_day("anna", alone)
    assert day_plan(None, None) is None
