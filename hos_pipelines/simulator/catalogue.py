"""The biomarker types served here, with category, unit, aggregation and value type of both wire formats."""

from dataclasses import dataclass
from typing import Literal, NamedTuple

from hos_pipelines.simulator.settings import WireYear

Category = Literal["activity", "body", "sleep", "vitals"]
Span = Literal["activity", "sleep", "week"]


class Labels(NamedTuple):
    """What an answer says about a type besides its name."""

    unit: str
    aggregation: str = "total"
    value_type: str = "integer"


@dataclass(frozen=True, slots=True)
class BiomarkerType:
    """One type. `span` says whose window its rows have; `legacy` is what 2024 answers said."""

    name: str
    category: Category
    span: Span
    current: Labels
    legacy: Labels

    def labels(self, year: WireYear) -> Labels:
        """The labels of one dialect."""
        return self.legacy if year == "2024" else self.current


def _entry(name: str, category: Category, span: Span, current: Labels, legacy: Labels | None = None) -> BiomarkerType:
    older = current._replace(value_type="long") if current.value_type == "integer" else current
    return BiomarkerType(name, category, span, current, legacy or older)


# Seen on the wire: activity and sleep. Vitals and body were never seen: their aggregation and value type are our guess.
_TYPES = (
    _entry("steps", "activity", "activity", Labels("count")),
    _entry("floors_climbed", "activity", "activity", Labels("count")),
    _entry("active_hours", "activity", "activity", Labels("hour")),
    _entry("active_duration", "activity", "activity", Labels("minute"), Labels("minute", "total", "double")),
    _entry("activity_low_intensity_duration", "activity", "activity", Labels("minute")),
    _entry("activity_medium_intensity_duration", "activity", "activity", Labels("minute")),
    _entry("activity_high_intensity_duration", "activity", "activity", Labels("minute")),
    _entry("activity_sedentary_duration", "activity", "activity", Labels("minute")),
    _entry("active_energy_burned", "activity", "activity", Labels("kcal")),
    _entry("total_energy_burned", "activity", "activity", Labels("kcal")),
    _entry("exercise_duration", "activity", "activity", Labels("minute"), Labels("minute", "total", "double")),
    _entry("resting_energy_burned", "body", "activity", Labels("kcal")),
    _entry("weight", "body", "activity", Labels("kilogram", "average", "double")),
    _entry("sleep_start_time", "sleep", "sleep", Labels("datetime", "none", "datetime")),
    _entry("sleep_mid_time", "sleep", "sleep", Labels("datetime", "none", "datetime")),
    _entry("sleep_end_time", "sleep", "sleep", Labels("datetime", "none", "datetime")),
    _entry("sleep_duration", "sleep", "sleep", Labels("minute")),
    _entry("sleep_in_bed_duration", "sleep", "sleep", Labels("minute")),
    _entry("sleep_awake_duration", "sleep", "sleep", Labels("minute")),
    _entry("sleep_light_duration", "sleep", "sleep", Labels("minute")),
    _entry("sleep_rem_duration", "sleep", "sleep", Labels("minute")),
    _entry("sleep_deep_duration", "sleep", "sleep", Labels("minute")),
    _entry("sleep_interruptions", "sleep", "sleep", Labels("count"), Labels("count", "total", "double")),
    _entry("sleep_latency", "sleep", "sleep", Labels("minute", "none")),
    _entry("sleep_efficiency", "sleep", "sleep", Labels("percentage", "none", "double")),
    _entry(
        "sleep_regularity",
        "sleep",
        "week",
        Labels("percentage", "average", "double"),
        Labels("index", "average", "double"),
    ),
    _entry("sleep_debt", "sleep", "week", Labels("hour", "total", "double"), Labels("hour", "average", "double")),
    _entry("heart_rate_resting", "vitals", "activity", Labels("bpm", "average", "double")),
    _entry("heart_rate_sleep", "vitals", "sleep", Labels("bpm", "average", "double")),
    _entry("heart_rate_variability_sdnn", "vitals", "activity", Labels("millisecond", "average", "double")),
    _entry("heart_rate_variability_rmssd", "vitals", "sleep", Labels("millisecond", "average", "double")),
    _entry("respiratory_rate", "vitals", "activity", Labels("count/minute", "average", "double")),
    _entry("respiratory_rate_sleep", "vitals", "sleep", Labels("count/minute", "average", "double")),
    _entry("oxygen_saturation", "vitals", "activity", Labels("percentage", "average", "double")),
    _entry("oxygen_saturation_sleep", "vitals", "sleep", Labels("percentage", "average", "double")),
    _entry("vo2_max", "vitals", "activity", Labels("mL/kg/min", "average", "double")),
    _entry("skin_temperature_sleep", "vitals", "sleep", Labels("celsius", "average", "double")),
)

CATALOGUE: dict[str, BiomarkerType] = {entry.name: entry for entry in _TYPES}
