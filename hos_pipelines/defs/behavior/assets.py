"""The behaviour analysis: what somebody does day after day, how reliably, and where that could lead."""

from hos_pipelines.defs.analysis_asset import analysis_asset
from hos_pipelines.domain.analysis_scope import AnalysisType
from hos_pipelines.domain.sync import Stream

DESCRIPTION = """Habits with their strength, baselines and trends, signature, motivation, readiness, per profile.

Computed by published methods from up to eight weeks of daily readings; what is inferred says so, and a part with
too little data says `insufficient_data` and what is missing. Results go to `analysis_results`, the watermark with
them."""

behavior_analysis = analysis_asset(
    AnalysisType.BEHAVIOR,
    file=__file__,
    group="behavior",
    description=DESCRIPTION,
    version="2",
    reads=[Stream.BIOMARKERS, Stream.SCORES],
)
