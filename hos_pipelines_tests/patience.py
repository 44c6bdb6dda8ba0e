"""Waiting for what another process is about to do."""

import time
from collections.abc import Callable
from typing import TypeVar

import pytest

PATIENCE_S = 180
LOOK_EVERY_S = 0.01

Found = TypeVar("Found")


def wait_until(condition: Callable[[], Found], what: str, look_every_s: float = LOOK_EVERY_S) -> Found:
    """What the condition finds, once it finds anything; the test fails with a sentence where it never does."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        if found := condition():
            return found
        time.sleep(look_every_s)
    pytest.fail(f"{what} did not come about within {PATIENCE_S} s.")
