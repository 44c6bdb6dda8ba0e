"""Dagster's instance: storage, launcher, retention. Built from dagster.yaml, before any definition loads."""
