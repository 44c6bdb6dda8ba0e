"""Consolidation: what is promoted, merged, contested, superseded, archived and forgotten, and that twice is once."""

from datetime import timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hos_pipelines.domain.memory.consolidation import PersonMemory, consolidate
from hos_pipelines.domain.memory.evidence import Observation, Offer
from hos_pipelines.domain.memory.layers import Operation, Source, SourceKind, Standing
from hos_pipelines.domain.memory.long_memory import LongMemory
from hos_pipelines.domain.memory.memory_key import key_hash
from hos_pipelines.domain.memory.short_memory import note
from hos_pipelines.domain.memory.statement import MemoryStatement
from hos_pipelines.domain.memory.step import MemoryStep, apply_steps
from hos_pipelines_tests.domain.memory.made import EMPTY, KEY, TODAY, after, moment, one, seen, told

LIVE, CONTESTED = Standing.LIVE, Standing.CONTESTED
JOURNAL = SourceKind.JOURNAL
TIMING = "timing.exercise"

KEYS = ("liking.exercise", "timing.exercise", "feeling.mood")
OBSERVATIONS = st.lists(
    st.builds(
        lambda key, value, age, kind, number, supports: Observation(
            key, value, TODAY - timedelta(days=age), kind, f"{kind}:{number}", supports
        ),
        st.sampled_from(KEYS),
        st.sampled_from(("low", "mid", "high")),
        st.integers(0, 29),
        st.sampled_from((SourceKind.CHECKIN, SourceKind.JOURNAL, SourceKind.BEHAVIOR)),
        st.integers(0, 40),
        st.booleans() | st.just(True),
    ),
    max_size=40,
    unique_by=lambda one: (one.key, one.evidence_id),
)
OFFERS = [Offer(key, value, TODAY) for key in KEYS for value in ("low", "high")]


def operations(steps: tuple[MemoryStep, ...]) -> list[Operation]:
    return [step.operation for step in steps]


@pytest.mark.parametrize(
    "observations",
    [
        seen("high", [0, 7]),
        seen("high", [0, 3, 6]) + seen("high", [1], kind=JOURNAL),
        seen("high", [0, 4, 8, 9]),
        seen("high", [0, 4, 8], kind=JOURNAL) + seen("low", [1, 2]) + seen("high", [4]),
        seen("high", [0, 0, 0, 8, 8], tag="again") + seen("high", [0], kind=JOURNAL),
    ],
    ids=["two days", "within six days", "four days of one kind", "contradicted", "many reports of two days"],
)
def test_too_little_is_not_held_to_be_true(observations: list[Observation]) -> None:
    assert after(EMPTY, observations)[0].long == ()


@pytest.mark.parametrize(
    "observations",
    [seen("high", [0, 3]) + seen("high", [7], kind=JOURNAL), seen("high", [0, 1, 2, 3, 7])],
    ids=["three days and two kinds", "five days of one kind"],
)
def test_enough_days_far_enough_apart_are_promoted(observations: list[Observation]) -> None:
    memory, steps = after(EMPTY, observations)
    assert told(memory) == [(KEY, "high", LIVE)]
    assert operations(steps) == [Operation.PROMOTE]
    assert (one(memory).valid_from, one(memory).last_confirmed) == (TODAY - timedelta(days=7), TODAY)


def test_whoever_was_offered_mornings_alone_does_not_prefer_mornings() -> None:
    mornings = seen("morning", range(10), key=TIMING)
    offers = [Offer(TIMING, "morning", TODAY - timedelta(days=age)) for age in range(20)]
    memory, _ = after(EMPTY, mornings, offers=offers)
    assert memory.long == ()
    assert (memory.short[TIMING].exposures, memory.short[TIMING].offered) == (20, ("morning",))
    choice = [*offers, Offer(TIMING, "evening", TODAY)]
    assert told(after(EMPTY, mornings, offers=choice)[0]) == [(TIMING, "morning", LIVE)]


def test_new_evidence_of_what_is_held_unites_days_and_ids() -> None:
    memory, _ = after(EMPTY, seen("high", [0, 1, 2, 3, 7]))
    memory, steps = after(memory, seen("high", [-2]) + seen("high", [1], kind=JOURNAL), now=moment(2))
    assert operations(steps) == [Operation.MERGE]
    row = one(memory)
    assert (len(row.support_days), len(row.evidence_ids), row.version) == (6, 7, 1)
    assert (row.valid_from, row.last_confirmed) == (TODAY - timedelta(days=7), TODAY + timedelta(days=2))
    assert row.kinds == (SourceKind.CHECKIN, JOURNAL)


