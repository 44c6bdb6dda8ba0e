"""Weeks in minutes: day by day on a virtual clock people live, are pulled, analysed, and given guidance.

Each virtual day has two ticks, late in the morning and before midnight. What was lived is noted after each, so that
whoever is interrupted goes on at the tick that was not done; done again, it writes nothing twice.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from hos_pipelines.cli.database import open_database
from hos_pipelines.cli.living_people import LivedAnswer, LivingPeople
from hos_pipelines.cli.output import CommandError
from hos_pipelines.cli.simulator_controls import SimulatorControls
from hos_pipelines.domain.analysis_scope import AnalysisType
from hos_pipelines.domain.marks import Telling
from hos_pipelines.domain.workflow.stages import STAGES
from hos_pipelines.environment import now, read_settings
from hos_pipelines.postgres.virtual_clock import set_virtual_now, take_statistics
from hos_pipelines.simulator.responses import Response
from hos_pipelines.simulator.settings import SimulatorSettings
from hos_pipelines.simulator.temperaments import HOME
from hos_pipelines.stages.analysis.analysis_request import AnalysisRequest
from hos_pipelines.stages.analysis.analysis_runner import AnalysisRunner
from hos_pipelines.stages.database import Database
from hos_pipelines.stages.guidance.guidance_runner import GuidanceRunner
from hos_pipelines.stages.kept_sessions import KeptSessions
from hos_pipelines.stages.operations.maintenance import consolidate_memories, delete_old_data
from hos_pipelines.stages.profile_outcome import ProfileOutcome
from hos_pipelines.stages.refresh.run import Refresh
from hos_pipelines.stages.refresh.scope import RefreshScope
from hos_pipelines.stages.refresh.write import write_chunk

MORNING, NIGHT = time(11), time(23, 30)
NOTED = "lived.jsonl"
STATISTICS_ON = 6
NOBODY_TOLD = Telling("", lambda _stream, _report: False)


@dataclass(frozen=True, slots=True)
class VirtualWeeks:
    """The ticks of so many weeks up to an instant; the people connected `cast.days` before the first."""

    cast: SimulatorSettings
    count: int
    first_day: date
    ticks: Sequence[datetime]


@dataclass(slots=True)
class LivedWeeks:
    """How many ticks were done, now and before, and who failed in what."""

    done: int = 0
    before: int = 0
    failures: dict[str, str] = field(default_factory=dict)


def weeks_until(people: SimulatorSettings, weeks: int) -> VirtualWeeks:
    """So many weeks that end at the virtual present of these people, who from the first day on live with plans."""
    zone = ZoneInfo(HOME)
    last_day = people.at.astimezone(zone).date()
    first_day = last_day - timedelta(weeks=weeks)
    days = [first_day + timedelta(days=number) for number in range(weeks * 7 + 1)]
    ticks = [datetime.combine(day, hour, zone) for day in days for hour in (MORNING, NIGHT)]
    ticks = [*(tick for tick in ticks if tick < people.at), people.at]
    return VirtualWeeks(replace(people, at=ticks[0], lives_from=first_day), weeks, first_day, ticks)


def live_weeks(
    weeks: VirtualWeeks,
    home: Path,
    controls: SimulatorControls,
    move_present: Callable[[datetime], None],
    advance: Callable[[int], None] = lambda _: None,
) -> LivedWeeks:
    """Lives the weeks from where they were left.

    The database and the Sahha of the settings are those of these people alone. `move_present` moves the present of the
    settings, `advance` is told of each tick done.

    Raises:
        CommandError: somebody could not be pulled, analysed or given guidance.
    """
    people, result, database = LivingPeople(weeks.cast, weeks.first_day), LivedWeeks(), open_database()
    for _, answers in read_noted(home):
        for answer in answers:
            people.has_lived(answer)
            controls.respond(answer.external_id, answer.day, answer.response)
        result.before += 1
        advance(1)
    for at in weeks.ticks[result.before :]:
        is_first, is_night = at == weeks.ticks[0], at.timetz().replace(tzinfo=None) == NIGHT
        move_present(at)
        _move_clocks(database, controls)
        with KeptSessions(database) as kept:  # a session knows the present it was opened in, and no later one
            answers = _live(kept, people, controls, is_first=is_first)
            if not is_night:
                _pull(kept, people, weeks.cast.days if is_first else None, result.failures)
            _make_everything(kept, result.failures)
            if is_night:
                _maintain(kept, takes_statistics=at.weekday() == STATISTICS_ON)
        if result.failures and not weeks.cast.fault_rate:
            who, what = next(iter(result.failures.items()))
            raise CommandError(f"at {at.isoformat()}: {who} {what}")
        _note(home, at, answers)
        result.done += 1
        advance(1)
    move_present(weeks.ticks[-1])
    _move_clocks(database, controls)
    return result


def _move_clocks(database: Database, controls: SimulatorControls) -> None:
    """Database and Sahha go by the present of the settings."""
    with database.session() as connection:
        set_virtual_now(connection, now())
    controls.move_clock(now())


def _live(
    database: Database, people: LivingPeople, controls: SimulatorControls, *, is_first: bool
) -> list[LivedAnswer]:
    with database.session() as connection:
        if is_first:
            people.enrol(connection, now())
        answers = people.live(connection, now())
    for answer in answers:
        controls.respond(answer.external_id, answer.day, answer.response)
    return answers


def _pull(database: Database, people: LivingPeople, days: int | None, failures: dict[str, str]) -> None:
    scope = RefreshScope(people.profile_ids, days=days)
    with database.session() as connection:
        refreshed = Refresh(read_settings, database, now).run(
            scope, connection, NOBODY_TOLD, write_chunk, lambda _: None
        )
        if days is not None:
            take_statistics(connection)
    if refreshed.stop is not None:
        raise refreshed.stop
    failures |= {report.profile_id: f"{report.outcome.value}: {report.error}" for _, report in refreshed.bad}


def _make_everything(database: Database, failures: dict[str, str]) -> None:
    """Both analyses, then all guidance, of whoever is due by then, in the order of a workflow."""
    analyses, guidance = AnalysisRunner(read_settings, database, now), GuidanceRunner(read_settings, database, now)
    outcomes: list[ProfileOutcome] = []
    for stage in STAGES:
        if isinstance(stage, AnalysisType):
            if due := analyses.due(stage):
                outcomes += analyses.run(AnalysisRequest(stage, due), lambda _: None)
        elif due := guidance.due(stage):
            outcomes += guidance.run(stage, due, lambda _: None)
    failures |= {one.profile_id: str(one.error) for one in outcomes if one.is_bad}


def _maintain(database: Database, *, takes_statistics: bool) -> None:
    """What the nightly maintenance does: what is past its age goes, and memory fades."""
    settings = read_settings()
    delete_old_data(database, settings.keep.rules, now())
    consolidate_memories(database, settings, now())
    if takes_statistics:
        with database.session() as connection:
            take_statistics(connection)


def _note(home: Path, at: datetime, answers: Sequence[LivedAnswer]) -> None:
    lived = [[one.external_id, one.day.isoformat(), *one.response] for one in answers]
    with (home / NOTED).open("a") as file:
        file.write(json.dumps({"at": at.isoformat(), "lived": lived}) + "\n")


def read_noted(home: Path) -> Iterator[tuple[datetime, list[LivedAnswer]]]:
    """What was noted after each tick; a line that was cut off is none, and goes."""
    file = home / NOTED
    lines = file.read_text().splitlines(keepends=True) if file.exists() else []
    if lines and not lines[-1].endswith("\n"):
        lines.pop()
        file.write_text("".join(lines))
    for line in lines:
        told = json.loads(line)
        answers = [
            LivedAnswer(who, date.fromisoformat(day), Response(*numbers)) for who, day, *numbers in told["lived"]
        ]
        yield datetime.fromisoformat(told["at"]), answers
