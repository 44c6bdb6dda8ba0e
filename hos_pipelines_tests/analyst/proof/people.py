"""Results to prove claims against: someone made up, and a third of the simulator's people."""

from functools import cache

from hos_pipelines.domain.analysis_result import AnalysisResult
from hos_pipelines_tests.cli import test_simulated_people as simulated
from hos_pipelines_tests.report.people import known

SIMULATED = range(0, simulated.SETTINGS.users, 3)


@cache
def results() -> list[AnalysisResult]:
    """Both analyses of each."""
    others = map(simulated.known, SIMULATED)
    return [
        known().circadian,
        known().behavior,
        *(one for other in others for one in (other.circadian, other.behavior)),
    ]
