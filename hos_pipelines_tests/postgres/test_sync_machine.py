"""The whole sync against a small model of Sahha: data arrives late and changes, answers come in any order or not at
all, writers die, ticks lease. Whatever happens, no watermark is ahead of what was committed.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import psycopg
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from psycopg import Connection

from hos_pipelines.domain.batches import BatchBounds
from hos_pipelines.domain.measurements import Reading
from hos_pipelines.domain.profiles import Enrolment
from hos_pipelines.domain.sync import (
    LIVE_STREAMS,
    Outcome,
    ProfilePull,
    PullWindow,
    Stream,
    SyncRules,
    SyncTarget,
    plan_window,
)
from hos_pipelines.postgres.connection import connect
from hos_pipelines.postgres.planner import (
    SearchOutcome,
    TickPlan,
    begin_batch,
    finish_batch,
    plan_batches,
    still_leased,
)
from hos_pipelines.postgres.profile_store import enrol, sync_targets
from hos_pipelines.postgres.sync_store import write_pulls
from hos_pipelines_tests.postgres.rows import MIDNIGHT, NOON, biomarker, score

Place = tuple[str, Stream]
Key = tuple[str, Stream, int]

RULES = SyncRules()
MINUTE, HOUR, ONE_DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
LEASE = 30 * MINUTE
LONGEST_RUN = 2 * HOUR
ENROLLED_BEFORE = {"anna": 100 * ONE_DAY, "ben": timedelta(0), "cleo": 13 * ONE_DAY}
# How a pull may end instead of with data, and whether Sahha refused the request itself.
ENDINGS = (
    (Outcome.FAILED, False),
    (Outcome.RATE_LIMITED, False),
    (Outcome.FAILED, True),
    (Outcome.GONE, True),
)

PICKS = st.integers(0, 10)
BACK = st.integers(0, RULES.overlap // ONE_DAY)
PEOPLE = st.sampled_from(sorted(ENROLLED_BEFORE))
GROUPS = st.sampled_from([("anna", "ben", "cleo"), ("ben", "anna"), ("cleo",)])
ENDS = st.sampled_from([None, None, None, None, *ENDINGS])


@dataclass(frozen=True)
class Version:
    """What Sahha says of a day from an instant on; later versions have greater numbers.

    Of three versions of a day the third says what the first said: an older answer cannot be told by its value.
    """

    number: int
    known_at: datetime
    value: int


class Sahha:
    """What Sahha has of everyone, by day after 31 October 2026, and since when."""

    def __init__(self) -> None:
        self.versions: dict[Key, list[Version]] = {}
        self._numbers = 0

    def receive(self, place: Place, day: int, at: datetime) -> None:
        """A reading of that day comes in, or one that was there changes."""
        self._numbers += 1
        versions = self.versions.setdefault((*place, day), [])
        versions.append(Version(self._numbers, at, 1 + len(versions) % 2))

    def known(self, at: datetime, since: datetime | None = None) -> dict[Key, Version]:
        """The versions that were known at an instant of days that end no earlier than another."""
        known = {}
        for key, versions in self.versions.items():
            told = [version for version in versions if version.known_at <= at]
            if told and (since is None or day_end(key[2]) >= since):
                known[key] = told[-1]
        return known

    def answer(self, place: Place, window: PullWindow) -> list[Reading]:
        """The rows of the window and not one more: the margin of the dates that are asked for must hide nothing."""
        return [
            reading(key, version, window.observed_at)
            for key, version in self.known(window.observed_at, window.start).items()
            if key[:2] == place and day_start(key[2]) <= window.end
        ]


def day_start(day: int) -> datetime:
    return MIDNIGHT + day * ONE_DAY


def day_end(day: int) -> datetime:
    return day_start(day) + timedelta(seconds=86_399)


def reading(key: Key, version: Version, observed_at: datetime) -> Reading:
    profile_id, stream, day = key
    if stream is Stream.SCORES:
        calculated_at = version.known_at if day % 2 else None  # some answers do not say
        return score(version.value / 10_000, calculated_at=calculated_at, observed_at=observed_at)._replace(
            profile_id=profile_id, score_date_time=day_start(day), local_date=day_start(day).date()
        )
    periodicity = "daily" if version.known_at > day_end(day) else "intraday"
    return biomarker(profile_id, value=str(version.value), day=day, periodicity=periodicity, observed_at=observed_at)


def window_for(target: SyncTarget, now: datetime, days: int | None) -> PullWindow:
    """The window of a pull: what the tick would ask for, or so many days, however few."""
    return plan_window(target, now, days, RULES)


@dataclass
class Answer:
    """An answer on its way to the database, for a batch where it was pulled for one."""

    asked_at: datetime
    chunk: dict[Stream, list[ProfilePull]] = field(default_factory=dict)
    lease: str | None = None


class KilledError(Exception):
    """The process died here."""


def mortal(statements: int) -> type[psycopg.Cursor[Any]]:
    """A cursor whose process dies with its connection when that many statements are through."""
    spoken = 0

    class Mortal(psycopg.Cursor[Any]):
        def _live_on(self) -> None:
            nonlocal spoken
            spoken += 1
            if spoken > statements:
                self.connection.close()
                raise KilledError

        def execute(self, *arguments: Any, **named: Any) -> Any:
            self._live_on()
            return super().execute(*arguments, **named)

        def executemany(self, *arguments: Any, **named: Any) -> None:
            self._live_on()
            super().executemany(*arguments, **named)

        def copy(self, *arguments: Any, **named: Any) -> Any:
            self._live_on()
            return super().copy(*arguments, **named)

    return Mortal


class SyncMachine(RuleBasedStateMachine):
    """Three people, two streams, one database. Every step takes a minute."""

    def __init__(self, url: str, connection: Connection[Any]) -> None:
        super().__init__()
        self.url, self.connection = url, connection
        self.now = NOON
        self.sahha = Sahha()
        self.answers: list[Answer] = []
        self.served: set[tuple[Key, int]] = set()
        self.first: dict[Place, datetime] = {}
        self.before: dict[Place, datetime] = {}
        self.ticks = 0
        connection.execute("TRUNCATE profiles, refresh_ticks, biomarkers, scores CASCADE")
        for name, before in ENROLLED_BEFORE.items():
            enrol(connection, [Enrolment(name, name)], NOON - before, by_hand=True)
            for place in ((name, stream) for stream in LIVE_STREAMS):
                for day in range(-9, 2):
                    self.sahha.receive(place, day, NOON - HOUR)

    @initialize(names=GROUPS)
    def some_are_pulled_already(self, names: Sequence[str]) -> None:
        self.write(self.connection, self.pulled(self.targets(names), None, None))

    @rule(name=PEOPLE, back=BACK)
    def data_comes_in(self, name: str, back: int) -> None:
        """New, late or revised, and never later than the overlap allows for."""
        self.tick_of_the_clock()
        today = (self.now - MIDNIGHT) // ONE_DAY
        for stream in LIVE_STREAMS:
            self.sahha.receive((name, stream), today - back, self.now)
        self.connection.execute("UPDATE profiles SET change_count = change_count + 1 WHERE profile_id = %s", (name,))

    @rule(hours=st.sampled_from([1, 7, 30, 100]))
    def time_passes(self, hours: int) -> None:
        self.now += hours * HOUR
        self.answers = [answer for answer in self.answers if self.now - answer.asked_at <= LONGEST_RUN]

    @rule(names=GROUPS, days=st.sampled_from([None, None, 10, 40]), ending=ENDS)
    def somebody_pulls(self, names: Sequence[str], days: int | None, ending: tuple[Outcome, bool] | None) -> None:
        self.tick_of_the_clock()
        self.answers.append(self.pulled(self.targets(names), days, ending))

    @rule(names=GROUPS, name=PEOPLE, back=BACK)
    def two_pulls_of_the_same_people_overtake_each_other(self, names: Sequence[str], name: str, back: int) -> None:
        self.tick_of_the_clock()
        earlier = self.pulled(self.targets(names), None, None)
        self.data_comes_in(name, back)
        self.tick_of_the_clock()
        self.write(self.connection, self.pulled(self.targets(names), None, None))
        self.write(self.connection, earlier)

    @rule(name=PEOPLE)
    def somebody_pulls_what_lies_past_a_gap(self, name: str) -> None:
        self.tick_of_the_clock()
        window = PullWindow(self.now - ONE_DAY, self.now)
        for place, target in self.targets([name]).items():
            if target.watermark is not None and target.watermark < window.start:
                pull = ProfilePull(name, window, self.sahha.answer(place, window), change_count=target.change_count)
                self.write(self.connection, Answer(self.now, {place[1]: [pull]}))

    @rule()
    def a_tick_is_planned(self) -> None:
        self.tick_of_the_clock()
        self.ticks += 1
        plan = TickPlan(f"tick-{self.ticks}", self.now, RULES, BatchBounds(1, 2, 2), LEASE)
        plan_batches(self.connection, plan, SearchOutcome("sahha"))

    @precondition(lambda self: self.batches())
    @rule(pick=PICKS, ending=ENDS)
    def a_batch_is_pulled(self, pick: int, ending: tuple[Outcome, bool] | None) -> None:
        """Of any tick: runs may wait long, and are repeated."""
        self.tick_of_the_clock()
        batch_id = self.batches()[-1 - pick % len(self.batches())]
        names = begin_batch(self.connection, batch_id, self.now) or ()
        mine = still_leased(self.connection, batch_id, names)
        targets = {place: target for place, target in self.targets(names).items() if place in mine}
        answer = self.pulled(targets, None, ending)
        answer.lease = batch_id
        self.answers.append(answer)

    @precondition(lambda self: self.batches())
    @rule(pick=PICKS)
    def a_batch_ends(self, pick: int) -> None:
        self.tick_of_the_clock()
        batch_id = self.batches()[-1 - pick % len(self.batches())]
        finish_batch(self.connection, batch_id, begin_batch(self.connection, batch_id, self.now) or (), self.now)

    @precondition(lambda self: self.answers)
    @rule(pick=PICKS, again=st.booleans())
    def an_answer_is_written(self, pick: int, again: bool) -> None:
        """Any of those on their way, so that an earlier one may be written after a later; some are written twice."""
        self.tick_of_the_clock()
        answer = self.answers[pick % len(self.answers)]
        self.write(self.connection, answer)
        if not again:
            self.answers.remove(answer)

    @precondition(lambda self: self.answers)
    @rule(pick=PICKS, statements=st.integers(0, 30))
    def a_writer_dies(self, pick: int, statements: int) -> None:
        self.tick_of_the_clock()
        answer = self.answers[pick % len(self.answers)]
        with connect(self.url) as connection:
            connection.cursor_factory = mortal(statements)
            try:
                self.write(connection, answer)
            except (KilledError, psycopg.OperationalError):
                return
        self.answers.remove(answer)

    @invariant()
    def no_watermark_is_ahead_of_what_was_committed(self) -> None:
        table = self.table()
        for place, watermark in self.watermarks().items():
            for key, version in self.sahha.known(watermark, self.first[place]).items():
                if key[:2] == place:
                    later = {one.value for one in self.sahha.versions[key] if one.number >= version.number}
                    assert table.get(key) in later, (key, version, watermark)

    @invariant()
    def no_watermark_goes_backwards(self) -> None:
        before, self.before = self.before, self.watermarks()
        assert all(self.before[place] >= watermark for place, watermark in before.items())

    @invariant()
    def the_tables_hold_no_row_twice_and_none_that_sahha_never_served(self) -> None:
        rows = self.rows()
        assert len({key for key, _ in rows}) == len(rows)
        assert set(rows) <= self.served

    @invariant()
    def the_ledger_is_whole_up_to_the_watermark_and_does_not_contradict_itself(self) -> None:
        contradictions = "SELECT count(*) FROM sync_coverage WHERE NOT empty <@ covered OR failed && covered"
        assert self.connection.execute(contradictions).fetchone() == (0,)
        for (profile_id, stream), watermark in self.watermarks().items():
            whole = self.connection.execute(
                "SELECT covered @> tstzrange(%s, %s) FROM sync_coverage WHERE profile_id = %s AND stream = %s",
                (self.first[profile_id, stream], watermark, profile_id, stream),
            ).fetchone()
            assert whole == (True,)

    @invariant()
    def no_lease_is_without_an_end(self) -> None:
        endless = "SELECT count(*) FROM sync_state WHERE (lease IS NULL) <> (lease_until IS NULL)"
        assert self.connection.execute(endless).fetchone() == (0,)

    def teardown(self) -> None:
        """After one calm pull of everyone the tables say what Sahha says, since the first contact; and after one that
        reaches back to the beginning, of everything.
        """
        for days in (None, 365):
            self.now += 3 * HOUR
            self.write(self.connection, self.pulled(self.targets(sorted(ENROLLED_BEFORE)), days, None))
            self.no_watermark_is_ahead_of_what_was_committed()
        assert self.table() == {key: version.value for key, version in self.sahha.known(self.now).items()}
        assert set(self.watermarks().values()) == {self.now}

    def tick_of_the_clock(self) -> None:
        self.now += MINUTE

    def targets(self, names: Sequence[str]) -> Mapping[Place, SyncTarget]:
        return sync_targets(self.connection, LIVE_STREAMS, names)

    def pulled(
        self, targets: Mapping[Place, SyncTarget], days: int | None, ending: tuple[Outcome, bool] | None
    ) -> Answer:
        """What comes of a pull at this moment, not written yet."""
        answer = Answer(self.now)
        for (name, stream), target in targets.items():
            window = window_for(target, self.now, days)
            if ending is None:
                rows = self.sahha.answer((name, stream), window)
                pull = ProfilePull(name, window, rows, change_count=target.change_count)
            else:
                problem, refused = ending
                pull = ProfilePull(name, window, problem=problem, error="Sahha does not answer.", refused=refused)
            answer.chunk.setdefault(stream, []).append(pull)
        return answer

    def write(self, connection: Connection[Any], answer: Answer) -> None:
        """Writes an answer, and notes what was then served and where the history of each begins."""
        write_pulls(connection, answer.chunk, answer.lease)
        for stream, pulls in answer.chunk.items():
            for pull in pulls:
                if pull.problem is None:
                    self.first.setdefault((pull.profile_id, stream), pull.window.start)
                    self.served.update(keyed(stream, pull.rows))

    def batches(self) -> list[str]:
        return [row[0] for row in self.connection.execute("SELECT batch_id FROM refresh_batches ORDER BY batch_id")]

    def watermarks(self) -> dict[Place, datetime]:
        rows = self.connection.execute("SELECT profile_id, stream, watermark FROM sync_state")
        return {(row[0], Stream(row[1])): row[2] for row in rows if row[2] is not None}

    def rows(self) -> list[tuple[Key, int]]:
        biomarkers = self.connection.execute("SELECT profile_id, start_date_time, value::integer FROM biomarkers")
        scores = self.connection.execute(
            "SELECT profile_id, score_date_time, round(score * 10000)::integer FROM scores"
        )
        return [
            ((profile_id, stream, (start - MIDNIGHT) // ONE_DAY), number)
            for stream, cursor in ((Stream.BIOMARKERS, biomarkers), (Stream.SCORES, scores))
            for profile_id, start, number in cursor
        ]

    def table(self) -> dict[Key, int]:
        return dict(self.rows())


def keyed(stream: Stream, rows: Iterable[Any]) -> Iterable[tuple[Key, int]]:
    for row in rows:
        day = (row[2] - MIDNIGHT) // ONE_DAY
        yield (row.profile_id, stream, day), round(row.score * 10_000) if stream is Stream.SCORES else int(row.value)


def test_whatever_happens_no_watermark_is_ahead_of_what_was_committed(
    connection: Connection[Any], migrated_url: str
) -> None:
    class Machine(SyncMachine):
        def __init__(self) -> None:
            super().__init__(migrated_url, connection)

    patient = settings(
        max_examples=30, stateful_step_count=30, deadline=None, suppress_health_check=[HealthCheck.too_slow]
    )
    run_state_machine_as_test(Machine, settings=patient)
