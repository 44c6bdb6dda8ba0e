"""`hos report`: one page of both analyses of a profile."""

import webbrowser
from pathlib import Path

import click
import dagster as dg

from hos_pipelines.adapters.analysis_marks import outcome_metadata
from hos_pipelines.adapters.analysis_steps import REPORT
from hos_pipelines.cli.analyze import KINDS, analyse_profile
from hos_pipelines.cli.database import open_database
from hos_pipelines.cli.insights import make_where_due
from hos_pipelines.cli.instance import open_instance
from hos_pipelines.cli.output import CommandError, json_option, print_json, say
from hos_pipelines.cli.pages import write_page
from hos_pipelines.cli.places import require_file, require_folder
from hos_pipelines.environment import now, read_settings
from hos_pipelines.postgres.report_store import read_report
from hos_pipelines.stages.analysis.analysis_runner import AnalysisRunner


@click.command()
@click.argument("profile")
@click.option(
    "--output", type=click.Path(path_type=Path), help="Where to write the page; default reports/ of HOS_HOME."
)
@click.option("--open", "is_opened", is_flag=True, help="Show it in the browser.")
@click.option("--facts", "shows_facts", is_flag=True, help="Every fact here as well, section by section.")
@json_option
def report(profile: str, output: Path | None, is_opened: bool, shows_facts: bool, as_json: bool) -> None:
    """Write one self-contained HTML page about PROFILE (profile id or external id), and keep it in the database.

    Its first screen is told here in about ten lines. The page holds health data: only you can read the file.
    """
    if output is not None:
        require_file("--output", output)
    else:
        require_folder("HOS_HOME", read_settings().house.home / "reports")
    analysed = analyse_profile(profile, list(KINDS.values()), None, is_forced=False)
    profile_id = analysed.profile_id
    make_where_due(profile_id)
    html = _make(profile_id)
    file = output or read_settings().house.home / "reports" / f"{profile_id}.html"
    write_page("--output", file, html)
    analysed.print_brief()
    if shows_facts:
        analysed.print_facts()
    say(f"Report of {profile_id}: {file}")
    if is_opened and not webbrowser.open(file.resolve().as_uri()):
        raise CommandError(f"--open: no browser can be started here; open {file} yourself.")
    if as_json:
        print_json({"profile_id": profile_id, "file": str(file), "bytes": len(html.encode())})


def _make(profile_id: str) -> str:
    """Makes, stores and marks the page, as a run of the asset does."""
    database = open_database()
    (made,) = AnalysisRunner(read_settings, database, now).report([profile_id], mark=lambda _: None)
    if made.is_bad:
        raise CommandError(f"PROFILE: {profile_id} {made.error}")
    with open_instance(read_settings()) as instance:
        instance.report_runless_asset_event(
            dg.AssetMaterialization(REPORT, partition=profile_id, metadata=outcome_metadata(made))
        )
    with database.session() as connection:
        page = read_report(connection, profile_id)
    if page is None:
        raise CommandError(f"PROFILE: {profile_id} left while the page was made; nothing is kept of them.")
    return page.html
