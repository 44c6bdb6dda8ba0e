"""Requests of apps: the sensor that claims them and the job that answers them."""
