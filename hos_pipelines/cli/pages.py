"""Pages that commands write: health data, readable by its owner alone from the first byte on."""

import os
from pathlib import Path

from hos_pipelines.cli.output import CommandError
from hos_pipelines.private_files import private_folder


def write_page(option: str, file: Path, html: str) -> None:
    """Writes a page in place of what is there.

    Raises:
        CommandError: the file cannot be written.
    """
    try:
        private_folder(file.parent)
        file.unlink(missing_ok=True)
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as page:
            page.write(html)
    except OSError as error:
        raise CommandError(
            f"{option}: {file} cannot be written ({error.strerror}); name a file in a folder you may write to."
        ) from error
