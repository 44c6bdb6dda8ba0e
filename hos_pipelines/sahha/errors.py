"""What Sahha can answer instead of data; the class says what to do next.

SahhaError
├── TransientError          try again later
│   ├── RateLimitedError    later, and slower
│   └── EndlessError        later, and not at once: it took its time already
├── PermanentError          this request will not get better
│   └── NotSahhaError       it may be the host's: what answers is no API
├── GoneError               the profile is no longer, or never was, Sahha's
└── MisconfiguredError      the deployment is wrong: nobody's request will get better
    └── DeniedError         it may be the profile's: seen at one path, to a fresh token

What may be one profile's or everybody's is told apart where many are asked: in `outage_detector`, and by its share of
a run.
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


class EndlessError(TransientError):
    """An answer that goes on and on."""

    def __init__(self, longest_s: float) -> None:
        super().__init__(f"Sahha had not answered in full after {longest_s:g} s.")


class PermanentError(SahhaError):
    """The request itself is refused, or its answer is not one."""


class NotSahhaError(PermanentError):
    """A web page, a redirect or the like in place of an answer."""


class GoneError(SahhaError):
    """404 or 410 for a profile."""

    def __init__(self, status: int) -> None:
        super().__init__(f"Sahha answers {status}: it does not know this profile.")
        self.status = status


class MisconfiguredError(SahhaError):
    """Wrong credentials or wrong host; the text names the setting."""


class DeniedError(MisconfiguredError):
    """401 to a fresh token, or 403, at the path of one profile; `of_one` is what that means for it alone."""

    def __init__(self, status: int) -> None:
        super().__init__(
            f"SAHHA_CLIENT_ID / SAHHA_CLIENT_SECRET: Sahha answers {status} even to a fresh token; "
            "check that the pair is an account's client id and secret, not an app's."
        )
        self.of_one = f"Sahha answers {status} for this profile, even to a fresh token."
