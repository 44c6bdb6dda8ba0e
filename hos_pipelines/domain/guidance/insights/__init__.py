"""Insights: what stands out in somebody's days beyond chance, ranked, at most five, each with something to do."""
