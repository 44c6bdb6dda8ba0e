"""The state of one running simulator: settings, clock, tokens, faults, counts. No HTTP here."""

from functools import lru_cache, partial

from hos_pipelines.simulator.clock import VirtualClock
from hos_pipelines.simulator.faults import FaultBook
from hos_pipelines.simulator.people import index_of
from hos_pipelines.simulator.person_view import PersonView, view_person
from hos_pipelines.simulator.settings import SimulatorSettings
from hos_pipelines.simulator.tally import Tally
from hos_pipelines.simulator.tokens import TokenDesk
from hos_pipelines.simulator.wire import Wire

# A caller asks for several streams of one person within a batch; what they share is computed once.
_REMEMBERED_VIEWS = 256


class Simulation:
    """Everything that changes while a simulator runs. The people themselves never do."""

    def __init__(self, settings: SimulatorSettings) -> None:
        self.settings = settings
        self.clock = VirtualClock(settings.at, running=settings.running)
        self.tokens = TokenDesk(settings.seed, settings.token_lifetime_s)
        self.faults = FaultBook(settings.seed, settings.fault_rate)
        self.tally = Tally()
        self.wire = Wire(settings.wire_format)
        self._seen = lru_cache(maxsize=_REMEMBERED_VIEWS)(partial(view_person, settings))

    def view(self, external_id: str) -> PersonView | None:
        """This person seen now, or None when nobody has this external id."""
        index = index_of(external_id, self.settings.users)
        if index is None:
            return None
        return self._seen(index, self.clock.now())
