"""When each item of a day stands: inside its block, five minutes from the next, in time before bed, outside of work.

Minutes from waking. What finds no place in any of its blocks is left out and named.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from hos_pipelines.domain.circadian.energy_results import SLOT_MINUTES
from hos_pipelines.domain.guidance.routine.day_blocks import Block, BlockName

GAP, STEP = 5, 5


class PlacedSpan(NamedTuple):
    """From and to, in minutes from waking."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be placed: its length, the blocks it may stand in, and where in them.

    `at` is the minute it should begin at, `latest_end` the minute by which it has to be over, `at_the_end` asks for the
    last place of the block instead of the first, `avoid` are spans it must not touch, such as work.
    """

    key: str
    minutes: int
    blocks: tuple[BlockName, ...]
    at: int | None = None
    latest_end: int | None = None
    at_the_end: bool = False
    counted: bool = True
    avoid: tuple[PlacedSpan, ...] = ()


@dataclass(slots=True)
class Timetable:
    """A day that is being filled. Counted items of one block last 45 minutes together, or one of them lasts longer."""

    blocks: Sequence[Block]
    block_minutes: int
    placed: dict[str, tuple[BlockName, PlacedSpan]] = field(default_factory=dict)
    counted: dict[BlockName, int] = field(default_factory=dict)

    def place(self, wishes: Iterable[Wish]) -> list[str]:
        """Places what finds room, in the given order; the keys of what does not."""
        return [wish.key for wish in wishes if not self._place(wish)]

    def _place(self, wish: Wish) -> bool:
        for name in self._in_order(wish):
            block = next(block for block in self.blocks if block.name == name)
            so_far = self.counted.get(name, 0)
            if wish.counted and so_far and so_far + wish.minutes > self.block_minutes:
                continue
            span = self._free(block, wish)
            if span is None:
                continue
            self.placed[wish.key] = (name, span)
            if wish.counted:
                self.counted[name] = so_far + wish.minutes
            return True
        return False

    def _in_order(self, wish: Wish) -> list[BlockName]:
        """The block its wished minute lies in first, then as given, those with less in them before the others."""
        home = [
            block.name
            for block in self.blocks
            if wish.at is not None and block.start * SLOT_MINUTES <= wish.at < block.end * SLOT_MINUTES
        ]
        ranked = sorted(wish.blocks, key=lambda name: self.counted.get(name, 0) > 0)
        return [*home, *(name for name in ranked if name not in home)]

    def _free(self, block: Block, wish: Wish) -> PlacedSpan | None:
        first, last = block.start * SLOT_MINUTES, block.end * SLOT_MINUTES - wish.minutes
        if wish.latest_end is not None:
            last = min(last, wish.latest_end - wish.minutes)
        starts = range(first, last + 1, STEP)
        taken = [*(span for _, span in self.placed.values()), *wish.avoid]
        wished = wish.at if wish.at is not None else last if wish.at_the_end else first
        for start in sorted(starts, key=lambda start: (abs(start - wished), start)):
            span = PlacedSpan(start, start + wish.minutes)
            if all(span.start >= other.end + GAP or span.end + GAP <= other.start for other in taken):
                return span
        return None
