"""The state of one running simulator: settings, clock, tokens, faults, counts, how days were lived. No HTTP here."""

from datetime import date, datetime
from functools import lru_cache

from hos_pipelines.simulator.clock import VirtualClock
from hos_pipelines.simulator.faults import FaultBook
from hos_pipelines.simulator.people import SimulatedPerson, index_of, person_at
from hos_pipelines.simulator.person_view import PersonView
from hos_pipelines.simulator.responses import Response
from hos_pipelines.simulator.settings import SimulatorSettings
from hos_pipelines.simulator.tally import Tally
from hos_pipelines.simulator.temperaments import living_person
from hos_pipelines.simulator.tokens import TokenDesk
from hos_pipelines.simulator.wire import Wire

# A caller asks for several streams of one person within a batch; what they share is computed once.
_REMEMBERED_VIEWS = 256


class Simulation:
    """Everything that changes while a simulator runs. People change only where they live with plans."""

    def __init__(self, settings: SimulatorSettings) -> None:
        self.settings = settings
        self.clock = VirtualClock(settings.at, running=settings.running)
        self.tokens = TokenDesk(settings.seed, settings.token_lifetime_s)
        self.faults = FaultBook(settings.seed, settings.fault_rate)
        self.tally = Tally()
        self.wire = Wire(settings.wire_format)
        self._living: dict[int, SimulatedPerson] = {}
        self._seen = lru_cache(maxsize=_REMEMBERED_VIEWS)(self._view)

    def view(self, external_id: str) -> PersonView | None:
        """This person seen now, or None when nobody has this external id."""
        index = index_of(external_id, self.settings.users)
        if index is None:
            return None
        return self._seen(index, self.clock.now())

    def view_now(self, index: int) -> PersonView:
        """The person with this index seen now, for a search over everybody, who are more than are remembered."""
        return self._view(index, self.clock.now())

    def respond(self, view: PersonView, day: date, response: Response) -> bool:
        """Has a lived day show in a person's readings; false where people do not live with plans."""
        if view.person.responses is None:
            return False
        view.person.responses[day] = response
        self._seen.cache_clear()
        return True

    def _view(self, index: int, now: datetime) -> PersonView:
        return PersonView(self.settings, self._person(index), now)

    def _person(self, index: int) -> SimulatedPerson:
        settings = self.settings
        if settings.lives_from is None:
            return person_at(settings.seed, index, settings.population)
        if index not in self._living:
            self._living[index] = living_person(settings.seed, index, settings.lives_from)
        return self._living[index]
