"""Engines that put results into words, and the proof of what a model says. Knows neither Dagster, SQL nor Sahha."""
