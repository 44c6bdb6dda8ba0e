"""Asks Sahha: one method an endpoint, raw rows out. What a row means is `translate`'s business."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import date
from functools import lru_cache
from http.cookiejar import CookieJar, DefaultCookiePolicy
from itertools import count
from typing import Any
from urllib.parse import quote

import httpx
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, stop_after_attempt, wait_random_exponential

from hos_pipelines.domain.count_text import count_text
from hos_pipelines.sahha.account import SahhaAccount
from hos_pipelines.sahha.auth import AccountToken
from hos_pipelines.sahha.bodies import CHECK_HOST, parse_body
from hos_pipelines.sahha.errors import (
    DeniedError,
    EndlessError,
    GoneError,
    MisconfiguredError,
    NotSahhaError,
    PermanentError,
    RateLimitedError,
    SahhaError,
    TransientError,
)
from hos_pipelines.sahha.limits import LimitedTransport
from hos_pipelines.sahha.network import EndedWhileAskedError, connections_to
from hos_pipelines.sahha.pacing import Pace
from hos_pipelines.sahha.retry_after import retry_after_s
from hos_pipelines.sahha.throttle import LONGEST_HOLD_S

CATEGORIES = ("activity", "body", "engagement", "nutrition", "sleep", "vitals")
SCORE_TYPES = ("activity", "mental_wellbeing", "readiness", "sleep", "wellbeing")
LONGEST_RETRY_AFTER_S = LONGEST_HOLD_S
SEARCH_PATH = "/api/v1/account/profile/search"
SEARCH_PAGE_SIZE = 100
# Five times as many as 100,000 profiles take, which is what ticks are measured with.
MAX_SEARCH_PAGES = 5_000
MOST_PROFILES = 500_000
# Half the distance of two ticks: 1,000 pages at half a second each take 500 s.
LONGEST_SEARCH_S = 900.0
LONGEST_IDENTITY = 200
MOST_PROMISED = 10**9
TURN = "hos_turn"

Query = Sequence[tuple[str, str]]


class SahhaClient:
    """A session with Sahha. Open it with `sahha_session`."""

    def __init__(self, account: SahhaAccount, http: httpx.AsyncClient) -> None:
        self.requests_made = 0
        self._account = account
        self._http = http
        self._auth = AccountToken(account.base_url, account.client_id, account.client_secret, time.monotonic)

    async def biomarkers(self, external_id: str, dates: tuple[date, date]) -> list[object]:
        """The raw biomarker rows of a profile between two dates, both included.

        Raises:
            SahhaError: no answer, or none that holds rows; the subclass says what to do next.
        """
        categories = [("categories", category) for category in CATEGORIES]
        return await self._rows(f"/api/v1/profile/biomarker/{_segment(external_id)}", [*categories, *_bounds(dates)])

    async def scores(self, external_id: str, dates: tuple[date, date]) -> list[object]:
        """The raw scores of a profile between two dates, both included. Raises as `biomarkers`."""
        types = [("types", score_type) for score_type in SCORE_TYPES]
        return await self._rows(f"/api/v1/profile/score/{_segment(external_id)}", [*types, *_bounds(dates)])

    async def archetypes(self, external_id: str, dates: tuple[date, date]) -> list[object]:
        """The raw Sahha archetypes whose periods meet the dates. Raises as `biomarkers`."""
        return await self._rows(f"/api/v1/profile/archetypes/{_segment(external_id)}", _bounds(dates))

    async def all_profiles(self) -> AsyncIterator[dict[str, Any]]:
        """Every profile of the account, as the search lists them; duplicates over page borders are not repeated.

        The first page is 0 according to one public client and undocumented otherwise, so page 1 may repeat page 0.
        Pages are read until exactly the promised number of profiles is there, or until one brings nobody new.

        Raises:
            SahhaError: a page could not be read, or fewer profiles are listed than promised. A profile listed twice
                counts twice here: some totals do.
        """
        seen: set[str] = set()
        listed = promised = 0
        end = time.monotonic() + LONGEST_SEARCH_S
        for page in count():
            if page >= MAX_SEARCH_PAGES or len(seen) > MOST_PROFILES or time.monotonic() > end:
                raise TransientError(
                    f"the profile search does not end: {page} pages brought {len(seen)} profiles; ask again later."
                )
            body = await self._search_page(page, SEARCH_PAGE_SIZE, self._get)
            items = [item for item in body.get("items") or [] if isinstance(item, dict)]
            known = len(seen)
            listed += len(items)
            for item in items:
                identity = str(item.get("profileId") or item.get("externalId"))[:LONGEST_IDENTITY]
                if identity not in seen:
                    seen.add(identity)
                    yield item
            promised = max(promised, _promise(body))
            may_be_last = page > 1 or (page == 1 and not items)
            if len(seen) == promised or (len(seen) == known and may_be_last):
                break
        if listed < promised:
            raise TransientError(
                f"the profile search promises {count_text(promised, 'profile')} and ends after {len(seen)}; ask again "
                "later."
            )

    async def knows(self, external_id: str) -> bool:
        """Whether the account has a profile of this id: asked by its path, and by the search where that says no.

        Raises:
            SahhaError: there is no telling.
        """
        try:
            await self._get(f"/api/v1/account/profile/{_segment(external_id)}", [])
        except (GoneError, DeniedError):
            return await self.lists(external_id) is True
        return True

    async def lists(self, external_id: str) -> bool | None:
        """Whether the search finds a profile of this id; None where it promises more than it shows.

        Raises:
            SahhaError: there is no telling.
        """
        body = await self._search_page(0, SEARCH_PAGE_SIZE, self._get, external_id)
        items = [item for item in body.get("items") or [] if isinstance(item, dict)]
        if any(item.get("externalId") == external_id for item in items):
            return True
        return None if _promise(body) > len(items) else False

    async def log_in(self, *, is_patient: bool = True) -> None:
        """Fetches a token, so that a wrong host or wrong credentials show before anybody's data is asked for.

        With `is_patient` off it is one request, whatever comes of it: the question whether Sahha is back.

        Raises:
            MisconfiguredError: the credentials are refused, or the host is not Sahha's.
            TransientError: nothing answers.
        """
        await (self._retrying(self._log_in_once) if is_patient else self._log_in_once())

    async def _log_in_once(self) -> None:
        self._auth.accept(await self._send(self._auth.token_request(), auth=None))

    async def prove_account(self) -> None:
        """Asks once, and for nobody's data, whether the account is answered at all.

        Raises:
            MisconfiguredError: the host or the credentials are wrong, for everybody.
            SahhaError: there is no telling.
        """
        try:
            await self._search_page(0, 1, self._get_once)
        except NotSahhaError as error:
            raise MisconfiguredError(f"SAHHA_API_BASE_URL: {error}") from error

    async def _search_page(
        self, page: int, size: int, get: Callable[[str, Query], Awaitable[object]], wanted: str | None = None
    ) -> dict[str, Any]:
        query = [("currentPage", str(page)), ("pageSize", str(size))]
        if wanted is not None:
            query.append(("searchParameter", wanted))
        try:
            body = await get(SEARCH_PATH, query)
        except GoneError as error:
            raise MisconfiguredError(
                f"SAHHA_API_BASE_URL: {self._account.base_url}{SEARCH_PATH} answers {error.status}; "
                "use the Sahha host itself, such as https://sandbox-api.sahha.ai."
            ) from error
        if body is None:
            return {}
        if not isinstance(body, dict) or not isinstance(body.get("items") or [], list):
            raise PermanentError("the profile search answers something other than a page of profiles.")
        return body

    async def _rows(self, path: str, query: Query) -> list[object]:
        body = await self._get(path, query)
        if body is None or body == {}:
            return []
        if not isinstance(body, list):
            raise PermanentError("Sahha answers something other than a list of rows.")
        return body

    async def _get(self, path: str, query: Query) -> object:
        return await self._retrying(self._get_once, path, query)

    async def _retrying(self, attempt: Callable[..., Awaitable[Any]], *arguments: object) -> Any:
        try:
            return await attempt(*arguments)
        except TransientError as error:
            failures = [error]

        async def again() -> Any:
            if failures:  # the first attempt is over; counting it here keeps what retrying costs off all that succeed
                raise failures.pop()
            return await attempt(*arguments)

        return await AsyncRetrying(
            stop=stop_after_attempt(self._account.max_retries + 1),
            wait=_patience,
            retry=retry_if_exception(_is_worth_another_try),
            reraise=True,
        )(again)

    async def _get_once(self, path: str, query: Query) -> object:
        try:
            return await self._ask(path, query)
        except SahhaError as error:
            # Frames and causes hold the answer, up to 100 MB once it is parsed; errors live until the next collection.
            error.__cause__ = error.__context__ = None
            raise error.with_traceback(None) from None

    async def _ask(self, path: str, query: Query) -> object:
        url = f"{self._account.base_url}{path}{_write_query(tuple(query))}"
        response = await self._send(self._http.build_request("GET", url), auth=self._auth)
        problem = _problem(response)
        if problem is not None:
            raise problem
        return _body(response)

    async def _send(self, request: httpx.Request, auth: httpx.Auth | None) -> httpx.Response:
        try:
            try:
                return await self._send_once(request, auth)
            except EndedWhileAskedError:  # servers close what they have kept at any time; a question may be asked again
                if request.method != "GET":
                    raise
                return await self._send_once(request, auth)
        except httpx.TimeoutException as error:
            raise TransientError(f"Sahha did not answer within {self._account.timeout_s:g} s.") from error
        except httpx.ConnectError as error:
            raise TransientError(
                f"SAHHA_API_BASE_URL: nothing answers at {self._account.base_url}; check the address and the network."
            ) from error
        except (httpx.TransportError, httpx.DecodingError) as error:
            raise TransientError("the connection to Sahha broke in the middle of an answer.") from error

    async def _send_once(self, request: httpx.Request, auth: httpx.Auth | None) -> httpx.Response:
        """At a turn of its own."""
        self.requests_made += 1
        return await self._http.send(request, auth=auth)


@asynccontextmanager
async def sahha_session(
    account: SahhaAccount, transport: httpx.AsyncBaseTransport | None = None
) -> AsyncIterator[SahhaClient]:
    """A client whose connections close with the block; bound to the running event loop."""
    pace = Pace(account.request_delay_s, time.monotonic, account.pace_file)
    transport = transport or connections_to(account.base_url, account.concurrency)
    async with httpx.AsyncClient(
        base_url=account.base_url,
        timeout=account.timeout_s,
        transport=LimitedTransport(transport, account.timeout_s),
        headers={"Accept": "application/json", "Accept-Encoding": "gzip", "User-Agent": "hos-pipelines"},
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
        event_hooks=_in_turn(pace),
    ) as http:
        yield SahhaClient(account, http)


def _is_worth_another_try(error: BaseException) -> bool:
    return isinstance(error, TransientError) and not isinstance(error, EndlessError)


def _in_turn(pace: Pace) -> Mapping[str, list[Callable[..., Any]]]:
    """Puts everything at its turn that goes over the wire: what the auth flow sends passes through the hooks too."""

    async def wait(request: httpx.Request) -> None:
        request.extensions[TURN] = await pace.wait_turn()

    async def note_pace(response: httpx.Response) -> None:
        turn = response.request.extensions[TURN]
        if response.status_code == httpx.codes.TOO_MANY_REQUESTS:
            await pace.note_429(turn, min(retry_after_s(response) or 0.0, LONGEST_RETRY_AFTER_S))
        elif response.status_code < httpx.codes.INTERNAL_SERVER_ERROR:
            await pace.note_answer(turn)

    return {"request": [wait], "response": [note_pace]}


def _segment(external_id: str) -> str:
    """The id as one path segment; dots are escaped where the segment would otherwise mean this or the folder above."""
    segment = quote(external_id, safe="")
    return segment.replace(".", "%2E") if segment in (".", "..") else segment


@lru_cache(maxsize=64)
def _write_query(query: tuple[tuple[str, str], ...]) -> str:
    """The query as httpx writes it; that of most requests differs by the person alone, who is in the path."""
    return f"?{httpx.QueryParams(query)}" if query else ""


def _bounds(dates: tuple[date, date]) -> list[tuple[str, str]]:
    return [("startDateTime", dates[0].isoformat()), ("endDateTime", dates[1].isoformat())]


def _promise(body: dict[str, Any]) -> int:
    """How many profiles a page says there are; none where it says nothing that a search could keep."""
    value = body.get("totalCount")
    return value if type(value) is int and 0 <= value <= MOST_PROMISED else 0


def _problem(response: httpx.Response) -> SahhaError | None:
    status = response.status_code
    if status in (httpx.codes.OK, httpx.codes.NO_CONTENT):
        return None
    if status == httpx.codes.TOO_MANY_REQUESTS:
        return RateLimitedError("Sahha answers 429: too many requests.", retry_after_s(response))
    if status >= httpx.codes.INTERNAL_SERVER_ERROR or status == httpx.codes.REQUEST_TIMEOUT:
        return TransientError(f"Sahha answers {status}.", retry_after_s(response))
    return _refusal(status)


def _refusal(status: int) -> SahhaError:
    if status in (httpx.codes.NOT_FOUND, httpx.codes.GONE):
        return GoneError(status)
    if status in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
        return DeniedError(status)
    if httpx.codes.is_redirect(status):
        return NotSahhaError(f"Sahha answers {status}, a redirect, which is not followed; {CHECK_HOST}")
    return PermanentError(f"Sahha answers {status}.")


def _body(response: httpx.Response) -> object:
    return None if response.status_code == httpx.codes.NO_CONTENT else parse_body(response.content)


def _patience(state: RetryCallState) -> float:
    """What Sahha asks for, up to a minute; else exponential with full jitter from half a second."""
    error = state.outcome.exception() if state.outcome else None
    asked = getattr(error, "retry_after_s", None)
    if asked is not None:
        return min(float(asked), LONGEST_RETRY_AFTER_S)
    return wait_random_exponential(multiplier=0.5, max=30)(state)
