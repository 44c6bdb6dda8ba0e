"""Ports to listen on and places to write to, tried before work starts; a refusal names the option and the remedy."""

import errno
import os
import shutil
import socket
import tempfile
from pathlib import Path

import psutil

from hos_pipelines.cli.output import CommandError
from hos_pipelines.private_files import private_folder

NEEDED_MB = 16
MB = 1024 * 1024


def require_port(host: str, port: int) -> None:
    """Whether a server could listen there; port 0 is whichever is free.

    Raises:
        CommandError: it could not; names who has the port, where that can be told.
    """
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            probe.listen()
    except (OSError, OverflowError, UnicodeError) as error:
        if getattr(error, "errno", None) == errno.EADDRINUSE:
            raise CommandError(
                f"--port: {host}:{port} is taken{_holder(port)}; choose another port with --port, or end that."
            ) from error
        reason = getattr(error, "strerror", None) or error
        raise CommandError(
            f"--host, --port: {host}:{port} cannot be used ({reason}); choose another with --host or --port."
        ) from error


def require_folder(name: str, folder: Path) -> Path:
    """A folder that can be written to, made where it is missing; `name` is the option or setting that names it.

    Raises:
        CommandError: it cannot.
    """
    try:
        private_folder(folder)
        with tempfile.TemporaryFile(dir=folder):
            pass
        free_mb = shutil.disk_usage(folder).free // MB
    except (OSError, ValueError) as error:
        raise CommandError(
            f"{name}: {folder} cannot be written ({_reason(error, folder)}); free it, or name another folder in {name}."
        ) from error
    if free_mb < NEEDED_MB:
        raise CommandError(f"{name}: {folder} has {free_mb} MB of space left; free some, or name another in {name}.")
    return folder


def require_file(name: str, file: Path) -> Path:
    """A file that can be written; what it holds stays for now.

    Raises:
        CommandError: it cannot.
    """
    if file.is_dir():
        raise CommandError(f"{name}: {file} is a folder; name a file in it.")
    require_folder(name, file.parent)
    if file.exists() and not os.access(file, os.W_OK):
        raise CommandError(f"{name}: {file} may not be written; name another file.")
    return file


def _reason(error: OSError | ValueError, folder: Path) -> str:
    in_the_way = next((one for one in (folder, *folder.parents) if one.exists() and not one.is_dir()), None)
    if in_the_way is not None:
        return f"{in_the_way} is a file"
    return getattr(error, "strerror", None) or str(error)


def _holder(port: int) -> str:
    """Who listens there, where this user may know."""
    try:
        listening = [one for one in psutil.net_connections("tcp") if one.status == psutil.CONN_LISTEN]
        [pid, *_] = [one.pid for one in listening if one.laddr and one.laddr.port == port and one.pid]
        return f" by {psutil.Process(pid).name()} (process {pid})"
    except (psutil.Error, ValueError):
        return ""
