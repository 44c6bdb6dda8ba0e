"""The file `.env`: settings that need not be in the environment."""

import os
from pathlib import Path

from dotenv import load_dotenv

from hos_pipelines.cli.value_sources import note_source
from hos_pipelines.project import own_folder
from hos_pipelines.settings.errors import SettingsError


def load_env_file() -> None:
    """Reads `.env` of the working directory, else of the checkout; what the environment says already stays.

    Raises:
        SettingsError: it cannot be read, or holds what no environment can.
    """
    for folder in (Path.cwd(), own_folder()):
        file = folder / ".env"
        if file.is_file():
            before = set(os.environ)
            try:
                load_dotenv(file)
            except UnicodeDecodeError as error:
                raise SettingsError(f"{file}: is not UTF-8 text; save it as UTF-8.") from error
            except ValueError as error:
                raise SettingsError(f"{file}: holds a NUL character; take it out.") from error
            except OSError as error:
                raise SettingsError(f"{file}: cannot be read ({error.strerror}); allow that, or delete it.") from error
            note_source(os.environ.keys() - before, str(file))
            return
