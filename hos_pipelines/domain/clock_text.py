"""Clock hours as they are written; needs no numpy, as arithmetic on them does."""


def clock_text(hours: float) -> str:
    """A clock hour as HH:MM, rounded to the minute."""
    minutes = round(hours * 60) % 1440
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
