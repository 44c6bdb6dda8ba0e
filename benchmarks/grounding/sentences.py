"""Sentences somebody wrote without sight of ours, one JSON object a line, and what the proof makes of each."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from benchmarks.grounding.people import Sheet, demo_sheets
from hos_pipelines.analyst.answers import Claim
from hos_pipelines.analyst.proof.prove import prove_claim

SLOT = re.compile(r"\{\{\s*([^{}]+?)\s*\}\}")
ANALYSES = ("circadian", "behavior")


class SentenceError(ValueError):
    """A line that is none of these; says which, and what is wrong with it."""


def judge_sentences(path: Path) -> tuple[dict[str, int], list[dict[str, Any]]]:
    """The counts, and each line with its verdict and what was said against it.

    A line without a `passage` is held against every passage of its analysis, and passes where one takes it.

    Raises:
        SentenceError: a line is no such object, or is about nobody.
    """
    counts = {"passed_false": 0, "refused_false": 0, "passed_true": 0, "refused_true": 0}
    verdicts = []
    for number, line in _lines(path):
        why = _refusals(number, line)
        verdict = f"{'refused' if why else 'passed'}_{'true' if line['true'] else 'false'}"
        counts[verdict] += 1
        verdicts.append({"line": number, "verdict": verdict, "text": line["text"], "why": why})
    return counts, verdicts


def _lines(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    try:
        # No splitlines: a JSON string may hold line separators of other kinds.
        texts = path.read_text(encoding="utf-8-sig").split("\n")
    except UnicodeDecodeError as error:
        raise SentenceError(f"byte {error.start}: is no UTF-8; save the file in UTF-8.") from error
    if not any(text.strip() for text in texts):
        raise SentenceError("the file is empty; write one JSON object a line.")
    for number, text in enumerate(texts, start=1):
        if text.strip():
            yield number, _line(number, text)


def _line(number: int, text: str) -> dict[str, Any]:
    """One line, with what it must have and nothing of another type."""
    try:
        line = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise SentenceError(f"line {number}: is no JSON; write one object a line.") from error
    if not isinstance(line, dict) or not line.keys() >= REQUIRED:
        missing = sorted(REQUIRED - line.keys()) if isinstance(line, dict) else []
        lacks = f" It has no {' and no '.join(missing)}." if missing else ""
        raise SentenceError(f"line {number}: needs analysis, person, text and true.{lacks}")
    for field, (is_right, remedy) in FIELDS.items():
        if field in line and not is_right(line[field]):
            raise SentenceError(f"line {number}: {field} is {json.dumps(line[field])[:40]}; give {remedy}.")
    return line


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _are_texts(value: object) -> bool:
    return isinstance(value, list) and all(map(_is_text, value))


REQUIRED = {"analysis", "person", "text", "true"}
FIELDS: Mapping[str, tuple[Callable[[object], bool], str]] = {
    "analysis": (_is_text, "circadian or behavior"),
    "person": (_is_text, "sim-0001 to sim-0012, or a kind, in quotes"),
    "passage": (lambda value: value is None or _is_text(value), "a key of a passage such as sleep_pattern/new"),
    "text": (_is_text, "a sentence in quotes"),
    "facts": (_are_texts, "a list of ids of facts"),
    "true": (lambda value: isinstance(value, bool), "true or false, without quotes"),
}


def _refusals(number: int, line: dict[str, Any]) -> list[str]:
    """What was said against a sentence; nothing where it passes."""
    if line["analysis"] not in ANALYSES:
        raise SentenceError(f"line {number}: analysis is {line['analysis']!r}; give circadian or behavior.")
    sheet = _sheet(line["person"], line["analysis"])
    if sheet is None:
        raise SentenceError(f"line {number}: person is {line['person']!r}; give sim-0001 to sim-0012, or a kind.")
    evidence = sheet.evidence
    text = SLOT.sub(lambda slot: f"{{{{{evidence.tag_id(slot[1])}}}}}", line["text"])
    keys = [line["passage"]] if line.get("passage") else [one.key for one in evidence.passages]
    said: list[str] = []
    for key in keys:
        found = prove_claim(Claim(passage=evidence.tag_id(key), text=text), evidence).violations
        if not found:
            return []
        said += [one.what for one in found]
    return list(dict.fromkeys(said)) or ["There is no passage it could stand for."]


@cache
def _sheet(person: str, analysis: str) -> Sheet | None:
    sheets = demo_sheets(person)
    return None if sheets is None else next(one for one in sheets if one.area == analysis)
