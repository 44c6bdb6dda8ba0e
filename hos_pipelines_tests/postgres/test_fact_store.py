"""Facts as they were known at an instant: the newest of the best source, measured ones read from the readings."""

from datetime import timedelta
from typing import Any

from psycopg import Connection

from hos_pipelines.domain.person.fact_keys import FactKey, FactSource
from hos_pipelines.domain.person.said_fact import SaidFact
from hos_pipelines.domain.profiles import Enrolment
from hos_pipelines.domain.sync import Stream
from hos_pipelines.postgres.fact_store import add_facts, read_facts
from hos_pipelines.postgres.profile_store import enrol
from hos_pipelines_tests.postgres.lives import enrol_people, reading, store
from hos_pipelines_tests.postgres.rows import NOON

DAY = timedelta(days=1)
TODAY = NOON.date()


def weight(value: float | None, **more: Any) -> SaidFact:
    return SaidFact(FactKey.WEIGHT, value, **more)


def held(connection: Connection[Any], key: FactKey = FactKey.WEIGHT, at: Any = NOON) -> tuple[Any, ...] | None:
    fact = read_facts(connection, ["anna"], at)["anna"].get(key)
    return None if fact is None else (fact.value, fact.source, fact.has_lapsed)


def test_what_is_stated_goes_before_what_is_measured_until_it_has_lapsed(connection: Connection[Any]) -> None:
    enrol_people(connection, "anna")
    rows = [
        reading("anna", "weight", TODAY - back * DAY, value, unit, observed_at=NOON - back * DAY)
        for back, value, unit in ((0, "7000", "kilogram"), (1, "74.26", "kilogram"), (30, "75000", "gram"))
    ]
    rows.append(reading("anna", "height", TODAY - 3 * DAY, "1.71", "meter", observed_at=NOON - 2 * DAY))
    rows.append(reading("anna", "body_fat", TODAY, "22.5", "stones", observed_at=NOON))
    store(connection, rows)
    assert held(connection) == (74.26, FactSource.MEASURED, False)
    assert held(connection, at=NOON - 5 * DAY) == (75.0, FactSource.MEASURED, False)
    assert held(connection, FactKey.HEIGHT) == (171.0, FactSource.MEASURED, False)
    assert held(connection, FactKey.BODY_FAT) is None
    add_facts(connection, "anna", [weight(80, valid_from=NOON - 60 * DAY)], NOON)
    assert held(connection) == (80, FactSource.STATED, False)
    assert held(connection, at=NOON + 31 * DAY) == (74.26, FactSource.MEASURED, False)
    assert held(connection, at=NOON + 200 * DAY) == (80, FactSource.STATED, True)
    add_facts(connection, "anna", [weight(None)], NOON + DAY)
    assert held(connection, at=NOON + DAY) == (74.26, FactSource.MEASURED, False)
    assert held(connection, at=NOON) == (80, FactSource.STATED, False)


def test_of_two_words_the_one_that_holds_since_later_then_the_one_recorded_later_stands(
    connection: Connection[Any],
) -> None:
    enrol_people(connection, "anna")
    for value, since, at in ((70, 0, 0), (72, -10, 1), (71, 0, 2)):
        add_facts(connection, "anna", [weight(value, valid_from=NOON + since * DAY)], NOON + at * DAY)
    found = [held(connection, at=NOON + after * DAY) for after in (-1, 0, 1, 2)]
    assert [one and one[0] for one in found] == [None, 70, 70, 71]


def test_a_word_holds_within_its_validity_alone(connection: Connection[Any]) -> None:
    enrol_people(connection, "anna")
    diet = SaidFact(FactKey.DIET, ["vegan"], NOON + DAY, NOON + 3 * DAY)
    add_facts(connection, "anna", [diet], NOON)
    found = [held(connection, FactKey.DIET, NOON + after * DAY) for after in range(4)]
    assert [one and one[0] for one in found] == [None, ["vegan"], ["vegan"], None]


def test_to_say_the_same_again_adds_nothing_but_a_weight_on_another_day(connection: Connection[Any]) -> None:
    enrol_people(connection, "anna")
    sex = SaidFact(FactKey.SEX, "female")
    for after in (0, 0, 1):
        added = add_facts(connection, "anna", [weight(70), sex], NOON + after * DAY)
    assert added is not None
    assert (added.changed, added.unchanged) == ([FactKey.WEIGHT], [FactKey.SEX])
    counts = "SELECT fact_key, count(*) FROM profile_facts GROUP BY 1 ORDER BY 1"
    assert connection.execute(counts).fetchall() == [("sex", 1), ("weight", 2)]
    back = [SaidFact(FactKey.SEX, value) for value in ("male", "female")]
    for one in back:
        add_facts(connection, "anna", [one], NOON + 2 * DAY)
    assert held(connection, FactKey.SEX, NOON + 2 * DAY) == ("female", FactSource.STATED, False)
    assert add_facts(connection, "nobody", [sex], NOON) is None


def test_zone_and_country_are_the_profiles_whoever_says_them_last(connection: Connection[Any]) -> None:
    enrol(connection, [Enrolment("anna", "anna", timezone="Europe/Berlin", country="DE")], NOON, by_hand=True)
    assert held(connection, FactKey.TIMEZONE) == ("Europe/Berlin", FactSource.STATED, False)
    store(connection, [reading("anna", "steps", TODAY, "100")])
    added = [SaidFact(FactKey.TIMEZONE, "Asia/Tokyo"), SaidFact(FactKey.COUNTRY, "JP")]
    add_facts(connection, "anna", added, NOON)
    stored = "SELECT timezone, country FROM profiles"
    assert connection.execute(stored).fetchone() == ("Asia/Tokyo", "JP")
    late = "SELECT late_from FROM sync_state WHERE stream = %s"
    assert connection.execute(late, (Stream.BIOMARKERS,)).fetchone() != (None,)
    enrol(connection, [Enrolment("anna", "anna", timezone="Europe/Rome")], NOON + DAY, by_hand=True)
    assert held(connection, FactKey.TIMEZONE, NOON + DAY) == ("Europe/Rome", FactSource.STATED, False)
    assert held(connection, FactKey.COUNTRY, NOON + DAY) == ("JP", FactSource.STATED, False)


def test_facts_of_many_are_read_at_once_and_whoever_has_none_has_an_empty_entry(connection: Connection[Any]) -> None:
    names = [f"p{number:03}" for number in range(200)]
    enrol_people(connection, *names)
    for name in names[:5]:
        add_facts(connection, name, [weight(70)], NOON)
    found = read_facts(connection, names, NOON)
    assert [name for name, facts in found.items() if facts] == names[:5]
