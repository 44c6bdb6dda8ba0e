"""What a setting that cannot be used raises; apart from the settings, whose parsing takes longer to load."""


class SettingsError(ValueError):
    """A setting that cannot be used; the text names the setting and the remedy."""
