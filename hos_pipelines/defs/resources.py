"""The resources of the code location: plain objects that find their settings when they are first used."""

import dagster as dg

from hos_pipelines.adapters.io_manager import UpsertIOManager
from hos_pipelines.environment import now, read_settings
from hos_pipelines.stages.analysis.analysis_runner import AnalysisRunner
from hos_pipelines.stages.database import Database
from hos_pipelines.stages.guidance.guidance_runner import GuidanceRunner
from hos_pipelines.stages.refresh.plan_tick import RefreshPlanner
from hos_pipelines.stages.refresh.run import Refresh
from hos_pipelines.stages.requests.request_runner import RequestRunner
from hos_pipelines.stages.workflow.workflow_runner import WorkflowRunner


@dg.definitions
def resources() -> dg.Definitions:
    """One database, one way to Sahha, one planner, one IO manager."""
    database = Database(read_settings)
    return dg.Definitions(
        resources={
            "database": _describe(
                database, "The HolisticOS database: HOS_DATABASE_URL, or the embedded server. Sessions are checked."
            ),
            "analysis_runner": _describe(
                AnalysisRunner(read_settings, database, now),
                "The analyses and reports: reads readings, computes by rules, has a model phrase where there is one.",
            ),
            "guidance_runner": _describe(
                GuidanceRunner(read_settings, database, now),
                "Insights and what else is made of analyses and of what people do: by rules, rows with their evidence.",
            ),
            "workflow_runner": _describe(
                WorkflowRunner(read_settings, database, now),
                "All stages of people one after another, under an id by which they go on where they stopped.",
            ),
            "request_runner": _describe(
                RequestRunner(read_settings, database, now),
                "What apps ask for in analysis_requests: claims it, and answers it by the stages of all the others.",
            ),
            "refresh": _describe(
                Refresh(read_settings, database, now),
                "The way to Sahha: SAHHA_API_BASE_URL and the account of SAHHA_CLIENT_ID, paced and retried.",
            ),
            "planner": _describe(
                RefreshPlanner(read_settings, database, now),
                "Plans ticks: asks Sahha who changed, leases whoever is due in sync_state, cuts batches.",
            ),
            "upsert": dg.IOManagerDefinition.hardcoded_io_manager(
                UpsertIOManager(database, now),
                "The one IO manager: writes rows, sync state and watermarks of a chunk of profiles in one transaction.",
            ),
        },
    )


def _describe(resource: object, description: str) -> dg.ResourceDefinition:
    """A plain object as a resource that the UI can say something of."""
    return dg.ResourceDefinition.hardcoded_resource(resource, description=description)
