"""The three-process model of alertness (Folkard and Akerstedt; Ingre 2014, PLoS ONE 0108679): a second opinion.

It knows no dip at midday, so its single peak checks the afternoon of the energy curve and nothing finer.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

DAY_HOURS = 24.0
PHASE_AFTER_MIDSLEEP = 13.8


def personal_phase(midsleep: float) -> float:
    """The phase of someone by the clock hour of midsleep: 16.8 belongs to a midsleep of 03:00."""
    return (midsleep + PHASE_AFTER_MIDSLEEP) % DAY_HOURS


@dataclass(frozen=True, slots=True)
class ThreeProcess:
    """Parameters by their names in Ingre 2014; `phase` is the clock hour of the circadian peak."""

    phase: float = 16.8
    lower_asymptote: float = 2.4
    upper_asymptote: float = 14.3
    breaking_level: float = 12.2
    wake_rate: float = -0.0353
    sleep_rate: float = math.log(0.3 / 6.34) / 8
    circadian_amplitude: float = 2.5
    ultradian_mean: float = -0.5
    ultradian_amplitude: float = 0.5
    ultradian_lag: float = 3.0
    inertia: float = -5.72
    inertia_rate: float = -1.51

    def awake(self, homeostat: float, hours: float) -> float:
        """S after so many hours awake."""
        return self.lower_asymptote + (homeostat - self.lower_asymptote) * math.exp(self.wake_rate * hours)

    def asleep(self, homeostat: float, hours: float) -> float:
        """S after so many hours asleep: a straight line up to the breaking level, then an exponential."""
        gap = self.upper_asymptote - self.breaking_level
        if homeostat < self.breaking_level:
            slope = -self.sleep_rate * gap
            until_break = (self.breaking_level - homeostat) / slope
            if hours <= until_break:
                return homeostat + slope * hours
            return self.upper_asymptote - gap * math.exp(self.sleep_rate * (hours - until_break))
        return self.upper_asymptote - (self.upper_asymptote - homeostat) * math.exp(self.sleep_rate * hours)

    def through(self, sleeps: Iterable[tuple[float, float]], homeostat: float, since: float, until: float) -> float:
        """S at the hour `until`, from `homeostat` at the hour `since`, past sleeps (onset, wake) in order of time."""
        for onset, wake in sleeps:
            homeostat = self.asleep(self.awake(homeostat, onset - since), wake - onset)
            since = wake
        return self.awake(homeostat, until - since)

    def circadian(self, clock_hours: Floats) -> Floats:
        """C and U together: the 24-hour and the 12-hour wave at clock hours."""
        angle = 2 * np.pi / DAY_HOURS * (clock_hours - self.phase)
        half_day = 2 * angle - 4 * np.pi / DAY_HOURS * self.ultradian_lag
        return np.asarray(
            self.circadian_amplitude * np.cos(angle) + self.ultradian_mean + self.ultradian_amplitude * np.cos(half_day)
        )

    def waking_inertia(self, hours_awake: Floats) -> Floats:
        """W: what waking up still costs after so many hours awake."""
        return np.asarray(self.inertia * np.exp(self.inertia_rate * hours_awake))

    def alertness(self, homeostat_at_wake: float, wake: float, hours_awake: Floats) -> Floats:
        """S + C + U at hours since waking at clock hour `wake`."""
        decay = np.exp(self.wake_rate * hours_awake)
        level = self.lower_asymptote + (homeostat_at_wake - self.lower_asymptote) * decay
        return np.asarray(level + self.circadian(wake + hours_awake))

    def peak_hour(self, homeostat_at_wake: float, wake: float, hours_awake: Floats) -> float:
        """The clock hour, of those given, at which S + C + U + W is highest."""
        alertness = self.alertness(homeostat_at_wake, wake, hours_awake) + self.waking_inertia(hours_awake)
        return float((wake + hours_awake[int(alertness.argmax())]) % DAY_HOURS)
