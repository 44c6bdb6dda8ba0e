"""Guidance: insights and what else is made of a person's rows. Reading, computing, storing, whatever the stage."""
