"""What is said too strongly: that one thing causes another, and words no fact of a few weeks can bear out."""

import re
from collections.abc import Iterator

MOVES = r"(?:go|rise|fall|drop|climb|sink|improve|worsen|increase|decrease|higher|lower|longer|shorter|better|worse)"
DOES = r"(?:go|get|fall|sleep|slept|wake|woke|take|took|walk|exercise|move|train|stay|nap|eat|drink)"
CAUSES = re.compile(
    r"\bcaus(?:e|es|ed|ing)\b|\b(?:is|are|was|were) (?:the|a|one) reasons?\b|\bthe reason (?:why|that|for|you)\b|"
    r"\b(?:leads?|led) to\b|\bresult(?:s|ed)? in\b|\b(?:due|owing|thanks) to (?:your|the)\b|\bdriven by\b|"
    rf"\bbecause you (?:\w+ )?{DOES}\b|\bmakes? your [^.,;]*\b{MOVES}\b|\b(?:brings?|brought) (?:about|on)\b|"
    r"\b(?:is|that's) why\b|\bexplains? (?:why|your)\b",
    re.IGNORECASE,
)
EXAGGERATIONS = re.compile(
    r"\bsky-?rocket\w*|\bplummet\w*|\bexplod\w*|\bcollaps\w*|\bdramatic\w*|\bdrastic\w*|\bmassive(?:ly)?\b|"
    r"\benormous\w*|"
    r"\bperfect (?:hundred|score|10|100|regularity|rhythm)|\bperfectly (?:regular|steady|even|stable|consistent)|"
    r"\b(?:complete|total|utter) (?:chaos|mess|disaster)|\bchaotic\b|\bunbreakable\b|\brock[- ]solid\b|"
    r"\bwithout the slightest\b|\bfully (?:automatic|established|formed|ingrained)\b|\bsecond nature\b|"
    r"\bno sleep (?:debt )?at all\b|\bowe no sleep\b|\bno variation\b|\bexceptional\w*|\bworld[- ]class\b|\belite\b|"
    r"\bguarantee\w*|\bterrible\b|\bawful\b|\bhorrible\b|\bdisastrous\b|\balarming\w*|\bdanger\w*|\bpiling up\b",
    re.IGNORECASE,
)


def causes(text: str, engine: str) -> Iterator[str]:
    """Words that make one thing the cause of another, but for those of the rules engine's own sentence."""
    yield from _beyond(CAUSES, text, engine)


def exaggerations(text: str, engine: str) -> Iterator[str]:
    """Words stronger than any fact, but for those of the rules engine's own sentence."""
    yield from _beyond(EXAGGERATIONS, text, engine)


def _beyond(words: re.Pattern[str], text: str, engine: str) -> Iterator[str]:
    known = {match[0].lower() for match in words.finditer(engine)}
    yield from (match[0] for match in words.finditer(text) if match[0].lower() not in known)
