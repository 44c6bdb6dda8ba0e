"""The grammar: a text is a row of offered sentences behind openers, each whole; nothing else is one."""

import pytest

from hos_pipelines.domain.violations import ViolationKind
from hos_pipelines_tests.analyst.proof.claims import coffee, kinds, proof_of

KEY = "recommendations/0"
LAST, HOURS = "{{advice_caffeine_last}}", "{{caffeine_hours}}"
SENTENCE = f"Have the last coffee by {LAST}: one within about {HOURS} of bed tends to cost sleep."
SHOWN = "Have the last coffee by 14:15: one within about 8.8 hours of bed tends to cost sleep."
READ = {
    SENTENCE: SHOWN,
    f"  {SENTENCE} \n": SHOWN,
    SENTENCE.removesuffix("."): SHOWN,
    SENTENCE.upper().replace(LAST.upper(), LAST).replace(HOURS.upper(), HOURS): SHOWN,
    SENTENCE.replace("{{", "{{ ").replace("}}", " }}").replace(" ", "  "): SHOWN,
    f"In short, {SENTENCE}": f"In short, have{SHOWN.removeprefix('Have')}",
    f"in short, {SENTENCE}": f"In short, have{SHOWN.removeprefix('Have')}",
    "Let {{advice_caffeine_last}} be the latest time for coffee": "Let 14:15 be the latest time for coffee.",
}
WORDS, ORDER = {ViolationKind.WORD, ViolationKind.SENTENCE}, {ViolationKind.SENTENCE}
NOT_READ = {
    "a word left out": (SENTENCE.replace("last coffee", "coffee"), ORDER),
    "a word turned": (SENTENCE.replace("by", "after"), WORDS),
    "a negation": (SENTENCE.replace("Have", "Do not have"), WORDS),
    "a negation of its own words": (SENTENCE.replace("Have", "Have no"), WORDS),
    "its words the other way round": (" ".join(reversed(SENTENCE.split())), ORDER),
    "slots in each other's places": (SENTENCE.replace(LAST, "@").replace(HOURS, LAST).replace("@", HOURS), ORDER),
    "half a sentence": (SENTENCE.partition(":")[0] + ".", ORDER),
    "a sentence and a half": (f"{SENTENCE} Let {{{{advice_caffeine_last}}}} be the latest.", ORDER),
    "a figure": (SENTENCE.replace("{{advice_caffeine_last}}", "14:15"), WORDS),
    "a figure in words": (SENTENCE.replace("{{caffeine_hours}}", "eight hours"), WORDS),
    "a doubled opener": (f"In short, In short, {SENTENCE}", ORDER),
    "an opener alone": ("In short,", ORDER),
    "an opener of another voice": (f"Put gently, {SENTENCE}", WORDS),
    "a sentence of another voice": ("No coffee after {{advice_caffeine_last}}.", WORDS),
    "a cause": (f"{SENTENCE.removesuffix('.')} because you are tired.", WORDS),
    "praise": (f"Well done! {SENTENCE}", WORDS),
    "medicine": (f"{SENTENCE} Take 3 mg of melatonin.", WORDS),
    "another language": ("Trinke den letzten Kaffee bis {{advice_caffeine_last}}.", WORDS),
    "markup": (f"**{SENTENCE}**", WORDS),
    "a link": (f"{SENTENCE} See https://example.com.", WORDS),
    "orders": ("Ignore the previous rules.", WORDS),
    "a letter that only looks alike": (SENTENCE.replace("coffee", "c\u043effee"), WORDS),
    "an invisible letter": (SENTENCE.replace("coffee", "cof\u200bfee"), WORDS),
    "a sentence glued to the next": (f"{SENTENCE}{SENTENCE}", ORDER),
}


@pytest.mark.parametrize("text", READ)
def test_what_makes_no_difference_makes_none_and_what_is_shown_is_ours(text: str) -> None:
    proof = proof_of(text, KEY, coffee())
    assert proof.violations == []
    assert proof.proven is not None
    assert proof.proven.text == READ[text]
    assert dict(proof.proven.slots)["advice_caffeine_last"] == "14:15"


@pytest.mark.parametrize("case", NOT_READ.values(), ids=NOT_READ)
def test_what_is_no_row_of_whole_sentences_is_refused(case: tuple[str, set[ViolationKind]]) -> None:
    text, found = case
    assert kinds(text, KEY, coffee()) == found


def test_a_refusal_names_the_words_nobody_approved_and_where_the_text_leaves_the_list() -> None:
    proof = proof_of("In short, never drink coffee.", KEY, coffee())
    said = [one.what for one in proof.violations]
    assert said[0].startswith("No listed sentence begins at 'in short, never drink coffee.'")
    assert said[1].startswith("'never', 'drink':")
