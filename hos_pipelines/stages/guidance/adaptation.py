"""The stage of adaptation: reads what was planned, done and said; judges weeks and changes, and writes what follows.

It runs after the plans of a day: what it decides on a day is what the plan of the next day reads.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from psycopg import Connection

from hos_pipelines.domain.gates import Status
from hos_pipelines.domain.guidance.adaptation.adapt import next_moment
from hos_pipelines.domain.guidance.adaptation.evaluating import compared_from
from hos_pipelines.domain.guidance.adaptation.record import AdaptationFinding
from hos_pipelines.domain.guidance.adaptation.seen import LOOK_BACK_DAYS
from hos_pipelines.domain.guidance.adaptation.standing_still import SPAN_DAYS
from hos_pipelines.domain.guidance.guidance_kind import GuidanceKind
from hos_pipelines.domain.guidance.plan_rows import PlanKind
from hos_pipelines.postgres.adaptation_rows import read_records, write_findings
from hos_pipelines.postgres.adaptation_sources import read_adaptation_sources
from hos_pipelines.postgres.engagement_store import read_what_was_asked
from hos_pipelines.postgres.plan_store import read_plan_subjects
from hos_pipelines.stages.guidance.adaptation_material import AdaptationMaterial
from hos_pipelines.stages.guidance.guidance_stage import Guidance, GuidanceMoment, GuidanceStage

LACKING = "a week of plans of which something is said on four days"
LOOK_BACK = timedelta(days=LOOK_BACK_DAYS)
# A judgement goes by the readiness of three weeks at most.
RECENT = timedelta(days=21)


def read_material(
    connection: Connection[Any], profile_ids: Sequence[str], at: GuidanceMoment
) -> dict[str, AdaptationMaterial]:
    """What there is of these people, by a query for each kind of row."""
    known = read_plan_subjects(connection, PlanKind.ROUTINE, profile_ids)
    keys, today = list(known), at.now.date()
    done = read_what_was_asked(connection, keys, today - LOOK_BACK, today + timedelta(days=1), at.now)
    records = read_records(connection, keys, today - LOOK_BACK)
    judged = {key: first for key, one in records.items() if (first := compared_from(one)) is not None}
    since = {"recent": today - RECENT, "month": today - timedelta(days=SPAN_DAYS), "compared": today - LOOK_BACK}
    sources = read_adaptation_sources(connection, keys, since, judged, at.now)
    return {key: AdaptationMaterial(known[key], records[key], done[key], sources[key], at) for key in keys}


def digest_of(material: AdaptationMaterial, _at: GuidanceMoment) -> str:
    """A digest of all that what follows depends on."""
    return material.digest


def make_adaptation(material: AdaptationMaterial, _at: GuidanceMoment) -> Guidance[AdaptationFinding]:
    """What becomes of one person's plans."""
    found = material.finding
    weeks = material.record.with_rows(found).weeks
    counts = {
        "weeks": len(found.weeks),
        "changes": len(found.changes),
        "evaluations": len(found.evaluations),
        "versions": len(found.states),
    }
    if any(week.figures.completion is not None for week in weeks):
        return Guidance(found, Status.OK.value, counts)
    status = Status.PRELIMINARY if weeks else Status.INSUFFICIENT
    return Guidance(found, status.value, counts, (LACKING,))


def good_until(material: AdaptationMaterial, _at: GuidanceMoment) -> datetime | None:
    """When a week closes, or a change is to be judged."""
    return next_moment(material.record.with_rows(material.finding), material.seen)


def write_adaptations(connection: Connection[Any], findings: Mapping[str, AdaptationFinding], now: datetime) -> None:
    """Writes what differs of a chunk."""
    write_findings(connection, findings, now)


ADAPTATION: GuidanceStage[AdaptationMaterial, AdaptationFinding] = GuidanceStage(
    GuidanceKind.ADAPTATION, read_material, digest_of, make_adaptation, write_adaptations, good_until
)
