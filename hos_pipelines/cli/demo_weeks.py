"""`hos demo --weeks`: the demo's people live with their plans for weeks, and what became of it is told and drawn."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from hos_pipelines.cli.database import open_database
from hos_pipelines.cli.demo_home import move_present
from hos_pipelines.cli.living_weeks import VirtualWeeks, live_weeks
from hos_pipelines.cli.output import CommandError, print_rows, progress_bar, say
from hos_pipelines.cli.simulator_controls import simulator_controls
from hos_pipelines.cli.weeks_record import read_lived_people
from hos_pipelines.environment import now, read_settings
from hos_pipelines.postgres.migrate import migrate
from hos_pipelines.report.weeks_picture import LivedPerson, draw_weeks
from hos_pipelines.stages.database import database_url


def live_demo_weeks(weeks: VirtualWeeks, home: Path, sahha_url: str, picture: Path | None) -> dict[str, Any]:
    """Lives the weeks of a demo from where they were left, and gives what became of them.

    Raises:
        CommandError: somebody could not be pulled, analysed or given guidance, or the picture cannot be written.
    """
    migrate(database_url(read_settings()))
    with simulator_controls(sahha_url) as controls, progress_bar("Living by plans", len(weeks.ticks)) as advance:
        lived = live_weeks(weeks, home, controls, lambda at: move_present(home, at), advance)
    with open_database().session() as connection:
        people = read_lived_people(connection, weeks, home, now())
    if picture is not None:
        _write_picture(picture, draw_weeks(people))
    answer = {
        "users": weeks.cast.users,
        "weeks": weeks.count,
        "ticks": len(weeks.ticks),
        "ticks_done_before": lived.before,
        "failed": len(lived.failures),
        "people": [_told(person) for person in people],
    }
    _tell(answer)
    return answer


def _tell(answer: Mapping[str, Any]) -> None:
    """What became of the weeks, as a table for people."""
    weeks = [f"week {number + 1}" for number in range(answer["weeks"])]
    rows: list[list[object]] = [
        [one["external_id"], one["temperament"], *map(_percent, one["completion"])] for one in answer["people"]
    ]
    print_rows("Done, of what was due", ["who", "temperament", *weeks], rows)
    say(f"{answer['ticks']} ticks, {answer['ticks_done_before']} of them done before.")


def _percent(share: float | None) -> str:
    return "unknown" if share is None else f"{share:.0%}"


def _told(person: LivedPerson) -> dict[str, Any]:
    return {
        "external_id": person.external_id,
        "temperament": person.name,
        "completion": [_rounded(week.completion, 3) for week in person.weeks],
        "reporting": [_rounded(week.reporting, 3) for week in person.weeks],
        "slept_minutes": [_rounded(week.slept, 0) for week in person.weeks],
        "planted_minutes": [round(week.gained) for week in person.weeks],
        "states": _runs([stage.value for _, stage in person.stages]),
        "changes": [one._asdict() | {"day": one.day.isoformat()} for one in person.changes],
    }


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)


def _runs(stages: Sequence[str]) -> list[list[Any]]:
    """Stages in their order, each with its number of days."""
    runs: list[list[Any]] = []
    for stage in stages:
        if runs and runs[-1][0] == stage:
            runs[-1][1] += 1
        else:
            runs.append([stage, 1])
    return runs


def _write_picture(file: Path, svg: str) -> None:
    try:
        file.write_text(svg, encoding="utf-8")
    except OSError as error:
        raise CommandError(
            f"--picture: {file} cannot be written ({error.strerror}); name a file in a folder you may write to."
        ) from error
