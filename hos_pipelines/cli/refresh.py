"""`hos refresh`: pulls through the real assets and the IO manager, in this process."""

import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import click
import dagster as dg

from hos_pipelines.adapters.partitions import PARTITIONS_NAME, align_partitions
from hos_pipelines.cli.database import open_database
from hos_pipelines.cli.instance import open_instance
from hos_pipelines.cli.interruption import INTERRUPTED
from hos_pipelines.cli.numbers import WholeRange
from hos_pipelines.cli.output import CommandError, broken_off, json_option, print_json, progress_bar, say
from hos_pipelines.cli.profile_lookup import not_enrolled, require_profile
from hos_pipelines.definitions import defs
from hos_pipelines.defs.ingestion.automation import refresh_profiles, refresh_run_config
from hos_pipelines.domain.count_text import count_text
from hos_pipelines.domain.coverage import Gap
from hos_pipelines.domain.sync import MAX_DAYS, ProfileReport, Stream, UpsertCounts
from hos_pipelines.environment import now, read_settings
from hos_pipelines.postgres.counts import count_profiles, find_profile
from hos_pipelines.postgres.planner import due_profile_ids
from hos_pipelines.postgres.profile_store import active_profile_ids, enrolled_profile_ids, profile_ids_of
from hos_pipelines.stages.refresh.run import Refresh

LONGEST_RANGE = 100
USERS_AT_ONCE = 1000  # runs of this process need no start, and the next does not begin where Sahha fell silent
COMMAND_TAG = "hos/command"
OURS = "hos_pipelines."
CUT = ("DagsterExecutionInterruptedError", "KeyboardInterrupt")


@dataclass
class RefreshResult:
    """What a refresh has come to, by stream, why a run broke off where one did, and what the last one gave up with."""

    counts: defaultdict[Stream, UpsertCounts] = field(default_factory=lambda: defaultdict(UpsertCounts))
    quarantined: defaultdict[Stream, int] = field(default_factory=lambda: defaultdict(int))
    failures: dict[str, str] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)
    broken: str | None = None
    refusal: str | None = None

    def add(self, stream: Stream, reports: Sequence[ProfileReport]) -> int:
        """Counts a committed chunk; gives how many people in it were not seen in another stream before."""
        before = len(self.seen)
        for report in reports:
            self.seen.add(report.profile_id)
            self.counts[stream] += report.counts
            self.quarantined[stream] += report.quarantined
            if report.outcome.is_bad:
                self.failures[report.profile_id] = f"{report.outcome.value}: {report.error}"
        return len(self.seen) - before

    def tables(self) -> dict[str, dict[str, int]]:
        """The counts by table."""
        return {
            stream.value: {
                "inserted": self.counts[stream].inserted,
                "updated": self.counts[stream].updated,
                "unchanged": self.counts[stream].unchanged,
                "stale": self.counts[stream].stale,
                "quarantined": self.quarantined[stream],
            }
            for stream in Stream
        }


@click.command()
@click.argument("external_ids", nargs=-1, metavar="[EXTERNAL_ID]...")
@click.option("--all", "everyone", is_flag=True, help="Refresh every enrolled profile that is not paused.")
@click.option("--due", is_flag=True, help="Refresh whom the half-hourly schedule would.")
@click.option("--days", type=WholeRange(1, MAX_DAYS), help="How many days back to pull, whatever the watermark.")
@json_option
def refresh(external_ids: tuple[str, ...], everyone: bool, due: bool, days: int | None, as_json: bool) -> None:
    """Pull biomarkers, scores and Sahha archetypes of enrolled profiles into PostgreSQL."""
    started = time.monotonic()
    if sum((bool(external_ids), everyone, due)) != 1:
        raise CommandError("EXTERNAL_ID: name one or more profiles, or pass either --all or --due.")
    read_settings().sahha_account()
    profile_ids = _choose(external_ids, due=due)
    paused = _count_paused() if everyone else 0
    if paused:
        say(f"{count_text(paused, 'paused profile')} left out; name one to refresh it all the same.")
    answer = conclude(run_refresh(profile_ids, days), len(profile_ids), started) | {"paused": paused}
    if as_json:
        print_json(answer)


def run_refresh(
    profile_ids: Sequence[str], days: int | None, *, gaps: Sequence[Gap] = (), command: str = "hos refresh"
) -> RefreshResult:
    """Refreshes profiles in batches through the job `refresh_profiles`, one run each, with a bar on stderr.

    With the `gaps` of these profiles, nothing but what is missing is pulled. The runs are tagged with the `command`.
    """
    settings = read_settings()
    result = RefreshResult()
    size = min(settings.sync.batch_size, USERS_AT_ONCE)
    with (
        open_instance(settings) as instance,
        progress_bar("Refreshing people", len(profile_ids)) as advance,
    ):
        align_partitions(instance, _read_enrolled(), may_delete=False)
        for start in range(0, len(profile_ids), size):
            batch = profile_ids[start : start + size]
            tags = {} if gaps else _range_tags(instance, batch)
            config = refresh_run_config(profile_ids=[] if tags else batch, days=days, gaps_only=bool(gaps))
            _run_batch(instance, {**tags, COMMAND_TAG: command}, config, result, advance)
            if result.broken is None and result.failures and not result.seen.issuperset(batch):
                result.broken = result.refusal  # Sahha fell silent: the rest was not asked, nor would be the next batch
            if result.broken:
                break
    return result


