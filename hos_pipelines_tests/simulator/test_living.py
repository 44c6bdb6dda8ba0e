"""People who live with plans: what they do is seeded, and what it does to nights and steps is of known size."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from statistics import fmean
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from hos_pipelines.simulator.conduct import ONSET_LOST, SLEEP_GAIN, SLEEP_LOST, AskedItem, LivedDay, Liver, live_day
from hos_pipelines.simulator.people import zone_on
from hos_pipelines.simulator.temperaments import AWAY, HOME, TEMPERAMENTS, living_person, temperament_of
from hos_pipelines_tests.simulator.conftest import Caller, Start, by_slot

FIRST = date(2026, 9, 6)
DAY = timedelta(days=1)
NAMES = {one.name: index for index, one in enumerate(TEMPERAMENTS)}
AT = datetime(2026, 9, 20, 21, tzinfo=UTC)


def asked(count: int, category: str = "movement") -> list[AskedItem]:
    start = datetime(2026, 9, 6, 8, tzinfo=UTC)
    return [AskedItem(f"item-{number}", category, 10, start + timedelta(hours=number)) for number in range(count)]


def days_of(name: str, count: int, days: int = 400, since: int = 0, category: str = "movement") -> Iterator[LivedDay]:
    """Days of somebody that ask for so much."""
    index = NAMES[name]
    liver = Liver(7, index, temperament_of(index))
    for number in range(since, since + days):
        yield live_day(liver, FIRST + number * DAY, number, asked(count, category))


def done(lived: Iterator[LivedDay]) -> float:
    return fmean(deed.status == "completed" for one in lived for deed in one.deeds)


def test_the_same_seed_lives_the_same_days_whatever_else_was_asked() -> None:
    assert list(days_of("steady", 4, 30)) == list(days_of("steady", 4, 30))
    index = NAMES["steady"]
    other = [live_day(Liver(8, index, temperament_of(index)), FIRST + n * DAY, n, asked(4)) for n in range(30)]
    assert list(days_of("steady", 4, 30)) != other


@pytest.mark.parametrize(
    ("name", "count", "share"),
    [
        ("steady", 2, 0.70),
        ("able", 5, 0.96),
        ("over-challenged", 2, 0.92),
        ("by chance", 3, 0.55),
        ("harmed by more", 3, 0.93),
        ("harmed by more", 4, 0.93 * 0.3),
    ],
)
def test_what_is_done_is_as_often_as_the_temperament_says(name: str, count: int, share: float) -> None:
    assert done(days_of(name, count)) == pytest.approx(share, abs=0.05)


def test_who_is_overwhelmed_learns_to_manage_more() -> None:
    assert done(days_of("over-challenged", 3, days=21)) < 0.5
    assert done(days_of("over-challenged", 3, days=21, since=21)) > 0.8


def test_who_fades_does_less_from_week_to_week() -> None:
    shares = [done(days_of("fading", 4, days=7, since=7 * week)) for week in (0, 3, 7)]
    assert shares == sorted(shares, reverse=True)


def test_who_is_silent_does_things_all_the_same() -> None:
    lived = list(days_of("silent", 3))
    assert fmean(one.says for one in lived) == pytest.approx(0.25, abs=0.06)
    assert done(iter(lived)) == pytest.approx(0.70, abs=0.05)
    assert all(one.journal is None for one in lived if not one.says)


def test_a_disliked_task_is_rated_with_one_star_and_not_wanted_again() -> None:
    index = NAMES["dislikes one task"]
    liver = Liver(7, index, temperament_of(index))
    disliked = asked(1)[0]._replace(name=TEMPERAMENTS[index].dislikes)
    lived = [live_day(liver, FIRST + n * DAY, n, [*asked(2), disliked]) for n in range(100)]
    of_it = [deed for one in lived for deed in one.deeds if deed.item == disliked]
    others = [deed for one in lived for deed in one.deeds if deed.item != disliked]
    assert {(deed.satisfaction, deed.again) for deed in of_it} <= {(1, "no"), (None, None)}
    assert {deed.satisfaction for deed in others} == {None, 4, 5}


def test_who_is_late_does_nothing_before_an_hour_of_their_own() -> None:
    hours = [deed.done_at.astimezone(ZoneInfo(HOME)).hour for deed in told_deeds("late")]
    assert min(hours) == 13
    assert min(deed.done_at.astimezone(ZoneInfo(HOME)).hour for deed in told_deeds("steady")) == 10


def told_deeds(name: str) -> list[Any]:
    """What somebody did and said when; the first item is planned at ten."""
    return [deed for one in days_of(name, 4, 60) for deed in one.deeds if deed.done_at is not None]


def told(name: str, what: str) -> list[int]:
    """The days on which somebody's journal says so."""
    lived = enumerate(days_of(name, 3, 56))
    return [number for number, one in lived if one.journal is not None and one.journal.get(what)]


