"""Spacing of requests: on a clock that only moves when somebody sleeps, and between real processes."""

import asyncio
import fcntl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import pairwise
from pathlib import Path

import pytest

from hos_pipelines.sahha import pacing
from hos_pipelines.sahha.errors import RateLimitedError, TransientError
from hos_pipelines.sahha.pace_store import PaceFile
from hos_pipelines.sahha.pacing import Pace
from hos_pipelines.sahha.throttle import Throttle


class Clock:
    """Seconds that pass by sleeping alone."""

    def __init__(self) -> None:
        self.now = 100.0
        self.naps: list[float] = []
        self.interruptions: list[Callable[[], None]] = []

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.naps.append(seconds)
        if self.interruptions:
            self.interruptions.pop(0)()
        self.now += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(asyncio, "sleep", clock.sleep)
    return clock


@pytest.fixture(params=["in memory", "in a file"])
def file(request: pytest.FixtureRequest, tmp_path: Path) -> Path | None:
    return tmp_path / "sahha.pace" if request.param == "in a file" else None


def _turns(pace: Pace, clock: Clock, count: int) -> list[float]:
    async def take() -> list[float]:
        times = []
        for _ in range(count):
            assert await pace.wait_turn() == clock.now
            times.append(clock.now)
        return times

    return asyncio.run(take())


def _refuse(pace: Pace, turn: float, pause_s: float = 0.0) -> None:
    asyncio.run(pace.note_429(turn, pause_s))


def test_requests_go_one_delay_apart_and_the_first_at_once(clock: Clock, file: Path | None) -> None:
    assert _turns(Pace(0.5, clock, file), clock, 4) == [100.0, 100.5, 101.0, 101.5]


def test_a_request_after_a_quiet_time_goes_at_once(clock: Clock, file: Path | None) -> None:
    pace = Pace(0.5, clock, file)
    _turns(pace, clock, 1)
    clock.now += 30
    assert _turns(pace, clock, 2) == [130.0, 130.5]


def test_without_a_delay_nobody_waits(clock: Clock, file: Path | None) -> None:
    assert _turns(Pace(0.0, clock, file), clock, 5) == [100.0] * 5
    assert clock.naps == []


def test_without_a_delay_a_turn_leaves_no_trace_in_the_file(clock: Clock, tmp_path: Path) -> None:
    path = tmp_path / "sahha.pace"
    pace = Pace(0.0, clock, path)
    _turns(pace, clock, 1)
    kept = path.read_bytes()
    with path.open() as holder:
        fcntl.flock(holder, fcntl.LOCK_EX)
        clock.now += 1
        assert _turns(pace, clock, 3) == [101.0] * 3
    assert path.read_bytes() == kept


def test_callers_at_the_same_moment_get_turns_of_their_own_in_order(
    monkeypatch: pytest.MonkeyPatch, file: Path | None
) -> None:
    naps: list[float] = []
    turns: list[tuple[int, float]] = []

    async def note(seconds: float) -> None:
        naps.append(seconds)

    async def crowd() -> None:
        pace = Pace(0.5, lambda: 100.0, file)

        async def caller(number: int) -> None:
            turns.append((number, await pace.wait_turn()))

        await asyncio.gather(*map(caller, range(4)))

    monkeypatch.setattr(asyncio, "sleep", note)
    asyncio.run(crowd())
    assert naps == [0.5, 1.0, 1.5]
    assert turns == [(0, 100.0), (1, 100.5), (2, 101.0), (3, 101.5)]


def test_a_long_wait_that_sahha_asks_for_is_told_once_and_one_that_is_configured_is_not(
    clock: Clock, file: Path | None, caplog: pytest.LogCaptureFixture
) -> None:
    _turns(Pace(20.0, clock, None), clock, 3)
    pace = Pace(0.0, clock, file)
    _refuse(pace, _turns(pace, clock, 1)[0], 2.0)
    _turns(pace, clock, 1)
    assert caplog.messages == []
    _refuse(pace, _turns(pace, clock, 1)[0], 9.0)
    _turns(pace, clock, 3)
    [told] = caplog.messages
    assert told == "held back by Sahha for 9 s: it answered that requests come too fast."
    clock.now += 30
    _refuse(pace, _turns(pace, clock, 1)[0], 9.0)
    _turns(pace, clock, 1)
    assert len(caplog.messages) == 2


