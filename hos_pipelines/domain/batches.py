"""How large the batches of a tick may be. Every batch is a run, and every run costs the start of a process."""

from dataclasses import dataclass

# The second evens out the end of a tick, where one slot would else idle while the other works on a long run.
RUNS_PER_SLOT = 2


@dataclass(frozen=True, slots=True)
class BatchBounds:
    """People in a batch: not fewer than the smallest where as many are due, never more than the largest.

    Between the two, there are `RUNS_PER_SLOT` batches for each of the `slots`, the runs that fetch at a time.
    """

    smallest: int
    largest: int
    slots: int

    @property
    def wanted(self) -> int:
        """How many batches a tick is cut into where that leaves them within the bounds."""
        return RUNS_PER_SLOT * self.slots
