"""Asks a Sahha that refuses many people about control profiles: whether it answers for them, and whom it lists."""

from collections.abc import Collection, Mapping, Sequence

from hos_pipelines.domain.refusals import NONE, ControlAnswer
from hos_pipelines.sahha.client import SahhaClient
from hos_pipelines.sahha.errors import SahhaError
from hos_pipelines.sahha.pull import Dates

# More than so many are not asked about one by one: they are taken to be Sahha's fault.
MOST_LOOKED_UP = 50


async def ask_controls(
    client: SahhaClient, refused: Mapping[str, str], controls: Sequence[str], others: int, dates: Dates
) -> ControlAnswer:
    """What Sahha says of control profiles, whom it answered lately, and of the refused, by profile and external id.

    A search that does not find the control profile either says nothing of anybody.
    """
    try:
        control = await _find_answering(client, controls, dates)
        if control is None:
            return NONE
        return ControlAnswer(others, somebody_answers=True, unlisted=await _find_unlisted(client, refused, control))
    except SahhaError:
        return NONE


async def _find_answering(client: SahhaClient, controls: Sequence[str], dates: Dates) -> str | None:
    await client.log_in()
    for external_id in controls:
        try:
            await client.biomarkers(external_id, dates)
        except SahhaError:
            continue
        return external_id
    return None


async def _find_unlisted(client: SahhaClient, refused: Mapping[str, str], control: str) -> Collection[str]:
    if len(refused) > MOST_LOOKED_UP:
        return ()
    try:
        if not await client.lists(control):
            return ()
        return [profile_id for profile_id, external_id in refused.items() if await client.lists(external_id) is False]
    except SahhaError:
        return ()
