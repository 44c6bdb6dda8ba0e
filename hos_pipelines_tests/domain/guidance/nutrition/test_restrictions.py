"""No restriction is ever met: over random and hostile libraries, all spellings, and whoever words a sentence.

What a text names is looked for here by another, slower reader than the one that is tested.
"""

import csv
import io
import re
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from itertools import chain, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hos_pipelines.domain.guidance.nutrition.food_library import FoodLibrary
from hos_pipelines.domain.guidance.nutrition.foods import Food
from hos_pipelines.domain.guidance.nutrition.forbidden_terms import UNREADABLE
from hos_pipelines.domain.guidance.nutrition.kitchen import Kitchen
from hos_pipelines.domain.guidance.nutrition.meals import USES, Meal, Portion
from hos_pipelines.domain.guidance.nutrition.nutrition_plan import NutritionRequest, nutrition_plan, texts_of
from hos_pipelines.domain.guidance.nutrition.nutrition_results import NutritionPlan, RefusedNutritionPlan
from hos_pipelines.domain.guidance.nutrition.plan_refusals import PlanRefusedError
from hos_pipelines.domain.guidance.nutrition.wording_check import forbidden_in, strange_in
from hos_pipelines.libraries.shipped import shipped_food_library
from hos_pipelines.project import PROJECT_ROOT
from hos_pipelines_tests.domain.guidance.nutrition.plates import ADULT, BLOCKS, day, kitchen, made

LIBRARIES = 2000
SINGLE_NUTS = ("almond", "walnut", "cashew", "hazelnut", "pecan", "pistachio", "brazil_nut", "pine_nut")
WORDS = sorted(set(shipped_food_library().vocabulary.sayable) - {"low_fodmap", "keto"})
HOSTILE_NAMES = (
    *(
        "Creamy walnut delight",
        "Butternut bake",
        "Prawn surprise",
        "Peanut-butter bowl",
        "Pea-nut bowl",
        "Eggplant tray",
    ),
    *("P e a n u t bowl", "Cheesecake cup", "Buttercream cup", "Plain bowl", "Green plate", "Coconut milk pot"),
    *("Wa\u200blnut bowl", "W\u0430lnut bowl", "WALNÜT bowl", "Fish fingers", "Nutmeg pot", "Buckwheat plate"),
)


@lru_cache(maxsize=1)
def term_rows() -> list[tuple[str, str, str]]:
    rows = []
    for name, column in (("allergens", "allergen"), ("class_terms", "class")):
        text = (PROJECT_ROOT / "hos_pipelines" / "libraries" / f"{name}.csv").read_text(encoding="utf-8")
        rows += [(row["term"], row[column], row["certainty"]) for row in csv.DictReader(io.StringIO(text))]
    return rows


@lru_cache(maxsize=1)
def readers() -> dict[str, tuple[re.Pattern[str], re.Pattern[str] | None]]:
    """By mark: what names it, and what only looks like it."""
    named: defaultdict[str, list[str]] = defaultdict(list)
    friends: defaultdict[str, list[str]] = defaultdict(list)
    for term, names, certainty in term_rows():
        if certainty == "false_friend":
            friends[names].append(term)
        else:
            named[names + "?" * (certainty == "check")].append(term)
    return {
        mark: (either(terms), either(friends[mark.removesuffix("?")]) if friends[mark.removesuffix("?")] else None)
        for mark, terms in named.items()
    }


def either(terms: list[str]) -> re.Pattern[str]:
    escaped = sorted((re.escape(term) for term in terms), key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(escaped)})s?\b", re.IGNORECASE)


def names(text: str, mark: str) -> bool:
    if mark not in readers():
        return False
    pattern, friend = readers()[mark]
    covered = [found.span() for found in friend.finditer(text)] if friend is not None else []
    return any(
        not any(start <= found.start() and found.end() <= end for start, end in covered)
        for found in pattern.finditer(text)
    )


def random_kitchen(seed: int) -> Kitchen:
    """Some of the foods, a few without their tags or with another's, and meals under names, steps and tips that lie."""
    chance = np.random.default_rng(seed)
    shipped = shipped_food_library()
    foods: dict[str, Food] = {}
    for food in shipped.foods.values():
        draw = chance.random()
        if draw > 0.15:
            foods[food.id] = food if draw < 0.85 else replace(food, marks=lost_or_wrong(chance))
    pool = list(foods.values())
    meals = []
    for number in range(24):
        picked = chance.choice(len(pool), size=int(chance.integers(1, 5)), replace=False)
        portions = tuple(Portion(pool[place], 100, 20, 400, "protein") for place in picked)
        honest = " with ".join(portion.food.words[0] for portion in portions)
        title, step, tip = (a_lie(chance) if chance.random() < 0.15 else told for told in (honest, "Warm it", honest))
        made_of = meal(f"meal_{number}", title, (USES[number % len(USES)],), portions)
        meals.append(replace(made_of, steps=("Cut it.", f"{step}."), tip=f"A {tip} keeps."))
    return Kitchen(FoodLibrary(f"random {seed}", foods, tuple(meals), shipped.vocabulary, shipped.net))


