"""Every setting the project reads, parsed and checked. Reads a mapping that is handed in, never the environment."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import SplitResult, urlsplit

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
)

from hos_pipelines.domain.plain_numbers import plain_number, plain_whole
from hos_pipelines.domain.retention import KeepRules
from hos_pipelines.domain.sync import SyncRules
from hos_pipelines.domain.tolerance import Tolerance
from hos_pipelines.domain.work_week import WorkWeek, free_weekdays_of, parse_country
from hos_pipelines.postgres.address import check_address, check_schema
from hos_pipelines.project import own_folder
from hos_pipelines.settings_error import SettingsError

SANDBOX = "https://sandbox-api.sahha.ai"
# The address of a demo's Sahha that has ended with its demo; no name under .invalid is ever given to anybody.
DEMO_IS_OVER = "http://demo-is-over.invalid"
NO_KEY = "OPENAI_API_KEY is not set: the analyses are written by rules."


def _blank_to_none(value: object) -> object:
    return None if isinstance(value, str) and not value.strip() else value


def _whole(value: object) -> object:
    return plain_whole(value) if isinstance(value, str) else value


def _number(value: object) -> object:
    return plain_number(value) if isinstance(value, str) else value


def _instant(value: object) -> object:
    """Only ISO: a bare number would be taken for seconds since 1970."""
    if not isinstance(value, str):
        return value
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        raise ValueError("must be an ISO instant such as 2026-11-01T12:00:00Z") from None


Optional = BeforeValidator(_blank_to_none)
Whole = Annotated[int, BeforeValidator(_whole)]
Number = Annotated[float, BeforeValidator(_number)]
Instant = BeforeValidator(_instant)


def _split(address: str) -> SplitResult | None:
    """The parts of an address; None where its host or port is none. Never says why, since that would quote it."""
    try:
        url = urlsplit(address)
        return None if any(map(str.isspace, url.netloc)) or url.port == 0 else url
    except ValueError:
        return None


class Settings(BaseModel):
    """The settings of one process, by the names of their environment variables in lower case."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    sahha_api_base_url: Annotated[str, Optional] = Field(default=SANDBOX, alias="SAHHA_API_BASE_URL")
    sahha_client_id: Annotated[str | None, Optional] = Field(default=None, alias="SAHHA_CLIENT_ID")
    sahha_client_secret: Annotated[SecretStr | None, Optional] = Field(default=None, alias="SAHHA_CLIENT_SECRET")
    sahha_rate_limit_delay: Annotated[Number | None, Optional] = Field(
        default=None, alias="SAHHA_RATE_LIMIT_DELAY", ge=0, le=60, allow_inf_nan=False
    )
    sahha_max_retries: Whole = Field(default=3, alias="SAHHA_MAX_RETRIES", ge=0, le=10)
    sahha_request_timeout: Number = Field(default=30, alias="SAHHA_REQUEST_TIMEOUT", gt=0, le=600, allow_inf_nan=False)
    sahha_concurrency: Whole = Field(default=8, alias="SAHHA_CONCURRENCY", ge=1, le=64)
    use_sahha_direct: bool = Field(default=True, alias="USE_SAHHA_DIRECT")
    hos_home: Path = Field(default_factory=lambda: own_folder() / ".hos", alias="HOS_HOME")
    # Both may hold a password.
    hos_database_url: Annotated[str | None, Optional] = Field(default=None, alias="HOS_DATABASE_URL", repr=False)
    hos_dagster_database_url: Annotated[str | None, Optional] = Field(
        default=None, alias="HOS_DAGSTER_DATABASE_URL", repr=False
    )
    hos_schema: Annotated[str | None, Optional] = Field(default=None, alias="HOS_SCHEMA")
    hos_command: Annotated[str | None, Optional] = Field(default=None, alias="HOS_COMMAND", max_length=1000)
    hos_batch_size: Whole = Field(default=1000, alias="HOS_BATCH_SIZE", ge=1, le=25_000)
    hos_first_sync_days: Whole = Field(default=7, alias="HOS_FIRST_SYNC_DAYS", ge=1, le=30)
    hos_overlap_days: Whole = Field(default=3, alias="HOS_OVERLAP_DAYS", ge=0, le=30)
    hos_overlap_after_connect_days: Whole = Field(default=14, alias="HOS_OVERLAP_AFTER_CONNECT_DAYS", ge=0, le=60)
    hos_full_sweep_hours: Whole = Field(default=24, alias="HOS_FULL_SWEEP_HOURS", ge=1, le=720)
    hos_lease_minutes: Whole = Field(default=30, alias="HOS_LEASE_MINUTES", ge=5, le=1440)
    hos_failed_percent: Number = Field(default=5, alias="HOS_FAILED_PERCENT", ge=0, le=100, allow_inf_nan=False)
    hos_failed_profiles: Whole = Field(default=3, alias="HOS_FAILED_PROFILES", ge=1, le=1_000_000)
    hos_country: Annotated[str | None, Optional] = Field(default=None, alias="HOS_COUNTRY")
    hos_free_days: Annotated[str | None, Optional] = Field(default=None, alias="HOS_FREE_DAYS")
    hos_pictures_in_events: bool = Field(default=False, alias="HOS_PICTURES_IN_EVENTS")
    hos_keep_readings_days: Whole = Field(default=400, alias="HOS_KEEP_READINGS_DAYS", ge=35, le=36_500)
    hos_keep_webhooks_days: Whole = Field(default=14, alias="HOS_KEEP_WEBHOOKS_DAYS", ge=1, le=36_500)
    hos_keep_quarantine_days: Whole = Field(default=90, alias="HOS_KEEP_QUARANTINE_DAYS", ge=1, le=36_500)
    hos_keep_ticks_days: Whole = Field(default=30, alias="HOS_KEEP_TICKS_DAYS", ge=1, le=36_500)
    hos_keep_results_days: Whole = Field(default=90, alias="HOS_KEEP_RESULTS_DAYS", ge=1, le=36_500)
    sahha_webhook_secret: Annotated[SecretStr | None, Optional] = Field(default=None, alias="SAHHA_WEBHOOK_SECRET")
    openai_api_key: Annotated[SecretStr | None, Optional] = Field(default=None, alias="OPENAI_API_KEY")
    openai_base_url: Annotated[str | None, Optional] = Field(default=None, alias="OPENAI_BASE_URL")
    hos_engine: Annotated[Literal["rules", "openai"] | None, Optional] = Field(default=None, alias="HOS_ENGINE")
    hos_openai_model: str = Field(default="gpt-5-mini", alias="HOS_OPENAI_MODEL", min_length=1, max_length=200)
    hos_openai_api: Literal["auto", "responses", "chat_completions"] = Field(default="auto", alias="HOS_OPENAI_API")
    hos_openai_timeout: Number = Field(default=60, alias="HOS_OPENAI_TIMEOUT", gt=0, le=600, allow_inf_nan=False)
    hos_openai_max_retries: Whole = Field(default=2, alias="HOS_OPENAI_MAX_RETRIES", ge=0, le=10)
    hos_openai_concurrency: Whole = Field(default=4, alias="HOS_OPENAI_CONCURRENCY", ge=1, le=64)
    hos_openai_requests_per_minute: Whole = Field(default=300, alias="HOS_OPENAI_REQUESTS_PER_MINUTE", ge=1, le=100_000)
    hos_openai_max_output_tokens: Whole = Field(default=6000, alias="HOS_OPENAI_MAX_OUTPUT_TOKENS", ge=100, le=100_000)
    hos_openai_prices: Annotated[Path | None, Optional] = Field(default=None, alias="HOS_OPENAI_PRICES")
    hos_openai_run_tokens: Whole = Field(default=5_000_000, alias="HOS_OPENAI_RUN_TOKENS", ge=0)
    hos_openai_run_usd: Number = Field(default=5, alias="HOS_OPENAI_RUN_USD", ge=0, allow_inf_nan=False)
    hos_openai_day_tokens: Whole = Field(default=20_000_000, alias="HOS_OPENAI_DAY_TOKENS", ge=0)
    hos_openai_day_usd: Number = Field(default=20, alias="HOS_OPENAI_DAY_USD", ge=0, allow_inf_nan=False)
    hos_virtual_now: Annotated[datetime | None, BeforeValidator(_instant), Optional] = Field(
        default=None, alias="HOS_VIRTUAL_NOW"
    )

    @classmethod
    def from_mapping(cls, values: Mapping[str, str]) -> Self:
        """The settings of an environment.

        Raises:
            SettingsError: a value cannot be used; the text names the variable, never a secret value.
        """
        present = {name: value for name, value in values.items() if name in SETTING_NAMES and value.strip()}
        try:
            return cls.model_validate(present)
        except ValidationError as error:
            first = error.errors(include_input=False, include_url=False)[0]
            reason = first["msg"].removeprefix("Value error, ")
            raise SettingsError(f"{first['loc'][0]}: {reason}; see .env.example for what it takes.") from None

    @field_validator("sahha_api_base_url")
    @classmethod
    def _host_only(cls, value: str) -> str:
        """Accepts the host with or without /api and /api/v1, since both are written in the wild."""
        url = _split(value.strip())
        if (
            url is None
            or url.scheme not in ("http", "https")
            or not url.hostname
            or url.query
            or url.fragment
            or url.username
        ):
            raise ValueError("must be a web address such as https://sandbox-api.sahha.ai")
        path = url.path.rstrip("/")
        for ending in ("/v1", "/api"):
            path = path.removesuffix(ending)
        return f"{url.scheme}://{url.netloc.lower()}{path}"

    @field_validator("openai_base_url")
    @classmethod
    def _model_address(cls, value: str | None) -> str | None:
        if value is None:
            return None
        url = _split(value.strip())
        if url is None or url.scheme not in ("http", "https") or not url.hostname or url.query or url.username:
            raise ValueError("must be a web address such as http://127.0.0.1:8125/v1, without a key in it")
        return value.strip().rstrip("/")

    @field_validator("hos_command")
    @classmethod
    def _printable(cls, value: str | None) -> str | None:
        if value is not None and not value.isprintable():
            raise ValueError("must be one line, such as: docker compose exec app hos")
        return value

    @field_validator("openai_api_key")
    @classmethod
    def _one_line(cls, value: SecretStr | None) -> SecretStr | None:
        """What goes into a header must be printable, or the error of sending it would quote it."""
        if value is not None and not (value.get_secret_value().isascii() and value.get_secret_value().isprintable()):
            raise ValueError("must be one line of printable ASCII characters")
        return value

    @field_validator("hos_database_url", "hos_dagster_database_url")
    @classmethod
    def _postgres_address(cls, value: str | None) -> str | None:
        return None if value is None else check_address(value)

    @field_validator("hos_schema")
    @classmethod
    def _schema(cls, value: str | None) -> str | None:
        return None if value is None else check_schema(value.strip())

    @field_validator("hos_keep_readings_days")
    @classmethod
    def _more_than_is_pulled_again(cls, value: int, others: ValidationInfo) -> int:
        """What every pull reads again must not be deleted in between."""
        if value <= others.data.get("hos_overlap_after_connect_days", 0):
            raise ValueError("must be more than HOS_OVERLAP_AFTER_CONNECT_DAYS")
        return value

    @field_validator("hos_country")
    @classmethod
    def _country(cls, value: str | None) -> str | None:
        return None if value is None else parse_country(value)

    @field_validator("hos_free_days")
    @classmethod
    def _weekdays(cls, value: str | None) -> str | None:
        if value is not None:
            free_weekdays_of(value)
        return value

    @field_validator("hos_virtual_now")
    @classmethod
    def _aware(cls, value: datetime | None) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("must carry a UTC offset, such as 2026-11-01T12:00:00Z")
        return value

    @field_validator("hos_home")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value.expanduser().resolve()

    @property
    def sync_rules(self) -> SyncRules:
        """How far back pulls reach and how often everyone is pulled."""
        return SyncRules(
            first_sync=timedelta(days=self.hos_first_sync_days),
            overlap_after_connect=timedelta(days=self.hos_overlap_after_connect_days),
            overlap=timedelta(days=self.hos_overlap_days),
            full_sweep=timedelta(hours=self.hos_full_sweep_hours),
        )

    @property
    def tolerance(self) -> Tolerance:
        """How many people may fail in a run before it fails."""
        return Tolerance(self.hos_failed_percent / 100, self.hos_failed_profiles)

    @property
    def keep_rules(self) -> KeepRules:
        """How long data is kept."""
        return KeepRules(
            readings=timedelta(days=self.hos_keep_readings_days),
            webhooks=timedelta(days=self.hos_keep_webhooks_days),
            quarantine=timedelta(days=self.hos_keep_quarantine_days),
            ticks=timedelta(days=self.hos_keep_ticks_days),
            results=timedelta(days=self.hos_keep_results_days),
        )

    @property
    def work_week(self) -> WorkWeek:
        """The free weekdays where they are named, else those of Saturday and Sunday; holidays are the country's."""
        return WorkWeek() if self.hos_free_days is None else WorkWeek(free_weekdays_of(self.hos_free_days))

    @property
    def engine(self) -> Literal["rules", "openai"]:
        """Who writes analyses: as set, else `openai` where there is a key."""
        return self.hos_engine or ("rules" if self.openai_api_key is None else "openai")

    def engine_notice(self, engine: str | None = None) -> str | None:
        """Why the rules write although `openai` was asked for, or would be with a key; None where nothing is to say."""
        is_wanted = (engine or self.hos_engine or "openai") == "openai"
        return NO_KEY if is_wanted and self.openai_api_key is None else None

    @property
    def request_delay_s(self) -> float:
        """Seconds between two requests: as set, else 0.5 against the real Sahha and 0 against this machine."""
        if self.sahha_rate_limit_delay is not None:
            return self.sahha_rate_limit_delay
        return 0.0 if self.sahha_is_local else 0.5

    @property
    def sahha_is_local(self) -> bool:
        """Whether the Sahha address is on this machine: a simulator, never the real one."""
        host = urlsplit(self.sahha_api_base_url).hostname or ""
        try:
            return ip_address(host).is_loopback
        except ValueError:
            return host == "localhost"

    def credentials(self) -> tuple[str, str]:
        """Client id and secret of the Sahha account.

        Raises:
            SettingsError: one of them is not set.
        """
        if self.sahha_client_id is None:
            raise SettingsError("SAHHA_CLIENT_ID: is not set; take it from the Sahha dashboard and put it into .env.")
        if self.sahha_client_secret is None:
            raise SettingsError(
                "SAHHA_CLIENT_SECRET: is not set; take it from the Sahha dashboard and put it into .env."
            )
        return self.sahha_client_id, self.sahha_client_secret.get_secret_value()


SETTING_NAMES = {info.alias for info in Settings.model_fields.values() if info.alias}
