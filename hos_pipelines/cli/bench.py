"""`hos bench`: the measurements behind the README's figures."""

import click

from benchmarks.tick import measure_tick
from benchmarks.ui import measure_ui
from benchmarks.upsert import measure_upsert
from hos_pipelines.cli.numbers import NumberRange, WholeRange
from hos_pipelines.cli.output import json_option, print_json, print_rows, say
from hos_pipelines.environment import read_settings
from hos_pipelines.postgres.embedded import join_server


@click.group()
def bench() -> None:
    """Measure this machine; each benchmark ends with one JSON line."""


@bench.command()
@click.option("--rows", type=WholeRange(1000, 20_000_000), default=200_000, show_default=True)
@click.option("--repeat", type=WholeRange(1, 25), default=5, show_default=True, help="The medians of so many.")
@json_option
def upsert(rows: int, repeat: int, as_json: bool) -> None:
    """Rows per second of the bulk upsert, beside SQLAlchemy's executemany and dlt, on the embedded server."""
    server = join_server(read_settings().hos_home / "bench")
    say(f"Measuring {rows} rows, {repeat} times.")
    answer = measure_upsert(server.url("postgres"), rows, repeat)
    if answer["peers"]["dlt"] is None:
        say("dlt is left out, because it is not installed; pip install -c constraints.txt -e '.[bench]' brings it.")
    print_rows("hos bench upsert", ["figure", "value"], [[name, value] for name, value in answer.items()])
    if as_json:
        print_json(answer)


@bench.command()
@click.option("--users", type=WholeRange(10, 1_000_000), default=10_000, show_default=True, help="Registered.")
@click.option("--changed", type=NumberRange(0, 1), default=1.0, show_default=True, help="Share with new data.")
@click.option("--naive-users", type=WholeRange(0, 1000), default=30, show_default=True, help="0 leaves the peer out.")
@json_option
def tick(users: int, changed: float, naive_users: int, as_json: bool) -> None:
    """One whole tick: planner, queue, runs, simulated Sahha over HTTP, upsert, events; beside one run per user."""
    home = read_settings().hos_home / "bench"
    say(f"Registering {users} users and running one tick over {changed:.0%} of them.")
    answer = measure_tick(join_server(home), home, users, changed, min(users, naive_users))
    print_rows("hos bench tick", ["figure", "value"], [[name, value] for name, value in answer.items()])
    if as_json:
        print_json(answer)


@bench.command()
@click.option("--users", type=WholeRange(100, 1_000_000), default=100_000, show_default=True, help="Partitions.")
@click.option("--ticks", type=WholeRange(0, 10_000), default=336, show_default=True, help="Half-hours, 1 % changed.")
@click.option("--retention/--no-retention", default=True, show_default=True, help="Of Dagster's log, before asking.")
@json_option
def ui(users: int, ticks: int, retention: bool, as_json: bool) -> None:
    """The assets and partitions pages of Dagster's UI: their queries, cold and warm, to a real webserver."""
    home = read_settings().hos_home / "bench"
    say(f"Writing {ticks} ticks of {users} users into a fresh log, then asking what the UI asks.")
    answer = measure_ui(join_server(home), home, users, ticks, retention=retention)
    print_rows("hos bench ui", ["figure", "value"], [[name, value] for name, value in answer.items()])
    if as_json:
        print_json(answer)


@bench.command()
@click.option("--users", type=WholeRange(1, 100_000), default=2000, show_default=True)
@click.option("--days", type=WholeRange(1, 56), default=28, show_default=True, help="Of readings, each.")
@json_option
def analysis(users: int, days: int, as_json: bool) -> None:
    """Both analyses of many users in one process, from PostgreSQL and back, and their peak memory."""
    # numpy, which the other commands start without
    from benchmarks.analysis import measure_analysis  # noqa: PLC0415

    server = join_server(read_settings().hos_home / "bench")
    say(f"Storing {days} days of {users} synthetic users, then analysing them twice.")
    answer = measure_analysis(server.url("postgres"), users, days)
    print_rows("hos bench analysis", ["figure", "value"], [[name, value] for name, value in answer.items()])
    if as_json:
        print_json(answer)


@bench.command()
@click.option("--cases", type=WholeRange(1, 10_000), default=200, show_default=True, help="Synthetic users.")
@json_option
def grounding(cases: int, as_json: bool) -> None:
    """How many wrong claims the proof of a model's answer catches, and how many right ones it refuses."""
    # numpy, which the other commands start without
    from benchmarks.grounding.measure import measure_grounding  # noqa: PLC0415

    say(f"Making right and wrong claims about {cases} synthetic users, and holding each against the facts.")
    answer = measure_grounding(cases)
    rows: list[list[object]] = [[kind, *counts.values()] for kind, counts in answer["by_kind"].items()]
    print_rows("hos bench grounding", ["made wrong", "caught", "missed"], rows)
    print_rows("right claims", ["claims", "refused"], [[answer["claims"], answer["false_alarms"]]])
    fresh: list[list[object]] = [[kind, *answer["fresh"][kind].values()] for kind in ("right", "wrong")]
    print_rows("sentences written from the prompt alone", ["made", "passed or caught", "refused or missed"], fresh)
    if as_json:
        print_json(answer)


@bench.command()
@click.option("--people", type=WholeRange(1, 1_000_000), default=1000, show_default=True)
@click.option("--phi", type=NumberRange(0, 0.95), default=0.3, show_default=True, help="Of a day with the next.")
@json_option
def null(people: int, phi: float, as_json: bool) -> None:
    """What people in whom nothing changes are told all the same, and which planted changes are found."""
    # numpy, which the other commands start without
    from benchmarks.null import measure_null  # noqa: PLC0415

    say(f"Analysing {people} people whose days resemble the days before by {phi:g}, as they are and with a change.")
    answer = measure_null(people, phi)
    told: list[list[object]] = [
        [name.replace("_", " "), answer["told_people"][name], answer["asked_people"][name], f"{100 * share:.1f} %"]
        for name, share in answer["told"].items()
    ]
    print_rows("nothing changes", ["told of", "people", "of", "share"], told)
    found: list[list[object]] = [
        [name.replace("_", " "), answer["found_people"][name], people, f"{100 * share:.1f} %"]
        for name, share in answer["found"].items()
    ]
    print_rows("planted in the last 14 of 56 days", ["change", "found in", "of", "share"], found)
    if as_json:
        print_json(answer)