def test_two_clients_with_one_file_share_its_turns(clock: Clock, tmp_path: Path) -> None:
    one, other = Pace(0.5, clock, tmp_path / "sahha.pace"), Pace(0.5, clock, tmp_path / "sahha.pace")
    assert _turns(one, clock, 2) + _turns(other, clock, 2) == [100.0, 100.5, 101.0, 101.5]


def test_a_pause_holds_everyone_until_it_is_over_and_slows_them_down_afterwards(
    clock: Clock, file: Path | None
) -> None:
    pace = Pace(0.5, clock, file)
    _turns(pace, clock, 1)
    _refuse(pace, 100.0, 10)
    assert _turns(pace, clock, 3) == [110.0, 111.0, 112.0]


def test_a_pause_holds_those_who_share_the_file(clock: Clock, tmp_path: Path) -> None:
    one, other = Pace(0.0, clock, tmp_path / "sahha.pace"), Pace(0.0, clock, tmp_path / "sahha.pace")
    _turns(other, clock, 1)
    _refuse(one, 100.0, 10)
    assert _turns(other, clock, 2) == [110.0, 110.02]


def test_a_short_pause_never_ends_a_long_one(clock: Clock, file: Path | None) -> None:
    pace = Pace(0.0, clock, file)
    _refuse(pace, 100.0, 10)
    _refuse(pace, 100.0, 1)
    assert _turns(pace, clock, 1) == [110.0]


def test_good_answers_bring_the_configured_delay_back(clock: Clock, file: Path | None) -> None:
    pace = Pace(0.0, clock, file)
    _refuse(pace, 100.0)

    async def ask() -> None:
        for _ in range(140):
            await pace.note_answer(await pace.wait_turn())

    asyncio.run(ask())
    slow_until = clock.now
    assert 100.02 + 139 * 0.01 < slow_until < 100.02 + 139 * 0.02
    clock.naps.clear()
    assert _turns(pace, clock, 3) == [slow_until] * 3


def test_a_pause_that_comes_while_somebody_waits_is_respected_when_he_wakes(clock: Clock, file: Path | None) -> None:
    pace = Pace(0.5, clock, file)
    _turns(pace, clock, 1)
    clock.interruptions = [lambda: _refuse_from_elsewhere(pace, clock, 20)]
    assert _turns(pace, clock, 1) == [120.0]
    assert clock.naps == [0.5, 19.5]


def _refuse_from_elsewhere(pace: Pace, clock: Clock, pause_s: float) -> None:
    pace._store.update(lambda kept: kept.after_429(clock.now, clock.now, pause_s, 0.5))


def test_who_is_put_off_again_and_again_gives_up_after_five_minutes(clock: Clock, file: Path | None) -> None:
    pace = Pace(0.5, clock, file)
    _turns(pace, clock, 1)
    clock.interruptions = [lambda: _refuse_from_elsewhere(pace, clock, 60)] * 50
    with pytest.raises(RateLimitedError) as refusal:
        _turns(pace, clock, 1)
    assert str(refusal.value) == "Sahha has put requests off for more than 300 s; this one is left for later."
    assert 300 <= clock.now - 100 <= 300 + 2 * 60


def test_a_caller_who_gives_up_waiting_holds_nobody_back(tmp_path: Path) -> None:
    async def give_up() -> float:
        pace = Pace(60.0, time.monotonic, tmp_path / "sahha.pace")
        first = await pace.wait_turn()
        waiting = [asyncio.create_task(pace.wait_turn()) for _ in range(3)]
        await asyncio.sleep(0)
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        return first

    first = asyncio.run(give_up())
    kept = PaceFile(tmp_path / "sahha.pace").read()
    assert kept is not None
    assert kept.last_turn == first + 60.0


