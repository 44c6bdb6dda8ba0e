"""Plans a tick of the refresh: asks Sahha once for everyone who changed, then leases whoever is due."""

import asyncio
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from psycopg import Connection

from hos_pipelines.domain.sync import Stream
from hos_pipelines.postgres.breaker_store import close_breaker, half_open_breaker, open_breaker, read_breaker
from hos_pipelines.postgres.change_store import count_changes
from hos_pipelines.postgres.clock_repair import Repair, bring_back_the_future, require_right_clock
from hos_pipelines.postgres.connection import explain_failures
from hos_pipelines.postgres.pauses import resume_listed
from hos_pipelines.postgres.planner import (
    PlannedTick,
    SearchOutcome,
    TickPlan,
    batches_of_tick,
    plan_batches,
    read_tick,
    starting_batches,
)
from hos_pipelines.sahha.account import SahhaAccount
from hos_pipelines.sahha.client import sahha_session
from hos_pipelines.sahha.errors import PermanentError, TransientError
from hos_pipelines.sahha.listings import Listing, read_listing
from hos_pipelines.settings.settings import Settings
from hos_pipelines.stages.data_source import DATABASE_FALLBACK, SAHHA, read_data_source
from hos_pipelines.stages.database import Database


class RefreshPlanner:
    """Plans ticks on the database and the Sahha account of the settings."""

    def __init__(self, read_settings: Callable[[], Settings], database: Database, now: Callable[[], datetime]) -> None:
        self._read_settings = read_settings
        self._database = database
        self._now = now

    def plan(
        self,
        name: str,
        missed: Collection[tuple[Stream, str]] = (),
        warn: Callable[[str], None] = lambda _: None,
        slots: int = 1,
        start: Callable[[Sequence[str]], None] = lambda _: None,
    ) -> PlannedTick:
        """Plans a tick once; asked again for the same tick, answers with what was planned then.

        What runs were to pull and did not, `missed`, is due in it as well; `warn` is told where a clock is found wrong.
        The batches are cut for so many `slots`, runs that fetch at a time. `start` may turn the batches into runs, by
        their ids, which nobody else does meanwhile.

        Raises:
            MisconfiguredError: Sahha's host or credentials are wrong.
            DatabaseError: the database cannot be used.
        """
        settings, now = self._read_settings(), self._now()
        with explain_failures(), self._database.session() as connection:
            planned = read_tick(connection, name)
            if planned is not None:
                return planned
            plan = TickPlan(
                tick=name,
                now=now,
                rules=settings.sync.rules,
                bounds=settings.sync.batch_bounds(slots, settings.sahha.request_delay_s),
                lease=settings.sync.lease,
                missed=missed,
            )
            repair = mend_clock(connection, settings, now)
            if repair is not None:
                warn(str(repair))
            search = find_changes(connection, settings, now)
            tick = self._plan_and_start(connection, plan, search, start)
            if search.complete and tick.profiles_due == 0:
                close_breaker(connection, settings.sahha.base_url)  # nobody is pulled, so that no pull will
            return tick

    def _plan_and_start(
        self,
        connection: Connection[Any],
        plan: TickPlan,
        search: SearchOutcome,
        start: Callable[[Sequence[str]], None],
    ) -> PlannedTick:
        """Who finds the tick planned starts nothing: its planner has, or the sensor does."""
        with self._database.session() as guard, starting_batches(guard, is_patient=True):
            planned = read_tick(connection, plan.tick)
            if planned is None:
                planned = plan_batches(connection, plan, search)
                start(batches_of_tick(connection, plan.tick))
            return planned


def mend_clock(connection: Connection[Any], settings: Settings, now: datetime) -> Repair | None:
    """Works by no clock that the database's contradicts, and brings back what a wrong one has written.

    Raises:
        WrongClockError: this machine's clock and the database's are hours apart.
    """
    if settings.house.virtual_now is None:
        require_right_clock(connection, now)
    lease = settings.sync.lease
    return bring_back_the_future(connection, now, lease, settings.sync.rules.full_sweep)


def find_changes(connection: Connection[Any], settings: Settings, now: datetime) -> SearchOutcome:
    """Reads the profile search and counts the changes it tells of, unless Sahha is not to be asked.

    A search that breaks off is used as far as it goes: whoever it did not list is found by the full sweep. While the
    breaker is open the login is the one question a tick asks, once; where it is answered, work goes on in this tick.
    """
    if not settings.sahha.is_called:
        return SearchOutcome(DATABASE_FALLBACK, reason=read_data_source(connection, settings.sahha, now).reason)
    address = settings.sahha.base_url
    is_tried = read_breaker(connection, address).opened_at is not None
    listed = Listed()
    try:
        search = asyncio.run(_read_search(settings.sahha_account(), listed, is_patient=not is_tried))
    except TransientError as error:
        open_breaker(connection, address, now, str(error))
        return SearchOutcome(DATABASE_FALLBACK, reason=str(error))
    if is_tried and search.reason is not None and not listed.received_at:
        open_breaker(connection, address, now, search.reason)
        return replace(search, data_source=DATABASE_FALLBACK)
    half_open_breaker(connection, address, now)
    resume_listed(connection, listed.undated)
    return replace(search, changed=count_changes(connection, listed.received_at))


@dataclass
class Listed:
    """Whom the search lists: the newest instant of each external id, and those whose instant cannot be read."""

    received_at: dict[str, datetime] = field(default_factory=dict)
    undated: set[str] = field(default_factory=set)

    def add(self, listing: Listing) -> None:
        """Takes an item into account; some people are listed several times."""
        if listing.data_received_at is None:
            self.undated.add(listing.external_id)
        else:
            known = self.received_at.setdefault(listing.external_id, listing.data_received_at)
            self.received_at[listing.external_id] = max(known, listing.data_received_at)


async def _read_search(account: SahhaAccount, listed: Listed, *, is_patient: bool) -> SearchOutcome:
    """Fills `listed`.

    Raises:
        TransientError: not even the login is answered.
    """
    skipped, reason = 0, None
    async with sahha_session(account) as client:
        await client.log_in(is_patient=is_patient)
        try:
            async for item in client.all_profiles():
                listing = read_listing(item)
                if listing is not None:
                    listed.add(listing)
                skipped += listing is None or listing.data_received_at is None
        except (TransientError, PermanentError) as error:
            reason = str(error)
    return SearchOutcome(SAHHA, reason is None, client.requests_made, len(listed.received_at), skipped, reason=reason)
