"""The facts of sleep as it is: by what it is measured, its mean, whether that is enough, its need and debt."""

from math import sqrt

from hos_pipelines.domain.circadian.sleep_need import DEBT_NIGHTS
from hos_pipelines.domain.facts import Basis, FactSheet, Interval
from hos_pipelines.domain.gates import (
    DEBT,
    LOW,
    MEDIUM,
    NEED_NIGHTS,
    TIMING,
    Gate,
    Status,
)
from hos_pipelines.domain.sleep import SleepStanding

HOUR, LOCAL_HOUR = "hour", "local hour"
SOURCES = {"delivered": "reported sleep durations", "windows": "main sleep and nap windows"}
SLEEP_WEEK = Gate("nights", 7, 14, 21)


def add_sleep_facts(sheet: FactSheet, standing: SleepStanding) -> None:
    """Enters what sleep is measured by, its mean, whether that is enough, and what is needed and owed."""
    n, mean = len(standing.recent), standing.mean
    chosen = Basis.of(TIMING, n, "delivered durations where they cover 80 % of the nights, else sleep windows")
    sheet.add("sleep_measure", standing.measure, "label", chosen)
    source = SOURCES[standing.measure]
    basis = Basis.of(TIMING, n, f"mean of {source} of 28 days")
    interval = None if mean is None else Interval(mean.low, mean.high, (mean.high - mean.low) / 2 * sqrt(2))
    sheet.add("sleep_mean", mean and mean.hours, HOUR, basis, interval)
    signs = "; ".join(standing.signs) or "none"
    word = standing.verdict
    rule = f"against 7 h (AASM/SRS 2015) or the lower end of the need, with signs of too little sleep ({signs})"
    verdict = Basis.of(SLEEP_WEEK, n, rule)
    sheet.add("sleep_standing", word, "label", verdict)
    _add_need_and_debt(sheet, standing)


def _add_need_and_debt(sheet: FactSheet, standing: SleepStanding) -> None:
    source, need = SOURCES[standing.measure], standing.need
    method = f"median of free nights of {source}, drawn to 8 h by ten nights, 7 to 9 h; age unknown, taken as 18-64"
    basis = Basis.of(NEED_NIGHTS, standing.need_nights, method, MEDIUM)
    if standing.is_bound:
        bound = f"at least: free nights of {source} follow short ones and tell no need; least of adults, 18-64"
        basis = Basis(len(standing.recent), bound, Status.PRELIMINARY, LOW, None)
    sheet.add("sleep_need", need and need.hours, HOUR, basis, need and Interval(need.low, need.high))
    known = standing.known_nights
    both = Basis.of_all({DEBT: known, NEED_NIGHTS: standing.need_nights}, "", MEDIUM)._replace(n=known)
    if standing.is_bound and DEBT.status(known) is not Status.INSUFFICIENT:
        both = Basis(known, "", Status.PRELIMINARY, LOW, None)
    missing = f"{DEBT_NIGHTS - known} of the last {DEBT_NIGHTS} nights missing, taken as the 28-day median"
    least = "at least: " if standing.is_bound else ""
    summed = f"{least}need - sleep, last {DEBT_NIGHTS} nights, long ones set against short ones; {missing}"
    faded = f"{least}need - sleep fading with 4.06 days (Rajdev 2013), below 0 is ahead; {missing}"
    owed = standing.balance
    interval = owed and Interval(owed.low, owed.high)
    sheet.add("sleep_debt_14", owed and owed.hours, HOUR, both._replace(method=summed), interval)
    sheet.add("sleep_debt_now", standing.fading, HOUR, both._replace(method=faded))
