"""Uploads: for everybody and every instant there is a last one before it and a first one after it, not far away."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from hos_pipelines.simulator.people import person_at
from hos_pipelines.simulator.person_view import view_person
from hos_pipelines.simulator.settings import SimulatorSettings
from hos_pipelines.simulator.uploads import last_upload, upload_after

_INDEXES = st.integers(0, 999_999)
_SETTINGS = SimulatorSettings(users=1_000_000)
# The longest wait is that of a weekly sender who has just flown.
_LONGEST_WAIT = timedelta(days=8)


@given(_INDEXES, st.datetimes(datetime(1990, 1, 1), datetime(2200, 12, 31), timezones=st.just(UTC)))  # noqa: DTZ001  hypothesis adds the zone
@settings(max_examples=500)
def test_the_nearest_uploads_lie_within_eight_days(index: int, instant: datetime) -> None:
    person, whole = person_at(7, index), instant.replace(microsecond=0)
    assert whole - _LONGEST_WAIT <= last_upload(person, whole) <= whole
    assert whole <= upload_after(person, whole) <= whole + _LONGEST_WAIT


@given(_INDEXES, st.integers(-30, 60))
@settings(max_examples=300)
def test_around_the_connection_nothing_is_received_from_before_it(index: int, minutes: int) -> None:
    connected = view_person(_SETTINGS, index, _SETTINGS.at).connected
    view = view_person(_SETTINGS, index, connected + timedelta(minutes=minutes))
    assert (view.received is None) == (minutes < 0)
    assert view.changed_at() >= connected
    assert view.received is None or connected <= view.received <= view.now
