"""Who writes the analyses: the rules or a model, how the model is spoken to, and what it may cost."""

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, field_validator

from hos_pipelines.analyst.account import ModelAccount
from hos_pipelines.settings.part import Number, SettingsPart, Whole, web_address

NO_KEY = "OPENAI_API_KEY is not set: the analyses are written by rules."

Engine = Literal["rules", "openai"]


class ModelSettings(SettingsPart):
    """What the analyst room takes, as an account where there is a key."""

    chosen_engine: Engine | None = Field(default=None, alias="HOS_ENGINE")
    api_key: SecretStr | None = Field(default=None, alias="OPENAI_API_KEY")
    base_url: str | None = Field(default=None, alias="OPENAI_BASE_URL")
    name: str = Field(default="gpt-5-mini", alias="HOS_OPENAI_MODEL", min_length=1, max_length=200)
    api: Literal["auto", "responses", "chat_completions"] = Field(default="auto", alias="HOS_OPENAI_API")
    timeout_s: Number = Field(default=60, alias="HOS_OPENAI_TIMEOUT", gt=0, le=600, allow_inf_nan=False)
    max_retries: Whole = Field(default=2, alias="HOS_OPENAI_MAX_RETRIES", ge=0, le=10)
    concurrency: Whole = Field(default=4, alias="HOS_OPENAI_CONCURRENCY", ge=1, le=64)
    requests_per_minute: Whole = Field(default=300, alias="HOS_OPENAI_REQUESTS_PER_MINUTE", ge=1, le=100_000)
    max_output_tokens: Whole = Field(default=6000, alias="HOS_OPENAI_MAX_OUTPUT_TOKENS", ge=100, le=100_000)
    prices: Path | None = Field(default=None, alias="HOS_OPENAI_PRICES")
    run_tokens: Whole = Field(default=5_000_000, alias="HOS_OPENAI_RUN_TOKENS", ge=0)
    run_usd: Number = Field(default=5, alias="HOS_OPENAI_RUN_USD", ge=0, allow_inf_nan=False)
    day_tokens: Whole = Field(default=20_000_000, alias="HOS_OPENAI_DAY_TOKENS", ge=0)
    day_usd: Number = Field(default=20, alias="HOS_OPENAI_DAY_USD", ge=0, allow_inf_nan=False)

    @field_validator("api_key")
    @classmethod
    def _one_line(cls, value: SecretStr) -> SecretStr:
        """What goes into a header must be printable, or the error of sending it would quote it."""
        if not (value.get_secret_value().isascii() and value.get_secret_value().isprintable()):
            raise ValueError("must be one line of printable ASCII characters")
        return value

    @field_validator("base_url")
    @classmethod
    def _without_a_key(cls, value: str) -> str:
        if web_address(value.strip()) is None:
            raise ValueError("must be a web address such as http://127.0.0.1:8125/v1, without a key in it")
        return value.strip().rstrip("/")

    @property
    def engine(self) -> Engine:
        """Who writes analyses: as set, else the rules; a key alone chooses nothing."""
        return self.chosen_engine or "rules"

    def notice(self, engine: str | None = None) -> str | None:
        """Why the rules write although `openai` was asked for; None where nothing is to say."""
        return NO_KEY if (engine or self.engine) == "openai" and self.api_key is None else None

    @property
    def account(self) -> ModelAccount | None:
        """How the model is spoken to; None without a key."""
        if self.api_key is None:
            return None
        return ModelAccount(
            model=self.name,
            api_key=self.api_key.get_secret_value(),
            base_url=self.base_url,
            api=self.api,
            timeout_s=self.timeout_s,
            max_retries=self.max_retries,
            concurrency=self.concurrency,
            requests_per_minute=self.requests_per_minute,
            most_output_tokens=self.max_output_tokens,
            price_list=self.prices,
            run_tokens=self.run_tokens,
            run_usd=self.run_usd,
            day_tokens=self.day_tokens,
            day_usd=self.day_usd,
        )
