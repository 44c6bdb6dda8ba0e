"""Who a profile is: what becomes of ids, archetype names and zone names, and whom the partition set keeps."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hos_pipelines.domain.profiles import (
    Archetype,
    InvalidProfileError,
    PartitionChanges,
    is_profile_id,
    parse_archetype,
    parse_timezone,
    partition_changes,
    profile_id_for,
    zone_of,
)

PROFILE_IDS = st.from_regex(r"[A-Za-z0-9_-]{1,100}", fullmatch=True)


@pytest.mark.parametrize("external_id", ["a", "sim-0001", "SampleProfile-f106b5e0-4103", "_x", "9" * 100])
def test_an_id_that_fits_the_pattern_is_its_own_key(external_id: str) -> None:
    assert profile_id_for(external_id) == external_id


@pytest.mark.parametrize(
    ("external_id", "key"),
    [
        ("anna@example.org", "x_a3bf86238a1c59bd2f0a648af9293620"),
        ("../etc/passwd", "x_7fef78f53440346c04dac510d59620d4"),
        ("auth0|5f7c8ec7", "x_621b3ebd936e3d561f86d5a77e7b36d5"),
    ],
)
def test_an_id_that_breaks_the_pattern_gets_a_digest_that_never_changes(external_id: str, key: str) -> None:
    assert profile_id_for(external_id) == key


@given(st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1, max_size=100))
def test_every_printable_id_gets_a_key_of_the_pattern_that_no_command_line_takes_for_an_option(
    external_id: str,
) -> None:
    key = profile_id_for(external_id)
    assert is_profile_id(key)
    assert not key.startswith("-")
    assert key == external_id or (key.startswith("x_") and len(key) == 34)


@given(st.lists(st.text(st.characters(categories=["L", "P"]), min_size=1, max_size=20), unique=True, max_size=20))
def test_different_ids_have_different_keys(external_ids: list[str]) -> None:
    assert len({profile_id_for(one) for one in external_ids}) == len(external_ids)


@pytest.mark.parametrize("external_id", ["", "9" * 101])
def test_an_id_of_impossible_length_is_refused_with_the_bounds(external_id: str) -> None:
    with pytest.raises(InvalidProfileError) as refusal:
        profile_id_for(external_id)
    assert str(refusal.value) == "external_id: must have 1 to 100 characters; check the id."


@pytest.mark.parametrize("character", ["\x00", "\n", "\t", "\x1b", "\x7f", "\u202e", "\u2028", "\ud800"])
def test_an_id_with_a_control_character_is_refused(character: str) -> None:
    with pytest.raises(InvalidProfileError) as refusal:
        profile_id_for(f"an{character}na")
    assert str(refusal.value) == "external_id: holds control characters; pass the id exactly as Sahha shows it."


@pytest.mark.parametrize("key", ["", "a b", "anna\n", "ä", "a...b", "[0...5]", "9" * 101, "a/b", "\u0663"])
def test_a_key_outside_the_pattern_is_no_profile_id(key: str) -> None:
    assert not is_profile_id(key)


@pytest.mark.parametrize("archetype", Archetype)
@pytest.mark.parametrize("spell", [str.upper, str.lower, str.swapcase, lambda name: f"  {name}\n"])
@pytest.mark.parametrize("separator", [" ", "_", "-", " - ", "\t"])
def test_an_archetype_is_known_in_any_case_and_with_any_separator(
    archetype: Archetype, spell: Callable[[str], str], separator: str
) -> None:
    assert parse_archetype(spell(archetype.value.replace(" ", separator))) is archetype


@pytest.mark.parametrize("name", ["", "Foundation", "Couch Potato", "Peak Performer 2"])
def test_an_unknown_archetype_is_refused_with_the_six_there_are(name: str) -> None:
    with pytest.raises(InvalidProfileError) as refusal:
        parse_archetype(name)
    assert str(refusal.value) == (
        f"archetype: {name!r} is unknown; use one of: Foundation Builder, Transformation Seeker, Systematic Improver, "
        "Peak Performer, Resilience Rebuilder, Connected Explorer."
    )


@pytest.mark.parametrize(
    "name", ["Europe/Berlin", "America/Argentina/Buenos_Aires", "UTC", "Asia/Kolkata", "Etc/GMT+5"]
)
def test_a_zone_of_the_database_keeps_its_name(name: str) -> None:
    assert parse_timezone(name) == name


@pytest.mark.parametrize(
    "name",
    [
        "", ".", "..", "../etc/passwd", "../../../../etc/passwd", "/etc/passwd", "Europe", "Europe/", "Europe/Atlantis",
        "Europe/Berlin\x00", "Europe/Berlin\n", "CEST", "+02:00", "UTC+2", "\ud800", "ä", "C:\\Windows", "x" * 100_000,
        "Europe/" * 5000, "zone.tab", "__init__.py", "Factory", "localtime",
    ],
)  # fmt: skip
def test_a_name_that_is_no_zone_is_refused_with_examples(name: str) -> None:
    with pytest.raises(InvalidProfileError) as refusal:
        parse_timezone(name)
    assert str(refusal.value) == (
        f"timezone: {name!r} is unknown; use an IANA name such as Europe/Berlin, America/New_York or UTC."
    )


@pytest.mark.parametrize("name", ["Factory", "localtime"])
def test_of_an_older_system_no_zone_is_read_where_none_was_set(name: str) -> None:
    assert zone_of(name) is None


@given(st.text(max_size=60))
def test_any_text_is_a_zone_or_is_refused_by_name(name: str) -> None:
    try:
        assert parse_timezone(name) == name
    except InvalidProfileError as refusal:
        assert str(refusal).startswith("timezone: ")  # noqa: PT017  either answer is right, a third is not


def test_partitions_are_added_and_deleted_in_order_until_they_equal_the_enrolled() -> None:
    changes = partition_changes(known=["dora", "anna", "carl"], enrolled=["anna", "fred", "emil"])
    assert changes == PartitionChanges(add=("emil", "fred"), delete=("carl", "dora"))


@pytest.mark.parametrize("enrolled", [[], ["no key", "a/b", ""]])
def test_an_enrolment_that_was_read_empty_deletes_nobody(enrolled: list[str]) -> None:
    assert partition_changes(known=["anna", "carl"], enrolled=enrolled) == PartitionChanges(add=(), delete=())


def test_partitions_that_match_change_nothing() -> None:
    assert partition_changes(known=["anna"], enrolled=("anna",)) == PartitionChanges(add=(), delete=())


def test_a_partition_that_is_no_profile_id_is_deleted_once_somebody_is_enrolled() -> None:
    assert partition_changes(known=["a b", "anna"], enrolled=["anna"]).delete == ("a b",)


@given(st.sets(PROFILE_IDS | st.text(max_size=5)), st.sets(PROFILE_IDS | st.text(max_size=5)))
def test_changes_lead_to_the_enrolled_and_only_to_profile_ids(known: set[str], enrolled: set[str]) -> None:
    changes = partition_changes(known, enrolled)
    after = (known | set(changes.add)) - set(changes.delete)
    wanted = {key for key in enrolled if is_profile_id(key)}
    assert after == (wanted or known)
    assert all(is_profile_id(key) for key in changes.add)
    assert partition_changes(after, enrolled) == PartitionChanges((), ())
