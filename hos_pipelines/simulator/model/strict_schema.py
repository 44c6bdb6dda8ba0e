"""Which JSON schemas OpenAI takes for strict answers: every object closed, every property required."""

from collections.abc import Iterator
from typing import Any


def departure(schema: dict[str, Any]) -> str | None:
    """Where and how a schema departs from the strict subset, in OpenAI's words; None where it does not."""
    if schema.get("type") != "object":
        return f"schema must be a JSON Schema of 'type: \"object\"', got 'type: \"{schema.get('type')}\"'."
    return next(_departures(schema, ()), None)


def _departures(schema: Any, context: tuple[str, ...]) -> Iterator[str]:
    if not isinstance(schema, dict) or not isinstance(schema.get("properties", {}), dict):
        yield f"In context={context}, an object was expected."
        return
    if schema.get("type") == "object":
        if schema.get("additionalProperties") is not False:
            yield f"In context={context}, 'additionalProperties' is required to be supplied and to be false."
        missing = sorted({*schema.get("properties", {})} - {*schema.get("required", ())})
        if missing:
            yield f"In context={context}, 'required' has to name every property. Missing '{missing[0]}'."
    for place, part in _parts(schema):
        yield from _departures(part, (*context, *place))


def _parts(schema: dict[str, Any]) -> Iterator[tuple[tuple[str, ...], Any]]:
    for holder in ("properties", "$defs"):
        for name, part in (schema.get(holder) or {}).items():
            yield (holder, name), part
    for at, part in enumerate(schema.get("anyOf") or ()):
        yield ("anyOf", str(at)), part
    if "items" in schema:
        yield ("items",), schema["items"]
