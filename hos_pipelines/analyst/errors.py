"""What can come instead of a model's answer; the class says what to do next.

ModelError
├── TransientModelError        try again later: 429, 5xx, nothing answers
│   └── BrokenReplyError       later, too: a time-out or a broken connection, which may have cost something
├── MisconfiguredModelError    the deployment is wrong: nobody's request will get better
├── UnusableReplyError         this request will not get better: refused as such, or its reply is none
│   └── OversizedReplyError    its reply is larger than any answer
└── BudgetError                a ceiling is reached: no request is sent
"""


class ModelError(Exception):
    """The model was not asked, or did not answer. The text holds no key, no prompt and no part of a body.

    `may_have_cost` says that the server may have worked, and charge for it, although nothing came of it.
    """

    may_have_cost = False


class TransientModelError(ModelError):
    """A failure that a later attempt may not meet. `retry_after_s` is how long the server asks to wait."""

    def __init__(self, message: str, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class MisconfiguredModelError(ModelError):
    """Wrong key, unknown model, wrong address, no price; the text names the setting."""


class BrokenReplyError(TransientModelError):
    """The request went out and no whole reply came back: a time-out, or a connection that broke."""

    may_have_cost = True


class UnusableReplyError(ModelError):
    """The request is refused as such, or its reply is none."""


class OversizedReplyError(UnusableReplyError):
    """A reply larger than any answer can be."""

    may_have_cost = True


class BudgetError(ModelError):
    """A ceiling of tokens or cost does not allow another request; the text names the setting."""
