"""Which days are free: as the person states, else weekend and public holidays, an estimate that is said to be one."""

from dataclasses import dataclass, field
from datetime import date

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
SATURDAY, SUNDAY = 5, 6


@dataclass(frozen=True, slots=True)
class WorkWeek:
    """The free weekdays (Monday is 0) and further free days; a night is free when the day it ends on is.

    `working` are days that are not free whatever weekday they are. `is_stated` by the person, and `is_by_roster` where
    day by day.
    """

    free_weekdays: frozenset[int] = frozenset({SATURDAY, SUNDAY})
    holidays: frozenset[date] = field(default=frozenset())
    working: frozenset[date] = field(default=frozenset())
    is_stated: bool = False
    is_by_roster: bool = False

    @property
    def work_days(self) -> int:
        """Work days of a plain week, or of seven days of the roster: WD of the MCTQ."""
        if self.is_by_roster:
            return round(7 * len(self.working) / len(self.working | self.holidays))
        return 7 - len(self.free_weekdays)

    def is_free(self, day: date) -> bool:
        """Whether this local day is taken to be free."""
        return day in self.holidays or (day.weekday() in self.free_weekdays and day not in self.working)


def free_weekdays_of(names: str) -> frozenset[int]:
    """The weekdays of a list such as `friday, saturday`.

    Raises:
        ValueError: one of them is no weekday or named twice, none is named, or all seven are free.
    """
    wanted = [name.strip().lower() for name in names.split(",")]
    if not all(wanted):
        raise ValueError("has an empty name; give names such as saturday, sunday, with one comma between two")
    strange = [name for name in wanted if name not in WEEKDAYS]
    if strange:
        raise ValueError(f"{strange[0]!r} is no weekday; give names such as saturday, sunday")
    free = frozenset(map(WEEKDAYS.index, wanted))
    if len(free) < len(wanted):
        raise ValueError("names a weekday twice; give each once, such as saturday, sunday")
    if len(free) == len(WEEKDAYS):
        raise ValueError("leaves no work day; name six weekdays at most")
    return free
