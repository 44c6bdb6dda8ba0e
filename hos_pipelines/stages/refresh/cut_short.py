"""Whether work broke off because of what it stands on (its process is being ended, the database went away), and so may
be begun again as it was.
"""

import sqlalchemy.exc

from hos_pipelines.postgres.connection import is_away, is_away_state


def is_cut_short(error: BaseException) -> bool:
    """An error about what was asked, configured or stored would only come again; neither an end from outside would, nor
    the loss of either database.
    """
    if not isinstance(error, Exception):
        return True
    if isinstance(error, sqlalchemy.exc.OperationalError | sqlalchemy.exc.InterfaceError):  # Dagster's database
        return error.connection_invalidated or is_away_state(getattr(error.orig, "pgcode", None))
    return is_away(error)
