"""The readings of one day, as type and value: which rows a person has then. Writing them is `biomarkers`' work."""

from datetime import date, datetime

from hos_pipelines.simulator.person_view import PersonView

Value = int | float | datetime
Reading = tuple[str, Value]


def activity_readings(view: PersonView, day: date) -> list[Reading]:
    """Readings of the activity day, empty in a gap. Phones count only steps and light activity."""
    record = view.activity(day)
    if record is None:
        return []
    readings: list[Reading] = [
        ("steps", record.steps),
        ("active_hours", record.active_hours),
        ("active_duration", record.active),
        ("activity_low_intensity_duration", record.low),
        ("activity_sedentary_duration", view.sedentary(day, record.active)),
        ("active_energy_burned", record.active_kcal),
    ]
    if not view.has_worn(day):
        return readings
    readings += [
        ("floors_climbed", record.floors),
        ("activity_medium_intensity_duration", record.medium),
        ("activity_high_intensity_duration", record.high),
        ("total_energy_burned", record.active_kcal + record.resting_kcal),
        ("resting_energy_burned", record.resting_kcal),
    ]
    if record.exercise:
        readings.append(("exercise_duration", record.exercise))
    return readings + _day_vitals(view, day)


def sleep_readings(view: PersonView, day: date) -> list[Reading]:
    """Readings of the sleep day, empty without a recorded night."""
    record = view.sleep(day)
    if record is None:
        return []
    onset, wake = record.night.onset, record.night.wake
    readings: list[Reading] = [
        ("sleep_start_time", onset),
        # Through epoch seconds: subtracting two times of one zone would miss the hour a clock change takes or gives.
        ("sleep_mid_time", datetime.fromtimestamp((onset.timestamp() + wake.timestamp()) / 2, onset.tzinfo)),
        ("sleep_end_time", wake),
        ("sleep_duration", record.duration),
        ("sleep_in_bed_duration", record.in_bed),
    ]
    if not view.person.wearable:
        return readings
    readings += [
        ("sleep_awake_duration", record.awake),
        ("sleep_light_duration", record.light),
        ("sleep_rem_duration", record.rem),
        ("sleep_deep_duration", record.deep),
        ("sleep_interruptions", record.interruptions),
        ("sleep_latency", record.latency),
        ("sleep_efficiency", record.duration / record.in_bed),
    ]
    return readings + _night_vitals(view, day)


def weekly_readings(view: PersonView, day: date) -> list[Reading]:
    """The rolling figures that end on this day: from the third night on, and only when this night was recorded."""
    if view.sleep(day) is None:
        return []
    figures = (("sleep_regularity", view.regularity(day)), ("sleep_debt", view.debt(day)))
    return [(name, value) for name, value in figures if value is not None]


def _day_vitals(view: PersonView, day: date) -> list[Reading]:
    vitals = view.vitals(day)
    if vitals is None:
        return []
    # A resting rate is the lowest so far: it sinks while the day is open.
    still_open = round((1 - view.awake_share(day)) * 6)
    readings: list[Reading] = [
        ("heart_rate_resting", vitals.heart_rate_resting + still_open),
        ("heart_rate_variability_sdnn", vitals.variability_sdnn),
        ("respiratory_rate", vitals.respiratory_rate),
        ("oxygen_saturation", vitals.oxygen),
    ]
    occasional = (("vo2_max", vitals.vo2_max), ("weight", vitals.weight_kg))
    return readings + [(name, value) for name, value in occasional if value is not None]


def _night_vitals(view: PersonView, day: date) -> list[Reading]:
    vitals = view.vitals(day)
    if vitals is None:
        return []
    return [
        ("heart_rate_sleep", vitals.heart_rate_sleep),
        ("heart_rate_variability_rmssd", vitals.variability_rmssd),
        ("respiratory_rate_sleep", vitals.respiratory_rate_sleep),
        ("oxygen_saturation_sleep", vitals.oxygen_sleep),
        ("skin_temperature_sleep", vitals.skin_temperature),
    ]
