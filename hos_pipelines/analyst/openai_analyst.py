"""The openai engine: asks a model for words, proves them, asks once more, and else lets the rules' own words stand."""

import asyncio
import hashlib
from base64 import b32encode
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from types import TracebackType
from typing import Self

from hos_pipelines.analyst.account import ModelAccount
from hos_pipelines.analyst.answers import Answer, AnswerError, answer_schema, read_answer
from hos_pipelines.analyst.asked_words import AskedWords, Page, PutClaims, Said, SettledWords, Worded
from hos_pipelines.analyst.budget import Budget, Ledger
from hos_pipelines.analyst.client import Message, model_session
from hos_pipelines.analyst.engines import NOTHING_NEW, NOTHING_TO_SAY, OPENAI, RULES, Case, Written
from hos_pipelines.analyst.errors import (
    BrokenReplyError,
    MisconfiguredModelError,
    ModelError,
    TransientModelError,
    UnusableReplyError,
)
from hos_pipelines.analyst.passages import evidence_of, with_claims
from hos_pipelines.analyst.prices import Prices
from hos_pipelines.analyst.prompt import conversation, repair
from hos_pipelines.analyst.prompt_files import PROMPT_VERSION, prompt_files
from hos_pipelines.analyst.proof.offers import own_offers
from hos_pipelines.analyst.proof.prove import prove
from hos_pipelines.analyst.proof.sayings import sentences_digest
from hos_pipelines.analyst.replies import Reply
from hos_pipelines.analyst.reply_check import ReplyCheck, check_reply
from hos_pipelines.domain.analysis_result import AnalysisResult
from hos_pipelines.domain.gates import Status
from hos_pipelines.domain.model_ledger import Kept, Question
from hos_pipelines.domain.violations import Violation

ROUNDS = 2
TAG_LENGTH = 5
# So many requests in a row without an answer, each tried several times: the server is down, the rest need not wait.
FAILURES_UNTIL_STOP = 5
# Of an answer that is sent back to be mended; longer ones are none.
MOST_ECHOED = 24_000


