"""docs/webhooks.md: its commands are run as they are pasted, and what it names is what the code knows."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from hos_pipelines.postgres.connection import connect
from hos_pipelines.sahha.webhooks import EVENT_TYPES
from hos_pipelines.simulator.server import running_simulator
from hos_pipelines.simulator.settings import SimulatorSettings
from hos_pipelines_tests.gateway.conftest import Start

PAGE = (Path(__file__).parents[2] / "docs" / "webhooks.md").read_text()
SECRET = SimulatorSettings().webhook_secret
STORED = "SELECT event_type, external_id FROM webhook_inbox ORDER BY id"


def commands(name: str) -> str:
    found = re.search(rf"<!-- {name} -->\n```bash\n(.*?)```", PAGE, re.DOTALL)
    assert found is not None
    return found[1]


def pasted(text: str, **environment: str) -> str:
    done = subprocess.run(
        ["bash", "-c", text], env=os.environ | environment, capture_output=True, text=True, check=True, timeout=60
    )
    return done.stdout


def test_the_request_by_hand_is_let_in_once(start: Start, migrated_url: str) -> None:
    sender = start(migrated_url, SECRET)
    by_hand = commands("by hand")
    assert pasted(by_hand, GATEWAY=sender.url) == '{"stored":true}'
    assert pasted(by_hand, GATEWAY=sender.url) == '{"stored":false}'
    assert "X-Signature" in pasted(by_hand, GATEWAY=sender.url, SAHHA_WEBHOOK_SECRET="another")  # noqa: S106
    with connect(migrated_url) as session:
        assert session.execute(STORED).fetchall() == [("BiomarkerCreatedIntegrationEvent", "sim-0001")]


def test_the_simulator_sends_one_when_it_is_told_to(start: Start, migrated_url: str) -> None:
    sender = start(migrated_url, SECRET)
    settings = SimulatorSettings(users=1, days=5, webhook_url=f"{sender.url}/webhooks/sahha")
    with running_simulator(settings) as simulator:
        assert pasted(commands("from the simulator"), SIMULATOR=simulator.url) == '{"status":202}'
    with connect(migrated_url) as session:
        assert session.execute(STORED).fetchall() == [("ScoreCreatedIntegrationEvent", "sim-0001")]


@pytest.mark.parametrize(
    "what", [*sorted(EVENT_TYPES), "`simulator`", "X-Signature", "X-Event-Type", "X-External-Id", "1 MiB"]
)
def test_the_page_names_what_the_code_knows(what: str) -> None:
    assert what in PAGE
