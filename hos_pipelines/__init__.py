"""HolisticOS pipelines: wearable health data kept fresh in PostgreSQL, each user a Dagster partition."""
