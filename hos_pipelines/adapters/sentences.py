"""Failures that are foreseen, shown in the UI as the sentence they are."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import dagster as dg

from hos_pipelines.postgres.errors import DatabaseError, DatabaseUnavailableError
from hos_pipelines.sahha.errors import SahhaError
from hos_pipelines.settings.errors import SettingsError

MOST_REASONS = 50


def refusal(sentence: str) -> dg.Failure:
    """What ends a step that cannot begin, or that would only fail again."""
    return dg.Failure(sentence, allow_retries=False)


def failure_of_some(sentence: str, reasons: Mapping[str, str]) -> dg.Failure:
    """What ends a step after everybody's turn, where some have failed: who and why, for the first of them."""
    return dg.Failure(
        sentence,
        metadata={"failed_profiles": dg.MetadataValue.json(dict(list(reasons.items())[:MOST_REASONS]))},
        allow_retries=False,
    )


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
        raise refusal(str(error)) from None
