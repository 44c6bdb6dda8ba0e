"""How long an account token is kept, on a clock of our own, and how long a login that is refused is put off."""

import asyncio

import httpx
import pytest

from hos_pipelines.sahha.auth import AccountToken
from hos_pipelines.sahha.errors import RateLimitedError, TransientError
from hos_pipelines_tests.sahha.fake_sahha import CLIENT_ID, CLIENT_SECRET, URL, FakeSahha


@pytest.mark.parametrize(
    ("expires_in", "kept_s"),
    [
        (86400, 82_800), ("86400", 82_800), (86400.0, 82_800), (7200, 3600), (600, 300), ("600", 300),
        (None, 82_800), ("", 82_800), ("soon", 82_800), ([1], 82_800), (0, 82_800),
    ],
)  # fmt: skip
def test_a_token_is_kept_until_an_hour_before_its_end_and_a_short_one_for_half_its_life(
    expires_in: object, kept_s: float
) -> None:
    sahha, now = FakeSahha(), [1000.0]
    sahha.expires_in = expires_in

    async def ask_at(*moments: float) -> list[int]:
        auth = AccountToken(URL, CLIENT_ID, CLIENT_SECRET, lambda: now[0])
        logins = []
        async with httpx.AsyncClient(transport=httpx.MockTransport(sahha), auth=auth, base_url=URL) as http:
            for moment in moments:
                now[0] = 1000.0 + moment
                await http.get("/api/v1/profile/score/anna")
                logins.append(len(sahha.logins))
        return logins

    assert asyncio.run(ask_at(0, 1, kept_s - 1, kept_s, kept_s + 1)) == [1, 1, 1, 2, 2]


@pytest.mark.parametrize(
    ("status", "kind"), [(408, TransientError), (429, RateLimitedError), (500, TransientError), (503, TransientError)]
)
@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"Retry-After": "7"}, 7.0),
        ({"Retry-After": "Sun, 01 Nov 2026 12:00:20 GMT", "Date": "Sun, 01 Nov 2026 12:00:00 GMT"}, 20.0),
    ],
)
def test_a_login_that_is_put_off_says_for_how_long(
    status: int, kind: type[TransientError], headers: dict[str, str], seconds: float | None
) -> None:
    auth = AccountToken(URL, CLIENT_ID, CLIENT_SECRET, lambda: 0.0)
    with pytest.raises(TransientError) as failure:
        auth.accept(httpx.Response(status, headers=headers))
    assert (type(failure.value), failure.value.retry_after_s) == (kind, seconds)
