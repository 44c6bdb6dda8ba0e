"""What a person says on a command line: NAME=VALUE, or a JSON file of names and values; every fault by its name."""

import json
from collections.abc import Iterable
from math import isfinite
from pathlib import Path
from typing import Any

from hos_pipelines.cli.output import CommandError
from hos_pipelines.domain.person.faults import PersonFaultsError, shown

MOST_BYTES = 256 * 1024
UNTOUCHED = "Nothing was stored."


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


def read_object(path: Path, option: str = "--file") -> list[tuple[str, Any]]:
    """The names and values of a JSON file, a name that is there twice too.

    Raises:
        CommandError: it cannot be read, is too large, or holds no object.
    """
    try:
        with path.open("rb") as file:
            body = file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise CommandError(f"{option}: {shown(str(path))} cannot be read ({why}); name another. {UNTOUCHED}") from None
    if len(body) > MOST_BYTES:
        raise CommandError(f"{option}: {path} is larger than {MOST_BYTES // 1024} kB; shorten it. {UNTOUCHED}")
    return _read_pairs(f"{option}: {path}", body)


def read_text(option: str, text: str) -> list[tuple[str, Any]]:
    """The names and values of a JSON object on the command line.

    Raises:
        CommandError: it is none.
    """
    return _read_pairs(f"{option}: the text", text.encode(errors="surrogateescape"))


def _read_pairs(where: str, body: bytes) -> list[tuple[str, Any]]:
    try:
        held: Any = json.loads(
            body.decode("utf-8-sig"),
            object_pairs_hook=_Pairs,
            parse_constant=_refuse_constant,
            parse_float=_finite,
            parse_int=_whole,
        )
        if isinstance(held, _Pairs):
            return [(name, _plain(value)) for name, value in held]
    except _TwiceError as error:
        raise CommandError(f"{where} says {shown(error.name)} twice; keep one. {UNTOUCHED}") from None
    except _NumberError as error:
        raise CommandError(f"{where} holds a number that is too large ({error}); correct it. {UNTOUCHED}") from None
    except (ValueError, RecursionError):
        raise CommandError(f"{where} is no JSON; correct it. {UNTOUCHED}") from None
    raise CommandError(f'{where} holds no object; write {{"NAME": VALUE}}. {UNTOUCHED}')


class _Pairs(list[tuple[str, Any]]):
    """An object as it was written, which an empty list is not."""


class _TwiceError(Exception):
    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class _NumberError(Exception):
    """A number that no program reads."""


def _finite(written: str) -> float:
    number = float(written)
    if not isfinite(number):
        raise _NumberError(shown(written))
    return number


def _whole(written: str) -> int:
    try:
        return int(written)
    except ValueError:
        raise _NumberError(shown(written)) from None


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
