"""What a command loads before it works, in processes of their own; and that the lists of commands tell the truth."""

import json
import pkgutil
import subprocess
import sys
from importlib import import_module
from types import ModuleType

import click
import pytest

import benchmarks.commands
import hos_pipelines.cli
from hos_pipelines.cli.bench import bench
from hos_pipelines.cli.lazy import LazyGroup
from hos_pipelines.cli.main import main

DATABASE = {"psycopg", "sqlalchemy", "yoyo"}
HEAVY = DATABASE | {"aiohttp", "benchmarks", "dagster", "httpx", "numpy", "openai", "pandas", "starlette"}
COMMANDS = {f"hos_pipelines.cli.{name.replace('-', '_')}" for name in main.commands}
LOADED = """
import json, sys
sys.argv[0] = "hos"
try:
    from hos_pipelines.cli.main import main
    main()
finally:
    print(json.dumps(sorted(sys.modules)), file=sys.stderr)
"""
# What a run of a refresh does without; alembic, mako and rich are Dagster's own.
WITHOUT = {"jinja2", "matplotlib", "numpy", "openai", "pandas", "sqlparse", "starlette", "uvicorn", "yoyo"}
DEFINED = f"""
import sys
WITHOUT = {WITHOUT}
from hos_pipelines.definitions import defs
defs().resolve_all_asset_specs()
print(sorted(WITHOUT & set(sys.modules)))
"""


RUN = f"""
import sys, warnings
warnings.simplefilter("ignore")
from hos_pipelines.definitions import defs
from hos_pipelines.defs.ingestion.automation import refresh_run_config
def run(job, **config):
    return defs().resolve_job_def(job).execute_in_process(raise_on_error=False, **config).success
print(run("plan_refresh"), run("refresh_profiles", run_config=refresh_run_config(profile_ids=["nobody"])))
print(sorted({WITHOUT} & set(sys.modules)))
"""


def loaded_by(*arguments: str, exit_code: int = 0) -> set[str]:
    """The modules of a process that ran `hos` with these arguments."""
    done = subprocess.run([sys.executable, "-c", LOADED, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == exit_code, done.stderr
    modules = set(json.loads(done.stderr.splitlines()[-1]))
    assert "hos_pipelines.cli.main" in modules
    return modules


@pytest.mark.parametrize("told", ["--help", "--version", "-h"])
def test_what_only_tells_loads_no_command_and_no_settings(told: str) -> None:
    assert loaded_by(told) & (HEAVY | COMMANDS | {"pydantic"}) == set()


@pytest.mark.parametrize(("told", "exit_code"), [("--help", 0), ("dance", 2)])
def test_the_list_of_benchmarks_loads_none_of_them(told: str, exit_code: int) -> None:
    assert loaded_by("bench", told, exit_code=exit_code) & (HEAVY | COMMANDS) == {"hos_pipelines.cli.bench"}


@pytest.mark.parametrize("refused", ["", "dance", "--dance", "dance --json"])
def test_what_is_refused_at_once_loads_no_command(refused: str) -> None:
    assert loaded_by(*refused.split(), exit_code=2) & (HEAVY | COMMANDS) == set()


@pytest.mark.parametrize("command", ["status", "migrate", "rollback --yes"])
def test_what_asks_the_database_loads_nothing_else(deployed: str, command: str) -> None:
    assert loaded_by(*command.split()) & (HEAVY - DATABASE) == set()


def test_doctor_loads_what_it_asks(deployed: str) -> None:
    assert loaded_by("doctor") & (HEAVY - DATABASE) == {"aiohttp", "httpx"}


def test_dagsters_servers_are_started_without_dagster(deployed: str) -> None:
    assert loaded_by("up", "--host", "no host", exit_code=1) & (HEAVY - DATABASE) == {"httpx"}


def test_the_definitions_load_without_what_only_some_runs_need() -> None:
    done = subprocess.run([sys.executable, "-c", DEFINED], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["[]"]


@pytest.mark.usefixtures("deployment")
def test_the_runs_of_a_tick_load_nothing_that_they_do_without() -> None:
    done = subprocess.run([sys.executable, "-c", RUN], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["True False", "[]"]  # nobody of that name is enrolled


GROUPS = pytest.mark.parametrize(
    ("group", "package"), [(main, hos_pipelines.cli), (bench, benchmarks.commands)], ids=["hos", "hos bench"]
)


@GROUPS
def test_the_list_says_of_each_command_what_it_says_itself(group: LazyGroup, package: ModuleType) -> None:
    assert group.package == package.__name__
    for name, listed in group.commands.items():
        command = group.load(listed)
        assert command.name == name
        assert command.get_short_help_str(1000) == listed.get_short_help_str(1000)
        assert not command.hidden


@GROUPS
def test_every_module_that_holds_a_command_is_listed(group: LazyGroup, package: ModuleType) -> None:
    names = [module.name for module in pkgutil.iter_modules(package.__path__) if module.name != "main"]
    modules = {name: import_module(f"{package.__name__}.{name}") for name in names}
    holding = {name for name, module in modules.items() if isinstance(getattr(module, name, None), click.Command)}
    assert {name.replace("-", "_") for name in group.commands} == holding
