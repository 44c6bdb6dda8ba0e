"""Gathers the advice for one person: texts, times as facts, and how much each piece matters to them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from hos_pipelines.domain.behavior.wording import duration_text
from hos_pipelines.domain.circadian.advice_sources import CONSTANTS
from hos_pipelines.domain.circadian.energy_facts import EnergyDay
from hos_pipelines.domain.circadian.results import RecommendationKind, TimingRecommendation
from hos_pipelines.domain.circadian.zones import ROUNDING
from hos_pipelines.domain.clock import DAY_HOURS
from hos_pipelines.domain.clock_text import clock_text
from hos_pipelines.domain.facts import Basis, FactSheet, Interval

QUARTERS = 4
HOUR_SECONDS = 3600.0
# By the word of `living`: who keeps hours. Of scattered nights the mean of work or of free days is nobody's hour.
KEEPS_HOURS = ("by night", "unknown")
# What is said to everybody weighs this much; how far somebody is from what is usual moves it by at most so much.
PLAIN, STEP, MOST_AWAY = 0.35, 0.08, 3.0


@dataclass
class Adviser:
    """The facts of one person, the predicted day where there is one, and the advice so far with its weight."""

    sheet: FactSheet
    day: EnergyDay | None
    weighed: list[tuple[float, TimingRecommendation]] = field(default_factory=list)

    def number(self, fact_id: str) -> float | None:
        """The number a fact says; None where it says none."""
        return self.sheet.number(fact_id)

    def hours(self, fact_id: str) -> float | None:
        """A duration in hours, whatever its fact's unit."""
        value = self.sheet.number(fact_id)
        return value / HOUR_SECONDS if value is not None and self.sheet[fact_id].unit.startswith("second") else value

    def interval(self, fact_id: str) -> Interval | None:
        """The interval of a fact; None where it has none, or no value."""
        return self.sheet[fact_id].interval if fact_id in self.sheet else None

    def label(self, fact_id: str) -> str | None:
        """The word a fact says; None where it says none."""
        value = self.sheet[fact_id].value if fact_id in self.sheet else None
        return value if isinstance(value, str) else None

    def time(self, fact_id: str, hour: float, after: str, method: str) -> str:
        """Enters a time derived from another fact, down to a quarter of an hour; its id."""
        quarter = math.floor(hour * QUARTERS + ROUNDING) / QUARTERS % DAY_HOURS
        self.sheet.add(fact_id, quarter, "local hour", self._after(after, method))
        return fact_id

    def hours_of(self, fact_id: str, hours: float, after: str, interval: Interval) -> None:
        """Enters a duration told from another fact, as sure as that one, with its interval."""
        method = "short of 7 h or of the lower end of the need, to the next quarter of an hour, at most 1 h 30 min"
        self.sheet.add(fact_id, hours, "hour", self._after(after, method), interval)

    def _after(self, after: str, method: str) -> Basis:
        source = self.sheet[after]
        return Basis(source.n, f"{after} {method}", source.status, source.confidence, source.missing)

    def clock(self, fact_id: str) -> str:
        """A fact's clock hour as HH:MM."""
        return clock_text(self.sheet.number(fact_id) or 0.0)

    def duration(self, fact_id: str) -> str:
        """A fact's hours or seconds as `7 h 30 min`."""
        return duration_text(self.hours(fact_id) or 0.0)

    def say(
        self,
        weight: float,
        kind: RecommendationKind,
        text: str,
        span: tuple[str, str] | None = None,
        on: Sequence[str] = (),
    ) -> None:
        """Adds a piece of advice that rests on the span's facts and on the facts and constants named.

        `{start}` and `{end}` in the text are the clock times of the span.
        """
        start, end = (None, None) if span is None else (self.clock(span[0]), self.clock(span[1]))
        said = TimingRecommendation(
            kind=kind,
            text=text.format(start=start, end=end),
            start=start,
            end=end,
            fact_ids=[*(span or ()), *(name for name in on if name not in CONSTANTS)],
            constant_ids=[name for name in on if name in CONSTANTS],
        )
        self.weighed.append((weight, said))

    @property
    def advice(self) -> list[TimingRecommendation]:
        """What matters most first; of equals, what was said first."""
        return [one for _, one in sorted(self.weighed, key=lambda pair: -pair[0])]


def weight_of(away: float) -> float:
    """What a piece of advice weighs for somebody so many usual deviations from what is common."""
    return PLAIN + STEP * max(-MOST_AWAY, min(MOST_AWAY, away))
