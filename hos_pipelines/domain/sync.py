"""Decisions of the incremental sync: what to ask for, what a pull has come to, how far the watermark may move."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from hos_pipelines.domain.measurements import Reading, Score

FIRST_SYNC_DAYS = 7
MAX_DAYS = 3650
OVERLAP_AFTER_CONNECT = timedelta(days=14)
OVERLAP_STEADY = timedelta(days=3)
ACTIVE_WITHIN = timedelta(hours=24)
FULL_SWEEP_EVERY = timedelta(hours=24)


class Stream(StrEnum):
    """The kinds of Sahha data kept for a profile; each value names its table and its asset."""

    BIOMARKERS = "biomarkers"
    SCORES = "scores"
    SAHHA_ARCHETYPES = "sahha_archetypes"


class Outcome(StrEnum):
    """What a pull did for one profile and stream. Nothing fetched is never told as success with data."""

    UPDATED = "updated"
    UNCHANGED = "unchanged"
    EMPTY = "empty"
    NOT_DUE = "not_due"
    RATE_LIMITED = "rate_limited"
    FAILED = "failed"
    GONE = "gone"
    QUARANTINED = "quarantined"

    @property
    def is_bad(self) -> bool:
        """Whether the pull brought no answer that can be vouched for, so that its partition must not look fresh."""
        return self in (Outcome.RATE_LIMITED, Outcome.FAILED, Outcome.GONE)


@dataclass(frozen=True, slots=True)
class SyncTarget:
    """One profile to pull a stream for, with what is known of the last pulls; instants in UTC."""

    profile_id: str
    external_id: str
    enrolled_at: datetime
    watermark: datetime | None


@dataclass(frozen=True, slots=True)
class PullWindow:
    """What a pull asks for: everything from `start` (a UTC instant) up to the moment `observed_at` it was asked."""

    start: datetime
    observed_at: datetime

    @property
    def dates(self) -> tuple[date, date]:
        """The first and last date to put into the request, both included.

        Which timestamp Sahha compares with its bounds, and in whose time zone, is not documented; two days on each
        side cover every reading of it.
        """
        margin = timedelta(days=2)
        return (self.start - margin).date(), (self.observed_at + margin).date()


@dataclass(frozen=True, slots=True)
class QuarantinedRow:
    """A row of an answer that cannot be stored as what it claims to be: its raw JSON text, and why."""

    payload: str
    reason: str


@dataclass(frozen=True, slots=True)
class ProfilePull:
    """What came of one pull of one stream for one profile, before it is written."""

    profile_id: str
    window: PullWindow
    rows: Sequence[Reading] = ()
    quarantined: Sequence[QuarantinedRow] = ()
    problem: Outcome | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class UpsertCounts:
    """How the rows of one profile met the table."""

    inserted: int = 0
    updated: int = 0
    unchanged: int = 0
    stale: int = 0

    def __add__(self, other: "UpsertCounts") -> "UpsertCounts":
        return UpsertCounts(
            self.inserted + other.inserted,
            self.updated + other.updated,
            self.unchanged + other.unchanged,
            self.stale + other.stale,
        )


@dataclass(frozen=True, slots=True)
class ProfileReport:
    """What one pull has come to once it is committed: the partition's metadata."""

    profile_id: str
    outcome: Outcome
    counts: UpsertCounts = field(default_factory=UpsertCounts)
    quarantined: int = 0
    newest_reading: datetime | None = None
    watermark: datetime | None = None
    first_contact: bool = False
    error: str | None = None

    @property
    def has_changed(self) -> bool:
        """Whether the pull changed a row of its table."""
        return self.counts.inserted + self.counts.updated > 0


def plan_window(target: SyncTarget, now: datetime, days: int | None = None) -> PullWindow:
    """What to ask for: `days` back where a person said so, a week on first contact, else watermark less overlap.

    Sahha backfills up to 14 days after a user connects and revises past days for about three, so the overlap is wide
    at first and narrow later (facts of the API, section 5: a score recomputed three days late was seen).
    """
    if days is not None:
        return PullWindow(now - timedelta(days=days), now)
    if target.watermark is None:
        return PullWindow(now - timedelta(days=FIRST_SYNC_DAYS), now)
    young = now - target.enrolled_at < OVERLAP_AFTER_CONNECT
    overlap = OVERLAP_AFTER_CONNECT if young else OVERLAP_STEADY
    return PullWindow(min(target.watermark, now) - overlap, now)


def next_watermark(current: datetime | None, window: PullWindow) -> datetime | None:
    """How far everything is fetched once this window is committed; never backwards, never past a gap."""
    if current is None:
        return window.observed_at
    if window.start > current:
        return current
    return max(current, window.observed_at)


def settle_outcome(pull: ProfilePull, counts: UpsertCounts) -> Outcome:
    """The outcome of a pull once its rows are written."""
    if pull.problem is not None:
        return pull.problem
    if counts.inserted + counts.updated:
        return Outcome.UPDATED
    if pull.rows:
        return Outcome.UNCHANGED
    return Outcome.QUARANTINED if pull.quarantined else Outcome.EMPTY


def newest_instant(pull: ProfilePull) -> datetime | None:
    """How new the newest reading of a pull is: the latest end of a window, which for an open one is the pull itself."""
    ends = [_ends_at(row) for row in pull.rows]
    return min(max(ends), pull.window.observed_at) if ends else None


def _ends_at(row: Reading) -> datetime:
    return row.score_date_time if isinstance(row, Score) else row.end_date_time or row.start_date_time
