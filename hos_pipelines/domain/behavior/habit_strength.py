"""Habit strength: a learning curve over repetitions and misses. The rate is ours, fitted to a published median."""

from hos_pipelines.domain.nights import Flags

# 66 repetitions in a row reach 0.95: the median time to 95 % of the asymptote in Lally (2010).
LEARNING = 1 - 0.05 ** (1 / 66)
# One miss "did not materially affect" formation in Lally (2010): it costs a quarter of the rate.
AFTER_MISS = 1 - LEARNING / 4

INITIATION_DAYS = 7
EARLY_FORMATION_DAYS = 21
CONSOLIDATION_DAYS = 66
STAGES = ("initiation", "early_formation", "consolidation", "maintenance")
# One miss, or two, interrupts no habit; so many in a row do (ours).
LAPSE_DAYS = 3


def habit_strength(success: Flags) -> float:
    """The strength after recorded days, oldest first, from 0 (none yet) towards 1.

    HS + a (1 - HS) on a repetition, HS (1 - a / 4) on a miss. The form follows Lally (2010) and Zhang (UMUAI 2022),
    a and the miss factor are ours: the strength is inferred from what was done, nobody was asked.
    """
    strength = 0.0
    for done in success.tolist():
        strength = strength + LEARNING * (1 - strength) if done else strength * AFTER_MISS
    return strength


def strength_ceiling(days: int) -> float:
    """What so many days can reach at most, done on each: 0.46 in two weeks, 0.72 in four, 0.92 in eight."""
    return 1 - (1 - LEARNING) ** days


def days_since_lapse(success: Flags) -> tuple[int, bool]:
    """The days done since three recorded ones in a row were missed, and whether the run may be older than the records.

    Days before the first recorded one are not known: a run without a lapse may have begun long before.
    """
    done = missed = 0
    for was_done in reversed(success.tolist()):
        missed = 0 if was_done else missed + 1
        if missed == LAPSE_DAYS:
            return done, False
        done += was_done
    return done, True


def habit_stage(days: int) -> str:
    """The stage of a habit by the days it has been going on: edges at 7, 21 and 66 days."""
    if days <= INITIATION_DAYS:
        return "initiation"
    if days <= EARLY_FORMATION_DAYS:
        return "early_formation"
    return "consolidation" if days <= CONSOLIDATION_DAYS else "maintenance"
