"""What the simulated account holds: its own answers, asked for over HTTP at any instant, from a twin without faults."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import httpx

from hos_pipelines.domain.sync import Stream
from hos_pipelines.sahha.client import CATEGORIES
from hos_pipelines.sahha.pull import ARCHETYPE_PERIOD
from hos_pipelines.simulator.server import running_simulator
from hos_pipelines.simulator.settings import SimulatorSettings
from hos_pipelines_tests.cli.truth import Row, Stored, expected

PATHS = {Stream.BIOMARKERS: "biomarker", Stream.SCORES: "score", Stream.SAHHA_ARCHETYPES: "archetypes"}

Dates = tuple[date, date]


class Account:
    """Asks the twin, each question once."""

    def __init__(self, http: httpx.Client) -> None:
        self._http = http
        self._served: dict[tuple[Any, ...], list[Row]] = {}
        self._expected: dict[tuple[Any, ...], list[Stored]] = {}

    def served(self, stream: Stream, external_id: str, dates: Dates, at: datetime) -> list[Row]:
        """The rows of an answer given at that instant to a request for these dates, both included."""
        question = (stream, external_id, dates, at)
        if question not in self._served:
            self._served[question] = self._ask(*question)
        return self._served[question]

    def stored(self, stream: Stream, external_id: str, dates: Dates, at: datetime) -> list[Stored]:
        """What the table must hold of that answer, for a profile whose id is the external id."""
        question = (stream, external_id, dates, at)
        if question not in self._expected:
            self._expected[question] = expected(stream, [(external_id, row) for row in self.served(*question)])
        return self._expected[question]

    def _ask(self, stream: Stream, external_id: str, dates: Dates, at: datetime) -> list[Row]:
        self._http.post("/simulator/clock", json={"at": at.isoformat()}).raise_for_status()
        start = dates[0] - ARCHETYPE_PERIOD if stream is Stream.SAHHA_ARCHETYPES else dates[0]
        query: list[tuple[str, str | int | float | bool | None]] = [
            ("startDateTime", start.isoformat()),
            ("endDateTime", dates[1].isoformat()),
        ]
        if stream is Stream.BIOMARKERS:
            query += [("categories", category) for category in CATEGORIES]
        answer = self._http.get(f"/api/v1/profile/{PATHS[stream]}/{external_id}", params=query)
        rows: list[Row] = answer.raise_for_status().json()
        return rows


@contextmanager
def account_of(settings: SimulatorSettings) -> Iterator[Account]:
    """The account that a simulator with these settings serves, whatever faults it makes."""
    honest = replace(settings, fault_rate=0.0, latency_ms=0)
    credentials = {"clientId": settings.client_id, "clientSecret": settings.client_secret}
    with running_simulator(honest) as twin, httpx.Client(base_url=twin.url, trust_env=False) as http:
        token = http.post("/api/v1/oauth/account/token", json=credentials).raise_for_status().json()["accountToken"]
        http.headers["Authorization"] = f"account {token}"
        yield Account(http)
