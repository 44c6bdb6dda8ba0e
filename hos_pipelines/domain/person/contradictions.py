"""What a person cannot mean at once. Each sentence names both fields and the remedy; nothing is decided for them."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from hos_pipelines.domain.person.fact_keys import FactKey
from hos_pipelines.domain.person.hours import DAY, ClockSpan, minute_of, span_of

Facts = Mapping[FactKey, Any]

# Each allows what another forbids, or is contained in it.
EXCLUSIVE_DIETS = ("vegan", "vegetarian", "pescatarian")
SHORTEST_NIGHT, LONGEST_NIGHT = 3 * 60, 16 * 60


def find_contradictions(facts: Facts) -> list[str]:
    """A sentence for each pair of facts that cannot both hold; values as they are stored."""
    return [sentence for rule in RULES for sentence in rule(facts)]


def _diets(facts: Facts) -> Iterator[str]:
    said = {*(facts.get(FactKey.DIET) or ()), *(facts.get(FactKey.RESTRICTIONS) or ())}
    both = [diet for diet in EXCLUSIVE_DIETS if diet in said]
    if len(both) > 1:
        yield f"diet: {' and '.join(both)} contradict each other; keep the one that is meant."


def _nights(facts: Facts) -> Iterator[str]:
    for kind in ("work", "free"):
        night = _night(facts, kind)
        if night is not None and not SHORTEST_NIGHT <= night.minutes <= LONGEST_NIGHT:
            yield (
                f"sleep_time_{kind} and wake_time_{kind}: leave less than 3 or more than 16 hours in bed; correct one "
                "of them, such as 23:00 and 07:00."
            )


def _work_and_night(facts: Facts) -> Iterator[str]:
    """Of somebody with a roster the hours of sleep differ from shift to shift."""
    hours, night = facts.get(FactKey.WORK_HOURS), _night(facts, "work")
    if hours is None or facts.get(FactKey.ROSTER) is not None:
        return
    work = span_of(hours)
    if night is not None:
        if night.overlap(work) > 0:
            yield (
                "work_hours: contradict sleep_time_work and wake_time_work, by which you sleep while you work; correct "
                "one of them."
            )
        return
    wake = facts.get(FactKey.WAKE_TIME_WORK)
    if wake is not None and 0 < (minute_of(wake) - work.start) % DAY < work.minutes:
        yield "wake_time_work: is within work_hours; correct one of them."


def _work_days(facts: Facts) -> Iterator[str]:
    if facts.get(FactKey.WORK_DAYS) == [] and facts.get(FactKey.WORK_HOURS) is not None:
        yield "work_hours: contradict work_days, which say that you do not work; take back one of them (`unknown`)."
    if facts.get(FactKey.WORK_DAYS) is not None and facts.get(FactKey.ROSTER) is not None:
        yield "work_days: contradict roster, which says it day by day; take back one of them (`unknown`)."


def _numbers(facts: Facts) -> Iterator[str]:
    if facts.get(FactKey.OPT_OUT_OF_NUMBERS) is False and "eating_disorder" in (facts.get(FactKey.HEALTH_FLAGS) or ()):
        yield (
            "opt_out_of_numbers: `no` contradicts the health flag eating_disorder, with which no numbers are shown; "
            "take one of them back (`unknown`)."
        )


def _masses(facts: Facts) -> Iterator[str]:
    weight, lean = facts.get(FactKey.WEIGHT), facts.get(FactKey.LEAN_MASS)
    if weight is not None and lean is not None and lean > weight:
        yield "lean_mass: is more than weight; correct one of them."


def _night(facts: Facts, kind: str) -> ClockSpan | None:
    sleep, wake = facts.get(FactKey(f"sleep_time_{kind}")), facts.get(FactKey(f"wake_time_{kind}"))
    return None if sleep is None or wake is None else ClockSpan(minute_of(sleep), minute_of(wake))


RULES: tuple[Callable[[Facts], Iterator[str]], ...] = (_diets, _nights, _work_and_night, _work_days, _numbers, _masses)
