"""Asks a Sahha that turns many people away about others: whether it answers for them, and whom it still lists."""

from collections.abc import Collection, Mapping, Sequence

from hos_pipelines.domain.blame import NONE, AccountEvidence
from hos_pipelines.sahha.client import SahhaClient
from hos_pipelines.sahha.errors import SahhaError
from hos_pipelines.sahha.pull import Dates

# More than so many are not asked about one by one: they are taken to be Sahha's fault.
MOST_LOOKED_UP = 50


async def hear(
    client: SahhaClient, accused: Mapping[str, str], witnesses: Sequence[str], others: int, dates: Dates
) -> AccountEvidence:
    """What Sahha says of witnesses, whom it answered lately, and of the accused, by profile and external id.

    A search that does not find the witness either says nothing of anybody.
    """
    try:
        witness = await _find_answering(client, witnesses, dates)
        if witness is None:
            return NONE
        return AccountEvidence(others, somebody_answers=True, unlisted=await _find_unlisted(client, accused, witness))
    except SahhaError:
        return NONE


async def _find_answering(client: SahhaClient, witnesses: Sequence[str], dates: Dates) -> str | None:
    await client.log_in()
    for external_id in witnesses:
        try:
            await client.biomarkers(external_id, dates)
        except SahhaError:
            continue
        return external_id
    return None


async def _find_unlisted(client: SahhaClient, accused: Mapping[str, str], witness: str) -> Collection[str]:
    if len(accused) > MOST_LOOKED_UP:
        return ()
    try:
        if not await client.lists(witness):
            return ()
        return [profile_id for profile_id, external_id in accused.items() if await client.lists(external_id) is False]
    except SahhaError:
        return ()
