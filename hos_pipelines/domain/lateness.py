"""What may still come in late. A watch is synced days after it was worn, while the phone beside it delivers every day:
so lateness is told per group of readings that one device delivers every day, from the newest day each has come for,
and per type from the days it leaps over.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from operator import itemgetter
from types import MappingProxyType
from typing import assert_never

from hos_pipelines.domain.holes import Hole, hole_between, still_watched
from hos_pipelines.domain.measurements import Biomarker, Reading, SahhaArchetype, Score

ANYTHING, NOTHING = "anything", "nothing yet"

# One type of biomarker, whether it comes every day or not. That it is silent tells nothing; that it leaps over days
# which nobody has asked for since does.
OF_ONE_TYPE = "type "

# Types that come every day as long as their device is worn and synced. What comes now and then (weight, a workout, a
# meal) tells nothing by staying away. Those a phone knows too are apart from those that only a watch tells.
GROUPS: Mapping[str, str] = MappingProxyType(
    dict.fromkeys(
        ("steps", "active_hours", "active_duration", "activity_low_intensity_duration", "activity_sedentary_duration"),
        "activity",
    )
    | dict.fromkeys(
        ("activity_medium_intensity_duration", "total_energy_burned", "resting_energy_burned"), "activity of a watch"
    )
    | dict.fromkeys(
        ("sleep_start_time", "sleep_mid_time", "sleep_end_time", "sleep_duration", "sleep_in_bed_duration"), "sleep"
    )
    | dict.fromkeys(
        (
            "sleep_awake_duration", "sleep_light_duration", "sleep_rem_duration", "sleep_deep_duration",
            "sleep_interruptions", "sleep_latency", "sleep_efficiency",
        ),
        "sleep of a watch",
    )
    | dict.fromkeys(
        (
            "heart_rate_resting", "heart_rate_sleep", "heart_rate_variability_sdnn", "heart_rate_variability_rmssd",
            "respiratory_rate", "respiratory_rate_sleep", "oxygen_saturation", "oxygen_saturation_sleep",
        ),
        "vitals",
    )
)  # fmt: skip

# A period is told once it has ended: only from the end of the next one on is anything late.
WEEKLY = "weekly"
PERIODS = MappingProxyType({WEEKLY: timedelta(days=7), "monthly": timedelta(days=31)})
QUARTER = timedelta(days=92)

# Type, local day, value and periodicity; a score has none, and its type stands for it.
OF_BIOMARKER = itemgetter(*map(Biomarker._fields.index, ("type", "local_date", "value", "periodicity")))
OF_SCORE = itemgetter(*map(Score._fields.index, ("type", "local_date", "score", "type")))

# A device that is connected to an account that was there before brings up to thirty days by Sahha's word; one that was
# worn unconnected was seen to bring more. Archetypes are few rows: a year of them is asked for.
BROUGHT_BY_A_NEW_DEVICE = timedelta(days=100)
BROUGHT_BY_A_NEW_ARCHETYPE = timedelta(days=366)

# A watch given up for good while the phone goes on would have all its days asked for at every pull: beyond so many days
# a group is reached for the more seldom, the longer it has been silent, and at once when it speaks again.
REACHED_AT_EVERY_PULL = 45


@dataclass(frozen=True, slots=True)
class Lateness:
    """What is known of one profile's stream: the newest day of each group up to which all was asked for, and from which
    day on an answer is owed, since one has spoken of days past others that nobody has asked for since.

    `days` holds NOTHING, with the first day asked for, as long as no reading has ever come. `holes` are days that a
    group has leapt over and that an upload in portions may still bring. `failed_on` is the day on which Sahha last gave
    no answer as far back as it was asked for: until it is over, nothing but the overlap is.
    """

    days: Mapping[str, date] = field(default_factory=dict)
    late_from: date | None = None
    holes: tuple[Hole, ...] = ()
    failed_on: date | None = None

    def oldest_day_to_ask(self, overlap_from: date, now: date, last: date) -> date | None:
        """The oldest day that may have come in late, where it lies before `overlap_from`; `last` is the day of the pull
        before this one.
        """
        if self.failed_on == now:
            return None
        groups = [day for group, day in self.days.items() if not group.startswith(OF_ONE_TYPE)]
        late = [day for day in groups if day < overlap_from]
        is_silent = len(late) == len(groups)
        asked = [day for day in late if is_silent or _is_turn((overlap_from - day).days, now, last)]
        asked += [hole.first for hole in still_watched(self.holes, now)]
        if self.late_from is not None:
            asked.append(self.late_from)
        return min((day for day in asked if day < overlap_from), default=None)

    def after(self, found: Mapping[str, date], asked: "Asked", spoken: "Spoken" = dict) -> "Lateness":
        """What is known after an answer that holds these groups; `spoken` tells all the days it has of each."""
        if not self.days and not found:
            return Lateness({NOTHING: asked.since}, failed_on=asked.failed_on)
        owed = [day for day in (self.late_from,) if day is not None and not asked.reaches(day)]
        days = dict(self.days)
        if found and NOTHING in days and asked.reaches(days[NOTHING]):
            del days[NOTHING]
        leapt: list[tuple[str, date, date]] = []
        for group, day in found.items():
            before = self.days.get(group)
            if before is None or asked.reaches(before):
                days[group] = day if before is None else max(day, before)
            elif day > before:
                owed.append(before)
            if before is None:
                owed += [since for since in self._brought_since(group, asked) if since < asked.since]
            elif day - before > ONE_DAY and asked.reaches(before) and _comes_every_day(group):
                leapt.append((group, before, day))
        return Lateness(days, min(owed, default=None), self._holes(leapt, asked, spoken), asked.failed_on)

    def oldest_day_caught_up(self, after: "Lateness") -> date | None:
        """The oldest day past which an answer has brought what was late, where it was."""
        every_day = ((group, day) for group, day in self.days.items() if _comes_every_day(group))
        late = [day for group, day in every_day if after.days.get(group, day) > day]
        late += [hole.first for hole in self.holes if hole not in after.holes]
        return min(late, default=None)

    def _brought_since(self, group: str, asked: "Asked") -> list[date]:
        """From when on readings of a group may have come that was never seen before."""
        is_type = group.startswith(OF_ONE_TYPE)
        peers = [known for known in self.days if known.startswith(OF_ONE_TYPE) == is_type]
        if not peers or NOTHING in self.days:
            return []
        return [max(asked.device_since, asked.person_since) if is_type else asked.device_since]

    def _holes(self, leapt: Iterable[tuple[str, date, date]], asked: "Asked", spoken: "Spoken") -> tuple[Hole, ...]:
        watched, leapt = still_watched(self.holes, asked.today), list(leapt)
        if not watched and not leapt:
            return ()
        days = spoken()
        holes = []
        for hole in watched:
            is_seen = hole.group in days and asked.reaches(hole.first)
            holes.append(hole.without(days[hole.group], asked.today) if is_seen else hole)
        for group, before, day in leapt:
            if group in days:
                holes.append(hole_between(group, before, day, asked.today).without(days[group], asked.today))
        return tuple(hole for hole in holes if hole is not None)


ONE_DAY = timedelta(days=1)
NOTHING_KNOWN = Lateness()


@dataclass(frozen=True, slots=True)
class Asked:
    """What an answer of `today` was asked for: the days since `since`, and whether that is all that is kept; a group
    that was never seen before is asked for since `device_since`, a type no further than since `person_since`.
    """

    since: date
    reaches_all: bool
    device_since: date
    today: date
    person_since: date = date.min
    failed_on: date | None = None

    def reaches(self, day: date) -> bool:
        """Whether all days after this one were asked for."""
        return self.reaches_all or self.since <= day


Spoken = Callable[[], Mapping[str, Collection[date]]]


def newest_days(rows: Sequence[Reading], latest: date) -> dict[str, date]:
    """The newest day of each group among the readings of one stream; one of a day beyond `latest` is nobody's.

    Every row of every pull passes here: of most, which are older than one of their type before, only that is looked at.
    """
    if not rows:
        return {}
    first = rows[0]
    if isinstance(first, SahhaArchetype):
        newest = _newest_dues(rows, latest)
    else:
        newest = {}
        known = newest.get
        for kind, day, value, rhythm in map(_reader(first), rows):
            before = known(kind)
            if (before is None or day > before) and day <= latest and value is not None and rhythm != WEEKLY:
                newest[kind] = day
    if not newest:
        return {}
    found = {ANYTHING: max(newest.values())}
    for kind, day in newest.items():
        if not isinstance(first, Biomarker):
            found[kind] = day
            continue
        found[OF_ONE_TYPE + kind] = day
        group = GROUPS.get(kind)
        if group is not None:
            found[group] = max(day, found.get(group, day))
    return found


def days_of_groups(rows: Sequence[Reading], latest: date) -> dict[str, set[date]]:
    """All the days each group has a value of; of archetypes, which tell of periods, none."""
    spoken: dict[str, set[date]] = {}
    if not rows or isinstance(rows[0], SahhaArchetype):
        return spoken
    is_score = isinstance(rows[0], Score)
    for kind, day, value, rhythm in map(_reader(rows[0]), rows):
        group = kind if is_score else GROUPS.get(kind)
        if group is not None and day <= latest and value is not None and rhythm != WEEKLY:
            spoken.setdefault(group, set()).add(day)
    return spoken


def _reader(row: Biomarker | Score) -> Callable[[Reading], tuple[str, date, object, str | None]]:
    """What lateness reads of each row of an answer that begins with this one; an answer holds rows of one stream."""
    match row:
        case Biomarker():
            return OF_BIOMARKER
        case Score():
            return OF_SCORE
        case _:
            assert_never(row)


def _comes_every_day(group: str) -> bool:
    return group != ANYTHING and not group.startswith(OF_ONE_TYPE)


def _is_turn(silent_days: int, now: date, last: date) -> bool:
    every = silent_days // REACHED_AT_EVERY_PULL
    return every == 0 or now.toordinal() // every != last.toordinal() // every


def _newest_dues(rows: Iterable[Reading], latest: date) -> dict[str, date]:
    """When the next of each archetype was due at the latest."""
    newest: dict[str, date] = {}
    for row in rows:
        if isinstance(row, SahhaArchetype) and row.local_date <= latest:
            ended = row.local_date if row.end_date_time is None else max(row.local_date, row.end_date_time.date())
            due = ended + PERIODS.get(row.periodicity or "", QUARTER)
            group = f"{row.name} {row.periodicity}"
            newest[group] = max(due, newest.get(group, due))
    return newest
