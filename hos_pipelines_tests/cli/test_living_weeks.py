"""Weeks on a virtual clock, lived once for all tests of this file: what people do, and what is made of it."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any, LiteralString

import pytest
from psycopg import Connection

from hos_pipelines.cli import living_weeks
from hos_pipelines.cli.demo_home import move_present
from hos_pipelines.cli.living_weeks import LivedWeeks, VirtualWeeks, live_weeks
from hos_pipelines.cli.simulator_controls import SimulatorControls
from hos_pipelines.cli.weeks_record import read_lived_people
from hos_pipelines.domain.guidance.adaptation.state import LOCK
from hos_pipelines.domain.guidance.routine.limits import Stage
from hos_pipelines.domain.person.roster import Shift, read_roster
from hos_pipelines.postgres.connection import connect
from hos_pipelines.postgres.embedded import EmbeddedServer
from hos_pipelines.report.weeks_picture import LivedPerson, draw_weeks
from hos_pipelines.simulator.temperaments import temperament_of
from hos_pipelines_tests.cli.lived_weeks import FAR_END, deployment_of, dump, instants_between, virtual_weeks

USERS, WEEKS = 6, 8
SHORT_USERS = 3
DAY = timedelta(days=1)


class Lived:
    """The weeks once they are lived: who lives, the rows, and what became of each."""

    def __init__(self, weeks: VirtualWeeks, connection: Connection[Any], home: Path) -> None:
        self.weeks, self.connection, self.home = weeks, connection, home
        self.people = read_lived_people(connection, weeks, home, weeks.ticks[-1])

    def of(self, name: str) -> LivedPerson:
        (found,) = [person for person in self.people if person.name == name]
        return found

    def key(self, name: str) -> str:
        return self.of(name).external_id


@pytest.fixture(scope="module")
def lived(server: EmbeddedServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lived]:
    weeks, home = virtual_weeks(USERS, WEEKS), tmp_path_factory.mktemp("weeks")
    with deployment_of(server, weeks, home) as (url, controls):
        result = run(weeks, home, controls)
        assert (result.done, result.failures) == (len(weeks.ticks), {})
        with connect(url) as connection:
            yield Lived(weeks, connection, home)


def run(weeks: VirtualWeeks, home: Path, controls: SimulatorControls) -> LivedWeeks:
    return live_weeks(weeks, home, controls, lambda at: move_present(home, at))


def test_everybody_has_a_plan_for_every_day_and_lives_each_once(lived: Lived) -> None:
    days = [lived.weeks.first_day + timedelta(days=number) for number in range(7 * WEEKS)]
    rows = lived.connection.execute(
        "SELECT profile_id, array_agg(plan_date ORDER BY plan_date) FROM plans WHERE kind = 'routine' "
        "AND superseded_at IS NULL AND status <> 'refused' GROUP BY profile_id"
    ).fetchall()
    assert len(rows) == USERS
    for profile_id, planned in rows:
        assert [day for day in days if day not in planned] == [], profile_id
    answers = Counter(
        (answer.external_id, answer.day) for _, told in living_weeks.read_noted(lived.home) for answer in told
    )
    assert set(answers.values()) == {1}
    assert {day for _, day in answers} >= set(days[:-1])


def test_what_was_reported_is_what_was_done(lived: Lived) -> None:
    for person in lived.people:
        temperament = temperament_of(int(person.external_id[-4:]) - 1)
        known = [week.completion for week in person.weeks if week.completion is not None]
        if temperament.reports < 0.5:
            assert all(week.reporting is None or week.reporting < 0.8 for week in person.weeks)
            continue
        assert len(known) >= WEEKS - 1
        assert all(week.reporting == 1 for week in person.weeks[:-1])


def test_sleep_responds_to_what_was_done_by_what_was_planted(lived: Lived) -> None:
    able = lived.of("able")
    assert able.usual is not None
    gained = [week.slept - able.usual for week in able.weeks if week.slept is not None]
    planted = [week.gained for week in able.weeks]
    assert sum(planted) / len(planted) == pytest.approx(38, abs=4)
    assert sum(gained) / len(gained) == pytest.approx(sum(planted) / len(planted), abs=12)


def test_the_night_workers_days_follow_the_roster(lived: Lived) -> None:
    """After a night the day begins eight hours after the shift has ended; from the third free day on in the morning."""
    ((stated,),) = rows(
        lived, "SELECT value FROM profile_facts WHERE fact_key = 'roster' AND profile_id = %(who)s", "night worker"
    )
    planned = rows(
        lived,
        "SELECT plan_date, wakes_at AT TIME ZONE 'Africa/Johannesburg' FROM plans "
        "WHERE profile_id = %(who)s AND kind = 'routine' AND superseded_at IS NULL",
        "night worker",
    )
    roster = read_roster(stated)
    after = [wakes for day, wakes in planned if roster.shift_on(day - DAY) is Shift.NIGHT]
    free = [wakes for day, wakes in planned if {roster.shift_on(day - n * DAY) for n in (0, 1, 2)} == {Shift.OFF}]
    assert len(after) >= 3 * WEEKS
    assert len(free) >= WEEKS
    assert {(wakes.hour, wakes.minute) for wakes in after} == {(14, 0)}
    assert all(wakes.hour < 12 for wakes in free)


def test_the_picture_shows_everybody_and_is_the_same_again(lived: Lived) -> None:
    svg = draw_weeks(lived.people)
    assert svg == draw_weeks(lived.people)
    for person in lived.people:
        assert f">{person.name}</text>" in svg
    assert svg.count('class="completion"') >= (USERS - 1) * (WEEKS - 1)


def rows(lived: Lived, query: LiteralString, name: str) -> list[tuple[Any, ...]]:
    """The answer to a query about one of these people."""
    return lived.connection.execute(query, {"who": lived.key(name)}).fetchall()


def stages_of(person: LivedPerson) -> list[Stage]:
    """The stages somebody went through, in their order."""
    return [stage for stage, _ in groupby(stage for _, stage in person.stages)]


def test_the_over_challenged_is_simplified_for_doing_little_and_recovers(lived: Lived) -> None:
    person = lived.of("over-challenged")
    first, second = person.changes[:2]
    assert (first.action, first.trigger) == ("simplify", "poor_adherence")
    assert (second.action, second.trigger) == ("maintain", "recovered")
    weeks = rows(
        lived,
        "SELECT stage, completion FROM adaptation_weeks WHERE profile_id = %(who)s AND decision <> 'waiting' "
        "ORDER BY week_from",
        "over-challenged",
    )
    assert weeks[0][1] < 0.5
    easy = [share for stage, share in weeks if stage == "SIMPLIFY"]
    assert len(easy) >= 2
    assert min(easy) >= 0.6
    assert stages_of(person)[:3] == [Stage.MAINTAIN, Stage.SIMPLIFY, Stage.MAINTAIN]


def test_who_is_able_progresses_and_then_intensifies(lived: Lived) -> None:
    person = lived.of("able")
    assert stages_of(person)[:3] == [Stage.MAINTAIN, Stage.PROGRESS, Stage.INTENSIFY]
    days = dict(person.stages)
    in_progress = [day for day, stage in days.items() if stage is Stage.PROGRESS]
    assert len(in_progress) >= 14
    assert not any(change.is_taken_back for change in person.changes)


def test_who_is_silent_is_asked_and_not_blamed(lived: Lived) -> None:
    """What is not known of a week changes nothing but how much is asked; only what a watch measures may."""
    asked = rows(
        lived, "SELECT trigger, action, question, because FROM adaptations WHERE profile_id = %(who)s", "silent"
    )
    assert {trigger for trigger, *_ in asked} <= {"engagement_decline", "engagement_recovered", "safety"}
    declines = [one for one in asked if one[0] == "engagement_decline"]
    assert declines
    for _, action, question, because in declines:
        assert action == "fewer_items"
        assert question
        assert "something was said on" in because
    weeks = rows(lived, "SELECT reason FROM adaptation_weeks WHERE profile_id = %(who)s", "silent")
    assert {reason for (reason,) in weeks} <= {
        "engagement_decline",
        "too_few_due",
        "under_evaluation",
        "just_changed",
        "safety",
    }


def test_the_harmful_change_is_taken_back_and_its_lever_rests(lived: Lived) -> None:
    """The first has nothing to be compared with, for there were no plans before; the second is clearly worse."""
    person = lived.of("harmed by more")
    progress = [change for change in person.changes if change.lever == "progress"]
    (taken,) = [change for change in progress if change.is_taken_back]
    judged = rows(
        lived,
        "SELECT a.holds_from, e.verdict, e.rollback_reason, e.evaluated_on "
        "FROM adaptation_evaluations AS e JOIN adaptations AS a USING (adaptation_id) "
        "WHERE a.profile_id = %(who)s AND a.lever = 'progress' AND e.outcome = 'rolled_back'",
        "harmed by more",
    )
    ((since, verdict, reason, on),) = judged
    assert (since, verdict, reason) == (taken.day, "worse", "worse")
    assert not [change for change in progress if on < change.day <= on + LOCK]
    states = rows(
        lived,
        "SELECT version, reason, state ->> 'stage', (state -> 'locked' ->> 'progress')::date FROM adaptation_states "
        "WHERE profile_id = %(who)s ORDER BY version",
        "harmed by more",
    )
    ((version, stage, locked),) = [(one, stage, day) for one, why, stage, day in states if why == "rolled_back"]
    assert (stage, locked) == ("MAINTAIN", on + LOCK)
    assert states[version - 2][2] == "PROGRESS"


def test_what_comes_back_by_itself_is_not_called_a_success(lived: Lived) -> None:
    """Whoever does 55 % by chance has low weeks, and usual ones after them, and is told of no success.

    Of those whose days do not depend on their plans one change in twenty may be called better: so wide is the interval.
    """
    person = lived.of("by chance")
    assert min(week.completion for week in person.weeks if week.completion is not None) < 0.5
    assert "better" not in {change.verdict for change in person.changes}
    unmoved = ("able", "silent", "night worker", "by chance")
    verdicts = [change.verdict for name in unmoved for change in lived.of(name).changes if change.verdict is not None]
    assert len(verdicts) >= 5
    assert verdicts.count("better") <= 1


class BrokenOffError(Exception):
    """Somebody pulled the plug."""


class FragileControls(SimulatorControls):
    """Breaks off at the request with a number, in the middle of a tick."""

    def __init__(self, whole: SimulatorControls, breaks_at: int) -> None:
        self._whole, self._left = whole, breaks_at

    def respond(self, *answer: Any) -> None:
        self._left -= 1
        if not self._left:
            raise BrokenOffError
        self._whole.respond(*answer)

    def move_clock(self, at: datetime) -> None:
        self._whole.move_clock(at)


def test_broken_off_and_gone_on_with_it_gives_the_rows_of_a_run_in_one_go(
    server: EmbeddedServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And none of the rows knows the clock on the wall, which is years before the virtual one."""
    weeks, began = virtual_weeks(SHORT_USERS, 1, FAR_END), datetime.now(UTC)
    dumps = []
    for name, breaks_at in (("whole", None), ("broken", 8)):
        home = tmp_path / name
        with deployment_of(server, weeks, home) as (url, controls):
            if breaks_at is not None:
                with pytest.raises(BrokenOffError):
                    run(weeks, home, FragileControls(controls, breaks_at))
                with (home / living_weeks.NOTED).open("a") as note:
                    note.write('{"at": "2026-1')
                with monkeypatch.context() as cut:
                    cut.setattr(living_weeks, "_maintain", broken_off)
                    with pytest.raises(BrokenOffError):
                        run(weeks, home, controls)
            result = run(weeks, home, controls)
            assert result.before + result.done == len(weeks.ticks)
            assert (result.before > 0) is (breaks_at is not None)
            with connect(url) as connection:
                assert instants_between(connection, began, datetime.now(UTC)) == {}
                assert len(instants_between(connection, weeks.ticks[0] - 60 * DAY, weeks.ticks[-1])) > 30
                dumps.append(dump(connection))
    whole, broken = dumps
    assert sum(map(len, whole.values())) > 1000
    assert {table for table in whole if whole[table] != broken[table]} == set()


def broken_off(*_database: object, **_options: object) -> None:
    raise BrokenOffError
