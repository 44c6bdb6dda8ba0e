"""Score factors: goals, units, and the curves from a value to its score, fitted to the few real points known."""

from dataclasses import dataclass
from itertools import pairwise
from struct import Struct

_FLOAT32 = Struct("<f")
_USUAL_STATES = (0.75, 0.6, 0.4)


@dataclass(frozen=True, slots=True)
class Factor:
    """One factor: unit and goal as delivered, curve points (value, score), where high, medium and low begin."""

    unit: str
    goal: int
    curve: tuple[tuple[float, float], ...]
    states: tuple[float, float, float] = _USUAL_STATES

    def score(self, value: float) -> float:
        """The factor's score (0 to 1, two decimals), linear between the curve's points."""
        points = self.curve
        if value <= points[0][0]:
            return points[0][1]
        for (left, low), (right, high) in pairwise(points):
            if value <= right:
                return round(low + (high - low) * (value - left) / (right - left), 2)
        return points[-1][1]


# Points of sleep_duration, sleep_debt and circadian_alignment: sandbox answers of 2025-07-11. Other curves are ours.
FACTORS: dict[str, Factor] = {
    "steps": Factor("count", 10000, ((0, 0.05), (5962, 0.7), (10000, 0.95), (15000, 1.0))),
    "active_hours": Factor("hour", 10, ((0, 0.1), (6, 0.6), (11, 1.0))),
    "active_calories": Factor("kcal", 500, ((0, 0.1), (94, 0.32), (500, 0.95), (700, 1.0))),
    "intense_activity_duration": Factor("minute", 30, ((0, 0.3), (30, 0.9), (45, 1.0))),
    "extended_inactivity": Factor("minute", 480, ((0, 1.0), (240, 0.85), (453, 0.54), (900, 0.2)), (0.5, 0.4, 0.3)),
    "floors_climbed": Factor("count", 10, ((0, 0.2), (10, 0.95), (15, 1.0))),
    "sleep_duration": Factor(
        "minute", 480, ((180, 0.1), (360, 0.6), (420, 0.85), (480, 0.99), (540, 0.82), (600, 0.67), (720, 0.4))
    ),
    "sleep_regularity": Factor("index", 1, ((0, 0.0), (1, 1.0))),
    "sleep_continuity": Factor("minute", 10, ((0, 1.0), (38, 0.83), (90, 0.4))),
    "sleep_debt": Factor("hour", 0, ((0, 1.0), (0.375, 0.98), (0.5, 0.97), (0.875, 0.95), (4, 0.6), (10, 0.1))),
    "circadian_alignment": Factor(
        "minute", 30, ((0, 1.0), (30, 0.9), (60, 0.81), (180, 0.6), (434, 0.47)), (0.8, 0.65, 0.5)
    ),
    "physical_recovery": Factor("minute", 90, ((0, 0.1), (60, 0.7), (90, 0.95), (110, 1.0))),
    "mental_recovery": Factor("minute", 120, ((0, 0.1), (103, 0.9), (120, 1.0))),
    "activity_regularity": Factor("index", 1, ((0, 0.0), (1, 1.0))),
    "walking_strain_capacity": Factor("index", 1, ((0, 0.0), (1, 1.0))),
    "exercise_strain_capacity": Factor("index", 1, ((0, 0.0), (1, 1.0))),
    "resting_heart_rate": Factor("bpm", 60, ((45, 1.0), (60, 0.9), (75, 0.55), (95, 0.2))),
    "heart_rate_variability": Factor("millisecond", 50, ((10, 0.3), (50, 0.85), (90, 1.0))),
}


def state_of(score: float, cuts: tuple[float, float, float]) -> str:
    """The state word for a score, given where high, medium and low begin."""
    high, medium, low = cuts
    if score >= medium:
        return "high" if score >= high else "medium"
    return "low" if score >= low else "minimal"


def noisy(value: float) -> float | int:
    """A number as the real API shows it: a 32-bit float (0.99 reads 0.9900000095367432), or an integer when whole."""
    if value == int(value):
        return int(value)
    return float(_FLOAT32.unpack(_FLOAT32.pack(value))[0])
