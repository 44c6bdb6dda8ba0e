"""What a command answered, and what the database holds: the two things these tests compare."""

import json
from dataclasses import dataclass
from typing import Any

from psycopg import sql

from hos_pipelines.postgres.connection import connect

TABLES = ("profiles", "biomarkers", "scores", "sahha_archetypes", "sync_state", "quarantine")
STREAMS = ("biomarkers", "scores", "sahha_archetypes")

Snapshot = dict[str, list[str]]


@dataclass(frozen=True)
class Answer:
    """The end of one command."""

    exit_code: int
    stdout: str
    stderr: str

    @property
    def json(self) -> dict[str, Any]:
        """The object in the last line of stdout."""
        answer = json.loads(self.stdout.splitlines()[-1])
        assert isinstance(answer, dict)
        return answer

    def counted(self, what: str) -> dict[str, int]:
        """One count of each table."""
        return {stream: self.json[stream][what] for stream in STREAMS}

    def succeeded(self) -> "Answer":
        assert self.exit_code == 0, self.stderr
        return self

    def refused_with(self, *parts: str) -> "Answer":
        """Fails unless the command ended as every failure must, with these parts in its one sentence."""
        assert self.exit_code != 0
        assert "Traceback" not in self.stdout + self.stderr, self.stderr
        sentences = [line for line in self.stderr.splitlines() if line.startswith("Error: ")]
        assert len(sentences) == 1, self.stderr
        for part in parts:
            assert part in sentences[0]
        assert self.json["error"] == sentences[0].removeprefix("Error: ")
        return self


def snapshot(url: str) -> Snapshot:
    """Every row of every table, in order."""
    query = sql.SQL("SELECT t::text FROM {} AS t ORDER BY 1")
    with connect(url) as session:
        return {name: [row for (row,) in session.execute(query.format(sql.Identifier(name)))] for name in TABLES}


def rows_of(url: str, query: str, *values: object) -> list[tuple[Any, ...]]:
    """The rows of a query."""
    with connect(url) as session:
        return session.execute(query.encode(), values).fetchall()
