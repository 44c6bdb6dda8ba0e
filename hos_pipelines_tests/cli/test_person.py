"""`hos person`: what is said is stored whole or not at all, with a sentence for each fault."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from hos_pipelines_tests.cli.answers import rows_of
from hos_pipelines_tests.cli.conftest import Hos

COUNT = "SELECT count(*) FROM profile_facts"


@pytest.fixture
def anna(hos: Hos, deployed: str) -> str:
    """Somebody enrolled; gives the address of the database."""
    hos("enroll", "anna", "--timezone", "Europe/Berlin").succeeded()
    return deployed


def values(hos: Hos, *arguments: str) -> dict[str, Any]:
    facts = hos("person", "anna", *arguments).succeeded().json["facts"]
    return {key: fact["value"] for key, fact in facts.items()}


def said(*pairs: str) -> list[str]:
    return [part for pair in pairs for part in ("--set", pair)]


def test_what_is_said_is_shown_with_its_source_and_what_is_not_said_is_not_known(hos: Hos, anna: str) -> None:
    assert values(hos) == {"timezone": "Europe/Berlin"}
    everything = said(
        "birth_date=1980-05-21", "sex=female", "height=171 cm", "weight=64,5", "goal=sleep better", "diet=Vegan",
        "allergies=nuts,Sesame", "health_flags=none", "wake_time=06:30", "sleep_time=10:45 pm",
        "work_days=mon,tue,wed,thu", "work_hours=8:00-16:30", "country=de", "opt_out_of_numbers=no", "allow_switch=yes",
    )  # fmt: skip
    assert values(hos, *everything) == {
        "birth_date": "1980-05-21",
        "sex": "female",
        "height": 171,
        "weight": 64.5,
        "goal": "sleep_better",
        "diet": ["vegan"],
        "allergies": ["nuts", "sesame"],
        "health_flags": [],
        "wake_time_work": "06:30",
        "wake_time_free": "06:30",
        "sleep_time_work": "22:45",
        "sleep_time_free": "22:45",
        "work_days": ["monday", "tuesday", "wednesday", "thursday"],
        "work_hours": "08:00-16:30",
        "country": "DE",
        "timezone": "Europe/Berlin",
        "opt_out_of_numbers": False,
        "allow_switch": True,
    }
    before = rows_of(anna, COUNT)
    again = hos("person", "anna", *everything).succeeded().json
    assert (again["changed"], rows_of(anna, COUNT)) == ([], before)
    shown = hos("person", "anna", "--show", as_json=False).succeeded().stdout
    assert "64.5 kg" in shown
    assert rows_of(anna, "SELECT country FROM profiles") == [("DE",)]


BAD = {
    "birth date in the future": (["birth_date=2030-01-01"], "birth_date: 2030-01-01 is in the future; check the year."),
    "height in inches": (["height=71"], "height: 71 is not between 90 and 260 cm; if these are inches, give 180.3."),
    "height in inches, said": (["height=71 in"], "height: '71 in' is not in cm; give 180.3."),
    "height in metres": (["height=1.8"], "height: 1.8 is not between 90 and 260 cm; if these are m, give 180.0."),
    "weight of 700": (["weight=700"], "weight: 700 is not between 20 and 400 kg; if these are pounds, give 317.5."),
    "no number": (["weight=heavy"], "weight: 'heavy' is no number; give it in kg, such as 100."),
    "unknown restriction": (
        ["restrictions=peanutz"],
        "restrictions: 'peanutz' is unknown (did you mean peanut?); known",
    ),
    "nutmeg is no nut": (["allergies=nutmeg"], "allergies: 'nutmeg' is unknown; known are"),
    "nothing is near": (["allergies=Nüsse"], "allergies: 'Nüsse' is unknown; known are"),
    "garlic is no alcohol": (["restrictions=no garlic"], "restrictions: 'no garlic' is unknown; known are"),
    "unknown key": (["wieght=70"], "wieght: is no fact that is kept (did you mean weight?); known are birth_date"),
    "two diets": (["diet=vegan,pescatarian"], "diet: vegan and pescatarian contradict each other"),
    "asleep at work": (
        ["sleep_time_work=23:00", "wake_time_work=09:30", "work_hours=09:00-17:00"],
        "work_hours: contradict sleep_time_work and wake_time_work",
    ),
    "no night": (["sleep_time_free=23:00", "wake_time_free=00:30"], "sleep_time_free and wake_time_free: leave less"),
    "said twice": (["weight=70", "weight=71"], "weight: is said twice; say it once."),
    "empty": (["weight="], "weight: is empty; give a value, or `unknown` to take back what was said."),
    "no value": (["weight"], "--set: weight has no value; write it as NAME=VALUE."),
    "control characters": (["goal=sleep\x00better"], "goal: holds control characters; leave them out."),
    "a zone that is none": (["timezone=Europe/Berlim"], "timezone: 'Europe/Berlim' is unknown; use an IANA name"),
    "no zone any more": (["timezone=unknown"], "timezone: cannot be taken back"),
    "too long": (["restrictions=" + "x" * 5000], "restrictions: has 5,000 characters; 4,000 are the most."),
}


def test_a_fault_is_a_sentence_and_nothing_is_stored(hos: Hos, anna: str) -> None:
    for pairs, sentence in BAD.values():
        answer = hos("person", "anna", *said("sex=male", *pairs)).refused_with(sentence)
        if "NAME=VALUE" not in sentence:
            answer.refused_with("Nothing was stored.")
            assert any(sentence.rstrip(".") in fault for fault in answer.json["faults"])
    assert rows_of(anna, COUNT) == [(0,)]


def test_every_fault_has_its_sentence(hos: Hos, anna: str) -> None:
    answer = hos("person", "anna", *said("height=6", "weight=700", "sex=4")).refused_with("Nothing was stored.")
    assert [fault.partition(":")[0] for fault in answer.json["faults"]] == ["height", "weight", "sex"]


def test_contradictions_with_what_was_said_before_are_refused_until_it_is_taken_back(hos: Hos, anna: str) -> None:
    roster = "roster=day,day,night,night,off,off from 2026-10-05"
    hos("person", "anna", *said("work_days=mon,tue")).succeeded()
    hos("person", "anna", *said(roster)).refused_with("work_days: contradict roster")
    assert "work_days" not in values(hos, *said(roster, "work_days=unknown"))


def test_a_file_brings_validity_and_rosters(hos: Hos, anna: str, tmp_path: Path) -> None:
    facts = {
        "weight": {"value": 70, "from": "2026-09-01"},
        "goal": {"value": "lose_weight", "from": "2026-10-01", "to": "2026-11-15"},
        "diet": {"value": ["vegan"], "from": "2027-01-01"},
        "roster": {"dates": {"2026-11-02": "night", "2026-11-03": "off"}, "hours": {"night": "21:30-06:00"}},
    }
    path = tmp_path / "facts.json"
    path.write_text(json.dumps(facts))
    found = hos("person", "anna", "--file", str(path)).succeeded().json["facts"]
    assert found["weight"]["valid_from"] == "2026-08-31T22:00:00+00:00"
    assert found["goal"]["valid_to"] == "2026-11-14T23:00:00+00:00"
    assert found["roster"]["value"] == facts["roster"]
    assert "diet" not in found
    assert hos("person", "anna", "--file", str(path)).succeeded().json["changed"] == []


FILES = {
    "no JSON": ("{", "is no JSON; correct it."),
    "no object": ("[1]", "holds no object"),
    "NaN": ('{"weight": NaN}', "is no JSON"),
    "nested without end": ("[" * 100_000, "is no JSON"),
    "a key twice": ('{"weight": 70, "weight": 71}', "weight: is said twice"),
    "a field beside the value": ('{"weight": {"value": 70, "unit": "lb"}}', "weight: has unit beside its value"),
    "ends before it begins": ('{"goal": {"value": "eat_better", "to": "2020-01-01"}}', "goal: ends (`to`) before"),
    "begins in the year 9999": ('{"goal": {"value": "eat_better", "from": "9999-01-01"}}', "goal: begins (`from`)"),
    "a shift nobody knows": ('{"roster": {"dates": {"2026-11-02": "moon"}}}', "roster: has a shift 'moon' nobody"),
    "a number for words": ('{"allergies": 7}', "allergies: is no list of words"),
    "an object where a list is expected, which is not none": ('{"allergies": {}}', "allergies: is no list of words"),
    "switches for words": ('{"allergies": {"peanut": false}}', "allergies: is no list of words"),
    "a value twice": ('{"goal": {"value": "eat_better", "value": "lose_weight"}}', "says value twice; keep one."),
    "a day twice": ('{"roster": {"dates": {"2026-11-02": "day", "2026-11-02": "off"}}}', "says 2026-11-02 twice"),
    "an empty list for an object": ("[]", "holds no object"),
    "a number for a day": ('{"goal": {"value": "eat_better", "from": 20261010}}', "goal: has no text for `from`"),
    "an end no program reads": ('{"goal": {"value": "eat_better", "to": "9999-12-31T23:59-14:00"}}', "goal: ends"),
    "other digits": ('{"weight": "\u0667\u0660"}', "weight: '\u0667\u0660' is no number"),
    "an object for a number": ('{"weight": {"kg": 7}}', "weight: "),
    "a name that acts on terminals": ('{"\\u001b[31m": 1}', "'\\x1b[31m': is no fact that is kept"),
}  # fmt: skip


def test_a_file_that_cannot_be_read_is_refused_whole(hos: Hos, anna: str, tmp_path: Path) -> None:
    path = tmp_path / "facts.json"
    for body, sentence in FILES.values():
        path.write_text(body)
        hos("person", "anna", *said("sex=male"), "--file", str(path)).refused_with(sentence, "Nothing was stored.")
    path.write_text("{}")
    hos("person", "anna", "--file", str(path)).refused_with("says nothing; name a fact", "Nothing was stored.")
    for place in (tmp_path / "nowhere.json", tmp_path):
        hos("person", "anna", "--file", str(place)).refused_with("--file: ", "cannot be read", "Nothing was stored.")
    path.write_text(json.dumps({"goal": "x" * 1_000_000}))
    hos("person", "anna", "--file", str(path)).refused_with("is larger than 256 kB")
    assert rows_of(anna, COUNT) == [(0,)]


def test_whoever_is_not_enrolled_is_told_to_be(hos: Hos, anna: str) -> None:
    hos("person", "bert", *said("sex=male")).refused_with("PROFILE: bert is not enrolled")


def test_a_clock_that_the_databases_contradicts_stores_nothing(
    hos: Hos, anna: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HOS_VIRTUAL_NOW")
    monkeypatch.setattr("hos_pipelines.environment.real_now", lambda: datetime(2031, 1, 1, tzinfo=UTC))
    hos("person", "anna", *said("sex=male")).refused_with("clock: this machine's is", "Nothing was stored.")
    assert rows_of(anna, COUNT) == [(0,)]


def test_what_holds_from_a_later_day_is_listed_with_that_day_of_the_person(
    hos: Hos, deployed: str, tmp_path: Path
) -> None:
    del deployed
    hos("enroll", "ken", "--timezone", "Asia/Tokyo").succeeded()
    path, begins = tmp_path / "facts.json", datetime.now(UTC).date() + timedelta(days=300)
    for words in (["nuts"], ["nuts", "milk"]):
        path.write_text(json.dumps({"allergies": {"value": words, "from": begins.isoformat()}}))
        hos("person", "ken", "--file", str(path)).succeeded()
    found = hos("person", "ken").succeeded()
    assert "allergies" not in found.json["facts"]
    (coming,) = found.json["coming"]
    assert (coming["key"], coming["value"]) == ("allergies", ["milk", "nuts"])
    assert coming["valid_from"] == f"{begins - timedelta(days=1)}T15:00:00+00:00"
    assert begins.isoformat() in hos("person", "ken", as_json=False).succeeded().stdout
