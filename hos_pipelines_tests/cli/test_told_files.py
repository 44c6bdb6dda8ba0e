"""`hos analyze` on files and people of whom something untrue was once told."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from hos_pipelines.domain.nights import SleepWindow
from hos_pipelines.postgres.connection import connect
from hos_pipelines_tests.cli.answers import Answer
from hos_pipelines_tests.cli.conftest import Hos
from hos_pipelines_tests.domain.told.readings import FOLDER, every, file_windows, nights
from hos_pipelines_tests.postgres.lives import enrol_people, life, scores, store
from hos_pipelines_tests.postgres.rows import NOON

BOTH = ("circadian_analysis", "behavior_analysis")
STOPPED = date(2025, 7, 1)
SIXTEEN_MONTHS_HOURS = 480 * 24
ZONES = [("-09:30", -9.5), ("+00:00", 0.0), ("+11:00", 11.0), ("+13:00", 13.0)]

Told = dict[str, Any]


@pytest.fixture
def told(hos: Hos) -> Callable[[Path], Told]:
    """The answer about the sleep windows of a file."""

    def run(file: Path) -> Told:
        return hos("analyze", "--windows", str(file)).succeeded().json

    return run


def values(answer: Told) -> dict[str, Any]:
    return {fact_id: fact["value"] for fact_id, fact in answer["facts"].items()}


def seconds(hours: int, minutes: int) -> float:
    return 3600.0 * hours + 60.0 * minutes


def written(file: Path, windows: Iterable[SleepWindow], offset: float | None = None) -> Path:
    """Windows as a file; with an offset, the same clock times there."""
    rows = [(window.start, window.end) for window in windows]
    if offset is not None:
        zone = timezone(timedelta(hours=offset))
        rows = [(start.replace(tzinfo=zone), end.replace(tzinfo=zone)) for start, end in rows]
    lines = [f"{start.isoformat()},{end.isoformat()}" for start, end in rows]
    file.write_text("\n".join(["start,end", *lines, ""]), encoding="utf-8")
    return file


def test_split_nights_are_28_nights_without_naps(told: Callable[[Path], Told]) -> None:
    answer = told(FOLDER / "split_night_5min.csv")
    facts = values(answer)
    assert (answer["nights"], answer["naps"], facts["nap_days"]) == (28, 0, 0)
    assert facts["duration_mean"] == pytest.approx(8.0)
    assert facts["msf_sc"] == pytest.approx(seconds(3, 0))
    assert facts["chronotype_munich"] == "moderate_early"
    hours = [fact["value"] for fact in answer["facts"].values() if fact["unit"] == "hour"]
    assert [value for value in hours if value == pytest.approx(7.9167, abs=0.001)], "hours asleep are told, too"


def test_sleep_past_noon_is_that_of_an_extreme_owl(told: Callable[[Path], Told]) -> None:
    facts = values(told(FOLDER / "owl_past_noon.csv"))
    assert facts["msf_sc"] == pytest.approx(seconds(12, 2), abs=60)
    assert (facts["chronotype"], facts["chronotype_munich"]) == ("extreme_evening", "extreme_late")


@pytest.mark.parametrize("zone", ZONES, ids=[name for name, _ in ZONES])
def test_an_owl_is_one_in_any_zone(told: Callable[[Path], Told], tmp_path: Path, zone: tuple[str, float]) -> None:
    file = written(tmp_path / "owl.csv", file_windows("owl_past_noon.csv"), zone[1])
    assert values(told(file))["chronotype_munich"] == "extreme_late"


def test_three_nights_after_nine_hours_east_no_phase_is_told(told: Callable[[Path], Told]) -> None:
    facts = values(told(FOLDER / "jetlag_9h_east_3_nights.csv"))
    assert [facts[name] for name in ("dlmo", "dlmo_earliest", "cbt_min", "cbt_min_latest")] == [None] * 4


def test_three_nights_after_nine_hours_west_no_phase_is_told(told: Callable[[Path], Told], tmp_path: Path) -> None:
    windows = [*nights(every(-1.0, 8.0), range(25)), *nights(every(-1.0, 8.0), range(25, 28), -7.0)]
    facts = values(told(written(tmp_path / "west.csv", windows)))
    assert (facts["dlmo"], facts["cbt_min"]) == (None, None)


def test_a_long_lie_in_at_weekends_is_no_shift_work(told: Callable[[Path], Told]) -> None:
    facts = values(told(FOLDER / "lie_in_2h36.csv"))
    assert facts["shift_work"] == "no"
    assert facts["msw"] == pytest.approx(seconds(2, 0))
    assert facts["msf"] == pytest.approx(seconds(3, 18))


def test_one_day_sleep_among_free_nights_does_not_move_their_middle(told: Callable[[Path], Told]) -> None:
    assert values(told(FOLDER / "five_day_sleeps_of_28.csv"))["msf_sc"] in (None, pytest.approx(seconds(3, 0), abs=60))


@pytest.mark.parametrize(("gap", "naps"), [(59, 0), (61, 28)])
def test_an_hour_awake_parts_two_sleeps(told: Callable[[Path], Told], tmp_path: Path, gap: int, naps: int) -> None:
    first = nights(every(-1.0, 4.0))
    second = [SleepWindow(one.end + timedelta(minutes=gap), one.end + timedelta(hours=4)) for one in first]
    answer = told(written(tmp_path / "split.csv", [*first, *second]))
    assert (answer["nights"], answer["naps"]) == (28, naps)


@pytest.fixture
def stopped(hos: Hos, deployed: str) -> Answer:
    """Both analyses of Anna, who was pulled an hour ago and has delivered nothing for sixteen months."""
    with connect(deployed) as session:
        enrol_people(session, "anna")
        store(session, life("anna", through=STOPPED), scores("anna", through=STOPPED), NOON - timedelta(hours=1))
    return hos("analyze", "anna").succeeded()


def test_readings_that_end_sixteen_months_ago_are_as_old_as_the_newest_of_them(stopped: Answer) -> None:
    for name in BOTH:
        told = stopped.json[name]
        assert told["data_through"] == STOPPED.isoformat()
        assert told["data_age_hours"] > SIXTEEN_MONTHS_HOURS
        assert told["status"] == "stale"


def test_what_is_stale_plans_no_past_day(stopped: Answer) -> None:
    circadian, behavior = (stopped.json[name] for name in BOTH)
    assert circadian["energy_zone_analysis"]["predicted_day"] is None
    assert circadian["schedule_recommendations"]["recommendations"] == []
    assert circadian["energy_timeline"] == []
    assert (behavior["recommendations"], behavior["readiness_level"]) == ([], None)


def test_a_stored_result_grows_stale_without_being_made_again(
    hos: Hos, deployed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with connect(deployed) as session:
        enrol_people(session, "anna")
        store(session, life("anna"), scores("anna"))
    fresh = hos("analyze", "anna").succeeded().json
    assert "stale" not in [fresh[name]["status"] for name in BOTH]
    monkeypatch.setenv("HOS_VIRTUAL_NOW", (NOON + timedelta(days=5)).isoformat())
    later = hos("analyze", "anna").succeeded().json
    assert [later[name]["status"] for name in BOTH] == ["stale", "stale"]
    assert later["circadian_analysis"]["schedule_recommendations"]["recommendations"] == []
