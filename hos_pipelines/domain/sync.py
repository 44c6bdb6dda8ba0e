"""Decisions of the incremental sync: what to ask for, what a pull has come to, how far the watermark may move, and
when what failed is tried again.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from hos_pipelines.domain.deep_looks import deep_look
from hos_pipelines.domain.lateness import (
    BROUGHT_BY_A_NEW_ARCHETYPE,
    BROUGHT_BY_A_NEW_DEVICE,
    NOTHING_KNOWN,
    Asked,
    Lateness,
    days_of_groups,
    newest_days,
)
from hos_pipelines.domain.measurements import Biomarker, Reading, Score

MAX_DAYS = 3650
OVERLAP_WIDE_FOR = timedelta(days=14)
ACTIVE_WITHIN = timedelta(hours=24)
RETRY_FIRST = timedelta(minutes=1)
RETRY_LONGEST = timedelta(hours=6)
REFUSALS_UNTIL_PAUSED = 5
# An hour outlasts a restart or a release that Sahha takes back, and costs two more questions about whoever is gone.
GONE_SIGHTINGS_APART = timedelta(hours=1)
# Failures that are Sahha's own keep nobody waiting beyond the next tick: at most 16 minutes.
MOST_ATTEMPTS_OF_SAHHAS_FAULT = 5
BREAKER_FIRST = timedelta(minutes=2)
BREAKER_LONGEST = timedelta(minutes=30)


class Stream(StrEnum):
    """The kinds of Sahha data kept for a profile; each value names its table and its asset."""

    BIOMARKERS = "biomarkers"
    SCORES = "scores"
    SAHHA_ARCHETYPES = "sahha_archetypes"


# What follows a person through the day. Sahha archetypes are weekly and monthly: the full sweep is soon enough.
LIVE_STREAMS = (Stream.BIOMARKERS, Stream.SCORES)


class Outcome(StrEnum):
    """What a pull did for one profile and stream. Nothing fetched is never told as success with data."""

    UPDATED = "updated"
    UNCHANGED = "unchanged"
    EMPTY = "empty"
    RATE_LIMITED = "rate_limited"
    FAILED = "failed"
    GONE = "gone"
    QUARANTINED = "quarantined"

    @property
    def is_bad(self) -> bool:
        """Whether the pull brought no answer, so that its partition must not look fresh."""
        return self in (Outcome.RATE_LIMITED, Outcome.FAILED, Outcome.GONE)


@dataclass(frozen=True, slots=True)
class SyncRules:
    """How far back pulls reach, and how often everyone is pulled whether or not Sahha tells of a change.

    Sahha backfills up to 14 days after a user connects and revises past days for about three (a score recomputed three
    days late was seen), so the overlap is wide at first and narrow later.
    """

    first_sync: timedelta = timedelta(days=7)
    overlap_after_connect: timedelta = timedelta(days=14)
    overlap: timedelta = timedelta(days=3)
    full_sweep: timedelta = timedelta(hours=24)


DEFAULT_RULES = SyncRules()


@dataclass(frozen=True, slots=True)
class SyncTarget:
    """One profile to pull a stream for, with what is known of the last pulls; instants in UTC.

    `timezone` is the IANA name of where the person lives, where the profile has one.
    """

    profile_id: str
    external_id: str
    enrolled_at: datetime
    watermark: datetime | None
    change_count: int = 0
    timezone: str | None = None
    lateness: Lateness = NOTHING_KNOWN


@dataclass(frozen=True, slots=True)
class PullWindow:
    """What a pull asks for at the moment `observed_at`: everything from `start` up to that moment, or to `until`.

    All are UTC instants. A window that does not reach back as far as a live pull would covers less, and does not
    move the watermark: what came in late before its start would never be asked for again. `reaches_all` says that
    nothing that may have come in late lies before it, or is kept. Where it reaches further back than the overlap,
    `live_start` is where that begins, and `is_cut` says that Sahha gave no answer for all of it. Nobody was known
    before `person_since`.
    """

    start: datetime
    observed_at: datetime
    until: datetime | None = None
    moves_watermark: bool = True
    reaches_all: bool = False
    live_start: datetime | None = field(default=None, compare=False)
    person_since: datetime | None = field(default=None, compare=False)
    is_cut: bool = field(default=False, compare=False)

    @property
    def end(self) -> datetime:
        """Up to where the pull covers what it asked for."""
        return self.observed_at if self.until is None else min(self.until, self.observed_at)

    @property
    def dates(self) -> tuple[date, date]:
        """The first and last date to put into the request, both included.

        Which timestamp Sahha compares with its bounds, and in whose time zone, is not documented; two days on each
        side cover every reading of it.
        """
        margin = timedelta(days=2)
        return (self.start - margin).date(), (self.end + margin).date()


@dataclass(frozen=True, slots=True)
class QuarantinedRow:
    """A row of an answer that cannot be stored as what it claims to be: its raw JSON text, and why."""

    payload: str
    reason: str


@dataclass(frozen=True, slots=True)
class ProfilePull:
    """What came of one pull of one stream for one profile, before it is written.

    `refused` says that Sahha turned the request itself down, so that repeating it is no use, and `suspect` which
    setting would be wrong if it did so for everybody. `is_known` says that Sahha has answered for the profile elsewhere
    in the run, `is_sahhas_fault` that what went wrong went wrong for many. `change_count` and `timezone` are the
    profile's when the pull began.
    """

    profile_id: str
    window: PullWindow
    rows: Sequence[Reading] = ()
    quarantined: Sequence[QuarantinedRow] = ()
    problem: Outcome | None = None
    error: str | None = None
    refused: bool = False
    change_count: int = 0
    timezone: str | None = None
    suspect: str | None = None
    is_known: bool = False
    is_sahhas_fault: bool = False


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
    """What one pull has come to once it is committed: the partition's metadata. `recovered`: the one before failed."""

    profile_id: str
    outcome: Outcome
    counts: UpsertCounts = field(default_factory=UpsertCounts)
    quarantined: int = 0
    newest_reading: datetime | None = None
    watermark: datetime | None = None
    first_contact: bool = False
    recovered: bool = False
    error: str | None = None

    @property
    def has_changed(self) -> bool:
        """Whether the pull changed a row of its table."""
        return self.counts.inserted + self.counts.updated > 0


