"""What the numbers mean: no network, database, clock, environment or Dagster."""
