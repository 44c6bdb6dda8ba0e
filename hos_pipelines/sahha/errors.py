"""What Sahha can answer instead of data; the class says what to do next.

SahhaError
├── TransientError          try again later
│   └── RateLimitedError    later, and slower
├── PermanentError          this request will not get better
├── GoneError               the profile is no longer, or never was, Sahha's
└── MisconfiguredError      the deployment is wrong: nobody's request will get better
"""


class SahhaError(Exception):
    """Sahha did not answer with data. The text holds no token and no part of a body."""


class TransientError(SahhaError):
    """A failure that a later attempt may not meet: 5xx, time-out, broken connection.

    `retry_after_s` is how long Sahha asks to wait, where it says so.
    """

    def __init__(self, message: str, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class RateLimitedError(TransientError):
    """429: Sahha asks for fewer requests."""


class PermanentError(SahhaError):
    """The request itself is refused, or its answer is not one."""


class GoneError(SahhaError):
    """404 or 410 for a profile."""


class MisconfiguredError(SahhaError):
    """Wrong credentials or wrong host; the text names the setting."""
