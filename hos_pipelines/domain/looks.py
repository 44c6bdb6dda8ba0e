"""Which days of a profile's stream have been looked at, and when. An unchanged row is not rewritten, so it does not
know by itself that it was seen again: without this, an older answer that comes in last would pass for news.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from hos_pipelines.domain.sync import ProfilePull

# No answer is on its way for longer; one that was only adds rows, and changes none.
KEPT_FOR = timedelta(days=2)
MOST_LOOKS = 8
ONE_DAY = timedelta(days=1)


class Look(NamedTuple):
    """A good answer: when it was given, and the local days it spoke of, both included."""

    observed_at: datetime
    first: date
    last: date

    def hides(self, other: "Look") -> bool:
        """Whether all that the other has looked at was looked at again."""
        return self.observed_at >= other.observed_at and self.first <= other.first and self.last >= other.last


def look_of(pull: ProfilePull) -> Look:
    """What a good pull has looked at: its window, and what the margin of its request brought besides."""
    days = {row.local_date for row in pull.rows}
    window = pull.window
    first, last = window.start.date(), window.end.date() + ONE_DAY
    return Look(window.observed_at, min([first, *days]), max([last, *days]))


def remembered(looks: Iterable[Look], new: Look) -> tuple[Look, ...]:
    """The looks worth keeping with a new one among them, oldest first."""
    kept: list[Look] = []
    for look in sorted([*looks, new], reverse=True):
        if not any(later.hides(look) for later in kept):
            kept.append(look)
    newest = kept[0].observed_at
    return tuple(reversed([look for look in kept if newest - look.observed_at <= KEPT_FOR][:MOST_LOOKS]))


def later_looks(looks: Sequence[Look], observed_at: datetime) -> list[Look]:
    """The looks after an answer, oldest first; everything, for an answer from before all that is remembered."""
    later = [look for look in looks if look.observed_at > observed_at]
    is_forgotten = bool(later) and (
        later[-1].observed_at - observed_at > KEPT_FOR or (len(looks) >= MOST_LOOKS and len(later) == len(looks))
    )
    return [Look(later[-1].observed_at, date.min, date.max)] if is_forgotten else later
