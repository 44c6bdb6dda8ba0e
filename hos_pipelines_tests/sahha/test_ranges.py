"""A Sahha that answers only so many days at a time: the overlap always comes, older days as far as it answers."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial

import httpx
import pytest

from hos_pipelines.domain.sync import Outcome, ProfilePull, PullWindow, Stream, SyncTarget
from hos_pipelines.sahha.outage_detector import OutageDetector
from hos_pipelines.sahha.pull import Request, pull_all
from hos_pipelines_tests.sahha.fake_sahha import FakeSahha

NOON = datetime.fromisoformat("2026-11-01T12:00:00+00:00")
DAY = timedelta(days=1)
OVERLAP = NOON - 3 * DAY
WIDE = PullWindow(NOON - 100 * DAY, NOON, reaches_all=True, live_start=OVERLAP)

Refusal = Callable[[], httpx.Response]


class NarrowSahha(FakeSahha):
    """Has a step count of each day, refuses more days than `most`, and any before `oldest`."""

    def __init__(self, refusal: Refusal, most: int, oldest: date = date.min) -> None:
        super().__init__()
        self.refusal, self.most, self.oldest = refusal, most, oldest

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        if "startDateTime" in request.url.params:
            first, last = (date.fromisoformat(request.url.params[f"{end}DateTime"][:10]) for end in ("start", "end"))
            is_refused = (last - first).days > self.most or first < self.oldest
            days = [first + number * DAY for number in range((last - first).days)]
            self.answers = [self.refusal if is_refused else lambda: httpx.Response(200, json=list(map(row, days)))]
        return await super().__call__(request)


def row(day: date) -> dict[str, str]:
    return {
        "id": str(day), "category": "activity", "type": "steps", "periodicity": "daily", "aggregation": "total",
        "value": "1", "unit": "count", "valueType": "integer", "startDateTime": f"{day}T00:00:00+00:00",
        "endDateTime": f"{day + DAY}T00:00:00+00:00",
    }  # fmt: skip


def pulled(sahha: FakeSahha, window: PullWindow) -> ProfilePull:
    target = SyncTarget("anna", "anna", NOON - 300 * DAY, NOON - DAY)

    request = Request(Stream.BIOMARKERS, target, window)
    answer = sahha.ask(lambda client: pull_all(client, [request], 1, OutageDetector()))
    return answer[Stream.BIOMARKERS][0]


def refused() -> httpx.Response:
    return httpx.Response(400, json={"title": "the range is too long"})


def silent() -> httpx.Response:
    raise httpx.ReadTimeout("silent")


@pytest.mark.parametrize("refusal", [refused, silent])
def test_a_range_that_is_refused_is_asked_for_in_slices(refusal: Refusal) -> None:
    pull = pulled(NarrowSahha(refusal, most=60), WIDE)
    assert (pull.problem, pull.window, pull.window.is_cut) == (None, WIDE, False)
    days = {row.local_date for row in pull.rows}
    assert {(NOON - number * DAY).date() for number in range(101)} <= days


@pytest.mark.parametrize("refusal", [refused, silent])
def test_days_sahha_gives_no_answer_for_cost_nobody_the_overlap(refusal: Refusal) -> None:
    pull = pulled(NarrowSahha(refusal, most=60, oldest=(NOON - 50 * DAY).date()), WIDE)
    assert (pull.problem, pull.refused, pull.window.is_cut, pull.window.reaches_all) == (None, False, True, False)
    assert pull.window.start == OVERLAP - 30 * DAY
    assert pulled(NarrowSahha(refusal, most=8), WIDE).window.start == OVERLAP


def test_a_refusal_of_the_overlap_itself_is_one() -> None:
    pull = pulled(NarrowSahha(refused, most=1), WIDE)
    assert (pull.problem, pull.refused, pull.window) == (Outcome.FAILED, True, WIDE)


def test_days_that_a_person_asked_for_in_vain_speak_against_nobody() -> None:
    window = replace(WIDE, live_start=None, moves_watermark=False, until=NOON - 20 * DAY)
    assert not pulled(NarrowSahha(refused, most=60), window).refused


@pytest.mark.parametrize("status", [404, 429])
def test_what_is_no_matter_of_days_is_asked_for_once(status: int) -> None:
    sahha = NarrowSahha(partial(httpx.Response, status), most=1)
    request = Request(Stream.BIOMARKERS, SyncTarget("anna", "anna", NOON - 300 * DAY, NOON - DAY), WIDE)
    sahha.ask(lambda client: pull_all(client, [request], 1, OutageDetector()))
    assert len([one for one in sahha.requests if "startDateTime" in one.url.params]) == 1
