"""The two-process model of sleep: pressure S that grows awake and decays asleep.

Borbely 1982, Daan 1984; parameters as in npj Biol Timing Sleep 2025, s44323-025-00039-z, figure 1. S is from 0 to 1.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TwoProcess:
    """Time constants in hours."""

    rise_hours: float = 18.2
    decay_hours: float = 4.2

    def awake(self, pressure: float, hours: float) -> float:
        """S after so many hours awake: 1 - (1 - S0) exp(-t / rise)."""
        return 1 - (1 - pressure) * math.exp(-hours / self.rise_hours)

    def asleep(self, pressure: float, hours: float) -> float:
        """S after so many hours asleep: S0 exp(-t / decay)."""
        return pressure * math.exp(-hours / self.decay_hours)

    def through(self, sleeps: Iterable[tuple[float, float]], pressure: float, since: float, until: float) -> float:
        """S at the hour `until`, from `pressure` at the hour `since`, past sleeps (onset, wake) in order of time."""
        for onset, wake in sleeps:
            pressure = self.asleep(self.awake(pressure, onset - since), wake - onset)
            since = wake
        return self.awake(pressure, until - since)
