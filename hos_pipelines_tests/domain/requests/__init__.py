"""Tests of what requests may become, and of how they end."""
