"""Where the tables are, and where Dagster keeps its own. Which of several places is meant is found out in `stages`."""

from pydantic import Field, SecretStr, field_validator

from hos_pipelines.postgres.address import check_address, check_schema
from hos_pipelines.settings.part import SettingsPart


class DatabaseSettings(SettingsPart):
    """Addresses as libpq reads them; both may hold a password."""

    url: SecretStr | None = Field(default=None, alias="HOS_DATABASE_URL")
    dagster_url: SecretStr | None = Field(default=None, alias="HOS_DAGSTER_DATABASE_URL")
    schema_name: str | None = Field(default=None, alias="HOS_SCHEMA")

    @field_validator("url", "dagster_url")
    @classmethod
    def _postgres_address(cls, value: SecretStr) -> SecretStr:
        return SecretStr(check_address(value.get_secret_value()))

    @field_validator("schema_name")
    @classmethod
    def _schema(cls, value: str) -> str:
        return check_schema(value.strip())
