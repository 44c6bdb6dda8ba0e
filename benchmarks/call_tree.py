"""A tree of calls out of a profile: our own functions, and beneath them the libraries that they spend time in.

cProfile knows who called whom, not along which path: where a function has several callers, what it has called is shared
out among them by their time.
"""

from dataclasses import dataclass, field
from pathlib import Path
from pstats import Stats
from typing import Any

from hos_pipelines.project import PROJECT_ROOT

Function = tuple[str, int, str]

LEAST_SHARE = 0.002
DEEPEST = 60
PACKAGES = "site-packages/"
IMPORTING = "importlib._bootstrap"


@dataclass
class Call:
    """A function or library, the seconds spent in and below it, and what it called, longest first."""

    name: str
    seconds: float
    is_ours: bool = False
    below: list["Call"] = field(default_factory=list)


class CallTree:
    """The calls of one profile."""

    def __init__(self, stats: Stats) -> None:
        entries: dict[Function, tuple[int, int, float, float, dict[Function, Any]]] = stats.stats  # type: ignore[attr-defined]
        self.own = {function: entry[2] for function, entry in entries.items()}
        self.whole = {function: entry[3] for function, entry in entries.items()}
        self.callees: dict[Function, dict[Function, float]] = {function: {} for function in entries}
        for function, entry in entries.items():
            for caller, edge in entry[4].items():
                self.callees[caller][function] = edge[3]
        self.total = sum(self.own.values())
        # What was under way when a profile began is called by nobody that it knows of.
        called = {function: sum(edge[3] for edge in entry[4].values()) for function, entry in entries.items()}
        self.roots = {
            function: self.whole[function] - seconds
            for function, seconds in called.items()
            if self.whole[function] - seconds > LEAST_SHARE * self.total
        }

    def calls_below(self, function: Function, share: float, path: tuple[Function, ...]) -> list[Call]:
        """What a function called in so large a share of its time; a library's function gives way to ours below it."""
        calls: list[Call] = []
        for callee, seconds in self.callees[function].items():
            taken = seconds * share
            if callee in path or len(path) > DEEPEST or taken < LEAST_SHARE * self.total:
                continue
            calls += self.call(callee, taken, (*path, callee))
        return _merged(calls)

    def call(self, function: Function, seconds: float, path: tuple[Function, ...]) -> list[Call]:
        """A function with what it called; a library's is several: ours below it, and the library for what is left."""
        share = seconds / self.whole[function] if self.whole[function] else 0.0
        below = self.calls_below(function, share, path)
        if _is_import(function):
            return [Call("imports", seconds)]
        if _is_ours(function):
            return [Call(f"{Path(function[0]).stem}.{function[2]}", seconds, is_ours=True, below=below)]
        ours = [call for call in below if call.is_ours or call.name == "imports"]
        left = seconds - sum(call.seconds for call in ours)
        return [*ours, Call(_library(function), left)] if left > 0 else ours


def call_tree(stats: Stats) -> Call:
    """The whole profile as one call."""
    tree = CallTree(stats)
    calls = [call for root, seconds in tree.roots.items() for call in tree.call(root, seconds, (root,))]
    return Call("all", tree.total, below=_merged(calls))


def _merged(calls: list[Call]) -> list[Call]:
    found: dict[str, Call] = {}
    for call in calls:
        known = found.setdefault(call.name, Call(call.name, 0.0, call.is_ours))
        known.seconds += call.seconds
        known.below = _merged([*known.below, *call.below])
    return sorted(found.values(), key=lambda call: -call.seconds)


def _is_import(function: Function) -> bool:
    return IMPORTING in function[0] and function[2] == "_find_and_load"


def _is_ours(function: Function) -> bool:
    return f"{PROJECT_ROOT}/hos_pipelines/" in function[0] and function[2] != "<module>"


def _library(function: Function) -> str:
    place = function[0]
    if PACKAGES in place:
        return place.rpartition(PACKAGES)[2].partition("/")[0].removesuffix(".py")
    return "Python" if place != "~" else _builtin(function[2])


def _builtin(name: str) -> str:
    """Functions in C, by the library that their name tells of."""
    known = ("orjson", "psycopg", "select", "socket", "psycopg2")
    return next((library for library in known if library in name), "Python")
