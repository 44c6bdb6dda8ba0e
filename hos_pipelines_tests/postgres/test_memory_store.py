"""Memory on real PostgreSQL: written once, replayed from its log, forgotten for good, and held by the database."""

from datetime import UTC, timedelta
from threading import Thread
from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg import Connection, sql

from hos_pipelines.domain.analysis_scope import AnalysisType
from hos_pipelines.domain.memory.long_memory import LongMemory
from hos_pipelines.domain.memory.moment import MemoryMoment
from hos_pipelines.domain.memory.remember import MemorySources, remember
from hos_pipelines.domain.memory.sources.analysis_labels import AnalysisLabels
from hos_pipelines.domain.person.engagement import Engagement
from hos_pipelines.domain.person.fact_keys import FactKey, FactSource
from hos_pipelines.domain.person.journal import SCALES, SWITCHES, Journal
from hos_pipelines.domain.person.profile_facts import ProfileFact
from hos_pipelines.domain.profiles import Enrolment
from hos_pipelines.domain.retention import KeepRules
from hos_pipelines.postgres.connection import connect
from hos_pipelines.postgres.memory_forgetting import Forgotten, forget
from hos_pipelines.postgres.memory_rows import read_memories
from hos_pipelines.postgres.memory_store import MemoryWrite, replayed, write_memories
from hos_pipelines.postgres.memory_tables import MEMORY_TABLES
from hos_pipelines.postgres.memory_view import CORE, count_access, read_core, read_layers
from hos_pipelines.postgres.profile_locks import lock_profiles
from hos_pipelines.postgres.profile_store import enrol
from hos_pipelines.postgres.retention import delete_expired
from hos_pipelines_tests.domain.memory.made import NOW, TODAY, moment

MOOD, CHRONOTYPE, GLUTEN = "feeling.mood", "rhythm.chronotype", "restriction.gluten"
DAY = timedelta(days=1)


@pytest.fixture
def people(connection: Connection[Any]) -> Connection[Any]:
    enrol(connection, [Enrolment(name, name) for name in ("anna", "ben")], NOW, by_hand=True)
    return connection


def journal(age: int, mood: int = 5, now: MemoryMoment | None = None) -> Journal:
    day = (now or moment()).today - timedelta(days=age)
    nothing: dict[str, Any] = dict.fromkeys((*SCALES, "hydration_glasses", *SWITCHES))
    return Journal(
        **nothing | {"mood_rating": mood},
        profile_id="anna",
        id=UUID(int=day.toordinal()),
        journal_date=day,
        has_text=False,
        recorded_at=NOW - timedelta(days=age),
    )


def labels(age: int) -> AnalysisLabels:
    at = NOW - timedelta(days=age)
    return AnalysisLabels(
        AnalysisType.CIRCADIAN, f"{age:064x}", "ok", at, at.date(), {"chronotype": "moderate_evening"}
    )


FACTS = [ProfileFact(FactKey.ALLERGIES, ["gluten"], FactSource.STATED, NOW - 9 * DAY, NOW - 9 * DAY, id=7)]
DONE = Engagement(journals=[journal(age) for age in (0, 1, 2, 4, 8)])
SEEN = MemorySources(UTC, DONE, FACTS, [labels(0)])


def write(
    connection: Connection[Any], profile_id: str, sources: MemorySources, now: MemoryMoment | None = None
) -> bool:
    now = now or moment()
    held = read_memories(connection, [profile_id])[profile_id]
    one = MemoryWrite(held, remember(held.memory, sources, now), now)
    with connection.transaction():
        lock_profiles(connection, [profile_id])
        return profile_id in write_memories(connection, {profile_id: one})


def everything(connection: Connection[Any]) -> dict[str, list[Any]]:
    return {
        table.name: connection.execute(
            f"SELECT to_jsonb(t) - 'id' FROM {table.name} AS t ORDER BY 1".encode()  # noqa: S608
        ).fetchall()
        for table in MEMORY_TABLES
    }


