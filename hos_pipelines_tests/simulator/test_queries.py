"""Query strings: names, bounds, and what is refused."""

from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.datastructures import QueryParams

from hos_pipelines.simulator.people import person_at, zone_on
from hos_pipelines.simulator.queries import BadQueryError, bounds_of
from hos_pipelines_tests.simulator.conftest import Caller, Start, slot

_ME = "sim-0012"


def test_missing_categories_are_400_in_plain_text(caller: Caller) -> None:
    answer = caller.get("biomarker", _ME, types="steps")
    assert (answer.status_code, answer.text) == (400, "Bad Request")
    assert answer.headers["content-type"].startswith("text/plain")


def test_unknown_names_are_200_and_empty(caller: Caller) -> None:
    assert caller.get("biomarker", _ME, categories="heart").content == b"[]"
    assert caller.get("biomarker", _ME, categories="sleep", types="steps").content == b"[]"
    assert caller.get("score", _ME, types="wellness").content == b"[]"
    assert caller.get("archetypes", _ME, name="night_owl").content == b"[]"


def test_no_rows_are_204_when_the_simulator_is_told_so(start: Start) -> None:
    answer = start(empty_as_204=True).get("biomarker", _ME, categories="nutrition")
    assert (answer.status_code, answer.content) == (204, b"")


def test_repeated_keys_and_commas_say_the_same(caller: Caller) -> None:
    repeated = caller.get("biomarker", _ME, categories=["sleep", "activity"], types=["steps", "sleep_duration"])
    commas = caller.get("biomarker", _ME, categories="sleep,activity", types="steps,sleep_duration")
    assert repeated.content == commas.content
    assert {row["type"] for row in repeated.json()} == {"steps", "sleep_duration"}


def test_a_date_only_end_includes_that_whole_day_and_nothing_later(caller: Caller) -> None:
    rows = caller.biomarkers(_ME, "activity", startDateTime="2026-10-20", endDateTime="2026-10-22")
    assert {slot(row)[1] for row in rows} == {"2026-10-20", "2026-10-21", "2026-10-22"}


def test_every_window_that_touches_the_bounds_is_returned(caller: Caller) -> None:
    rows = caller.biomarkers(_ME, "sleep", types="sleep_duration", startDateTime="2026-10-20", endDateTime="2026-10-20")
    assert [slot(row)[1] for row in rows] == ["2026-10-21", "2026-10-20"]
    weekly = caller.biomarkers(_ME, "sleep", types="sleep_debt", startDateTime="2026-10-20", endDateTime="2026-10-20")
    assert [slot(row)[1] for row in weekly] == [f"2026-10-{day}" for day in range(28, 19, -1)]


def test_an_instant_is_the_same_bound_in_any_notation(caller: Caller) -> None:
    offset = datetime.fromisoformat(caller.scores(_ME)[0]["scoreDateTime"]).strftime("%z")
    local = f"2026-10-20T00:00:00{offset[:3]}:{offset[3:]}"
    utc = datetime.fromisoformat(local).astimezone(tz=None).astimezone(datetime.fromisoformat("2026-01-01T00Z").tzinfo)
    wanted = [local, "2026-10-20T00:00:00", "2026-10-20", utc.strftime("%Y-%m-%dT%H:%M:%S.000Z")]
    answers = [caller.get("score", _ME, startDateTime=start, endDateTime="2026-10-25").content for start in wanted]
    assert len(set(answers)) == 1
    assert len(caller.scores(_ME, startDateTime=local, endDateTime=local)) == 5


def test_score_bounds_hold_the_score_date(caller: Caller) -> None:
    rows = caller.scores(_ME, types="sleep", startDateTime="2026-10-20", endDateTime="2026-10-22")
    assert [row["scoreDateTime"][:10] for row in rows] == ["2026-10-22", "2026-10-21", "2026-10-20"]


@pytest.mark.parametrize(
    "bound",
    [
        "yesterday",
        "2026-13-01",
        "2026-10-20T25:00",
        "2026-W44-1",
        "0001-01-01x",
        "9999-12-31T23:59:59-23:59",
        "2026-10-20T00:00:00 02:00",
    ],
)
@pytest.mark.parametrize("key", ["startDateTime", "endDateTime"])
def test_a_bound_that_is_no_date_is_400(caller: Caller, bound: str, key: str) -> None:
    for path in ("biomarker", "score", "archetypes"):
        answer = caller.get(path, _ME, categories="sleep", **{key: bound})
        assert (answer.status_code, answer.text) == (400, "Bad Request")


@pytest.mark.parametrize("bound", ["0001-01-01", "1970-01-01T00:00:00Z", "9999-12-30"])
def test_far_bounds_are_no_error(caller: Caller, bound: str) -> None:
    for key in ("startDateTime", "endDateTime"):
        assert caller.get("biomarker", _ME, categories="sleep", **{key: bound}).status_code == 200


def test_bounds_the_wrong_way_round_hold_nothing(caller: Caller) -> None:
    assert caller.biomarkers(_ME, types="steps", startDateTime="2026-10-25", endDateTime="2026-10-20") == []


@given(st.text(max_size=45))
@settings(max_examples=300)
def test_any_text_as_a_bound_is_an_instant_or_a_bad_query(text: str) -> None:
    person = person_at(7, 0)
    try:
        bounds = bounds_of(QueryParams({"endDateTime": text}), lambda day: zone_on(person, day))
    except BadQueryError:
        return
    assert bounds.end is None or bounds.end.utcoffset() is not None
