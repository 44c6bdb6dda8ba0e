"""Loaded once by the server that workers are forked from, so that none of them has to load the definitions."""

from hos_pipelines_tests.faults.worker import jobs

jobs()
