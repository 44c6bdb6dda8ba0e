"""`hos retire`: who leaves is pulled no longer, keeps every row, loses the partition, and can come back."""

import dagster as dg

from hos_pipelines.adapters.partitions import PARTITIONS_NAME
from hos_pipelines.cli.instance import open_instance
from hos_pipelines.defs.operations.enrolment import enrolment_sensor
from hos_pipelines.environment import read_settings
from hos_pipelines.stages.database import Database
from hos_pipelines_tests.cli.answers import rows_of
from hos_pipelines_tests.cli.conftest import Hos
from hos_pipelines_tests.partition_requests import do_what_is_asked

SOMEONE = "sim-0001"


def partitions_after_the_sensor() -> set[str]:
    with open_instance(read_settings()) as instance:
        with dg.build_sensor_context(instance=instance, resources={"database": Database(read_settings)}) as context:
            do_what_is_asked(instance, enrolment_sensor(context))
        return set(instance.get_dynamic_partitions(PARTITIONS_NAME))


def test_who_is_retired_keeps_the_rows_and_is_pulled_no_longer_until_that_is_undone(hos: Hos, deployment: str) -> None:
    everyone = set(hos("enroll", "--all").succeeded().json["profile_ids"])
    hos("refresh", SOMEONE, "sim-0002").succeeded()
    count = "SELECT count(*) FROM biomarkers WHERE profile_id = %s"
    rows = rows_of(deployment, count, SOMEONE)
    assert rows > [(0,)]

    answer = hos("retire", SOMEONE).succeeded()
    assert answer.json == {"retired": [SOMEONE], "unchanged": []}
    assert f"`hos retire --undo {SOMEONE}` takes it up again." in answer.stderr
    assert hos("retire", SOMEONE).succeeded().json == {"retired": [], "unchanged": [SOMEONE]}
    assert rows_of(deployment, count, SOMEONE) == rows
    assert partitions_after_the_sensor() == everyone - {SOMEONE}
    assert hos("refresh", "--all").succeeded().json["users"] == len(everyone) - 1
    assert hos("enroll", "--all").succeeded().json["enrolled"] == len(everyone)
    assert hos("status").json["profiles"] == {"active": len(everyone) - 1, "retired": 1}
    undo = f"{SOMEONE} is retired; `hos retire --undo {SOMEONE}` takes it up"
    for command in (["analyze"], ["report"], ["gaps", "--fill"]):
        hos(*command, SOMEONE).refused_with(f"PROFILE: {undo}")
    hos("refresh", "sim-0002", SOMEONE).refused_with(f"EXTERNAL_ID: {undo}")
    assert "is retired: only active profiles are pulled" in hos("gaps", SOMEONE).succeeded().stderr
    assert hos("status", SOMEONE).succeeded().json["status"] == "retired"

    assert hos("retire", "--undo", SOMEONE, "sim-0002").succeeded().json == {
        "taken_up": [SOMEONE],
        "unchanged": ["sim-0002"],
    }
    assert partitions_after_the_sensor() == everyone
    assert hos("refresh", SOMEONE).succeeded().json["biomarkers"]["unchanged"] > 0


def test_who_is_unknown_or_erased_is_named_and_nobody_is_retired(hos: Hos, deployed: str) -> None:
    hos("enroll", "anna", "bert", "with blank").succeeded()
    rows_of(deployed, "UPDATE profiles SET status = 'erased' WHERE profile_id = 'bert' RETURNING 1")
    hos("retire", "anna", "o'neil").refused_with("""PROFILE: o'neil is not enrolled; run `hos enroll 'o'"'"'neil'`.""")
    hos("retire", "anna", "bert").refused_with("PROFILE: bert was erased; it is not refreshed and cannot come back.")
    hos("retire").refused_with("Missing argument 'PROFILE...'")
    assert rows_of(deployed, "SELECT count(*) FROM profiles WHERE status = 'retired'") == [(0,)]
    [retired] = hos("retire", "with blank").succeeded().json["retired"]
    assert rows_of(deployed, "SELECT external_id FROM profiles WHERE profile_id = %s", retired) == [("with blank",)]
    assert hos("enroll", "with blank").succeeded().json["new"] == 0
    assert rows_of(deployed, "SELECT status FROM profiles WHERE profile_id = %s", retired) == [("active",)]


def test_enrolling_says_whom_it_takes_up_again(hos: Hos, deployed: str) -> None:
    assert hos("enroll", "anna", "bert").succeeded().json["taken_up"] == []
    hos("retire", "bert").succeeded()
    answer = hos("enroll", "anna", "bert").succeeded()
    assert (answer.json["new"], answer.json["taken_up"]) == (0, ["bert"])
    assert "Taken up again: bert." in answer.stderr
    answer = hos("enroll", "anna", "bert").succeeded()
    assert answer.json["taken_up"] == []
    assert "again" not in answer.stderr


def test_a_refresh_of_who_was_erased_or_is_nobody_enrols_nobody(hos: Hos, deployed: str) -> None:
    [profile_id] = hos("enroll", "with blank").succeeded().json["profile_ids"].values()
    hos("refresh", profile_id).refused_with("1 of 1 profile failed; first", "it does not know this profile")
    hos("enroll", "bert").succeeded()
    rows_of(deployed, "UPDATE profiles SET status = 'erased' WHERE profile_id = 'bert' RETURNING 1")
    hos("refresh", "bert").refused_with("EXTERNAL_ID: bert was erased and cannot come back.")
    hos("refresh", "nobody", "bert").refused_with("EXTERNAL_ID: nobody is not enrolled; run `hos enroll nobody`.")