def test_a_correction_takes_back_what_it_corrects() -> None:
    observations = seen("high", [0, 1, 2, 3, 7])
    memory, _ = after(EMPTY, observations)
    corrected = observations[1]._replace(value="low")
    memory, _ = after(memory, [corrected])
    assert (len(one(memory).support_days), len(one(memory).contradiction_days)) == (4, 1)


def test_what_most_days_contradict_is_archived() -> None:
    memory, _ = after(EMPTY, seen("high", [20, 21, 22, 23, 28]))
    memory, steps = after(memory, seen("high", range(12), supports=False))
    assert (memory.long, operations(steps)) == ((), [Operation.MERGE, Operation.ARCHIVE])
    archived = steps[-1].after
    assert archived is not None
    assert (archived.standing, archived.valid_to) == (Standing.ARCHIVED, TODAY - timedelta(days=20))


def test_two_values_with_support_of_their_own_contest_the_key_until_one_is_left() -> None:
    memory, _ = after(EMPTY, seen("high", [5, 6, 7, 8, 9, 13]))
    memory, steps = after(memory, seen("low", range(5)))
    assert told(memory) == [(KEY, "high", CONTESTED), (KEY, "low", CONTESTED)]
    assert Operation.CONTEST in operations(steps)
    later = seen("low", range(-20, 0, 2))
    for days in range(1, 40):
        memory, steps = after(memory, [one for one in later if one.day <= moment(days).today], now=moment(days))
    assert told(memory) == [(KEY, "low", LIVE)]


def test_a_new_value_takes_the_place_of_one_nobody_confirms_any_more() -> None:
    memory, _ = after(EMPTY, seen("high", [0, 1, 2, 3, 7]))
    memory, steps = after(memory, seen("low", [-30, -33, -35, -38, -40]), now=moment(40))
    assert told(memory) == [(KEY, "low", LIVE)]
    (old,) = [step.after for step in steps if step.operation is Operation.SUPERSEDE]
    new = one(memory)
    assert old is not None
    assert (old.standing, old.valid_to, new.version) == (Standing.SUPERSEDED, new.valid_from, 2)


def test_what_nobody_confirms_fades_and_is_archived_below_three_tenths() -> None:
    memory, _ = after(EMPTY, seen("high", range(12)))
    first, written = one(memory).confidence, 0
    for days in range(1, 200):
        memory, steps = after(memory, now=moment(days))
        written += len(steps)
        if not memory.long:
            break
    assert (round(first, 2), days, operations(steps)) == (0.92, 125, [Operation.ARCHIVE])
    assert written < 20


def test_what_the_person_says_is_held_at_once_and_never_fades() -> None:
    said = [MemoryStatement("restriction.gluten", "avoid", TODAY, "fact:1")]
    memory, _ = after(EMPTY, said=said)
    memory, steps = after(memory, said=said, now=moment(900))
    assert (steps, one(memory).source, one(memory).confidence) == ((), Source.STATED, 1.0)


def test_only_the_person_changes_or_takes_back_what_was_said() -> None:
    memory, _ = after(EMPTY, said=[MemoryStatement("goal.primary", "sleep", TODAY, "fact:1")])
    later = MemoryStatement("goal.primary", "movement", TODAY + timedelta(days=3), "fact:2")
    memory, steps = after(memory, said=[later], now=moment(3))
    assert (one(memory).value, operations(steps)) == ("movement", [Operation.SUPERSEDE, Operation.PROMOTE])
    memory, steps = after(memory, now=moment(5))
    assert (memory.long, operations(steps)) == ((), [Operation.ARCHIVE])


def test_what_is_said_outranks_what_was_learned() -> None:
    offers = [Offer(TIMING, value, TODAY) for value in ("morning", "evening")]
    mornings = seen("morning", range(10), key=TIMING)
    memory, _ = after(EMPTY, mornings, offers=offers)
    memory, _ = after(memory, mornings, offers=offers, said=[MemoryStatement(TIMING, "evening", TODAY, "fact:9")])
    assert (one(memory).value, one(memory).source) == ("evening", Source.STATED)
    assert after(memory, mornings, offers=offers, said=[MemoryStatement(TIMING, "evening", TODAY, "fact:9")])[1] == ()


def test_reading_is_never_evidence() -> None:
    assert "access_count" not in LongMemory.__slots__
    assert "access" not in "".join(SourceKind)


