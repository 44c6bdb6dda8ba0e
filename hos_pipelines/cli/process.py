"""What a command works with: settings from the environment and `.env`, the database, Dagster's instance, the time."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg
from dagster_postgres.utils import DagsterPostgresException
from dotenv import load_dotenv
from sqlalchemy.exc import SQLAlchemyError

from hos_pipelines.adapters.database import Database, dagster_database_url
from hos_pipelines.cli.output import CommandError
from hos_pipelines.environment import read_settings
from hos_pipelines.postgres.connection import connect, describe
from hos_pipelines.postgres.errors import DatabaseError
from hos_pipelines.settings import PROJECT_ROOT, Settings, SettingsError


def load_env_file() -> None:
    """Reads `.env` of the working directory, else of the project; what the environment says already stays.

    Raises:
        SettingsError: it is no UTF-8 text.
    """
    for folder in (Path.cwd(), PROJECT_ROOT):
        if (folder / ".env").is_file():
            try:
                load_dotenv(folder / ".env")
            except UnicodeDecodeError as error:
                raise SettingsError(f"{folder / '.env'}: is not UTF-8 text; save it as UTF-8.") from error
            return


def open_database() -> Database:
    """The HolisticOS database of the settings."""
    return Database(read_settings)


@contextmanager
def open_instance(settings: Settings) -> Iterator[dg.DagsterInstance]:
    """Dagster's instance: the one DAGSTER_HOME names, else one under the HolisticOS home.

    Raises:
        CommandError: its database cannot be used.
    """
    ensure_dagster_home(settings)
    try:
        opened = dg.DagsterInstance.get()
    except (DagsterPostgresException, SQLAlchemyError) as error:
        raise CommandError(
            "HOS_DAGSTER_DATABASE_URL: Dagster's database cannot be used; correct the address, or unset it. "
            "`hos doctor` says more."
        ) from error
    with opened as instance:
        yield instance


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
        home = settings.hos_home / "dagster"
        home.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(PROJECT_ROOT / "dagster.yaml", home / "dagster.yaml")
        os.environ["DAGSTER_HOME"] = str(home)
    return Path(os.environ["DAGSTER_HOME"])


def require_dagster_database(settings: Settings) -> str:
    """The address of Dagster's own database, without password.

    Raises:
        DatabaseError: it cannot be reached.
    """
    url = dagster_database_url(settings).replace("+psycopg2", "", 1)
    try:
        with connect(url):
            return describe(url)
    except DatabaseError as error:
        raise DatabaseError(str(error).replace("HOS_DATABASE_URL", "HOS_DAGSTER_DATABASE_URL", 1)) from None
