"""Speaks SQL: tables, upsert, reads, migrations and the embedded server. Knows nothing of Dagster or Sahha."""
