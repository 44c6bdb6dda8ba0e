"""The newest report of each profile: one HTML page, kept here because Dagster's log is no place for health data."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg import Connection
from psycopg.rows import class_row

from hos_pipelines.postgres.profile_locks import lock_profiles

WRITE = """
INSERT INTO analysis_reports AS r (profile_id, fingerprint, made_at, html)
VALUES (%(profile_id)s, %(fingerprint)s, %(made_at)s, %(html)s)
ON CONFLICT (profile_id) DO UPDATE SET
    fingerprint = excluded.fingerprint, made_at = excluded.made_at, html = excluded.html
WHERE r.made_at <= excluded.made_at
"""


@dataclass(frozen=True, slots=True)
class StoredReport:
    """A report as it is stored; `fingerprint` is over those of the results it shows."""

    profile_id: str
    fingerprint: str
    made_at: datetime
    html: str


def write_reports(connection: Connection[Any], reports: Sequence[StoredReport]) -> set[str]:
    """Stores reports in one transaction; the answer holds whose. Of somebody who has left nothing is stored."""
    with connection.transaction():
        enrolled = lock_profiles(connection, {report.profile_id for report in reports})
        with connection.cursor() as cursor:
            cursor.executemany(
                WRITE,
                [
                    {
                        "profile_id": one.profile_id,
                        "fingerprint": one.fingerprint,
                        "made_at": one.made_at,
                        "html": one.html,
                    }
                    for one in sorted(reports, key=lambda one: one.profile_id)
                    if one.profile_id in enrolled
                ],
            )
    return enrolled


def read_report(connection: Connection[Any], profile_id: str) -> StoredReport | None:
    """The report of a profile; None where none was made."""
    with connection.cursor(row_factory=class_row(StoredReport)) as cursor:
        return cursor.execute(
            "SELECT profile_id, fingerprint, made_at, html FROM analysis_reports WHERE profile_id = %s", (profile_id,)
        ).fetchone()
