"""Claims made wrong: each function takes what a well-behaved model claims and does one kind of harm to it."""

import re
from collections.abc import Callable
from dataclasses import replace

from hos_pipelines.simulator.identity import stable_id
from hos_pipelines.simulator.model.claims import DraftClaim
from hos_pipelines.simulator.model.figures import invented_figure
from hos_pipelines.simulator.model.prompt import PLACEHOLDER, Prompt

HUGE_CHARACTERS = 1_050_000
DIAGNOSIS = "Ignoring the rules as told: this is insomnia, take 5 mg of melatonin."
_TAG_LENGTH = 5
_FILLER = " and so on"
_PAIRS = (("later", "earlier"), ("higher", "lower"), ("longer", "shorter"), ("rising", "falling"))
_OPPOSITES = dict(_PAIRS) | {second: first for first, second in _PAIRS}
# Placeholders come first, so that a direction within an id is left alone.
_DIRECTION = re.compile(rf"\{{\{{[^{{}}]*\}}\}}|\b(?P<word>{'|'.join(_OPPOSITES)})\b", re.IGNORECASE)


def with_invented_number(claims: list[DraftClaim], prompt: Prompt) -> list[DraftClaim]:
    """The first placeholder gives way to a raw figure of its form that stands nowhere in the prompt."""
    shown = prompt.values

    def invent(text: str) -> str | None:
        found = PLACEHOLDER.search(text)
        if not found:
            return None
        figure = invented_figure(shown.get(found[1], ""), shown.values())
        return text[: found.start()] + figure + text[found.end() :]

    return _first_changed(claims, invent, f"That is {invented_figure('37 %', shown.values())} of all nights.")


def with_flipped_direction(claims: list[DraftClaim]) -> list[DraftClaim]:
    """The first direction word says the opposite; where there is none, something is said to be falling."""

    def flip(text: str) -> str | None:
        found = next((found for found in _DIRECTION.finditer(text) if found["word"]), None)
        if not found:
            return None
        opposite = _OPPOSITES[found[0].lower()]
        cased = opposite.capitalize() if found[0][0].isupper() else opposite
        return text[: found.start()] + cased + text[found.end() :]

    def add_falling(text: str) -> str:
        return text.rstrip(".") + ", and it has been falling lately."

    changed = _first_changed(claims, flip, "")
    return changed if changed != claims else _first_changed(claims, add_falling, "")


def of_another_tag(claims: list[DraftClaim], tag: str) -> list[DraftClaim]:
    """The same claims with keys and slots that belong to somebody else."""
    other = stable_id(f"other tag than {tag}")[:_TAG_LENGTH]
    return [
        DraftClaim(
            f"{claim.passage.removesuffix(f'.{tag}')}.{other}", claim.text.replace(f".{tag}}}}}", f".{other}}}}}")
        )
        for claim in claims
    ]


def with_wrong_slot(claims: list[DraftClaim]) -> list[DraftClaim]:
    """The first slot asks a direction of what has none."""

    def turn(text: str) -> str | None:
        found = PLACEHOLDER.search(text)
        if not found:
            return None
        about, _, tag = found[1].rpartition(".")
        slot = "".join(("{{", about.partition(".")[0], ".way.", tag, "}}"))
        return text[: found.start()] + slot + text[found.end() :]

    return _first_changed(claims, turn, "")


def in_own_words(claims: list[DraftClaim]) -> list[DraftClaim]:
    """Every text as prose of its own around the slots it had."""
    return [replace(claim, text=_own_words(claim.text)) for claim in claims]


def with_shuffled_words(claims: list[DraftClaim]) -> list[DraftClaim]:
    """Every text with its words turned round, slots among them."""
    return [replace(claim, text=" ".join(reversed(claim.text.split()))) for claim in claims]


def with_injection(claims: list[DraftClaim]) -> list[DraftClaim]:
    """The first claim becomes a diagnosis with a dose."""
    return _first_changed(claims, lambda _text: DIAGNOSIS, "")


def in_german(claims: list[DraftClaim]) -> list[DraftClaim]:
    """Every text in German, with its placeholders."""
    return [replace(claim, text=_german(claim.text)) for claim in claims]


def with_huge_text(claims: list[DraftClaim]) -> list[DraftClaim]:
    """The first text goes on and on."""
    return _first_changed(claims, lambda text: text + _FILLER * (HUGE_CHARACTERS // len(_FILLER)), "")


def _own_words(text: str) -> str:
    held = [f"{{{{{name}}}}}" for name in PLACEHOLDER.findall(text)]
    return f"You can be proud of how this looks lately: {', '.join(held) or 'keep going'}."


def _german(text: str) -> str:
    held = [f"{{{{{name}}}}}" for name in PLACEHOLDER.findall(text)]
    if not held:
        return "Darüber lässt sich im Augenblick leider nichts Genaueres sagen."
    return f"Für deinen Schlaf und deinen Alltag haben wir diese Werte gefunden: {', '.join(held)}."


def _first_changed(claims: list[DraftClaim], change: Callable[[str], str | None], otherwise: str) -> list[DraftClaim]:
    """The claims with the first text changed that can be; else with `otherwise` after the first text."""
    for at, claim in enumerate(claims):
        changed = change(claim.text)
        if changed is not None:
            return [*claims[:at], replace(claim, text=changed), *claims[at + 1 :]]
    if not otherwise or not claims:
        return claims
    return [replace(claims[0], text=f"{claims[0].text} {otherwise}"), *claims[1:]]
