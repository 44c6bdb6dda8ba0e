"""Lets requests wait for their turns, so that all callers together keep the distance that Sahha asks for."""

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path

from hos_pipelines.sahha.errors import RateLimitedError, TransientError
from hos_pipelines.sahha.pace_store import PaceFile, PaceMemory
from hos_pipelines.sahha.throttle import Throttle

LONGEST_WAIT_S = 300.0
LOCK_RETRY_S = 0.001
LOCK_TRIES = 5000
# A wait of so many seconds is told, since nothing else on a screen says why nothing comes.
TOLD_FROM_S = 5.0
TOLD_EVERY_S = 30.0

_log = logging.getLogger(__name__)


class Pace:
    """Gives out turns `delay_s` seconds apart, further where Sahha asks for it (see `Throttle`).

    With a file, everyone on this machine who names the same one keeps the distance together; without, only the callers
    of this object do. The clock is monotonic, in seconds, and one for all who share the file. A client holds one turn
    ahead at a time, the rest of its callers queue behind it: a process that is killed wastes a single turn.
    """

    def __init__(self, delay_s: float, clock: Callable[[], float], file: Path | None = None) -> None:
        self._delay_s = delay_s
        self._clock = clock
        self._store = PaceMemory() if file is None else PaceFile(file)
        self._queue = asyncio.Lock()
        self._is_slowed = False
        self._told_at = -TOLD_EVERY_S

    async def wait_turn(self) -> float:
        """Returns when this request may be sent; gives the instant of its turn, to tell the answer by.

        Raises:
            RateLimitedError: Sahha has put everyone off again and again, for longer than `LONGEST_WAIT_S`.
            TransientError: another process keeps the file locked.
            MisconfiguredError: the file cannot be used.
        """
        now = self._clock()
        throttle = self._store.read()
        if throttle is not None and throttle.lets_pass(now, self._delay_s):
            return now
        async with self._queue:
            return await self._next_turn(now + LONGEST_WAIT_S)

    async def note_429(self, turn: float, pause_s: float) -> None:
        """After a 429: everyone waits for so many seconds, and goes slower afterwards. Raises as `wait_turn`."""
        await self._change(lambda kept, now: kept.after_429(turn, now, pause_s, self._delay_s))

    async def note_answer(self, turn: float) -> None:
        """After a good answer: enough of them take the slowness of a 429 back. Raises as `wait_turn`."""
        if self._is_slowed:
            await self._change(lambda kept, _: kept.after_answer(turn, self._delay_s))

    async def _next_turn(self, deadline: float) -> float:
        while True:
            reserved = await self._change(lambda kept, now: kept.after_reserving(now, self._delay_s))
            turn = reserved.last_turn
            self._tell(reserved)
            await self._sleep_until(turn)
            throttle = self._store.read() or await self._change(lambda kept, _: kept)
            if throttle.hold_until <= turn:
                return turn
            if self._clock() >= deadline:
                raise RateLimitedError(
                    f"Sahha has put requests off for more than {LONGEST_WAIT_S:g} s; this one is left for later."
                )

    def _tell(self, throttle: Throttle) -> None:
        """Says that Sahha, not the configured delay, is what keeps this turn waiting, now and then."""
        now = self._clock()
        wait_s = throttle.last_turn - now
        is_sahhas = throttle.learned_s > self._delay_s or throttle.hold_until > now
        if is_sahhas and wait_s >= TOLD_FROM_S and now - self._told_at >= TOLD_EVERY_S:
            self._told_at = now
            _log.warning("held back by Sahha for %.0f s: it answered that requests come too fast.", wait_s)

    async def _sleep_until(self, turn: float) -> None:
        wait_s = turn - self._clock()
        if wait_s > 0:
            await asyncio.sleep(wait_s)

    async def _change(self, change: Callable[[Throttle, float], Throttle]) -> Throttle:
        def change_kept(kept: Throttle) -> Throttle:
            now = self._clock()
            return change(kept.or_fresh(now, self._delay_s), now)

        for _ in range(LOCK_TRIES):
            throttle = self._store.update(change_kept)
            if throttle is not None:
                self._is_slowed = throttle.learned_s > 0
                return throttle
            await asyncio.sleep(LOCK_RETRY_S)
        raise TransientError(
            "another process keeps the file locked that spaces requests to Sahha out; end it if it hangs."
        )
