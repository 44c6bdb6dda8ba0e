"""The circadian analysis: when somebody sleeps, how regularly, and what that means for the hours of their day."""

from hos_pipelines.defs.analysis_asset import analysis_asset
from hos_pipelines.domain.analysis_scope import AnalysisType
from hos_pipelines.domain.sync import Stream

DESCRIPTION = """Chronotype (MCTQ), sleep regularity, phase, sleep need and the energy zones of the day, per profile.

Computed by published methods from the last four weeks of sleep windows; a part with too little data says
`insufficient_data` and what is missing. Results go to `analysis_results`, the watermark with them."""

circadian_analysis = analysis_asset(
    AnalysisType.CIRCADIAN,
    file=__file__,
    group="circadian",
    description=DESCRIPTION,
    version="3",
    reads=[Stream.BIOMARKERS],
)
