"""Same seed and same virtual time: same bytes, whatever else was asked, and whichever version answers."""

from hashlib import sha256
from itertools import product
from typing import Any

import pytest

from hos_pipelines_tests.simulator.conftest import ALL_CATEGORIES, Caller, Start

_PEOPLE = [f"sim-{number:04d}" for number in range(1, 14)]
_MANY = [f"sim-{number:04d}" for number in (*range(1, 13), *range(613, 619), 99_991, 99_999)]
# A month back the last of the people are just connecting; in the other hours clocks change and windows settle.
_INSTANTS = ("2026-11-01T12:00:00Z", "2026-10-02T15:00:00Z", "2026-10-25T01:30:00Z", "2026-11-01T06:00:00Z")
_WINDOW = {"startDateTime": "2026-10-27", "endDateTime": "2026-11-03"}
_PATHS = ("profile/biomarker", "profile/score", "profile/archetypes", "account/profile")


def _bytes_of(caller: Caller, backwards: bool = False) -> dict[tuple[str, str], bytes]:
    asked = list(product(("biomarker", "score", "archetypes"), _PEOPLE))
    pages = {
        (path, person): caller.get(path, person, categories=ALL_CATEGORIES).content
        for path, person in (reversed(asked) if backwards else asked)
    }
    return pages | {("search", ""): caller.http.get("/api/v1/account/profile/search").content}


def test_two_simulators_with_one_seed_answer_the_same_bytes_in_any_order(start: Start) -> None:
    assert _bytes_of(start()) == _bytes_of(start(), backwards=True)


def test_moving_the_clock_away_and_back_changes_no_byte(start: Start) -> None:
    caller = start()
    before = _bytes_of(caller)
    caller.clock(advance_hours=50)
    assert _bytes_of(caller) != before
    caller.clock(at="2026-11-01T12:00:00Z")
    assert _bytes_of(caller) == before


def test_a_clock_moved_to_an_instant_answers_like_one_that_was_stepped_there(start: Start) -> None:
    stepped, moved = start(), start()
    for _ in range(5):
        stepped.clock(advance_hours=7)
        _bytes_of(stepped)
    moved.clock(advance_hours=35)
    assert _bytes_of(stepped) == _bytes_of(moved)


def test_another_seed_makes_other_people(start: Start) -> None:
    one, two = _bytes_of(start(seed=7)), _bytes_of(start(seed=8))
    assert all(one[key] != two[key] for key in one if key[0] != "archetypes")


def test_the_2024_format_is_deterministic_too(start: Start) -> None:
    assert _bytes_of(start(wire_format="2024")) == _bytes_of(start(wire_format="2024"))


def test_the_date_header_is_the_virtual_time(start: Start) -> None:
    answer = start().get("score", "sim-0001")
    assert answer.headers.get_list("date") == ["Sun, 01 Nov 2026 12:00:00 GMT"]
    assert "server" not in answer.headers


@pytest.mark.parametrize(
    ("settings", "digest"),
    [
        ({}, "8a289d973c814fed41e83c2d7211ef3b295ba840264a7cf23ee8a9e47f533af4"),
        ({"wire_format": "2024"}, "1d10995b4f9e8f9224c0b676abd23899f290b5113ad51774736d506aef8835e3"),
        (
            {"seed": 11, "flip_after_hours": 31.5, "days": 45},
            "037c9d35d53e8593e0f6d8c26d148942bbfa70bf86f57c439321dd1da7d86108",
        ),
    ],
    ids=["2025", "2024", "another account"],
)
def test_every_version_answers_with_the_same_bytes(start: Start, settings: dict[str, Any], digest: str) -> None:
    caller, seen = start(users=100_000, **settings), sha256()
    for instant in _INSTANTS:
        caller.clock(at=instant)
        for path, person, query in product(_PATHS, _MANY, ({}, _WINDOW)):
            asked = {"categories": ALL_CATEGORIES} | query if path == "profile/biomarker" else query
            answer = caller.http.get(f"/api/v1/{path}/{person}", params=asked)
            seen.update(f"{path} {person} {answer.status_code} ".encode() + answer.content)
        for page in (0, 51, 999):
            listed = {"currentPage": page, "pageSize": 100}
            seen.update(caller.http.get("/api/v1/account/profile/search", params=listed).content)
    assert seen.hexdigest() == digest
