"""Whose fault refusals are: single ones are people's, many at once are Sahha's, all of them a wrong setting's."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from hos_pipelines.domain.refusals import NONE, ControlAnswer, Pulls, RefusalReview, ReviewedPulls
from hos_pipelines.domain.sync import Outcome, ProfilePull, PullWindow, Stream

NOON = datetime.fromisoformat("2026-11-01T12:00:00+00:00")
WINDOW = PullWindow(NOON - timedelta(days=7), NOON)
PAIR, HOST = "SAHHA_CLIENT_ID / SAHHA_CLIENT_SECRET", "SAHHA_API_BASE_URL"


def good(number: int) -> ProfilePull:
    return ProfilePull(f"p{number}", WINDOW)


def gone(number: int) -> ProfilePull:
    return ProfilePull(f"p{number}", WINDOW, problem=Outcome.GONE, error="Sahha answers 404.")


def refused(number: int, suspect: str | None = None) -> ProfilePull:
    error = "Sahha answers 4xx."
    return ProfilePull(f"p{number}", WINDOW, problem=Outcome.FAILED, error=error, refused=True, suspect=suspect)


def silent(number: int) -> ProfilePull:
    return ProfilePull(f"p{number}", WINDOW, problem=Outcome.FAILED, error="Sahha answers 500.")


def run(*chunks: list[ProfilePull], control: ControlAnswer = NONE) -> tuple[list[Pulls], ReviewedPulls]:
    """What may be written of each chunk at once, and what its end comes to."""
    review = RefusalReview()
    return [review.take({Stream.BIOMARKERS: chunk}) for chunk in chunks], review.conclude(control)


def reviewed_pulls(reviewed: ReviewedPulls) -> dict[str, ProfilePull]:
    assert reviewed.misconfigured is None
    return {pull.profile_id: pull for pull in reviewed.pulls.get(Stream.BIOMARKERS, [])}


def test_everything_but_refusals_is_written_at_once() -> None:
    chunk = [good(1), gone(2), silent(3), refused(4)]
    ready, reviewed = run(chunk, [good(5)])
    assert ready == [{Stream.BIOMARKERS: [good(1), silent(3)]}, {Stream.BIOMARKERS: [good(5)]}]
    assert reviewed_pulls(reviewed) == {"p2": gone(2), "p4": refused(4)}


@pytest.mark.parametrize(
    ("bad", "asked", "is_sahhas"),
    [
        (1, 1, False), (1, 2, False), (2, 2, True), (2, 3, False), (2, 10, False), (3, 3, True), (3, 10, True),
        (3, 59, True), (3, 60, False), (50, 1000, False), (51, 1000, True), (1000, 1000, True),
    ],
)  # fmt: skip
@pytest.mark.parametrize("kind", [gone, refused])
def test_more_than_one_in_twenty_and_three_at_least_or_everybody_is_sahhas_fault(
    kind: Callable[[int], ProfilePull], bad: int, asked: int, *, is_sahhas: bool
) -> None:
    chunks = [[kind(number) if number < bad else good(number)] for number in range(asked)]
    _, reviewed = run(*chunks)
    found = reviewed_pulls(reviewed)
    assert len(found) == bad
    assert {pull.is_sahhas_fault for pull in found.values()} == {is_sahhas}
    if is_sahhas:
        first = found["p0"]
        assert (first.problem, first.refused) == (Outcome.FAILED, False)
        assert first.error is not None
        assert f"So it is for {bad} of {asked} profiles at once, which is taken as Sahha's fault." in first.error


def test_what_is_said_of_early_chunks_is_decided_with_the_last() -> None:
    ready, reviewed = run([gone(1), good(2)], [good(3)], [gone(4), gone(5)])
    assert ready == [{Stream.BIOMARKERS: [good(2)]}, {Stream.BIOMARKERS: [good(3)]}, {}]
    assert all(pull.is_sahhas_fault for pull in reviewed_pulls(reviewed).values())


def of_known(bad: int) -> list[ProfilePull]:
    """What is said of the scores of so many of a hundred people whose biomarkers are answered."""
    review = RefusalReview()
    people = range(100)
    scores = [gone(n) if n < bad else good(n) for n in people]
    review.take({Stream.BIOMARKERS: [good(n) for n in people], Stream.SCORES: scores})
    return review.conclude().pulls[Stream.SCORES]


def test_one_good_answer_makes_a_profile_known_whatever_is_said_of_its_other_streams() -> None:
    assert {(pull.problem, pull.is_known, pull.is_sahhas_fault) for pull in of_known(5)} == {
        (Outcome.GONE, True, False)
    }


def test_a_stream_that_is_refused_to_many_is_sahhas_fault_and_waits_like_any_failure() -> None:
    found = of_known(6)
    assert {(pull.problem, pull.is_known, pull.is_sahhas_fault) for pull in found} == {(Outcome.FAILED, True, False)}
    assert all("6 of 100 profiles at once, which is taken as Sahha's fault." in str(pull.error) for pull in found)


@pytest.mark.parametrize("suspect", [PAIR, HOST])
def test_where_nobody_answers_and_a_setting_explains_it_nothing_is_said_of_anybody(suspect: str) -> None:
    _, reviewed = run([refused(number, suspect) for number in range(4)])
    assert reviewed.pulls == {}
    assert reviewed.misconfigured is not None
    assert reviewed.misconfigured.startswith(f"{suspect}: Sahha answers 4xx.")
    assert "all 4 profiles" in reviewed.misconfigured


def test_where_somebody_answers_no_setting_is_wrong() -> None:
    _, reviewed = run([good(0)], [refused(number, PAIR) for number in range(1, 5)])
    assert {pull.is_sahhas_fault for pull in reviewed_pulls(reviewed).values()} == {True}


def test_one_person_alone_is_not_everybody() -> None:
    _, reviewed = run([refused(1, PAIR)])
    assert reviewed_pulls(reviewed) == {"p1": refused(1, PAIR)}


@pytest.mark.parametrize(
    ("bad", "others", "unlisted", "is_sahhas"),
    [
        pytest.param(2, 1, 0, False, id="two say nothing of others who are answered"),
        pytest.param(3, 97, 0, False, id="few of all who are active, though all of this run"),
        pytest.param(3, 57, 0, False, id="one in twenty"),
        pytest.param(3, 56, 0, True, id="more than one in twenty, and still listed"),
        pytest.param(3, 20, 3, False, id="more than one in twenty, and listed no longer"),
        pytest.param(6, 20, 4, False, id="of whom too few are still listed"),
        pytest.param(6, 20, 3, True, id="of whom many are still listed"),
    ],
)
@pytest.mark.parametrize("kind", [gone, refused])
def test_where_somebody_else_answers_the_share_is_that_of_all_who_are_active(
    kind: Callable[[int], ProfilePull], bad: int, others: int, unlisted: int, *, is_sahhas: bool
) -> None:
    control = ControlAnswer(others, somebody_answers=True, unlisted=[f"p{number}" for number in range(unlisted)])
    _, reviewed = run([kind(number) for number in range(bad)], control=control)
    found = reviewed_pulls(reviewed)
    assert [found[f"p{number}"] for number in range(unlisted)] == [kind(number) for number in range(unlisted)]
    assert {pull.is_sahhas_fault for pull in list(found.values())[unlisted:]} <= {is_sahhas}


def test_where_nobody_answers_neither_the_idle_nor_a_search_speak_against_anybody() -> None:
    _, reviewed = run([gone(1), gone(2), gone(3)], control=ControlAnswer(1000, unlisted=["p1", "p2", "p3"]))
    assert {pull.is_sahhas_fault for pull in reviewed_pulls(reviewed).values()} == {True}


def test_where_a_witness_answers_no_setting_is_wrong() -> None:
    chunk = [refused(number, PAIR) for number in range(3)]
    _, reviewed = run(chunk, control=ControlAnswer(97, somebody_answers=True))
    assert list(reviewed_pulls(reviewed).values()) == chunk


def test_more_is_to_be_known_only_where_many_of_a_run_are_accused() -> None:
    for chunk, needs_control in (([gone(1)], False), ([gone(1), gone(2), good(3)], False), ([gone(1), gone(2)], True)):
        review = RefusalReview()
        review.take({Stream.BIOMARKERS: chunk})
        assert (review.needs_control, review.refused_profiles) == (
            needs_control,
            {one.profile_id for one in chunk if one.problem},
        )
