"""A simulator over real HTTP and a caller that holds its token."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from hos_pipelines.simulator.server import running_simulator
from hos_pipelines.simulator.settings import SimulatorSettings

Row = dict[str, Any]
ALL_CATEGORIES = ("activity", "body", "sleep", "vitals")


class Caller:
    """Asks one simulator as an account does; `http` is the bare client for everything unusual."""

    def __init__(self, http: httpx.Client) -> None:
        self.http = http
        self.log_in()

    def log_in(self) -> None:
        answer = self.http.post(
            "/api/v1/oauth/account/token", json={"clientId": "simulator", "clientSecret": "simulator"}
        )
        self.http.headers["Authorization"] = f"account {answer.json()['accountToken']}"

    def get(self, path: str, person: str, **query: Any) -> httpx.Response:
        return self.http.get(f"/api/v1/profile/{path}/{person}", params=query)

    def biomarkers(self, person: str, *categories: str, **query: Any) -> list[Row]:
        rows: list[Row] = self.get("biomarker", person, categories=categories or ALL_CATEGORIES, **query).json()
        return rows

    def scores(self, person: str, **query: Any) -> list[Row]:
        rows: list[Row] = self.get("score", person, **query).json()
        return rows

    def archetypes(self, person: str, **query: Any) -> list[Row]:
        rows: list[Row] = self.get("archetypes", person, **query).json()
        return rows

    def search(self, **query: Any) -> Row:
        page: Row = self.http.get("/api/v1/account/profile/search", params=query).json()
        return page

    def clock(self, **body: Any) -> str:
        answer = self.http.post("/simulator/clock", json=body)
        answer.raise_for_status()
        return str(answer.json()["at"])

    def fault(self, person: str, kind: str, **more: Any) -> None:
        body = {"external_id": person, "kind": kind} | more
        self.http.post("/simulator/faults", json=body).raise_for_status()


Start = Callable[..., Caller]


@pytest.fixture
def start() -> Iterator[Start]:
    """Start simulators that end with the test."""
    with ExitStack() as stack:

        def started(**settings: Any) -> Caller:
            simulator = stack.enter_context(running_simulator(SimulatorSettings(**settings)))
            return Caller(stack.enter_context(httpx.Client(base_url=simulator.url, trust_env=False, timeout=10)))

        yield started


@pytest.fixture(scope="module")
def caller() -> Iterator[Caller]:
    """The default simulator, shared by tests that change nothing."""
    with (
        running_simulator(SimulatorSettings()) as simulator,
        httpx.Client(base_url=simulator.url, trust_env=False, timeout=10) as http,
    ):
        yield Caller(http)


def slot(row: Row) -> tuple[str, str]:
    """Type and local day of a row, in either wire format: the day of (end - 1 s)."""
    end = datetime.fromisoformat(row["endDateTime"])
    return row["type"], str((end - timedelta(seconds=1 if end.second == 0 else 0)).date())


def by_slot(rows: list[Row]) -> dict[tuple[str, str], Row]:
    return {slot(row): row for row in rows}