def a_lie(chance: np.random.Generator) -> str:
    return HOSTILE_NAMES[int(chance.integers(len(HOSTILE_NAMES)))]


def lost_or_wrong(chance: np.random.Generator) -> frozenset[str]:
    """No tags, or those of another food."""
    others = list(shipped_food_library().foods.values())
    return frozenset[str]() if chance.random() < 0.5 else others[int(chance.integers(len(others)))].marks


def meal(meal_id: str, name: str, uses: tuple[str, ...], portions: tuple[Portion, ...]) -> Meal:
    return Meal(meal_id, name, uses, portions, ("Warm it.",), f"A {name} keeps.", 5, ("none",), "any", (), reheat=False)


def spelled(word: str, chance: np.random.Generator) -> str:
    also = [word, *kitchen().library.vocabulary.by_id[word].also]
    spelling = also[int(chance.integers(len(also)))]
    return [spelling, spelling.upper(), spelling.title(), f" {spelling} "][int(chance.integers(4))]


def foods_of(plan: NutritionPlan) -> set[str]:
    return {food.food_id for name in BLOCKS for one in getattr(plan.nutrition, name).meals for food in one.foods}


def test_over_random_and_hostile_libraries_no_plan_holds_or_names_what_is_left_out() -> None:
    true_foods, outcomes = shipped_food_library().foods, Counter[str]()
    for seed in range(LIBRARIES):
        chance = np.random.default_rng([seed, 1])
        words = [WORDS[int(at)] for at in chance.choice(len(WORDS), size=int(chance.integers(0, 4)), replace=False)]
        said = tuple(spelled(word, chance) for word in words)
        stock = random_kitchen(seed)
        plan = nutrition_plan(NutritionRequest(f"p{seed}", ADULT, day(), said), stock)
        outcomes[plan.status] += 1
        if isinstance(plan, RefusedNutritionPlan):
            assert plan.refusal.code == "not_feasible", plan.refusal
            continue
        restrictions = stock.library.vocabulary.restrict(words)
        assert plan.restrictions == list(restrictions.ids)
        for food_id in foods_of(plan):
            assert not stock.library.foods[food_id].marks & restrictions.forbidden
            if stock.library.foods[food_id].marks == true_foods[food_id].marks:
                assert not true_foods[food_id].marks & restrictions.forbidden
        text = "\n".join(texts_of(plan)).replace("-", " ")
        for mark in restrictions.forbidden:
            assert not names(text, mark), (seed, words, mark, text)
    assert outcomes["complete"] > LIBRARIES / 5, outcomes


def test_adding_a_restriction_never_adds_a_food_and_never_a_meal() -> None:
    stock = kitchen()
    vocabulary = stock.library.vocabulary

    def left(*words: str) -> tuple[frozenset[str], frozenset[str]]:
        restrictions = vocabulary.restrict(words)
        menu = stock._left(restrictions)
        return menu.foods, frozenset(one.id for one in chain.from_iterable(menu.meals.values()))

    for first in WORDS:
        foods, meals = left(first)
        assert foods <= left()[0]
        for second in WORDS:
            fewer_foods, fewer_meals = left(first, second)
            assert fewer_foods <= foods
            assert fewer_meals <= meals


def test_each_word_that_is_added_takes_away_and_none_gives_back_in_any_order() -> None:
    stock = kitchen()
    for seed in range(200):
        chance = np.random.default_rng([seed, 2])
        words = [WORDS[int(at)] for at in chance.permutation(len(WORDS))[:6]]
        foods, meals = frozenset(stock.library.foods), {one.id for one in stock.library.meals}
        for count in range(1, len(words) + 1):
            menu = stock._left(stock.library.vocabulary.restrict([spelled(word, chance) for word in words[:count]]))
            left = {one.id for one in chain.from_iterable(menu.meals.values())}
            assert menu.foods <= foods
            assert left <= meals
            foods, meals = menu.foods, left