def plan_window(
    target: SyncTarget,
    now: datetime,
    days: int | None = None,
    rules: SyncRules = DEFAULT_RULES,
    kept_since: datetime | None = None,
) -> PullWindow:
    """What to ask for: `days` back where a person said so, a week on first contact, else watermark less overlap, and
    further back where days may have come in late, as far as readings are kept (`kept_since`).
    """
    live_start = _live_start(target, now, rules)
    if days is not None:
        start = now - timedelta(days=days)
        is_wide = start < live_start
        return PullWindow(start, now, moves_watermark=start <= live_start, live_start=live_start if is_wide else None)
    person_since = target.enrolled_at - rules.overlap_after_connect
    starts = [late_start(target, now, rules, kept_since), _deep_start(target, now, person_since, kept_since)]
    start = min([live_start, *(start for start in starts if start is not None)])
    return PullWindow(
        start,
        now,
        reaches_all=start == kept_since,
        live_start=live_start if start < live_start else None,
        person_since=person_since,
    )


def late_start(
    target: SyncTarget, now: datetime, rules: SyncRules = DEFAULT_RULES, kept_since: datetime | None = None
) -> datetime | None:
    """From when on to ask for what may have come in late, where that is before the overlap; None otherwise."""
    live_start = _live_start(target, now, rules)
    last = now if target.watermark is None else target.watermark
    day = target.lateness.oldest_day_to_ask(live_start.date(), now.date(), last.date())
    if day is None:
        return None
    start = datetime.combine(day, time(), UTC)
    return min(start if kept_since is None else max(start, kept_since), live_start)


def _deep_start(
    target: SyncTarget, now: datetime, person_since: datetime, kept_since: datetime | None
) -> datetime | None:
    if target.watermark is None or not target.lateness.days or target.lateness.failed_on == now.date():
        return None
    reach = deep_look(target.profile_id, target.watermark, now)
    if reach is None:
        return None
    start = max(now - reach, person_since)
    return start if kept_since is None else max(start, kept_since)


