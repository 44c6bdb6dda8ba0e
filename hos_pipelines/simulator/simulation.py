"""The state of one running simulator: settings, clock, tokens, faults, counts. No HTTP here."""

from hos_pipelines.simulator.clock import VirtualClock
from hos_pipelines.simulator.faults import FaultBook
from hos_pipelines.simulator.people import index_of, person_at
from hos_pipelines.simulator.settings import SimulatorSettings
from hos_pipelines.simulator.tally import Tally
from hos_pipelines.simulator.tokens import TokenDesk
from hos_pipelines.simulator.vantage import Vantage
from hos_pipelines.simulator.wire import Wire


class Simulation:
    """Everything that changes while a simulator runs. The people themselves never do."""

    def __init__(self, settings: SimulatorSettings) -> None:
        self.settings = settings
        self.clock = VirtualClock(settings.at, running=settings.running)
        self.tokens = TokenDesk(settings.seed, settings.token_lifetime_s)
        self.faults = FaultBook(settings.seed, settings.fault_rate)
        self.tally = Tally()
        self.wire = Wire(settings.wire_format)

    def view(self, external_id: str) -> Vantage | None:
        """This person seen now, or None when nobody has this external id."""
        index = index_of(external_id, self.settings.users)
        if index is None:
            return None
        return Vantage(self.settings, person_at(self.settings.seed, index), self.clock.now())
