"""Disks that are full until they are not: a small file system under the biomarkers, or a trigger that says so."""

import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from psycopg import sql

from hos_pipelines_tests.faults.deployment import Deployment
from hos_pipelines_tests.faults.own_server import OwnServer

SMALL, LARGE = "1500k", "64m"

SAY_FULL = """
CREATE SEQUENCE rows_taken;
CREATE FUNCTION say_full() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF nextval('rows_taken') > 3000 THEN
        RAISE EXCEPTION 'could not extend file "base/1/1": No space left on device'
            USING ERRCODE = 'disk_full', HINT = 'Check free disk space.', DETAIL = NEW.value;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER full_disk BEFORE INSERT ON biomarkers FOR EACH ROW EXECUTE FUNCTION say_full();
"""
SAY_NOTHING = "DROP FUNCTION say_full CASCADE; DROP SEQUENCE rows_taken"

FreeSpace = Callable[[], object]
FullDisk = Callable[[Deployment, OwnServer], AbstractContextManager[FreeSpace]]


@contextmanager
def file_system(deployment: Deployment, own_server: OwnServer) -> Iterator[FreeSpace]:
    """The biomarkers lie on a file system with room for some of them, until it is made larger."""
    if os.geteuid() != 0:
        pytest.skip("only root can mount a file system.")
    folder = own_server.home / "small"
    folder.mkdir()
    owner = (own_server.home / "postgres").stat()
    options = f"size={SMALL},mode=700,uid={owner.st_uid},gid={owner.st_gid}"
    if subprocess.run(["mount", "-t", "tmpfs", "-o", options, "none", folder], check=False).returncode != 0:
        pytest.skip("file systems cannot be mounted here.")
    try:
        with _biomarkers_in(deployment, folder):
            yield lambda: subprocess.run(["mount", "-o", f"remount,size={LARGE}", folder], check=True)
    finally:
        subprocess.run(["umount", folder], check=True)


@contextmanager
def trigger(deployment: Deployment, own_server: OwnServer) -> Iterator[FreeSpace]:
    """A trigger fails as a full disk does, with a value of the row in its detail, until it is disabled."""
    with deployment.session() as connection:
        connection.execute(SAY_FULL)
        yield lambda: connection.execute("ALTER TABLE biomarkers DISABLE TRIGGER full_disk")
        connection.execute(SAY_NOTHING)


@contextmanager
def _biomarkers_in(deployment: Deployment, folder: Path) -> Iterator[None]:
    with deployment.session() as connection:
        connection.execute(sql.SQL("CREATE TABLESPACE small LOCATION {}").format(str(folder)))
        connection.execute("ALTER TABLE biomarkers SET TABLESPACE small")
        try:
            yield
        finally:
            connection.execute("ALTER TABLE biomarkers SET TABLESPACE pg_default")
            connection.execute("DROP TABLESPACE small")
