"""How a request ends, by what became of the stages that it was answered by."""

from collections.abc import Sequence
from dataclasses import dataclass

from hos_pipelines.domain.requests.request_refusals import RequestRefusal, refuse
from hos_pipelines.domain.requests.states import RequestStatus

WAITING, RUNNING = "waiting", "running"
DONE, UNCHANGED, SKIPPED, REFUSED, FAILED = "done", "unchanged", "skipped", "refused", "failed"
GOOD = frozenset({DONE, UNCHANGED})
INSUFFICIENT, PARTIAL = "insufficient_data", "partial"
LACKS = "what is there is too little; the result says what is missing"
LEAVES_OUT = "leaves out something that was asked for; its notes say what."


@dataclass(frozen=True, slots=True)
class StageEnd:
    """What became of a stage of a request: `outcome` is the status of its result, `reason` a sentence.

    `refusal` is why the stage gave nothing, where it said so itself.
    """

    stage: str
    status: str
    outcome: str | None = None
    reason: str | None = None
    refusal: RequestRefusal | None = None


@dataclass(frozen=True, slots=True)
class RequestVerdict:
    """How a request ends."""

    status: RequestStatus
    refusal: RequestRefusal | None = None
    error: str | None = None


def verdict_of(stages: Sequence[StageEnd]) -> RequestVerdict:
    """How a request ends that these stages were all of.

    Done where each gave what was asked for; refused or failed where none gave anything; partial between. Whoever has
    too little data is told so: the result that says what is missing is stored all the same.
    """
    refusals = [refusal for one in stages if (refusal := _refusal_of(one)) is not None]
    complaints = [complaint for one in stages if (complaint := _complaint_of(one)) is not None]
    if not complaints:
        return RequestVerdict(RequestStatus.DONE)
    error = " ".join(complaints)
    if any(_gives_something(one) for one in stages):
        return RequestVerdict(RequestStatus.PARTIAL, error=error)
    if any(one.status == FAILED for one in stages) or not refusals:
        return RequestVerdict(RequestStatus.FAILED, error=error)
    return RequestVerdict(RequestStatus.REFUSED, refusals[0])


def _gives_something(one: StageEnd) -> bool:
    return one.status in GOOD and one.outcome != INSUFFICIENT


def _refusal_of(one: StageEnd) -> RequestRefusal | None:
    if one.refusal is not None:
        return one.refusal
    if one.outcome == INSUFFICIENT:
        return refuse("not_enough_data", one.stage, LACKS)
    if one.status == SKIPPED:
        return refuse("not_enough_data", one.stage, (one.reason or "it has nothing to go by").removesuffix("."))
    return None


def _complaint_of(one: StageEnd) -> str | None:
    refusal = _refusal_of(one)
    if refusal is not None:
        return f"{one.stage}: {refusal.sentence}"
    if one.status in GOOD:
        return f"{one.stage}: {LEAVES_OUT}" if one.outcome == PARTIAL else None
    return f"{one.stage}: {one.reason or one.status}"
