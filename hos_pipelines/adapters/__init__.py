"""Dagster-aware classes, no definitions: resources, the IO manager, instance storage, partition upkeep."""
