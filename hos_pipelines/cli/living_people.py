"""The people of the weeks: they say who they are, and live by their plans the days that are over."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from psycopg import Connection

from hos_pipelines.domain.person.checkin import Again, Completion, SaidCheckin, SkipReason
from hos_pipelines.domain.person.fact_keys import FactKey
from hos_pipelines.domain.person.journal import SaidJournal
from hos_pipelines.domain.person.said_fact import SaidFact
from hos_pipelines.domain.profiles import Enrolment, parse_archetype, profile_id_for
from hos_pipelines.postgres.checkin_store import write_checkin
from hos_pipelines.postgres.fact_store import add_facts
from hos_pipelines.postgres.journal_store import write_journal
from hos_pipelines.postgres.lived_store import CountedItem, EndedDay, read_ended_days
from hos_pipelines.postgres.profile_store import enrol
from hos_pipelines.simulator.conduct import AskedItem, Deed, LivedDay, Liver, live_day
from hos_pipelines.simulator.people import external_id_of
from hos_pipelines.simulator.responses import Response
from hos_pipelines.simulator.schedule import works_nights
from hos_pipelines.simulator.settings import SimulatorSettings
from hos_pipelines.simulator.temperaments import birth_year, living_person, temperament_of

# People say how their day was shortly before they go to bed.
BEFORE_BED = timedelta(minutes=30)
# A plan whose day ended longer ago than this is past being lived.
LONGEST_DAY = timedelta(days=2)
SHIFTS = 8


@dataclass(frozen=True, slots=True)
class LivedAnswer:
    """What a lived day did to somebody's readings."""

    external_id: str
    day: date
    response: Response


class LivingPeople:
    """Everybody of the weeks; who has lived which day already is told from outside, and kept there."""

    def __init__(self, cast: SimulatorSettings, first_day: date) -> None:
        self._seed = cast.seed
        self._first_day = first_day
        self._index_of = {profile_id_for(external_id_of(index)): index for index in range(cast.users)}
        self._lived: dict[int, date] = {}

    @property
    def profile_ids(self) -> Sequence[str]:
        """Everybody."""
        return list(self._index_of)

    def enrol(self, connection: Connection[Any], now: datetime) -> None:
        """Enrols everybody, and has them say what they say of themselves; done again, it changes nothing."""
        enrolments = [
            Enrolment(key, external_id_of(index), parse_archetype(temperament_of(index).archetype))
            for key, index in self._index_of.items()
        ]
        enrol(connection, enrolments, now, by_hand=True)
        for key, index in self._index_of.items():
            add_facts(connection, key, self._facts(index), now)

    def has_lived(self, answer: LivedAnswer) -> None:
        """Takes note of a day that was lived before."""
        index = self._index_of[profile_id_for(answer.external_id)]
        self._lived[index] = max(answer.day, self._lived.get(index, answer.day))

    def live(self, connection: Connection[Any], now: datetime) -> list[LivedAnswer]:
        """Lives the planned days that are over or nearly so, and says of each what was said before bed."""
        ended = read_ended_days(connection, now - LONGEST_DAY, now + BEFORE_BED)
        answers = []
        for planned in ended:
            index = self._index_of[planned.profile_id]
            lived_through = self._lived.get(index)
            if planned.plan_date < self._first_day or (lived_through and planned.plan_date <= lived_through):
                continue
            answers.append(self._live(connection, index, planned))
            self.has_lived(answers[-1])
        return answers

    def _live(self, connection: Connection[Any], index: int, planned: EndedDay) -> LivedAnswer:
        asked = {item.item_id: item for item in planned.items}
        lived = live_day(
            Liver(self._seed, index, temperament_of(index)),
            planned.plan_date,
            (planned.plan_date - self._first_day).days,
            [AskedItem(item.item_id, item.category, item.minutes, item.starts_at) for item in planned.items],
        )
        if lived.says:
            self._say(connection, planned, asked, lived)
        return LivedAnswer(external_id_of(index), planned.plan_date, lived.response)

    def _say(
        self, connection: Connection[Any], planned: EndedDay, asked: dict[str, CountedItem], lived: LivedDay
    ) -> None:
        said_at = planned.beds_at - BEFORE_BED
        for deed in lived.deeds:
            write_checkin(connection, _said(planned, asked[deed.item.name], deed, said_at), said_at)
        if lived.journal is not None:
            write_journal(connection, SaidJournal(planned.profile_id, planned.plan_date, lived.journal), said_at)

    def _facts(self, index: int) -> list[SaidFact]:
        facts = [
            SaidFact(FactKey.BIRTH_DATE, f"{birth_year(self._seed, index)}-04-12"),
            SaidFact(FactKey.SEX, "female" if index % 2 == 0 else "male"),
            SaidFact(FactKey.HEIGHT, 162 + index * 7 % 26),
            SaidFact(FactKey.WEIGHT, 60 + index * 11 % 30),
            SaidFact(FactKey.GOAL, "sleep_better" if index % 2 == 0 else "move_more"),
        ]
        if temperament_of(index).works_nights:
            facts.append(SaidFact(FactKey.ROSTER, self._roster(index)))
        return facts

    def _roster(self, index: int) -> dict[str, object]:
        """By the nights that are slept into: who sleeps into a day after a night shift began it on the day before."""
        person = living_person(self._seed, index, self._first_day)
        days = (self._first_day + timedelta(days=number) for number in range(SHIFTS))
        shifts = ["night" if works_nights(person, day + timedelta(days=1)) else "off" for day in days]
        return {"pattern": shifts, "starts": self._first_day.isoformat()}


def _said(planned: EndedDay, item: CountedItem, deed: Deed, said_at: datetime) -> SaidCheckin:
    return SaidCheckin(
        planned.profile_id,
        item.key,
        planned.plan_date,
        Completion(deed.status),
        None if deed.done_at is None else min(deed.done_at, said_at),
        deed.satisfaction,
        None if deed.again is None else Again(deed.again),
        None if deed.reason is None else SkipReason(deed.reason),
    )