def test_a_week_of_illness_and_a_journey_are_told_in_journals() -> None:
    assert told("ill for a week", "is_ill") == list(range(21, 28))
    assert told("traveller", "is_travelling") == list(range(24, 30))
    person = living_person(7, NAMES["traveller"], FIRST)
    zones = [str(zone_on(person, FIRST + number * DAY)) for number in range(56)]
    assert [number for number, zone in enumerate(zones) if zone == AWAY] == list(range(24, 30))
    assert set(zones) == {HOME, AWAY}


def test_the_planted_effect_is_of_known_size() -> None:
    for one in days_of("able", 4, 60):
        share = fmean({"completed": 1.0, "partial": 0.5, "skipped": 0.0}[deed.status] for deed in one.deeds)
        assert one.response.sleep == round(SLEEP_GAIN * share)
    too_much = next(days_of("harmed by more", 5, 1)).response
    assert (too_much.onset, too_much.sleep) == (ONSET_LOST, SLEEP_LOST)


def respond(caller: Caller, person: str, day: date, **shift: int) -> None:
    body = {"external_id": person, "day": day.isoformat(), "onset": 0, "sleep": 0, "steps": 0} | shift
    caller.http.post("/simulator/responses", json=body).raise_for_status()


def test_a_lived_day_shows_in_the_steps_of_that_day_and_in_the_night_after_it_alone(start: Start) -> None:
    caller, other = (start(users=3, at=AT, lives_from=FIRST) for _ in range(2))
    day = date(2026, 9, 16)
    before = by_slot(caller.biomarkers("sim-0001", startDateTime="2026-09-01", endDateTime="2026-09-20"))
    respond(caller, "sim-0001", day, onset=-15, sleep=35, steps=1200)
    after = by_slot(caller.biomarkers("sim-0001", startDateTime="2026-09-01", endDateTime="2026-09-20"))
    changed = {key for key, row in after.items() if row["value"] != before[key]["value"]}
    assert {slot for name, slot in changed if name in ("sleep_start_time", "sleep_in_bed_duration")} == {str(day + DAY)}
    assert {slot for name, slot in changed if name == "steps"} == {str(day)}
    slept = ("sleep_in_bed_duration", str(day + DAY))
    assert int(after[slept]["value"]) - int(before[slept]["value"]) == 35
    assert int(after["steps", str(day)]["value"]) - int(before["steps", str(day)]["value"]) == 1200
    begins = ("sleep_start_time", str(day + DAY))
    shift = datetime.fromisoformat(after[begins]["value"]) - datetime.fromisoformat(before[begins]["value"])
    assert shift == timedelta(minutes=-15)
    assert by_slot(other.biomarkers("sim-0001", startDateTime="2026-09-01", endDateTime="2026-09-20")) == before


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({"external_id": "sim-0009"}, "external_id is nobody here"),
        ({"day": "soon"}, "day is no day"),
        ({"sleep": 500}, "sleep must be a number from -240 to 240"),
        ({"steps": "many"}, "steps must be a number"),
    ],
)
def test_a_response_that_cannot_be_is_refused_with_the_field(
    start: Start, body: dict[str, object], sentence: str
) -> None:
    caller = start(users=3, at=AT, lives_from=FIRST)
    sent = {"external_id": "sim-0001", "day": "2026-09-16", "onset": 0, "sleep": 0, "steps": 0} | body
    answer = caller.http.post("/simulator/responses", json=sent)
    assert answer.status_code == 400
    assert sentence in answer.json()["title"]


def test_nobody_responds_where_people_do_not_live_with_plans(start: Start) -> None:
    sent = {"external_id": "sim-0001", "day": "2026-09-16", "onset": 0, "sleep": 0, "steps": 0}
    answer = start(users=3).http.post("/simulator/responses", json=sent)
    assert answer.status_code == 400
    assert "lives_from is not set" in answer.json()["title"]
