"""Lives for tests of the analyses: people with nights, days and scores, stored through the door of Sahha's answers."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta, timezone
from typing import Any

from psycopg import Connection

from hos_pipelines.domain.measurements import Biomarker, Reading, Score
from hos_pipelines.domain.profiles import Enrolment
from hos_pipelines.domain.sync import ProfilePull, PullWindow, Stream
from hos_pipelines.postgres.profile_store import enrol
from hos_pipelines.postgres.sync_store import write_pulls
from hos_pipelines_tests.postgres.rows import NOON

TODAY = NOON.date()
BERLIN = timezone(timedelta(hours=1))


def reading(
    profile_id: str,
    kind: str,
    day: date,
    value: str | None,
    unit: str | None = None,
    *,
    zone: timezone = BERLIN,
    observed_at: datetime = NOON,
) -> Biomarker:
    """One reading of a whole local day."""
    start = datetime.combine(day, time(), zone)
    offset = (start.utcoffset() or timedelta()) // timedelta(minutes=1)
    end = start + timedelta(seconds=86_399)
    return Biomarker(
        profile_id, kind, start, end, None, "daily", None, value, unit, None, None, offset, day, None, observed_at
    )


def night(profile_id: str, day: date, onset: float = -1.0, hours: float = 8.0) -> list[Biomarker]:
    """One main sleep that ends on this local day; `onset` in hours from the midnight it begins with."""
    start = datetime.combine(day, time(), BERLIN) + timedelta(hours=onset)
    ends = {"sleep_start_time": start, "sleep_end_time": start + timedelta(hours=hours)}
    return [reading(profile_id, kind, day, moment.isoformat(timespec="seconds")) for kind, moment in ends.items()]


def life(profile_id: str, days: int = 28, through: date = TODAY) -> list[Biomarker]:
    """Nights around 23:00, later at weekends, with steps, exercise and a pulse; the last day is `through`."""
    rows: list[Biomarker] = []
    for back in range(days):
        day = through - timedelta(days=back)
        rows += night(profile_id, day, -1.0 + 0.1 * (back % 5) + (day.weekday() >= 5), 7.5 + 0.1 * (back % 4))
        rows.append(reading(profile_id, "sleep_duration", day, str(430 + 6 * (back % 4)), "minute"))
        rows.append(reading(profile_id, "steps", day, str(7000 + 400 * (back % 6)), "count"))
        rows.append(reading(profile_id, "exercise_duration", day, str(30 * (back % 2)), "minute"))
        rows.append(reading(profile_id, "heart_rate_resting", day, str(55 + back % 4), "bpm"))
    return rows


def score(
    profile_id: str, day: date, value: float | None, kind: str = "readiness", *, observed_at: datetime = NOON
) -> Score:
    """One score of one local day."""
    start = datetime.combine(day, time(), BERLIN)
    return Score(profile_id, kind, start, value, None, None, None, 1.0, observed_at, None, 60, day, None, observed_at)


def scores(profile_id: str, days: int = 28, through: date = TODAY) -> list[Score]:
    """A readiness score for each of so many days."""
    return [score(profile_id, through - timedelta(days=back), 0.6 + 0.02 * (back % 9)) for back in range(days)]


def enrol_people(connection: Connection[Any], *names: str) -> None:
    """Enrols people whose external id is their profile id."""
    enrol(connection, [Enrolment(name, name) for name in names], NOON, by_hand=True)


def store(
    connection: Connection[Any],
    rows: Iterable[Biomarker],
    scored: Iterable[Score] = (),
    observed_at: datetime = NOON,
) -> None:
    """Writes readings of enrolled people as one pull a person and stream, made at `observed_at`."""
    window = PullWindow(observed_at - timedelta(days=60), observed_at)
    write_pulls(
        connection,
        {Stream.BIOMARKERS: _pulls(rows, window), Stream.SCORES: _pulls(scored, window)},
    )


def _pulls(rows: Iterable[Reading], window: PullWindow) -> list[ProfilePull]:
    by_person: dict[str, list[Reading]] = {}
    for row in rows:
        by_person.setdefault(row.profile_id, []).append(row)
    return [ProfilePull(name, window, rows=own) for name, own in sorted(by_person.items())]
