"""Spaces requests out, so that all callers of one client together keep the distance Sahha is promised."""

import asyncio
from collections.abc import Callable


class Pace:
    """Lets one request go every `delay_s` seconds; a pause asked for by Sahha holds everyone."""

    def __init__(self, delay_s: float, clock: Callable[[], float]) -> None:
        self._delay_s = delay_s
        self._clock = clock
        self._next_at = 0.0

    async def wait_turn(self) -> None:
        """Returns when this request may be sent."""
        now = self._clock()
        turn = max(now, self._next_at)
        self._next_at = turn + self._delay_s
        if turn > now:
            await asyncio.sleep(turn - now)

    def pause(self, seconds: float) -> None:
        """Holds every later request for that long."""
        self._next_at = max(self._next_at, self._clock() + seconds)
