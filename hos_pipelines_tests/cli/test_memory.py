"""`hos memory`: what is remembered is shown in words and counted, and forgotten at a word."""

from datetime import timedelta

import pytest

from hos_pipelines.postgres.connection import connect
from hos_pipelines_tests.cli.answers import rows_of
from hos_pipelines_tests.cli.conftest import Hos
from hos_pipelines_tests.domain.memory.made import TODAY
from hos_pipelines_tests.postgres.test_memory_store import SEEN, write

NO_KEY = (
    r"KEY: 'mood\x00' is no key; give one as it is listed, such as timing.exercise: a category, a dot and a name of "
    "small letters, digits and _."
)
MOOD, GLUTEN = "feeling.mood", "restriction.gluten"


@pytest.fixture
def remembered(hos: Hos, deployed: str) -> str:
    """Anna, of whom something was said and something seen; and Ben, of whom nothing is known."""
    hos("enroll", "anna", "ben").succeeded()
    with connect(deployed) as connection:
        write(connection, "anna", SEEN)
    return deployed


def test_what_is_remembered_is_shown_in_words_and_the_reading_is_counted(hos: Hos, remembered: str) -> None:
    answer = hos("memory", "anna").succeeded()
    assert [(row["key"], row["text"]) for row in answer.json["core"]] == [
        (GLUTEN, "Allergic to gluten"),
        (MOOD, "Mood is mostly high"),
    ]
    assert [row["key"] for row in answer.json["shortterm"]] == [MOOD, "rhythm.chronotype"]
    assert answer.json["quality"] == "sparse"
    assert answer.json["meta"]["second_confirmed"] == str(TODAY - timedelta(days=9))
    assert "`hos memory --forget restriction.gluten anna` forgets one of them for good." in answer.stderr
    assert rows_of(remembered, "SELECT sum(access_count)::integer FROM longterm_memory") == [(2,)]
    assert hos("memory", "ben").succeeded().json["core"] == []
    status = hos("status", "anna").succeeded()
    assert status.json["remembered"] == {
        "working_memory": 1, "shortterm_memory": 2, "longterm_memory": 2, "meta_memory": 1, "memory_consolidation": 2,
    }  # fmt: skip


def test_a_key_is_forgotten_once_and_stays_so(hos: Hos, remembered: str) -> None:
    assert hos("memory", "anna", "--forget", MOOD).succeeded().json["outcome"] == "forgotten"
    assert hos("memory", "anna", "--forget", MOOD).succeeded().json["outcome"] == "forgotten before"
    with connect(remembered) as connection:
        write(connection, "anna", SEEN)
    assert [row["key"] for row in hos("memory", "anna").succeeded().json["core"]] == [GLUTEN]


@pytest.mark.parametrize(
    ("profile", "key", "sentence"),
    [
        (
            "anna",
            "liking.x",
            "KEY: nothing is remembered of anna under liking.x; `hos memory anna` lists the keys.",
        ),
        ("ben", MOOD, "KEY: nothing is remembered of ben under feeling.mood; `hos memory ben` lists the keys."),
        ("anna", "mood\0", NO_KEY),
        ("nobody", MOOD, "PROFILE: nobody is not enrolled; run `hos enroll nobody`."),
    ],
)
def test_what_cannot_be_forgotten_is_named(hos: Hos, remembered: str, profile: str, key: str, sentence: str) -> None:
    hos("memory", profile, "--forget", key).refused_with(sentence)
    assert rows_of(remembered, "SELECT count(*) FROM memory_consolidation WHERE operation = 'forget'") == [(0,)]