def test_what_was_taken_back_at_its_source_is_let_go() -> None:
    held = note({}, seen("high", [1, 2]) + seen("high", [3], kind=SourceKind.BEHAVIOR), [], TODAY)
    left = note(held, seen("high", [2]), [], TODAY, whole={SourceKind.CHECKIN})
    assert [(one.kind, one.day) for one in left[KEY].evidence] == [
        (SourceKind.BEHAVIOR, TODAY - timedelta(days=3)),
        (SourceKind.CHECKIN, TODAY - timedelta(days=2)),
    ]


def test_a_day_that_is_still_to_come_is_not_noted() -> None:
    assert note({}, seen("high", [-1, 30]), [], TODAY) == {}


@given(OBSERVATIONS, st.randoms(use_true_random=False))
def test_the_order_of_events_and_doubles_of_them_change_nothing(seen_ones: list[Observation], chance: Random) -> None:
    shuffled = [*seen_ones, *chance.choices(seen_ones, k=len(seen_ones))] if seen_ones else []
    chance.shuffle(shuffled)
    assert after(EMPTY, shuffled, offers=OFFERS) == after(EMPTY, seen_ones, offers=OFFERS)


@given(OBSERVATIONS, st.integers(0, 60))
def test_consolidating_twice_is_consolidating_once(observations: list[Observation], days: int) -> None:
    memory, _ = after(EMPTY, observations, offers=OFFERS)
    memory, _ = after(memory, now=moment(days), offers=OFFERS)
    assert consolidate(memory, (), moment(days)) == ()


@settings(max_examples=60)
@given(st.lists(st.tuples(OBSERVATIONS, st.integers(1, 20)), max_size=4))
def test_a_replay_of_the_log_gives_the_same_rows(rounds: list[tuple[list[Observation], int]]) -> None:
    memory, days, log, every = EMPTY, 0, list[MemoryStep](), dict[tuple[str, int], LongMemory]()
    for observations, wait in rounds:
        days += wait
        moved = [one._replace(day=one.day + timedelta(days=days)) for one in observations]
        memory, steps = after(memory, moved, now=moment(days), offers=OFFERS)
        log += steps
        every = apply_steps(every.values(), steps)
        assert_settled(memory)
    stored = [LongMemory.from_payload(payload) for step in log if (payload := step.payloads()[1]) is not None]
    assert {(row.key, row.version): row for row in stored} == every
    assert {row for row in every.values() if row.standing.is_open} == set(memory.long)


@given(OBSERVATIONS, st.sampled_from(("low", "mid", "high")), st.integers(0, 29))
def test_a_day_against_a_value_never_makes_it_surer(seen_ones: list[Observation], value: str, age: int) -> None:
    memory, _ = after(EMPTY, [one for one in seen_ones if one.key == KEY])
    rows = {row.value: row.confidence for row in memory.long}
    against = Observation(KEY, value, TODAY - timedelta(days=age), SourceKind.INSIGHT, "insight:1", supports=False)
    later, _ = after(memory, [against])
    for row in later.long:
        if row.value == value and value in rows:
            assert row.confidence <= rows[value]


@pytest.mark.parametrize("days", [0, 5, 29])
@given(OBSERVATIONS)
def test_a_forgotten_key_never_comes_back(days: int, seen_ones: list[Observation]) -> None:
    memory, _ = after(EMPTY, seen_ones, offers=OFFERS)
    forgotten = frozenset({key_hash("anna", KEY)})
    without = PersonMemory("anna", memory.short, memory.long, memory.versions, forgotten)
    statement = MemoryStatement(KEY, "high", TODAY, "fact:1")
    later, steps = after(without, seen_ones, now=moment(days), offers=OFFERS, said=[statement])
    assert not any(step.key == KEY for step in steps)
    assert [row for row in later.long if row.key == KEY] == [row for row in memory.long if row.key == KEY]


@given(OBSERVATIONS)
def test_one_value_of_a_key_is_live_at_most_and_none_beside_contested_ones(seen_ones: list[Observation]) -> None:
    assert_settled(after(EMPTY, seen_ones, offers=OFFERS)[0])


def assert_settled(memory: PersonMemory) -> None:
    for key in KEYS:
        standings = [row.standing for row in memory.long if row.key == key]
        assert standings.count(LIVE) <= 1
        assert not (LIVE in standings and CONTESTED in standings)
        values = [row.value for row in memory.long if row.key == key]
        assert len(values) == len(set(values))
