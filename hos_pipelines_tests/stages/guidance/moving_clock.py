"""A present that tests of guidance move on."""

from datetime import datetime

from hos_pipelines_tests.postgres.rows import NOON


class Clock:
    """A present that tests move on."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now
