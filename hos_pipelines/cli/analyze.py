"""`hos analyze`: the analyses of one profile, or the facts of a file without any database."""

import hashlib
from collections.abc import Mapping
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal

import click
import dagster as dg

from hos_pipelines.adapters.analyses import METHODS, RESULTS, Analyses
from hos_pipelines.adapters.analysis_output import analysis_metadata
from hos_pipelines.adapters.analysis_runs import NEW, Analysed
from hos_pipelines.cli.database import open_database
from hos_pipelines.cli.fact_files import hourly_answer, windows_answer
from hos_pipelines.cli.instance import open_instance
from hos_pipelines.cli.output import CommandError, json_option, print_json, print_rows, say
from hos_pipelines.domain.analysis import AnalysisType
from hos_pipelines.domain.analysis_due import Verdict
from hos_pipelines.domain.staleness import age_of, as_seen
from hos_pipelines.environment import now, read_settings
from hos_pipelines.postgres.analysis_store import read_current, write_findings
from hos_pipelines.postgres.census import find_profile

Engine = Literal["rules", "openai"]
RULES: Engine = "rules"
OPENAI: Engine = "openai"
KINDS = {"circadian": "circadian_analysis", "behavior": "behavior_analysis"}


@click.command()
@click.argument("profile", required=False)
@click.option("--type", "kind", type=click.Choice(list(KINDS)), help="One of the two; both where it is left out.")
@click.option("--force", is_flag=True, help="Analyse even if little has changed since the last time.")
@click.option(
    "--engine", type=click.Choice(["rules", "openai"]), help="Who writes the results; the deployment's where left out."
)
@click.option("--windows", type=click.Path(path_type=Path), help="A CSV file of sleep windows: start,end[,offset].")
@click.option("--hourly", type=click.Path(path_type=Path), help="A CSV file of hourly activity: columns time,activity.")
@click.option("--timezone", help="IANA zone of times without an offset in --windows, such as Europe/Berlin.")
@json_option
def analyze(
    profile: str | None,
    kind: str | None,
    force: bool,
    engine: Engine | None,
    windows: Path | None,
    hourly: Path | None,
    timezone: str | None,
    as_json: bool,
) -> None:
    """Analyse one PROFILE (profile id or external id), or the sleep windows or hourly activity of a file.

    A profile with little news gets the stored result with its age, unless --engine asks for other words: those of a
    model (openai) are proven against the facts, and cost nothing again while the data stays the same. A file needs no
    database.
    """
    if sum(one is not None for one in (profile, windows, hourly)) != 1:
        raise CommandError("PROFILE: name one, or give either --windows FILE or --hourly FILE.")
    if profile is not None:
        if timezone is not None:
            raise CommandError("--timezone: is for --windows; a profile has its own, given to `hos enroll`.")
        answer = analyse_profile(profile, [KINDS[kind]] if kind else list(KINDS.values()), engine, is_forced=force)
    else:
        if force or kind or engine:
            raise CommandError("--force, --type, --engine: are for a PROFILE; leave them out with a file.")
        answer = windows_answer(windows, timezone) if windows is not None else hourly_answer(hourly or Path(), timezone)
    if as_json:
        print_json(answer)


def analyse_profile(profile: str, names: list[str], engine: Engine | None, *, is_forced: bool) -> dict[str, Any]:
    """The analyses of a profile by the names of their assets: made where that is due, else as stored.

    Raises:
        CommandError: nobody of that name is enrolled, or an analysis failed.
    """
    with open_database().session() as connection:
        found = find_profile(connection, profile)
    if found is None or found["status"] in ("retired", "erased"):
        raise CommandError(f"PROFILE: {profile} is not enrolled; run `hos enroll {profile}`.")
    profile_id = str(found["profile_id"])
    answer: dict[str, Any] = {"profile_id": profile_id, "external_id": found["external_id"]}
    news: list[tuple[AnalysisType, Analysed]] = []
    for name in names:
        one = AnalysisType(name)
        answer[name] = _analyse_one(profile_id, one, news, engine, is_forced=is_forced)
        _tell(name, answer[name])
    _record(profile_id, news)
    return {**answer, **_writing([answer[name] for name in names])}


