"""Weeks on a virtual clock, lived once for all tests of this file: what people do, and what is made of it."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from psycopg import Connection

from hos_pipelines.cli import living_weeks
from hos_pipelines.cli.demo_home import move_present
from hos_pipelines.cli.living_weeks import LivedWeeks, VirtualWeeks, live_weeks
from hos_pipelines.cli.simulator_controls import SimulatorControls
from hos_pipelines.cli.weeks_record import read_lived_people
from hos_pipelines.postgres.connection import connect
from hos_pipelines.postgres.embedded import EmbeddedServer
from hos_pipelines.report.weeks_picture import LivedPerson, draw_weeks
from hos_pipelines.simulator.temperaments import temperament_of
from hos_pipelines_tests.cli.lived_weeks import deployment_of, dump, newest_instants, virtual_weeks

USERS, WEEKS = 6, 8
SHORT_USERS = 3


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


def test_no_row_that_is_compared_or_expires_knows_the_wall_clock(lived: Lived) -> None:
    """What lies ahead is an hour to come: plans of tomorrow, leases, waits."""
    newest = newest_instants(lived.connection)
    assert len(newest) > 40
    end = lived.weeks.ticks[-1] + timedelta(days=15)
    assert {name: at for name, at in newest.items() if at > end} == {}
    assert end < datetime.now(UTC)


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
    rows = lived.connection.execute(
        "SELECT extract(hour FROM wakes_at AT TIME ZONE 'Africa/Johannesburg')::int, count(*) FROM plans "
        "WHERE profile_id = %s AND kind = 'routine' AND superseded_at IS NULL GROUP BY 1",
        (lived.key("night worker"),),
    ).fetchall()
    hours = dict(rows)
    after_nights = sum(count for hour, count in hours.items() if hour >= 13)
    assert after_nights == pytest.approx(7 * WEEKS / 2, abs=3)
    assert sum(hours.values()) - after_nights == pytest.approx(7 * WEEKS / 2, abs=3)


def test_the_picture_shows_everybody_and_is_the_same_again(lived: Lived) -> None:
    svg = draw_weeks(lived.people)
    assert svg == draw_weeks(lived.people)
    for person in lived.people:
        assert f">{person.name}</text>" in svg
    assert svg.count('class="completion"') >= (USERS - 1) * (WEEKS - 1)


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
    weeks = virtual_weeks(SHORT_USERS, 1)
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
                dumps.append(dump(connection))
    whole, broken = dumps
    assert sum(map(len, whole.values())) > 1000
    assert {table for table in whole if whole[table] != broken[table]} == set()


def broken_off(*_database: object, **_options: object) -> None:
    raise BrokenOffError