def test_what_is_seen_and_said_is_stored_layer_by_layer_and_twice_is_once(people: Connection[Any]) -> None:
    assert write(people, "anna", SEEN)
    before = everything(people)
    assert [(row.key, row.value, row.source) for row in read_core(people, "anna")] == [
        (GLUTEN, "allergic", "stated"),
        (MOOD, "high", "learned"),
    ]
    layers = read_layers(people, "anna", NOW)
    assert [(row["key"], row["value"], row["support_count"]) for row in layers["shortterm"]] == [
        (MOOD, "high", 5),
        (CHRONOTYPE, "moderate_evening", 1),
    ]
    assert [(row["key"], row["value"]) for row in layers["working"]] == [("analysis.circadian", "ok")]
    assert not write(people, "anna", SEEN)
    assert everything(people) == before


def test_a_replay_of_the_stored_log_gives_the_stored_rows(people: Connection[Any]) -> None:
    for days in range(0, 60, 3):
        now = moment(days)
        moods = [journal(age, 5 if days - age < 15 else 1, now) for age in range(30)]
        write(people, "anna", MemorySources(UTC, Engagement(journals=moods), facts=FACTS[: days < 30]), now)
    replay = {
        (row["after"]["key"], row["after"]["version"]): LongMemory.from_payload(row["after"])
        for row in replayed(people, "anna")
        if row["after"] is not None
    }
    stored = {(row["key"], row["version"]): row for row in read_layers(people, "anna", NOW)["longterm"]}
    assert {key: (row.value, row.standing.value, row.confidence) for key, row in replay.items()} == {
        key: (row["value"], row["standing"], row["confidence"]) for key, row in stored.items()
    }
    held = {row for row in replay.values() if row.standing.is_open}
    assert held == set(read_memories(people, ["anna"])["anna"].memory.long)
    assert {row["standing"] for row in stored.values()} == {"live", "superseded", "archived"}
    operations = {row["operation"] for row in replayed(people, "anna")}
    assert operations == {"promote", "merge", "contest", "supersede", "archive"}


def test_a_forgotten_key_leaves_a_hash_alone_and_never_comes_back(people: Connection[Any]) -> None:
    write(people, "anna", SEEN)
    people.execute("INSERT INTO analysis_reports VALUES ('anna', 'f', now(), 'mood: high')")
    assert forget(people, "anna", MOOD, NOW) is Forgotten.NOW
    assert "mood" not in str(everything(people))
    assert people.execute("SELECT count(*) FROM analysis_reports").fetchone() == (0,)
    write(people, "anna", SEEN, moment(1))
    assert "mood" not in str(everything(people))
    assert [row.key for row in read_core(people, "anna")] == [GLUTEN]


def test_what_is_said_is_forgotten_as_well(people: Connection[Any]) -> None:
    write(people, "anna", SEEN)
    assert forget(people, "anna", GLUTEN, NOW) is Forgotten.NOW
    write(people, "anna", SEEN, moment(1))
    assert GLUTEN not in [row.key for row in read_core(people, "anna")]


def test_what_is_not_there_or_anothers_is_not_forgotten_and_twice_is_once(people: Connection[Any]) -> None:
    write(people, "anna", SEEN)
    before = everything(people)
    assert forget(people, "anna", "liking.nothing", NOW) is Forgotten.UNKNOWN
    assert forget(people, "ben", MOOD, NOW) is Forgotten.UNKNOWN
    assert everything(people) == before
    assert forget(people, "anna", MOOD, NOW) is Forgotten.NOW
    after = everything(people)
    assert forget(people, "anna", MOOD, NOW + DAY) is Forgotten.BEFORE
    assert everything(people) == after


def test_a_consolidation_that_began_before_the_forgetting_writes_nothing(people: Connection[Any]) -> None:
    write(people, "anna", SEEN)
    held = read_memories(people, ["anna"])["anna"]
    more = MemorySources(UTC, Engagement(journals=[journal(age, now=moment(1)) for age in range(9)]), facts=FACTS)
    late = MemoryWrite(held, remember(held.memory, more, moment(1)), moment(1))
    forget(people, "anna", MOOD, NOW)
    with people.transaction():
        assert write_memories(people, {"anna": late}) == set()
    assert "mood" not in str(everything(people))


