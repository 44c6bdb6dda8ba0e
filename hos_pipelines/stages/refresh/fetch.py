"""Asks Sahha ahead of whoever writes, chunk after chunk; the one place with a thread."""

import asyncio
import gc
from collections.abc import Callable, Collection, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from queue import Full, Queue
from threading import Event, Thread

from hos_pipelines.domain.refusals import NONE, ControlAnswer, Pulls, RefusalReview
from hos_pipelines.sahha.account import SahhaAccount
from hos_pipelines.sahha.client import SahhaClient, sahha_session
from hos_pipelines.sahha.control_profiles import ask_controls
from hos_pipelines.sahha.errors import MisconfiguredError, TransientError
from hos_pipelines.sahha.outage_detector import OutageDetector
from hos_pipelines.sahha.pull import Request, pull_all
from hos_pipelines.stages.refresh.plan_pulls import PullPlan

CHUNKS_AHEAD = 2  # that wait; one more is in the hands of the fetcher
STOP_CHECK_S = 0.2

# Of people other than these: external ids of a few whom Sahha answered lately, and how many it did.
FindControls = Callable[[Collection[str]], tuple[Sequence[str], int]]


class SahhaDownError(Exception):
    """Sahha does not answer anybody; whoever was not asked yet is left for later."""


@contextmanager
def fetch_ahead(
    account: SahhaAccount, plans: Generator[PullPlan], find_controls: FindControls = lambda _: ((), 0)
) -> Iterator[Iterator[Pulls]]:
    """The answers, chunk by chunk: the next is fetched while the caller writes the last, never more than a few ahead.

    Refusals come last, in a chunk of their own, once it is known whose fault they are: where they are many, control
    profiles tell. Where the run breaks off, nothing is told. However the block ends, the fetching ends with it.

    Raises, from whatever reads the answers:
        MisconfiguredError: the host or the credentials are wrong, from the beginning or from some point on.
        SahhaDownError: nobody answers, at the login or from some point on; what was fetched before has been given.
    """
    fetcher = Fetcher(account, plans)
    with _what_is_loaded_left_alone():
        fetcher.start()
        try:
            yield _answers(fetcher, account, find_controls)
        finally:
            fetcher.cancel()
            fetcher.join()


@contextmanager
def _what_is_loaded_left_alone() -> Iterator[None]:
    """Rows come and go by the thousand, and each time the collector would look through all that Dagster has loaded as
    well: a tenth of a refresh's processor time.
    """
    if gc.get_freeze_count():  # somebody has seen to it already
        yield
        return
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def _answers(fetcher: "Fetcher", account: SahhaAccount, find_controls: FindControls) -> Iterator[Pulls]:
    review = RefusalReview()
    while (item := fetcher.ahead.get()) is not None:
        if isinstance(item, Exception):
            raise item
        if ready := review.take(item):
            yield ready
    control = NONE
    if review.needs_control:
        refused = {one: fetcher.asked[one] for one in review.refused_profiles if one in fetcher.asked}
        control = _ask_controls(account, refused, *find_controls(refused))
    reviewed = review.conclude(control)
    if reviewed.misconfigured is not None:
        raise MisconfiguredError(reviewed.misconfigured)
    if reviewed.pulls:
        yield reviewed.pulls


def _ask_controls(
    account: SahhaAccount, refused: Mapping[str, Request], controls: Sequence[str], others: int
) -> ControlAnswer:
    """Asks nothing twice: where nobody answers, that is the answer."""
    if not (refused and controls):
        return NONE
    today = max(request.window.observed_at for request in refused.values()).date()
    external_ids = {profile_id: request.target.external_id for profile_id, request in refused.items()}

    async def ask() -> ControlAnswer:
        async with sahha_session(replace(account, max_retries=0)) as client:
            return await ask_controls(client, external_ids, controls, others, (today, today))

    return asyncio.run(ask())


class Fetcher(Thread):
    """Fetches in a thread and an event loop of its own; whatever ends it, `ahead` tells, and None when all is there."""

    def __init__(self, account: SahhaAccount, plans: Generator[PullPlan]) -> None:
        super().__init__(name="sahha-fetcher", daemon=True)
        self.ahead: Queue[Pulls | Exception | None] = Queue(maxsize=CHUNKS_AHEAD)
        self.asked: dict[str, Request] = {}
        self._account = account
        self._plans = plans
        self._runner = asyncio.Runner(loop_factory=asyncio.new_event_loop)
        self._loop = self._runner.get_loop()
        self._task = self._loop.create_task(self._fetch())
        self._is_unwanted = Event()

    def run(self) -> None:
        """Fetches until all is there, something fails, or nobody wants it any more."""
        end: Exception | None = None
        try:
            try:
                self._loop.run_until_complete(self._task)
            finally:
                self._runner.close()  # what a cancellation left under way ends, and its connections close
                self._plans.close()  # and with them the planner's session, which an error would hold as long as itself
        except asyncio.CancelledError:
            if not self._is_unwanted.is_set():
                end = RuntimeError("the fetching was cancelled, and not by its reader; who was not asked stays due.")
        except Exception as error:  # noqa: BLE001  raised again where the chunks are read
            end = error
        self._put(end)

    def cancel(self) -> None:
        """Gives up what is under way; to be called by the reader, at any time."""
        self._is_unwanted.set()
        with suppress(RuntimeError):  # the loop has ended by itself
            self._loop.call_soon_threadsafe(self._task.cancel)

    async def _fetch(self) -> None:
        detector = OutageDetector()
        is_logged_in = False
        async with sahha_session(self._account) as client:
            for plan in self._plans:
                if plan.requests and not is_logged_in:
                    await _log_in(client)
                    is_logged_in = True
                self.asked |= {one.target.profile_id: one for one in plan.requests}
                pulls = await pull_all(client, plan.requests, self._account.concurrency, detector)
                for stream, known in plan.known.items():
                    pulls.setdefault(stream, []).extend(known)
                self._put(pulls)
                if detector.misconfigured is not None:
                    raise detector.misconfigured
                if detector.is_down:
                    raise SahhaDownError(detector.last_reason)
                await asyncio.sleep(0)  # where a cancellation that came during the wait takes effect

    def _put(self, item: Pulls | Exception | None) -> None:
        """Waits for room, but not for a reader who has gone. Nothing else runs on this loop meanwhile."""
        while not self._is_unwanted.is_set():
            try:
                self.ahead.put(item, timeout=STOP_CHECK_S)
            except Full:
                continue
            return


async def _log_in(client: SahhaClient) -> None:
    try:
        await client.log_in()
    except TransientError as error:
        raise SahhaDownError(str(error)) from error
