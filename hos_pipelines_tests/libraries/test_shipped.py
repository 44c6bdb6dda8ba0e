"""The shipped libraries load and hold what plans need; a damaged copy does not load and says what to mend."""

import re
import shutil
import tomllib
from collections import Counter
from pathlib import Path

import pytest

from hos_pipelines.domain.guidance.library_file import LibraryFaultError
from hos_pipelines.domain.guidance.nutrition.nutrients import totals_of
from hos_pipelines.domain.guidance.nutrition.plan_refusals import PlanRefusedError
from hos_pipelines.domain.guidance.routine.tasks import CATEGORIES
from hos_pipelines.libraries.shipped import read_food_library, read_tasks, shipped_food_library, shipped_tasks
from hos_pipelines.project import PROJECT_ROOT

SOY_NUTS_SESAME = ("soy", "tree_nut", "peanut", "sesame")
SHIPPED = PROJECT_ROOT / "hos_pipelines" / "libraries"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SHIPPED, tmp_path / "copy"))


def damage(folder: Path, file: str, old: str, new: str) -> None:
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")


def left(*words: str) -> int:
    library = shipped_food_library()
    forbidden = library.vocabulary.restrict(words).forbidden
    return sum(not food.marks & forbidden for food in library.foods.values())


def test_the_libraries_hold_what_plans_need() -> None:
    library, tasks = shipped_food_library(), shipped_tasks().tasks
    assert len(library.foods) == 134
    assert len(library.meals) >= 60
    assert len(tasks) >= 60
    assert {task.category for task in tasks.values()} == set(CATEGORIES)
    uses = Counter(use for meal in library.meals for use in meal.uses)
    assert all(uses[use] >= 4 for use in ("breakfast", "lunch", "dinner", "snack", "night")), uses
    assert uses["before_training"] >= 3 <= uses["after_training"]


def test_the_page_beside_them_counts_what_there_is() -> None:
    page, manifest = (SHIPPED / "README.md").read_text(), tomllib.loads((SHIPPED / "manifest.toml").read_text())
    for what in ("foods", "allergens", "meals", "tasks"):
        row = next(line for line in page.splitlines() if line.startswith(f"| `{manifest[what]['file']}`"))
        assert re.search(rf"\b{manifest[what]['entries']}\b", row), row


@pytest.mark.parametrize(
    ("words", "foods"),
    [
        (["vegan"], 98),
        (["vegetarian"], 109),
        (["pescatarian"], 124),
        (["gluten_free"], 114),
        (["lactose intolerance"], 118),
    ],
)
def test_diets_leave_as_many_foods_as_were_counted(words: list[str], foods: int) -> None:
    assert left(*words) == foods


def test_vegan_without_gluten_soy_nuts_peanut_and_sesame_leaves_68_foods_and_66_where_labels_count() -> None:
    library = shipped_food_library()
    contained = {*library.vocabulary.restrict(["vegan", "gluten_free"]).forbidden, *SOY_NUTS_SESAME}
    assert sum(not food.marks & contained for food in library.foods.values()) == 68
    assert left("vegan", "gluten_free", "soy", "nuts", "sesame") == 66


def test_the_day_that_was_added_up_by_hand_has_its_printed_totals() -> None:
    library = shipped_food_library()
    day = """oats_dry 60, milk_1pct 240, blueberries 100, walnuts 15 | apple 150, yogurt_greek_nonfat 170
        | quinoa_cooked 185, chickpeas_boiled 120, pepper_red_raw 100, spinach_raw 60, olive_oil 10, feta 30
        | banana 120, almonds 20 | salmon_farmed_cooked 130, potato_boiled 250, broccoli_boiled 150, olive_oil 10"""
    blocks = [
        totals_of(
            (food_id, library.foods[food_id].per_hundred, int(grams))
            for food_id, grams in (part.split() for part in block.split(","))
        )
        for block in day.split("|")
    ]
    assert [str(block.amount("kcal")) for block in blocks] == ["483.3", "178.3", "631.2", "222.6", "626.2"]
    whole = blocks[0] + blocks[1] + blocks[2] + blocks[3] + blocks[4]
    names = ("kcal", "protein_g", "fat_g", "carb_g", "fibre_g", "sugar_g", "sodium_mg", "sat_fat_g")
    printed = ["2141.6", "105.0", "78.1", "270.5", "45.9", "77.5", "673.6", "15.6"]
    assert [str(whole.amount(name)) for name in names] == printed


