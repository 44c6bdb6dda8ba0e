"""The words of `hos status`: labels and short texts, so that all fits on one screen of 80 columns and 24 lines."""

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from hos_pipelines.cli.automation_state import AutomationState
from hos_pipelines.domain.count_text import count_text
from hos_pipelines.pointers import command
from hos_pipelines.postgres.overview import FailedPull
from hos_pipelines.report.wording import age_text, join_words, moment_text

LONGEST_REASON, LONGEST_SOURCE = 48, 110
MOST_REASONS = 2
SECONDS_UNTIL = timedelta(minutes=2)
SAID = {"profile_facts": "fact", "plan_items": "item", "task_checkins": "check-in", "daily_journals": "journal"}
REMEMBERED = {"longterm_memory": "for good", "shortterm_memory": "of the last 30 days", "working_memory": "of today"}
MADE_OF = {"routine": "routines", "nutrition": "meals"}
Record = Mapping[str, Any]
Lines = Iterator[tuple[str, str]]


def overview_lines(answer: Record, state: AutomationState, now: datetime) -> Lines:
    """The screen of all."""
    yield "Database", answer["database"]
    if answer["clock_stands_still_at"] is not None:
        yield "Clock", _clock(answer["clock_stands_still_at"])
    yield "People", _people(answer["profiles"])
    yield "Last tick", _tick(answer["last_tick"], now)
    yield "Schedule", _schedule(state)
    yield "Daemon", _daemon(state)
    yield "Sahha", _source(answer["data_source"])
    yield "Due now", f"{people(answer['due'])}; {people(answer['under_way'])} under way"
    yield "Failing", _failing(answer["failing"])
    yield "Fresh", _fresh(answer["freshness"])
    yield "Rows", ", ".join(f"{name} {_rows(one)}" for name, one in answer["streams"].items())
    yield "Quarantine", _quarantine(answer, now)
    yield "Webhooks", _webhooks(answer["webhooks"], now)
    yield "Analyses", f"due: {', '.join(_analyses(answer['analyses_due']))}"
    yield "Plans", "; ".join(f"{MADE_OF[kind]} {_plans(counts)}" for kind, counts in answer["plans"].items())
    yield "Requests", _requests(answer["requests"], now)
    yield "Stale", _stale(answer["stale"])


def failing_lines(failing: Sequence[FailedPull], *, stands_still: bool = False) -> Lines:
    """Who fails or is paused: since when, how often, and why. On a clock that stands still no wait ends."""
    if not failing:
        yield "Failing", "nobody"
    for one in failing:
        name = one.profile_id if one.external_id == one.profile_id else f"{one.profile_id} ({one.external_id})"
        yield name, _failure(one, stands_still=stands_still)


def profile_lines(answer: Record, now: datetime) -> Lines:
    """One profile, and each of its streams."""
    reason = f" ({answer['status_reason']})" if answer["status_reason"] else ""
    zone = answer["timezone"] or "no time zone"
    yield answer["profile_id"], f"{answer['status']}{reason}, {answer['archetype']}, {zone}"
    for name, stream in answer["streams"].items():
        yield name, "; ".join(_stream(stream, now)) + "."
    said = [count_text(answer["said"][name], word) for name, word in SAID.items()]
    yield "said", f"{join_words(said)}."
    remembered = [f"{answer['remembered'][name]} {words}" for name, words in REMEMBERED.items()]
    yield "remembered", f"{join_words(remembered)}."


def people(number: int) -> str:
    """`1 person`, `2 people`."""
    return count_text(number, "person", "people")


def ago(moment: datetime, now: datetime) -> str:
    """How long ago something was, in seconds where it was just now."""
    return f"{_span(now - moment)} ago"


def _span(age: timedelta) -> str:
    age = max(age, timedelta(0))
    return f"{age.seconds} s" if age < SECONDS_UNTIL else age_text(age)


def _clock(moment: datetime) -> str:
    return f"stands still at {moment_text(moment)}: no wait ends; whoever was active stays due"


def _people(statuses: Mapping[str, int]) -> str:
    return ", ".join(f"{count:,} {status}" for status, count in statuses.items()) or "nobody yet; `hos enroll --all`"


def _tick(tick: Record | None, now: datetime) -> str:
    if tick is None:
        return "none yet"
    batches = count_text(tick["batches"], "batch", "batches")
    planned = count_text(tick["search_requests"] + tick["requests_planned"], "request")
    return (
        f"{ago(tick['planned_at'], now)} ({tick['tick']}): {tick['profiles_changed']:,} changed, "
        f"{tick['profiles_due']:,} due in {batches}; {planned} planned, {tick['requests_saved']:,} saved"
    )


def _schedule(state: AutomationState) -> str:
    if state.is_on is None:
        return state.unknown or ""
    maintenance = "on" if state.maintenance_is_on else "off"
    if not state.is_on:
        return f"off: turn on refresh_active_users in the UI; nightly maintenance {maintenance}"
    since = "" if state.on_since is None else f" since {moment_text(state.on_since)}"
    return f"on{since}; nightly maintenance {maintenance}"