class OpenAIAnalyst:
    """Writes results with a model, within the ceilings of one run. To be entered before use: it has a loop of its own.

    Once the model turns out to be unreachable or not to be had, nobody after that waits for it in this run; with a
    `refusal` nobody does from the start. With `asks_again` a question that came to no proven answer is asked anew.
    """

    at_once = chunk = 25

    def __init__(
        self,
        account: ModelAccount,
        prices: Prices,
        ledger: Ledger,
        refusal: ModelError | None = None,
        *,
        asks_again: bool = False,
    ) -> None:
        self.model: str | None = account.model
        self._account = account
        self._ledger = ledger
        self._budget = Budget(account, prices, ledger)
        self._runner = asyncio.Runner()
        self._asks_again = asks_again
        self._failures = self._shortfalls = 0
        self._stopped = refusal

    def __enter__(self) -> Self:
        self._runner.__enter__()
        self._session = model_session(self._account)
        self._client = self._runner.run(self._session.__aenter__())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._runner.run(self._session.__aexit__(kind, error, trace))
        self._runner.__exit__(kind, error, trace)

    def fingerprint(self, data_fingerprint: str, archetype: str) -> str:
        """Of the data, the model, the prompt files, our sentences and whose voice they are in; not of where it is."""
        parts = (
            data_fingerprint,
            OPENAI,
            self._account.model,
            prompt_files().digest,
            sentences_digest(),
            archetype,
        )
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()

    def write(self, cases: Sequence[Case]) -> list[Written]:
        """The results in the model's words where they are proven, else as they are, with the reason."""
        return self._runner.run(self._write_all(cases))

    async def _write_all(self, cases: Sequence[Case]) -> list[Written]:
        return list(await asyncio.gather(*(self._write(case) for case in cases)))

    async def _write(self, case: Case) -> Written:
        metadata = case.result.analysis_metadata
        mark = self.fingerprint(metadata.fingerprint, case.result.archetype)
        question = self._question(case.profile_id, metadata.analysis_type, mark)
        try:
            written = await self._answer(case, question)
        except ModelError as error:
            written = Written(case.result, fallback_reason=str(error), is_final=False)
        return self._add_label(case, mark, written)

    def put_pages(self, pages: Sequence[Page[Said]]) -> list[Worded[Said]]:
        """These pages in the model's words where they are proven, else as they are, with the reason."""
        return self._runner.run(self._put_all(pages))

    async def _put_all(self, pages: Sequence[Page[Said]]) -> list[Worded[Said]]:
        return list(await asyncio.gather(*(self._put(page) for page in pages)))

    async def _put(self, page: Page[Said]) -> Worded[Said]:
        model = self._account.model
        try:
            told = await self._tell(page, partial(page.in_words, model))
        except ModelError as error:
            told = _stand_in(Kept(), str(error))
        if told.said is None:
            return Worded(page.in_own_words(model, told.kept.reason or ""), RULES, told.kept, told.requests)
        return Worded(told.said, OPENAI, told.kept, told.requests)

    async def _tell(self, page: Page[Said], put: PutClaims[Said]) -> SettledWords[Said]:
        """What was settled of a page before, or what the model says now; nothing where nothing may be said."""
        with _of_one_person():
            question = self._question(page.profile_id, page.kind, self.fingerprint(page.mark, page.archetype))
            evidence = page.evidence(tag_of(question.fingerprint))
            is_worded = any(own_offers(one, evidence) for one in evidence.passages)
        if not is_worded:
            return _stand_in(Kept(), NOTHING_TO_SAY)
        return await self._settle(AskedWords(question, page.archetype, evidence, put, page.by_passage))

    def _question(self, profile_id: str, kind: str, mark: str) -> Question:
        return Question(profile_id, kind, mark, self._account.model, PROMPT_VERSION)

    async def _answer(self, case: Case, question: Question) -> Written:
        """What there is to say of a case: nothing, what was settled before, or what the model writes now."""
        if case.result.status is Status.STALE:
            return Written(case.result, fallback_reason=NOTHING_NEW)
        with _of_one_person():
            evidence = evidence_of(case.result, tag_of(question.fingerprint))
        if case.result.status is Status.INSUFFICIENT or not any(one.text for one in evidence.passages):
            return Written(case.result, fallback_reason=NOTHING_TO_SAY)
        asked = AskedWords(
            question, case.result.archetype, evidence, lambda claims, _: with_claims(case.result, claims)
        )
        return _as_written(case.result, await self._settle(asked))

    async def _settle(self, asked: AskedWords[Said]) -> SettledWords[Said]:
        """What was settled before, or what the model says now."""
        kept = self._ledger.kept(asked.question)
        if kept is not None and kept.answer is None and self._asks_again:
            kept = None
        with _of_one_person():
            told = None if kept is None else _reuse_answer(asked, kept)
        return told or await self._ask_model(asked)

    async def _ask_model(self, asked: AskedWords[Said]) -> SettledWords[Said]:
        """What the model says now, in at most two rounds; a question that came to an end is not asked again."""
        question, evidence = asked.question, asked.evidence
        with _of_one_person():
            messages = conversation(asked.archetype, evidence)
        taken, shortfall = Kept(), None
        try:
            for number in range(1, ROUNDS + 1):
                reply = await self._reply(replace(question, round=number), messages)
                taken = taken.after(reply.usage, self._budget.cost(reply.usage), reply.latency_s)
                with _of_one_person():
                    checked = check_reply(reply, evidence, self._account)
                    proof = checked.proof
                    said = None if proof.violations else asked.put(proof.claims, None)
                taken = replace(taken, violations=(*taken.violations, *proof.violations))
                if checked.answer is not None and not proof.violations:
                    self._shortfalls = 0
                    self._ledger.keep(question, replace(taken, answer=checked.answer.model_dump_json()))
                    return SettledWords(said, taken, requests=number)
                shortfall = checked.shortfall or shortfall
                messages = [*messages, *_echo_reply(reply), repair(proof.violations)]
        except ModelError as error:
            return _stand_in(taken, str(error))
        if shortfall is not None:
            self._count_shortfall(shortfall)
            return _stand_in(taken, shortfall)
        self._shortfalls = 0
        with _of_one_person():
            told = _settle_unproven(asked, checked, taken)
        self._ledger.keep(question, told.kept)
        return told

    async def _reply(self, question: Question, messages: Sequence[Message]) -> Reply:
        """One request, within the ceilings and written down whatever becomes of it."""
        # Whoever waits for a lane has put nothing by yet, and may learn here that there is nothing to wait for.
        async with self._client.lane():
            for tries_left in reversed(range(1 + self._account.max_retries)):
                if self._stopped is not None:
                    raise self._stopped
                try:
                    return await self._one_try(question, messages)
                except BrokenReplyError as error:
                    # It may have cost something, so that another try needs room of its own.
                    if not tries_left:
                        self._count_failure(error)
                        raise
                except ModelError as error:
                    self._count_failure(error)
                    raise
        raise AssertionError("the last try either returns or raises")

    async def _one_try(self, question: Question, messages: Sequence[Message]) -> Reply:
        reservation = self._budget.reserve(question, messages)
        try:
            reply = await self._client.ask(messages, answer_schema())
        except ModelError as error:
            self._budget.fail(reservation, error)
            raise
        self._failures = 0
        if not reply.usage.tokens:
            # A server that does not count: taken as the most it may have been, or no ceiling would hold.
            reply = replace(reply, usage=reservation.usage)
        self._budget.settle(reservation, "answered", reply.usage, reply.latency_s)
        return reply

    def _count_failure(self, error: ModelError) -> None:
        """Stops asking where a setting is wrong, or after so many requests in a row failed."""
        self._failures += isinstance(error, TransientModelError)
        if isinstance(error, MisconfiguredModelError):
            self._stopped = error
        elif self._failures >= FAILURES_UNTIL_STOP:
            self._stopped = TransientModelError(f"{error} {self._failures} requests in a row failed; not asked again.")

    def _count_shortfall(self, shortfall: str) -> None:
        """Stops asking where person after person gets no answer that could be judged: a limit or a model is amiss."""
        self._shortfalls += 1
        if self._shortfalls >= FAILURES_UNTIL_STOP:
            self._stopped = MisconfiguredModelError(
                f"{shortfall} So for {FAILURES_UNTIL_STOP} people in a row; not asked again."
            )

    def _add_label(self, case: Case, mark: str, written: Written) -> Written:
        """With engine, model, prompt version, tokens and cost in the result itself."""
        is_ours = written.fallback_reason is None
        metadata = case.result.analysis_metadata.model_copy(
            update={
                "engine": OPENAI if is_ours else RULES,
                "model_used": self._account.model,
                "prompt_version": PROMPT_VERSION,
                "fingerprint": mark if written.is_final else fallback_mark(mark),
                "token_usage": written.usage.tokens,
                "cost_usd": written.usd,
                "fallback_reason": written.fallback_reason,
            }
        )
        return replace(written, result=written.result.model_copy(update={"analysis_metadata": metadata}))


