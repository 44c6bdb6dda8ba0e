"""How a deployment speaks to its model: address, key, model, and how hard it may be asked."""

from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

Api = Literal["auto", "responses", "chat_completions"]


@dataclass(frozen=True, slots=True)
class ModelAccount:
    """One model behind one address; `base_url` None is OpenAI's own. Durations in seconds, cost in US dollars.

    Neither the key nor the address, which might hold one, shows in a representation; a sentence takes `place`.
    """

    model: str
    api_key: str = field(repr=False)
    base_url: str | None = field(default=None, repr=False)
    api: Api = "auto"
    timeout_s: float = 60.0
    max_retries: int = 2
    concurrency: int = 4
    requests_per_minute: int = 300
    most_output_tokens: int = 6000
    price_list: Path | None = None
    run_tokens: int = 5_000_000
    run_usd: float = 5.0
    day_tokens: int = 20_000_000
    day_usd: float = 20.0

    @property
    def is_local(self) -> bool:
        """Whether the server is on this machine."""
        host = urlsplit(self.base_url or "").hostname or ""
        try:
            return ip_address(host).is_loopback
        except ValueError:
            return host == "localhost"

    @property
    def place(self) -> str:
        """The address for a sentence, without whatever it might hold besides scheme, host, port and path."""
        if self.base_url is None:
            return "api.openai.com"
        url = urlsplit(self.base_url)
        return f"{url.hostname}{f':{url.port}' if url.port else ''}{url.path}"
