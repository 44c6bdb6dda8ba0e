"""The package as others install it: from a wheel, into an empty environment, used in a folder without the project."""

import json
import os
import shutil
import site
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZipFile

import pytest

from hos_pipelines.project import PROJECT_ROOT
from hos_pipelines.settings.settings import SETTING_NAMES

SHIPPED_BESIDE = ("dagster.yaml", "workspace.yaml", *(f"sql/{path.name}" for path in (PROJECT_ROOT / "sql").iterdir()))
LEFT_OUT = shutil.ignore_patterns(".*", "__pycache__", "build", "dist", "docs", "*.egg-info")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel of the project, built from a copy as pip would build it."""
    folder = tmp_path_factory.mktemp("wheel")
    shutil.copytree(PROJECT_ROOT, folder / "project", symlinks=True, ignore=LEFT_OUT)
    _run(sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", str(folder), str(folder / "project"))
    [built] = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with nothing of its own but the wheel; what that depends on is read from where the tests run."""
    folder = tmp_path_factory.mktemp("environment")
    _run(sys.executable, "-m", "venv", "--without-pip", str(folder))
    interpreter = folder / "bin" / "python"
    _run(sys.executable, "-m", "pip", "--python", str(interpreter), "install", "-q", "--no-deps", str(wheel))
    [packages] = folder.glob("lib/python*/site-packages")
    # The lines of a .pth are folders; an editable install in one of them is not followed.
    (packages / "dependencies.pth").write_text("\n".join(site.getsitepackages()) + "\n")
    return interpreter


@pytest.fixture(scope="module")
def empty_folder() -> Iterator[Path]:
    """A folder whose path is short enough for a server's socket."""
    with TemporaryDirectory(prefix="hos-") as folder:
        yield Path(folder).resolve()


def _run(*command: str, cwd: Path | None = None, exit_code: int = 0) -> str:
    """What a command said on stdout, without any setting of ours."""
    ours = {*SETTING_NAMES, "DAGSTER_HOME", "PYTHONPATH"}
    environment = {name: value for name, value in os.environ.items() if name not in ours}
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == exit_code, done.stdout + done.stderr
    return done.stdout


def test_the_wheel_holds_the_package_with_its_schema_and_nothing_else(wheel: Path) -> None:
    with ZipFile(wheel) as archive:
        files = {name: archive.read(name) for name in archive.namelist() if not name.startswith("hos_pipelines-")}
    package = PROJECT_ROOT / "hos_pipelines"
    own = {str(path.relative_to(package)) for path in package.rglob("*") if path.is_file() and path.suffix != ".pyc"}
    assert set(files) == {f"hos_pipelines/{name}" for name in (*own, *SHIPPED_BESIDE)}
    for name in SHIPPED_BESIDE:
        assert files[f"hos_pipelines/{name}"] == (PROJECT_ROOT / name).read_bytes()
        assert (package / name).resolve() == PROJECT_ROOT / name


def test_what_is_installed_comes_from_the_wheel(python: Path, empty_folder: Path) -> None:
    lines = "import hos_pipelines, importlib.util as u; print(hos_pipelines.__file__, u.find_spec('benchmarks'))"
    place, found = _run(str(python), "-c", lines, cwd=empty_folder).split()
    assert Path(place).is_relative_to(python.parents[1])
    assert found == "None"


def test_an_installed_package_works_in_an_empty_folder_and_keeps_its_data_there(
    python: Path, empty_folder: Path
) -> None:
    def hos(*arguments: str, exit_code: int = 0) -> dict[str, object]:
        program = str(python.with_name("hos"))
        answer = json.loads(_run(program, *arguments, "--json", cwd=empty_folder, exit_code=exit_code).splitlines()[-1])
        assert isinstance(answer, dict)
        return answer

    steps = sorted(path.stem for path in (PROJECT_ROOT / "sql").glob("*.sql") if ".rollback" not in path.name)
    assert hos("migrate") == {"applied": steps}
    assert (empty_folder / ".hos" / "postgres").is_dir()
    demo = hos("demo", "--users", "2", "--days", "8", "--no-ui")
    assert (demo["users"], demo["partitions"], demo["failed"]) == (2, 2, 0)
    assert (empty_folder / ".hos" / "demo" / "dagster" / "dagster.yaml").read_bytes() == (
        PROJECT_ROOT / "dagster.yaml"
    ).read_bytes()
    (empty_folder / ".env").write_text("HOS_BATCH_SIZE=none\n")
    assert str(hos("status", exit_code=1)["error"]).startswith("HOS_BATCH_SIZE: ")
    assert hos("bench", "tick", exit_code=1) == {
        "error": "bench tick: needs benchmarks/, which are not installed; clone the project and call it there."
    }


def test_dagster_loads_the_definitions_of_an_installed_package(python: Path, empty_folder: Path) -> None:
    command = ("-m", "dagster", "definitions", "validate", "-m", "hos_pipelines.definitions")
    _run(str(python), *command, cwd=empty_folder)
