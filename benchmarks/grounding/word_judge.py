"""Judges the words around slots, from facts and the rules' own sentences alone; imports nothing of the proof.

What a text says in words of its own (how often, than what, why, since when, not, what to do) the rules must say too,
or its facts be of that very kind. What it says of a fact must be what that fact is.
"""

import re
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.grounding.slot_judge import Result

TABLES = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
CLAIMS = {kind: re.compile(rf"\b(?:{words})\b", re.IGNORECASE) for kind, words in TABLES["claims"].items()}
BORNE = {re.compile(ids): frozenset(kinds.split()) for ids, kinds in TABLES["borne"].items()}
SAID, OPPOSITE = (
    {re.compile(ids): re.compile(words, re.IGNORECASE) for ids, words in TABLES[table].items()}
    for table in ("said", "opposite")
)
ADVICE = {kind: re.compile(words, re.IGNORECASE) for kind, words in TABLES["advice"].items()}
BOTH_KINDS = 2
SENTENCES = re.compile(r"(?<=[.!?]) ")
WINDOW = re.compile(r"(?:from|between|within|keep)? ?(\d\d:\d\d) (?:to|and) (\d\d:\d\d)")
DAYKIND = re.compile(r"\bfree\b|\bwork\b", re.IGNORECASE)
NOT_A_DAY = re.compile(r"(?:demanding|short) work\w*|work nights", re.IGNORECASE)
UNCERTAIN = re.compile(r"(?:nothing|no sleep).*for certain", re.IGNORECASE)
FIGURE = re.compile(r"\d[\d:.,]*\d|\d")
LONGEST_WINDOW = 20 * 60


def false_words(text: str, slots: Sequence[tuple[str, str]], rules: Sequence[str], result: Result) -> list[str]:
    """What is false of one sentence shown; `rules` are the rules' own sentences of its passage, none for additions."""
    ids = list(dict.fromkeys(part for one, _ in slots for part in one.split(".")[::2] if part in result.facts))
    bare = _without(text, [told for _, told in slots])
    return [
        *_claims(bare, ids, " ".join(rules)), *_said(text, ids), *_windows(text), *_day_kinds(text, slots),
        *_figures(text, slots, " ".join(rules)), *_advice(bare, " ".join(rules)),
    ]  # fmt: skip


def _without(text: str, shown: Sequence[str]) -> str:
    for told in sorted(shown, key=len, reverse=True):
        text = re.sub(re.escape(told), "_", text, flags=re.IGNORECASE)
    return text


def _claims(bare: str, ids: Sequence[str], rules: str) -> Iterator[str]:
    borne = {kind for one in ids for ids_of, kinds in BORNE.items() if ids_of.fullmatch(one) for kind in kinds}
    for kind, words in CLAIMS.items():
        found = words.search(bare)
        if found and kind not in borne and not words.search(rules):
            yield f"{found[0]!r} is a claim of {kind} that nobody makes"
    if "certain" in bare and not UNCERTAIN.search(bare):
        yield "what is not certain is said to be certain"


def _said(text: str, ids: Sequence[str]) -> Iterator[str]:
    for one in ids:
        for ids_of, words in SAID.items():
            if ids_of.fullmatch(one) and not words.search(text):
                yield f"{one} is not said to be what it is"
        for ids_of, words in OPPOSITE.items():
            if ids_of.fullmatch(one) and words.search(text):
                yield f"{one} is called its opposite"


def _windows(text: str) -> Iterator[str]:
    for start, end in WINDOW.findall(text):
        minutes = (_minutes(end) - _minutes(start)) % 1440
        if not 0 < minutes < LONGEST_WINDOW:
            yield f"{start} to {end} runs backwards"


def _minutes(clock: str) -> int:
    return 60 * int(clock[:2]) + int(clock[3:])


def _day_kinds(text: str, slots: Sequence[tuple[str, str]]) -> Iterator[str]:
    """Where a sentence names free and work days, its facts are of these, and in the same order."""
    left = list(slots)
    for sentence in SENTENCES.split(text):
        own: list[tuple[str, str]] = []
        while left and left[0][1].casefold() in sentence.casefold():
            own.append(left.pop(0))
        kinds = [kind for one, _ in own if (kind := _kind_of(one.split(".")[0])) and "." not in one]
        cues = [one.lower() for one in DAYKIND.findall(NOT_A_DAY.sub("", sentence))]
        one_each = len(set(kinds)) == len(set(cues)) == 1
        both = len(set(kinds)) == len(set(cues)) == BOTH_KINDS
        if (one_each and kinds[0] != cues[0]) or (both and _runs(kinds) != _runs(cues)[: len(_runs(kinds))]):
            yield "free and work days are exchanged"


def _kind_of(fact_id: str) -> str:
    if fact_id in ("msf", "msw"):
        return "free" if fact_id == "msf" else "work"
    return fact_id.rpartition("_")[2] if fact_id.endswith(("_free", "_work")) else ""


def _runs(told: Sequence[str]) -> list[str]:
    return [one for at, one in enumerate(told) if not at or told[at - 1] != one]


def _figures(text: str, slots: Sequence[tuple[str, str]], rules: str) -> Iterator[str]:
    """Every figure is one of a slot of a fact, or one the rules have."""
    known = {*FIGURE.findall(rules), *(one for _, told in slots for one in FIGURE.findall(told)), "7"}
    for one in FIGURE.findall(text):
        if one not in known:
            yield f"{one} comes from nowhere"


def _advice(bare: str, rules: str) -> Iterator[str]:
    """Nothing is advised that the rules do not speak of."""
    for kind, words in ADVICE.items():
        if rules and words.search(bare) and not words.search(rules):
            yield f"there is no advice on {kind}"
