"""The refresh: who is due, what to ask for whom, asking, writing."""
