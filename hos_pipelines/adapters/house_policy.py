"""What holds for every definition of the house, applied once at the door: who owns it, and what executes it."""

import dagster as dg

OWNERS = ("team:data-engineering",)


def with_house_policy(defs: dg.Definitions) -> dg.Definitions:
    """The definitions with an owner for every asset, and runs of one process each.

    A run has one step, or a few that take turns: a process for each would take seconds to start and share nothing. A
    module that imports an asset lists it again; each is mapped once, since two copies of one would be two assets.
    """
    once = dg.Definitions(
        assets={id(one): one for one in defs.assets or ()}.values(),
        asset_checks=defs.asset_checks,
        jobs=defs.jobs,
        schedules=defs.schedules,
        sensors=defs.sensors,
        resources=defs.resources,
        loggers=defs.loggers,
        executor=dg.in_process_executor,
        component_tree=defs.component_tree,
    )
    return once.map_asset_specs(func=lambda spec: spec.merge_attributes(owners=OWNERS))
