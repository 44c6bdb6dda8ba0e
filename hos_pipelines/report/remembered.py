"""What is remembered of a person, as the page says it: a line each, what it rests on, and the key to forget it by."""

from typing import NamedTuple

from hos_pipelines.domain.memory.wording import basis_text, memory_text


class RememberedLine(NamedTuple):
    """One line of memory."""

    key: str
    text: str
    basis: str


def remembered_line(key: str, value: str, source: str, supports: int, contradictions: int) -> RememberedLine:
    """A row of memory in words."""
    return RememberedLine(key, memory_text(key, value), basis_text(source, supports, contradictions))
