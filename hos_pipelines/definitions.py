"""The front door: loads everything under `defs/`, and applies the policy of the house."""

import warnings
from pathlib import Path

import dagster as dg

import hos_pipelines.defs
from hos_pipelines.adapters.house_policy import with_house_policy


@dg.definitions
def defs() -> dg.Definitions:
    """All definitions of the code location. Named as a module: an installed package has no pyproject.toml to say it."""
    with warnings.catch_warnings():
        # Loading from a module is a preview in Dagster 1.13 and used knowingly.
        warnings.simplefilter("ignore", dg.PreviewWarning)
        tree = dg.ComponentTree.from_module(hos_pipelines.defs, project_root=Path(__file__).parents[1])
        # By the folder: the whole tree has the schemas of all of Dagster's components as well, 0.1 s of every start.
        return with_house_policy(tree.build_defs(Path()))
