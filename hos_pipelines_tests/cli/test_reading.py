"""Every statement of docs/reading.md runs, and finds what it says; the page of a run and of the command are one."""

import re
from collections.abc import Iterator

import dagster as dg
import psycopg
import pytest

from hos_pipelines.cli.instance import open_instance
from hos_pipelines.environment import read_settings
from hos_pipelines.project import PROJECT_ROOT
from hos_pipelines.simulator.server import RunningSimulator, running_simulator
from hos_pipelines.simulator.settings import SimulatorSettings
from hos_pipelines_tests.adapters.analysis_jobs import REPORT, REPORT_ALLOWED, events, run
from hos_pipelines_tests.cli.answers import rows_of
from hos_pipelines_tests.cli.conftest import Hos

STATEMENTS = re.findall(r"```sql\n(.*?)```", (PROJECT_ROOT / "docs" / "reading.md").read_text(), re.DOTALL)
SOMEONE = "sim-0001"
NOON, DAYS_LATER = "2026-11-01T12:00:00Z", "2026-11-12T12:00:00Z"


@pytest.fixture
def simulator() -> Iterator[RunningSimulator]:
    """One synthetic person with four weeks of history."""
    with running_simulator(SimulatorSettings(users=1, days=28)) as running:
        yield running


@pytest.fixture
def reported(hos: Hos, deployed: str) -> str:
    """Enrolled, pulled, analysed and reported; gives the address of the database."""
    hos("enroll", SOMEONE).succeeded()
    hos("refresh", SOMEONE, "--days", "30").succeeded()
    hos("report", SOMEONE).succeeded()
    return deployed


def test_every_documented_statement_finds_what_it_is_for(reported: str) -> None:
    found: dict[str, int] = {}
    later: dict[str, int] = {}
    with psycopg.connect(reported, autocommit=True) as session:
        session.execute("CREATE ROLE app_reader")
        try:
            for statement in STATEMENTS:
                for moment, counts in ((NOON, found), (DAYS_LATER, later)):
                    session.execute("SELECT set_config('hos.now', %s, false)", (moment,))
                    cursor = session.execute(statement.encode())
                    counts[statement] = cursor.rowcount if cursor.description else -1
                    assert not cursor.description or len({one.name for one in cursor.description}) == len(
                        cursor.description
                    )
        finally:
            session.execute("DROP OWNED BY app_reader")
            session.execute("DROP ROLE app_reader")
    assert len(STATEMENTS) >= 10
    of_old = [statement for statement in STATEMENTS if "'stale'" in statement]
    of_today = [statement for statement in STATEMENTS if "jsonb_array_elements(plan" in statement]
    for statement in STATEMENTS:
        assert found[statement] != 0 or statement in of_old, statement
        assert later[statement] != 0 or statement in of_today, statement
    assert [later[statement] for statement in of_today] == [0], "no advice is read from what is stale"
    assert [later[statement] for statement in of_old] == [2]


def test_the_ui_says_of_a_page_what_the_command_stored(reported: str) -> None:
    stored = rows_of(reported, "SELECT html, fingerprint, made_at FROM analysis_reports")
    with open_instance(read_settings()) as instance:
        (*_, (partition, told)) = events(instance, REPORT)
        assert partition == SOMEONE
        assert set(told) == REPORT_ALLOWED
        assert (told["bytes"], told["fingerprint"]) == (len(stored[0][0].encode()), stored[0][1])
        assert run(instance, REPORT, partition_key=SOMEONE).success
        (*_, (_, of_the_run)) = events(instance, REPORT)
        latest = instance.get_latest_data_version_record(dg.AssetKey(REPORT), partition_key=SOMEONE)
    assert of_the_run == told
    assert latest is not None
    assert rows_of(reported, "SELECT html, fingerprint, made_at FROM analysis_reports") == stored
