"""Same seed and same virtual time: same bytes, whatever else was asked."""

from itertools import product

from hos_pipelines_tests.simulator.conftest import ALL_CATEGORIES, Caller, Start

_PEOPLE = [f"sim-{number:04d}" for number in range(1, 14)]


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
