"""Facts of files: sleep windows and hourly activity read from CSV, without any database."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta, tzinfo
from datetime import timezone as fixed
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from hos_pipelines.cli.output import CommandError, print_rows, say
from hos_pipelines.defs.environment import read_settings
from hos_pipelines.domain.circadian.hourly import hourly_facts, read_hourly
from hos_pipelines.domain.circadian.timing_facts import windows_facts
from hos_pipelines.domain.facts import FactSheet
from hos_pipelines.domain.nights import SetAside, SleepWindow
from hos_pipelines.domain.profiles import parse_timezone
from hos_pipelines.domain.work_week import WorkWeek, work_week_of

MOST_LISTED = 50


def windows_answer(file: Path, timezone: str | None) -> dict[str, Any]:
    """Every fact of the sleep windows in a CSV file with the columns start and end.

    Times are ISO; those without an offset are of `timezone`, or plain clock times where none is given. Free days are
    those of the settings.

    Raises:
        CommandError: the file cannot be read, or is no such file.
    """
    zone = None if timezone is None else ZoneInfo(parse_timezone(timezone))
    windows: list[SleepWindow] = []
    unread: list[dict[str, object]] = []
    for line, start, end in _rows(file, "--windows", ("start", "end")):
        try:
            windows.append(SleepWindow(_moment(start, zone), _moment(end, zone)))
        except ValueError:
            unread.append({"line": line, "reason": "start or end is no ISO time such as 2026-10-04T23:10"})
    sheet, sleep = windows_facts(windows, _work_week(windows), zone)
    answer = {
        "nights": len(sleep.nights),
        "naps": len(sleep.naps),
        "free_days": "estimated",
        **_set_aside(sleep.set_aside, unread),
        "facts": _facts(sheet),
    }
    _tell(file, answer, sheet)
    return answer


def hourly_answer(file: Path, timezone: str | None) -> dict[str, Any]:
    """The rest-activity rhythm of a CSV file with the columns time and activity.

    Raises:
        CommandError: the file cannot be read, or is no such file.
    """
    if timezone is not None:
        raise CommandError("--timezone: is for --windows; hourly activity is read by the clock it is written in.")
    rows = [(time, activity) for _, time, activity in _rows(file, "--hourly", ("time", "activity"))]
    hourly = read_hourly(rows)
    sheet = hourly_facts(hourly)
    answer = {
        "days": hourly.days,
        "whole_days": hourly.whole_days,
        **_set_aside(hourly.set_aside, []),
        "facts": _facts(sheet),
    }
    _tell(file, answer, sheet)
    return answer


def _rows(file: Path, option: str, columns: tuple[str, str]) -> Iterator[tuple[int, str, str]]:
    """Line number and both columns of each row."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.DictReader(lines)
            missing = [name for name in columns if name not in (reader.fieldnames or ())]
            if missing:
                raise CommandError(
                    f"{option}: {file} has no column {missing[0]}; its first line must name {','.join(columns)}."
                )
            for row in reader:
                yield reader.line_num, (row[columns[0]] or "").strip(), (row[columns[1]] or "").strip()
    except OSError as error:
        raise CommandError(f"{option}: {file} cannot be read ({error.strerror}); name a readable CSV file.") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise CommandError(f"{option}: {file} is no CSV file in UTF-8; save it as one.") from error


def _moment(text: str, zone: tzinfo | None) -> datetime:
    """A time with its offset; without one it is of the zone, else a plain clock time."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is not None:
        return moment
    offset = moment.replace(tzinfo=zone or UTC).utcoffset()
    return moment.replace(tzinfo=fixed(offset or timedelta(0)))


def _work_week(windows: Sequence[SleepWindow]) -> WorkWeek:
    settings = read_settings()
    if settings.hos_country is None or settings.hos_free_days is not None:
        return settings.work_week
    return work_week_of(settings.hos_country, {window.end.year for window in windows})


def _set_aside(asides: Sequence[SetAside], unread: Sequence[dict[str, object]]) -> dict[str, object]:
    told = [{"day": aside.day, "reason": f"{aside.what} {aside.reason}"} for aside in asides]
    return {"set_aside": len(unread) + len(told), "set_aside_first": [*unread, *told][:MOST_LISTED]}


def _facts(sheet: FactSheet) -> dict[str, Any]:
    return {fact_id: asdict(fact) for fact_id, fact in sheet.facts().items()}


def _tell(file: Path, answer: dict[str, Any], sheet: FactSheet) -> None:
    if answer["set_aside"]:
        first = answer["set_aside_first"][0]
        place = f"line {first['line']}" if "line" in first else first["day"]
        say(f"{answer['set_aside']} rows were set aside; the first, {place}: {first['reason']}.")
    rows: list[list[object]] = [
        [fact.id, round(fact.value, 4) if isinstance(fact.value, float) else fact.value, fact.unit, fact.n, fact.status]
        for fact in sheet.facts().values()
    ]
    print_rows(str(file), ["fact", "value", "unit", "n", "status"], rows)
