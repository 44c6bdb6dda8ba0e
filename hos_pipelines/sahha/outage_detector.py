"""Watches the answers of a session, and says when to stop asking: Sahha is down, or the deployment is wrong."""

import asyncio

from hos_pipelines.sahha.client import SahhaClient
from hos_pipelines.sahha.errors import (
    DeniedError,
    GoneError,
    MisconfiguredError,
    NotSahhaError,
    SahhaError,
    TransientError,
)

FAILURES_UNTIL_DOWN = 10
# So many in a row and no good answer between, from so many people, are no coincidence even where the account answers.
REFUSALS_UNTIL_WRONG = 10
PEOPLE_UNTIL_WRONG = 3
# While the account is known to be right, single refusals cost no question more: once in so many answers is enough.
ANSWERS_A_PROOF = 50

CREDENTIALS = "SAHHA_CLIENT_ID / SAHHA_CLIENT_SECRET"
HOST = "SAHHA_API_BASE_URL"


class OutageDetector:
    """Every request was repeated by the client already, slower after each 429, so that single faults never get here.

    A refusal that may be everybody's is followed by a question about the account itself, the profile search: where that
    is refused too, nobody's request will get better.
    """

    def __init__(self) -> None:
        self.last_reason: str | None = None
        self.misconfigured: MisconfiguredError | None = None
        self._failures_in_a_row = 0
        self._refused: list[tuple[str, SahhaError]] = []
        self._answers_since_proof = ANSWERS_A_PROOF
        self._proving = asyncio.Lock()

    @property
    def is_down(self) -> bool:
        """Whether nobody has answered for so long that Sahha is not to be asked now."""
        return self._failures_in_a_row >= FAILURES_UNTIL_DOWN

    @property
    def is_over(self) -> bool:
        """Whether to stop asking."""
        return self.is_down or self.misconfigured is not None

    def note_answer(self) -> None:
        """Takes a good answer into account."""
        self._refused.clear()
        self._note_contact()

    async def note_failure(self, error: SahhaError, external_id: str, client: SahhaClient) -> None:
        """Takes the end of a request about this person into account."""
        if isinstance(error, TransientError):
            self._failures_in_a_row += 1
            self.last_reason = str(error)
            return
        self._note_contact()
        if isinstance(error, (DeniedError, GoneError, NotSahhaError)):
            self._refused.append((external_id, error))
            await self._check_account(client)
            self._judge_refusals()
        elif isinstance(error, MisconfiguredError):
            self.misconfigured = error

    def _note_contact(self) -> None:
        self._answers_since_proof += 1
        if not self.is_down:
            self._failures_in_a_row = 0

    async def _check_account(self, client: SahhaClient) -> None:
        """Asks about the account, unless that was done lately."""
        async with self._proving:
            if self.is_over or self._answers_since_proof < ANSWERS_A_PROOF:
                return
            try:
                await client.prove_account()
            except MisconfiguredError as error:
                self.misconfigured = error
            except SahhaError:
                return  # no proof either way
            else:
                self._answers_since_proof = 0

    def _judge_refusals(self) -> None:
        last = self._refused[-REFUSALS_UNTIL_WRONG:]
        people = {external_id for external_id, _ in last}
        settings = {suspect_of(error) for _, error in last}
        if (
            self.misconfigured is None
            and None not in settings
            and len(last) == REFUSALS_UNTIL_WRONG
            and len(people) >= PEOPLE_UNTIL_WRONG
        ):
            _, error = last[0]
            self.misconfigured = MisconfiguredError(
                f"{error} So it was for {len(last)} requests in a row, of {len(people)} profiles."
            )


def suspect_of(error: SahhaError) -> str | None:
    """The setting that is wrong if everybody meets this error."""
    if isinstance(error, DeniedError):
        return CREDENTIALS
    return HOST if isinstance(error, NotSahhaError) else None
