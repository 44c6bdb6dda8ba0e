"""Readings for tests: small makers, so that a test says only what matters to it."""

from datetime import UTC, date, datetime, timedelta

from hos_pipelines.domain.measurements import Biomarker, SahhaArchetype, Score

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)
MIDNIGHT = datetime(2026, 10, 31, tzinfo=UTC)


def biomarker(
    profile_id: str = "anna",
    kind: str = "steps",
    value: str | None = "100",
    *,
    day: int = 0,
    periodicity: str = "daily",
    aggregation: str = "total",
    observed_at: datetime = NOON,
) -> Biomarker:
    """One daily reading of a UTC person, `day` days after 31 October 2026."""
    start = MIDNIGHT + timedelta(days=day)
    return Biomarker(
        profile_id=profile_id,
        type=kind,
        start_date_time=start,
        end_date_time=start + timedelta(seconds=86_399),
        category="activity",
        periodicity=periodicity,
        aggregation=aggregation,
        value=value,
        unit="count",
        value_type="integer",
        sahha_biomarker_id=f"{kind}-{day}",
        utc_offset_minutes=0,
        local_date=start.date(),
        data=None,
        observed_at=observed_at,
    )


def score(
    value: float | None = 0.5,
    *,
    calculated_at: datetime | None = None,
    version: float | None = 1.0,
    observed_at: datetime = NOON,
) -> Score:
    """One sleep score of 31 October 2026."""
    return Score(
        profile_id="anna",
        type="sleep",
        score_date_time=MIDNIGHT,
        score=value,
        state="high",
        factors='[{"name": "sleep_duration", "value": 480}]',
        data_sources=["sleep", "age"],
        version=version,
        calculated_at=calculated_at,
        sahha_score_id="score-1",
        utc_offset_minutes=0,
        local_date=date(2026, 10, 31),
        data=None,
        observed_at=observed_at,
    )


def archetype(
    value: str = "early_riser", *, periodicity: str | None = "weekly", version: float = 1.0
) -> SahhaArchetype:
    """One weekly wake schedule."""
    return SahhaArchetype(
        profile_id="anna",
        name="wake_schedule",
        periodicity=periodicity,
        start_date_time=MIDNIGHT,
        end_date_time=MIDNIGHT + timedelta(days=6),
        value=value,
        data_type="ordinal",
        ordinality=1,
        version=version,
        sahha_archetype_id="archetype-1",
        utc_offset_minutes=0,
        local_date=date(2026, 10, 31),
        data='{"confidence": 0.5}',
        observed_at=NOON,
    )
