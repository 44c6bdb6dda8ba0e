"""How a deployment speaks to Sahha. Knows no HTTP library, so that a look at the settings loads none."""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class SahhaAccount:
    """Where and as whom to ask, and how patiently. Times in seconds.

    Clients that name the same `pace_file` keep `request_delay_s` together, and slow down together; see `Pace`.
    """

    base_url: str
    client_id: str
    client_secret: str
    request_delay_s: float = 0.5
    max_retries: int = 3
    timeout_s: float = 30.0
    concurrency: int = 8
    pace_file: Path | None = None

    def __repr__(self) -> str:
        url = urlsplit(self.base_url)
        return f"SahhaAccount({url.scheme}://{url.netloc.rpartition('@')[2]}{url.path})"
