"""Which external ids Sahha knows, asked before anybody waits for their data."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

from hos_pipelines.sahha.account import SahhaAccount
from hos_pipelines.sahha.client import sahha_session
from hos_pipelines.sahha.errors import SahhaError
from hos_pipelines.settings.errors import SettingsError
from hos_pipelines.settings.settings import Settings

# One or two requests each; for more people the whole list, a hundred a request, is read instead.
MOST_ASKED_SINGLY = 50


@dataclass(frozen=True, slots=True)
class UnknownIds:
    """Whom Sahha does not know of those it was asked about; `not_asked` is why it could not be asked."""

    unknown: Sequence[str] = ()
    not_asked: str | None = None


def ask_sahha(settings: Settings, external_ids: Sequence[str]) -> UnknownIds:
    """Asks Sahha about each of them, nothing twice: where it does not answer, that is the answer."""
    try:
        account = replace(settings.sahha_account(), max_retries=0)
        return asyncio.run(_ask(account, external_ids))
    except (SettingsError, SahhaError) as error:
        return UnknownIds(not_asked=str(error))


async def _ask(account: SahhaAccount, external_ids: Sequence[str]) -> UnknownIds:
    async with sahha_session(account) as client:
        await client.log_in()
        if len(external_ids) > MOST_ASKED_SINGLY:
            listed = {item.get("externalId") async for item in client.all_profiles()}
            return UnknownIds([one for one in external_ids if one not in listed])
        turns = asyncio.Semaphore(account.concurrency)

        async def is_known(external_id: str) -> bool | SahhaError:
            async with turns:
                try:
                    return await client.knows(external_id)
                except SahhaError as error:
                    return error

        answers = await asyncio.gather(*map(is_known, external_ids))
    unknown = [one for one, answer in zip(external_ids, answers, strict=True) if answer is False]
    return UnknownIds(unknown, next((str(answer) for answer in answers if isinstance(answer, SahhaError)), None))
