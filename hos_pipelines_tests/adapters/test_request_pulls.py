"""What a pull for a request is told to have come to, where Sahha stops answering in the middle of it."""

from hos_pipelines.adapters.request_steps import by_person
from hos_pipelines.domain.sync import Outcome, ProfileReport, Stream
from hos_pipelines.stages.refresh.fetch import SahhaDownError
from hos_pipelines.stages.refresh.run import Refreshed
from hos_pipelines.stages.refresh.scope import RefreshScope

SCOPE = RefreshScope(["anna", "ben", "cleo"])


def test_who_was_asked_for_a_part_alone_has_no_answer_yet_where_the_run_broke_off() -> None:
    whole = {stream: [ProfileReport("ben", Outcome.EMPTY)] for stream in Stream}
    whole[Stream.BIOMARKERS].append(ProfileReport("anna", Outcome.EMPTY))
    whole[Stream.SCORES].append(ProfileReport("cleo", Outcome.FAILED, error="503."))
    broken = by_person(Refreshed(SCOPE, whole, stop=SahhaDownError("nobody answers")))
    assert set(broken) == {"ben", "cleo"}
    assert broken["ben"].error is None
    assert broken["cleo"].is_passing
    assert set(by_person(Refreshed(SCOPE, whole))) == {"anna", "ben", "cleo"}
