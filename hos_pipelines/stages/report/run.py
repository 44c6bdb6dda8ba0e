"""One run of reports, from top to bottom: gather, draw, store and mark, chunk by chunk."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from psycopg import Connection

from hos_pipelines.pointers import command, pointer
from hos_pipelines.postgres.connection import explain_failures
from hos_pipelines.postgres.report_store import StoredReport, write_reports
from hos_pipelines.settings.settings import Settings
from hos_pipelines.stages.database import Database
from hos_pipelines.stages.profile_outcome import (
    NEW,
    Mark,
    ProfileOutcome,
    as_stored,
    failed_outcome,
    outcome_of_error,
)
from hos_pipelines.stages.report.draw import draw
from hos_pipelines.stages.report.gather import MissingResultError, gather

CHUNK_PROFILES = 20


def make_reports(
    profile_ids: Sequence[str], settings: Settings, database: Database, now: Callable[[], datetime], mark: Mark
) -> list[ProfileOutcome]:
    """Makes the pages of profiles; one that fails leaves the others alone. `mark` is told of each chunk committed.

    Raises:
        DatabaseError: the database cannot be used; the chunks marked by then are stored.
    """
    outcomes: list[ProfileOutcome] = []
    with explain_failures(), database.session() as connection:
        for start in range(0, len(profile_ids), CHUNK_PROFILES):
            keys = profile_ids[start : start + CHUNK_PROFILES]
            made = [_make(connection, settings, key, now()) for key in keys]
            stored = _store(connection, made)
            mark(stored)
            outcomes += stored
    return outcomes


def _make(
    connection: Connection[Any], settings: Settings, profile_id: str, now: datetime
) -> tuple[ProfileOutcome, StoredReport | None]:
    """A database that fails concerns everyone, and is not caught."""
    try:
        material = gather(connection, settings, profile_id, now)
    except MissingResultError as error:
        return failed_outcome(profile_id, str(error)), None
    try:
        page, pictures = draw(material, settings)
    except Exception as error:  # noqa: BLE001  the line between one person's page and everyone else's
        return outcome_of_error(profile_id, "could not be drawn", error), None
    counts: dict[str, int | str | float] = {
        "bytes": len(page.html.encode()),
        "fingerprint": page.fingerprint,
        "kept_in": "analysis_reports",
        "open_with": pointer(settings.house.command, command("report", profile_id, options=["--open"])),
    }
    return ProfileOutcome(profile_id, NEW, counts=counts, pictures=pictures), page


def _store(
    connection: Connection[Any], made: Sequence[tuple[ProfileOutcome, StoredReport | None]]
) -> list[ProfileOutcome]:
    stored = write_reports(connection, [page for _, page in made if page is not None])
    return as_stored((outcome for outcome, _ in made), stored)
