"""Energy and macronutrients: printed figures to their last digit, refusals, and what must hold for every adult."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hos_pipelines.domain.guidance.nutrition.activity_category import (
    category_of,
    measured_activity,
    settled,
    total_energy,
)
from hos_pipelines.domain.guidance.nutrition.eater import CARE_FLAGS, AdultBody, Category, Eater, Sex
from hos_pipelines.domain.guidance.nutrition.energy_need import CATEGORIES, EnergyRange, requirement
from hos_pipelines.domain.guidance.nutrition.energy_plan import EnergyPlan, energy_plan
from hos_pipelines.domain.guidance.nutrition.intake_limits import fibre, limits
from hos_pipelines.domain.guidance.nutrition.macronutrients import macros_within, protein_range, raw_macros
from hos_pipelines.domain.guidance.nutrition.nutrients import half_up
from hos_pipelines.domain.guidance.nutrition.plan_refusals import Refusal
from hos_pipelines.domain.guidance.nutrition.resting_energy import (
    cunningham_1980,
    cunningham_1991,
    henry,
    henry_by_weight,
    mifflin,
)
from hos_pipelines.domain.guidance.nutrition.weight_change import deficit, deficit_refusal, floor_of, share_of

GOLD = """
M 30 170 70 inactive 24.2 1617.5 1580.7 2520.2 35.3
F 30 170 70 active 24.2 1451.5 1414.4 2475.6 34.7
M 25 180 80 low_active 24.7 1805.0 1828.4 2999.9 42.0
M 45 176 95 inactive 30.7 1830.0 1898.2 2749.2 38.5
M 52 183 88.4 active 26.4 1772.8 1860.8 3041.3 42.6
M 67 172 74 low_active 25.0 1485.0 1518.1 2389.0 33.4
M 22 190 85 very_active 23.5 1932.5 1931.7 3834.1 53.7
F 24 165 58 low_active 21.3 1330.3 1336.0 2200.7 30.8
F 39 160 72.5 inactive 28.3 1369.0 1384.7 2075.7 29.1
F 58 158 64 active 25.6 1176.5 1305.1 2126.8 29.8
F 71 155 60 inactive 25.0 1052.8 1174.5 1676.4 23.5
F 33 175 68 very_active 22.2 1447.8 1423.1 2721.8 38.1
F 45 168 110 inactive 39.0 1764.0 1731.6 2518.5 35.3
M 19 175 54 low_active 17.6 1543.8 1438.4 2635.0 36.9
"""
CATEGORY = {name.replace(" ", "_"): name for name in CATEGORIES}
ADULT = Eater(age=30, sex="male", height_cm=Decimal(170), weight_kg=Decimal(70))


def body_of(sex: str, age: str, height: str, weight: str) -> AdultBody:
    return AdultBody("male" if sex == "M" else "female", int(age), Decimal(height), Decimal(weight))


def row(number: int) -> tuple[AdultBody, Category]:
    sex, age, height, weight, category, *_ = GOLD.split("\n")[number].split()
    return body_of(sex, age, height, weight), CATEGORY[category]


def plan_of(eater: Eater) -> EnergyPlan:
    plan = energy_plan(eater)
    assert isinstance(plan, EnergyPlan)
    return plan


@pytest.mark.parametrize("line", GOLD.strip().split("\n"))
def test_the_printed_cases_come_out_to_the_last_digit(line: str) -> None:
    sex, age, height, weight, category, *printed = line.split()
    body = body_of(sex, age, height, weight)
    need = requirement(body, CATEGORY[category])
    figures = (half_up(body.bmi, 1), half_up(mifflin(body), 1), half_up(henry(body), 1), need, fibre(need))
    assert [str(figure) for figure in figures] == printed


def test_the_report_of_the_equations_is_reproduced() -> None:
    assert abs(requirement(body_of("M", "50", "175.9", "83.1"), "active") - Decimal("2929.1")) < Decimal("3.4")
    assert abs(requirement(body_of("F", "54", "162.3", "71.9"), "active") - Decimal("2281.1")) < Decimal("0.8")


@pytest.mark.parametrize(
    ("kcal", "weight", "by_kg", "fat", "printed"),
    [
        ("2520.2", "70", "0.8", "0.30", ["56.0", "84.0", "385.0"]),
        ("2389.0", "74", "1.2", "0.30", ["88.8", "79.6", "329.3"]),
        ("2999.9", "80", "1.6", "0.28", ["128.0", "93.3", "412.0"]),
        ("1676.4", "60", "1.2", "0.30", ["72.0", "55.9", "221.4"]),
    ],
)
def test_the_printed_macronutrients(kcal: str, weight: str, by_kg: str, fat: str, printed: list[str]) -> None:
    raw = raw_macros(Decimal(kcal), Decimal(weight), Decimal(by_kg), Decimal(fat))
    assert [str(figure) for figure in (raw.protein_g, raw.fat_g, raw.carbohydrate_g)] == printed


def test_protein_below_a_tenth_of_the_energy_is_raised_and_said_to_be() -> None:
    macros = macros_within(Decimal("2520.2"), Decimal(56))
    assert macros.protein_g == 63
    assert macros.is_accepted
    assert macros.note is not None
    assert "raised" in macros.note


@pytest.mark.parametrize(
    ("number", "taken", "left"), [(4, "500.0", "2249.2"), (9, "415.1", "1660.6"), (11, "335.3", "1341.1")]
)
def test_the_printed_deficits(number: int, taken: str, left: str) -> None:
    body, category = row(number)
    found = deficit(requirement(body, category), share_of(body), floor_of(body, mifflin(body)))
    assert (str(found.kcal), str(found.energy), found.is_at_floor) == (taken, left, False)


def test_a_body_mass_index_below_18_and_a_half_gets_no_deficit_however_it_is_printed() -> None:
    assert deficit_refusal(row(14)[0]) is not None
    assert deficit_refusal(body_of("F", "30", "170", "53.4")) is not None  # 18.48, printed 18.5
    assert deficit_refusal(body_of("F", "30", "170", "53.5")) is None
    assert share_of(body_of("F", "30", "170", "60")) == Decimal("0.10")
    plan = plan_of(replace(ADULT, weight_kg=Decimal(49), goal="lose_weight"))
    assert plan.refused is not None
    assert plan.refused.code == "underweight"
    assert plan.planned == plan.need.middle


def test_a_floor_that_bites_is_said() -> None:
    small = replace(ADULT, sex="female", age=80, height_cm=Decimal(145), weight_kg=Decimal(53), goal="lose_weight")
    days = (Decimal(60),) * 20
    plan = plan_of(replace(small, active_energy=days))
    assert plan.planned == 1200
    assert any("No more is taken away" in note for note in plan.notes)


def test_cunningham_is_told_of_measured_lean_mass_only() -> None:
    assert (cunningham_1980(Decimal(55)), cunningham_1991(Decimal(55))) == (Decimal(1710), Decimal(1558))
    assert plan_of(ADULT).resting.cunningham is None
    assert plan_of(replace(ADULT, lean_mass_kg=Decimal(55))).resting.cunningham == Decimal("1558.0")


def test_henry_by_weight_alone() -> None:
    assert henry_by_weight(body_of("M", "25", "180", "80")) == Decimal("1825.0")
    assert henry_by_weight(body_of("F", "72", "155", "60")) == Decimal("1177.0")


def test_the_category_comes_from_measured_energy() -> None:
    assert str(half_up(total_energy(Decimal("1617.5"), Decimal(420)), 1)) == "2263.9"
    inactive = measured_activity(Decimal("1617.5"), (Decimal(420),) * 14)
    assert inactive is not None
    assert (str(inactive.pal), inactive.categories) == ("1.400", ("inactive",))
    active = measured_activity(Decimal(1730), (Decimal(900),) * 14)
    assert str(half_up(total_energy(Decimal(1730), Decimal(900)), 1)) == "2922.2"
    assert active is not None
    assert (str(active.pal), active.categories) == ("1.689", ("low active", "active"))
    assert category_of(Decimal("1.689")) == "active"
    assert category_of(Decimal("1.53")) == "low active"


def test_fewer_than_14_days_or_an_impossible_level_say_nothing() -> None:
    assert measured_activity(Decimal(1700), (Decimal(500),) * 13) is None
    assert measured_activity(Decimal(1700), (Decimal(3000),) * 20) is None
    plan = plan_of(ADULT)
    assert not plan.is_measured
    assert plan.categories == ("inactive", "low active", "active")


def test_the_category_changes_only_when_two_evaluations_a_week_apart_agree() -> None:
    found: list[tuple[date, Category]] = [(date(2026, 3, 1), "active"), (date(2026, 3, 4), "active")]
    assert settled("inactive", found) == "inactive"
    assert settled("inactive", [*found, (date(2026, 3, 11), "active")]) == "active"
    assert settled("inactive", [(date(2026, 3, 1), "active"), (date(2026, 3, 8), "low active")]) == "inactive"


def test_a_need_is_told_as_a_range_of_hundreds() -> None:
    plan = plan_of(replace(ADULT, active_energy=(Decimal(420),) * 14))
    assert plan.need == EnergyRange(Decimal("2178.2"), Decimal("2862.2"))
    assert plan.need.told == (2200, 2900)
    assert plan.planned == Decimal("2520.2")


def test_of_an_unknown_sex_the_span_of_both_equations_is_told_and_nothing_taken_away() -> None:
    both = plan_of(replace(ADULT, sex="unknown", goal="lose_weight", weight_kg=Decimal(90)))
    sexes: list[Sex] = ["male", "female"]
    one = [plan_of(replace(ADULT, sex=sex, weight_kg=Decimal(90))) for sex in sexes]
    assert both.need.low == min(plan.need.low for plan in one)
    assert both.need.high == max(plan.need.high for plan in one)
    assert both.planned == both.need.middle
    measured = plan_of(replace(ADULT, sex="unknown", active_energy=(Decimal(550),) * 14))
    assert measured.is_measured
    assert measured.categories == ("inactive", "low active")


def test_limits_of_a_day() -> None:
    found = limits(Decimal(2000), "unknown")
    assert (found.fibre_g, found.water_litres) == (Decimal("28.0"), (Decimal("2.7"), Decimal("3.7")))
    assert (found.saturated_fat_g, found.free_sugar_g, found.sodium_mg) == (22, 50, 2000)


REFUSED = [
    (Eater(), "adult_status_unknown"),
    (replace(ADULT, age=18), "below_19"),
    (replace(ADULT, age=18, is_adult=True), "below_19"),
    (replace(ADULT, age=17), "below_19"),
    (replace(ADULT, age=None, is_adult=False), "below_19"),
    (replace(ADULT, age=None, is_adult=True), "age_unknown"),
    (replace(ADULT, age=130), "age_out_of_range"),
    (replace(ADULT, weight_kg=None), "weight_unknown"),
    (replace(ADULT, weight_kg=Decimal(34)), "weight_out_of_range"),
    (replace(ADULT, weight_kg=Decimal("NaN")), "weight_out_of_range"),
    (replace(ADULT, weight_age_days=91), "weight_old"),
    (replace(ADULT, height_cm=None), "height_unknown"),
    (replace(ADULT, height_cm=Decimal(70)), "height_out_of_range"),
    (replace(ADULT, flags=frozenset({"eating_disorder"})), "eating_disorder"),
    (replace(ADULT, age=15, flags=frozenset({"eating_disorder", "pregnancy"})), "eating_disorder"),
    (replace(ADULT, has_opted_out_of_numbers=True), "opt_out_of_numbers"),
    (replace(ADULT, flags=frozenset({"something"})), "unknown_health_flag"),
    *((replace(ADULT, flags=frozenset({flag})), flag) for flag in CARE_FLAGS),
]


@pytest.mark.parametrize(("eater", "code"), REFUSED, ids=[code for _, code in REFUSED])
def test_who_gets_no_numbers_is_told_why_in_words_without_any(eater: Eater, code: str) -> None:
    refusal = energy_plan(eater)
    assert isinstance(refusal, Refusal)
    assert refusal.code == code
    assert not any(letter.isdigit() for letter in refusal.reason)


def test_at_19_and_with_a_medicine_numbers_are_told() -> None:
    assert isinstance(energy_plan(replace(ADULT, age=19)), EnergyPlan)
    assert isinstance(energy_plan(replace(ADULT, flags=frozenset({"thyroid_medicine"}))), EnergyPlan)


def test_protein_follows_the_goal_and_above_an_index_of_30_not_the_own_weight() -> None:
    assert protein_range(None, 40, Decimal(170), Decimal(70)) == (Decimal("56.0"), Decimal("84.0"))
    assert protein_range("lose_weight", 40, Decimal(170), Decimal(70)) == (Decimal("84.0"), Decimal("112.0"))
    assert protein_range("build_muscle", 40, Decimal(170), Decimal(70)) == (Decimal("112.0"), Decimal("140.0"))
    assert protein_range(None, 65, Decimal(170), Decimal(70)) == (Decimal("70.0"), Decimal("84.0"))
    low, high = protein_range("build_muscle", 40, Decimal(170), Decimal(150))
    assert (low, high) == (Decimal("115.600"), Decimal("173.400"))


adults = st.builds(
    Eater,
    age=st.integers(19, 110),
    sex=st.sampled_from(["female", "male", "unknown"]),
    height_cm=st.integers(130, 220).map(Decimal),
    weight_kg=st.decimals(35, 250, places=1),
    goal=st.sampled_from([None, "lose_weight", "build_muscle", "maintain_weight", "sleep_better"]),
    active_energy=st.lists(st.integers(0, 3000).map(Decimal), max_size=20).map(tuple),
    lean_mass_kg=st.none() | st.decimals(20, 120, places=1),
)


@given(adults)
def test_of_every_adult_the_macronutrients_lie_within_the_accepted_shares_after_rounding(eater: Eater) -> None:
    plan = plan_of(eater)
    assert plan.macros.is_accepted
    assert abs(plan.macros.kcal - plan.planned) <= 40
    assert plan.need.low <= plan.need.middle <= plan.need.high
    assert plan.planned <= plan.need.middle
    assert plan.need.middle - plan.planned <= 500


@given(st.decimals(800, 6000, places=1), st.decimals(20, 500, places=1))
def test_for_every_energy_and_protein_whole_grams_can_be_found(kcal: Decimal, protein: Decimal) -> None:
    assert macros_within(kcal, protein).is_accepted
