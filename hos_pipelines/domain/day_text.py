"""How a day is written for people."""

from datetime import date

# Not strftime's: its names follow the locale of the process.
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


def day_text(day: date) -> str:
    """`14 March 2026`."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"
