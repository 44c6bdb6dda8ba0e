"""Protein, fat and carbohydrate of a day, in whole grams that lie within the accepted shares after rounding.

Shares by the AMDR (DRI 2002/2005); protein by goal lies inside DRI, ESPEN 2014 and ISSN 2017; the choice in it is ours.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from hos_pipelines.domain.guidance.nutrition.eater import weight_at
from hos_pipelines.domain.guidance.nutrition.nutrients import half_up

KCAL_PROTEIN, KCAL_FAT, KCAL_CARBOHYDRATE = 4, 9, 4
PROTEIN_SHARE = Decimal("0.10"), Decimal("0.35")
FAT_SHARE = Decimal("0.20"), Decimal("0.35")
CARBOHYDRATE_SHARE = Decimal("0.45"), Decimal("0.65")
DEFAULT_FAT = Decimal("0.30")
MAINTAIN, LOSE, BUILD = "maintain_weight", "lose_weight", "build_muscle"
# Grams by kilogram of body weight.
PROTEIN: Mapping[str, tuple[Decimal, Decimal]] = {
    MAINTAIN: (Decimal("0.8"), Decimal("1.2")),
    LOSE: (Decimal("1.2"), Decimal("1.6")),
    BUILD: (Decimal("1.6"), Decimal("2.0")),
}
OLDER, OLDER_PROTEIN = 65, (Decimal("1.0"), Decimal("1.2"))
OBESE, REFERENCE = Decimal(30), (Decimal(25), Decimal(30))


@dataclass(frozen=True, slots=True)
class RawMacros:
    """Grams as the shares give them, to a tenth and before any limit."""

    protein_g: Decimal
    fat_g: Decimal
    carbohydrate_g: Decimal


@dataclass(frozen=True, slots=True)
class Macros:
    """Whole grams. `note` says where a limit moved what the goal asked for."""

    protein_g: int
    fat_g: int
    carbohydrate_g: int
    note: str | None = None

    @property
    def kcal(self) -> int:
        """4 P + 9 F + 4 C."""
        return KCAL_PROTEIN * self.protein_g + KCAL_FAT * self.fat_g + KCAL_CARBOHYDRATE * self.carbohydrate_g

    @property
    def shares(self) -> tuple[Decimal, Decimal, Decimal]:
        """The shares of protein, fat and carbohydrate in that."""
        whole = Decimal(self.kcal)
        protein, fat = KCAL_PROTEIN * self.protein_g / whole, KCAL_FAT * self.fat_g / whole
        return protein, fat, KCAL_CARBOHYDRATE * self.carbohydrate_g / whole

    @property
    def is_accepted(self) -> bool:
        """Whether all three lie within the AMDR."""
        limits = (PROTEIN_SHARE, FAT_SHARE, CARBOHYDRATE_SHARE)
        return all(low <= share <= high for share, (low, high) in zip(self.shares, limits, strict=True))


def raw_macros(kcal: Decimal, weight_kg: Decimal, grams_by_kg: Decimal, fat_share: Decimal) -> RawMacros:
    """What a protein by weight and a share of fat leave for carbohydrate."""
    protein, fat = weight_kg * grams_by_kg, kcal * fat_share / KCAL_FAT
    carbohydrate = (kcal - KCAL_PROTEIN * protein - KCAL_FAT * fat) / KCAL_CARBOHYDRATE
    return RawMacros(half_up(protein, 1), half_up(fat, 1), half_up(carbohydrate, 1))


def protein_range(goal: str | None, age: int, height_cm: Decimal, weight_kg: Decimal) -> tuple[Decimal, Decimal]:
    """Grams a day from and to. Above a body-mass index of 30 the weights at 25 and 30 stand for the own."""
    low, high = PROTEIN.get(goal or MAINTAIN, PROTEIN[MAINTAIN])
    if age >= OLDER:
        low, high = max(low, OLDER_PROTEIN[0]), max(high, OLDER_PROTEIN[1])
    heavy = weight_kg > weight_at(OBESE, height_cm)
    least, most = (weight_at(bmi, height_cm) if heavy else weight_kg for bmi in REFERENCE)
    return low * least, high * most


def macros_within(kcal: Decimal, protein_g: Decimal) -> Macros:
    """Whole grams for this energy: protein as asked, inside its shares; fat gives way before carbohydrate does."""
    share = KCAL_PROTEIN * protein_g / kcal
    held = min(max(share, PROTEIN_SHARE[0]), PROTEIN_SHARE[1])
    note = None
    if share > PROTEIN_SHARE[1]:
        note = "The protein of this goal would exceed 35 % of the energy, so it is held there."
    elif share < PROTEIN_SHARE[0]:
        note = "The protein by weight would be below 10 % of the energy, so it is raised to that."
    fat = max(FAT_SHARE[0], min(DEFAULT_FAT, 1 - held - CARBOHYDRATE_SHARE[0]))
    grams = (
        int(half_up(held * kcal / KCAL_PROTEIN)),
        int(half_up(fat * kcal / KCAL_FAT)),
        int(half_up((1 - held - fat) * kcal / KCAL_CARBOHYDRATE)),
    )
    return _nearest_accepted(grams, note)


def _nearest_accepted(grams: tuple[int, int, int], note: str | None) -> Macros:
    """Rounding may step over a limit; the fewest grams that step back are taken."""
    protein, fat, carbohydrate = grams
    as_rounded = Macros(protein, fat, carbohydrate, note)
    if as_rounded.is_accepted:
        return as_rounded
    steps = range(-2, 3)
    moved = ((abs(p) + abs(f) + abs(c), abs(p), abs(f), (p, f, c)) for p in steps for f in steps for c in steps)
    for _, _, _, (p, f, c) in sorted(moved):
        found = Macros(protein + p, fat + f, carbohydrate + c, note)
        if found.is_accepted:
            return found
    raise ValueError(f"{grams}: no whole grams near these lie within the AMDR.")
