"""Rows of one answer that share a key and say different things: which of them stays, and which are told apart from it.

The choice has a meaning: what is over before what is open, a total before parts of it, the newest before what is older,
and of rows that are alike in all of that the last, as everywhere else. It is never one of spelling.
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar

from hos_pipelines.domain.measurements import (
    NEVER,
    Biomarker,
    Reading,
    SahhaArchetype,
    Score,
    archetype_rank,
    score_rank,
)

Row = TypeVar("Row", bound=Reading)

AGGREGATIONS = ("total", "average", "maximum", "none", None)


@dataclass(slots=True)
class ResolvedRows(Generic[Row]):
    """The rows that stay, and those that contradict one of them: another aggregation, or another value."""

    rows: list[Row] = field(default_factory=list)
    other_aggregation: list[Row] = field(default_factory=list)
    other_value: list[Row] = field(default_factory=list)


def resolve_biomarkers(
    rows: Sequence[Biomarker], made_at: Callable[[Biomarker], datetime | None]
) -> ResolvedRows[Biomarker]:
    """One row a key. An open row of the aggregation that stays is an earlier version of the closed one, and merged."""

    def rank(row: Biomarker) -> tuple[Any, ...]:
        place = AGGREGATIONS.index(row.aggregation) if row.aggregation in AGGREGATIONS else len(AGGREGATIONS)
        return row.periodicity != "intraday", -place, row.value is not None, made_at(row) or NEVER

    kept = _best(rows, 4, rank)
    resolved = ResolvedRows(list(kept.values()))
    if len(kept) == len(rows):
        return resolved
    for row in rows:
        stays = kept[row[:4]]
        if row.aggregation != stays.aggregation:
            resolved.other_aggregation.append(row)
        elif row.periodicity == stays.periodicity and (row.value, row.unit) != (stays.value, stays.unit):
            resolved.other_value.append(row)
    return resolved


def resolve_scores(rows: Sequence[Score]) -> ResolvedRows[Score]:
    """All rows but those that say another score of their day than the one calculated last."""
    return _resolve(
        rows,
        3,
        lambda row: (*score_rank(row)[:2], row.score is not None),
        lambda row: (row.score, row.state, row.factors),
    )


def resolve_archetypes(rows: Sequence[SahhaArchetype]) -> ResolvedRows[SahhaArchetype]:
    """All rows but those that say another archetype of their period than the one of the highest version."""
    return _resolve(
        rows, 4, lambda row: (archetype_rank(row)[0], row.value is not None), lambda row: (row.value, row.ordinality)
    )


def _resolve(
    rows: Sequence[Row], width: int, rank: Callable[[Row], tuple[Any, ...]], said: Callable[[Row], Hashable]
) -> ResolvedRows[Row]:
    kept = _best(rows, width, rank)
    if len(kept) == len(rows):
        return ResolvedRows(list(rows))
    resolved: ResolvedRows[Row] = ResolvedRows()
    for row in rows:
        agrees = said(row) == said(kept[row[:width]])
        (resolved.rows if agrees else resolved.other_value).append(row)
    return resolved


def _best(rows: Sequence[Row], width: int, rank: Callable[[Row], tuple[Any, ...]]) -> dict[tuple[object, ...], Row]:
    """The row of each key that ranks highest, the last of equals."""
    best: dict[tuple[object, ...], Row] = {row[:width]: row for row in rows}
    if len(best) == len(rows):
        return best
    best.clear()
    for row in rows:
        current = best.get(row[:width])
        if current is None or rank(row) >= rank(current):
            best[row[:width]] = row
    return best
