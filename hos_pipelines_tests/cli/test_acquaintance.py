"""What `hos enroll` says of people Sahha may not know, and what `--all` makes of those who are paused."""

import pytest

from hos_pipelines_tests.cli.answers import rows_of
from hos_pipelines_tests.cli.conftest import Hos
from hos_pipelines_tests.cli.fixed_sahha import FixedSahha

PROFILE = "/api/v1/account/profile/"
STATUSES = "SELECT profile_id, status FROM profiles ORDER BY 1"


@pytest.fixture
def sahha(beside_fixed_sahha: str, fixed_sahha: FixedSahha) -> FixedSahha:
    """Knows Anna and Bert, and no path of a single profile: its search lists them."""
    fixed_sahha.rows = {(stream, who): [] for stream in ("biomarkers", "scores", "sahha_archetypes") for who in "ab"}
    return fixed_sahha


def test_sahha_is_asked_about_each_and_those_it_does_not_know_are_named_and_enrolled(
    hos: Hos, sahha: FixedSahha, beside_fixed_sahha: str
) -> None:
    answer = hos("enroll", "a", "b", "carl").succeeded()
    assert (answer.json["unknown_to_sahha"], answer.json["not_asked"]) == (["carl"], None)
    assert "EXTERNAL_ID: Sahha does not know carl; check the spelling." in answer.stderr
    assert rows_of(beside_fixed_sahha, STATUSES) == [("a", "active"), ("b", "active"), ("carl", "active")]
    assert f"GET {PROFILE}carl" in sahha.asked


def test_the_path_of_a_profile_is_answer_enough(hos: Hos, sahha: FixedSahha) -> None:
    sahha.pages = {f"{PROFILE}(carl|dora)": (200, "application/json", b"{}")}
    assert hos("enroll", "carl", "dora").succeeded().json["unknown_to_sahha"] == []
    assert not any("search" in one for one in sahha.asked)


def test_many_are_looked_up_in_the_list(hos: Hos, sahha: FixedSahha) -> None:
    strangers = [f"s{number}" for number in range(60)]
    assert hos("enroll", "a", *strangers).succeeded().json["unknown_to_sahha"] == sorted(strangers)
    assert len(sahha.asked) <= 4


@pytest.mark.parametrize(
    ("setting", "reason"),
    [
        (("USE_SAHHA_DIRECT", "false"), "USE_SAHHA_DIRECT: is false"),
        (("SAHHA_CLIENT_ID", ""), "SAHHA_CLIENT_ID: is not set"),
        (("SAHHA_CLIENT_SECRET", "wrong"), "SAHHA_CLIENT_ID / SAHHA_CLIENT_SECRET: Sahha refuses them (401)"),
        (("SAHHA_API_BASE_URL", "http://127.0.0.1:1"), "SAHHA_API_BASE_URL: nothing answers"),
    ],
)
def test_where_sahha_cannot_be_asked_it_says_so_and_enrols(
    hos: Hos, sahha: FixedSahha, monkeypatch: pytest.MonkeyPatch, setting: tuple[str, str], reason: str
) -> None:
    monkeypatch.setenv(*setting)
    answer = hos("enroll", "a", "zoe").succeeded()
    assert (answer.json["enrolled"], answer.json["unknown_to_sahha"]) == (2, [])
    assert answer.json["not_asked"].startswith(reason)
    assert f"Whether Sahha knows them is not known: {reason}" in answer.stderr


def test_all_leaves_the_paused_out_counts_them_and_ends_well(
    hos: Hos, sahha: FixedSahha, beside_fixed_sahha: str
) -> None:
    hos("enroll", "a", "b", "carl").succeeded()
    rows_of(beside_fixed_sahha, "UPDATE profiles SET status = 'paused', status_reason = 'gone: x' "
                                "WHERE profile_id = 'carl' RETURNING 1")  # fmt: skip
    answer = hos("refresh", "--all").succeeded()
    assert (answer.json["users"], answer.json["paused"], answer.json["failed"]) == (2, 1, 0)
    assert "1 paused profile left out" in answer.stderr
    hos("refresh", "carl").refused_with("carl: gone")
    rows_of(beside_fixed_sahha, "UPDATE profiles SET status = 'paused', status_reason = NULL RETURNING 1")
    assert hos("refresh", "--all").succeeded().json["paused"] == 3


def test_to_enrol_all_wakes_whom_sahha_lists_and_counts_whom_a_person_has_paused(
    hos: Hos, sahha: FixedSahha, beside_fixed_sahha: str
) -> None:
    hos("enroll", "a", "b", "carl").succeeded()
    for who, reason in (("a", "gone: x"), ("b", "on holiday"), ("carl", "refused: x")):
        query = "UPDATE profiles SET status = 'paused', status_reason = %s WHERE profile_id = %s RETURNING 1"
        rows_of(beside_fixed_sahha, query, reason, who)
    answer = hos("enroll", "--all").succeeded()
    assert (answer.json["enrolled"], answer.json["paused"]) == (2, 1)
    assert rows_of(beside_fixed_sahha, STATUSES) == [("a", "active"), ("b", "paused"), ("carl", "paused")]