@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=5), st.randoms(use_true_random=False))
def test_the_order_of_restrictions_and_saying_one_twice_change_nothing(words: list[str], chance: object) -> None:
    shuffled = [*reversed(words), words[0]]
    once, again = (
        nutrition_plan(NutritionRequest("p1", ADULT, day(), tuple(said)), kitchen()) for said in (words, shuffled)
    )
    assert once.model_dump(exclude={"fingerprint"}) == again.model_dump(exclude={"fingerprint"})


FALSE_FRIENDS = [
    ("milk", "coconut milk"),
    ("milk", "cocoa butter"),
    ("milk", "butternut squash"),
    ("milk", "peanut butter"),
    ("milk", "oat milk"),
    ("milk", "cream of tartar"),
    ("tree_nut", "butternut squash"),
    ("tree_nut", "nutmeg"),
    ("tree_nut", "water chestnut"),
    ("tree_nut", "coconut"),
    ("tree_nut", "peanuts"),
    ("peanut", "pine nuts"),
    ("wheat", "buckwheat"),
    ("egg", "eggplant"),
    ("mollusc", "oyster mushroom"),
    ("crustacean", "crab apple"),
    ("gluten", "glutinous rice"),
    ("fish", "shellfish"),
    ("meat", "kidney beans"),
    ("honey", "honeydew"),
    ("alcohol", "cider vinegar"),
    ("caffeine", "colander"),
]


@pytest.mark.parametrize(("mark", "phrase"), FALSE_FRIENDS)
def test_a_false_friend_is_not_taken_for_what_it_resembles(mark: str, phrase: str) -> None:
    assert mark not in kitchen().library.net.marks_in(f"A bowl with {phrase} in it.")


def test_every_listed_false_friend_is_one_and_every_term_is_found() -> None:
    net = kitchen().library.net
    for term, of, certainty in term_rows():
        found = net.marks_in(f"Take {term} now.")
        if certainty == "false_friend":
            assert of not in found, term
        else:
            assert of + "?" * (certainty == "check") in found, term
            assert of + "?" * (certainty == "check") in net.marks_in(f"TAKE {plural(term).upper()} NOW"), term


def plural(term: str) -> str:
    return term if term.endswith(("s", ")")) else f"{term}s"


HIDDEN = [
    ("walnuts", "tree_nut"),
    ("WALNUT", "tree_nut"),
    ("wal-nut", "tree_nut"),
    ("wal\u00adnut", "tree_nut"),
    ("wal\u200bnut", "tree_nut"),
    ("w a l n u t", "tree_nut"),
    ("w.a.l.n.u.t", "tree_nut"),
    ("wàlnut", "tree_nut"),
    ("\uff57\uff41\uff4c\uff4e\uff55\uff54", "tree_nut"),
    ("w\u0430lnut", "unreadable"),
    ("buttercream", "milk"),
    ("cheesecake", "milk"),
    ("peanut butter with butter", "milk"),
    ("almond-milk and milk", "milk"),
    ("shrimps", "crustacean"),
    ("anchovies", "fish"),
]


@pytest.mark.parametrize(("phrase", "mark"), HIDDEN)
def test_no_way_of_writing_hides_a_word(phrase: str, mark: str) -> None:
    assert mark in kitchen().library.net.marks_in(f"Add {phrase}.")


DISGUISES: list[Callable[[str], str]] = [
    str,
    str.upper,
    str.title,
    "\u200b".join,
    "\u0301".join,
    " ".join,
    ".".join,
    lambda word: f"{word[0]}\u00ad{word[1:]}",
    lambda word: f"{word[:2]}-{word[2:]}",
    lambda word: "".join(chr(ord(letter) + 0xFEE0) if letter.isascii() else letter for letter in word),
]
SENTENCES = ("Add {} now.", "A {} is fine", "{}", "With a little {}, and rice.", "({})")


def test_no_disguise_of_a_forbidden_word_gets_through() -> None:
    net = kitchen().library.net
    words = sorted({(term, of) for term, of, kind in term_rows() if kind == "always" and term.isalpha()})
    assert len(words) > 400
    for (term, of), disguise, sentence in product(words, DISGUISES, SENTENCES):
        text = sentence.format(disguise(term))
        assert {of, UNREADABLE} & net.marks_in(text), text


def test_a_sentence_of_a_model_may_name_no_food_but_those_of_its_item() -> None:
    library = kitchen().library
    for one in library.meals:
        for text in one.texts:
            assert strange_in(library, text, one.food_ids) == []
    own = {"oats_dry", "milk_1pct", "blueberries", "walnuts"}
    assert strange_in(library, "A warm bowl of oats with berries and nuts.", own) == []
    for text in (
        "Oats with salmon.",
        "Oats with lobster.",
        "Stir in peanut butter.",
        "Add a little honey.",
        "Add w\u0430lnut.",
    ):
        assert strange_in(library, text, own), text
    assert strange_in(library, "Sweet potato and rice.", {"potato_boiled", "rice_brown_cooked"}) == ["sweet potato"]


