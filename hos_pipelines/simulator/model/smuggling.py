"""Claims with something in them that nobody offered: foods in disguise, doses, promises, what belongs elsewhere."""

from collections.abc import Sequence
from dataclasses import replace

from hos_pipelines.simulator.model.claims import DraftClaim
from hos_pipelines.simulator.model.prompt import PLACEHOLDER

# As they are called, in other words, in the plural, within compounds, spelled apart, with letters of other scripts and
# hidden ones, and what only looks like one.
FOODS = (
    "peanut butter", "peanuts", "groundnut oil", "a satay sauce", "goobers", "almond milk", "filberts", "marzipan",
    "buttercream", "shrimps", "a crawfish tail", "tahini", "pea-nuts", "p e a n u t s", "pea\u200bnuts", "pe\u0430nuts",
    "PEANUTS", "pe\u00e4nuts", "\uff50\uff45\uff41\uff4e\uff55\uff54\uff53", "butternut squash", "coconut milk",
    "a glass of wine", "protein powder", "nutmeg", "eggplant", "fish fingers", "oyster mushrooms", "Erdn\u00fcsse",
)  # fmt: skip
DOSES = ("12 mg of it", "5 mg of melatonin", "two tablets", "400 IU", "\u2075 drops", "\u2167 g a day", "a double dose")
PROMISES = (
    "and you will lose a kilo",
    "which is guaranteed to help",
    "and your blood sugar falls",
    "as your insomnia demands",
    "because you failed yesterday",
    "so that you certainly sleep",
)
NUMBERS = ("three times a day", "for forty minutes", "half as much", "at seven o'clock", "a dozen of them", "thrice")


def with_smuggled_food(claims: list[DraftClaim]) -> list[DraftClaim]:
    """Every text has a food nobody named: at its end, or in place of what stands in its first slot."""
    return [
        _filled(claim, FOODS[at % len(FOODS)]) if at % 2 else _ended(claim, f"with {FOODS[at % len(FOODS)]}")
        for at, claim in enumerate(claims)
    ]


def with_dose(claims: list[DraftClaim]) -> list[DraftClaim]:
    """Every text ends in a dose."""
    return _each_ended(claims, DOSES)


def with_promise(claims: list[DraftClaim]) -> list[DraftClaim]:
    """Every text ends in a promise, a diagnosis or blame."""
    return _each_ended(claims, PROMISES)


def with_spelt_number(claims: list[DraftClaim]) -> list[DraftClaim]:
    """Every text ends in a number in words, or has one where its first slot was."""
    return [
        _filled(claim, NUMBERS[at % len(NUMBERS)]) if at % 2 else _ended(claim, NUMBERS[at % len(NUMBERS)])
        for at, claim in enumerate(claims)
    ]


def with_exchanged_slots(claims: list[DraftClaim]) -> list[DraftClaim]:
    """Every slot is that of the text after it that has one."""
    slotted = [claim for claim in claims if PLACEHOLDER.search(claim.text)]
    firsts = [PLACEHOLDER.findall(claim.text)[0] for claim in slotted]
    turned = dict(zip((claim.passage for claim in slotted), (*firsts[1:], *firsts[:1]), strict=True))
    return [
        replace(claim, text=PLACEHOLDER.sub(f"{{{{{turned[claim.passage]}}}}}", claim.text))
        if claim.passage in turned
        else claim
        for claim in claims
    ]


def with_exchanged_passages(claims: list[DraftClaim]) -> list[DraftClaim]:
    """Every text stands in the place of the next one."""
    texts = [claim.text for claim in claims]
    return [replace(claim, text=text) for claim, text in zip(claims, (*texts[1:], *texts[:1]), strict=True)]


def _each_ended(claims: list[DraftClaim], ends: Sequence[str]) -> list[DraftClaim]:
    return [_ended(claim, ends[at % len(ends)]) for at, claim in enumerate(claims)]


def _ended(claim: DraftClaim, end: str) -> DraftClaim:
    return replace(claim, text=f"{claim.text.rstrip('.')} {end}.")


def _filled(claim: DraftClaim, instead: str) -> DraftClaim:
    """With these words in its first slot, else at its end."""
    if not PLACEHOLDER.search(claim.text):
        return _ended(claim, instead)
    return replace(claim, text=PLACEHOLDER.sub(instead, claim.text, count=1))
