"""Days of somebody with a plan, on a clock that is moved: items and words by plain SQL, the stage as it is due."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from psycopg import Connection
from psycopg.rows import dict_row

from hos_pipelines.domain.guidance.adaptation.state import AdaptationState
from hos_pipelines.domain.guidance.guidance_kind import GuidanceKind
from hos_pipelines.domain.guidance.routine.limits import Stage
from hos_pipelines.postgres.adaptation_store import read_states
from hos_pipelines.postgres.guidance_checks import count_violations
from hos_pipelines.settings.settings import Settings
from hos_pipelines.stages.database import Database
from hos_pipelines.stages.guidance.guidance_runner import GuidanceRunner
from hos_pipelines.stages.profile_outcome import ProfileOutcome

KIND = GuidanceKind.ADAPTATION
TASKS = ("walk", "stretch", "breathe", "read", "garden")
ITEMS = {Stage.SIMPLIFY: 2, Stage.MAINTAIN: 4, Stage.PROGRESS: 5, Stage.INTENSIFY: 4}
START = date(2026, 9, 7)
DAY = timedelta(days=1)
PLAN = """
INSERT INTO plan_items (id, profile_id, item_id, plan_date, title, category, scheduled_time, recorded_at)
VALUES (md5(%(who)s::text || %(task)s::text || %(day)s::text)::uuid, %(who)s, %(task)s, %(day)s::date, 'Something',
        'movement', '08:00', %(at)s::timestamptz - interval '20 hours')
"""
SAY = """
INSERT INTO task_checkins (id, profile_id, plan_item_id, planned_date, completion_status, actual_completion_time,
                           satisfaction_rating, continue_preference, recorded_at)
VALUES (md5('said' || %(who)s::text || %(task)s::text || %(day)s::text)::uuid, %(who)s,
        md5(%(who)s::text || %(task)s::text || %(day)s::text)::uuid,
        %(day)s::date, %(status)s, %(done_at)s, %(rating)s, %(again)s, %(at)s)
"""
JOURNAL = """
INSERT INTO daily_journals (profile_id, journal_date, is_ill, is_travelling, recorded_at)
VALUES (%(who)s, %(day)s, %(is_ill)s, %(is_travelling)s, %(at)s)
"""


def nothing(_chunk: Sequence[ProfileOutcome]) -> None:
    """Marks nobody."""


@dataclass
class AdaptedDays:
    """One person, from one day to the next: what is planned is spoken of in the evening and judged in the morning."""

    connection: Connection[Any]
    settings: Settings
    who: str = "anna"
    day: date = START
    owed: float = 0.0
    outcomes: list[str] = field(default_factory=list)

    def at(self, hour: int, minute: int = 0) -> datetime:
        """An hour of the running day."""
        return datetime.combine(self.day, time(hour, minute), UTC)

    def state(self) -> AdaptationState:
        """What the plan of the running day goes by."""
        return read_states(self.connection, [self.who], self.day)[self.who]

    def live(self, days: int, share: float = 0.0, *, is_silent: bool = False, rating: int | None = None) -> None:
        """So many days on each of which about this share is done, as evenly as it goes."""
        for _ in range(days):
            for task in self.plan():
                if not is_silent:
                    self.owed += share
                    is_done = self.owed >= 1 - 1e-9
                    self.owed -= is_done
                    self.say(task, "completed" if is_done else "skipped", rating=rating)
            self.day += DAY
            self.run_where_due()

    def plan(self) -> Sequence[str]:
        """The items of the running day, by the state of it."""
        state = self.state()
        tasks = [task for task in TASKS if task not in state.resting][: ITEMS[state.stage] - state.fewer_items]
        for task in tasks:
            self.connection.execute(PLAN, {"who": self.who, "task": task, "day": str(self.day), "at": self.at(23)})
        return tasks

    def say(
        self,
        task: str,
        status: str,
        *,
        day: date | None = None,
        at: datetime | None = None,
        rating: int | None = None,
        again: str | None = None,
        done_at: datetime | None = None,
    ) -> None:
        """A word of one item."""
        values = {
            "who": self.who,
            "task": task,
            "day": str(day or self.day),
            "status": status,
            "done_at": done_at,
            "rating": rating,
            "again": again,
            "at": at or self.at(20),
        }
        self.connection.execute(SAY, values)

    def write_journal(self, *, is_ill: bool | None = None, is_travelling: bool | None = None) -> None:
        """A journal of the running day, in the evening."""
        values = {"who": self.who, "day": self.day, "is_ill": is_ill, "is_travelling": is_travelling, "at": self.at(20)}
        self.connection.execute(JOURNAL, values)

    def runner(self, at: datetime) -> GuidanceRunner:
        """A deployment that has just started, at an instant."""
        return GuidanceRunner(lambda: self.settings, Database(lambda: self.settings), lambda: at)

    def run_where_due(self, hour: int = 6, minute: int = 30) -> None:
        """Runs the stage as its sensor would."""
        at = self.at(hour, minute)
        if self.who in self.runner(at).due(KIND):
            self.run(at)

    def run(self, at: datetime) -> str:
        """Runs the stage at an instant; every check of its tables must hold."""
        (outcome,) = self.runner(at).run(KIND, [self.who], nothing)
        assert not outcome.is_bad, outcome.error
        assert not any(count_violations(self.connection, KIND, at).values())
        self.outcomes.append(outcome.outcome)
        return outcome.outcome

    def rows(self, table: str, order: str = "2, 3") -> list[dict[str, Any]]:
        """The rows of this person."""
        query = f"SELECT * FROM {table} WHERE profile_id = %s ORDER BY {order}"  # noqa: S608  a name of ours
        with self.connection.cursor(row_factory=dict_row) as cursor:
            return cursor.execute(query.encode(), (self.who,)).fetchall()

    @property
    def changes(self) -> list[dict[str, Any]]:
        """Changes, the oldest first."""
        return self.rows("adaptations", "decided_on, to_version")

    @property
    def weeks(self) -> list[dict[str, Any]]:
        """Judged weeks, the oldest first."""
        return self.rows("adaptation_weeks", "week_from")

    @property
    def evaluations(self) -> list[dict[str, Any]]:
        """Judgements, the oldest first."""
        return self.rows("adaptation_evaluations", "evaluated_on, attempt")
