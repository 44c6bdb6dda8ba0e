"""What the figures of docs/benchmarks.md come from; each prints one JSON line."""
