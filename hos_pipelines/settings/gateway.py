"""What the door for Sahha's webhooks takes."""

from pydantic import Field, SecretStr

from hos_pipelines.settings.part import SettingsPart


class GatewaySettings(SettingsPart):
    """Without the secret every webhook is refused."""

    webhook_secret: SecretStr | None = Field(default=None, alias="SAHHA_WEBHOOK_SECRET")
