"""What must be true of a deployment's tables: at once after a fault, and once calm has returned."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from psycopg.rows import class_row
from psycopg.types.multirange import TimestamptzMultirange

from hos_pipelines.domain.sync import PullWindow, Stream
from hos_pipelines.postgres.counts import count_duplicates
from hos_pipelines_tests.cli.truth import Stored, stored
from hos_pipelines_tests.faults.deployment import Deployment

FIRST_CONTACT = timedelta(days=7)

STATES = """
SELECT p.profile_id, stream.name AS stream, s.watermark, s.attempts, s.lease, s.lease_until,
       coalesce(c.covered, '{}') AS covered, coalesce(c.empty <@ c.covered, true) AS empty_is_covered
FROM profiles AS p
CROSS JOIN unnest(%s::text[]) AS stream (name)
LEFT JOIN sync_state AS s ON s.profile_id = p.profile_id AND s.stream = stream.name
LEFT JOIN sync_coverage AS c ON c.profile_id = p.profile_id AND c.stream = stream.name
ORDER BY p.profile_id, stream.name
"""

Place = tuple[str, str]


@dataclass(frozen=True)
class State:
    """What the database says of one profile's stream."""

    profile_id: str
    stream: str
    watermark: datetime | None
    attempts: int | None
    lease: str | None
    lease_until: datetime | None
    covered: TimestamptzMultirange
    empty_is_covered: bool

    @property
    def place(self) -> Place:
        return self.profile_id, self.stream


def states_of(deployment: Deployment) -> list[State]:
    """The state of every stream of every profile."""
    with deployment.session() as connection, connection.cursor(row_factory=class_row(State)) as cursor:
        return cursor.execute(STATES, (list(Stream),)).fetchall()


def nothing_is_lost_doubled_or_ahead(deployment: Deployment, streams: Sequence[Stream] = tuple(Stream)) -> None:
    """Every table holds what Sahha served up to each watermark, all of it once and nothing else, whatever happened."""
    with deployment.session() as connection:
        assert count_duplicates(connection) == 0
    held = _held(deployment, streams)
    for state in states_of(deployment):
        if state.stream not in streams:
            continue
        assert state.empty_is_covered, f"{state.place}: a range is empty that is not covered"
        if state.watermark is None:
            assert state.place not in held, f"{state.place}: rows without a watermark"
            assert not state.covered, f"{state.place}: covered without a watermark"
        else:
            _is_whole(deployment, state, state.watermark, held)


def calm_has_returned(deployment: Deployment, since: datetime) -> None:
    """Everyone was pulled since that instant, nothing is missing, nobody is leased, and nobody has failed last."""
    nothing_is_lost_doubled_or_ahead(deployment)
    for state in states_of(deployment):
        assert state.watermark is not None, f"{state.place}: never pulled"
        assert state.watermark >= since, f"{state.place}: not pulled since {since}"
        assert (state.attempts, state.lease, state.lease_until) == (0, None, None), f"{state.place}: not at rest"


def _is_whole(deployment: Deployment, state: State, watermark: datetime, held: Mapping[Place, list[Stored]]) -> None:
    assert len(state.covered) == 1, f"{state.place}: what is covered has a gap"
    [covered] = state.covered
    assert covered.lower is not None
    assert covered.upper == watermark, f"{state.place}: covered up to elsewhere than the watermark"
    assert covered.lower <= watermark - FIRST_CONTACT, f"{state.place}: covered from too late on"
    at = deployment.served_at.get(watermark)
    assert at is not None, f"{state.place}: a watermark at which nobody worked"
    dates = PullWindow(covered.lower, watermark).dates
    expected = deployment.account.stored(Stream(state.stream), state.profile_id, dates, at)
    assert held.get(state.place, []) == expected, f"{state.place}: other rows than Sahha served at {at}"


def _held(deployment: Deployment, streams: Sequence[Stream]) -> Mapping[Place, list[Stored]]:
    held: defaultdict[Place, list[Stored]] = defaultdict(list)
    for stream in streams:
        for row in stored(deployment.database_url, stream):
            held[str(row[0]), stream.value].append(row)
    return held
