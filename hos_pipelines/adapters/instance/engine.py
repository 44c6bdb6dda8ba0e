"""The connections to Dagster's database: one pool for the three storages of an instance."""

import os
from functools import partial
from weakref import WeakSet

import sqlalchemy
from dagster_postgres.utils import set_pg_statement_timeout

from hos_pipelines.adapters.instance.dagster_driver import NO_ADDRESS, open_for_dagster

KEPT_CONNECTIONS = 2
# Dagster asks for a second connection while it holds one: under a bound, enough threads at once wait for each other.
UNBOUNDED = -1
RECYCLE_S = 240  # below the idle time-outs of common firewalls and load balancers


class SharedEngine:
    """The connections of one instance, kept open and shared by its three storages.

    A new connection costs more than most of what Dagster asks of it. Each one is tried before it is handed out, so a
    server that went away and came back is noticed and not an error. Beyond those kept, a burst opens as many as it
    needs and closes them again, as all of them would be without this.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self._webserver: tuple[int, int, int] | None = None
        self.engine = _pooled_engine(url, RECYCLE_S, UNBOUNDED)
        _living.add(self)

    def tune_for_webserver(self, statement_timeout_ms: int, pool_recycle_s: int, max_overflow: int) -> None:
        """What `dagster-webserver` asks of each storage; the second and third to ask find it done.

        Each of the three would have been allowed `max_overflow` connections of its own.
        """
        wishes = (statement_timeout_ms, pool_recycle_s, max_overflow)
        if wishes == self._webserver:
            return
        self.engine.dispose()
        self._webserver = wishes
        self.engine = _pooled_engine(self.url, pool_recycle_s, max(UNBOUNDED, 3 * max_overflow))
        sqlalchemy.event.listen(
            self.engine, "connect", lambda connection, _: set_pg_statement_timeout(connection, statement_timeout_ms)
        )

    def dispose(self) -> None:
        """Closes the connections; the engine opens new ones where somebody still asks."""
        self.engine.dispose()


def _pooled_engine(url: str, recycle_s: int, max_overflow: int) -> sqlalchemy.Engine:
    return sqlalchemy.create_engine(
        NO_ADDRESS,
        creator=partial(open_for_dagster, url),
        isolation_level="AUTOCOMMIT",
        hide_parameters=True,  # an error would quote events, tags and configurations
        pool_size=KEPT_CONNECTIONS,
        max_overflow=max_overflow,
        pool_recycle=recycle_s,
        pool_pre_ping=True,
        pool_use_lifo=True,
    )


_living: WeakSet[SharedEngine] = WeakSet()


def _forget_the_parents_connections() -> None:
    for shared in _living:
        shared.engine.dispose(close=False)


os.register_at_fork(after_in_child=_forget_the_parents_connections)


class OnSharedEngine:
    """Whatever engine the storage makes for itself, it works on the shared one."""

    _shared: SharedEngine

    @property
    def _engine(self) -> sqlalchemy.Engine:
        return self._shared.engine

    @_engine.setter
    def _engine(self, own: sqlalchemy.Engine) -> None:
        own.dispose()

    def optimize_for_webserver(self, statement_timeout: int, pool_recycle: int, max_overflow: int) -> None:
        """Milliseconds, seconds, and connections beyond those kept."""
        self._shared.tune_for_webserver(statement_timeout, pool_recycle, max_overflow)
