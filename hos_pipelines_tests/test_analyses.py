"""An analysis is known everywhere or nowhere: whoever adds one is told here of the places that lack it."""

import pkgutil
from collections.abc import Mapping
from importlib import import_module
from typing import Any

from psycopg import Connection

from hos_pipelines import adapters, cli, defs, stages
from hos_pipelines.domain.analysis_scope import AnalysisType

CONSTRAINT = "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'analysis_results_type_known'"
KINDS = {kind.value for kind in AnalysisType}


def test_whatever_is_listed_by_analysis_has_every_analysis() -> None:
    listed: dict[str, set[object]] = {}
    for room in (stages, adapters, defs, cli):
        for module in pkgutil.walk_packages(room.__path__, f"{room.__name__}."):
            for name, value in vars(import_module(module.name)).items():
                if isinstance(value, Mapping):
                    for side in (set(value), _hashable(value.values())):
                        if KINDS & side:
                            listed[f"{module.name}.{name}"] = side
    assert len(listed) > 5
    assert {place for place, kinds in listed.items() if not kinds >= KINDS} == set()


def test_the_database_takes_every_analysis(connection: Connection[Any]) -> None:
    ((rule,),) = connection.execute(CONSTRAINT).fetchall()
    assert all(f"'{kind}'" in rule for kind in KINDS)


def _hashable(values: Any) -> set[object]:
    return {value for value in values if isinstance(value, str)}
