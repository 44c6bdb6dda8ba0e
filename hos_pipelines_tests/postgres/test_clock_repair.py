"""Clocks that contradict each other, told before anything is written."""

from datetime import timedelta
from typing import Any

import pytest
from psycopg import Connection

from hos_pipelines.postgres.clock_repair import bring_back_the_future, require_right_clock
from hos_pipelines.postgres.errors import WrongClockError

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(("off", "side"), [(DAY, "24.0 h ahead of"), (-DAY, "24.0 h behind")])
def test_a_clock_that_the_databases_contradicts_is_refused_with_its_error(
    connection: Connection[Any], off: timedelta, side: str
) -> None:
    row = connection.execute("SELECT clock_timestamp()").fetchone()
    assert row is not None
    with pytest.raises(WrongClockError, match=f"^clock: this machine's is {side} the database's; set"):
        require_right_clock(connection, row[0] + off)
    require_right_clock(connection, row[0] + HOUR / 2)


def test_minutes_apart_are_borne_and_nothing_is_touched(connection: Connection[Any]) -> None:
    row = connection.execute("SELECT clock_timestamp()").fetchone()
    assert row is not None
    now = row[0]
    connection.execute("INSERT INTO profiles (profile_id, external_id) VALUES ('anna', 'anna')")
    connection.execute(
        "INSERT INTO sync_state (profile_id, stream, watermark, looks) VALUES ('anna', 'scores', %s, '[]')",
        (now + HOUR / 2,),
    )
    before = connection.execute("SELECT * FROM sync_state").fetchall()
    assert bring_back_the_future(connection, now, HOUR / 2, DAY) is None
    assert connection.execute("SELECT * FROM sync_state").fetchall() == before
