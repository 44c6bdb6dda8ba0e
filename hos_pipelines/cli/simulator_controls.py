"""The control routes of a running simulator, for the commands that drive one."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime

import httpx

from hos_pipelines.simulator.responses import Response

PATIENCE_S = 60.0


class SimulatorControls:
    """Moves a simulator's clock, and has lived days show in what it serves."""

    def __init__(self, http: httpx.Client) -> None:
        self._http = http

    def move_clock(self, at: datetime) -> None:
        """From now on the simulator's present is this instant."""
        self._post("clock", {"at": at.isoformat()})

    def respond(self, external_id: str, day: date, response: Response) -> None:
        """Has a lived day show in the readings of a person."""
        self._post("responses", {"external_id": external_id, "day": day.isoformat(), **response._asdict()})

    def _post(self, route: str, body: dict[str, object]) -> None:
        self._http.post(f"/simulator/{route}", json=body).raise_for_status()


@contextmanager
def simulator_controls(url: str) -> Iterator[SimulatorControls]:
    """The controls of the simulator at an address, on this machine and so without a proxy."""
    with httpx.Client(base_url=url, trust_env=False, timeout=PATIENCE_S) as http:
        yield SimulatorControls(http)