def _writing(told: list[dict[str, Any]]) -> dict[str, Any]:
    """Who wrote the results of a call and what that took, of all of them together."""
    costs = [one["cost"] for one in told if one["cost"] is not None]
    marks = [one["fingerprint"] for one in told]
    return {
        "engine": OPENAI if all(one["engine"] == OPENAI for one in told) else RULES,
        "model": next((one["model"] for one in told if one["model"]), None),
        "prompt_version": next((one["prompt_version"] for one in told if one["prompt_version"]), None),
        "fingerprint": marks[0] if len(marks) == 1 else hashlib.sha256("\n".join(marks).encode()).hexdigest(),
        "tokens": sum(one["tokens"] for one in told),
        "cost": sum(costs) if costs else None,
        "requests": sum(one["requests"] for one in told),
        "violations": [violation for one in told for violation in one["violations"]],
        "fallback_reason": next((one["fallback_reason"] for one in told if one["fallback_reason"]), None),
    }


def _analyse_one(
    profile_id: str,
    analysis_type: AnalysisType,
    news: list[tuple[AnalysisType, Analysed]],
    engine: Engine | None,
    *,
    is_forced: bool,
) -> dict[str, Any]:
    database = open_database()
    analyses = Analyses(read_settings, database, now)
    verdict = analyses.verdict(analysis_type, profile_id, is_forced=is_forced or engine is not None)
    requests = 0
    with database.session() as connection:
        current = read_current(connection, profile_id, analysis_type)
        if verdict.is_due or current is None or current.method_version != METHODS[analysis_type].version:
            with closing(analyses.analyse(analysis_type, [profile_id], engine=engine)) as chunks:
                (analysed,) = next(chunks)
            if analysed.finding is None:
                raise CommandError(f"{analysis_type} of {profile_id} {analysed.error}")
            write_findings(connection, [analysed.finding])
            requests = int(analysed.counts.get("requests", 0))
            if analysed.outcome == NEW:
                news.append((analysis_type, analysed))
        stored = read_current(connection, profile_id, analysis_type)
    if stored is None:
        raise CommandError(f"PROFILE: {profile_id} left while it was analysed; nothing was stored.")
    seen = as_seen(RESULTS[analysis_type].model_validate_json(stored.result), now())
    return {
        **seen.model_dump(mode="json"),
        "engine": stored.engine,
        "model": stored.model,
        "prompt_version": stored.prompt_version,
        "tokens": stored.tokens,
        "cost": stored.cost_usd,
        "requests": requests,
        "violations": list(stored.violations),
        "fallback_reason": stored.fallback_reason or (analyses.notice(engine) if engine else None),
        "fingerprint": stored.fingerprint,
        "mode": stored.mode,
        "analyzed_at": stored.analyzed_at.isoformat(),
        "age_hours": _hours(now(), stored.analyzed_at),
        "data_through": stored.data_through,
        "data_source": stored.data_source,
        "data_age_hours": None if stored.data_through is None else _in_hours(age_of(stored.data_through, now())),
        **_decision(verdict),
    }


def _decision(verdict: Verdict) -> dict[str, object]:
    return {"decision": verdict.decision, "reason": verdict.reason, "threshold": verdict.threshold}


def _hours(later: datetime, earlier: datetime) -> float:
    return _in_hours(max(later - earlier, timedelta(0)))


def _in_hours(age: timedelta) -> float:
    return round(age / timedelta(hours=1), 3)


def _record(profile_id: str, news: list[tuple[AnalysisType, Analysed]]) -> None:
    """Shows what is new in the UI as well."""
    if not news:
        return
    with open_instance(read_settings()) as instance:
        for analysis_type, analysed in news:
            instance.report_runless_asset_event(
                dg.AssetMaterialization(analysis_type.value, partition=profile_id, metadata=analysis_metadata(analysed))
            )


def _tell(name: str, answer: Mapping[str, Any]) -> None:
    say(
        f"{name}: {answer['status']}, {answer['decision']} ({answer['reason']}), analysed {answer['age_hours']} h ago "
        f"on data through {answer['data_through']} from {answer['data_source']}."
    )
    if answer["fallback_reason"]:
        say(f"{name}: written by rules: {answer['fallback_reason']}")
    elif answer["model"]:
        say(
            f"{name}: written by {answer['model']} (prompt {answer['prompt_version']}), {answer['requests']} requests "
            f"now; {answer['tokens']} tokens, {len(answer['violations'])} violations mended."
        )
    facts = answer["facts"].values()
    print_rows(
        name,
        ["fact", "value", "unit", "n", "confidence", "status"],
        [
            [fact["id"], _shown(fact), fact["unit"], fact["n"], fact["confidence"], fact["missing"] or fact["status"]]
            for fact in facts
        ],
    )


def _shown(fact: Mapping[str, Any]) -> object:
    value = fact["value"]
    if isinstance(value, list):
        return f"{len(value)} values"
    return round(value, 3) if isinstance(value, float) else value
