"""Programs that tests need and no Python package brings: found, installed where that is right, or told how to get."""

import os
import shutil
import subprocess
from collections.abc import Sequence

import pytest


def find_program(names: Sequence[str], packages: Sequence[str], how: str) -> str:
    """The path of the first of these that is there.

    Without one it is installed by root, where Debian's packages are to be had. Where that cannot be, tests are skipped
    on a laptop, and fail in CI.
    """
    found = _found(names)
    may_install = os.geteuid() == 0 and shutil.which("apt-get") is not None
    if found is None and may_install:
        # No service is started, whatever the package would start.
        surroundings = {**os.environ, "RUNLEVEL": "1", "DEBIAN_FRONTEND": "noninteractive"}
        for command in (
            ["apt-get", "update", "-qq"],
            ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages],
        ):
            subprocess.run(command, check=bool(os.environ.get("CI")), capture_output=True, env=surroundings)
        found = _found(names)
    if found is None and not os.environ.get("CI"):
        pytest.skip(how)
    assert found is not None, how
    return found


def _found(names: Sequence[str]) -> str | None:
    return next((path for name in names if (path := shutil.which(name, path=PLACES))), None)


# Debian keeps some programs where only root looks for them.
PLACES = f"{os.environ.get('PATH', os.defpath)}:/usr/sbin"
