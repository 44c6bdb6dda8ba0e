"""The folder Dagster's processes are configured in; imports no Dagster."""

import os
from importlib.resources import files
from pathlib import Path

from hos_pipelines.cli.database import require_dagster_database
from hos_pipelines.cli.places import require_folder
from hos_pipelines.private_files import private_folder
from hos_pipelines.settings.errors import SettingsError
from hos_pipelines.settings.settings import Settings


def ensure_dagster_home(settings: Settings) -> Path:
    """Points DAGSTER_HOME at a folder with the project's `dagster.yaml`, unless it is set already.

    Raises:
        SettingsError: it is set to something that is no folder.
        DatabaseError: Dagster's database cannot be reached.
    """
    named = os.environ.get("DAGSTER_HOME")
    if named and not (Path(named).is_absolute() and Path(named).is_dir()):
        raise SettingsError(f"DAGSTER_HOME: {named} is no absolute path of a folder; create it, or unset it.")
    if not named:
        require_dagster_database(settings)
        require_folder("HOS_HOME", settings.house.home)
        home = private_folder(settings.house.home / "dagster")
        (home / "dagster.yaml").write_bytes((files("hos_pipelines") / "dagster.yaml").read_bytes())
        os.environ["DAGSTER_HOME"] = str(home)
    return Path(os.environ["DAGSTER_HOME"])
