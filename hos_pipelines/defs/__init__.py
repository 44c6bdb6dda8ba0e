"""Definitions only: what the Dagster UI shows."""

import warnings

import dagster as dg

# Backfill policies are beta in Dagster 1.13 and used knowingly: without one, a backfill is a run per user.
warnings.filterwarnings("ignore", message=".*backfill_policy.*", category=dg.BetaWarning)
