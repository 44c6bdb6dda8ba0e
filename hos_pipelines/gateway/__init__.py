"""The HTTP door: reads and files requests, never computes. Knows nothing of Dagster."""
