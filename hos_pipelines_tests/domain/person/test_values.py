"""What people write, and what is stored of it: code and database take the same, and words are never guessed at."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import Connection
from psycopg.types.json import Jsonb

from hos_pipelines.domain.person.contradictions import find_contradictions
from hos_pipelines.domain.person.fact_keys import FactKey
from hos_pipelines.domain.person.fact_values import ValueRules, parse_value
from hos_pipelines.domain.person.hours import ClockSpan, span_of
from hos_pipelines.domain.person.roster import Shift, parse_roster, read_roster
from hos_pipelines.domain.person.vocabularies import CHOICES
from hos_pipelines.libraries.shipped import shipped_food_library
from hos_pipelines.stages.person.say_facts import known_words

TODAY, MONDAY = date(2026, 11, 1), "2026-11-02"
RULES = ValueRules(known_words(), TODAY)
NIGHT = "22:00-06:00"
IS_FACT = "SELECT hos_is_fact(%s, %s)"
TAKEN: Mapping[FactKey, list[object]] = {
    FactKey.BIRTH_DATE: ["1980-05-21", "adult", "2026-11-01"],
    FactKey.HEIGHT: [90, 260, "171.5 cm", 171],
    FactKey.WEIGHT: ["20", 400, "64,5", "70kg"],
    FactKey.BODY_FAT: ["22.5 %"],
    FactKey.LEAN_MASS: [50],
    FactKey.RESTING_ENERGY: ["1500 kcal"],
    FactKey.WAKE_TIME_WORK: ["6:30", "06:30 am", "12:00 pm"],
    FactKey.WAKE_TIME_FREE: ["00:00"],
    FactKey.SLEEP_TIME_WORK: ["23:59"],
    FactKey.SLEEP_TIME_FREE: ["12:15 am"],
    FactKey.WORK_DAYS: ["none", "mon, Sunday", ["tuesday"]],
    FactKey.WORK_HOURS: ["9:00-17:30", "22:00 to 06:00"],
    FactKey.ROSTER: ["d,n,o from 2026-11-02", {"dates": {"2026-11-02": "night"}, "hours": {"n": "21:00-05:00"}}],
    FactKey.COUNTRY: ["de"],
    FactKey.TIMEZONE: ["America/Argentina/Buenos_Aires", "UTC", "Etc/GMT+5"],
    FactKey.OPT_OUT_OF_NUMBERS: [True, "yes"],
    FactKey.ALLOW_SWITCH: ["off"],
    FactKey.HEALTH_FLAGS: ["pregnant, Kidney disease", "none", []],
}


def test_the_database_takes_whatever_the_code_takes(connection: Connection[Any]) -> None:
    said: dict[FactKey, list[object]] = {**TAKEN, **{key: list(words) for key, words in CHOICES.items()}}
    said |= {key: [list(words.ids), *words.spellings] for key, words in known_words().items() if key not in said}
    assert set(said) == set(FactKey)
    for key, several in said.items():
        for one in several:
            value = parse_value(key, one, RULES)
            assert connection.execute(IS_FACT, (key, Jsonb(value))).fetchone() == (True,), (key, one, value)


def test_the_database_refuses_what_is_no_fact(connection: Connection[Any]) -> None:
    bad: list[tuple[str, object]] = [
        ("birth_date", "2025-02-30"), ("birth_date", 1980),
        ("birth_date", "2026-W01-1"), ("birth_date", 19800521), ("height", "171"), ("height", 89), ("weight", True),
        ("sex", 1), ("goal", "fly"), ("diet", "vegan"), ("diet", ["vegan", "vegan"]), ("diet", [["vegan"]]),
        ("diet", ["peanut"]), ("allergies", ["vegan"]), ("allergies", {"milk": 1}), ("health_flags", ["sad"]),
        ("wake_time_work", "24:00"), ("wake_time_work", "6:30"), ("work_hours", "09:00-09:00"), ("work_days", ["mon"]),
        ("roster", {}), ("roster", []), ("roster", {"pattern": ["day"]}), ("roster", {"pattern": [], "starts": MONDAY}),
        ("roster", {"dates": {"2026-13-01": "day"}}), ("roster", {"dates": {"2026-11-02": None}}),
        ("roster", {"dates": {MONDAY: "day"}, "more": 1}), ("roster", {"dates": {MONDAY: "day"}, "starts": MONDAY}),
        ("roster", {"dates": {"2026-11-02": "day"}, "hours": {"off": "01:00-02:00"}}), ("country", "de"),
        ("timezone", "Europe/Berlin; DROP"), ("allow_switch", "true"), ("nothing", 1), ("", None),
    ]  # fmt: skip
    for key, value in bad:
        assert connection.execute(IS_FACT, (key, Jsonb(value))).fetchone() == (False,), (key, value)
    for key in FactKey:
        assert connection.execute(IS_FACT, (key, Jsonb(None))).fetchone() == (True,), key


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["pattern", "dates", "hours"]), inner),
    max_leaves=6,
)


@given(key=st.sampled_from(list(FactKey)), value=JSON)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_value_breaks_either_of_them(connection: Connection[Any], key: FactKey, value: Any) -> None:
    try:
        stored = parse_value(key, value, RULES)
    except ValueError:
        return
    assert connection.execute(IS_FACT, (key, Jsonb(stored))).fetchone() == (True,)


def test_words_are_those_of_the_library_of_restrictions_in_every_spelling() -> None:
    library = shipped_food_library().vocabulary
    everything = known_words()[FactKey.RESTRICTIONS]
    assert set(everything.ids) == set(library.sayable)
    for one in map(library.by_id.__getitem__, library.sayable):
        for spelling in (one.id, *one.also, one.id.upper(), f" {one.id} "):
            assert everything.find(spelling) == one.id


def test_a_likeness_is_offered_and_never_taken() -> None:
    allergies, everything = known_words()[FactKey.ALLERGIES], known_words()[FactKey.RESTRICTIONS]
    assert (allergies.find("nutmeg"), allergies.find("water chestnut"), allergies.find("peanutz")) == (None, None, None)
    assert allergies.find("macadamia") == "tree_nut"
    assert (allergies.nearest("Nüsse"), everything.nearest("no garlic")) == (None, None)
    assert (allergies.nearest("peanutz"), allergies.nearest("sesami"), allergies.nearest("qqqq")) == (
        "peanut",
        "sesame",
        None,
    )
    assert (allergies.find("Nuts"), allergies.find("ALMONDS"), allergies.find("Eggs")) == ("nuts", "almond", "egg")


@given(
    first=st.tuples(*[st.integers(0, 1439)] * 2).filter(lambda one: one[0] != one[1]),
    second=st.tuples(*[st.integers(0, 1439)] * 2).filter(lambda one: one[0] != one[1]),
)
def test_overlap_is_what_counting_the_minutes_says(first: tuple[int, int], second: tuple[int, int]) -> None:
    one, other = ClockSpan(*first), ClockSpan(*second)
    minutes = [{(span.start + after) % 1440 for after in range(span.minutes)} for span in (one, other)]
    assert one.overlap(other) == other.overlap(one) == len(minutes[0] & minutes[1])


def test_a_roster_says_who_works_when_by_pattern_and_by_date_and_a_morning_after_is_not_free() -> None:
    pattern = ["day", "night", "off", "off"]
    stored = parse_roster({"pattern": pattern, "starts": "2026-11-02", "dates": {"2026-11-04": "late"}})
    roster = read_roster(stored)
    days = [date(2026, 11, day) for day in range(1, 10)]
    assert [roster.shift_on(day) for day in days[:6]] == [
        Shift.OFF, Shift.DAY, Shift.NIGHT, Shift.LATE, Shift.OFF, Shift.DAY,
    ]  # fmt: skip
    assert [roster.is_free(day) for day in days] == [True, False, False, False, True, False, False, False, True]
    assert roster.has_nights
    assert roster.span_on(days[2]) == span_of("22:00-06:00")
    by_date = read_roster({"dates": {"2026-11-02": "off"}})
    assert (by_date.is_free(date(2026, 11, 2)), by_date.is_free(date(2026, 11, 3))) == (True, None)


@pytest.mark.parametrize(
    ("facts", "about"),
    [
        ({FactKey.DIET: ["vegan"], FactKey.RESTRICTIONS: ["vegetarian"]}, "diet"),
        ({FactKey.SLEEP_TIME_WORK: "09:00", FactKey.WAKE_TIME_WORK: "16:00", FactKey.WORK_HOURS: NIGHT}, None),
        ({FactKey.SLEEP_TIME_WORK: "01:00", FactKey.WAKE_TIME_WORK: "07:00", FactKey.WORK_HOURS: NIGHT}, "work_hours"),
        ({FactKey.WAKE_TIME_WORK: "09:30", FactKey.WORK_HOURS: "09:00-17:00"}, "wake_time_work"),
        ({FactKey.WORK_DAYS: [], FactKey.WORK_HOURS: "09:00-17:00"}, "work_hours"),
        ({FactKey.OPT_OUT_OF_NUMBERS: False, FactKey.HEALTH_FLAGS: ["eating_disorder"]}, "opt_out_of_numbers"),
        ({FactKey.WEIGHT: 70, FactKey.LEAN_MASS: 71}, "lean_mass"),
        ({FactKey.DIET: ["vegan", "gluten_free", "kosher"], FactKey.ALLERGIES: ["milk"]}, None),
    ],
)  # fmt: skip
def test_contradictions_name_their_fields_and_no_value(facts: dict[FactKey, Any], about: str | None) -> None:
    found = find_contradictions(facts)
    assert [one.partition(":")[0] for one in found] == ([] if about is None else [about])
    assert all("71" not in one and "09:30" not in one for one in found)


@pytest.mark.parametrize("said", ["2026-W01-1", 19800521, "19800521", "1980-142", True, "１９８０-05-21"])  # noqa: RUF001
def test_a_day_is_written_in_one_form(said: object) -> None:
    with pytest.raises(ValueError, match="write it as 1980-05-21"):
        parse_value(FactKey.BIRTH_DATE, said, RULES)
