"""Work on several people in step: the order of its parts, what it comes to, and whose error it is."""

import pytest

from hos_pipelines.domain.in_step import Steps, in_step, to_the_end


def counting(name: str, parts: int, seen: list[str]) -> Steps[str]:
    for part in range(parts):
        seen.append(f"{name}{part}")
        yield
    seen.append(f"{name} ends")
    return name.upper()


def test_each_part_is_done_for_all_before_the_next_of_any_and_who_has_fewer_ends_earlier() -> None:
    seen: list[str] = []
    assert in_step([counting("a", 2, seen), counting("b", 0, seen), counting("c", 1, seen)]) == ["A", "B", "C"]
    assert seen == ["a0", "b ends", "c0", "a1", "c ends", "a ends"]


def test_of_one_the_parts_come_one_after_the_other() -> None:
    seen: list[str] = []
    assert to_the_end(counting("a", 2, seen)) == "A"
    assert seen == ["a0", "a1", "a ends"]


def test_of_nobody_there_is_nothing() -> None:
    assert in_step([]) == []


def test_an_error_nobody_has_caught_is_told() -> None:
    def stumbling() -> Steps[str]:
        yield
        raise LookupError

    with pytest.raises(LookupError):
        in_step([counting("a", 2, []), stumbling()])
