"""What a model's reply holds: an answer with its proof, or why there is none to judge."""

from typing import NamedTuple

from hos_pipelines.analyst.account import ModelAccount
from hos_pipelines.analyst.answers import Answer, AnswerError, read_answer
from hos_pipelines.analyst.evidence import Evidence
from hos_pipelines.analyst.proof.prove import Proof, prove
from hos_pipelines.analyst.replies import Reply
from hos_pipelines.domain.violations import Violation, ViolationKind

WHOLE = "answer"
# A reply this near to the limit was cut by it, however the server counts.
NEARLY_ALL = 0.9

LIMIT, MODEL = "HOS_OPENAI_MAX_OUTPUT_TOKENS", "HOS_OPENAI_MODEL"


class ReplyCheck(NamedTuple):
    """What came of a reply. With a `shortfall`, a sentence, it says nothing about the data, and settles nothing."""

    answer: Answer | None
    proof: Proof
    shortfall: str | None = None


def check_reply(reply: Reply, evidence: Evidence, account: ModelAccount) -> ReplyCheck:
    """The answer a reply holds and what its proof came to, or why it holds none."""
    if (none := _check_refusal(reply, account) or _check_length(reply, account)) is not None:
        return none
    try:
        answer = read_answer(reply.text)
    except AnswerError as error:
        if error.is_cut:
            return _explain_cut(reply, account)
        return ReplyCheck(None, _proof_of_fault(ViolationKind.FORM, f"{error}; answer with JSON of the schema alone."))
    return ReplyCheck(answer, prove(answer, evidence))


def _check_refusal(reply: Reply, account: ModelAccount) -> ReplyCheck | None:
    if reply.is_filtered:
        what = "a filter held your answer back; keep to plain words about what is listed."
        why = f"{MODEL}: the content filter of {account.place} held the answer of {account.model} back."
        return ReplyCheck(None, _proof_of_fault(ViolationKind.REFUSAL, what), why)
    if reply.is_refusal:
        what = "you declined; only put into words what is listed, in the form asked for."
        why = f"{MODEL}: {account.model} declined to answer; try again, or take another model."
        return ReplyCheck(None, _proof_of_fault(ViolationKind.REFUSAL, what), why)
    return None


def _check_length(reply: Reply, account: ModelAccount) -> ReplyCheck | None:
    if reply.is_cut:
        return _explain_cut(reply, account)
    if not reply.text.strip():
        what = "your answer was empty; answer with JSON of the schema alone."
        why = f"{LIMIT}: the answer of {account.model} was empty; raise this where the model thinks before it answers."
        return ReplyCheck(None, _proof_of_fault(ViolationKind.FORM, what), why)
    return None


def _explain_cut(reply: Reply, account: ModelAccount) -> ReplyCheck:
    """Where far fewer tokens came than were allowed, the server may have a limit of its own."""
    allowed, said = account.most_output_tokens, reply.usage.output_tokens
    if 0 < said < allowed * NEARLY_ALL:
        how = f"cut off at {said} of {allowed} tokens; raise the server's own limit, or this."
    else:
        how = f"cut off at {allowed} tokens, thinking included; raise this, or take a model that thinks less."
    what = "your answer was cut off at its longest; write fewer and shorter claims."
    why = f"{LIMIT}: the answer of {account.model} is not whole: {how}"
    return ReplyCheck(None, _proof_of_fault(ViolationKind.FORM, what), why)


def _proof_of_fault(kind: ViolationKind, what: str) -> Proof:
    return Proof([Violation(kind, WHOLE, what)], [])
