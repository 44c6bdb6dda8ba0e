"""After a refresh the tables hold exactly what was served, field by field: no more, no less, no other."""

import json
from typing import Any

import pytest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hos_pipelines.simulator.server import running_simulator
from hos_pipelines.simulator.settings import SimulatorSettings
from hos_pipelines_tests.cli.answers import STREAMS, rows_of, snapshot
from hos_pipelines_tests.cli.conftest import Hos
from hos_pipelines_tests.cli.fixed_sahha import PATHS, FixedSahha, Row
from hos_pipelines_tests.cli.truth import expected, stored

ANNA, BERT = "anna", "bert@example.org"

BIOMARKERS: list[Row] = [
    {"id": "b1", "category": "activity", "type": "steps", "periodicity": "daily", "aggregation": "total",
     "value": "8123", "unit": "count", "valueType": "integer",
     "startDateTime": "2026-10-30T00:00:00+02:00", "endDateTime": "2026-10-31T00:00:00+02:00"},
    {"id": "b2", "category": "activity", "type": "steps", "periodicity": "intraday", "aggregation": "total",
     "value": 512, "unit": "count", "valueType": "integer",
     "startDateTime": "2026-11-01T00:00+02:00", "endDateTime": "2026-11-01T23:59:59+02:00"},
    {"id": "b3", "category": "sleep", "type": "sleep_duration", "periodicity": "daily", "aggregation": "total",
     "value": "431.", "unit": "minute", "valueType": "float",
     "startDateTime": "2026-10-30T22:41:07.123456Z", "endDateTime": "2026-10-31T06:12:00Z"},
    {"id": "b4", "category": "vitals", "type": "heart_rate_resting", "periodicity": "daily", "aggregation": None,
     "value": "0.", "unit": "bpm", "valueType": "float", "mood of the sensor": {"calm": [1, None, "é"]},
     "startDateTime": "2026-10-29T18:00:00-08:00", "endDateTime": None},
    {"id": "b5", "category": "characteristics-of-2031", "type": "shoe_size", "value": True,
     "startDateTime": "2026-10-31T09:30:00+05:45", "endDateTime": "2026-10-31T09:30:00+05:45"},
    {"id": "b6", "category": "sleep", "type": "sleep_start_time", "periodicity": "daily", "value": None,
     "valueType": "datetime", "startDateTime": "2026-10-20T18:00:00+01:00", "endDateTime": "2026-10-21T17:59:59+01:00"},
]  # fmt: skip
SCORES: list[Row] = [
    {"id": "s1", "type": "sleep", "state": "high", "score": 0.8123456789012345, "version": 1.5,
     "dataSources": ["sleep", "demographics"], "scoreDateTime": "2026-10-31T00:00:00+02:00",
     "createdAtUtc": "2026-10-31T04:03:02.100Z",
     "factors": [{"id": "f", "name": "sleep_duration", "value": 0.0, "goal": 480, "score": 1, "state": "low"}]},
    {"id": "s2", "type": "wellbeing", "state": "medium", "score": "1.", "version": 1, "dataSources": [],
     "scoreDateTime": "2026-10-30T00:00:00-03:30", "createdAt": "2026-10-30T23:59:59+00:00", "factors": []},
    {"id": "s3", "type": "readiness", "score": None, "scoreDateTime": "2026-10-28T00:00:00Z", "colour": "blue"},
]  # fmt: skip
ARCHETYPES: list[Row] = [
    {"id": "a1", "name": "activity_level", "value": "highly_active", "dataType": "ordinal", "ordinality": 3,
     "periodicity": "weekly", "startDateTime": "2026-10-19T00:00:00+02:00", "endDateTime": "2026-10-26T00:00:00+02:00",
     "version": 1},
    {"id": "a2", "name": "sleep_pattern", "value": "night_owl", "dataType": "categorical", "ordinality": None,
     "periodicity": "monthly", "startDateTime": "2026-10-01T00:00:00Z", "endDateTime": "2026-10-31T23:59:59Z"},
]  # fmt: skip


@pytest.fixture
def two_people(fixed_sahha: FixedSahha) -> FixedSahha:
    """Anna has everything; Bert, whose external id is no partition key, has one night and nothing else."""
    rows = dict(zip(STREAMS, (BIOMARKERS, SCORES, ARCHETYPES), strict=True))
    fixed_sahha.rows = {(stream, ANNA): rows[stream] for stream in STREAMS}
    fixed_sahha.rows |= {(stream, BERT): [] for stream in STREAMS}
    fixed_sahha.rows["biomarkers", BERT] = [BIOMARKERS[2] | {"id": "of-bert"}]
    return fixed_sahha


@pytest.mark.parametrize("days", [(), ("--days", "1"), ("--days", "3"), ("--days", "400")])
def test_every_field_of_every_served_row_is_in_its_table_and_nothing_else(
    hos: Hos, beside_fixed_sahha: str, two_people: FixedSahha, days: tuple[str, ...]
) -> None:
    keys = hos("enroll", ANNA, BERT).succeeded().json["profile_ids"]
    answer = hos("refresh", ANNA, BERT, *days).succeeded()
    for stream in STREAMS:
        served = [
            (keys[who], row) for (kind, who), rows in two_people.served.items() if kind == stream
            for row in rows.values()
        ]  # fmt: skip
        assert served
        assert stored(beside_fixed_sahha, stream) == expected(stream, served)
        assert answer.json[stream]["inserted"] == len(served)
    assert two_people.refused == []
    assert rows_of(beside_fixed_sahha, "SELECT count(*) FROM quarantine") == [(0,)]


