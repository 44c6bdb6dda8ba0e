"""Requests: filed, taken up, answered by the stages, and finished with what these have stored."""