def _run_batch(
    instance: dg.DagsterInstance,
    tags: Mapping[str, str],
    run_config: Mapping[str, Any],
    result: RefreshResult,
    advance: Callable[[int], None],
) -> None:
    def observe(stream: Stream, reports: Sequence[ProfileReport]) -> None:
        advance(result.add(stream, reports))

    run = (
        defs()
        .resolve_job_def(refresh_profiles.name)
        .execute_in_process(
            instance=instance,
            tags=tags,
            run_config={**run_config, "loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
            resources={"refresh": Refresh(read_settings, open_database(), now, observe)},
            raise_on_error=False,
        )
    )
    result.refusal = None if run.success else _refusal(run)
    if not run.success:
        result.broken = _unforeseen(run)
        if result.broken is None and not result.failures:
            result.broken = result.refusal or f"run {run.run_id} failed; see it in the Dagster UI (`hos up`)."


def _range_tags(instance: dg.DagsterInstance, profile_ids: Sequence[str]) -> dict[str, str]:
    """The tags of a run over partitions where the profiles lie side by side, so that each shows its own outcome.

    One person's run has the tag by which the UI finds it among the runs of that partition.

    Longer batches run without: Dagster writes an event per partition and asset before such a run begins.
    """
    if len(profile_ids) == 1:
        [key] = profile_ids
        return {"dagster/partition": key} if instance.has_dynamic_partition(PARTITIONS_NAME, key) else {}
    places = {key: place for place, key in enumerate(instance.get_dynamic_partitions(PARTITIONS_NAME))}
    if len(profile_ids) > LONGEST_RANGE or not all(key in places for key in profile_ids):
        return {}
    in_order = sorted(profile_ids, key=places.__getitem__)
    if any(places[after] - places[before] != 1 for before, after in pairwise(in_order)):
        return {}
    return {"dagster/asset_partition_range_start": in_order[0], "dagster/asset_partition_range_end": in_order[-1]}


def _refusal(run: dg.ExecuteInProcessResult) -> str | None:
    """What our own step said when it gave up on everyone."""
    failures = (event.step_failure_data.user_failure_data for event in run.all_events if event.is_step_failure)
    return next((failure.description for failure in failures if failure is not None), None)


def _unforeseen(run: dg.ExecuteInProcessResult) -> str | None:
    """Why a step broke off, where it was not because of single profiles; those are in the result already."""
    for event in run.all_events:
        if not event.is_step_failure:
            continue
        error = event.step_failure_data.error
        if error is None or event.step_failure_data.user_failure_data is not None:
            continue
        while error.cause is not None and not error.message.startswith(OURS):
            error = error.cause
        if error.cls_name in CUT:
            return INTERRUPTED
        if error.message.startswith(OURS):
            return error.message.strip().partition(": ")[2]
        # The text of an unforeseen error may quote the value that caused it.
        return f"run {run.run_id} broke off ({error.cls_name}); see it in the Dagster UI (`hos up`)."
    return None


def _choose(external_ids: tuple[str, ...], *, due: bool) -> list[str]:
    if external_ids:
        return _find_named(external_ids)
    if due:
        with open_database().session() as connection:
            return due_profile_ids(connection, now(), read_settings().sync.rules)
    with open_database().session() as connection:
        return active_profile_ids(connection)


def _find_named(external_ids: Sequence[str]) -> list[str]:
    """Whoever goes by these ids, once each; a profile id that is nobody's external id is taken as well."""
    with open_database().session() as connection:
        known = profile_ids_of(connection, external_ids)
        others = {one: find_profile(connection, one) for one in external_ids if one not in known}
        if nobody := [one for one, found in others.items() if found is None]:
            raise not_enrolled("EXTERNAL_ID", nobody)
        for one in others:
            known[one] = str(require_profile(connection, one, argument="EXTERNAL_ID")["profile_id"])
    return list(dict.fromkeys(known[one] for one in external_ids))


def _count_paused() -> int:
    with open_database().session() as connection:
        return count_profiles(connection).get("paused", 0)


def _read_enrolled() -> list[str]:
    with open_database().session() as connection:
        return enrolled_profile_ids(connection)


def conclude(result: RefreshResult, users: int, started: float) -> dict[str, Any]:
    """Says what a refresh of so many profiles has come to, and gives it as an answer; `started` is a monotonic second.

    Raises:
        CommandError: it broke off, or some profiles failed.
    """
    answer = {
        "users": users,
        **result.tables(),
        "failed": len(result.failures),
        "failures": result.failures,
        "seconds": round(time.monotonic() - started, 3),
    }
    _raise_for(result, answer)
    _tell(result, users)
    return answer


def _raise_for(result: RefreshResult, answer: dict[str, Any]) -> None:
    if result.broken:
        raise broken_off(result.broken, answer)
    if result.failures:
        first_id, reason = next(iter(result.failures.items()))
        failed = f"{len(result.failures)} of {count_text(answer['users'], 'profile')} failed"
        sentence = f"{failed}; first {first_id}: {reason}"
        raise CommandError(sentence, answer)


def _tell(result: RefreshResult, users: int) -> None:
    parts = [
        f"{name} {counts['inserted']} new, {counts['updated']} updated, {counts['unchanged']} unchanged"
        for name, counts in result.tables().items()
    ]
    say(f"Refreshed {count_text(users, 'profile')}: {'; '.join(parts)}.")