def test_a_file_that_stays_locked_is_an_error_to_try_again_later(
    clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pacing, "LOCK_TRIES", 3)
    path = tmp_path / "sahha.pace"
    pace = Pace(0.5, clock, path)
    with path.open("w") as holder:
        fcntl.flock(holder, fcntl.LOCK_EX)
        with pytest.raises(TransientError) as failure:
            _turns(pace, clock, 1)
    assert str(failure.value) == (
        "another process keeps the file locked that spaces requests to Sahha out; end it if it hangs."
    )
    assert clock.naps == [0.001] * 3
    assert len(_turns(pace, clock, 1)) == 1


@pytest.mark.parametrize("content", [b"", b"rubbish", b"\xff" * 4096])
def test_rubbish_in_the_file_is_no_obstacle(clock: Clock, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "sahha.pace"
    path.write_bytes(content)
    assert _turns(Pace(0.5, clock, path), clock, 2) == [100.0, 100.5]


@pytest.mark.parametrize("delay_s", [0.0, 0.5])
def test_a_file_that_lies_in_the_future_is_from_another_boot_and_holds_nobody(
    clock: Clock, tmp_path: Path, delay_s: float
) -> None:
    path = tmp_path / "sahha.pace"
    PaceFile(path).update(lambda _: Throttle(1e6, 8.0, 8.0, 1e6, 1e6, 1e6))
    assert _turns(Pace(delay_s, clock, path), clock, 2) == [100.0, 100.0 + delay_s]


@contextmanager
def _taker(path: Path, delay_s: float, count: int) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", f"{__package__}.turn_taker", str(path), str(delay_s), str(count)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def _say_go(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.write("go\n")
    process.stdin.flush()


def _next_line(process: subprocess.Popen[str]) -> float:
    assert process.stdout is not None
    return float(process.stdout.readline())


def test_no_two_turns_of_four_processes_are_closer_than_the_delay(tmp_path: Path) -> None:
    with ExitStack() as stack:
        takers = [stack.enter_context(_taker(tmp_path / "sahha.pace", 0.005, 25)) for _ in range(4)]
        for taker in takers:
            _say_go(taker)
        told = [taker.communicate(timeout=60)[0] for taker in takers]
    turns = sorted(float(line) for lines in told for line in lines.split())
    assert len(turns) == 100
    assert [pair for pair in pairwise(turns) if pair[1] < pair[0] + 0.005] == []


def test_a_process_killed_amid_its_turns_does_not_hold_up_the_others(tmp_path: Path) -> None:
    path = tmp_path / "sahha.pace"
    with _taker(path, 0.001, 1_000_000) as doomed, _taker(path, 0.001, 300) as other:
        _say_go(doomed)
        _say_go(other)
        turns = [_next_line(doomed) for _ in range(20)]
        doomed.kill()
        assert doomed.stdout is not None
        turns += [float(line) for line in doomed.stdout if line.endswith("\n")]
        turns += [float(line) for line in other.communicate(timeout=60)[0].split()]
    assert len(turns) >= 320
    assert [pair for pair in pairwise(sorted(turns)) if pair[1] < pair[0] + 0.001] == []


def test_a_process_killed_while_it_holds_the_lock_lets_go_of_it(clock: Clock, tmp_path: Path) -> None:
    path = tmp_path / "sahha.pace"
    script = (
        "import fcntl, sys; file = open(sys.argv[1], 'w'); fcntl.flock(file, fcntl.LOCK_EX); print(1.0, flush=True)"
    )
    command = [sys.executable, "-c", f"{script}; sys.stdin.read()", str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        _next_line(holder)
        assert PaceFile(path).update(lambda kept: kept) is None
        holder.kill()
    assert _turns(Pace(0.5, clock, path), clock, 2) == [100.0, 100.5]
