"""Somebody whose plans adaptation has settled something of, with the zones of a regular night."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from zoneinfo import ZoneInfo

from hos_pipelines.domain.guidance.adaptation.state import AdaptationState
from hos_pipelines.domain.guidance.routine.experience import Experience
from hos_pipelines.domain.guidance.routine.experiences import Experiences
from hos_pipelines.domain.guidance.routine.plan import RoutineItem, RoutinePlan, routine_of
from hos_pipelines.domain.guidance.routine.settled import NO_STATE
from hos_pipelines.domain.guidance.routine.subject import RoutineSubject, routine_input
from hos_pipelines.domain.guidance.routine.tasks import TaskLibrary
from hos_pipelines.domain.profiles import Archetype

DAY = date(2026, 11, 28)
BERLIN = ZoneInfo("Europe/Berlin")
FACTS: Mapping[str, float] = {
    "predicted_wake": 7.0,
    "predicted_bed": 23.0,
    "cbt_min": 4.5,
    "steps_median": 7000.0,
    "sedentary_duration_median": 500.0,
    "zone_peak_1_start": 9.0,
    "zone_peak_1_end": 13.25,
    "zone_recovery_1_start": 13.25,
    "zone_recovery_1_end": 15.5,
    "zone_recovery_2_start": 21.5,
    "zone_recovery_2_end": 23.0,
}
HABIT, HALF, FAILING = (Experience(due=10, done=done, days_since_used=1) for done in (9, 6, 1))


@dataclass(frozen=True)
class Settler:
    """The person, what they have done, and what is settled."""

    library: TaskLibrary
    archetype: Archetype = Archetype.PEAK_PERFORMER
    experiences: Mapping[str, Experience] = field(default_factory=dict)
    usual: Mapping[str, int] = field(default_factory=dict)
    replaced: Mapping[str, date] = field(default_factory=dict)
    is_new: bool = False
    day: date = DAY

    def plan(self, state: AdaptationState = NO_STATE) -> RoutinePlan:
        """The plan of the day under a state."""
        subject = RoutineSubject(
            profile_id="somebody",
            archetype=self.archetype,
            zone=BERLIN,
            facts=FACTS,
            state=state,
            replaced=self.replaced,
            is_new=self.is_new,
            experiences=Experiences(self.experiences, 0.7, self.usual),
        )
        return routine_of(routine_input(subject, self.day), self.library)

    def counted(self, state: AdaptationState = NO_STATE) -> dict[str, RoutineItem]:
        """Its counted items by task."""
        return {item.id: item for item in self.plan(state).items if item.offer.role == "counted"}
