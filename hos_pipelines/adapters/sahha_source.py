"""Where the ingestion assets get their data: the configured Sahha account, or the honest refusal to call it."""

import asyncio
from collections.abc import Iterator, Sequence

from hos_pipelines.domain.sync import ProfilePull, PullWindow, Stream, SyncTarget
from hos_pipelines.sahha.client import SahhaAccount, sahha_session
from hos_pipelines.sahha.pull import pull_profiles
from hos_pipelines.settings import Settings, SettingsError

CHUNK_PROFILES = 50

Wanted = Sequence[tuple[SyncTarget, PullWindow]]


def sahha_account(settings: Settings) -> SahhaAccount:
    """The account that the settings name.

    Raises:
        SettingsError: Sahha may not be called, or the credentials are not set.
    """
    if not settings.use_sahha_direct:
        raise SettingsError("USE_SAHHA_DIRECT: is false, so Sahha is not called; set it to true to fetch.")
    client_id, client_secret = settings.credentials()
    return SahhaAccount(
        base_url=settings.sahha_api_base_url,
        client_id=client_id,
        client_secret=client_secret,
        request_delay_s=settings.request_delay_s,
        max_retries=settings.sahha_max_retries,
        timeout_s=settings.sahha_request_timeout,
        concurrency=settings.sahha_concurrency,
    )


def pull_in_chunks(account: SahhaAccount, stream: Stream, wanted: Wanted) -> Iterator[list[ProfilePull]]:
    """Pulls a stream for many profiles, a bounded number in memory at a time.

    Raises:
        MisconfiguredError: the host or the credentials are wrong, before anyone's data is asked for.
        TransientError: nobody answers at the login.
    """
    if not wanted:
        return
    with asyncio.Runner() as runner:
        session = sahha_session(account)
        client = runner.run(session.__aenter__())
        try:
            runner.run(client.log_in())
            for start in range(0, len(wanted), CHUNK_PROFILES):
                chunk = wanted[start : start + CHUNK_PROFILES]
                yield runner.run(pull_profiles(client, stream, chunk, account.concurrency))
        finally:
            runner.run(session.__aexit__(None, None, None))
