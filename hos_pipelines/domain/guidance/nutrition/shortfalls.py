"""Where the meals of a day miss what it was laid out for, each named with both figures, and for which it is partial.

A plan may not hold two figures that contradict each other without a word. What lies within a tenth is no contradiction.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from hos_pipelines.domain.guidance.nutrition.meal_room import NO_ROOM
from hos_pipelines.domain.guidance.nutrition.nutrition_results import EnergyFigures, NutritionalInfo, NutritionBlock
from hos_pipelines.domain.guidance.plan_texts import BLOCK_WORDS

WITHIN: Final = 0.1
LITTLE_ROOM, ENERGY_GAP, OUTSIDE_SHARES = "little_room", "energy_gap", "outside_accepted_shares"
ACCEPTED: Final[Mapping[str, tuple[int, int]]] = {"protein": (10, 35), "fat": (20, 35), "carbs": (45, 65)}
WORDS: Final = {"protein": "protein", "fat": "fat", "carbs": "carbohydrate"}


@dataclass(frozen=True, slots=True)
class DayFigures:
    """What a day was laid out for, and what its meals hold. Whoever wants little carbohydrate has chosen two shares."""

    energy: EnergyFigures
    info: NutritionalInfo
    has_little_carbohydrate: bool


def shortfalls_of(
    blocks: Mapping[str, NutritionBlock], figures: DayFigures | None, *, is_all_placed: bool
) -> tuple[list[str], list[str]]:
    """The codes a plan is partial for, and a sentence for each thing that is missed; without figures where none are."""
    codes, notes = [], []
    empty = [BLOCK_WORDS[name] for name, block in blocks.items() if block.because == NO_ROOM]
    if empty:
        is_one = len(empty) == 1
        notes.append(
            f"The hours of this day are too short for all meals: {_joined(empty)} {'is' if is_one else 'are'} left out."
        )
        if not is_all_placed:
            codes.append(LITTLE_ROOM)
    if figures is None:
        return codes, notes
    if abs(figures.energy.energy_gap) > WITHIN * figures.energy.planned:
        codes.append(ENERGY_GAP)
    outside = [name for name in _judged(figures) if not _is_accepted(figures.info, name)]
    if outside:
        codes.append(OUTSIDE_SHARES)
    notes += [*_energy(blocks, figures), *(_share(figures.info, name) for name in outside)]
    apart = list(_apart(figures))
    if apart:
        notes.append(f"The meals of this day hold other amounts than were planned: {'; '.join(apart)}.")
    return codes, notes


def _judged(figures: DayFigures) -> Sequence[str]:
    return ["protein"] if figures.has_little_carbohydrate else list(ACCEPTED)


def _is_accepted(info: NutritionalInfo, name: str) -> bool:
    low, high = ACCEPTED[name]
    share: int = getattr(info, f"{name}_percent")
    return low <= share <= high


def _share(info: NutritionalInfo, name: str) -> str:
    low, high = ACCEPTED[name]
    share = getattr(info, f"{name}_percent")
    return f"{WORDS[name].capitalize()} makes {share} % of the energy of these meals; {low} to {high} % are accepted."


def _energy(blocks: Mapping[str, NutritionBlock], figures: DayFigures) -> Iterator[str]:
    """The gap of a day, and of each block that is not filled to a tenth."""
    gap, planned = figures.energy.energy_gap, figures.energy.planned
    missed = [
        f"{abs(block.energy_gap):,} kcal {'less' if block.energy_gap > 0 else 'more'} at {BLOCK_WORDS[name]}"
        for name, block in blocks.items()
        if block.energy_gap
    ]
    if missed or abs(gap) > WITHIN * planned:
        told = f"The meals of this day hold {figures.info.calories:,} kcal of the {planned:,} kcal it is laid out for"
        yield f"{told}: {_joined(missed)}." if missed else f"{told}."


def _apart(figures: DayFigures) -> Iterator[str]:
    energy, info = figures.energy, figures.info
    if not (1 - WITHIN) * energy.protein_from <= info.protein <= (1 + WITHIN) * energy.protein_to:
        yield f"{info.protein} g of protein instead of {energy.protein_from} to {energy.protein_to} g"
    for word, held, planned in (("fat", info.fat, energy.fat), ("carbohydrate", info.carbs, energy.carbs)):
        if abs(held - planned) > WITHIN * planned:
            yield f"{held} g of {word} instead of {planned} g"
    if info.fiber < (1 - WITHIN) * energy.fiber:
        yield f"{info.fiber} g of fibre instead of at least {energy.fiber} g"


def _joined(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
