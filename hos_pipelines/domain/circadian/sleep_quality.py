"""The quality of sleep as it is delivered, what should be shown to a professional, and weeks in which clocks change."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise

from hos_pipelines.domain.behavior.baselines import medians
from hos_pipelines.domain.behavior.wording import duration_text, say_value
from hos_pipelines.domain.facts import Basis, FactSheet
from hos_pipelines.domain.gates import BASELINE, LONG_RUN, NO_CAP, Status
from hos_pipelines.domain.history import History, Series
from hos_pipelines.domain.nights import SleepHistory
from hos_pipelines.domain.statements import Statement

# RU-SATED (PMC9992262, PMC8918427): efficiency of 85 % and more, falling asleep within 30 minutes.
LOW_EFFICIENCY = 0.85
# Below five and above ten and a half hours for weeks: beyond what any adult is advised (NSF 2015).
VERY_SHORT_HOURS, VERY_LONG_HOURS = 5.0, 10.5
ONE_HOUR = timedelta(hours=1)
UNSETTLED_DAYS = 7
ASK = "talk to a doctor about it."


def add_quality_of_sleep(sheet: FactSheet, history: History, first: date | None) -> None:
    """Enters the medians of efficiency, latency and time awake in bed of the window, as far as they are delivered."""
    since = 1 if first is None else first.toordinal()
    efficiency, latency = (history.of(name).since(since) for name in ("sleep_efficiency", "sleep_latency"))
    _median(sheet, "sleep_efficiency_median", efficiency, "share", "sleep efficiency")
    _median(sheet, "sleep_latency_median", latency, "minute", "minutes to fall asleep")
    in_bed, asleep = (history.of(name).since(since) for name in ("sleep_in_bed_duration", "sleep_duration"))
    _median(sheet, "awake_median", _difference(in_bed, asleep), "minute", "time in bed less time asleep")


def _median(sheet: FactSheet, fact_id: str, series: Series, unit: str, what: str) -> None:
    value = float(medians(series.values[None, :])[0]) if len(series) else None
    sheet.add(fact_id, value, unit, Basis.of(BASELINE, len(series), f"median of delivered {what}"))


def _difference(longer: Series, shorter: Series) -> Series:
    if longer.days.tobytes() == shorter.days.tobytes():
        return Series(longer.days, (longer.values - shorter.values).clip(0.0))
    values = dict(zip(shorter.days.tolist(), shorter.values.tolist(), strict=True))
    on_both = [place for place, day in enumerate(longer.days.tolist()) if day in values]
    days = longer.days[on_both]
    less = [values[day] for day in days.tolist()]
    return Series(days, (longer.values[on_both] - less).clip(0.0) if on_both else longer.values[:0])


def red_flags(sheet: FactSheet) -> list[Statement]:
    """What has gone on for weeks and belongs before a professional; no name is given to it."""
    return list(_flags(sheet))


def _flags(sheet: FactSheet) -> Iterator[Statement]:
    mean, efficiency = sheet["sleep_mean"], sheet["sleep_efficiency_median"]
    if isinstance(mean.value, float) and mean.n >= LONG_RUN.preliminary:
        if mean.value < VERY_SHORT_HOURS:
            text = f"Asleep {duration_text(mean.value)} a day for weeks, far less than adults need: {ASK}"
            yield Statement(text=text, fact_ids=["sleep_mean"])
        elif mean.value > VERY_LONG_HOURS:
            text = f"Asleep {duration_text(mean.value)} a day for weeks, far more than adults usually need: {ASK}"
            yield Statement(text=text, fact_ids=["sleep_mean"])
    is_known = isinstance(efficiency.value, float) and efficiency.n >= LONG_RUN.preliminary
    if is_known and (sheet.number("sleep_efficiency_median") or 0.0) < LOW_EFFICIENCY:
        text = f"Asleep for {say_value(efficiency)} of the time in bed on the usual night, for weeks: {ASK}"
        yield Statement(text=text, fact_ids=["sleep_efficiency_median"])
    if sheet["living"].value == "drifting":
        drift = sheet.number("drift") or 0.0
        way = "later" if drift > 0 else "earlier"
        text = f"Sleep moves about {duration_text(abs(drift))} {way} from day to day, round the clock: {ASK}"
        yield Statement(text=text, fact_ids=["drift", "living"])


def add_clock_change(sheet: FactSheet, sleep: SleepHistory) -> list[Statement]:
    """Enters the day of a change of clocks among the last seven, and says it; nothing without one."""
    week = timedelta(days=UNSETTLED_DAYS)
    for before, after in pairwise(sleep.nights[-UNSETTLED_DAYS - 1 :]):
        if after.day - before.day > week or sleep.nights[-1].day - after.day >= week:
            continue
        one, other = before.wake.utcoffset(), after.wake.utcoffset()
        if one is None or other is None or abs(other - one) != ONE_HOUR:
            continue
        basis = Basis(
            1, "first night whose UTC offset differs by an hour from the night before", Status.OK, NO_CAP, None
        )
        sheet.add("clock_change_day", after.day.isoformat(), "label", basis)
        text = "Clocks changed by an hour within the last week: sleep and energy may be off for some days."
        return [Statement(text=text, fact_ids=["clock_change_day"])]
    return []