def test_more_days_bring_the_older_rows_and_leave_the_newer_alone(
    hos: Hos, beside_fixed_sahha: str, two_people: FixedSahha
) -> None:
    hos("enroll", ANNA).succeeded()
    few = hos("refresh", ANNA, "--days", "1").succeeded().json["biomarkers"]["inserted"]
    answer = hos("refresh", ANNA, "--days", "60").succeeded()
    assert 0 < few < len(BIOMARKERS)
    assert answer.json["biomarkers"] == {
        "inserted": len(BIOMARKERS) - few, "updated": 0, "unchanged": few, "stale": 0, "quarantined": 0,
    }  # fmt: skip
    assert stored(beside_fixed_sahha, "biomarkers") == expected("biomarkers", [(ANNA, row) for row in BIOMARKERS])


def test_a_revised_value_replaces_its_row_and_no_other(
    hos: Hos, beside_fixed_sahha: str, two_people: FixedSahha
) -> None:
    hos("enroll", ANNA).succeeded()
    hos("refresh", ANNA, "--days", "60").succeeded()
    revised = [BIOMARKERS[0] | {"value": "9001"}, *BIOMARKERS[1:]]
    two_people.rows["biomarkers", ANNA] = revised
    answer = hos("refresh", ANNA, "--days", "60").succeeded()
    assert answer.counted("updated") == {"biomarkers": 1, "scores": 0, "sahha_archetypes": 0}
    assert answer.counted("inserted") == dict.fromkeys(STREAMS, 0)
    assert stored(beside_fixed_sahha, "biomarkers") == expected("biomarkers", [(ANNA, row) for row in revised])


def test_a_row_that_sahha_no_longer_serves_stays(hos: Hos, beside_fixed_sahha: str, two_people: FixedSahha) -> None:
    hos("enroll", ANNA).succeeded()
    hos("refresh", ANNA, "--days", "60").succeeded()
    before = stored(beside_fixed_sahha, "scores")
    two_people.rows["scores", ANNA] = []
    hos("refresh", ANNA, "--days", "60").succeeded()
    assert stored(beside_fixed_sahha, "scores") == before
    assert rows_of(beside_fixed_sahha, "SELECT last_outcome FROM sync_state WHERE stream = 'scores'") == [("empty",)]


def test_an_external_id_that_is_no_partition_key_is_kept_and_asked_for_as_it_is(
    hos: Hos, beside_fixed_sahha: str, two_people: FixedSahha
) -> None:
    key = hos("enroll", BERT).succeeded().json["profile_ids"][BERT]
    assert BERT not in key
    hos("refresh", BERT).succeeded()
    assert rows_of(beside_fixed_sahha, "SELECT profile_id, external_id FROM profiles") == [(key, BERT)]
    assert {asked.split("?")[0] for asked in two_people.asked if "/v1/profile/" in asked} == {
        f"GET /api/v1/profile/{path}/bert%40example.org" for path in PATHS
    }


class Recorder:
    """Around the simulator: keeps the rows of every answer it gives."""

    def __init__(self, app: ASGIApp, served: dict[str, dict[str, tuple[str, Row]]]) -> None:
        self._app = app
        self._served = served

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"].split("/")
        if scope["type"] != "http" or path[3:4] != ["profile"]:
            await self._app(scope, receive, send)
            return

        async def keep(message: Message) -> None:
            if message["type"] == "http.response.body" and message.get("body"):
                rows = json.loads(message["body"])
                self._served[PATHS[path[4]]].update({row["id"]: (path[5], row) for row in rows})
            await send(message)

        await self._app(scope, receive, keep)


@pytest.mark.parametrize(("wire", "days"), [("2024", 30), ("2025", 400)])
def test_both_wire_formats_arrive_whole(
    hos: Hos, deployed: str, monkeypatch: pytest.MonkeyPatch, wire: Any, days: int
) -> None:
    served: dict[str, dict[str, tuple[str, Row]]] = {stream: {} for stream in STREAMS}
    with running_simulator(SimulatorSettings(users=12, days=8, wire_format=wire)) as sahha:
        sahha.app.add_middleware(Recorder, served=served)
        monkeypatch.setenv("SAHHA_API_BASE_URL", sahha.url)
        hos("enroll", "--all").succeeded()
        first = hos("refresh", "--all", "--days", str(days)).succeeded()
        once = snapshot(deployed)
        again = hos("refresh", "--all", "--days", str(days)).succeeded()
    for stream in STREAMS:
        assert stored(deployed, stream) == expected(stream, served[stream].values())
        assert once[stream] == snapshot(deployed)[stream]
    assert first.counted("inserted") == {stream: len(served[stream]) for stream in STREAMS}
    assert first.json["biomarkers"]["inserted"] > 12
    assert again.counted("unchanged") == first.counted("inserted")
    assert again.counted("inserted") == again.counted("updated") == dict.fromkeys(STREAMS, 0)
