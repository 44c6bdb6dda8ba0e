"""Draws one person's analyses: pictures and the page they stand on. Pure functions of results; nothing is looked up."""
