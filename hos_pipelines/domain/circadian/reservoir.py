"""The reservoir model of performance, minute by minute: what sleep fills and waking drains, times the hour of the day.

Hursh, US patent 6,579,233 (expired), in the patent's form and constants. E is 100 at a full reservoir and no particular
hour; here it ranks hours of a day and is never read as a percentage of alertness.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

DAY_MINUTES = 1440
CAPACITY = 2880.0
INITIAL_LEVEL = 2592.0
DRAIN = 0.5
MOST_PER_MINUTE = 3.4
REFILL = 0.00312
PROPENSITY = 0.55
AMPLITUDE = 7.0
AMPLITUDE_WHEN_EMPTY = 5.0
INERTIA = 5.0
INERTIA_RATE = 0.04
INERTIA_MINUTES = 120
SECOND_WAVE = 0.5
SECOND_WAVE_LAG = 180
PHASE_BEFORE_BED_HOURS = 5.0
BIN_MINUTES = 15
LONGEST_SLEEP = 2 * DAY_MINUTES


class SleepSpan(NamedTuple):
    """A sleep between two minutes of one local time line, the second not asleep any more."""

    start: int
    end: int


def _wave() -> Floats:
    """The circadian process c at each minute after its phase."""
    angle = 2 * np.pi / DAY_MINUTES * np.arange(DAY_MINUTES)
    lag = 4 * np.pi / DAY_MINUTES * SECOND_WAVE_LAG
    return np.asarray(np.cos(angle) + SECOND_WAVE * np.cos(2 * angle - lag))


# Long enough for a sleep from any minute of the day to its end, so that a night is a slice and no cosine.
WAVE = np.tile(_wave(), 1 + LONGEST_SLEEP // DAY_MINUTES)
GAIN = -PROPENSITY * WAVE
KEPT = (1 - REFILL) ** np.arange(1, len(WAVE) + 1)
GAINED = np.concatenate([[0.0], np.cumsum(GAIN / KEPT)])
# A deficit below this never fills faster than the limit of 3.4 a minute, whatever the hour.
UNLIMITED_BELOW = (MOST_PER_MINUTE - float(GAIN.max())) / REFILL
GROWS_TO_AT_MOST = -float(GAIN.min()) / REFILL


@dataclass(frozen=True, slots=True)
class Day:
    """E of the 24 hours from a waking, in quarters of an hour; the first `waking_bins` of them awake."""

    energy: Floats
    waking_bins: int


@dataclass(frozen=True, slots=True)
class Reservoir:
    """The model of one person, whose circadian process has its phase at this minute of the local day."""

    phase: int

    def deficit(self, sleeps: Iterable[SleepSpan], since: int, until: int, deficit: float) -> float:
        """What lacks in the reservoir at the minute `until`, past sleeps in order of time that do not overlap."""
        for start, end in sleeps:
            deficit = min(CAPACITY, deficit + DRAIN * (start - since))
            if end > start:
                deficit = self._after_sleep(deficit, start, end - start)
            since = end
        return min(CAPACITY, deficit + DRAIN * (until - since))

    def asleep(self, deficit: float, start: int, minutes: int) -> Floats:
        """The deficit after each minute of a sleep: D <- max(0, D - min(3.4, f D + SP)).

        Where the limit of 3.4 cannot bind, u = D / (1 - f)^k is a walk reflected at zero, which a running minimum
        solves at once (Lindley 1952).
        """
        hour = (start - self.phase) % DAY_MINUTES
        gain, kept = GAIN[hour : hour + minutes], KEPT[:minutes]
        if max(deficit, GROWS_TO_AT_MOST) > UNLIMITED_BELOW:
            return _asleep_by_minutes(deficit, gain)
        walk = deficit - np.cumsum(gain / kept)
        return np.asarray((walk - np.minimum(np.minimum.accumulate(walk), 0.0)) * kept)

    def _after_sleep(self, deficit: float, start: int, minutes: int) -> float:
        """The last of `asleep`, from sums made once for all sleeps."""
        if max(deficit, GROWS_TO_AT_MOST) > UNLIMITED_BELOW:
            return float(self.asleep(deficit, start, minutes)[-1])
        hour = (start - self.phase) % DAY_MINUTES
        scale, gained = (1 - REFILL) ** hour, GAINED[hour : hour + minutes + 1]
        before = gained.item(0)
        walk = deficit - scale * (gained.item(-1) - before)
        lowest = deficit - scale * (float(gained.max()) - before)
        return float((walk - min(lowest, 0.0)) * KEPT.item(minutes - 1))

    def day(self, deficit_at_bed: float, bed: int, wake: int, next_bed: int) -> Day:
        """E over 24 hours from `wake`, asleep from `bed` to `wake` and again from `next_bed`: minutes of one line."""
        filling = deficit_at_bed
        intensity = 0.0
        if wake > bed:
            filling = self._after_sleep(deficit_at_bed, bed, wake - bed)
            before = self._after_sleep(deficit_at_bed, bed, wake - bed - 1) if wake - bed > 1 else deficit_at_bed
            intensity = min(MOST_PER_MINUTE, REFILL * before + float(GAIN[(wake - 1 - self.phase) % DAY_MINUTES]))
        awake = next_bed - wake
        deficits = np.empty(DAY_MINUTES)
        deficits[:awake] = np.minimum(CAPACITY, filling + DRAIN * np.arange(1, awake + 1))
        if awake < DAY_MINUTES:
            deficits[awake:] = self.asleep(float(deficits[awake - 1]), next_bed, DAY_MINUTES - awake)
        energy = self._energy(deficits, wake)
        length = min(INERTIA_MINUTES, awake)
        energy[:length] -= _inertia(intensity, length)
        return Day(energy.reshape(-1, BIN_MINUTES).mean(axis=1), awake // BIN_MINUTES)

    def _energy(self, deficits: Floats, start: int) -> Floats:
        """100 R / Rc + c (a1 + a2 (Rc - R) / Rc), without inertia."""
        hour = (start - self.phase) % DAY_MINUTES
        lacking = deficits / CAPACITY
        wave = WAVE[hour : hour + len(deficits)]
        return np.asarray(100 * (1 - lacking) + wave * (AMPLITUDE + AMPLITUDE_WHEN_EMPTY * lacking))


def _inertia(intensity: float, minutes: int) -> Floats:
    """What sleep inertia still costs in each minute since waking from a sleep of this intensity."""
    if intensity <= 0:
        return np.zeros(minutes)
    return np.asarray(INERTIA * np.exp(-INERTIA_RATE / intensity * np.arange(minutes)))


def _asleep_by_minutes(deficit: float, gain: Floats) -> Floats:
    after = np.empty(len(gain))
    for minute, propensity in enumerate(gain.tolist()):
        deficit = max(0.0, deficit - min(MOST_PER_MINUTE, REFILL * deficit + propensity))
        after[minute] = deficit
    return after
