"""A local Sahha: one process, real HTTP, seeded synthetic people. Imports nothing else of the house."""
