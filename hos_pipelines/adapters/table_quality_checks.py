"""The checks of the tables of readings: what each is called, what it means, and how a measured table fares."""

from collections.abc import Iterator

import dagster as dg

from hos_pipelines.domain.known_types import KNOWN_TYPES
from hos_pipelines.domain.sync import Stream
from hos_pipelines.postgres.table_quality import TableQuality

MOST_MISSING = 0.01
MOST_QUARANTINED = 0.01
FEWEST_OF_LAST_WEEK = 0.5
MOST_NAMED = 20

TEXTS = {
    "no_duplicates": "No two rows share the natural key of the table.",
    "no_future_readings": "No reading starts later than now anywhere on earth (14 hours ahead of UTC).",
    "few_nulls": f"What every reading has is missing in at most {MOST_MISSING:.0%} of the rows, in any column.",
    "known_types": "Every reading has a name that Sahha documents; others are stored, but nothing reads them.",
    "few_quarantined": f"Of the last week's rows at most {MOST_QUARANTINED:.0%} could not be read and were set aside.",
    "as_many_rows_as_last_week": (
        f"Whoever has readings has at least {FEWEST_OF_LAST_WEEK:.0%} as many of the last seven full days as of the "
        "seven before."
    ),
    "watermark_reaches_data": "Nobody's newest reading is newer than their watermark says was pulled.",
}


def quality_specs() -> list[dg.AssetCheckSpec]:
    """The checks of all tables."""
    return [
        dg.AssetCheckSpec(name, asset=stream.value, description=text)
        for stream in Stream
        for name, text in TEXTS.items()
    ]


def quality_results(found: TableQuality) -> Iterator[dg.AssetCheckResult]:
    """How a table fares, check by check. Only a lost constraint is an error; the rest wants a look."""
    seen = max(1, found.rows)
    yield _result(found, "no_duplicates", found.duplicates == 0, {"duplicates": found.duplicates}, is_error=True)
    yield _result(found, "no_future_readings", found.in_future == 0, {"in_future": found.in_future})
    missing = max(found.missing.values(), default=0)
    yield _result(found, "few_nulls", missing / seen <= MOST_MISSING, dict(found.missing))
    unknown = [name for name in found.types if name not in KNOWN_TYPES[found.stream]]
    named = ", ".join(sorted(unknown)[:MOST_NAMED])
    yield _result(found, "known_types", not unknown, {"unknown": len(unknown), "names": named})
    share = found.quarantined / max(1, found.rows_of_week + found.quarantined)
    numbers: dict[str, int | float | str] = {"quarantined": found.quarantined, "share": round(share, 5)}
    yield _result(found, "few_quarantined", share <= MOST_QUARANTINED, numbers)
    yield _as_last_week(found)
    numbers = {"behind": found.behind, "of": found.states, "first": found.first_behind or ""}
    yield _result(found, "watermark_reaches_data", found.behind == 0, numbers)


def _as_last_week(found: TableQuality) -> dg.AssetCheckResult:
    now, before = found.rows_per_person, found.rows_per_person_before
    numbers: dict[str, int | float | str] = {}
    if now is not None:
        numbers["rows_per_person"] = round(now, 1)
    if before is not None:
        numbers["rows_per_person_before"] = round(before, 1)
    is_well = not before or (now or 0) >= FEWEST_OF_LAST_WEEK * before
    return _result(found, "as_many_rows_as_last_week", is_well, numbers)


def _result(
    found: TableQuality, name: str, is_well: object, numbers: dict[str, int | float | str], *, is_error: bool = False
) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        asset_key=found.stream.value,
        check_name=name,
        passed=bool(is_well),
        severity=dg.AssetCheckSeverity.ERROR if is_error else dg.AssetCheckSeverity.WARN,
        metadata={**numbers, "rows_read": found.rows, "share_read": round(found.share_read, 4)},
    )
