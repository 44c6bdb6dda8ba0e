"""The checks that hold the house: style, types and the direction of imports, run as a developer would."""

import ast
import re
import subprocess
import sys
import tomllib
from collections import defaultdict
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from hos_pipelines.project import PROJECT_ROOT
from hos_pipelines.settings.settings import SETTING_NAMES

BIN = Path(sys.executable).parent
LONGEST_FILE = 400  # lines
LATE_IMPORTS = {"stages/on_demand.py"}
LATE_IMPORTS_BY_NAME = {"cli/lazy.py"}


@pytest.mark.parametrize(
    "command",
    [
        ["ruff", "check", "."],
        ["ruff", "format", "--check", "."],
        ["mypy"],
        ["lint-imports"],
        ["dagster", "definitions", "validate", "-w", "workspace.yaml"],
        ["dg", "check", "defs"],
    ],
    ids=" ".join,
)
def test_the_house_passes(command: list[str]) -> None:
    done = subprocess.run(
        [BIN / command[0], *command[1:]], cwd=PROJECT_ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_env_example_lists_every_setting_and_nothing_else() -> None:
    lines = (PROJECT_ROOT / ".env.example").read_text().splitlines()
    listed = {line.lstrip("# ").partition("=")[0] for line in lines if "=" in line}
    assert listed == SETTING_NAMES


def test_the_readme_lines_install_what_the_project_stands_on_and_only_tests_need_pytest() -> None:
    project = tomllib.loads((PROJECT_ROOT / "pyproject.toml").read_text())["project"]
    shipped, dev = (
        {re.split(r"[^\w-]", line)[0] for line in lines}
        for lines in (project["dependencies"], project["optional-dependencies"]["dev"])
    )
    assert shipped >= {"dagster", "dagster-webserver", "dagster-postgres", "httpx", "pandas", "openai", "sqlalchemy"}
    assert "pydantic" in shipped
    assert "pytest" in dev - shipped
    readme = (PROJECT_ROOT / "README.md").read_text()
    assert readme.count("pip install -q -c constraints.txt -e '.[dev]' && ") == 2


def test_every_dependency_is_pinned() -> None:
    """What the project and its extras need, through all that those need; whatever else is installed beside them."""
    constraints = (PROJECT_ROOT / "constraints.txt").read_text().splitlines()
    pinned = {canonicalize_name(line.partition("==")[0]) for line in constraints if "==" in line}
    needed = dependencies_of(tomllib.loads((PROJECT_ROOT / "pyproject.toml").read_text())["project"])
    assert needed - {"setuptools"} <= pinned


def dependencies_of(project: dict[str, Any]) -> set[str]:
    """Names of all that is needed on this platform, as far as it is installed."""
    installed = {canonicalize_name(one.name): one.requires or [] for one in metadata.distributions()}
    groups = [project["dependencies"], *project["optional-dependencies"].values()]
    waiting = [(Requirement(line), "") for group in groups for line in group]
    seen: set[tuple[str, str]] = set()
    while waiting:
        required, extra = waiting.pop()
        name = canonicalize_name(required.name)
        if name not in installed or (required.marker and not required.marker.evaluate({"extra": extra})):
            continue
        for wanted in {"", *required.extras}:
            if (name, wanted) not in seen:
                seen.add((name, wanted))
                waiting += [(Requirement(line), wanted) for line in installed[name]]
    return {name for name, _ in seen}


LOWER_ROOMS = ("domain", "sahha", "postgres", "analyst", "report", "settings", "adapters", "stages")


def sources_of_lower_rooms() -> dict[Path, str]:
    paths = [path for room in LOWER_ROOMS for path in (PROJECT_ROOT / "hos_pipelines" / room).rglob("*.py")]
    return {path.relative_to(PROJECT_ROOT / "hos_pipelines"): path.read_text() for path in paths}


def test_nothing_below_the_definitions_reads_the_clock() -> None:
    sources = sources_of_lower_rooms()
    assert [path for path, text in sources.items() if "datetime.now(" in text or "time.time(" in text] == []


def test_nothing_below_the_definitions_reads_the_environment_but_what_dagster_builds_before_they_load() -> None:
    reading = {path for path, text in sources_of_lower_rooms().items() if "environ" in text and "import os" in text}
    assert reading == {Path("adapters/instance/storage.py")}


def test_every_class_name_exists_once() -> None:
    places = defaultdict(list)
    for path in sorted((PROJECT_ROOT / "hos_pipelines").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ClassDef):
                places[node.name.strip("_")].append(f"{path.relative_to(PROJECT_ROOT)}:{node.lineno}")
    assert {name: found for name, found in places.items() if len(found) > 1} == {}


def test_no_file_is_longer_than_400_lines() -> None:
    lengths = {
        str(path.relative_to(PROJECT_ROOT)): len(path.read_text().splitlines())
        for path in (PROJECT_ROOT / "hos_pipelines").rglob("*.py")
    }
    assert {path: lines for path, lines in lengths.items() if lines > LONGEST_FILE} == {}


def test_what_is_imported_late_is_imported_in_one_place() -> None:
    texts = {
        str(path.relative_to(PROJECT_ROOT / "hos_pipelines")): path.read_text()
        for path in (PROJECT_ROOT / "hos_pipelines").rglob("*.py")
    }
    assert {path for path, text in texts.items() if "PLC0415" in text} == LATE_IMPORTS
    assert {path for path, text in texts.items() if "import_module(" in text} == LATE_IMPORTS_BY_NAME
