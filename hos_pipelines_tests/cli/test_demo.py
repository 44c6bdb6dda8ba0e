"""The demo as a newcomer runs it: whole, repeatable, in its own folder, and blind to every configured setting."""

import fcntl
import json
import signal
from pathlib import Path

import pytest

from hos_pipelines.postgres.embedded import join_server
from hos_pipelines_tests.cli.answers import STREAMS, rows_of
from hos_pipelines_tests.cli.conftest import Hos
from hos_pipelines_tests.cli.fixed_sahha import FixedSahha
from hos_pipelines_tests.cli.processes import run_hos, running_hos
from hos_pipelines_tests.ports import free_port

COUNTS = {"inserted", "updated", "unchanged", "stale", "quarantined"}


def files_of(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*")} if folder.exists() else set()


def test_the_demo_brings_everyone_once_and_touches_nothing_that_is_configured(
    database_url: str, fixed_sahha: FixedSahha, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    home = tmp_path / "hos-home"
    monkeypatch.setenv("HOS_DATABASE_URL", database_url)
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    (tmp_path / ".env").write_text(
        f"SAHHA_API_BASE_URL={fixed_sahha.url}\nSAHHA_CLIENT_ID={fixed_sahha.client_id}\n"
        f"SAHHA_CLIENT_SECRET={fixed_sahha.client_secret}\nHOS_DAGSTER_DATABASE_URL={database_url}\n"
        "USE_SAHHA_DIRECT=false\nSAHHA_RATE_LIMIT_DELAY=60\nHOS_BATCH_SIZE=1\n"
    )
    arguments = ("demo", "--users", "5", "--days", "30", "--no-ui", "--json")
    first = run_hos(*arguments).succeeded()
    assert set(first.json) == {"users", "partitions", *STREAMS, "analyses", "duplicates", "failed", "seconds"}
    assert first.json["analyses"]["analysis_report"] == {"new": 5}
    assert sum(first.json["analyses"]["circadian_analysis"].values()) == 5
    assert sum(first.json["analyses"]["behavior_analysis"].values()) == 5
    assert [first.json[name] for name in ("users", "partitions", "duplicates", "failed")] == [5, 5, 0, 0]
    assert first.json["seconds"] > 0
    for stream in STREAMS:
        assert set(first.json[stream]) == COUNTS
        assert first.json[stream]["inserted"] > 25
    assert set(first.counted("stale").values()) == set(first.counted("quarantined").values()) == {0}

    again = run_hos(*arguments).succeeded()
    assert again.counted("inserted") == again.counted("updated") == dict.fromkeys(STREAMS, 0)
    assert again.counted("unchanged") == first.counted("inserted")
    assert [again.json[name] for name in ("users", "partitions", "duplicates", "failed")] == [5, 5, 0, 0]
    assert again.json["analyses"] == first.json["analyses"] | {"analysis_report": {"unchanged": 5}}

    assert fixed_sahha.asked == []
    assert rows_of(database_url, "SELECT count(*) FROM pg_stat_user_tables") == [(0,)]
    dagster = f"{database_url.partition('?')[0].rpartition('/')[2]}_dagster"
    assert rows_of(database_url, "SELECT count(*) FROM pg_database WHERE datname = %s", dagster) == [(0,)]
    assert {name.split("/")[0] for name in files_of(home)} == {"demo", "demo.lock"}
    assert not (home / "demo" / "postgres" / "postmaster.pid").exists()


def test_a_demo_of_other_people_starts_from_nothing_and_one_of_more_days_goes_on(
    hos: Hos, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    demo = tmp_path / "hos-home" / "demo"
    try:
        few = hos("demo", "--users", "2", "--days", "3", "--no-ui").succeeded()
        rows = rows_of(join_server(demo).url(), "SELECT count(*) FROM biomarkers")
        assert rows == [(few.json["biomarkers"]["inserted"],)]
        monkeypatch.setenv("HOS_HOME", str(demo.parent))
        more = hos("demo", "--users", "2", "--days", "5", "--no-ui").succeeded()
        assert more.json["biomarkers"]["inserted"] > 0
        assert more.json["biomarkers"]["unchanged"] > 0
        assert more.json["duplicates"] == 0
    finally:
        join_server(demo).leave()
    monkeypatch.setenv("HOS_HOME", str(demo.parent))
    (demo / "left by someone else").touch()
    other = run_hos("demo", "--users", "3", "--days", "3", "--no-ui", "--json").succeeded()
    assert (other.json["partitions"], other.json["biomarkers"]["unchanged"]) == (3, 0)
    assert not (demo / "left by someone else").exists()


@pytest.mark.parametrize("users", ["3", "25"])
def test_a_second_demo_at_once_is_refused_with_where_the_first_one_is(hos: Hos, tmp_path: Path, users: str) -> None:
    home = tmp_path / "hos-home"
    (home / "demo").mkdir(parents=True)
    (home / "demo" / "people.json").write_text('[25, 7, "2025"]')
    (home / "demo" / "present.txt").write_text("2026-11-01T12:00:00Z")
    with (home / "demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lock.write("process 4711, its UI at http://127.0.0.1:3000")
        lock.flush()
        for called in (["demo"], ["--demo", "demo"]):  # as the remedy in an error on a demo is pasted
            hos(*called, "--users", users, "--no-ui").refused_with(
                f"HOS_HOME: a demo is running in {home} already (process 4711, its UI at http://127.0.0.1:3000); end it"
            )
    assert files_of(home) == {"demo", "demo.lock", "demo/people.json", "demo/present.txt"}


def test_commands_on_a_demo_reach_its_sahha_while_it_runs_and_say_so_when_it_does_not(tmp_path: Path) -> None:
    home = tmp_path / "hos-home"
    over = "--demo: the demo's Sahha runs only while `"
    (home / "demo").mkdir(parents=True)
    (home / "demo" / "people.json").write_text('[2, 7, "2025"]')
    (home / "demo" / "sahha-127.0.0.1-of-a-demo-with-faults.pace").touch()
    arguments = ("demo", "--users", "2", "--days", "3", "--port", str(free_port()), "--json")
    with running_hos(*arguments, SAHHA_CLIENT_ID="another") as (process, line):
        assert json.loads(line)["failed"] == 0
        paces = list((home / "demo").glob("*.pace"))
        assert [one for one in paces if "faults" in one.name] == []
        assert run_hos("--demo", "refresh", "sim-0001", "--json").succeeded().json["users"] == 1
        assert run_hos("--demo", "doctor", "--json").succeeded().json["ok"]
        nobody = run_hos("--demo", "status", "nobody", "--json")
        nobody.refused_with("PROFILE: nobody is not enrolled; run `", "--demo enroll nobody`")
        assert run_hos("--demo", "enroll", "nobody", "--json").succeeded().json["unknown_to_sahha"] == ["nobody"]
        process.send_signal(signal.SIGINT)
        process.wait()
    assert not (home / "demo" / "sahha.json").exists()
    for command in (["refresh", "sim-0001"], ["enroll", "--all"]):
        run_hos("--demo", *command, "--json").refused_with(over, "demo` does; start it and try again.")
    assert over in run_hos("--demo", "doctor", "--json").stdout.splitlines()[-1]
    assert over in run_hos("--demo", "enroll", "other", "--json").succeeded().json["not_asked"]


def test_what_a_killed_demo_left_of_its_sahha_is_not_believed(hos: Hos, tmp_path: Path) -> None:
    home = tmp_path / "hos-home" / "demo"
    home.mkdir(parents=True)
    (home / "present.txt").write_text("2026-11-01T12:00:00Z")
    (home / "sahha.json").write_text('{"SAHHA_API_BASE_URL": "http://127.0.0.1:9", "SAHHA_CLIENT_ID": "x"}')
    hos("--demo", "refresh", "sim-0001").refused_with("--demo: the demo's Sahha runs only while")


def test_the_demo_with_a_model_is_in_the_stand_ins_words_and_a_second_one_asks_nothing(tmp_path: Path) -> None:
    arguments = ("demo", "--users", "2", "--days", "30", "--engine", "openai", "--no-ui", "--json")
    home = tmp_path / "hos-home" / "demo"
    for outcome in ("new", "unchanged"):
        assert run_hos(*arguments).succeeded().json["analyses"]["analysis_report"] == {outcome: 2}
        server = join_server(home)
        engines = rows_of(server.url(), "SELECT engine, count(*) FROM analysis_results GROUP BY engine")
        calls = rows_of(server.url(), "SELECT count(*) FROM model_calls")
        server.leave()
        assert engines == [("openai", 4)]
        assert calls == [(8,)], "two analyses and two plans of each"


def test_a_demo_of_weeks_is_lived_once_drawn_and_left_for_other_commands(tmp_path: Path) -> None:
    picture = tmp_path / "weeks.svg"
    arguments = ("demo", "--weeks", "1", "--users", "2", "--no-ui", "--picture", str(picture), "--json")
    first = run_hos(*arguments).succeeded().json
    assert (first["users"], first["weeks"], first["failed"]) == (2, 1, 0)
    assert [one["temperament"] for one in first["people"]] == ["over-challenged", "able"]
    assert first["ticks_done_before"] == 0
    drawn = picture.read_text()
    assert drawn.startswith("<svg")
    again = run_hos(*arguments).succeeded().json
    assert again["ticks_done_before"] == again["ticks"] == first["ticks"]
    assert again["people"] == first["people"]
    assert picture.read_text() == drawn
    plan = run_hos("--demo", "plan", "sim-0002", "--json").succeeded().json["plans"]
    assert plan["routine"]["plan_date"] == "2026-11-01"


def test_a_picture_of_no_weeks_is_refused(hos: Hos, tmp_path: Path) -> None:
    hos("demo", "--no-ui", "--picture", str(tmp_path / "weeks.svg")).refused_with("--picture:", "--weeks")
    hos("demo", "--no-ui", "--weeks", "0").refused_with("--weeks")
