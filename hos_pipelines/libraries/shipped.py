"""Reads the libraries that come with the package: once a process, checked as a whole before anything is used."""

import tomllib
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from hos_pipelines.domain.guidance.library_file import LibraryFaultError, LibraryFile
from hos_pipelines.domain.guidance.nutrition.food_library import FILES, FoodLibrary, parse_food_library
from hos_pipelines.domain.guidance.routine.tasks import TaskLibrary, parse_tasks

MANIFEST = "manifest.toml"


@lru_cache(maxsize=1)
def shipped_food_library() -> FoodLibrary:
    """Foods, meals, terms and restrictions.

    Raises:
        LibraryFaultError: a file is missing, damaged or says something that does not hold; the sentence says what.
    """
    return read_food_library(files(__package__))


@lru_cache(maxsize=1)
def shipped_tasks() -> TaskLibrary:
    """The tasks of routine plans.

    Raises:
        LibraryFaultError: the file is missing, damaged or incomplete.
    """
    return read_tasks(files(__package__))


def read_food_library(folder: Traversable) -> FoodLibrary:
    """The food library of a folder that is laid out like this one."""
    return parse_food_library({name: library_file(folder, name) for name in FILES})


def read_tasks(folder: Traversable) -> TaskLibrary:
    """The tasks of a folder that is laid out like this one."""
    return parse_tasks(library_file(folder, "tasks"))


def library_file(folder: Traversable, name: str) -> LibraryFile:
    """One file of a folder, as its manifest describes it."""
    match _manifest(folder).get(name):
        case {"file": str(path), "version": str(version), "entries": int(entries)} if version.strip():
            return LibraryFile(path, version, entries, _text(folder, path))
        case _:
            raise LibraryFaultError(f"{MANIFEST}, {name}: needs file, version and entries; write all three.")


def _manifest(folder: Traversable) -> dict[str, object]:
    try:
        return tomllib.loads(_text(folder, MANIFEST))
    except tomllib.TOMLDecodeError as error:
        raise LibraryFaultError(f"{MANIFEST}: is no TOML ({error}); restore it.") from None


def _text(folder: Traversable, path: str) -> str:
    try:
        return folder.joinpath(path).read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise LibraryFaultError(f"{path}: is no UTF-8 ({error.reason}); restore it.") from None
    except OSError as error:
        raise LibraryFaultError(f"{path}: cannot be read ({error.strerror}); install the package again.") from None
