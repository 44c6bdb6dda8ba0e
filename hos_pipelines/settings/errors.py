"""What a setting that cannot be used raises. Knows no pydantic, so that `hos --help` need not load it."""


class SettingsError(ValueError):
    """A setting that cannot be used; the text names the setting and the remedy."""
