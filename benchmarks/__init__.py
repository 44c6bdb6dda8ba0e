"""What the figures of the README come from; each prints one JSON line."""
