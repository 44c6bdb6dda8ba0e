"""What a benchmark tells of processor time is what its processes took."""

import subprocess
import sys
from typing import Any

from psycopg import Connection

from benchmarks.processor import processor_seconds

BUSY = """
import time
input()
while time.process_time() < 0.6:
    pass
print("done", flush=True)
input()
"""


def test_processor_time_is_told_by_process(connection: Connection[Any]) -> None:
    command = [sys.executable, "-c", BUSY, "simulator"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as busy:
        assert busy.stdin is not None
        assert busy.stdout is not None
        with processor_seconds(lambda: [busy.pid], connection) as taken:
            print("go", file=busy.stdin, flush=True)
            connection.execute("SELECT count(*) FROM generate_series(1, 1000000)")
            assert busy.stdout.readline() == "done\n"
        print("end", file=busy.stdin, flush=True)
    assert 0.3 < taken["simulator"] < 2
    assert taken["postgres"] > 0
    assert set(taken) == {"simulator", "postgres"}
