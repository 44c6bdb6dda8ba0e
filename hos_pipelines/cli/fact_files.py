"""Facts of files: sleep windows and hourly activity read from CSV, without any database."""

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from datetime import MAXYEAR, MINYEAR, date, datetime, timedelta, tzinfo
from datetime import timezone as fixed
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from hos_pipelines.cli.fact_list import print_sections
from hos_pipelines.cli.output import CommandError, say
from hos_pipelines.domain.circadian.hourly import Hourly, hourly_facts, read_hourly
from hos_pipelines.domain.circadian.timing_facts import windows_facts
from hos_pipelines.domain.fact_order import by_section
from hos_pipelines.domain.facts import FactSheet
from hos_pipelines.domain.nights import SetAside, SleepWindow
from hos_pipelines.domain.profiles import parse_timezone
from hos_pipelines.domain.utc_times import in_zone, is_told_in_utc, say_of_clocks
from hos_pipelines.domain.work_week import WorkWeek
from hos_pipelines.environment import read_settings
from hos_pipelines.report.fact_lines import sections_of
from hos_pipelines.stages.analysis.free_days import free_days

MOST_LISTED = 50
OFFSET = "offset"
A_SLEEP = "2026-10-04T23:10,2026-10-05T07:00"
AN_HOUR = "2026-10-04T23:00,120"

Unread = dict[str, object]


def windows_answer(file: Path, timezone: str | None) -> dict[str, Any]:
    """Every fact of the sleep windows in a CSV file with the columns start and end, and offset where it has one.

    Times are ISO, an offset is such as +02:00. Times without any are of `timezone`; where none is given they are plain
    clock times, taken to be of the offset of the row's other time, else of the one the file names most. Times told in
    UTC (`Z`) are read by the clocks of the offset beside them, else of `timezone`, else as they are, and the methods
    say so. Free days are those of the settings.

    Raises:
        CommandError: the file cannot be read, is no such file, or has no row that can be used.
    """
    zone = None if timezone is None else ZoneInfo(parse_timezone(timezone))
    windows, unread, has_utc = _windows(file, zone)
    sheet, sleep = windows_facts(windows, _work_week(windows), zone)
    if has_utc:
        say_of_clocks(sheet.facts(), timezone)
    answer = {
        "nights": len(sleep.nights),
        "naps": len(sleep.naps),
        "free_days": "estimated",
        **_count_aside(sleep.set_aside, unread),
        **_facts(sheet),
    }
    if not sleep.nights and not sleep.naps:
        raise CommandError(_no_row(file, "--windows", answer, "start and end of a sleep, such as " + A_SLEEP))
    _tell(file, answer, sheet)
    return answer


def hourly_answer(file: Path, timezone: str | None) -> dict[str, Any]:
    """The rest-activity rhythm of a CSV file with the columns time and activity.

    Raises:
        CommandError: the file cannot be read, is no such file, or has no row that can be used.
    """
    if timezone is not None:
        raise CommandError("--timezone: is for --windows; hourly activity is read by the clock it is written in.")
    hourly, unread = _hourly(file)
    sheet = hourly_facts(hourly)
    answer = {
        "days": hourly.days,
        "whole_days": hourly.whole_days,
        **_count_aside(hourly.set_aside, unread),
        **_facts(sheet),
    }
    if not hourly.days:
        raise CommandError(_no_row(file, "--hourly", answer, "time and activity, such as " + AN_HOUR))
    _tell(file, answer, sheet)
    return answer


def _windows(file: Path, zone: tzinfo | None) -> tuple[list[SleepWindow], list[Unread], bool]:
    """The windows, the rows that are none, and whether a time is told in UTC without an offset beside it."""
    rows: list[tuple[datetime, datetime]] = []
    has_utc = False
    unread: list[Unread] = []
    for line, asleep, awake, offset in _rows(file, "--windows", ("start", "end", OFFSET)):
        try:
            rows.append((_instant("start", asleep, offset, zone), _instant("end", awake, offset, zone)))
            has_utc = has_utc or (not offset and (is_told_in_utc(asleep) or is_told_in_utc(awake)))
        except ValueError as fault:
            unread.append({"line": line, "reason": str(fault)})
    usual = zone or _most_named(rows)
    windows = []
    for start, end in rows:
        beside = zone or start.tzinfo or end.tzinfo or usual
        windows.append(SleepWindow(_with_zone(start, beside), _with_zone(end, beside)))
    return windows, unread, has_utc


def _most_named(rows: Iterable[tuple[datetime, datetime]]) -> tzinfo:
    """The offset of most times, the westernmost of equals; none at all is as good as UTC."""
    offsets = Counter(offset for row in rows for moment in row if (offset := moment.utcoffset()) is not None)
    return fixed(min(offsets, key=lambda offset: (-offsets[offset], offset), default=timedelta(0)))


