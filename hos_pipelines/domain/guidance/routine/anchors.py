"""Getting up and going to bed of the day that is planned: whose word counts, and when a preference is none.

Order: what the person prefers for that kind of day, the roster, what the analysis predicts, the usual night, and a
typical night that is labelled as such. Minutes of the local day, 0 to 1439; rules without a source are ours.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

DAY = 1440
LEAST_IN_BED, LITTLE_IN_BED, MUCH_IN_BED, MOST_IN_BED = 4 * 60, 5 * 60, 11 * 60, 12 * 60
FAR_MINUTES = 90
STEP_MINUTES = 30

Source = Literal["stated", "roster", "predicted", "usual", "default"]
Note = Literal[
    "short_night",
    "long_night",
    "on_the_way",
    "default_times",
    "contradictory_preferences",
    "changing_hours",
    "other_time_laid",
    "around_work",
    "preference_at_work",
]
# A wish that the plan does not follow.
NOT_FOLLOWED: frozenset[Note] = frozenset({"contradictory_preferences", "preference_at_work"})


class NoAnchorsError(ValueError):
    """No times of sleep that a plan could be hung on; the text names the field and the remedy."""


@dataclass(frozen=True, slots=True)
class SleepTimes:
    """A bedtime and the waking after it, as minutes of the local day; whose word they are, and the facts behind.

    By a roster the bedtime is that at the end of the day that begins with the waking; from 24:00 on it is of the next.
    """

    bed: int
    wake: int
    source: Source
    fact_ids: tuple[str, ...]

    @property
    def in_bed(self) -> int:
        """Minutes from bedtime to waking, 0 to 1439."""
        return (self.wake - self.bed) % DAY


@dataclass(frozen=True, slots=True)
class Anchors:
    """What a day hangs on. `gap_minutes`: how far what is preferred lies from what is usual, where that is far."""

    times: SleepTimes
    notes: tuple[Note, ...] = ()
    gap_minutes: int | None = None

    @property
    def is_partial(self) -> bool:
        """Whether the plan has to say that something asked for could not be followed."""
        return not NOT_FOLLOWED.isdisjoint(self.notes)


# A typical night of adults; a plan that rests on it says so.
TYPICAL = SleepTimes(bed=23 * 60, wake=7 * 60, source="default", fact_ids=("typical_night",))


def anchors_of(stated: SleepTimes | None, stated_for_days: int, others: Sequence[SleepTimes]) -> Anchors:
    """The anchors of a day; `others` by rank, from roster to usual night, without the typical one.

    A preference more than an hour and a half from what is measured is approached by half an hour a day since it was
    stated. One that leaves less than four or more than twelve hours in bed is none: the two may have changed places.

    Raises:
        NoAnchorsError: such a preference, and nothing measured to plan by.
    """
    following = others[0] if others else None
    if stated is None:
        return _noted(following or TYPICAL)
    if not LEAST_IN_BED <= stated.in_bed <= MOST_IN_BED:
        if following is None:
            raise NoAnchorsError(
                f"contradictory_preferences: wake_time and sleep_time leave {stated.in_bed // 60} h "
                f"{stated.in_bed % 60} min in bed; give times that leave 4 to 12 hours (they may have changed places)."
            )
        noted = _noted(following)
        return replace(noted, notes=(*noted.notes, "contradictory_preferences"))
    measured = next((times for times in others if times.source != "roster"), None)
    if measured is None:
        return _noted(stated)
    apart = max(abs(shorter_way(measured.wake, stated.wake)), abs(shorter_way(measured.bed, stated.bed)))
    if apart <= FAR_MINUTES:
        return _noted(stated)
    steps = STEP_MINUTES * max(1, stated_for_days)
    nearer = replace(
        stated,
        bed=_towards(measured.bed, stated.bed, steps),
        wake=_towards(measured.wake, stated.wake, steps),
        fact_ids=(*stated.fact_ids, *measured.fact_ids),
    )
    if not LEAST_IN_BED <= nearer.in_bed <= MOST_IN_BED:
        nearer = replace(nearer, bed=(nearer.wake - stated.in_bed) % DAY)
    reached = (nearer.bed, nearer.wake) == (stated.bed, stated.wake)
    noted = _noted(nearer)
    return replace(noted, notes=noted.notes if reached else (*noted.notes, "on_the_way"), gap_minutes=apart)


def completed(bed: int | None, wake: int | None, fact_ids: tuple[str, ...], usual: SleepTimes) -> SleepTimes:
    """Stated times of sleep, of which one may not be said: it is laid by how long the usual night is, else a typical.

    Raises:
        ValueError: neither is said.
    """
    if bed is not None and wake is not None:
        return SleepTimes(bed, wake, "stated", fact_ids)
    if not LEAST_IN_BED <= usual.in_bed <= MOST_IN_BED:
        usual = TYPICAL
    facts = (*fact_ids, *usual.fact_ids)
    if wake is not None:
        return SleepTimes((wake - usual.in_bed) % DAY, wake, "stated", facts)
    if bed is None:
        raise ValueError("Neither a bedtime nor a waking is stated.")
    return SleepTimes(bed, (bed + usual.in_bed) % DAY, "stated", facts)


def shorter_way(start: int, end: int) -> int:
    """Minutes from one time of day to another the shorter way round, above -720 up to 720."""
    return DAY // 2 - (DAY // 2 - (end - start)) % DAY


def _towards(start: int, end: int, most: int) -> int:
    way = shorter_way(start, end)
    return (start + max(-most, min(way, most))) % DAY


def _noted(times: SleepTimes) -> Anchors:
    notes: list[Note] = []
    if times.source == "default":
        notes.append("default_times")
    # By a roster the next day begins at another hour than this one.
    if times.source != "roster" and times.in_bed < LITTLE_IN_BED:
        notes.append("short_night")
    if times.source != "roster" and times.in_bed > MUCH_IN_BED:
        notes.append("long_night")
    return Anchors(times, tuple(notes))
