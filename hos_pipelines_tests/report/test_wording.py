from datetime import UTC, date, datetime, timedelta

import pytest

from hos_pipelines.report.wording import (
    age_text,
    join_words,
    moment_text,
    sentence_text,
    span_text,
    weekday_text,
)


@pytest.mark.parametrize(
    ("age", "text"),
    [
        (timedelta(minutes=5), "5 min"),
        (timedelta(hours=3, minutes=20), "3 h 20 min"),
        (timedelta(hours=47, minutes=59), "47 h 59 min"),
        (timedelta(days=3, hours=5), "3 days"),
    ],
)
def test_an_age_is_said_in_the_unit_that_fits(age: timedelta, text: str) -> None:
    assert age_text(age) == text


def test_dates_and_moments_are_written_as_people_write_them() -> None:
    assert weekday_text(date(2026, 3, 14)) == "Saturday 14 March 2026"
    assert moment_text(datetime(2026, 3, 4, 9, 5, tzinfo=UTC)) == "4 March 2026, 09:05 UTC"
    assert span_text(date(2026, 3, 8), date(2026, 3, 14)) == "8 to 14 Mar"
    assert span_text(date(2026, 2, 26), date(2026, 3, 4)) == "26 Feb to 4 Mar"


def test_a_sentence_keeps_its_words_and_has_its_dates_in_words() -> None:
    assert (
        sentence_text("Steps: 4,000 before 2026-03-04, 8,000 since.")
        == "Steps: 4,000 before 4 March 2026, 8,000 since."
    )
    assert sentence_text("No date: 2026-13-41 or 12-03-2026.") == "No date: 2026-13-41 or 12-03-2026."


def test_words_are_joined_as_in_a_sentence() -> None:
    assert join_words(["a"]) == "a"
    assert join_words(["a", "b"]) == "a and b"
    assert join_words(["a", "b", "c"]) == "a, b and c"
