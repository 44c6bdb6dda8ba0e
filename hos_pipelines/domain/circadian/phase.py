"""Where the body clock probably stands: melatonin onset and temperature minimum, told from free-day sleep as bands.

Never from a rhythm of steps, and not for whoever sleeps irregularly or by day.
"""

from typing import NamedTuple

from hos_pipelines.domain.behavior.wording import duration_text
from hos_pipelines.domain.facts import Basis, FactSheet
from hos_pipelines.domain.living import IRREGULAR_HOURS

DAY_HOURS = 24.0
MIDSLEEP_TO_DLMO = -6.0
DLMO_TO_CBT_MIN = 7.0
HALF_BAND = 1.5
LEAST_SRI = 60.0
# The index of windows runs high, and lets people pass whose midsleep wanders by two hours among work days.
MOST_SPREAD = IRREGULAR_HOURS

DLMO_METHOD = "free-day midsleep - 6 h (Lewy, PMC2768314), band of 1.5 h either side (PMC3841975)"
CBT_MIN_METHOD = "free-day midsleep - 6 h (Lewy, PMC2768314) + 7 h, band of 1.5 h either side"


class PhaseEstimate(NamedTuple):
    """Dim-light melatonin onset and minimum of core body temperature, local clock hours from 0 to 24."""

    dlmo: float
    cbt_min: float


def phase_of(free_midsleep: float) -> PhaseEstimate:
    """The phase a free-day midsleep (a local clock hour) lets expect: 6 hours before it, and 7 hours after that.

    The phase angle of 6 h is Lewy's (PMC2768314), the constant of 7 h that of published clock models. Within 1.5 hours
    in 96 % of 23 free sleepers, far less sure on fixed schedules (PMC3841975).
    """
    dlmo = (free_midsleep + MIDSLEEP_TO_DLMO) % DAY_HOURS
    return PhaseEstimate(dlmo, (dlmo + DLMO_TO_CBT_MIN) % DAY_HOURS)


def phase_refusal(sri: float | None, spread: float | None) -> str | None:
    """Why nothing may be said of the phase; None where something may. `spread`: of midsleep on days alike, in h."""
    if sri is None:
        return "sleep regularity is not known"
    if sri < LEAST_SRI:
        return f"sleep regularity index below {LEAST_SRI:g}"
    if spread is not None and spread > MOST_SPREAD:
        return f"midsleep varies by more than {duration_text(MOST_SPREAD)} among days of one kind"
    return None


def add_phase(sheet: FactSheet, free_midsleep: float | None, basis: Basis) -> None:
    """Enters onset and minimum, each with the earliest and latest hour of its band, as local clock hours."""
    phase = None if free_midsleep is None else phase_of(free_midsleep)
    _add_band(sheet, "dlmo", phase and phase.dlmo, basis._replace(method=DLMO_METHOD))
    _add_band(sheet, "cbt_min", phase and phase.cbt_min, basis._replace(method=CBT_MIN_METHOD))


def _add_band(sheet: FactSheet, fact_id: str, hour: float | None, basis: Basis) -> None:
    for suffix, distance in (("", 0.0), ("_earliest", -HALF_BAND), ("_latest", HALF_BAND)):
        at = None if hour is None else (hour + distance) % DAY_HOURS
        sheet.add(fact_id + suffix, at, "local hour", basis)
