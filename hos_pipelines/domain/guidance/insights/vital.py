"""A resting heart rate raised on the newest two days: both beyond two scaled MADs and 5 bpm above the median."""

import math
from collections.abc import Iterator

import numpy as np

from hos_pipelines.domain.behavior.baselines import baselines, robust_z
from hos_pipelines.domain.behavior.vitals import RAISED_BPM, RAISED_DAYS, RAISED_Z
from hos_pipelines.domain.facts import Basis, FactSheet, Interval
from hos_pipelines.domain.gates import BASELINE
from hos_pipelines.domain.guidance.insights.candidates import Candidate, Estimated
from hos_pipelines.domain.guidance.insights.days import SeenDays
from hos_pipelines.domain.guidance.insights.detectable import held_sd, least_detectable, two_sided_p
from hos_pipelines.domain.guidance.insights.phrases import Effect, vital_text
from hos_pipelines.domain.guidance.insights.subjects import SUBJECTS
from hos_pipelines.domain.resampling import t_95

PULSE = "resting_heart_rate"
BEFORE_DAYS = 28
# What a median and its MAD know of normal days, against mean and deviation.
EFFICIENCY = 0.37
METHOD = "z >= 2 and 5 bpm above the median of 28 days on two days in a row (after Quer 2020)"


def raised_pulse(seen: SeenDays) -> Iterator[Candidate]:
    """One candidate where both days and 14 of the 28 before have a value."""
    row = seen.rows.get(PULSE)
    if row is None or len(row) < RAISED_DAYS + BASELINE.standard:
        return
    last, before = row[-RAISED_DAYS:], row[-RAISED_DAYS - BEFORE_DAYS : -RAISED_DAYS]
    n = int(np.count_nonzero(~np.isnan(before)))
    (usual,) = baselines(before[np.newaxis], np.ones(1))
    if np.isnan(last).any() or usual is None or n < BASELINE.standard:
        return
    subject, carried = SUBJECTS[PULSE], seen.carried(PULSE)
    freedom = max(3.0, EFFICIENCY * (n - 1))
    spread = usual.mad * math.sqrt((1 + carried) / 2 + 1 / (EFFICIENCY * n))
    effect = float(last.mean()) - usual.median
    is_raised = all(robust_z(float(one), usual) >= RAISED_Z and one - usual.median >= RAISED_BPM for one in last)
    reach = spread * t_95(int(freedom))
    least = least_detectable(held_sd(subject, usual.mad, n, usual.median), RAISED_DAYS, n)

    def estimate() -> Estimated:
        since = seen.day(seen.through - RAISED_DAYS + 1)
        sheet = FactSheet(f"{seen.day(seen.through - RAISED_DAYS - BEFORE_DAYS + 1)}/{seen.day(seen.through)}")
        interval = Interval(effect - reach, effect + reach, least)
        fact = sheet.add(f"{PULSE}_raised", effect, "bpm", Basis.of(BASELINE, n, METHOD), interval)
        text = vital_text(since, Effect(effect, effect - reach, effect + reach, "bpm"))
        return Estimated(effect, effect - reach, effect + reach, [fact], text)

    yield Candidate(
        kind="vital",
        subject=subject,
        p=two_sided_p(effect / spread, freedom),
        rough=effect if is_raised else 0.0,
        least_change=least,
        n=n + RAISED_DAYS,
        first=seen.through - RAISED_DAYS - BEFORE_DAYS + 1,
        last=seen.through,
        confidence=BASELINE.confidence(n),
        estimate=estimate,
    )
