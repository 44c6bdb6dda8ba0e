"""The values of settings as they may be shown: no secret is among them."""

from datetime import datetime

from hos_pipelines.settings.settings import Settings


def show_values(settings: Settings) -> dict[str, str | None]:
    """Each setting's value by the name of its environment variable; None where it has none, asterisks for a secret."""
    parts = dict(settings)
    return {
        info.alias: _show(getattr(part, name))
        for part in parts.values()
        for name, info in type(part).model_fields.items()
        if info.alias
    }


def _show(value: object) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:.15g}"
    return value.isoformat() if isinstance(value, datetime) else str(value)