def test_the_second_net_finds_what_a_hostile_sentence_names() -> None:
    library = kitchen().library
    nuts = library.vocabulary.restrict(["nuts"])
    assert forbidden_in(library, nuts, ["A pear.", "Scatter pecans."]) == ["tree_nut"]
    assert forbidden_in(library, nuts, ["Butternut squash with coconut and nutmeg."]) == []
    assert forbidden_in(library, library.vocabulary.restrict([]), ["Scatter pecans."]) == []


def test_a_food_that_has_lost_its_tags_is_still_left_out_by_its_name() -> None:
    shipped = shipped_food_library()
    foods = {name: replace(food, marks=frozenset()) for name, food in shipped.foods.items()}
    stock = Kitchen(FoodLibrary("no tags", foods, shipped.meals, shipped.vocabulary, shipped.net))
    for word, never in {"nuts": "walnuts", "milk": "feta", "vegan": "egg_boiled", "coeliac": "bread_rye"}.items():
        assert never not in stock._left(shipped.vocabulary.restrict([word])).foods


def test_nuts_mean_both_kinds_and_a_single_nut_all_tree_nuts() -> None:
    stock, vocabulary = kitchen(), kitchen().library.vocabulary
    both = stock.menu(vocabulary.restrict(["nuts"])).foods
    assert not both & {"walnuts", "peanut_butter", "almonds", "sunflower_seeds"}
    assert "peanut_butter" not in stock.menu(vocabulary.restrict(["peanut"])).foods
    every = stock.menu(vocabulary.restrict(["tree_nut"])).foods
    for nut in (*SINGLE_NUTS, "macadamia", "Brazil nuts"):
        single = stock.menu(vocabulary.restrict([nut])).foods
        assert single == every
        assert not [food for food in single if {"tree_nut", "tree_nut?"} & stock.library.foods[food].marks]
    assert "walnuts" in stock.library.foods
    assert "peanut_butter" not in every


@pytest.mark.parametrize(("said", "allergen"), [("salmon", "fish"), ("lobster", "crustacean"), ("squid", "mollusc")])
def test_one_of_a_kind_leaves_out_the_whole_kind(said: str, allergen: str) -> None:
    restrictions = kitchen().library.vocabulary.restrict([said])
    assert restrictions.ids == (allergen,)
    foods = kitchen().menu(restrictions).foods
    assert not [food for food in foods if {allergen, f"{allergen}?"} & kitchen().library.foods[food].marks]


def test_coeliac_leaves_out_what_only_a_label_can_tell_and_certified_gluten_free_does_not() -> None:
    stock, vocabulary = kitchen(), kitchen().library.vocabulary
    assert not stock.menu(vocabulary.restrict(["coeliac"])).foods & {"oats_dry", "chia", "buckwheat_cooked", "miso"}
    assert "oats_dry" not in stock.menu(vocabulary.restrict(["gluten_free"])).foods
    certified = stock.menu(vocabulary.restrict(["gluten_free_certified"])).foods
    assert {"oats_dry", "tortilla_corn"} <= certified
    assert not certified & {"bread_rye", "couscous_cooked", "barley_cooked", "soy_sauce"}
    assert "oats_dry" not in stock.menu(vocabulary.restrict(["gluten_free_certified", "coeliac"])).foods


def test_a_refused_plan_holds_nothing_of_a_plan() -> None:
    told = nutrition_plan(NutritionRequest("p1", ADULT, day(), ("vegan", "unicorn")), kitchen())
    assert set(told.model_dump()) == {"date", "status", "refusal", "method_version", "library_version", "fingerprint"}
    with pytest.raises(PlanRefusedError):
        kitchen().library.vocabulary.restrict(["unicorn"])
    assert made(ADULT, None, "vegan").status == "complete"


def test_a_plan_that_names_what_is_left_out_all_the_same_is_withheld(monkeypatch: pytest.MonkeyPatch) -> None:
    stock = Kitchen(shipped_food_library())
    everything = stock.menu(stock.library.vocabulary.restrict([]))
    monkeypatch.setattr(stock, "menu", lambda _: everything)
    told = nutrition_plan(NutritionRequest("p1", ADULT, day(), ("vegan", "nuts", "milk", "gluten")), stock)
    assert isinstance(told, RefusedNutritionPlan)
    assert told.refusal.code == "restriction_broken"
