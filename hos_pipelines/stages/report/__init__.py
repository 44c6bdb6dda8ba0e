"""Makes the page of each profile: gather, draw, store."""
