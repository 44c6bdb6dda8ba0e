"""Figures nobody computed: of the form of one that was shown, but another."""

import re
from collections.abc import Collection
from itertools import count

_CLOCK = re.compile(r"\b(\d{1,2}):(\d{2})\b")
_INTEGER = re.compile(r"\d+")
_STEP_MINUTES = 97
_DAY_MINUTES = 1440


def invented_figure(shown: str, taken: Collection[str]) -> str:
    """A figure such as `shown`, a clock time for a clock time, that is none of `taken`."""
    if not _INTEGER.search(shown):
        return invented_figure("37 %", taken)
    avoided = {shown, *taken}
    return next(figure for step in count(1) if (figure := _move_digits(shown, step)) not in avoided)


def _move_digits(shown: str, step: int) -> str:
    clock = _CLOCK.search(shown)
    if clock:
        minutes = (int(clock[1]) * 60 + int(clock[2]) + step * _STEP_MINUTES) % _DAY_MINUTES
        return f"{shown[: clock.start()]}{minutes // 60:0{len(clock[1])}d}:{minutes % 60:02d}{shown[clock.end() :]}"
    return _INTEGER.sub(lambda found: str(int(found[0]) + step), shown, count=1)
