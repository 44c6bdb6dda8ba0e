"""`hos analyze`: the analyses of one profile, or the facts of a file without any database."""

from pathlib import Path
from typing import Literal

import click
import dagster as dg

from hos_pipelines.adapters.analysis_marks import outcome_metadata
from hos_pipelines.cli.analysed_profile import AnalysedProfile, StandingAnalysis
from hos_pipelines.cli.database import open_database
from hos_pipelines.cli.fact_files import hourly_answer, windows_answer
from hos_pipelines.cli.instance import open_instance
from hos_pipelines.cli.output import CommandError, json_option, print_json
from hos_pipelines.cli.profile_lookup import require_profile
from hos_pipelines.domain.analysis_scope import AnalysisType
from hos_pipelines.domain.staleness import as_seen
from hos_pipelines.environment import now, read_settings
from hos_pipelines.postgres.analysis_store import read_current
from hos_pipelines.stages.analysis.analysis_request import AnalysisRequest
from hos_pipelines.stages.analysis.analysis_runner import AnalysisRunner
from hos_pipelines.stages.analysis.methods import RESULTS, outdated
from hos_pipelines.stages.data_source import read_data_source
from hos_pipelines.stages.profile_outcome import NEW, ProfileOutcome

Engine = Literal["rules", "openai"]
KINDS = {"circadian": "circadian_analysis", "behavior": "behavior_analysis"}


@click.command()
@click.argument("profile", required=False)
@click.option("--type", "kind", type=click.Choice(list(KINDS)), help="One of the two; both where it is left out.")
@click.option(
    "--force", is_flag=True, help="Analyse even if little has changed; a model without a proven answer is asked again."
)
@click.option(
    "--engine", type=click.Choice(["rules", "openai"]), help="Who writes the results; the deployment's where left out."
)
@click.option("--windows", type=click.Path(path_type=Path), help="A CSV file of sleep windows: start,end[,offset].")
@click.option("--hourly", type=click.Path(path_type=Path), help="A CSV file of hourly activity: columns time,activity.")
@click.option("--facts", "shows_facts", is_flag=True, help="Every fact as well, section by section.")
@click.option("--timezone", help="IANA zone of times in --windows without an offset, or in UTC (Z): Europe/Berlin.")
@json_option
def analyze(
    profile: str | None,
    kind: str | None,
    force: bool,
    engine: Engine | None,
    windows: Path | None,
    hourly: Path | None,
    shows_facts: bool,
    timezone: str | None,
    as_json: bool,
) -> None:
    """Analyse one PROFILE (profile id or external id), or the sleep windows or hourly activity of a file.

    A profile is answered in about ten lines, in the words of its report. One with little news gets the stored result
    with its age, unless --engine asks for other words: those of a model (openai) are proven against the facts, and cost
    nothing again while the data stays the same. A file needs no database.
    """
    if sum(one is not None for one in (profile, windows, hourly)) != 1:
        raise CommandError("PROFILE: name one, or give either --windows FILE or --hourly FILE.")
    if profile is not None:
        if timezone is not None:
            raise CommandError("--timezone: is for --windows; a profile has its own, given to `hos enroll`.")
        analysed = analyse_profile(profile, [KINDS[kind]] if kind else list(KINDS.values()), engine, is_forced=force)
        analysed.print_brief()
        if shows_facts:
            analysed.print_facts()
        answer = analysed.answer()
    else:
        if force or kind or engine:
            raise CommandError("--force, --type, --engine: are for a PROFILE; leave them out with a file.")
        answer = windows_answer(windows, timezone) if windows is not None else hourly_answer(hourly or Path(), timezone)
    if as_json:
        print_json(answer)


def analyse_profile(profile: str, names: list[str], engine: Engine | None, *, is_forced: bool) -> AnalysedProfile:
    """The analyses of a profile by the names of their assets: made where that is due, else as stored.

    Raises:
        CommandError: nobody of that name is enrolled, or an analysis failed.
    """
    with open_database().session() as connection:
        found = require_profile(connection, profile)
        source = read_data_source(connection, read_settings().sahha, now())
    profile_id = str(found["profile_id"])
    news: list[tuple[AnalysisType, ProfileOutcome]] = []
    standing = [_analyse_one(profile_id, AnalysisType(name), news, engine, is_forced=is_forced) for name in names]
    _record(profile_id, news)
    return AnalysedProfile(profile_id, found["external_id"], source.name, now(), standing)


def _analyse_one(
    profile_id: str,
    analysis_type: AnalysisType,
    news: list[tuple[AnalysisType, ProfileOutcome]],
    engine: Engine | None,
    *,
    is_forced: bool,
) -> StandingAnalysis:
    database = open_database()
    runner = AnalysisRunner(read_settings, database, now)
    verdict = runner.verdict(analysis_type, profile_id, is_forced=is_forced or engine is not None)
    requests = 0
    with database.session() as connection:
        current = read_current(connection, profile_id, analysis_type)
        if verdict.is_due or current is None or outdated(current) is not None:
            request = AnalysisRequest(analysis_type, [profile_id], engine, asks_again=is_forced)
            (outcome,) = runner.run(request, mark=lambda _: None)
            if outcome.is_bad:
                raise CommandError(f"{analysis_type} of {profile_id} {outcome.error}")
            requests = int(outcome.counts.get("requests", 0))
            if outcome.outcome == NEW:
                news.append((analysis_type, outcome))
        stored = read_current(connection, profile_id, analysis_type)
    if stored is None:
        raise CommandError(f"PROFILE: {profile_id} left while it was analysed; nothing was stored.")
    seen = as_seen(RESULTS[analysis_type].model_validate_json(stored.result), now())
    notice = runner.notice(engine) if engine else None
    return StandingAnalysis(seen, stored, verdict, requests, stored.fallback_reason or notice)


def _record(profile_id: str, news: list[tuple[AnalysisType, ProfileOutcome]]) -> None:
    """Shows what is new in the UI as well."""
    if not news:
        return
    with open_instance(read_settings()) as instance:
        for analysis_type, outcome in news:
            instance.report_runless_asset_event(
                dg.AssetMaterialization(analysis_type.value, partition=profile_id, metadata=outcome_metadata(outcome))
            )
