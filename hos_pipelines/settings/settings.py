"""All parts together, read from a mapping that is handed in, never from the environment."""

from collections.abc import Mapping
from typing import Self

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from hos_pipelines.sahha.account import SahhaAccount
from hos_pipelines.settings.analysis import AnalysisSettings
from hos_pipelines.settings.database import DatabaseSettings
from hos_pipelines.settings.errors import SettingsError
from hos_pipelines.settings.gateway import GatewaySettings
from hos_pipelines.settings.house import HouseSettings
from hos_pipelines.settings.keep import KeepSettings
from hos_pipelines.settings.model import ModelSettings
from hos_pipelines.settings.sahha import SahhaSettings
from hos_pipelines.settings.sync import SyncSettings


class Settings(BaseModel):
    """The settings of one process."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    sahha: SahhaSettings
    database: DatabaseSettings
    sync: SyncSettings
    keep: KeepSettings
    analysis: AnalysisSettings
    model: ModelSettings
    gateway: GatewaySettings
    house: HouseSettings

    @classmethod
    def from_mapping(cls, values: Mapping[str, str]) -> Self:
        """The settings of an environment; what is empty is not set.

        Raises:
            SettingsError: a value cannot be used; the text names the variable, never a secret value.
        """
        present = {name: value for name, value in values.items() if name in SETTING_NAMES and value.strip()}
        try:
            return cls.model_validate(dict.fromkeys(cls.model_fields, present))
        except ValidationError as error:
            first = error.errors(include_input=False, include_url=False)[0]
            named = [str(name) for name in first["loc"][1:2]]
            reason = ": ".join([*named, first["msg"].removeprefix("Value error, ")])
            raise SettingsError(f"{reason}; see .env.example for what it takes.") from None

    @model_validator(mode="after")
    def _keeps_more_than_is_pulled_again(self) -> Self:
        """What every pull reads again must not be deleted in between."""
        if self.keep.readings_days <= self.sync.overlap_after_connect_days:
            raise ValueError("HOS_KEEP_READINGS_DAYS: must be more than HOS_OVERLAP_AFTER_CONNECT_DAYS")
        return self

    def sahha_account(self) -> SahhaAccount:
        """The Sahha account, with its pace kept at home.

        Raises:
            SettingsError: Sahha may not be called, or the credentials are not set.
        """
        return self.sahha.account(self.house.home)


PARTS = {name: info.annotation for name, info in Settings.model_fields.items() if info.annotation is not None}
# A dict keeps their order, and finds one among all the variables there are.
SETTING_NAMES = dict.fromkeys(
    info.alias for part in PARTS.values() for info in part.model_fields.values() if info.alias
).keys()
