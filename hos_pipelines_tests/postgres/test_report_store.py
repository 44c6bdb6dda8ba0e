from datetime import timedelta
from typing import Any

from psycopg import Connection

from hos_pipelines.postgres.report_store import StoredReport, read_report, write_reports
from hos_pipelines_tests.postgres.lives import enrol_people
from hos_pipelines_tests.postgres.rows import NOON


def test_the_newest_report_of_each_is_kept_and_of_those_who_left_none(connection: Connection[Any]) -> None:
    enrol_people(connection, "anna", "ben")
    first = StoredReport("anna", "a", NOON, "<p>first</p>")
    second = StoredReport("anna", "b", NOON + timedelta(hours=1), "<p>second</p>")
    connection.execute("UPDATE profiles SET status = 'retired' WHERE profile_id = 'ben'")
    strangers = [StoredReport(name, "a", NOON, "") for name in ("ben", "zoe")]
    assert write_reports(connection, [first, *strangers]) == {"anna"}
    assert read_report(connection, "anna") == first
    for report in (second, first):
        write_reports(connection, [report])
        assert read_report(connection, "anna") == second
    assert read_report(connection, "ben") is None
    assert write_reports(connection, []) == set()
