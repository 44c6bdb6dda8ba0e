"""The analyses: reading, computing, writing them out, storing them."""
