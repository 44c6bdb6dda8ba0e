"""Reads what is said of a day into the form in which it is stored, or says what is wrong with each field of it."""

from collections.abc import Mapping

from hos_pipelines.domain.person.fact_values import YES_NO
from hos_pipelines.domain.person.faults import PersonFaultsError, bounded_text, shown
from hos_pipelines.domain.person.journal import (
    FIELDS,
    GLASSES,
    GRATITUDE,
    MOST_GLASSES,
    MOST_NOTES,
    SCALES,
    SWITCHES,
    TEXT_BYTES,
)
from hos_pipelines.domain.person.vocabularies import nearest_of
from hos_pipelines.domain.plain_numbers import plain_whole

Value = int | bool | str | list[str]
LOWEST, HIGHEST = 1, 5


def parse_journal(said: Mapping[str, object]) -> dict[str, Value]:
    """The fields of a journal as they are stored.

    Raises:
        PersonFaultsError: a sentence for each field that cannot be so.
    """
    found: dict[str, Value] = {}
    faults = [] if said else [f"journal: says nothing; name a field, such as {SCALES[0]}=4."]
    for name, value in said.items():
        try:
            found[name] = _parse(name, value)
        except ValueError as error:
            faults.append(str(error))
    if faults:
        raise PersonFaultsError(faults)
    return found


def _parse(name: str, value: object) -> Value:
    if name in SCALES:
        return _whole(name, value, LOWEST, HIGHEST)
    if name == GLASSES:
        return _whole(name, value, 0, MOST_GLASSES)
    if name in SWITCHES:
        return _switch(name, value)
    if name == GRATITUDE:
        return _notes(value)
    if name in FIELDS:
        return bounded_text(name, value, TEXT_BYTES)
    near = nearest_of(name, FIELDS)
    offer = f" (did you mean {near}?)" if near else ""
    raise ValueError(f"{shown(name)}: is no field of a journal{offer}; known are {', '.join(FIELDS)}.")


def _whole(name: str, value: object, least: int, most: int) -> int:
    try:
        number = None if isinstance(value, bool | float) else plain_whole(str(value).strip())
    except ValueError:
        number = None
    if number is None or not least <= number <= most:
        raise ValueError(f"{name}: is no whole number from {least} to {most}; give one.")
    return number


def _switch(name: str, value: object) -> bool:
    found = value if isinstance(value, bool) else YES_NO.get(str(value).strip().casefold())
    if found is None:
        raise ValueError(f"{name}: is neither yes nor no; give one of them.")
    return found


def _notes(value: object) -> list[str]:
    notes = [value] if isinstance(value, str) else value
    if not isinstance(notes, list) or len(notes) > MOST_NOTES:
        raise ValueError(f"{GRATITUDE}: is no list of at most {MOST_NOTES} notes; give fewer.")
    bounded = [bounded_text(GRATITUDE, note, TEXT_BYTES) for note in notes]
    bounded_text(GRATITUDE, "".join(bounded), TEXT_BYTES)
    return [note for note in bounded if note]
