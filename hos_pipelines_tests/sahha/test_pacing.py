"""Spacing of requests, on a clock that only moves when somebody sleeps."""

import asyncio

import pytest

from hos_pipelines.sahha.pacing import Pace


class Clock:
    """Seconds that pass by sleeping alone."""

    def __init__(self) -> None:
        self.now = 100.0
        self.naps: list[float] = []

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.naps.append(seconds)
        self.now += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(asyncio, "sleep", clock.sleep)
    return clock


def _turns(pace: Pace, clock: Clock, count: int) -> list[float]:
    async def take() -> list[float]:
        times = []
        for _ in range(count):
            await pace.wait_turn()
            times.append(clock.now)
        return times

    return asyncio.run(take())


def test_requests_go_one_delay_apart_and_the_first_at_once(clock: Clock) -> None:
    assert _turns(Pace(0.5, clock), clock, 4) == [100.0, 100.5, 101.0, 101.5]


def test_a_request_after_a_quiet_time_goes_at_once(clock: Clock) -> None:
    pace = Pace(0.5, clock)
    _turns(pace, clock, 1)
    clock.now += 30
    assert _turns(pace, clock, 2) == [130.0, 130.5]


def test_without_a_delay_nobody_waits(clock: Clock) -> None:
    assert _turns(Pace(0.0, clock), clock, 5) == [100.0] * 5
    assert clock.naps == []


def test_callers_at_the_same_moment_get_turns_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    naps: list[float] = []

    async def note(seconds: float) -> None:
        naps.append(seconds)

    async def crowd() -> None:
        pace = Pace(0.5, lambda: 100.0)
        await asyncio.gather(*(pace.wait_turn() for _ in range(4)))

    monkeypatch.setattr(asyncio, "sleep", note)
    asyncio.run(crowd())
    assert naps == [0.5, 1.0, 1.5]


def test_a_pause_holds_everyone_until_it_is_over(clock: Clock) -> None:
    pace = Pace(0.5, clock)
    _turns(pace, clock, 1)
    pace.pause(10)
    assert _turns(pace, clock, 2) == [110.0, 110.5]


def test_a_short_pause_never_ends_a_long_one(clock: Clock) -> None:
    pace = Pace(0.0, clock)
    pace.pause(10)
    pace.pause(1)
    assert _turns(pace, clock, 1) == [110.0]
