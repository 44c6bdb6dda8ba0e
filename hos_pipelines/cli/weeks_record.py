"""What became of the weeks: completion by the rules' own measure, and sleep beside what was planted."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import fmean
from typing import Any

from psycopg import Connection

from hos_pipelines.cli.living_weeks import VirtualWeeks, read_noted
from hos_pipelines.domain.guidance.routine.limits import Stage
from hos_pipelines.domain.person.reporting import report, settling
from hos_pipelines.domain.profiles import profile_id_for, zone_of
from hos_pipelines.postgres.engagement_store import read_engagement
from hos_pipelines.postgres.lived_store import ChangeSeen, StageFrom, read_changes, read_nights, read_stages
from hos_pipelines.postgres.zone_store import zones_now
from hos_pipelines.report.weeks_picture import JudgedChange, LivedPerson, LivedWeek
from hos_pipelines.simulator.people import external_id_of
from hos_pipelines.simulator.temperaments import temperament_of

WEEK = timedelta(days=7)


def read_lived_people(connection: Connection[Any], weeks: VirtualWeeks, home: Path, at: datetime) -> list[LivedPerson]:
    """Everybody's weeks as they are known at an instant."""
    starts = [weeks.first_day + number * WEEK for number in range(weeks.count)]
    keys = [profile_id_for(external_id_of(index)) for index in range(weeks.cast.users)]
    engagement = read_engagement(connection, keys, starts[0], starts[-1] + WEEK, at)
    zones = {key: zone_of(zone) or UTC for key, zone in zones_now(connection, keys).items()}
    nights = read_nights(connection, keys, starts[0] - 4 * WEEK, starts[-1] + WEEK)
    stages, changes, planted = read_stages(connection, keys), read_changes(connection, keys), _planted(home)
    days = [weeks.first_day + timedelta(days=number) for number in range(7 * weeks.count)]
    people = []
    for index, key in enumerate(keys):
        usual = _mean_sleep(nights.get(key, {}), starts[0] - 4 * WEEK, starts[0])
        settles = settling(engagement[key], zones[key])
        lived = []
        for start in starts:
            reported = report(engagement[key], start, start + WEEK - timedelta(days=1), settles, at)
            gained = [planted[key].get(start + timedelta(days=number), 0) for number in range(7)]
            slept = _mean_sleep(nights.get(key, {}), start + timedelta(days=1), start + WEEK + timedelta(days=1))
            lived.append(LivedWeek(start, reported.completion, reported.rate, slept, fmean(gained)))
        on_days = [(day, _stage_on(stages.get(key, ()), day)) for day in days]
        judged = [_change(one) for one in changes.get(key, ())]
        people.append(LivedPerson(external_id_of(index), temperament_of(index).name, usual, lived, on_days, judged))
    return people


def _stage_on(stages: Sequence[StageFrom], day: date) -> Stage:
    """What the newest decision says that holds by then; whoever has none is kept where everybody begins."""
    holding = [one.stage for one in stages if one.holds_from <= day]
    return Stage(holding[-1]) if holding else Stage.MAINTAIN


def _change(seen: ChangeSeen) -> JudgedChange:
    return JudgedChange(
        seen.holds_from, seen.action, seen.lever, seen.trigger, seen.verdict, seen.standing == "rolled_back"
    )


def _planted(home: Path) -> Mapping[str, Mapping[date, int]]:
    """By profile and lived day, how many minutes longer the night after it was made."""
    found: defaultdict[str, dict[date, int]] = defaultdict(dict)
    for _, answers in read_noted(home):
        for answer in answers:
            found[profile_id_for(answer.external_id)][answer.day] = answer.response.sleep
    return found


def _mean_sleep(nights: Mapping[date, float], since: date, until: date) -> float | None:
    """Minutes asleep in the nights that end on these days."""
    slept: Sequence[float] = [minutes for day, minutes in nights.items() if since <= day < until]
    return fmean(slept) if slept else None
