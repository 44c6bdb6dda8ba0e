"""Ports and folders are tried before work starts: the refusal names option, place and, of a port, its holder."""

import errno
import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from hos_pipelines.cli.output import CommandError
from hos_pipelines.cli.places import require_file, require_folder, require_port
from hos_pipelines.postgres.embedded import join_server
from hos_pipelines.postgres.errors import EmbeddedServerError
from hos_pipelines_tests.cli.answers import rows_of
from hos_pipelines_tests.cli.conftest import Hos
from hos_pipelines_tests.ports import free_port


@pytest.fixture(params=["127.0.0.1", "::1", "0.0.0.0"])  # noqa: S104  whoever listens everywhere holds the port too
def taken(request: pytest.FixtureRequest) -> Iterator[tuple[str, int]]:
    """A port somebody listens on."""
    host = str(request.param)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as listener:
        try:
            listener.bind((host, 0))
        except OSError:
            pytest.skip(f"this machine has no {host}")
        listener.listen()
        yield host, int(listener.getsockname()[1])


def test_a_port_that_is_taken_is_named_with_its_holder(taken: tuple[str, int]) -> None:
    host, port = taken
    host = "127.0.0.1" if host == "0.0.0.0" else host  # noqa: S104  as above
    with pytest.raises(CommandError, match=rf"^--port: {host}:{port} is taken by .+ \(process {os.getpid()}\); choose"):
        require_port(host, port)


def test_a_free_port_and_whichever_is_free_are_no_trouble() -> None:
    require_port("127.0.0.1", free_port())
    require_port("127.0.0.1", 0)
    require_port("localhost", free_port())


@pytest.mark.parametrize("host", ["no host", "192.0.2.1", "x" * 64 + ".example"])
def test_a_host_that_is_not_this_machines_is_named(host: str) -> None:
    with pytest.raises(CommandError, match=f"^--host, --port: {host}:8000 cannot be used"):
        require_port(host, 8000)


@pytest.mark.parametrize("command", ["demo", "up", "gateway", "simulator", "model-simulator"])
def test_no_command_that_serves_does_anything_before_its_port_is_free(
    hos: Hos, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, command: str
) -> None:
    monkeypatch.setenv("SAHHA_WEBHOOK_SECRET", "geheim")
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        hos(command, "--port", str(listener.getsockname()[1])).refused_with("--port: 127.0.0.1:", "is taken by ")
    assert not (tmp_path / "hos-home").exists()


@pytest.mark.parametrize("command", [["demo", "--no-ui"], ["up", "--port", "{port}"], ["status"], ["report", "anna"]])
def test_a_home_that_cannot_be_one_is_named_before_anything_happens(
    hos: Hos, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, command: list[str]
) -> None:
    (tmp_path / "file").touch()
    for home in (tmp_path / "file", tmp_path / "file" / "below", Path("/proc/hos")):
        monkeypatch.setenv("HOS_HOME", str(home))
        hos(*(part.format(port=free_port()) for part in command)).refused_with(
            "HOS_HOME: ", "another folder in HOS_HOME"
        )
    assert [one.name for one in tmp_path.iterdir() if one.name != ".env"] == ["file"]


def test_a_report_that_cannot_be_written_is_refused_before_it_is_made(hos: Hos, deployed: str, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for output, reason in (
        (tmp_path / "file" / "page.html", "is a file"),
        (tmp_path, "is a folder; name a file in it."),
        (Path("/proc/hos/page.html"), "cannot be written"),
    ):
        hos("report", "nobody", "--output", str(output)).refused_with("--output: ", reason)
    hos("report", "nobody", "--output", str(tmp_path / "page.html")).refused_with("PROFILE: nobody is not enrolled")
    assert not (tmp_path / "page.html").exists()
    assert rows_of(deployed, "SELECT count(*) FROM analysis_results") == [(0,)]


@pytest.mark.parametrize("number", [errno.EROFS, errno.EACCES, errno.ENOSPC])
def test_whatever_keeps_a_folder_from_being_written_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, number: int
) -> None:
    def refuse(**_where: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(tempfile, "TemporaryFile", refuse)
    with pytest.raises(CommandError, match=rf"^HOS_HOME: {tmp_path} cannot be written \({os.strerror(number)}\); free"):
        require_folder("HOS_HOME", tmp_path)


def test_a_full_disk_is_told_before_it_is_needed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: SimpleNamespace(free=3 * 1024 * 1024))
    with pytest.raises(CommandError, match=f"^--output: {tmp_path} has 3 MB of space left; free some"):
        require_file("--output", tmp_path / "page.html")
    with pytest.raises(EmbeddedServerError, match=f"^HOS_HOME: {tmp_path} has 3 MB of space left, and a new embedded"):
        join_server(tmp_path)


@pytest.mark.parametrize("name", ["with blank", "o'neil", "$(reboot)", "a;b"])
def test_a_path_that_a_shell_would_take_apart_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(EmbeddedServerError, match="holds a blank, a quote or another sign"):
        join_server(tmp_path / name)
    assert not (tmp_path / name).exists()


def test_a_path_longer_than_a_socket_may_have_serves_all_the_same(tmp_path: Path) -> None:
    server = join_server(tmp_path / ("x" * 60) / ("ü" * 60))
    try:
        assert rows_of(server.url(), "SELECT 1") == [(1,)]
    finally:
        server.leave()