def test_forgetting_waits_for_a_consolidation_that_writes(people: Connection[Any], migrated_url: str) -> None:
    write(people, "anna", SEEN)
    held = read_memories(people, ["anna"])["anna"]
    more = MemorySources(UTC, Engagement(journals=[journal(age, now=moment(1)) for age in range(9)]), facts=FACTS)
    came: list[Forgotten] = []

    def forget_elsewhere() -> None:
        with connect(migrated_url) as other:
            came.append(forget(other, "anna", MOOD, NOW))

    forgetting = Thread(target=forget_elsewhere)
    with people.transaction():
        lock_profiles(people, ["anna"])
        forgetting.start()
        write_memories(people, {"anna": MemoryWrite(held, remember(held.memory, more, moment(1)), moment(1))})
    forgetting.join()
    assert came == [Forgotten.NOW]
    assert "mood" not in str(everything(people))


def test_reading_is_counted_and_changes_nothing_else(people: Connection[Any]) -> None:
    write(people, "anna", SEEN)
    held = read_memories(people, ["anna"])["anna"]
    count_access(people, "anna", [row.key for row in read_core(people, "anna")])
    assert read_memories(people, ["anna"])["anna"] == held
    assert not write(people, "anna", SEEN)
    counts = people.execute("SELECT memory_key, access_count FROM longterm_memory ORDER BY 1").fetchall()
    assert counts == [(MOOD, 1), (GLUTEN, 1)]
    more = MemorySources(UTC, Engagement(journals=[journal(age, now=moment(1)) for age in range(9)]), facts=FACTS)
    write(people, "anna", more, moment(1))
    assert people.execute("SELECT access_count FROM longterm_memory WHERE memory_key = %s", (MOOD,)).fetchone() == (1,)


def test_the_core_view_is_twenty_rows_said_before_learned_surest_first(people: Connection[Any]) -> None:
    people.execute(
        """
        INSERT INTO longterm_memory (profile_id, memory_key, version, category, value, source, standing, support_count,
            contradiction_count, support_days, contradiction_days, kinds, evidence_ids, confidence, judged_on,
            rule_version, valid_from, last_confirmed, recorded_at, access_count)
        SELECT who, 'habit.h' || n, 1, 'habit', 'kept', CASE WHEN n < 3 THEN 'stated' ELSE 'learned' END,
               CASE WHEN n % 10 = 4 THEN 'contested' ELSE 'live' END, 0, 0, '{}', '{}', '{}', '{}', n / 100.0,
               '2026-11-01', '1', '2026-11-01', '2026-11-01', '2026-11-01', 0
        FROM generate_series(1, 60) AS n CROSS JOIN unnest(ARRAY['anna', 'ben']) AS who
        """
    )
    rows = read_core(people, "anna")
    assert [row.key for row in rows[:4]] == ["habit.h2", "habit.h1", "habit.h60", "habit.h59"]
    assert len(rows) == 20
    assert "habit.h54" not in {row.key for row in rows}


def test_the_core_view_of_one_person_is_read_along_one_index_in_its_order(people: Connection[Any]) -> None:
    with people.transaction():
        people.execute("SET LOCAL enable_seqscan TO off")
        plan = "\n".join(line for (line,) in people.execute(f"EXPLAIN {CORE}".encode(), ("anna",)))
    assert "Index Scan using longterm_memory_core on longterm_memory" in plan
    assert "Sort" not in plan.replace("Incremental Sort", "")


