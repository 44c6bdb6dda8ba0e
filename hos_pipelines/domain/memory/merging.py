"""New evidence of a row that is held already: days united, each counted once, ids united, the newest day kept."""

from dataclasses import replace
from datetime import date

from hos_pipelines.domain.memory.evidence import Tallies, ValueTally
from hos_pipelines.domain.memory.layers import RULE_VERSION
from hos_pipelines.domain.memory.long_memory import EVIDENCE_IDS_KEPT, LongMemory, counted_since
from hos_pipelines.domain.memory.short_memory import ShortMemory


def united(row: LongMemory, short: ShortMemory, tallies: Tallies, today: date) -> ValueTally:
    """The days for and against a row with what short-term memory shows since its first day, which is the authority for
    those days: what was corrected there is corrected here.
    """
    seen, first = tallies.of(row.value), short.first_day
    support = (*(day for day in row.support_days if day < first), *seen.support)
    contradiction = (*(day for day in row.contradiction_days if day < first), *seen.contradiction)
    return ValueTally(
        row.value,
        counted_since(support, today),
        counted_since(contradiction, today),
        tuple(sorted({*row.kinds, *seen.kinds})),
        tuple(dict.fromkeys((*row.evidence_ids, *seen.evidence_ids)))[-EVIDENCE_IDS_KEPT:],
    )


def merged(row: LongMemory, tally: ValueTally, today: date) -> LongMemory:
    """The row with a tally in place of its own; the very same row where nothing differs."""
    if row.tally == tally:
        return row
    return replace(
        row,
        support_days=tally.support,
        contradiction_days=tally.contradiction,
        kinds=tally.kinds,
        evidence_ids=tally.evidence_ids,
        valid_from=min((row.valid_from, *tally.support[:1])),
        last_confirmed=max((row.last_confirmed, *tally.support[-1:])),
        rule_version=RULE_VERSION,
    ).judged(today)
