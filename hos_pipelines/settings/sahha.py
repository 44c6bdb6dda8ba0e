"""The Sahha account: where it answers, as whom we ask, and how patiently."""

import hashlib
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator

from hos_pipelines.sahha.account import SahhaAccount
from hos_pipelines.settings.errors import SettingsError
from hos_pipelines.settings.part import Number, SettingsPart, Whole, web_address

SANDBOX = "https://sandbox-api.sahha.ai"
# The address of a demo's Sahha that has ended with its demo; no name under .invalid is ever given to anybody.
DEMO_IS_OVER = "http://demo-is-over.invalid"


class SahhaSettings(SettingsPart):
    """What the Sahha room takes, as an account."""

    base_url: str = Field(default=SANDBOX, alias="SAHHA_API_BASE_URL")
    client_id: SecretStr | None = Field(default=None, alias="SAHHA_CLIENT_ID")
    client_secret: SecretStr | None = Field(default=None, alias="SAHHA_CLIENT_SECRET")
    rate_limit_delay: Number | None = Field(
        default=None, alias="SAHHA_RATE_LIMIT_DELAY", ge=0, le=60, allow_inf_nan=False
    )
    max_retries: Whole = Field(default=3, alias="SAHHA_MAX_RETRIES", ge=0, le=10)
    timeout_s: Number = Field(default=30, alias="SAHHA_REQUEST_TIMEOUT", gt=0, le=600, allow_inf_nan=False)
    concurrency: Whole = Field(default=8, alias="SAHHA_CONCURRENCY", ge=1, le=64)
    is_called: bool = Field(default=True, alias="USE_SAHHA_DIRECT")

    @field_validator("base_url")
    @classmethod
    def _host_only(cls, value: str) -> str:
        """Accepts the host with or without /api and /api/v1, since both are written in the wild."""
        url = web_address(value.strip())
        if url is None:
            raise ValueError("must be a web address such as https://sandbox-api.sahha.ai")
        path = url.path.rstrip("/")
        for ending in ("/v1", "/api"):
            path = path.removesuffix(ending)
        return f"{url.scheme}://{url.netloc.lower()}{path}"

    @property
    def request_delay_s(self) -> float:
        """Seconds between two requests: as set, else 0.5 against the real Sahha and 0 against this machine."""
        if self.rate_limit_delay is not None:
            return self.rate_limit_delay
        return 0.0 if self.is_local else 0.5

    @property
    def is_local(self) -> bool:
        """Whether the address is on this machine: a simulator, never the real one."""
        host = urlsplit(self.base_url).hostname or ""
        try:
            return ip_address(host).is_loopback
        except ValueError:
            return host == "localhost"

    def account(self, pace_folder: Path) -> SahhaAccount:
        """The account, for whoever may call Sahha.

        Its pace is kept in a file for each address, port and path included: what a server has taught is no other
        server's business.

        Raises:
            SettingsError: Sahha may not be called, or the credentials are not set.
        """
        if not self.is_called:
            raise SettingsError("USE_SAHHA_DIRECT: is false, so Sahha is not called; set it to true to fetch.")
        if self.base_url == DEMO_IS_OVER:
            raise SettingsError("--demo: the demo's Sahha runs only while `hos demo` does; start it and try again.")
        mark = hashlib.sha256(self.base_url.encode()).hexdigest()[:12]
        return SahhaAccount(
            base_url=self.base_url,
            client_id=_credential("SAHHA_CLIENT_ID", self.client_id),
            client_secret=_credential("SAHHA_CLIENT_SECRET", self.client_secret),
            request_delay_s=self.request_delay_s,
            max_retries=self.max_retries,
            timeout_s=self.timeout_s,
            concurrency=self.concurrency,
            pace_file=pace_folder / f"sahha-{urlsplit(self.base_url).hostname}-{mark}.pace",
        )


def _credential(name: str, value: SecretStr | None) -> str:
    if value is None:
        raise SettingsError(f"{name}: is not set; take it from the Sahha dashboard and put it into .env.")
    return value.get_secret_value()
