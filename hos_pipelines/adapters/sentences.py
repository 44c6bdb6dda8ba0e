"""Failures that are foreseen, shown in the UI as the sentence they are."""

from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg

from hos_pipelines.postgres.errors import DatabaseError, DatabaseUnavailableError
from hos_pipelines.sahha.errors import SahhaError
from hos_pipelines.settings.errors import SettingsError


@contextmanager
def as_a_sentence() -> Iterator[None]:
    """Ends a step with what a setting, the database or Sahha is found to be wrong with, and nothing else.

    A database that is away is no such matter: the tick is planned again once it is back, and is known by the error,
    of which the UI shows the sentence as well.

    Raises:
        dagster.Failure: one of these errors was raised; any other goes through as it is.
    """
    try:
        yield
    except DatabaseUnavailableError:
        raise
    except (SettingsError, DatabaseError, SahhaError) as error:
        raise dg.Failure(str(error), allow_retries=False) from None
