"""Commands that sentences and metadata point to are taken from them as they stand and run in a shell."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from hos_pipelines.pointers import command, pointer, with_program
from hos_pipelines_tests.cli.answers import Answer
from hos_pipelines_tests.cli.conftest import Hos
from hos_pipelines_tests.cli.processes import HOS, run_hos

POINTED = re.compile(r"`([^`]+)`")


def pasted(text: str, folder: Path, **environment: str) -> Answer:
    """The one command between backticks, run by a shell."""
    [line] = POINTED.findall(text)
    done = subprocess.run(
        ["sh", "-c", line], cwd=folder, env=os.environ | environment, capture_output=True, text=True, check=False
    )
    return Answer(done.returncode, done.stdout, done.stderr)


@pytest.mark.parametrize(
    ("operands", "options", "line"),
    [
        (["anna"], [], "hos enroll anna"),
        (["an na", "b'e"], [], """hos enroll 'an na' 'b'"'"'e'"""),
        (["-x"], ["--open"], "hos enroll --open -- -x"),
        ([""], [], "hos enroll ''"),
    ],
)
def test_a_command_is_quoted_for_a_shell(operands: list[str], options: list[str], line: str) -> None:
    assert command("enroll", *operands, options=options) == line
    assert shlex.split(line)[-len(operands) :] == operands


def test_only_commands_between_backticks_are_called_otherwise() -> None:
    assert with_program("see `hos up`, not hos down or `hose`", "/a/hos") == "see `/a/hos up`, not hos down or `hose`"
    assert pointer("docker compose exec app hos", "hos status") == "docker compose exec app hos status"


def test_the_remedy_in_an_error_works_as_it_is_pasted_however_hos_was_called(
    hos: Hos, deployed: str, tmp_path: Path
) -> None:
    name = "o'neil's \"id\""
    refused = run_hos("status", name)
    assert f"`{HOS} enroll " in refused.stderr
    enrolled = pasted(refused.stderr, tmp_path)
    assert enrolled.exit_code == 0, enrolled.stderr
    assert hos("status", name).succeeded().json["external_id"] == name
    beside = f"{Path(HOS).parent}:{os.environ['PATH']}"
    assert "`hos enroll nobody`" in run_hos("status", "nobody", PATH=beside).stderr
    assert "`make hos enroll nobody`" in run_hos("status", "nobody", HOS_COMMAND="make hos").stderr


def test_what_the_demos_metadata_points_to_shows_the_demos_report(tmp_path: Path) -> None:
    home = tmp_path / "hos-home"
    run_hos("demo", "--users", "1", "--days", "30", "--no-ui").succeeded()
    (home / "demo" / "reports").mkdir(exist_ok=True)
    look = (
        "import dagster as dg\n"
        "from hos_pipelines.cli.instance import open_instance\n"
        "from hos_pipelines.environment import read_settings\n"
        "with open_instance(read_settings()) as instance:\n"
        "    event = instance.get_latest_materialization_event(dg.AssetKey('analysis_report'))\n"
        "    print(event.asset_materialization.metadata['open_with'].value)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", look],
        env=os.environ | {"HOS_HOME": str(home / "demo")},
        capture_output=True,
        text=True,
        check=True,
    )
    line = done.stdout.splitlines()[-1]
    assert line.endswith("--demo report --open sim-0001")
    answer = pasted(f"`{line.replace(' --open', '')} --json`", tmp_path)
    assert answer.succeeded().json["profile_id"] == "sim-0001"
    assert run_hos("--demo", "status", "--json").json["profiles"] == {"active": 1}
    missing = run_hos("--demo", "status", HOS_HOME=str(tmp_path / "elsewhere"))
    assert "--demo: there is no demo in" in missing.stderr
