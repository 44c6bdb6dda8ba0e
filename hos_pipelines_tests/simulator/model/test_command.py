"""`hos model-simulator`: says where it listens, serves, and ends quietly."""

import json
import os
import signal
import subprocess
import sys

from click.testing import CliRunner
from openai import OpenAI

from hos_pipelines.cli.model_simulator import model_simulator

_PROGRAM = "from hos_pipelines.cli.model_simulator import model_simulator; model_simulator()"


def test_the_command_serves_until_interrupted() -> None:
    options = ["--port", "0", "--behaviour", "not_json", "--json"]
    with subprocess.Popen(
        [sys.executable, "-W", "error", "-c", _PROGRAM, *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        ready = json.loads(process.stdout.readline())
        with OpenAI(base_url=ready["base_url"], api_key="stand-in") as client:
            said = client.responses.create(model="gpt-test", input="Hello.").output_text
        os.kill(process.pid, signal.SIGINT)
        _, errors = process.communicate(timeout=10)
    url = ready["url"]
    assert ready == {"url": url, "base_url": f"{url}/v1", "behaviour": "not_json"}
    assert said == "Sure! Here is what stands out."
    assert process.returncode == 0
    assert " ".join(errors.split()) == (
        f"Stand-in for the OpenAI API at {url}; set OPENAI_BASE_URL={url}/v1 and OPENAI_API_KEY=stand-in. "
        "Ctrl-C ends it."
    )


def test_options_that_make_no_sense_are_told() -> None:
    done = CliRunner().invoke(model_simulator, ["--latency-ms", "-1"])
    assert done.exit_code == 1
    assert "latency_ms is -1; give a number from 0 to 60000." in done.stderr
