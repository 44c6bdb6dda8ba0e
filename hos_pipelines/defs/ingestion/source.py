"""Sahha itself, outside of our hands: the asset that everything else comes from."""

import dagster as dg

from hos_pipelines.adapters.catalogue import code_reference

sahha = dg.AssetSpec(
    "sahha",
    description="""Sahha's API: what people's phones and watches deliver. Nothing here makes it.

The profile search tells whose data changed, webhooks tell it sooner, and each stream is asked for per profile.""",
    group_name="sources",
    kinds={"rest"},
    code_version="v1",
    tags={"layer": "source"},
    metadata={"docs": dg.MetadataValue.url("https://docs.sahha.ai"), **code_reference(__file__)},
)