def _hourly(file: Path) -> tuple[Hourly, list[Unread]]:
    rows = list(_rows(file, "--hourly", ("time", "activity", OFFSET)))
    hourly = read_hourly((time, activity) for _, time, activity, _ in rows)
    if not hourly.set_aside:
        return hourly, []
    # Which lines cannot be read, since those alone have no day to be found by.
    unread: list[Unread] = []
    read: list[tuple[str, str]] = []
    for line, time, activity, _ in rows:
        faults = read_hourly([(time, activity)]).set_aside
        if faults:
            unread.append({"line": line, "reason": f"{faults[0].what} {faults[0].reason}"})
        else:
            read.append((time, activity))
    return read_hourly(read), unread


def _rows(file: Path, option: str, columns: tuple[str, str, str]) -> Iterator[tuple[int, str, str, str]]:
    """Line number and columns of each row; the last column may be missing, and is empty then."""
    read = 0
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.DictReader(lines, strict=True)
            reader.fieldnames = [name.strip().lower() for name in reader.fieldnames or ()]
            missing = [name for name in columns[:-1] if name not in reader.fieldnames]
            if missing:
                raise CommandError(
                    f"{option}: {file} has no column {missing[0]}; its first line must name {','.join(columns[:-1])}."
                )
            read = reader.line_num
            for row in reader:
                read = reader.line_num
                first, second, third = ((row.get(name) or "").strip() for name in columns)
                yield reader.line_num, first, second, third
    except OSError as error:
        raise CommandError(f"{option}: {file} cannot be read ({error.strerror}); name a readable CSV file.") from error
    except UnicodeDecodeError as error:
        raise CommandError(f"{option}: {file} is no CSV file in UTF-8; save it as one.") from error
    except csv.Error as error:
        raise CommandError(
            f"{option}: {file} is no CSV file in UTF-8 from line {read + 1} on ({error}); close its quotes, or save it "
            "as one."
        ) from error


def _instant(column: str, text: str, offset: str, zone: tzinfo | None) -> datetime:
    """A time as it is written, in the offset beside it where it has none of its own, or is told in UTC.

    Raises:
        ValueError: it is none, or of a year that leaves no room for another offset; says which column is at fault.
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{column} is no ISO time such as 2026-10-04T23:10") from None
    if offset and moment.tzinfo is None:
        moment = _beside(moment, offset)
    if not MINYEAR < moment.year < MAXYEAR:
        raise ValueError(f"{column} is of the year {moment.year}, the first or last there is")
    clock = _beside(moment.replace(tzinfo=None), offset).tzinfo if offset else zone
    return in_zone(moment, clock) if clock is not None and is_told_in_utc(text) else moment


def _beside(moment: datetime, offset: str) -> datetime:
    try:
        placed = datetime.fromisoformat(moment.isoformat() + offset)
    except ValueError:
        placed = moment
    if placed.tzinfo is None:
        raise ValueError(f"{OFFSET} is none such as +02:00")
    return placed


def _with_zone(moment: datetime, zone: tzinfo) -> datetime:
    """A time with its offset; without one it is of the zone."""
    if moment.tzinfo is not None:
        return moment
    return moment.replace(tzinfo=fixed(moment.replace(tzinfo=zone).utcoffset() or timedelta(0)))


def _work_week(windows: Sequence[SleepWindow]) -> WorkWeek:
    """The free days of the settings on the days the windows end on."""
    days = [window.end.date() for window in windows]
    return free_days(read_settings().analysis, None, (min(days), max(days)) if days else None)


def _count_aside(asides: Sequence[SetAside], unread: Sequence[Unread]) -> dict[str, object]:
    by_day = sorted(asides, key=lambda aside: (aside.day or date.min, aside.what, aside.reason))
    told = [{"day": aside.day, "reason": f"{aside.what} {aside.reason}"} for aside in by_day]
    return {"set_aside": len(unread) + len(told), "set_aside_first": [*unread, *told][:MOST_LISTED]}


def _facts(sheet: FactSheet) -> dict[str, Any]:
    """Every fact, and the order in which they are read."""
    facts = sheet.facts()
    return {"facts": {fact_id: asdict(fact) for fact_id, fact in facts.items()}, "fact_sections": by_section(facts)}


def _tell(file: Path, answer: dict[str, Any], sheet: FactSheet) -> None:
    if answer["set_aside"]:
        rows_were = "1 row was" if answer["set_aside"] == 1 else f"{answer['set_aside']} rows were"
        say(f"{rows_were} set aside; the first, {_first_aside(answer)}.")
    click.echo(f"{file}: {sheet.window or 'no day'}")
    print_sections(sections_of(sheet))


def _no_row(file: Path, option: str, answer: dict[str, Any], row: str) -> str:
    """The sentence that refuses a file none of whose rows can be used; `row` says what one would hold."""
    if not answer["set_aside"]:
        return f"{option}: {file} has no row below its first line; give at least one with {row}."
    return f"{option}: {file} has no row that can be used (the first, {_first_aside(answer)}); give {row}."


def _first_aside(answer: dict[str, Any]) -> str:
    """Where the first row set aside stands, and why it was."""
    first = answer["set_aside_first"][0]
    place = f"line {first['line']}" if "line" in first else first["day"]
    return f"{place}: {first['reason']}"
