"""Strength, confidence, decay and quality, to the printed digit."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hos_pipelines.domain.memory.confidence import beta_confidence, confidence_of, decay, discounted
from hos_pipelines.domain.memory.memory_key import InvalidMemoryKeyError, key_hash, parse_key
from hos_pipelines.domain.memory.quality import MemoryQuality, analysis_points, memory_points, quality_of
from hos_pipelines.domain.memory.strength import half_life_of, has_faded, strength
from hos_pipelines_tests.domain.memory.made import TODAY


def ago(days: int | None) -> date | None:
    return None if days is None else TODAY - timedelta(days=days)


AGES = st.lists(st.integers(0, 300), max_size=30, unique=True)


@pytest.mark.parametrize(
    ("supports", "contradictions", "text"),
    [(3, 0, "0.8000"), (5, 1, "0.7500"), (8, 2, "0.7500"), (10, 5, "0.6471"), (20, 1, "0.9130"), (0, 0, "0.5000")],
)
def test_confidence_is_the_mean_of_a_beta_distribution(supports: int, contradictions: int, text: str) -> None:
    assert f"{beta_confidence(supports, contradictions):.4f}" == text


@pytest.mark.parametrize(("days", "text"), [(0, "1.0000"), (1, "0.9057"), (30, "0.0513"), (-3, "1.0000")])
def test_a_short_term_memory_halves_every_seven_days(days: int, text: str) -> None:
    assert f"{strength(days, 7):.4f}" == text


@pytest.mark.parametrize(
    ("key", "half_life"), [("feeling.mood", 3), ("feeling.energy", 3), ("timing.exercise", 14), ("habit.steps", 7)]
)
def test_how_fast_it_fades_goes_by_what_it_is_about(key: str, half_life: int) -> None:
    assert half_life_of(key) == half_life
    assert strength(half_life, half_life) == 0.5


def test_it_is_let_go_below_a_twentieth() -> None:
    assert not has_faded("habit.steps", TODAY - timedelta(days=30), TODAY)  # 0.0513
    assert not has_faded("feeling.mood", TODAY - timedelta(days=12), TODAY)  # 0.0625
    assert has_faded("feeling.mood", TODAY - timedelta(days=13), TODAY)  # 0.0496


@pytest.mark.parametrize(("days", "text"), [(0, "1.0000"), (30, "0.7937"), (90, "0.5000"), (180, "0.2500")])
def test_what_was_learned_decays_without_support(days: int, text: str) -> None:
    assert f"{decay(days):.4f}" == text


def test_a_day_counts_half_after_sixty_and_none_twice_or_from_the_future() -> None:
    assert discounted([TODAY - timedelta(days=60)], TODAY) == 0.5
    assert discounted([TODAY - timedelta(days=181)], TODAY) == 0
    assert discounted([TODAY + timedelta(days=2)], TODAY) == 1
    assert f"{confidence_of([TODAY] * 3, [], TODAY):.4f}" == "0.8000"


@given(AGES, AGES, st.integers(0, 300))
def test_one_more_contradiction_never_raises_confidence(support: list[int], against: list[int], more: int) -> None:
    days = [[TODAY - timedelta(days=age) for age in ages] for ages in (support, against, [*against, more])]
    assert confidence_of(days[0], days[2], TODAY) <= confidence_of(days[0], days[1], TODAY)


@pytest.mark.parametrize(("count", "points"), [(0, 0), (1, 2), (2, 2), (3, 3), (4, 3), (5, 4), (9, 4)])
def test_past_analyses_give_points(count: int, points: int) -> None:
    assert analysis_points(count) == points


@pytest.mark.parametrize(
    ("second", "fifth", "points"), [(None, None, 0), (14, None, 1), (15, None, 0), (0, 14, 3), (0, 15, 1), (20, 20, 0)]
)
def test_rows_confirmed_within_a_fortnight_give_points(second: int | None, fifth: int | None, points: int) -> None:
    assert memory_points(ago(second), ago(fifth), TODAY) == points


@pytest.mark.parametrize(("points", "quality"), [(3, "sparse"), (4, "developing"), (7, "developing"), (8, "rich")])
def test_the_edges_of_quality(points: int, quality: str) -> None:
    assert quality_of(points) is MemoryQuality(quality)


@pytest.mark.parametrize(
    "text", ["", "timing", "timing.", "Timing.walk", "timing.walk\0", "a.b.c", "x." + "y" * 61, "🙂"]
)
def test_what_is_no_key_is_named_with_the_remedy(text: str) -> None:
    with pytest.raises(InvalidMemoryKeyError, match=r"^KEY: .* is no key; give one as it is listed"):
        parse_key(text)


def test_a_forgotten_key_is_told_again_for_its_owner_alone() -> None:
    assert key_hash("anna", "timing.walk") != key_hash("ben", "timing.walk")
    assert len(key_hash("anna", parse_key("timing.walk"))) == 64
