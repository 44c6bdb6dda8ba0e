"""What a person says on a command line: NAME=VALUE, or a JSON file of names and values; every fault by its name."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from hos_pipelines.cli.output import CommandError
from hos_pipelines.domain.person.faults import PersonFaultsError, shown

MOST_BYTES = 256 * 1024


def refuse(error: PersonFaultsError) -> CommandError:
    """The faults as one text, and each of them in JSON; nothing was stored."""
    return CommandError(" ".join([*error.faults, "Nothing was stored."]), {"faults": list(error.faults)})


def read_pairs(pairs: Iterable[str]) -> list[tuple[str, str]]:
    """The names and values of `--set`.

    Raises:
        CommandError: one has no `=`.
    """
    found = []
    for pair in pairs:
        name, separator, value = pair.partition("=")
        if not separator:
            raise CommandError(f"--set: {shown(pair)} has no value; write it as NAME=VALUE.")
        found.append((name.strip(), value))
    return found


def read_object(path: Path) -> list[tuple[str, Any]]:
    """The names and values of a JSON file, a name that is there twice too.

    Raises:
        CommandError: it cannot be read, is too large, or holds no object.
    """
    try:
        with path.open("rb") as file:
            body = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise CommandError(
            f"--file: {path} cannot be read ({error.strerror}); name another. Nothing was stored."
        ) from None
    if len(body) > MOST_BYTES:
        raise CommandError(f"--file: {path} is larger than {MOST_BYTES // 1024} kB; shorten it. Nothing was stored.")
    try:
        held: Any = json.loads(body.decode("utf-8-sig"), object_pairs_hook=_Pairs, parse_constant=_refuse_constant)
        if isinstance(held, _Pairs):
            return [(name, _plain(value)) for name, value in held]
    except _TwiceError as error:
        raise CommandError(f"--file: {path} says {shown(error.name)} twice; keep one. Nothing was stored.") from None
    except (ValueError, RecursionError):
        raise CommandError(f"--file: {path} is no JSON; correct it. Nothing was stored.") from None
    raise CommandError(f'--file: {path} holds no object; write {{"NAME": VALUE}}. Nothing was stored.')


class _Pairs(list[tuple[str, Any]]):
    """An object as it was written, which an empty list is not."""


class _TwiceError(Exception):
    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


def _plain(value: Any) -> Any:
    """A value within the file: objects as such again."""
    if not isinstance(value, list):
        return value
    if not isinstance(value, _Pairs):
        return [_plain(one) for one in value]
    found: dict[str, Any] = {}
    for name, inner in value:
        if name in found:
            raise _TwiceError(name)
        found[name] = _plain(inner)
    return found


def _refuse_constant(name: str) -> None:
    raise ValueError(name)
