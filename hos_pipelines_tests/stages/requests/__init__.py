"""Tests of how requests are taken up and answered."""
