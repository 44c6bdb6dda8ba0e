"""What one person's memory becomes of what there is to see: a pure function of rows, sources and an instant."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta, tzinfo

from hos_pipelines.domain.memory.consolidation import PersonMemory, consolidate
from hos_pipelines.domain.memory.layers import SHORT_TERM_DAYS, Layer, Operation, SourceKind
from hos_pipelines.domain.memory.meta_memory import (
    Counts,
    MetaMemory,
    confirmations,
    learning_days,
    plan_days,
    reporting_rate,
    task_tolerance,
)
from hos_pipelines.domain.memory.moment import MemoryMoment
from hos_pipelines.domain.memory.short_memory import ShortMemory, note
from hos_pipelines.domain.memory.sources.analysis_labels import AnalysisLabels
from hos_pipelines.domain.memory.sources.from_analyses import seen_in_analyses
from hos_pipelines.domain.memory.sources.from_checkins import offered_in, seen_in_checkins
from hos_pipelines.domain.memory.sources.from_facts import said_in_facts
from hos_pipelines.domain.memory.sources.from_insights import (
    InsightReaction,
    applied_and_not,
    seen_in_reactions,
    shown_in,
)
from hos_pipelines.domain.memory.sources.from_journals import seen_in_journals
from hos_pipelines.domain.memory.step import MemoryStep, apply_steps
from hos_pipelines.domain.memory.working import WorkingMemory, of_today
from hos_pipelines.domain.person.engagement import Engagement
from hos_pipelines.domain.person.profile_facts import ProfileFact

# Of these everything of the last 30 days is read each time, so that what was corrected or taken back is seen.
READ_WHOLE = frozenset({SourceKind.CHECKIN, SourceKind.JOURNAL, SourceKind.INSIGHT})
SOURCE_DAYS = timedelta(days=SHORT_TERM_DAYS)


@dataclass(frozen=True, slots=True)
class MemorySources:
    """What there is to see of one person: what they did of the last 30 days, the facts that hold, the
    analyses that stand, what became of insights, and how often each lever of their plans worked and did harm.
    """

    zone: tzinfo
    done: Engagement = field(default_factory=Engagement)
    facts: Sequence[ProfileFact] = ()
    analyses: Sequence[AnalysisLabels] = ()
    reactions: Sequence[InsightReaction] = ()
    levers: Counts = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Remembered:
    """Memory as it is now: short-term rows, steps of consolidation with what they lead to, and what is of today."""

    short: Mapping[str, ShortMemory]
    steps: tuple[MemoryStep, ...]
    meta: MetaMemory
    working: tuple[WorkingMemory, ...]


def remember(memory: PersonMemory, sources: MemorySources, now: MemoryMoment) -> Remembered:
    """Notes what there is to see, consolidates, and says what became of it."""
    done = sources.done
    seen = [
        *seen_in_checkins(done.items, done.checkins, sources.zone),
        *seen_in_journals(done.journals),
        *seen_in_analyses(sources.analyses),
        *seen_in_reactions(sources.reactions, sources.zone),
    ]
    offers = [*offered_in(done.items), *shown_in(sources.reactions, sources.zone)]
    allowed = [one for one in seen if not memory.remembers_to_forget(one.key)] if memory.forgotten else seen
    held = {key: row for key, row in memory.short.items() if not memory.remembers_to_forget(key)}
    short = note(held, allowed, offers, now.today, whole=READ_WHOLE)
    noted = replace(memory, short=short)
    let_go = [
        MemoryStep(Operation.DECAY, key, Layer.SHORT_TERM, None, held[key], None, "no evidence that still counts")
        for key in sorted(set(held) - set(short))
    ]
    steps = (*consolidate(noted, said_in_facts(sources.facts, sources.zone), now), *let_go)
    rows = apply_steps(memory.long, steps).values()
    second, fifth = confirmations(rows)
    days = plan_days(done, sources.zone, now)
    meta = MetaMemory(
        levers=sources.levers,
        insights=applied_and_not(sources.reactions),
        reporting_rate=reporting_rate(days),
        task_tolerance=task_tolerance(days),
        learning_days=learning_days(rows),
        second_confirmed=second,
        fifth_confirmed=fifth,
    )
    return Remembered(short, steps, meta, of_today(sources.analyses, now.at))