def _live_start(target: SyncTarget, now: datetime, rules: SyncRules) -> datetime:
    if target.watermark is None:
        return now - rules.first_sync
    young = now - target.enrolled_at < OVERLAP_WIDE_FOR
    return min(target.watermark, now) - (rules.overlap_after_connect if young else rules.overlap)


def next_watermark(current: datetime | None, window: PullWindow) -> datetime | None:
    """How far everything is fetched once this window is committed; never backwards, never past a gap."""
    if not window.moves_watermark:
        return current
    if current is None:
        return window.end
    if window.start > current:
        return current
    return max(current, window.end)


def decide_outcome(pull: ProfilePull, counts: UpsertCounts) -> Outcome:
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
    at = pull.window.observed_at
    ends = [_ends_at(row) for row in pull.rows if _starts_at(row) <= at]  # what lies ahead of us is no news
    return min(max(ends), at) if ends else None


def update_lateness(stream: Stream, known: Lateness, pull: ProfilePull) -> Lateness:
    """What may still come in late after a good answer, the newest of its stream."""
    window = pull.window
    today, latest = window.observed_at.date(), window.observed_at.date() + timedelta(days=1)
    person_since = date.min if window.person_since is None else window.person_since.date()
    if stream is Stream.SAHHA_ARCHETYPES:
        device_since = max(today - BROUGHT_BY_A_NEW_ARCHETYPE, person_since)
    else:
        device_since = today - BROUGHT_BY_A_NEW_DEVICE
    failed_on = today if window.is_cut else known.failed_on if window.live_start is None else None
    asked = Asked(window.start.date(), window.reaches_all, device_since, today, person_since, failed_on)
    return known.after(newest_days(pull.rows, latest), asked, lambda: days_of_groups(pull.rows, latest))


def oldest_day_caught_up(known: Lateness, pull: ProfilePull) -> date | None:
    """The oldest day past which a pull of biomarkers has brought what was late, where that is before the overlap."""
    live_start = pull.window.live_start
    if live_start is None:
        return None
    day = known.oldest_day_caught_up(update_lateness(Stream.BIOMARKERS, known, pull))
    return day if day is not None and day < live_start.date() else None


def newest_night(pull: ProfilePull) -> date | None:
    """The newest local day on which a night of this pull ends, none later than tomorrow; None without any."""
    latest = pull.window.observed_at.date() + timedelta(days=1)
    ends = (row.local_date for row in pull.rows if isinstance(row, Biomarker) and row.type == "sleep_end_time")
    return max((day for day in ends if day <= latest), default=None)


def retry_wait(attempts: int, who: str) -> timedelta:
    """How long to leave a profile alone after so many failed attempts in a row.

    Exponential with full jitter: anywhere from nothing to a bound that doubles from a minute to six hours. The jitter
    is drawn from a digest of `who` and the attempts, so that many who failed together come back apart, and a repeated
    decision is the same decision.
    """
    bound = min(RETRY_FIRST * (1 << min(attempts - 1, 16)), RETRY_LONGEST)
    digest = hashlib.blake2b(f"{who}:{attempts}".encode(), digest_size=8).digest()
    return bound * (int.from_bytes(digest) / 2**64)


def breaker_wait(failures: int) -> timedelta:
    """How long Sahha is left alone after so many failed tries in a row: doubling from two minutes to thirty."""
    return min(BREAKER_FIRST * (1 << min(failures - 1, 8)), BREAKER_LONGEST)


def is_gone_for_good(gone_since: datetime | None, at: datetime) -> bool:
    """Whether a profile is paused that Sahha does not know at this instant: so it was long enough ago as well."""
    return gone_since is not None and at - gone_since >= GONE_SIGHTINGS_APART


def is_given_up(refusals: int) -> bool:
    """Whether a profile is paused: Sahha has refused the request itself so often without a good answer between."""
    return refusals >= REFUSALS_UNTIL_PAUSED


def _starts_at(row: Reading) -> datetime:
    return row.score_date_time if isinstance(row, Score) else row.start_date_time


def _ends_at(row: Reading) -> datetime:
    return row.score_date_time if isinstance(row, Score) else row.end_date_time or row.start_date_time