def test_expired_rows_and_steps_nothing_rests_on_go_and_the_log_still_gives_the_rows(people: Connection[Any]) -> None:
    for days in range(12):
        now = moment(days)
        seen = MemorySources(UTC, Engagement(journals=[journal(age, now=now) for age in range(9)]), FACTS, [labels(0)])
        write(people, "anna", seen, now)
    forget(people, "anna", CHRONOTYPE, NOW)
    later = NOW + timedelta(days=120)
    deleted = delete_expired(people, KeepRules(), later)
    assert (deleted["working_memory"], deleted["shortterm_memory"]) == (0, 1)
    assert deleted["memory_consolidation"] > 5
    left = [(row["operation"], row["memory_key"]) for row in replayed(people, "anna")]
    assert sorted(left) == [("forget", None), ("merge", MOOD), ("promote", GLUTEN)]
    assert len(read_core(people, "anna")) == 2
    assert set(delete_expired(people, KeepRules(), later).values()) == {0}


def test_whoever_is_erased_leaves_no_memory(people: Connection[Any]) -> None:
    write(people, "anna", SEEN)
    people.execute("DELETE FROM profiles WHERE profile_id = 'anna'")
    assert not any(everything(people).values())


LONG: dict[str, Any] = {
    "memory_key": "habit.x",
    "version": 1,
    "category": "habit",
    "value": "kept",
    "source": "learned",
    "standing": "live",
    "support_count": 0,
    "contradiction_count": 0,
    "support_days": [],
    "contradiction_days": [],
    "kinds": [],
    "evidence_ids": [],
    "confidence": 0.5,
    "judged_on": TODAY,
    "rule_version": "1",
    "valid_from": TODAY,
    "valid_to": None,
    "last_confirmed": TODAY,
    "recorded_at": NOW,
    "expired_at": None,
    "access_count": 0,
}
WORKING: dict[str, Any] = {
    "memory_key": "readiness.today",
    "value": "high",
    "source": "learned",
    "evidence_ids": [],
    "rule_version": "1",
    "valid_from": TODAY,
    "recorded_at": NOW,
    "expired_at": NOW + DAY,
    "access_count": 0,
}
STEP: dict[str, Any] = {
    "key_hash": "a" * 64,
    "operation": "forget",
    "reason": "",
    "rule_version": "1",
    "recorded_at": NOW,
}
REFUSED: list[tuple[str, str, dict[str, Any]]] = [
    ("longterm_memory", "value_form", LONG | {"value": "I felt low today"}),
    ("longterm_memory", "category_known", LONG | {"memory_key": "secret.x", "category": "secret"}),
    ("longterm_memory", "category_of_key", LONG | {"category": "timing"}),
    ("longterm_memory", "said_is_stated", LONG | {"memory_key": "restriction.x", "category": "restriction"}),
    ("longterm_memory", "open_or_closed", LONG | {"standing": "archived"}),
    ("longterm_memory", "counts", LONG | {"support_count": 2}),
    ("longterm_memory", "validity", LONG | {"last_confirmed": TODAY - DAY}),
    ("working_memory", "for_a_day", WORKING | {"expired_at": NOW + DAY + timedelta(seconds=1)}),
    ("memory_consolidation", "operation_known", STEP | {"operation": "invent"}),
    ("memory_consolidation", "forgets_all", STEP | {"memory_key": "habit.x"}),
]


@pytest.mark.parametrize(("table", "rule", "row"), REFUSED, ids=[f"{table} {rule}" for table, rule, _ in REFUSED])
def test_the_database_refuses_what_is_no_memory(
    people: Connection[Any], table: str, rule: str, row: dict[str, Any]
) -> None:
    columns = sql.SQL(", ").join(map(sql.Identifier, ["profile_id", *row]))
    values = sql.SQL(", ").join([sql.Placeholder()] * (len(row) + 1))
    query = sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(sql.Identifier(table), columns, values)
    with pytest.raises(psycopg.errors.CheckViolation) as refused:
        people.execute(query, ["anna", *row.values()])
    assert refused.value.diag.constraint_name == f"{table}_{rule}"


def test_no_instant_of_memory_has_a_default(connection: Connection[Any]) -> None:
    found = connection.execute(
        "SELECT table_name, column_name FROM information_schema.columns WHERE table_name = ANY(%s) "
        "AND column_default IS NOT NULL",
        ([table.name for table in MEMORY_TABLES],),
    ).fetchall()
    assert found == []
    assert NOW.date() == TODAY
