"""How long an answer asks to wait: its Retry-After, as seconds or as an HTTP date."""

from email.utils import parsedate_to_datetime

import httpx


def retry_after_s(response: httpx.Response) -> float | None:
    """Seconds from the answer on, never negative; None where it does not say, or not readably."""
    value = response.headers.get("Retry-After", "").strip()
    try:
        if value.replace(".", "", 1).isdigit():
            return float(value)
        sent_at = parsedate_to_datetime(response.headers["Date"])
        return max(0.0, (parsedate_to_datetime(value) - sent_at).total_seconds())
    except (KeyError, OverflowError, TypeError, ValueError):
        return None