@contextmanager
def _of_one_person() -> Iterator[None]:
    """The line between one person's words and everyone else's: what nobody foresaw costs that person's words alone.

    Raises:
        UnusableReplyError: names the kind of error and no more, since its text may quote what the model said.
    """
    try:
        yield
    except Exception as error:
        raise UnusableReplyError(f"the model's words could not be dealt with ({type(error).__name__}).") from error


def tag_of(mark: str) -> str:
    """What follows the ids on a sheet, drawn from the fingerprint."""
    return b32encode(bytes.fromhex(mark)).decode()[:TAG_LENGTH].lower()


def fallback_mark(mark: str) -> str:
    """Under which fingerprint the rules' words stand in for the model's: never that of an answer."""
    return hashlib.sha256(f"{mark}\nfallback".encode()).hexdigest()


def _echo_reply(reply: Reply) -> list[Message]:
    """What the model said, for it to mend; of nothing there is nothing to send back, which some servers refuse."""
    return [Message("assistant", reply.text[:MOST_ECHOED])] if reply.text.strip() else []


def _reuse_answer(asked: AskedWords[Said], kept: Kept) -> SettledWords[Said] | None:
    """What was settled before; None where the answer no longer has our form or stands up to the proof."""
    if kept.answer is None:
        return SettledWords(None, kept, requests=0)
    try:
        proof = prove(read_answer(kept.answer), asked.evidence)
    except AnswerError:
        return None
    return None if proof.violations else SettledWords(asked.put(proof.claims, kept.reason), kept, requests=0)


def _settle_unproven(asked: AskedWords[Said], checked: ReplyCheck, taken: Kept) -> SettledWords[Said]:
    """What stands of an answer that failed twice: nothing, or where it is put by passage those that are proven."""
    reason = _explain_unproven(taken.violations)
    wrong = {one.passage for one in checked.proof.violations}
    sound = [one for one in checked.proof.claims if one.passage not in wrong] if asked.by_passage else []
    if checked.answer is None or not sound:
        return SettledWords(None, replace(taken, reason=reason), requests=ROUNDS)
    told = {asked.evidence.tag_id(one.passage) for one in sound}
    part = Answer(claims=[one for one in checked.answer.claims if one.passage.strip() in told])
    made = len(checked.answer.claims)
    reason = f"{made - len(sound)} of {made} claims stand in the rules' words: {reason}"
    kept = replace(taken, answer=part.model_dump_json(), reason=reason)
    return SettledWords(asked.put(sound, reason), kept, requests=ROUNDS)


def _as_written(result: AnalysisResult, told: SettledWords[AnalysisResult]) -> Written:
    kept, said = told.kept, told.said or result
    of_model = kept.usage, kept.usd, kept.latency_s, told.requests, kept.violations, kept.reason
    return Written(said, *of_model, is_final=told.is_final)


def _stand_in(taken: Kept, reason: str) -> SettledWords[Said]:
    """Nothing for now: the question may be asked again."""
    return SettledWords(None, replace(taken, reason=reason), taken.requests, is_final=False)


def _explain_unproven(violations: Sequence[Violation]) -> str:
    kinds = ", ".join(sorted({violation.kind.value for violation in violations}))
    return f"the model's answer could not be proven, twice ({kinds})."