def _daemon(state: AutomationState) -> str:
    if state.is_alive is None:
        return "not known" if state.unknown else ""
    if state.heartbeat_age is None:
        return "never seen; `hos up` starts it"
    if not state.is_alive:
        return f"silent for {_span(state.heartbeat_age)}; `hos up` starts it"
    trouble = f"; errors of {join_words([name.lower() for name in state.troubled])}" if state.troubled else ""
    return f"alive, heartbeat {_span(state.heartbeat_age)} ago{trouble}"


def _source(source: Record) -> str:
    if source["name"] == "sahha":
        return "answers (breaker closed)"
    since = "" if source["since"] is None else f"since {moment_text(source['since'])}: "
    return _short(f"database_fallback {since}{source['reason'] or ''}", LONGEST_SOURCE)


def _failing(failing: Record) -> str:
    if not failing["people"]:
        return "nobody"
    told = failing["reasons"][:MOST_REASONS]
    parts = [f"{one['people']:,} “{_short(one['reason'], LONGEST_REASON)}”" for one in told]
    more = len(failing["reasons"]) - len(told)
    if more > 0:
        parts.append(f"{count_text(more, 'more reason')}")
    return f"{people(failing['people'])}: {', '.join(parts)}; --failing names them"


def _fresh(streams: Mapping[str, Record]) -> str:
    parts = [
        f"{name} {_span(timedelta(minutes=one['median_age_minutes']))} "
        f"(99 %: {_span(timedelta(minutes=one['p99_age_minutes']))})"
        for name, one in streams.items()
        if one["median_age_minutes"] is not None
    ]
    return f"median age: {', '.join(parts)}" if parts else "nothing pulled yet"


def _rows(stream: Record) -> str:
    return f"about {stream['rows']:,}" if stream["rows_estimated"] else f"{stream['rows']:,}"


def _quarantine(answer: Record, now: datetime) -> str:
    quarantine = answer["quarantine"]
    if not quarantine["rows"]:
        return "empty"
    if quarantine["people"] is None:
        return f"about {count_text(quarantine['rows'], 'row')}"
    newest = f", the newest {ago(quarantine['newest_at'], now)}" if quarantine["newest_at"] else ""
    return f"{count_text(quarantine['rows'], 'row')} of {people(quarantine['people'])}{newest}"


def _webhooks(inbox: Record, now: datetime) -> str:
    if not inbox["waiting"]:
        return "none waiting"
    return f"{inbox['waiting']:,} waiting, the oldest for {_span(now - inbox['oldest_at'])}"


def _requests(requests: Record, now: datetime) -> str:
    if not requests["open"]:
        return "none open"
    oldest = _span(now - requests["oldest_at"])
    return f"{requests['open']:,} open, {requests['running']:,} running, the oldest for {oldest}"


def _analyses(due: Mapping[str, int]) -> Iterator[str]:
    for name, count in due.items():
        yield f"{name.removesuffix('_analysis')} {people(count)}"


def _plans(counts: Record) -> str:
    made = counts["ok"] + counts["partial"]
    partial = f" ({counts['partial']:,} in part)" if counts["partial"] else ""
    because = ", ".join(f"{words_of(code)} {count:,}" for code, count in counts["refused_because"].items())
    refused = f", {counts['refused']:,} refused: {because}" if counts["refused"] else ""
    return f"{made:,} made{partial}{refused}"


def words_of(code: str) -> str:
    """A code in words."""
    return code.replace("_", " ")


def _stale(stale: Record) -> str:
    limit = f"{stale['older_than_hours']:g} h"
    who = f"{people(stale['people'])} older than {limit}" if stale["people"] else f"nobody older than {limit}"
    return f"{who}; the last tick is late" if stale["tick_is_late"] else who


def _failure(one: FailedPull, *, stands_still: bool) -> str:
    if one.stream is None:
        return f"{one.status}: {one.reason or 'no reason was kept'}"
    since = f"never pulled since enrolled on {moment_text(one.since)}"
    if not one.never_pulled:
        since = f"no good pull since {moment_text(one.since)}"
    again = "" if one.next_due_at is None else f"; tried again from {moment_text(one.next_due_at)}"
    if again and stands_still:
        again += f", which this clock never comes to; `{command('refresh', one.profile_id)}` tries now"
    paused = f"{one.status}, " if one.status != "active" else ""
    return (
        f"{paused}{one.stream} {one.outcome}, {since}, {count_text(one.attempts or 0, 'attempt')}: "
        f"{one.reason or 'no reason was kept'}{again}"
    )


def _stream(stream: Record, now: datetime) -> Iterator[str]:
    yield count_text(stream["rows"], "row")
    if stream["last_outcome"] is None:
        yield "never pulled"
    else:
        yield f"{stream['last_outcome']} {ago(stream['last_attempt_at'], now)}"
    if stream["newest_reading"] is not None:
        yield f"newest reading {moment_text(stream['newest_reading'])}"
    if stream["watermark"] is not None:
        yield f"watermark {moment_text(stream['watermark'])}"
    if stream["quarantined"]:
        yield f"{count_text(stream['quarantined'], 'row')} in quarantine"
    if stream["attempts"]:
        reason = stream["last_error"] or "no reason was kept"
        yield f"{count_text(stream['attempts'], 'failed attempt')}: {reason.rstrip('.')}"


def _short(text: str, longest: int) -> str:
    return textwrap.shorten(text, longest, placeholder=" …")
