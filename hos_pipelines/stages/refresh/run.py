"""One refresh, as it happens: plan what to ask for, fetch it ahead of the writer, write, mark; chunk after chunk."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from psycopg import Connection

from hos_pipelines.domain.marks import Telling
from hos_pipelines.domain.sync import ProfileReport, Stream
from hos_pipelines.domain.tolerance import Tolerance
from hos_pipelines.postgres.breaker_store import close_breaker, open_breaker, read_breaker
from hos_pipelines.postgres.control_store import find_controls
from hos_pipelines.postgres.planner import begin_batch, finish_batch
from hos_pipelines.sahha.errors import MisconfiguredError
from hos_pipelines.settings.settings import Settings
from hos_pipelines.stages.database import Database
from hos_pipelines.stages.refresh.cut_short import is_cut_short
from hos_pipelines.stages.refresh.fetch import SahhaDownError, fetch_ahead
from hos_pipelines.stages.refresh.gaps import known_gaps
from hos_pipelines.stages.refresh.plan_pulls import plan_pulls
from hos_pipelines.stages.refresh.scope import RefreshScope
from hos_pipelines.stages.refresh.write import PullChunk

# Told of every chunk once it is committed, stream by stream.
Observer = Callable[[Stream, Sequence[ProfileReport]], None]
Stop = SahhaDownError | MisconfiguredError


@dataclass
class Refreshed:
    """What a refresh has come to, and why it ended before everybody was asked where it did."""

    scope: RefreshScope
    reports: dict[Stream, list[ProfileReport]] = field(default_factory=dict)
    stop: Stop | None = None
    has_opened_breaker: bool = False
    has_closed_breaker: bool = False

    @property
    def all_reports(self) -> Iterator[tuple[Stream, ProfileReport]]:
        """Of all streams, one after the other."""
        return ((stream, report) for stream, reports in self.reports.items() for report in reports)

    @property
    def bad(self) -> list[tuple[Stream, ProfileReport]]:
        """The pulls that brought no answer."""
        return [(stream, report) for stream, report in self.all_reports if report.outcome.is_bad]

    @property
    def has_answers(self) -> bool:
        """Whether Sahha answered for anybody."""
        return any(not report.outcome.is_bad for _, report in self.all_reports)


class Refresh:
    """Refreshes from the configured Sahha account into the configured database."""

    def __init__(
        self,
        read_settings: Callable[[], Settings],
        database: Database,
        now: Callable[[], datetime],
        observe: Observer | None = None,
    ) -> None:
        self.database = database
        self._read_settings = read_settings
        self._now = now
        self._observe = observe

    def run(
        self,
        scope: RefreshScope,
        connection: Connection[Any],
        telling: Telling,
        write: Callable[[PullChunk], None],
        mark: Callable[[Collection[str]], None],
    ) -> Refreshed:
        """Refreshes whom the scope names. `write` commits a chunk; `mark` is told of whom, once it is committed.

        What was committed stays, whatever ends it. A batch ends with its run, but not where the run was cut short: what
        is left of it is then begun again.

        Raises:
            SettingsError: Sahha may not be called, or the credentials are not set.
            psycopg.OperationalError: the database went away.
        """
        settings, refreshed = self._read_settings(), Refreshed(scope)
        try:
            self._require_closed_breaker(scope)
            plans = plan_pulls(self.database, settings, scope, self._now)
            with fetch_ahead(settings.sahha_account(), plans, self._find_controls) as fetched:
                for pulls in fetched:
                    chunk = PullChunk(connection, pulls, scope.batch_id, telling)
                    write(chunk)
                    self._add(refreshed, chunk)
                    mark(chunk.profile_ids)
        except (SahhaDownError, MisconfiguredError) as stop:
            refreshed.stop = stop
        except BaseException as error:
            if not is_cut_short(error):
                self._finish(scope)
            raise
        self._finish(scope)
        self._move_breaker(connection, refreshed)
        return refreshed

    @property
    def tolerance(self) -> Tolerance:
        """How many people may fail in a batch before its run does."""
        return self._read_settings().sync.tolerance

    def begin_batch(self, batch_id: str) -> Sequence[str] | None:
        """The profiles that a tick leased to a batch, from now on under way; None where no tick planned it."""
        with self.database.session() as connection:
            return begin_batch(connection, batch_id, self._now())

    def profiles_with_gaps(self) -> list[str]:
        """Of whom the coverage ledger misses anything."""
        with self.database.session() as connection:
            gaps = known_gaps(connection, self._read_settings(), self._now())
        return list(dict.fromkeys(gap.profile_id for gap in gaps))

    def _add(self, refreshed: Refreshed, chunk: PullChunk) -> None:
        for stream, reports in chunk.reports.items():
            refreshed.reports.setdefault(stream, []).extend(reports)
            if self._observe is not None:
                self._observe(stream, reports)

    def _require_closed_breaker(self, scope: RefreshScope) -> None:
        if scope.batch_id is None:
            return
        with self.database.session() as connection:
            breaker = read_breaker(connection, self._read_settings().sahha.base_url)
        if breaker.forbids(self._now()):
            raise SahhaDownError(breaker.reason)

    def _find_controls(self, refused_profiles: Collection[str]) -> tuple[Sequence[str], int]:
        """Everybody is asked once in a full sweep, so that two of them tell who is active."""
        since = self._now() - 2 * self._read_settings().sync.rules.full_sweep
        with self.database.session() as connection:
            return find_controls(connection, since, refused_profiles)

    def _finish(self, scope: RefreshScope) -> None:
        if scope.batch_id is not None:
            with self.database.session() as connection:
                finish_batch(connection, scope.batch_id, scope.profile_ids, self._now())

    def _move_breaker(self, connection: Connection[Any], refreshed: Refreshed) -> None:
        address, stop = self._read_settings().sahha.base_url, refreshed.stop
        if isinstance(stop, SahhaDownError) and refreshed.scope.may_open_breaker:
            refreshed.has_opened_breaker = open_breaker(connection, address, self._now(), str(stop))
        elif stop is None and refreshed.has_answers:
            refreshed.has_closed_breaker = close_breaker(connection, address)
