"""Tells Dagster of analyses and reports: marks each chunk's partitions, and what a step ends with where some failed.

Counts and states, never a health value.
"""

from collections import Counter
from collections.abc import Sequence

import dagster as dg

from hos_pipelines.adapters.partition_states import failed_partitions
from hos_pipelines.adapters.sentences import failure_of_some
from hos_pipelines.adapters.step_events import StepContext, report_materializations
from hos_pipelines.domain.count_text import count_text
from hos_pipelines.stages.profile_outcome import NEW, Mark, ProfileOutcome

Metadata = dict[str, int | str | float | dg.MetadataValue[str]]


def mark_everyone(context: StepContext, asset: str) -> Mark:
    """In a run over partitions whoever has a result is marked; who has none fails with the run."""
    return lambda chunk: _mark(context, asset, [one for one in chunk if not one.is_bad])


def mark_news(context: StepContext, asset: str) -> Mark:
    """In a run without partitions: whom it brought something new, and who is shown as failed and has recovered."""

    def mark(chunk: Sequence[ProfileOutcome]) -> None:
        good = [one for one in chunk if not one.is_bad]
        red = failed_partitions(context.instance, asset, [one.profile_id for one in good])
        _mark(context, asset, [one for one in good if one.outcome == NEW or one.profile_id in red])

    return mark


def outcome_metadata(one: ProfileOutcome) -> Metadata:
    """What the UI shows of one profile."""
    pictures = {name: dg.MetadataValue.md(picture) for name, picture in one.pictures.items()}
    status = {} if one.status is None else {"status": one.status}
    return {"outcome": one.outcome, **status, **one.counts, **pictures}


def summary(asset: str, outcomes: Sequence[ProfileOutcome]) -> str:
    """How many profiles came to what, in a line."""
    counts = Counter(one.outcome for one in outcomes)
    statuses = Counter(one.status for one in outcomes if one.status)
    told = ", ".join(f"{number} {name}" for name, number in sorted((counts + statuses).items()))
    return f"{asset}: {count_text(len(outcomes), 'profile')} ({told or 'nobody is due'})"


def failure_of(outcomes: Sequence[ProfileOutcome]) -> dg.Failure | None:
    """What a step ends with where there is no result for some; who and why is in it. None where all went well."""
    bad = [one for one in outcomes if one.is_bad]
    if not bad:
        return None
    return failure_of_some(
        f"{len(bad)} of {count_text(len(outcomes), 'profile')} failed, the results of the others are stored. "
        f"First: {bad[0].profile_id}: {bad[0].error}",
        {one.profile_id: one.error or "" for one in bad},
    )


def _mark(context: StepContext, asset: str, outcomes: Sequence[ProfileOutcome]) -> None:
    report_materializations(
        context,
        [dg.AssetMaterialization(asset, partition=one.profile_id, metadata=outcome_metadata(one)) for one in outcomes],
    )
