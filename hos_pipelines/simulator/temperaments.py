"""Twelve temperaments: how people who live with plans take to them. What they do on a day is `conduct`."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from hos_pipelines.simulator.chance import draws
from hos_pipelines.simulator.people import Kind, SimulatedPerson, person_at

# All live in one zone without daylight saving, so that a change of offset is the traveller's alone.
HOME, AWAY = "Africa/Johannesburg", "America/Sao_Paulo"
JOURNEYS_APART = 365


@dataclass(frozen=True, slots=True)
class Temperament:
    """How somebody takes to plans. Days are counted from the first day with a plan, which is 0.

    `does` is the chance that an item is done, as long as no more than `manages` are asked on a day; beyond that it is
    `does * overwhelmed`, and of who `loses_sleep` the night after is short. Each `learns_after` days they manage one
    more. `reports` is the share of days on which they say anything. `fades` is taken off the chance each week. Nothing
    is done before the hour `begins_at`; `dislikes` is the name of a task.
    """

    name: str
    kind: Kind
    archetype: str
    does: float
    manages: int = 9
    overwhelmed: float = 0.4
    loses_sleep: bool = False
    learns_after: int = 0
    reports: float = 1.0
    fades: float = 0.0
    begins_at: int = 0
    dislikes: str = ""
    works_nights: bool = False
    ill: range = range(0)
    away: range = range(0)

    def manages_on(self, number: int) -> int:
        """How many items of a day do not overwhelm, on the day with this number."""
        return self.manages + (number // self.learns_after if self.learns_after else 0)

    def chance(self, number: int, asked: int) -> float:
        """The chance that an item is done on the day with this number, of so many asked."""
        if number in self.ill or number in self.away:
            return self.does / 4
        share = self.does - self.fades * (number // 7)
        return max(0.0, share if asked <= self.manages_on(number) else share * self.overwhelmed)


TEMPERAMENTS: tuple[Temperament, ...] = (
    Temperament(
        "over-challenged", "intermediate", "Transformation Seeker", 0.92, manages=2, overwhelmed=0.35, learns_after=21
    ),
    Temperament("able", "lark", "Systematic Improver", 0.96),
    Temperament("silent", "intermediate", "Connected Explorer", 0.70, reports=0.25),
    Temperament("night worker", "shift_worker", "Resilience Rebuilder", 0.80, works_nights=True),
    Temperament("harmed by more", "lark", "Connected Explorer", 0.93, manages=3, overwhelmed=0.3, loses_sleep=True),
    Temperament("by chance", "intermediate", "Connected Explorer", 0.55),
    Temperament("traveller", "intermediate", "Systematic Improver", 0.82, away=range(24, 30)),
    Temperament("ill for a week", "intermediate", "Connected Explorer", 0.82, ill=range(21, 28)),
    Temperament("dislikes one task", "lark", "Systematic Improver", 0.85, dislikes="mnd_journal_5"),
    Temperament("late", "weekend_shifted", "Systematic Improver", 0.80, begins_at=13),
    Temperament("steady", "intermediate", "Foundation Builder", 0.70),
    Temperament("fading", "intermediate", "Peak Performer", 0.95, fades=0.08),
)
KINDS_IN_TURN: tuple[Kind, ...] = tuple(one.kind for one in TEMPERAMENTS)


def temperament_of(index: int) -> Temperament:
    """The temperament of the person with this index; they come round in turn."""
    return TEMPERAMENTS[index % len(TEMPERAMENTS)]


def living_person(seed: int, index: int, first_day: date) -> SimulatedPerson:
    """A person whose readings respond to how the days are lived, from the first day with a plan on."""
    temperament = temperament_of(index)
    person = person_at(seed, index, KINDS_IN_TURN)
    journey = first_day + timedelta(days=temperament.away.start)
    is_traveller = bool(temperament.away)
    return replace(
        person,
        zone=HOME,
        away_zone=AWAY if is_traveller else None,
        journeys_apart=JOURNEYS_APART,
        phase=-journey.toordinal() % JOURNEYS_APART if is_traveller else person.phase,
        wearable=True,
        syncs="often",
        responses={},
    )


def birth_year(seed: int, index: int) -> int:
    """When somebody was born, so that they are of age."""
    return 1962 + int(draws(f"{seed}|birth|{index}", 1)[0] * 38)
