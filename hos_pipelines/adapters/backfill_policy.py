"""How a backfill is cut into runs, and how a range asked for on the command line is not."""

from typing import Any

import dagster as dg


class BackfillPolicy(dg.BackfillPolicy):
    """So many partitions a run in a backfill; one run for a range that `dg launch --partition-range` is given.

    That command runs a range in its own process and refuses every asset whose backfills take several runs. A backfill
    is cut by the daemon, which reads the number. Of the same name as Dagster's own class, since that is the name under
    which it is sent to the daemon and the UI, where it is read as Dagster's own.
    """

    @property
    def policy_type(self) -> Any:
        """As the command line asks it."""
        return dg.BackfillPolicy.single_run().policy_type
