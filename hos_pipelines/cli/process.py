"""What a command works with: settings from the environment and `.env`, the database, Dagster's instance, the time."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg
from dotenv import load_dotenv

from hos_pipelines.adapters.database import Database
from hos_pipelines.defs.environment import read_settings
from hos_pipelines.settings import PROJECT_ROOT, Settings


def load_env_file() -> None:
    """Reads `.env` of the working directory, else of the project; what the environment says already stays."""
    for folder in (Path.cwd(), PROJECT_ROOT):
        if (folder / ".env").is_file():
            load_dotenv(folder / ".env")
            return


def open_database() -> Database:
    """The HolisticOS database of the settings."""
    return Database(read_settings)


@contextmanager
def open_instance(settings: Settings) -> Iterator[dg.DagsterInstance]:
    """Dagster's instance: the one DAGSTER_HOME names, else one under the HolisticOS home."""
    ensure_dagster_home(settings)
    with dg.DagsterInstance.get() as instance:
        yield instance


def ensure_dagster_home(settings: Settings) -> Path:
    """Points DAGSTER_HOME at a folder with the project's `dagster.yaml`, unless it is set already."""
    if "DAGSTER_HOME" not in os.environ:
        home = settings.hos_home / "dagster"
        home.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(PROJECT_ROOT / "dagster.yaml", home / "dagster.yaml")
        os.environ["DAGSTER_HOME"] = str(home)
    os.environ.setdefault("DAGSTER_EVENT_BATCH_SIZE", "1000")
    return Path(os.environ["DAGSTER_HOME"])
