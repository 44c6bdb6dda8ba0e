"""Made-up people as the database would hold their readings: a rhythm, a seed, and days without a record."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta, timezone

import numpy as np

from hos_pipelines.domain.history import History, StoredReading, read_history

MONDAY = date(2026, 1, 5)
BERLIN = timezone(timedelta(hours=1))


def night(day: date, onset: float, hours: float) -> list[StoredReading]:
    """One main sleep that ends on this local day; `onset` in hours from the midnight it begins with."""
    start = datetime.combine(day, datetime.min.time(), BERLIN) + timedelta(hours=onset)
    ends = {"sleep_start_time": start, "sleep_end_time": start + timedelta(hours=hours)}
    return [StoredReading(name, day.isoformat(), moment.isoformat(), "") for name, moment in ends.items()]


def reading(name: str, day: date, value: float, unit: str) -> StoredReading:
    return StoredReading(name, day.isoformat(), str(value), unit)


def readings(days: int, seed: int = 1, spread: float = 0.2, missing: Collection[int] = ()) -> list[StoredReading]:
    """Someone with a watch: asleep around 23:00 for some 7.7 hours, steps, exercise, pulse, HRV and scores."""
    random = np.random.default_rng(seed)
    rows: list[StoredReading] = []
    for index in range(days):
        day = MONDAY + timedelta(days=index)
        onset, hours, effort = random.normal(-1, spread), random.normal(7.7, 0.4), random.normal()
        pulse, spread_of_beats, score = random.normal(55, 1.5), random.normal(0, 0.12), random.normal(0.7, 0.08)
        if index in missing:
            continue
        rows += night(day, onset + (0.8 if day.weekday() >= 5 else 0.0), hours)
        rows += [
            reading("sleep_duration", day, round(hours * 60), "minute"),
            reading("steps", day, round(8000 + 2000 * effort) if effort > -3.5 else 900, "count"),
            reading("active_duration", day, round(90 + 20 * effort) if effort > -4 else 10, "minute"),
            reading("heart_rate_resting", day, round(pulse), "bpm"),
            reading("heart_rate_variability_rmssd", day, round(45 * float(np.exp(spread_of_beats)), 1), "millisecond"),
            reading("score:readiness", day, round(min(1.0, max(0.0, score)), 3), "index"),
            reading("score:sleep", day, round(min(1.0, max(0.0, score + 0.05)), 3), "index"),
        ]
        if index % 2 == 0:
            rows.append(reading("exercise_duration", day, 35, "minute"))
    return rows


def history(rows: Sequence[StoredReading], archetype: str = "Foundation Builder") -> History:
    return read_history("somebody", rows, archetype, "Europe/Berlin")
