"""What is shown of one person's adaptation: how plans are made, what is under evaluation, and what was."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from psycopg import Connection

from hos_pipelines.domain.guidance.adaptation.change import ChangeEvaluation, JudgedWeek, PlanChange, StateVersion
from hos_pipelines.domain.guidance.adaptation.record import AdaptationRecord
from hos_pipelines.domain.guidance.adaptation.state import AdaptationState
from hos_pipelines.domain.guidance.adaptation.state_json import state_on
from hos_pipelines.postgres.adaptation_rows import read_records

SHOWN = timedelta(days=182)
PROPOSED_FOR = timedelta(days=28)
STATUS = "SELECT status, missing FROM guidance_states WHERE profile_id = %s AND stage = 'adaptation'"


@dataclass(frozen=True, slots=True)
class AdaptationView:
    """Of half a year, the oldest first; `state` is that of the day asked for, `coming` are versions that hold later."""

    state: AdaptationState
    coming: list[StateVersion]
    changes: list[PlanChange]
    evaluations: dict[str, list[ChangeEvaluation]]
    weeks: list[JudgedWeek]
    status: str | None
    missing: list[str]
    today: date

    @property
    def open(self) -> PlanChange | None:
        """The change under evaluation."""
        return next((one for one in self.changes if one.standing == "open"), None)

    @property
    def proposed(self) -> PlanChange | None:
        """The archetype that is proposed, for four weeks."""
        since = self.today - PROPOSED_FOR
        return next((one for one in self.changes if one.standing == "proposed" and one.decided_on > since), None)

    @property
    def past(self) -> list[PlanChange]:
        """What is over, the newest first."""
        return [one for one in reversed(self.changes) if one.standing not in ("open", "proposed")]


def _coming(record: AdaptationRecord, today: date) -> list[StateVersion]:
    """What holds from a later day; without what was undone before it held, and a beginning that something follows."""
    undone = {one.id for one in record.changes if one.standing == "withdrawn"}
    coming = [one for one in record.states if one.holds_from > today]
    last = {one.change_id: one.version for one in coming if one.change_id is not None}
    told = [
        one
        for one in coming
        if one.reason != "begins"
        and one.version == last.get(one.change_id or UUID(int=0), one.version)
        and (one.reason == "judged_anew" or one.change_id not in undone)
    ]
    return told or coming[-1:]


def read_adaptation(connection: Connection[Any], profile_id: str, today: date) -> AdaptationView:
    """What there is of somebody, as of a local day of theirs."""
    record = read_records(connection, [profile_id], today - SHOWN)[profile_id]
    status, missing = connection.execute(STATUS, (profile_id,)).fetchone() or (None, [])
    evaluations: dict[str, list[ChangeEvaluation]] = {}
    for one in record.evaluations:
        evaluations.setdefault(str(one.change_id), []).append(one)
    return AdaptationView(
        state=state_on([one.state for one in record.states], today),
        coming=_coming(record, today),
        changes=list(record.changes),
        evaluations=evaluations,
        weeks=list(record.weeks),
        status=status,
        missing=list(missing),
        today=today,
    )
