"""A watch that is synced days after it was worn, while its phone goes on: in the end nothing is missing."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial

import httpx
import pytest

from hos_pipelines.sahha.translate import Whose, translate_biomarkers, translate_scores
from hos_pipelines.simulator.biomarkers import BiomarkerQuery, biomarker_rows
from hos_pipelines.simulator.person_view import view_person
from hos_pipelines.simulator.queries import Bounds
from hos_pipelines.simulator.scores import score_rows
from hos_pipelines.simulator.server import RunningSimulator, running_simulator
from hos_pipelines.simulator.settings import SimulatorSettings
from hos_pipelines.simulator.wire import Wire
from hos_pipelines_tests.cli.answers import rows_of
from hos_pipelines_tests.cli.conftest import Hos

START = datetime(2026, 11, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
FIRST = (START - 6 * DAY).date()
CATEGORIES = frozenset({"activity", "body", "sleep", "vitals"})
PEOPLE = 3

BIOMARKERS = "SELECT profile_id, type, start_date_time, value FROM biomarkers WHERE local_date >= %s ORDER BY 1, 2, 3"
SCORES = "SELECT profile_id, type, score_date_time, score FROM scores WHERE local_date >= %s ORDER BY 1, 2, 3"


@pytest.fixture(params=[6, 12, 40])
def settings(request: pytest.FixtureRequest) -> SimulatorSettings:
    """People whose watches are not synced for so many days."""
    return SimulatorSettings(users=PEOPLE, days=20, at=START, kinds=("wearable",), watch_sync_days=request.param)


@pytest.fixture
def simulator(settings: SimulatorSettings) -> Iterator[RunningSimulator]:
    """Three people whose watches are synced seldom."""
    with running_simulator(settings) as running:
        yield running


def truth(settings: SimulatorSettings, now: datetime) -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
    """What Sahha has of everyone at this instant, from the first day on."""
    wire, bounds = Wire("2025"), Bounds(START - 10 * DAY, now)
    biomarkers: list[tuple[object, ...]] = []
    scores: list[tuple[object, ...]] = []
    for index in range(PEOPLE):
        view = view_person(settings, index, now)
        name = view.person.external_id
        whose = Whose(name, name, now)
        query = BiomarkerQuery(CATEGORIES, frozenset(), bounds)
        found = translate_biomarkers(biomarker_rows(view, query, wire), whose).rows
        biomarkers += [(name, row.type, row.start_date_time, row.value) for row in found if row.local_date >= FIRST]
        told = translate_scores(score_rows(view, frozenset(), bounds, wire), whose).rows
        scores += [(name, row.type, row.score_date_time, row.score) for row in told if row.local_date >= FIRST]
    return sorted(biomarkers), sorted(scores)


def test_what_a_watch_brings_days_late_is_all_there_after_the_next_pull(
    hos: Hos,
    deployed: str,
    simulator: RunningSimulator,
    settings: SimulatorSettings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    read = partial(rows_of, deployed)
    offline = settings.watch_sync_days

    def move_to(now: datetime) -> None:
        httpx.post(f"{simulator.url}/simulator/clock", json={"at": now.isoformat()}).raise_for_status()
        monkeypatch.setenv("HOS_VIRTUAL_NOW", now.isoformat())

    monkeypatch.setenv("HOS_OVERLAP_AFTER_CONNECT_DAYS", "3")  # as for somebody who was enrolled long ago
    hos("enroll", "--all").succeeded()
    hos("refresh", "--all").succeeded()
    # Every pull moves the watermark on, past nights nobody knows of yet. The last one looks for more of a new type.
    for days in (offline / 2, offline - 1, offline - 1):
        move_to(START + days * DAY)
        hos("refresh", "--all").succeeded()
    end = START + (offline + 1) * DAY
    move_to(end)
    assert hos("gaps").succeeded().json["total"] == 0  # as long as Sahha tells of no change, nothing can be there
    read("UPDATE profiles SET change_count = change_count + 1 RETURNING 1")
    assert hos("gaps").succeeded().json["total"] > 0
    if offline == 12:  # whoever is not behind has no gap, and is left to the refresh
        assert hos("gaps", "--fill").succeeded().json["left"] == 0
    hos("refresh", "--all").succeeded()
    assert hos("gaps").succeeded().json["total"] == 0
    assert (read(BIOMARKERS, FIRST), read(SCORES, FIRST)) == truth(settings, end)
