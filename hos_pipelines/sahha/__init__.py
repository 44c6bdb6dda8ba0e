"""Speaks Sahha: client, auth, pacing, translation of payloads. Knows nothing of Dagster or SQL."""
