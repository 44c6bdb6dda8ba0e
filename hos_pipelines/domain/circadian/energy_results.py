"""What a circadian result says of energy: the zones of the predicted day, and its timeline in quarters of an hour."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import ConfigDict

from hos_pipelines.domain.analysis_result import Part
from hos_pipelines.domain.describe import DATE, FACT_IDS, LABEL, LIST, describe
from hos_pipelines.domain.gates import Confidence
from hos_pipelines.domain.statements import Record

Zone = Literal["peak", "maintenance", "recovery", "sleep"]
ZoneColor = Literal["green", "orange", "red", "blue"]
ZoneLabel = Literal["High Energy", "Moderate Energy", "Low Energy", "Sleep"]

SLOTS = 96
SLOT_MINUTES = 15


class EnergyWindow(Record):
    """One unbroken run of a zone, `HH:MM-HH:MM` (the end is the first minute after it, and may lie past midnight).

    `energy_level` is the mean of the energy curve over the window: 0 is the lowest and 100 the highest quarter of an
    hour of that person's own day, so it ranks hours of one day and says nothing about how alert anyone is.
    """

    time_range: Annotated[str, describe("From and to, HH:MM-HH:MM local; the end is the first minute after it.")]
    energy_level: Annotated[
        float,
        describe(
            "Mean of the energy curve: 0 the lowest, 100 the highest quarter of an hour of the own day.",
            "relative energy",
            ge=0,
            le=100,
        ),
    ]
    confidence: Annotated[Confidence, describe("How sure it is.", LABEL)]
    optimal_activities: Annotated[list[str], describe("What fits such hours.", LIST)]
    biomarker_support: Annotated[str, describe("What it was computed from.")]
    fact_ids: Annotated[list[str], describe("The facts it rests on.", FACT_IDS)]


class EnergyZoneAnalysis(Part):
    """The zones of the predicted day. Peak, maintenance, recovery and sleep windows tile its 24 hours exactly.

    The 24 hours begin at waking and are laid on the clock: what follows midnight belongs to the end of that day.

    `productive_windows` repeats those maintenance windows whose mean lies above the median of the waking day: a hint
    for readers who know four zones, no zone of its own.
    """

    predicted_day: Annotated[date | None, describe("The local day it is told for.", DATE)]
    peak_windows: Annotated[list[EnergyWindow], describe("From the 70th percentile of the own waking day.", LIST)]
    productive_windows: Annotated[list[EnergyWindow], describe("Those maintenance windows above the median.", LIST)]
    maintenance_windows: Annotated[list[EnergyWindow], describe("Between peak and recovery.", LIST)]
    recovery_windows: Annotated[list[EnergyWindow], describe("Up to the 25th percentile.", LIST)]
    sleep_windows: Annotated[list[EnergyWindow], describe("Predicted sleep.", LIST)]


@dataclass(slots=True)
class TimelineSlot:
    """A quarter of an hour from `time` on, local. `energy_level` as in `EnergyWindow`."""

    # Neither a model nor frozen: a result has 96 of these, and either would take six times as long to make.
    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    time: Annotated[str, describe("Begin, HH:MM local.")]
    energy_level: Annotated[
        float, describe("0 the lowest, 100 the highest of the own day.", "relative energy", ge=0, le=100)
    ]
    slot_index: Annotated[int, describe("From 00:00, 0 to 95.", "count", ge=0, lt=SLOTS)]
    zone: Annotated[Zone, describe("The zone.", LABEL)]
    zone_color: Annotated[ZoneColor, describe("Its color.", LABEL)]
    zone_label: Annotated[ZoneLabel, describe("Its name for people.", LABEL)]
    motivation_message: Annotated[str, describe("A line for it.")]


class ZoneThresholds(Record):
    """Energy levels from which a waking slot is peak, from which maintenance, and up to which recovery."""

    peak: Annotated[float | None, describe("From here on peak.", "relative energy")]
    maintenance: Annotated[float | None, describe("From here on maintenance.", "relative energy")]
    recovery: Annotated[float | None, describe("Up to here recovery.", "relative energy")]


class TimelineMetadata(Part):
    """How the timeline was made; it has either all its slots or none."""

    total_slots: Annotated[int, describe("96, or 0 without a predicted day.", "count")]
    slot_duration_minutes: Annotated[int, describe("Length of a slot.", "minute")] = SLOT_MINUTES
    interpolation_method: Annotated[str, describe("How slots are made.")]
    zone_thresholds: Annotated[ZoneThresholds, describe("Edges of the zones.", LIST)]
    predicted_day: Annotated[date | None, describe("The local day it is told for.", DATE)]
    day_type: Annotated[
        Literal["work", "free", "all"] | None, describe("Which nights its hours are the usual ones of.", LABEL)
    ]
