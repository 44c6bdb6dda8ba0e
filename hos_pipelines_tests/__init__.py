"""Tests of the package, in its own shape."""
