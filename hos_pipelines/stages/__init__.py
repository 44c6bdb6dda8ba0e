"""What the product does, by verb: one folder a stage, one file a step. Knows the rooms below, never Dagster."""
