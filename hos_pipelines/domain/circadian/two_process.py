"""The two-process model of sleep: pressure S that grows awake and decays asleep, between two thresholds.

Borbely 1982, Daan 1984; parameters as in npj Biol Timing Sleep 2025, s44323-025-00039-z, figure 1. S is from 0 to 1.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

DAY_HOURS = 24.0
ANGLE = 2 * math.pi / DAY_HOURS
SKEWED_HARMONICS = (0.97, 0.22, 0.07, 0.03, 0.001)
SCAN_HOURS = 0.01
LONGEST_STATE_HOURS = 96.0
BISECTIONS = 60


class ThresholdSleep(NamedTuple):
    """One sleep of the threshold model: hours since an upward zero of C, S at either end."""

    onset: float
    hours: float
    pressure_onset: float
    pressure_wake: float


@dataclass(frozen=True, slots=True)
class TwoProcess:
    """Time constants in hours, thresholds and amplitude of the circadian modulation in units of S."""

    rise_hours: float = 18.2
    decay_hours: float = 4.2
    upper: float = 0.67
    lower: float = 0.17
    amplitude: float = 0.12

    def awake(self, pressure: float, hours: float) -> float:
        """S after so many hours awake: 1 - (1 - S0) exp(-t / rise)."""
        return 1 - (1 - pressure) * math.exp(-hours / self.rise_hours)

    def asleep(self, pressure: float, hours: float) -> float:
        """S after so many hours asleep: S0 exp(-t / decay)."""
        return pressure * math.exp(-hours / self.decay_hours)

    def equilibrium(self, hours_awake: float, hours_asleep: float) -> tuple[float, float]:
        """S at waking and at bedtime of a schedule kept forever."""
        rise, decay = math.exp(-hours_awake / self.rise_hours), math.exp(-hours_asleep / self.decay_hours)
        bed = (1 - rise) / (1 - rise * decay)
        return bed * decay, bed

    def through(self, sleeps: Iterable[tuple[float, float]], pressure: float, since: float, until: float) -> float:
        """S at the hour `until`, from `pressure` at the hour `since`, past sleeps (onset, wake) in order of time."""
        for onset, wake in sleeps:
            pressure = self.asleep(self.awake(pressure, onset - since), wake - onset)
            since = wake
        return self.awake(pressure, until - since)

    def threshold(self, level: float, hours: Floats | float) -> Floats:
        """A threshold moved by the plain sine C = a sin(2 pi t / 24)."""
        return np.asarray(level + self.amplitude * np.sin(ANGLE * np.asarray(hours, dtype=np.float64)))

    def next_sleep(self, woke: float) -> ThresholdSleep:
        """The sleep that follows on waking, at that hour, on the lower threshold.

        Raises:
            ValueError: S meets no threshold within four days.
        """
        start = float(self.threshold(self.lower, woke))
        onset = self._crossing(woke, start, falls=False)
        tired = self.awake(start, onset - woke)
        wake = self._crossing(onset, tired, falls=True)
        return ThresholdSleep(onset, wake - onset, tired, self.asleep(tired, wake - onset))

    def free_running(self, sleeps: int, woke: float = 0.0) -> list[ThresholdSleep]:
        """So many successive sleeps without an alarm clock, from waking on the lower threshold at hour `woke`."""
        found: list[ThresholdSleep] = []
        for _ in range(sleeps):
            found.append(self.next_sleep(woke))
            woke = found[-1].onset + found[-1].hours
        return found

    def _crossing(self, since: float, pressure: float, *, falls: bool) -> float:
        """The hour at which S first reaches its threshold: a scan finds the interval, bisection the moment."""
        hours = np.arange(SCAN_HOURS, LONGEST_STATE_HOURS, SCAN_HOURS)
        if falls:
            past = pressure * np.exp(-hours / self.decay_hours) <= self.threshold(self.lower, since + hours)
        else:
            past = 1 - (1 - pressure) * np.exp(-hours / self.rise_hours) >= self.threshold(self.upper, since + hours)
        if not past.any():
            raise ValueError("Sleep pressure meets no threshold within four days: no such person.")
        high = float(hours[int(past.argmax())])
        low = high - SCAN_HOURS
        for _ in range(BISECTIONS):
            middle = (low + high) / 2
            if self._is_past(since, pressure, middle, falls=falls):
                high = middle
            else:
                low = middle
        return since + high

    def _is_past(self, since: float, pressure: float, hours: float, *, falls: bool) -> bool:
        if falls:
            return self.asleep(pressure, hours) <= float(self.threshold(self.lower, since + hours))
        return self.awake(pressure, hours) >= float(self.threshold(self.upper, since + hours))


def skewed_wave(hours: Floats | float) -> Floats:
    """The skewed circadian wave of Daan 1984, five harmonics of 24 hours, at hours after its upward zero."""
    order = np.arange(1, len(SKEWED_HARMONICS) + 1)
    angles = ANGLE * np.asarray(hours, dtype=np.float64)[..., np.newaxis] * order
    return np.asarray(np.sin(angles) @ np.array(SKEWED_HARMONICS))