def test_what_is_blank_in_the_table_is_unknown_and_not_nothing() -> None:
    hummus = shipped_food_library().foods["hummus"]
    totals = totals_of([(hummus.id, hummus.per_hundred, 60)])
    assert totals.unknown
    assert all(food == "hummus" for food, _ in totals.unknown)


BROKEN = [
    (
        "meals.toml",
        '"oats_dry", 60,',
        '"unicorn", 60,',
        "meal 2 (oat_berry_bowl), foods: 'unicorn' is not in",
    ),
    ("meals.toml", '"oats_dry", 60,', '"oats_dry", nan,', "nan g is no whole number"),
    ("meals.toml", '"oats_dry", 60,', '"oats_dry", -60,', "-60 g is no whole number"),
    ("meals.toml", '"oats_dry", 60,', '"oats_dry", 500,', "do not lie from"),
    ("meals.toml", '"oats_dry", 60,', '"oats_dry", true,', "True g is no whole number"),
    ("meals.toml", 'id = "oat_soy_banana"', 'id = "oat_berry_bowl"', "id: 'oat_berry_bowl' stands already in meal 2"),
    ("meals.toml", "Simmer the oats in the soy drink", "Simmer the oats in cream", "names lactose"),
    ("meals.toml", "Frozen berries do as well", "Frozen salmon does as well", "salmon"),
    ("meals.toml", "Frozen berries do as well", "Add 200 kcal of it", "holds a figure"),
    ("meals.toml", 'uses = ["breakfast"]', 'uses = ["brunch"]', "uses: 'brunch' is not known"),
    ("meals.toml", 'uses = ["breakfast"]', "uses = []", "uses: is empty"),
    ("meals.toml", "minutes = 10", "minutes = 0", "minutes: 0 is no number from 1"),
    ("meals.toml", "reheat = false", "reheat = 0", "reheat: is neither true nor false"),
    ("meals.toml", 'cuisine = "any"', 'colour = "any"', "colour: is no field of a meal"),
    ("foods.csv", ",379,13.15,", ",NaN,13.15,", "foods.csv, row 2 (oats_dry), kcal: 'NaN' is no number"),
    ("foods.csv", ",379,13.15,", ",-1,13.15,", "kcal: '-1' is no number"),
    ("foods.csv", ",379,13.15,", ",,13.15,", "kcal: is empty"),
    ("foods.csv", ",379,13.15,", ",379,13.1555,", "protein_g: 13.1555 has more than three decimals"),
    ("foods.csv", "rice_brown_cooked,", "oats_dry,", "food_id: 'oats_dry' stands already in row 2"),
    ("foods.csv", "50,,gluten,wheat;gluten,vegan", "50,,gluten,moon;gluten,vegan", "label_check: 'moon' is not known"),
    ("foods.csv", "Apple with skin", "Apple with cream", "names lactose"),
    ("foods.csv", "Apple with skin", "Marzipan apple", "names almond"),
    ("foods.csv", "food_id,", "id,", "the header lacks food_id"),
    ("allergens.csv", "milk,milk,always", "milk,unicorn,always", "allergen: 'unicorn' is not known"),
    ("allergens.csv", "milk,milk,always", "milk,milk,perhaps", "certainty: 'perhaps' is not known"),
    ("allergens.csv", "butter,milk,always", "milk,milk,always", "'milk + milk' stands already"),
    ("restrictions.toml", 'also = ["dairy", ', 'also = ["egg free", ', "'egg free' already means milk"),
    ("restrictions.toml", 'forbids = ["egg", "egg?"]', 'forbids = ["eggs"]', "forbids: 'eggs' is not known"),
    ("restrictions.toml", 'forbids = ["egg", "egg?"]', "forbids = []", "forbids: is empty"),
    ("manifest.toml", "entries = 134", "entries = 135", "foods.csv: holds 134 entries and the manifest says 135"),
    ("manifest.toml", 'file = "meals.toml"', 'file = "none.toml"', "none.toml: cannot be read"),
]


@pytest.mark.parametrize(("file", "old", "new", "says"), BROKEN, ids=[f"{row[0]}: {row[2]}" for row in BROKEN])
def test_a_damaged_food_library_does_not_load_and_says_where(
    copy: Path, file: str, old: str, new: str, says: str
) -> None:
    damage(copy, file, old, new)
    with pytest.raises(LibraryFaultError, match=re.escape(says)):
        read_food_library(copy)


@pytest.mark.parametrize("file", ["foods.csv", "allergens.csv", "class_terms.csv", "restrictions.toml", "meals.toml"])
@pytest.mark.parametrize("part", [0.0, 0.5, 0.97])
def test_an_empty_or_truncated_file_does_not_load(copy: Path, file: str, part: float) -> None:
    raw = (copy / file).read_bytes()
    (copy / file).write_bytes(raw[: int(len(raw) * part)])
    with pytest.raises(LibraryFaultError, match=file):
        read_food_library(copy)


