"""What people say of their days as daily values: how a day was by the journal, and how much of a plan was done."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, tzinfo

import numpy as np

from hos_pipelines.domain.history import LOOKBACK_DAYS, Series
from hos_pipelines.domain.person.engagement import Engagement
from hos_pipelines.domain.person.reporting import report, settling

JOURNAL = {"mood": "mood_rating", "energy": "energy_level", "stress": "stress_level"}
COMPLETION = "plan_completion"


def lived_series(done: Engagement, zone: tzinfo | None, now: datetime) -> dict[str, Series]:
    """By subject, of the last eight weeks; a day on which nothing was said has no value, it is no refusal."""
    found = {
        subject: _series({one.journal_date: getattr(one, level) for one in done.journals})
        for subject, level in JOURNAL.items()
    }
    clock = zone or UTC
    today = now.astimezone(clock).date()
    settles = settling(done, clock)
    days = report(done, today - timedelta(days=LOOKBACK_DAYS), today, settles, now).days
    found[COMPLETION] = _series({one.day: one.done / one.due for one in days if one.due})
    return {subject: one for subject, one in found.items() if len(one)}


def _series(values: Mapping[date, float | None]) -> Series:
    known = sorted((day.toordinal(), value) for day, value in values.items() if value is not None)
    days, numbers = zip(*known, strict=True) if known else ((), ())
    return Series(np.array(days, dtype=np.int64), np.array(numbers, dtype=np.float64))