@pytest.mark.parametrize("part", [0.0, 0.02, 0.5, 0.97, 0.999])
def test_an_empty_or_truncated_file_of_tasks_does_not_load(copy: Path, part: float) -> None:
    raw = (copy / "tasks.csv").read_bytes()
    (copy / "tasks.csv").write_bytes(raw[: int(len(raw) * part)])
    with pytest.raises(LibraryFaultError, match=re.escape("tasks.csv")):
        read_tasks(copy)


@pytest.mark.parametrize("raw", [b"\xff\xfe\x00", b"\x00", b'food_id,"name\n'])
def test_a_file_that_is_no_table_does_not_load(copy: Path, raw: bytes) -> None:
    (copy / "foods.csv").write_bytes(raw)
    with pytest.raises(LibraryFaultError, match=re.escape("foods.csv")):
        read_food_library(copy)


def test_an_allergen_without_an_entry_does_not_load(copy: Path) -> None:
    lines = (copy / "allergens.csv").read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if ",lupin," not in line]
    (copy / "allergens.csv").write_text("\n".join(kept), encoding="utf-8")
    damage(copy, "manifest.toml", f"entries = {len(lines) - 1}", f"entries = {len(kept) - 1}")
    with pytest.raises(LibraryFaultError, match="no term that always means lupin"):
        read_food_library(copy)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (",hydration,", ",,", "tasks.csv, row 2 (hyd_wake_glass), category: is empty"),
        (",hydration,", ",luck,", "category: 'luck' is not known"),
        ("0.95,0.80", "nan,0.80", "fit_fb: 'nan' is no number from 0 to 1"),
        ("hyd_meal_glass,", "hyd_wake_glass,", "stands already in row 2"),
        ("A glass beside every plate", "First glass of the day", "name"),
        ("0.95,0.80", "inf,0.80", "fit_fb: 'inf' is no number from 0 to 1"),
        ("0.95,0.80", "1.95,0.80", "fit_fb: '1.95' is no number from 0 to 1"),
        ("0.95,0.80", ",0.80", "fit_fb: is empty"),
        (",2,easy,", ",0,easy,", "duration_min: '0' is no number from 1 to 120"),
        (",2,easy,", ",1e9,easy,", "duration_min"),
        (",2,easy,", ",2,simple,", "difficulty: 'simple' is not known"),
        (",2,easy,", ",-2,easy,", "duration_min: '-2' is no number"),
        (",fluid_limit|heart", ",fluid_limits|heart", "contraindications: 'fluid_limits' is not known"),
    ],
)
def test_a_damaged_task_library_does_not_load(copy: Path, old: str, new: str, says: str) -> None:
    damage(copy, "tasks.csv", old, new)
    with pytest.raises(LibraryFaultError, match=re.escape(says)):
        read_tasks(copy)


def test_other_content_is_another_version(copy: Path) -> None:
    damage(copy, "meals.toml", "minutes = 10", "minutes = 11")
    assert read_food_library(copy).version != shipped_food_library().version
    assert read_food_library(SHIPPED).version == shipped_food_library().version


def test_a_word_that_is_not_known_withholds_the_plan_and_none_is_guessed() -> None:
    for word in ("nutmeg", "glutenn", "", "unicorn", "vegan\u0000x", "nut" * 400_000, "🥜"):
        with pytest.raises(PlanRefusedError, match="unknown_restriction") as refused:
            shipped_food_library().vocabulary.restrict([word])
        assert len(str(refused.value)) < 1200
    with pytest.raises(PlanRefusedError) as refused:
        shipped_food_library().vocabulary.restrict(["vegan"] * 101)
    assert refused.value.refusal.code == "preferences_too_large"


def test_spellings_of_a_word_mean_the_same() -> None:
    vocabulary = shipped_food_library().vocabulary
    for spelling in ("Nuts", "NUT", "nut-free", " nuts ", "nut allergy", "\uff4e\uff55\uff54\uff53"):
        assert vocabulary.restrict([spelling]).ids == ("nuts",)
    assert vocabulary.restrict(["Coeliac disease"]) == vocabulary.restrict(["celiac"])


def test_low_fodmap_is_refused_with_the_way_on() -> None:
    with pytest.raises(PlanRefusedError, match="dietitian") as refused:
        shipped_food_library().vocabulary.restrict(["vegan", "low FODMAP"])
    assert refused.value.refusal.code == "restriction_not_supported"
